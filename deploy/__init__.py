"""Several machines instead of one: configurations to fill in, and a trial of them on one machine.

Nothing here is part of the running system. `docs/high-availability.md` says what it is for and what was measured.
"""
