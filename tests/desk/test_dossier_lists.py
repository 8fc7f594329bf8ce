"""Who sees which dossier, how a list is searched, and what it costs."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone
from tests.desk import town as building
from tests.desk.counting import statements
from tests.desk.town import NAME, OWNER, Town

from motcua.desk import dossiers, tracking
from motcua.desk.dossiers import Search, Sort
from motcua.desk.states import State
from motcua.kernel.authority import NotAuthorised, Power
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.refusal import NotFound
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.limits.spending import TooManyAttempts

NOW = timezone.now


def codes(town: Town, **search: object) -> list[str]:
    page = dossiers.list_for_officer(town.authority, Search(**search), now=NOW())  # type: ignore[arg-type]
    return [(row.code or "")[-4:] for row in page.rows]


@pytest.fixture
def three(town: Town) -> Town:
    town.received()
    for number, name in (("052190000401", "Phạm Đức Hòa"), ("052190000402", "H'Hen Niê")):
        town.portal.enrol(number, name)
        town.received(number)
    return town


def test_the_list_is_found_by_name_with_and_without_marks(three: Town) -> None:
    assert codes(three, name="phạm đức hoà") == ["0002"]
    assert codes(three, name="PHAM DUC") == ["0002"]
    assert codes(three, name="ph du") == ["0002"]
    assert codes(three, name="h'hen") == ["0003"]
    assert codes(three, name="khong co ai") == []
    assert codes(three, name="'); DROP TABLE desk_dossier; --") == []


def test_the_list_is_found_by_number_code_state_and_day(three: Town) -> None:
    today = timezone.localdate()
    assert codes(three, number=CitizenId.parse("052190000401")) == ["0002"]
    assert codes(three, number=CitizenId.parse("052190000499")) == []
    assert codes(three, code="-0003") == ["0003"]
    assert codes(three, code="%") == []
    assert codes(three, states=(State.RECEIVED,)) == ["0003", "0002", "0001"]
    assert codes(three, states=(State.DONE,)) == []
    assert codes(three, from_day=today, to_day=today, sort=Sort.OLDEST) == ["0001", "0002", "0003"]
    assert codes(three, to_day=today - timedelta(days=1)) == []
    assert codes(three, procedure_code="2.002479") == []
    assert codes(three, mine=True, sort=Sort.DUE) == ["0001", "0002", "0003"]


def test_pages_follow_each_other_without_gap_or_repetition(three: Town) -> None:
    for sort in Sort:
        seen: list[int] = []
        cursor: str | None = None
        while True:
            page = dossiers.list_for_officer(
                three.authority, Search(sort=sort), cursor=cursor, now=NOW(), limit=1
            )
            seen += [row.pk for row in page.rows]
            if (cursor := page.next_cursor) is None:
                break
        assert len(seen) == len(set(seen)) == 3


@pytest.mark.parametrize(
    "cursor", ["x", "2026-11-23~1", "2026-11-23T00:00:00+00:00~", "~1", "\x00", "9" * 99]
)
def test_a_bent_cursor_is_a_refusal(three: Town, cursor: str) -> None:
    with pytest.raises(dossiers.BadCursor):
        dossiers.list_for_officer(three.authority, Search(), cursor=cursor, now=NOW())


def test_a_list_is_one_statement_and_a_dossier_is_three(three: Town) -> None:
    with statements() as seen:
        page = dossiers.list_for_officer(three.authority, Search(name="nguyen"), now=NOW())
        [(row.procedure.name, row.process.name, row.unit.name, row.code) for row in page.rows]
    assert len(seen) == 1

    with statements() as seen:
        dossier = dossiers.dossier_for_officer(three.authority, page.rows[0].public_id)
        [line.file for line in dossier.components.all()]
        list(dossier.events.all())
    assert len(seen) == 3

    with statements() as seen:
        mine = dossiers.dossiers_of_owner(three.portal.people[OWNER].subject)
        [(row.procedure.name, row.unit.name) for row in mine.rows]
    assert len(seen) == 2 and len(mine.rows) == 1  # the other asks under which ids the owner is known


def test_another_units_dossier_is_not_there(three: Town) -> None:
    mine = dossiers.list_for_officer(three.authority, Search(), now=NOW()).rows[0].public_id
    other_unit = building.a_unit("pgd-540", "000.01.06.H08")
    other = building.authority_of(building.an_officer(), other_unit)
    assert dossiers.list_for_officer(other, Search(), now=NOW()).rows == []
    for public_id in (mine, uuid.uuid4()):
        with pytest.raises(NotFound):
            dossiers.dossier_for_officer(other, public_id)
    with pytest.raises(NotAuthorised):
        dossiers.dossier_for_officer(building.authority_of(three.officer, three.unit, Power.GRANT), mine)


def test_an_inspector_above_sees_the_units_below(three: Town) -> None:
    above = building.a_unit("ubnd", "000.00.01.H08")
    inspector = building.authority_of(building.an_officer(), above, Power.INSPECT)
    from dataclasses import replace

    inspector = replace(inspector, subtree=(above.pk, three.unit.pk))
    assert len(dossiers.list_for_officer(inspector, Search(), now=NOW()).rows) == 3


def test_an_owner_sees_only_own_dossiers(three: Town) -> None:
    mine = three.portal.people[OWNER].subject
    theirs = three.portal.people["052190000401"].subject
    dossier = dossiers.dossiers_of_owner(mine).rows[0]
    assert dossiers.dossier_of_owner(mine, dossier.public_id).owner_name == NAME
    assert dossiers.component_of_owner(mine, dossier.public_id, 1).order == 1
    for ask in (
        lambda: dossiers.dossier_of_owner(theirs, dossier.public_id),
        lambda: dossiers.component_of_owner(theirs, dossier.public_id, 1),
        lambda: dossiers.dossier_of_owner("", dossier.public_id),
        lambda: dossiers.dossiers_of_owner(""),
    ):
        with pytest.raises(NotFound):
            ask()


def test_tracking_needs_the_slips_characters_and_says_the_state_only(three: Town) -> None:
    dossier = dossiers.dossiers_of_owner(three.portal.people[OWNER].subject).rows[0]
    code = dossier.code or ""
    seen = tracking.track(code=code.lower(), check_chars=dossier.track_check.lower(), network="a")
    assert seen.state_words == "Được tiếp nhận"
    assert NAME not in repr(seen) and dossier.procedure.name not in repr(seen)

    wrong = "222222" if dossier.track_check != "222222" else "333333"
    for bad_code, bad_check in (
        (code, wrong),
        (code, ""),
        (code[:-1] + "9", dossier.track_check),
        ("x", "y"),
    ):
        with pytest.raises(tracking.NothingTracked):
            tracking.track(code=bad_code, check_chars=bad_check, network="b")


def test_counting_out_the_codes_ends_at_twenty(three: Town) -> None:
    dossier = dossiers.dossiers_of_owner(three.portal.people[OWNER].subject).rows[0]
    miss(dossier.code or "", times=20)
    with pytest.raises(tracking.WorkWanted):
        tracking.track(code=dossier.code or "", check_chars=dossier.track_check, network="thief")


def test_who_holds_the_slip_is_shut_out_by_nobody(three: Town) -> None:
    dossier = dossiers.dossiers_of_owner(three.portal.people[OWNER].subject).rows[0]
    slip = {"code": dossier.code or "", "check_chars": dossier.track_check}
    for network in ("thief", "another thief", "a third"):
        miss(slip["code"], times=20, network=network)

    assert tracking.track(**slip, network="at home").code == slip["code"]
    with pytest.raises(tracking.WorkWanted):
        tracking.track(**slip, network="thief")
    assert tracking.track(**slip, network="thief", worked=True).code == slip["code"]


def test_looking_at_the_own_dossier_uses_nothing_up(three: Town) -> None:
    dossier = dossiers.dossiers_of_owner(three.portal.people[OWNER].subject).rows[0]
    for worked in (False, True):
        for _ in range(30):
            tracking.track(
                code=dossier.code or "", check_chars=dossier.track_check, network="home", worked=worked
            )

    assert spending.peek(Quota.TRACKING_MISSES, "home").times == 20
    assert spending.peek(Quota.TRACKING_MISSES_WITH_WORK, "home").times == 600


def test_work_does_not_buy_more_than_the_hard_limit(three: Town) -> None:
    dossier = dossiers.dossiers_of_owner(three.portal.people[OWNER].subject).rows[0]
    for _ in range(600):
        spending.spend((Quota.TRACKING_MISSES_WITH_WORK, "thief"))

    with pytest.raises(TooManyAttempts):
        tracking.track(code=dossier.code or "", check_chars=dossier.track_check, network="thief", worked=True)


def test_many_networks_at_one_code_ring_the_alarm(three: Town, caplog: pytest.LogCaptureFixture) -> None:
    dossier = dossiers.dossiers_of_owner(three.portal.people[OWNER].subject).rows[0]
    for nth in range(21):
        miss(dossier.code or "", times=1, network=f"network-{nth}")

    rung = [record for record in caplog.records if record.getMessage() == "limits.alarm"]
    assert [getattr(record, "quota", "") for record in rung] == ["TRACKING_MISSES_OF_CODE"]


def miss(code: str, *, times: int, network: str = "thief") -> None:
    for _ in range(times):
        with pytest.raises(tracking.NothingTracked):
            tracking.track(code=code, check_chars="222222", network=network)
