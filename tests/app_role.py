"""The rights of the running system, given for a test. Roles belong to the whole server, and two workers share it."""

import os
from pathlib import Path

from fasteners import InterProcessLock

from motcua.ops import grants


def give() -> int:
    """One at a time: PostgreSQL refuses two changes of one role at once (“tuple concurrently updated”)."""
    with InterProcessLock(Path(os.environ["MOTCUA_TEST_DIR"]) / "grants.lock"):
        return grants.give(None)
