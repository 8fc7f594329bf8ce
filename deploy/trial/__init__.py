"""The arrangement of `docs/high-availability.md` in network namespaces of one machine, and its proofs."""
