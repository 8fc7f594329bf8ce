"""The four digits of a day: who comes after the last is told early, in words, and nobody waits for it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from tests.desk import lives
from tests.desk import town as building
from tests.desk.counting import statements
from tests.desk.filings import Citizen, accept
from tests.desk.test_gate_rules import sql
from tests.desk.test_group_reception import begun, checked, own_account, received, settled
from tests.desk.test_provisional import take_in
from tests.desk.town import PREFIX, Town, a_form
from tests.races.together import together

from motcua.desk import numbering, provisional
from motcua.desk.models import AccountCheck, DayCounter, Dossier, GroupRow
from motcua.desk.numbering import NumbersUsedUp, Series
from motcua.desk.states import State
from motcua.kernel.authority import Power
from motcua.outbox import errands


def given(town: Town, last: int, series: Series = Series.RECEIVED) -> None:
    """So many numbers of today are gone."""
    DayCounter.objects.update_or_create(
        unit=town.unit, day=timezone.localdate(), series=series, defaults={"last": last}
    )


def last_of(town: Town) -> int:
    return DayCounter.objects.get(unit=town.unit, series=Series.RECEIVED).last


def test_the_last_number_is_given_and_the_next_is_refused_with_what_to_do(town: Town) -> None:
    given(town, 9_998)
    assert (town.received().code or "").endswith("-9999")
    draft = town.draft(town.new_owner())

    with pytest.raises(NumbersUsedUp) as no:
        town.receive(draft)

    assert no.value.code == "dossier_numbers_used_up" and no.value.status == 422
    assert "9.999 số" in no.value.text and "tiếp nhận vào ngày làm việc tiếp theo" in no.value.text
    assert (Dossier.objects.count(), last_of(town)) == (1, 9_999)
    assert AccountCheck.objects.get(public_id=draft).spent_at is None


def test_a_refusal_says_fewer_statements_than_a_reception_and_writes_nothing(town: Town) -> None:
    given(town, 9_999)
    draft, form = town.draft(), a_form()
    with statements() as seen, pytest.raises(NumbersUsedUp):
        town.receive(draft, form)
    assert len(seen) < 12, seen
    assert "desk_daycounter" in seen[-1]  # nothing is said after the no


def test_the_next_day_begins_at_one(town: Town) -> None:
    given(town, 9_999)
    DayCounter.objects.update(day=timezone.localdate() - timedelta(days=1))
    assert (town.received().code or "").endswith("-0001")


def test_another_unit_and_the_other_series_have_numbers_of_their_own(town: Town) -> None:
    given(town, 9_999)
    other = building.a_unit("phong-gddt", "000.05.31.H08")
    now = timezone.now()
    assert numbering.left(other.pk, now) == numbering.left(town.unit.pk, now, provisional=True) == 9_999
    assert take_in(town).provisional_number == f"TN-{PREFIX}-{timezone.localtime():%y%m%d}-0001"


def test_it_is_said_before_the_form(town: Town) -> None:
    now = timezone.now()
    numbering.require_left(town.unit.pk, now)
    given(town, 9_998)
    with statements() as seen:
        numbering.require_left(town.unit.pk, now)
    assert len(seen) == 1
    given(town, 9_999)
    with pytest.raises(NumbersUsedUp):
        numbering.require_left(town.unit.pk, now)
    numbering.require_left(town.unit.pk, now, provisional=True)


def test_what_was_filed_online_goes_on_waiting(town: Town) -> None:
    given(town, 9_999)
    filed, desk = Citizen(town).filed(), lives.holding(town.unit, Power.RECEIVE_DOSSIER)
    with pytest.raises(NumbersUsedUp):
        accept(town, filed, desk)
    filed.refresh_from_db()
    assert (filed.state, filed.code) == (State.NEW, None)


def test_a_class_stops_where_the_numbers_end_and_goes_on_the_next_day(town: Town) -> None:
    group = begun(
        town, [own_account(town, nth, f"Lê Văn {name}") for nth, name in enumerate(("An", "Bình", "Châu"))]
    )
    checked(town, group)
    settled(town, group)
    given(town, 9_998)

    with pytest.raises(NumbersUsedUp):
        received(town, group)

    waiting = GroupRow.objects.filter(dossier=None)
    assert [(row.answer, row.claimed_at) for row in waiting] == [("FOUND", None)] * 2
    with pytest.raises(NumbersUsedUp):
        received(town, group)
    given(town, 100)
    assert received(town, group) == 0 and Dossier.objects.count() == 3


def test_a_provisional_reception_waits_for_the_next_day_and_its_owner_is_not_blamed(town: Town) -> None:
    dossier = take_in(town)
    given(town, 9_999)
    town.portal.down = False
    asked = len(town.portal.asked)

    with pytest.raises(errands.TryLater) as later:
        provisional.handle_recheck({"dossier": str(dossier.public_id)}, registry=town.portal)
    with pytest.raises(NumbersUsedUp):
        provisional.recheck_at_desk(
            authority=town.authority, dossier_id=dossier.public_id, registry=town.portal, now=timezone.now()
        )

    assert later.value.seconds == 4 * 3600 and not isinstance(later.value, errands.Silence)
    assert len(town.portal.asked) == asked  # nobody is looked up for nothing
    dossier.refresh_from_db()
    assert (dossier.state, dossier.closed_reason) == (State.PROVISIONAL, "")
    given(town, 9_998)
    provisional.handle_recheck({"dossier": str(dossier.public_id)}, registry=town.portal)
    dossier.refresh_from_db()
    assert dossier.state == State.RECEIVED and (dossier.code or "").endswith("-9999")


def test_the_unit_nearest_to_the_end_is_known(town: Town) -> None:
    now = timezone.now()
    assert numbering.fullest(now) is None
    other = building.a_unit("phong-gddt", "000.05.31.H08")
    DayCounter.objects.create(unit=other, day=timezone.localdate(), series=Series.PROVISIONAL, last=9_000)
    DayCounter.objects.create(
        unit=other, day=timezone.localdate() - timedelta(days=1), series=Series.RECEIVED, last=9_999
    )
    given(town, 8_999)
    found = numbering.fullest(now)
    assert found is not None and found.provisional
    assert (found.unit, found.given, found.left) == ("phong-gddt", 9_000, 999)


@pytest.mark.race
def test_of_many_at_once_only_so_many_are_received_as_numbers_are_left(town: Town) -> None:
    given(town, 9_996)
    desks = [building.authority_of(building.an_officer(), town.unit) for _ in range(12)]
    drafts = [town.draft(town.new_owner(), by=desk) for desk in desks]

    def receiving(nth: int) -> Callable[[], str | None]:
        return lambda: town.receive(drafts[nth], by=desks[nth]).code

    ends = together([receiving(nth) for nth in range(12)])

    codes = sorted(str(end.value)[-4:] for end in ends if end.went_well)
    assert codes == ["9997", "9998", "9999"]
    assert {type(end.refusal) for end in ends if not end.went_well} == {NumbersUsedUp}
    assert AccountCheck.objects.filter(spent_at=None).count() == 9
    assert last_of(town) == 9_999


@pytest.mark.race
def test_whoever_draws_the_last_number_slowly_holds_up_only_receptions_of_that_unit(town: Town) -> None:
    """The counter is locked until its reception ends; nobody else needs it, nor who is refused before the form."""
    given(town, 9_999)
    other = building.a_unit("so-khac", "000.00.07.H08", kind="SO")
    elsewhere = building.authority_of(building.an_officer(), other)
    theirs = town.draft(town.new_owner(), by=elsewhere)

    def soon(act: Callable[[], Any]) -> Callable[[], Any]:
        def run() -> Any:
            sql("SET lock_timeout = '2s'")
            return act()

        return run

    with transaction.atomic():
        sql("SELECT 1 FROM desk_daycounter FOR UPDATE")
        ends = together(
            [
                soon(lambda: town.check(town.new_owner()).answer),
                soon(lambda: numbering.require_left(town.unit.pk, timezone.now())),
                soon(lambda: town.receive(theirs, by=elsewhere).code),
            ]
        )
    assert ends[0].value == "FOUND"
    assert isinstance(ends[1].refusal, NumbersUsedUp)
    assert str(ends[2].value).endswith("-0001")
