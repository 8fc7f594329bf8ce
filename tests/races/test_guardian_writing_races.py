"""A guardian is written down, and taken back, at several desks at once: one line, one text."""

import pytest

from motcua.accounts import guardian_writing
from motcua.accounts.models import Guardianship
from motcua.kernel.authority import Authority, Power
from motcua.outbox.models import Message
from tests.accounts import guards, people
from tests.accounts.desk import authority_at
from tests.races.together import together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
DESKS = 6


def officer() -> Authority:
    return authority_at(guards.UNIT, Power.OPEN_ACCOUNT)


def test_of_many_desks_one_writes_it_down_and_one_takes_it_back() -> None:
    account = people.account(guards.child(of_age_in=30))
    officers = [officer() for _ in range(DESKS)]
    outcomes = together(
        [
            lambda who=who: guardian_writing.write_down(
                authority=who, account=account, kind="PARENT", reason="Mẹ cho xem thẻ"
            )
            for who in officers
        ]
    )
    assert sum(each.went_well for each in outcomes) == 1
    assert {each.refusal.code for each in outcomes if each.refusal} == {"guardianship_already_written"}
    outcomes = together(
        [
            lambda who=who: guardian_writing.take_back(authority=who, account=account, reason="SIM của con")
            for who in officers
        ]
    )
    assert sum(each.went_well for each in outcomes) == 1
    assert {each.refusal.code for each in outcomes if each.refusal} == {"guardianship_not_written"}
    assert Guardianship.objects.filter(account=account).count() == 1
    for purpose in ("guardian_written", "guardian_taken_back"):
        assert Message.objects.filter(purpose=purpose).count() == 1
