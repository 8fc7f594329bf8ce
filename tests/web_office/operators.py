"""The operators as these tests meet them: one fake at the port."""

from tests.fakes import FakeOperator

operator = FakeOperator()


def registry() -> FakeOperator:
    """What settings.SUBSCRIBER_REGISTRY names."""
    return operator
