"""The operators as the web of these tests meets them: one fake at the port, told what it knows by each test."""

from motcua.accounts.sealed_data import PersonData
from tests.fakes import FakeOperator

operator = FakeOperator()


def registry() -> FakeOperator:
    """What settings.SUBSCRIBER_REGISTRY names."""
    return operator


def knows(person: PersonData, name: str = "Viettel") -> None:
    """The phone belongs to this person."""
    operator.enrol(
        person.phone,
        operator=name,
        full_name=person.full_name.value,
        born_on=person.born_on.shown,
        citizen_ids=(person.citizen_id,),
    )


def forget() -> None:
    operator.subscribers.clear()
    operator.down = False
    operator.calls = 0
