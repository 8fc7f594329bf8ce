"""An operator that does not answer costs the citizen nothing but patience."""

import pytest

from motcua.accounts import opening
from motcua.limits.spending import TooManyAttempts
from tests.accounts import flow, people
from tests.fakes import FakeOperator

pytestmark = pytest.mark.django_db
HERE = "trinh-duyet-mot"


def test_an_outage_does_not_use_up_the_day_of_the_citizen() -> None:
    person = people.data()
    registration = flow.proved(person, HERE)
    for _ in range(6):
        with pytest.raises(opening.OperatorSilent):
            opening.ask_operator(registration, registry=FakeOperator(down=True), device=HERE)

    outcome = opening.ask_operator(registration, registry=people.operator_knowing(person), device=HERE)

    assert outcome.state == "MATCHED"


def test_an_outage_is_not_asked_about_without_end() -> None:
    registration = flow.proved(people.data(), HERE)
    silent = FakeOperator(down=True)
    for _ in range(30):
        with pytest.raises(opening.OperatorSilent):
            opening.ask_operator(registration, registry=silent, device=HERE)
    with pytest.raises(TooManyAttempts):
        opening.ask_operator(registration, registry=silent, device=HERE)
    assert silent.calls == 30


def test_answers_still_count_three_a_day() -> None:
    person = people.data()
    registrations = [flow.proved(person, f"{HERE}-{nth}") for nth in range(4)]
    flow.forget_budgets()
    for nth, registration in enumerate(registrations[:3]):
        opening.ask_operator(registration, registry=FakeOperator(), device=f"{HERE}-{nth}")
    with pytest.raises(TooManyAttempts):
        opening.ask_operator(registrations[3], registry=FakeOperator(), device=f"{HERE}-3")
