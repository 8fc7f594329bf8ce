"""Many at once: one desk goes to the systems of one unit, and no call is counted short."""

import pytest
from tests.races.together import together
from tests.signin.systems import SCHOOL, asked, call_counted, connected, connector
from tests.units import people

from motcua.signin.clients import AudienceTaken
from motcua.signin.models import CallCount, Registration
from motcua.units import sample

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


@pytest.fixture(autouse=True)
def _units(transactional_db: None) -> None:
    sample.load(people.UNITS_FILE)


def test_of_two_units_that_ask_for_one_desk_at_once_one_gets_it() -> None:
    department, school = connector(), connector(SCHOOL)

    outcomes = together(
        [
            lambda who=who, nth=nth: asked(who, f"he-thong-{nth}-x", audience="mot-cua-tinh")
            for nth in range(10)
            for who in (department, school)
            if (nth % 2 == 0) == (who is department)
        ]
    )

    units = set(Registration.objects.values_list("client__unit__code", flat=True))
    assert len(units) == 1
    assert sum(outcome.went_well for outcome in outcomes) == 5
    assert {type(outcome.refusal) for outcome in outcomes if outcome.refusal} == {AudienceTaken}


def test_fifty_calls_at_once_are_counted_fifty_times() -> None:
    client, _ = connected(connector(), connector())

    together([lambda: call_counted(client, "account.check", looked_up=True, missed=True) for _ in range(50)])

    assert CallCount.objects.values_list("calls", "looked_up", "missed").get() == (50, 50, 50)
