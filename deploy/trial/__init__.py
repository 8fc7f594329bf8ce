"""The whole arrangement of `docs/high-availability.md` on one machine, one network namespace for each machine, and its proofs."""
