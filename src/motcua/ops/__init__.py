"""Commands, health, metrics."""
