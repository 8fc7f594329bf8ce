"""The simulated outside for the tests of this room."""

from tests.simulated import outside, outside_url

__all__ = ["outside", "outside_url"]
