"""Who goes on with the work of a unit that has a last day: named later, otherwise, or one of a split."""

import importlib
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from tests.races.together import together
from tests.units import people
from tests.units.people import TODAY

from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.refusal import NotFound
from motcua.units import ending, granting, posts, reorganising, tree
from motcua.units.models import GrantRequest, Unit, UnitChange
from motcua.units.reorganising import (
    NoLastDay,
    NothingAssigned,
    NotOfTheSplit,
    OwnSuccessorStays,
    SuccessorKept,
    SuccessorNamedAbove,
    SuccessorNotOpen,
    SuccessorWanted,
    UnitReasonWanted,
)

WHY = "Nghị quyết 1664/NQ-UBTVQH15"
LAST = TODAY + timedelta(days=30)
AFTER = LAST + timedelta(days=1)


@pytest.fixture
def admin(db: None) -> Authority:
    so = people.unit("so-mau", kind=Unit.Kind.SO)
    for code in ("phong-a", "phong-b", "phong-c", "phong-d"):
        people.unit(code, parent=so)
    return people.administrator(so)


def unit(code: str) -> Unit:
    return Unit.objects.get(code=code)


def close(admin: Authority, into: str = "", **more: object) -> None:
    values: dict[str, object] = {"last_day": LAST, "reason": WHY, "on": TODAY, **more}
    reorganising.close(authority=admin, unit_code="phong-a", successor_code=into, **values)  # type: ignore[arg-type]


def assign(admin: Authority, into: str, *, on: date = TODAY, reason: str = WHY) -> None:
    reorganising.assign(authority=admin, unit_code="phong-a", successor_code=into, reason=reason, on=on)


def inherited_at(code: str, on: date) -> tuple[int, ...]:
    worker = people.officer()
    people.post(worker, unit(code), Power.PROCESS)
    return posts.authority_of(worker.subject, on=on).inherited


def test_work_that_is_left_wants_somebody_to_go_on_with_it(admin: Authority) -> None:
    with pytest.raises(SuccessorWanted):
        close(admin, work_left=1)
    assert unit("phong-a").valid_to is None
    close(admin, "phong-b", work_left=1)
    assert unit("phong-a").successor == unit("phong-b")


def test_a_unit_that_ended_with_nobody_after_it_is_given_to_somebody(admin: Authority) -> None:
    close(admin)
    assert tree.working_unit(unit("phong-a"), on=AFTER) == unit("phong-a")
    assert reorganising.may_be_assigned(admin, unit("phong-a"), on=AFTER)
    assign(admin, "phong-b", on=AFTER)

    assert inherited_at("phong-b", AFTER) == (unit("phong-a").pk,)
    assert inherited_at("phong-c", AFTER) == ()
    assert tree.working_unit(unit("phong-a"), on=AFTER) == unit("phong-b")
    change = UnitChange.objects.filter(unit=unit("phong-a")).order_by("id").last()
    assert change is not None
    assert (change.kind, change.successors, change.before, change.by_subject) == (
        "ASSIGNED",
        ["phong-b"],
        {"successor": ""},
        admin.subject,
    )


def test_until_the_last_day_is_over_it_may_be_named_otherwise_and_then_no_more(admin: Authority) -> None:
    close(admin, "phong-b")
    assign(admin, "phong-c", on=LAST)
    assert unit("phong-a").successor == unit("phong-c")
    assert not reorganising.may_be_assigned(admin, unit("phong-a"), on=AFTER)
    with pytest.raises(SuccessorKept):
        assign(admin, "phong-b", on=AFTER)
    assert inherited_at("phong-b", AFTER) == ()


def test_of_those_it_was_split_into_another_may_have_the_old_dossiers(admin: Authority) -> None:
    reorganising.split(
        authority=admin,
        unit_code="phong-a",
        into_codes=["phong-b", "phong-c"],
        last_day=LAST,
        reason=WHY,
        on=TODAY,
    )
    assign(admin, "phong-c", on=AFTER)
    assert (inherited_at("phong-b", AFTER), inherited_at("phong-c", AFTER)) == ((), (unit("phong-a").pk,))
    with pytest.raises(NotOfTheSplit):
        assign(admin, "phong-d", on=AFTER)
    split = unit("phong-a")
    assert [one.code for one in reorganising.may_follow(admin, split, on=AFTER)] == ["phong-b", "phong-c"]
    with pytest.raises(NothingAssigned):
        assign(admin, "phong-c", on=AFTER)


def test_nobody_names_a_successor_who_may_not_or_names_none_that_is_there(admin: Authority) -> None:
    with pytest.raises(NoLastDay):
        assign(admin, "phong-b")
    close(admin)
    with pytest.raises(UnitReasonWanted):
        assign(admin, "phong-b", reason="ngắn")
    with pytest.raises(NotFound):
        assign(admin, "so-khac")
    with pytest.raises(SuccessorNotOpen):
        assign(admin, "phong-a")
    Unit.objects.filter(code="phong-d").update(valid_to=LAST)
    with pytest.raises(SuccessorNotOpen):
        assign(admin, "phong-d")
    with pytest.raises(NotFound):
        assign(people.administrator(people.unit("so-khac", kind=Unit.Kind.SO)), "phong-b")
    with pytest.raises(NotAuthorised):
        assign(people.editor(unit("so-mau")), "phong-b")
    assert unit("phong-a").successor is None


def test_several_units_between_lead_to_the_last(admin: Authority) -> None:
    close(admin, "phong-b")
    reorganising.close(
        authority=admin,
        unit_code="phong-b",
        successor_code="phong-c",
        last_day=AFTER,
        reason=WHY,
        on=TODAY,
    )
    later = AFTER + timedelta(days=1)
    assert tree.working_unit(unit("phong-a"), on=AFTER) == unit("phong-b")
    assert tree.working_unit(unit("phong-a"), on=later) == unit("phong-c")
    assert set(inherited_at("phong-c", later)) == {unit("phong-a").pk, unit("phong-b").pk}
    assert inherited_at("phong-c", AFTER) == ()


def test_whom_the_end_of_a_unit_concerns_is_counted_once_each(admin: Authority) -> None:
    stays, leaves = people.officer(), people.officer()
    for who in (stays, leaves):
        people.post(who, unit("phong-a"), Power.PROCESS)
    people.post(stays, unit("phong-b"), Power.SIGN)
    granting.grant(
        authority=admin,
        officer_id=stays.pk,
        unit_code="phong-a",
        powers=[Power.EXPORT],
        valid_from=TODAY,
        valid_to=None,
        reason=WHY,
        on=TODAY,
    )
    assert GrantRequest.objects.filter(unit=unit("phong-a")).count() == 1

    found = ending.people_of([unit("phong-a").pk, unit("phong-c").pk], on=TODAY)
    assert found[unit("phong-a").pk] == ending.People(officers=2, posts=2, only_here=1, requests=1)
    assert found[unit("phong-c").pk] == ending.People()
    both = ending.people_of([unit("phong-a").pk, unit("phong-b").pk], on=TODAY)
    assert both[unit("phong-a").pk].only_here == 2
    assert ending.hands_at(unit("phong-b"), on=TODAY)[Power.SIGN] == 1
    assert ending.hands_at(unit("phong-b"), on=TODAY)[Power.HAND_OUT] == 0


def test_the_posts_of_a_unit_that_is_split_may_go_to_the_main_one(admin: Authority) -> None:
    who = people.officer()
    people.post(who, unit("phong-a"), Power.PROCESS)
    reorganising.split(
        authority=admin,
        unit_code="phong-a",
        into_codes=["phong-b", "phong-c"],
        last_day=LAST,
        reason=WHY,
        on=TODAY,
        carry_posts=True,
    )
    after = posts.authority_of(who.subject, on=AFTER)
    assert (after.unit_code, after.inherited) == ("phong-b", (unit("phong-a").pk,))


def test_nobody_decides_who_follows_the_own_unit_or_overrules_those_above(admin: Authority) -> None:
    for code in ("to-1", "to-2"):
        people.unit(code, parent=unit("phong-a"))
    admin = posts.authority_of(admin.subject, on=TODAY)
    close(admin, "phong-b")
    own = people.administrator(unit("phong-a"))
    assert not reorganising.may_be_assigned(own, unit("phong-a"), on=TODAY)
    with pytest.raises(OwnSuccessorStays):
        assign(own, "to-1")

    reorganising.close(
        authority=admin, unit_code="to-1", successor_code="phong-b", last_day=LAST, reason=WHY, on=TODAY
    )
    assert not reorganising.may_be_assigned(own, unit("to-1"), on=TODAY)
    with pytest.raises(SuccessorNamedAbove):
        reorganising.assign(authority=own, unit_code="to-1", successor_code="to-2", reason=WHY, on=TODAY)
    assert {unit("phong-a").successor, unit("to-1").successor} == {unit("phong-b")}


def test_what_was_carried_to_one_successor_is_carried_anew_to_the_other(admin: Authority) -> None:
    who, settled, from_both = people.officer(), people.officer(), people.officer()
    people.post(who, unit("phong-a"), Power.PROCESS)
    people.post(settled, unit("phong-b"), Power.SIGN)
    for code in ("phong-a", "phong-d"):
        people.post(from_both, unit(code), Power.PROCESS)
    boss = people.officer()
    people.post(boss, unit("phong-a"), Power.APPROVE_EXCEPTION)
    close(admin, "phong-b", carry_posts=True)
    reorganising.close(
        authority=admin,
        unit_code="phong-d",
        successor_code="phong-b",
        last_day=LAST,
        reason=WHY,
        on=TODAY,
        carry_posts=True,
    )
    assert posts.authority_of(who.subject, on=AFTER).unit_code == "phong-b"

    assign(admin, "phong-c")

    moved = posts.authority_of(who.subject, on=AFTER)
    assert (moved.unit_code, moved.inherited) == ("phong-c", (unit("phong-a").pk,))
    with pytest.raises(NotAuthorised):
        posts.authority_of(who.subject, at_unit="phong-b", on=AFTER)
    assert posts.authority_of(settled.subject, on=AFTER).unit_code == "phong-b"
    assert posts.authority_of(from_both.subject, at_unit="phong-b", on=AFTER).powers == {Power.PROCESS}
    asked = GrantRequest.objects.filter(officer=boss).order_by("id").values_list("unit__code", "state")
    assert list(asked) == [("phong-b", "DECLINED"), ("phong-c", "OPEN")]


def test_another_administrator_calls_back_what_was_asked_and_the_asker_reads_why(admin: Authority) -> None:
    boss = people.officer()
    people.post(boss, unit("phong-a"), Power.APPROVE_EXCEPTION)
    close(admin, "phong-b", carry_posts=True)

    assign(people.administrator(unit("so-mau")), "phong-c")

    called_back = GrantRequest.objects.get(officer=boss, unit=unit("phong-b"))
    assert (called_back.state, called_back.decided_reason) == (
        "DECLINED",
        "Đơn vị kế thừa được chỉ định lại.",
    )


def test_nothing_is_carried_where_nothing_was(admin: Authority) -> None:
    who = people.officer()
    people.post(who, unit("phong-a"), Power.PROCESS)
    close(admin, "phong-b")
    assign(admin, "phong-c")
    with pytest.raises(NotAuthorised):
        posts.authority_of(who.subject, on=AFTER)


def test_what_comes_to_a_unit_is_what_ended_in_it_however_many_lie_between(admin: Authority) -> None:
    close(admin, "phong-b")
    reorganising.close(
        authority=admin, unit_code="phong-b", successor_code="phong-c", last_day=AFTER, reason=WHY, on=TODAY
    )
    a, b, c, d = (unit(f"phong-{letter}").pk for letter in "abcd")
    assert ending.with_inherited([c, d]) == {c: (a, b, c), d: (d,)}
    assert ending.with_inherited([c, d], on=AFTER) == {c: (c,), d: (d,)}
    assert ending.with_inherited([c], on=AFTER + timedelta(days=1)) == {c: (a, b, c)}


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_unit_is_not_ended_with_nobody_after_it_while_it_is_made_a_successor() -> None:
    """Both at once: whoever is second sees what the first did, so the work of the one never ends with nobody."""
    so = people.unit("so-mau", kind=Unit.Kind.SO)
    for code in ("phong-a", "phong-b"):
        people.unit(code, parent=so)
    admin = people.administrator(so)
    close(admin)
    ends = {"last_day": TODAY, "reason": WHY, "on": TODAY}
    outcomes = together(
        [
            lambda: assign(admin, "phong-b"),
            lambda: reorganising.close(authority=admin, unit_code="phong-b", successor_code="", **ends),
        ]
        * 4
    )
    assert sum(outcome.went_well for outcome in outcomes) == 1
    assert (unit("phong-a").successor is None) != (unit("phong-b").valid_to is None)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_several_who_name_a_successor_the_last_word_stands_and_each_is_written_down() -> None:
    so = people.unit("so-mau", kind=Unit.Kind.SO)
    for code in ("phong-a", "phong-b", "phong-c"):
        people.unit(code, parent=so)
    admin = people.administrator(so)
    who = people.officer()
    people.post(who, unit("phong-a"), Power.PROCESS)
    close(admin, "so-mau", carry_posts=True)
    outcomes = together([lambda into=into: assign(admin, into) for into in ("phong-b", "phong-c") * 3])
    went = sum(outcome.went_well for outcome in outcomes)
    assert went == UnitChange.objects.filter(kind="ASSIGNED").count() >= 2
    last = UnitChange.objects.filter(kind="ASSIGNED").order_by("id").last()
    assert last is not None and [unit("phong-a").successor.code] == last.successors  # type: ignore[union-attr]
    assert posts.authority_of(who.subject, on=AFTER).unit_code == last.successors[0]
    for other in {"so-mau", "phong-b", "phong-c"} - set(last.successors):
        with pytest.raises(NotAuthorised):
            posts.authority_of(who.subject, at_unit=other, on=AFTER)


def test_the_database_ends_no_unit_with_nobody_after_it_before_what_is_to_come_to_it(
    admin: Authority,
) -> None:
    """Past the application: the work of phong-a would come to a unit that is gone and left it to nobody."""
    rule = importlib.import_module("motcua.units.migrations.0025_successors_outlive")
    close(admin, "phong-b")

    def end_it(last: date) -> None:
        with transaction.atomic():
            Unit.objects.filter(code="phong-b").update(valid_to=last)

    with pytest.raises(DatabaseError, match="phải còn hoạt động sau đơn vị kết thúc"):
        end_it(LAST)
    end_it(AFTER)
    with connection.cursor() as cursor:
        cursor.execute(rule.NO_RING_BACK)
    end_it(LAST)
    with connection.cursor() as cursor:
        cursor.execute(rule.NO_RING)
