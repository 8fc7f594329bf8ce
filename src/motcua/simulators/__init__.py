"""The outside, played for demonstration and tests. Never importable in production."""
