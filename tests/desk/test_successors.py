"""What a unit that ended has left: its successor's officers work on it from the next day, and nobody else does."""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from tests.desk import lives
from tests.desk.counting import statements
from tests.desk.filings import Citizen, a_filing, accept
from tests.desk.lives import House, a_pdf, fresh
from tests.desk.test_provisional import take_in
from tests.desk.town import Town, a_unit

from motcua.desk import (
    day_at_the_desk,
    dossiers,
    exceptions,
    filing_acceptance,
    handling,
    notices,
    opinions,
    opinions_asked,
    provisional,
    results,
    returning,
    seeing,
    slips,
    steps,
    supplementing,
    tracking,
)
from motcua.desk.catalogue_words import UnitRole
from motcua.desk.dossiers import Place, Search
from motcua.desk.models import Dossier, GateException, HandOut, Hop
from motcua.desk.moving import OwnDossier
from motcua.desk.notices import Item
from motcua.desk.results import Particulars
from motcua.desk.returning import Taker
from motcua.desk.states import State
from motcua.desk.submission import How
from motcua.desk.supplementing import Handed
from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.refusal import NotFound
from motcua.units import posts
from motcua.units.models import Unit

WORK = (Power.RECEIVE_DOSSIER, Power.PROCESS, Power.SIGN, Power.HAND_OUT)
_BEFORE = importlib.import_module("motcua.desk.migrations.0054_successors_do_the_work")


def today() -> date:
    return timezone.localdate()


def ended(unit: Unit, into: Unit, *, days_ago: int = 1) -> None:
    """As the tree has it after ``reorganising.close``; the last day is that many days ago."""
    Unit.objects.filter(pk=unit.pk).update(valid_to=today() - timedelta(days=days_ago), successor=into)


def as_the_tree_says(who: Authority) -> Authority:
    """The authority that a request of today has."""
    return posts.authority_of(who.subject, on=today())


@pytest.fixture
def house(town: Town) -> House:
    return lives.house(town)


@pytest.fixture
def heir(house: House) -> Unit:
    return a_unit("xa-moi", "000.00.77.H08")


@pytest.fixture
def follower(heir: Unit) -> Authority:
    return lives.holding(heir, *WORK)


@pytest.fixture
def giver(heir: Unit) -> Authority:
    return lives.holding(heir, *WORK)


def listed(who: Authority, place: Place = Place.UNIT, **wanted: object) -> list[Dossier]:
    search = Search(place=place, **wanted)  # type: ignore[arg-type]
    return list(seeing.search(who, search, now=timezone.now(), limit=50).rows)


def named(dossier: Dossier) -> dict[str, object]:
    return {"dossier_id": dossier.public_id, "now": timezone.now()}


def test_a_life_goes_on_at_the_successor(
    house: House, heir: Unit, follower: Authority, giver: Authority
) -> None:
    """From the specialist's desk of a unit that ended to the hand-out, by people of the unit that follows it."""
    dossier = house.on_the_desk_of_the_specialist()
    ended(house.town.unit, heir)
    who, other = as_the_tree_says(follower), as_the_tree_says(giver)

    assert [row.pk for row in listed(who, Place.HERE)] == [dossier.pk]
    assert seeing.open_page(who, dossier.public_id)[1]
    notices.ask_supplement(
        authority=as_the_tree_says(follower),
        items=[Item("Đơn đề nghị", "Thiếu chữ ký")],
        reason="Đơn chưa ký tên",
        answer_by=None,
        **named(dossier),
    )
    assert [row.pk for row in listed(who, Place.SUPPLEMENT)] == [dossier.pk]
    supplementing.receive_supplement(
        authority=who, papers=[Handed("Đơn đề nghị", How.PAPER, originals=1)], **named(dossier)
    )
    handling.reassign(authority=who, reason="Đơn vị cũ đã kết thúc hoạt động", **named(dossier))
    house.accept(who, dossier)
    results.attach(authority=who, file=a_pdf(), **named(dossier))
    house.forward(who, dossier)
    house.accept(other, dossier)
    results.sign(
        authority=other,
        particulars=Particulars(number="12/QĐ-UBND", issued_on=today()),
        signer=lives.same_bytes,
        **named(dossier),
    )
    house.forward(other, dossier)
    assert [row.pk for row in listed(who, Place.TO_HAND_OUT)] == [dossier.pk]
    returning.hand_out(authority=who, taker=Taker(name=""), how=HandOut.How.AT_DESK, **named(dossier))

    done = fresh(dossier)
    assert (done.state, done.unit_id, done.code) == (State.RETURNED, house.town.unit.pk, dossier.code)
    tracked = tracking.track(code=dossier.code or "", check_chars=dossier.track_check, network="192.0.2.7")
    assert tracked.state == State.RETURNED


def test_the_work_of_a_step_goes_to_units_that_are_there(
    house: House, heir: Unit, follower: Authority
) -> None:
    dossier = house.received()
    ended(house.town.unit, heir)
    who = as_the_tree_says(follower)

    handling.hand_over(authority=who, **named(dossier))
    hop = Hop.objects.get(dossier=dossier, left_at=None)
    assert hop.unit_id == heir.pk
    assert steps.units_for(steps.steps_of(dossier)[1], fresh(dossier), on=today()) == [heir]


def test_before_the_last_day_is_over_nothing_changes(house: House, heir: Unit, follower: Authority) -> None:
    dossier = house.on_the_desk_of_the_specialist()
    ended(house.town.unit, heir, days_ago=-1)
    who = as_the_tree_says(follower)

    assert listed(who, Place.HERE) == [] and listed(who) == []
    with pytest.raises(NotFound):
        seeing.open_page(who, dossier.public_id)
    with pytest.raises(NotFound):
        handling.reassign(authority=who, reason="Chưa đến ngày", **named(dossier))
    assert [row.pk for row in listed(house.specialist, Place.HERE)] == [dossier.pk]


def test_nobody_else_is_let_in(house: House, heir: Unit, follower: Authority) -> None:
    """A unit beside, the unit above the successor, and whoever worked at the old unit and has no new post."""
    above = a_unit("ubnd-tinh", "000.00.99.H08", kind=Unit.Kind.SO)
    Unit.objects.filter(pk=heir.pk).update(parent=above)
    beside = lives.holding(a_unit("xa-ben", "000.00.78.H08", parent=above), *WORK)
    over = lives.holding(above, *WORK)
    dossier = house.on_the_desk_of_the_specialist()
    ended(house.town.unit, heir)

    for who in (as_the_tree_says(beside), as_the_tree_says(over)):
        assert listed(who) == [] and listed(who, Place.HERE) == []
        with pytest.raises(NotFound):
            seeing.open_page(who, dossier.public_id)
        with pytest.raises(NotFound):
            handling.reassign(authority=who, reason="Không phải việc của mình", **named(dossier))
    with pytest.raises(NotAuthorised):
        as_the_tree_says(house.specialist)


def test_it_goes_one_way(house: House, heir: Unit) -> None:
    """Whoever still has a post at the unit that ended sees nothing of what its successor receives."""
    clerk = lives.holding(heir, *WORK)
    ended(heir, house.town.unit)
    dossier = house.on_the_desk_of_the_specialist()

    assert as_the_tree_says(house.specialist).inherited == (heir.pk,)
    with pytest.raises(NotAuthorised):
        as_the_tree_says(clerk)
    with pytest.raises(NotFound):
        seeing.open_page(clerk, dossier.public_id)


def test_through_several_mergers_the_last_unit_does_the_work(
    house: House, heir: Unit, follower: Authority
) -> None:
    dossier = house.on_the_desk_of_the_specialist()
    last = a_unit("phuong-cuoi", "000.00.80.H08")
    there = lives.holding(last, *WORK)
    ended(house.town.unit, heir, days_ago=5)
    ended(heir, last, days_ago=1)

    who = as_the_tree_says(there)
    assert set(who.inherited) == {house.town.unit.pk, heir.pk}
    handling.reassign(authority=who, reason="Tiếp nhận sau sắp xếp", **named(dossier))
    assert [row.pk for row in listed(who, Place.TO_ACCEPT)] == [dossier.pk]


def test_each_list_and_count_has_each_dossier_once_and_asks_no_more_often(
    house: House, heir: Unit, follower: Authority
) -> None:
    mine = lives.holding(house.town.unit, *WORK)
    one, two = house.received(), house.on_the_desk_of_the_specialist()
    before = as_the_tree_says(mine)
    moment = timezone.now()
    counted = (
        day_at_the_desk.numbers(before, now=moment),
        day_at_the_desk.work(before, now=moment),
    )
    with statements() as asked_before:
        assert {row.pk for row in listed(before)} == {one.pk, two.pk}

    ended(house.town.unit, heir)
    after = as_the_tree_says(follower)
    with statements() as asked_after:
        assert [row.pk for row in listed(after)] == [two.pk, one.pk]
    assert len(asked_after) == len(asked_before)
    assert (
        day_at_the_desk.numbers(after, now=moment),
        day_at_the_desk.work(after, now=moment),
    ) == counted
    assert [row.pk for row in listed(after, code=(one.code or "")[-11:])] == [one.pk]


def test_what_was_filed_online_and_what_was_taken_in_provisionally_is_received(
    house: House, heir: Unit, follower: Authority
) -> None:
    citizen = Citizen(house.town)
    draft = citizen.begin()
    citizen.attach(draft)
    filed = citizen.send(draft)
    waiting = take_in(house.town, house.town.new_owner())
    ended(house.town.unit, heir)
    who = as_the_tree_says(follower)

    seen = filing_acceptance.waiting(who, Search(), cursor=None, now=timezone.now(), limit=50)
    assert [row.pk for row in seen.rows] == [filed.pk]
    accepted = filing_acceptance.accept(
        authority=who, dossier_id=filed.public_id, registry=house.portal, now=timezone.now()
    )
    assert (accepted.state, accepted.received_by) == (State.RECEIVED, who.subject)
    assert [row.pk for row in dossiers.owed(who, now=timezone.now()).rows] == [waiting.pk]
    outcome = provisional.recheck_at_desk(
        authority=who, dossier_id=waiting.public_id, registry=house.portal, now=timezone.now()
    )
    assert outcome == provisional.Outcome.CONFIRMED
    assert {row.pk for row in listed(who)} == {filed.pk, waiting.pk}


def test_the_successor_answers_what_the_unit_was_asked(house: House, heir: Unit, follower: Authority) -> None:
    room = a_unit("phong-to-chuc", "", kind=Unit.Kind.PHONG_CM, has_desk=False)
    dossier = house.on_the_desk_of_the_specialist()
    asked = opinions.ask(
        authority=house.specialist,
        asked_of="",
        asked_unit=room,
        content="Cho ý kiến",
        due_at=timezone.now() + timedelta(days=3),
        **named(dossier),
    )
    ended(room, heir)
    who = as_the_tree_says(follower)

    assert opinions_asked.how_many_wait(who) == 1
    answered = opinions.answer(
        authority=who, opinion_id=asked.public_id, words="Đồng ý với đề nghị", now=timezone.now()
    )
    assert answered.answered_by == who.subject


@contextmanager
def without_the_rule(name: str) -> Iterator[None]:
    """The function as it was before the tree's successors counted."""
    with connection.cursor() as cursor:
        cursor.execute(getattr(_BEFORE, f"{name}_BACK"))
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(getattr(_BEFORE, name))


def holds(who: Authority, unit: Unit, power: Power, function: str = "desk_holds") -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s, %s)", [who.subject, unit.pk, power.value])
        (found,) = cursor.fetchone()
    return bool(found)


def test_the_database_lets_in_whom_the_tree_lets_in_and_nobody_else(
    house: House, heir: Unit, follower: Authority
) -> None:
    old = house.town.unit
    beside = lives.holding(a_unit("xa-ben", "000.00.78.H08"), *WORK)
    assert holds(house.specialist, old, Power.PROCESS) and not holds(follower, old, Power.PROCESS)
    ended(old, heir, days_ago=-1)
    assert holds(house.specialist, old, Power.PROCESS) and not holds(follower, old, Power.PROCESS)
    ended(old, heir)
    assert holds(follower, old, Power.PROCESS) and not holds(beside, old, Power.PROCESS)
    assert not holds(house.specialist, old, Power.PROCESS)
    assert not holds(follower, old, Power.GRANT)
    assert not holds(beside, heir, Power.PROCESS)

    with without_the_rule("HOLDS"):
        assert holds(house.specialist, old, Power.PROCESS) and not holds(follower, old, Power.PROCESS)


def test_a_head_of_the_successor_decides_only_once_it_follows(house: House, heir: Unit) -> None:
    head = lives.holding(heir, Power.APPROVE_EXCEPTION)
    old = house.town.unit
    ended(old, heir, days_ago=-30)
    assert not holds(head, old, Power.APPROVE_EXCEPTION, "desk_holds_above")
    with without_the_rule("HOLDS_ABOVE"):
        assert holds(head, old, Power.APPROVE_EXCEPTION, "desk_holds_above")
    ended(old, heir)
    assert holds(head, old, Power.APPROVE_EXCEPTION, "desk_holds_above")


def test_a_step_is_not_taken_past_the_application_by_somebody_beside(
    house: House, heir: Unit, follower: Authority
) -> None:
    dossier = house.received()
    house.forward(house.town.authority, dossier)
    beside = lives.holding(a_unit("xa-ben", "000.00.78.H08"), *WORK)
    ended(house.town.unit, heir)
    hop = Hop.objects.filter(dossier=dossier, left_at=None)

    def taken_by(who: Authority) -> int:
        with transaction.atomic():
            return hop.update(accepted_by=who.subject, accepted_by_name="X", accepted_at=timezone.now())

    with pytest.raises(Exception, match="Người nhận bước này phải có quyền"):
        taken_by(beside)
    with without_the_rule("HOLDS"), pytest.raises(Exception, match="Người nhận bước này phải có quyền"):
        taken_by(follower)
    assert taken_by(follower) == 1


def test_who_worked_at_the_unit_when_it_ended_is_judged_by_the_tree_of_that_day(
    house: House, heir: Unit, follower: Authority
) -> None:
    """Who worked at the unit when it ended is judged by the tree of that day, as whoever follows is."""
    owner = lives.holding(house.town.unit, Power.PROCESS)
    ended(house.town.unit, heir)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT desk_held(%s, %s, NULL, now()), desk_held(%s, %s, 'RECEIVE_DOSSIER', now()),"
            " desk_held(%s, %s, NULL, now() - interval '3 days')",
            [
                owner.subject,
                house.town.unit.pk,
                follower.subject,
                house.town.unit.pk,
                owner.subject,
                house.town.unit.pk,
            ],
        )
        assert cursor.fetchone() == (False, True, True)
    with without_the_rule("HELD"), connection.cursor() as cursor:
        cursor.execute("SELECT desk_held(%s, %s, NULL, now())", [follower.subject, house.town.unit.pk])
        assert cursor.fetchone() == (False,)


def test_an_officers_own_online_filing_is_accepted_by_a_colleague_of_the_successor(
    house: House, heir: Unit
) -> None:
    """Carried over to the successor, the owner works there: a colleague accepts, the owner does not."""
    owner, colleague = lives.holding(heir, *WORK), lives.holding(heir, *WORK)
    citizen = Citizen(house.town, subject=owner.subject)
    draft = citizen.begin()
    citizen.attach(draft)
    filed = citizen.send(draft, a_filing(private_matter=True))
    ended(house.town.unit, heir)
    with pytest.raises(OwnDossier):
        accept(house.town, filed, as_the_tree_says(owner))
    accepted = accept(house.town, filed, as_the_tree_says(colleague))
    assert (accepted.state, accepted.received_by) == (State.RECEIVED, colleague.subject)


def asked_at(unit: Unit) -> GateException:
    return exceptions.ask(
        authority=lives.holding(unit, Power.RECEIVE_DOSSIER),
        reason_kind="CANNOT",
        reason="Cụ bà đã 95 tuổi, không có điện thoại.",
        owner_name="Nguyễn Thị Cụ",
    )


def test_an_exception_is_decided_by_the_successors_head_from_the_day_and_by_nobody_beside(
    house: House, heir: Unit
) -> None:
    old = house.town.unit
    row = asked_at(old)
    head = lives.holding(heir, Power.APPROVE_EXCEPTION)
    beside = lives.holding(a_unit("xa-ben", "000.00.78.H08"), Power.APPROVE_EXCEPTION)

    def decide(who: Authority) -> GateException:
        return exceptions.approve(authority=as_the_tree_says(who), exception_id=row.public_id)

    def past_the_application(who: Authority) -> int:
        with transaction.atomic():
            rows = GateException.objects.filter(pk=row.pk)
            return rows.update(approved_by=who.subject, approved_at=timezone.now())

    ended(old, heir, days_ago=-1)
    for who in (head, beside):
        with pytest.raises(NotFound):
            decide(who)
        with pytest.raises(Exception, match="phải do người có quyền duyệt"):
            past_the_application(who)
    with without_the_rule("BY_HEAD"), pytest.raises(ZeroDivisionError), transaction.atomic():
        assert past_the_application(head) == 1, "the rule of before let a head decide before the day"
        raise ZeroDivisionError

    ended(old, heir)
    with pytest.raises(Exception, match="phải do người có quyền duyệt"):
        past_the_application(beside)
    assert decide(head).approved_by == head.subject


def test_a_department_that_stayed_below_the_ended_unit_still_gets_its_step(
    house: House, heir: Unit, follower: Authority
) -> None:
    """And “cấp trên” of a successor whose parent ended is whoever follows that parent."""
    dossier = house.received()
    room = a_unit("phong-chuyen-mon", "", kind=Unit.Kind.PHONG_CM, has_desk=False, parent=house.town.unit)
    lives.holding(room, Power.PROCESS)
    step = steps.steps_of(dossier)[1]
    step.power, step.unit_role, step.unit_kind = Power.PROCESS.value, UnitRole.DEPARTMENT, Unit.Kind.PHONG_CM
    assert room in steps.units_for(step, dossier, on=today())
    ended(house.town.unit, heir)
    assert room in steps.units_for(step, fresh(dossier), on=today())

    above, new_above = (a_unit(code, "", kind=Unit.Kind.SO, has_desk=False) for code in ("so-cu", "so-moi"))
    lives.holding(new_above, Power.PROCESS)
    Unit.objects.filter(pk=heir.pk).update(parent=above)
    ended(above, new_above)
    step.unit_role = UnitRole.ABOVE
    assert steps.units_for(step, fresh(dossier), on=today()) == [new_above]


def test_papers_of_after_the_end_are_in_the_name_of_whoever_works_there_and_ring_its_phone(
    house: House, heir: Unit, follower: Authority
) -> None:
    """The code stays of the old unit's series: the papers of before are found under it."""
    old = house.town.unit
    Unit.objects.filter(pk=heir.pk).update(phone="0256 3822 222")
    filed = Citizen(house.town).filed()
    ended(old, heir)
    who = as_the_tree_says(follower)
    accepted = accept(house.town, filed, who)
    _, said = slips.to_print(who, accepted.public_id)
    assert (said["agency"], said["desk"]) == (heir.name, f"{old.name} (nay là {heir.name})")
    assert said["help_phone"] == "0256 3822 222"
    assert (accepted.code or "").startswith(old.dossier_prefix)


def test_what_ends_with_nobody_after_it_is_given_no_more_work(house: House) -> None:
    dossier = house.received()
    room = a_unit("phong-chuyen-mon", "", kind=Unit.Kind.PHONG_CM, has_desk=False, parent=house.town.unit)
    lives.holding(room, Power.PROCESS)
    step = steps.steps_of(dossier)[1]
    step.power, step.unit_role, step.unit_kind = Power.PROCESS.value, UnitRole.DEPARTMENT, Unit.Kind.PHONG_CM
    assert room in steps.units_for(step, dossier, on=today())
    Unit.objects.filter(pk=room.pk).update(valid_to=today() + timedelta(days=30))
    assert room not in steps.units_for(step, dossier, on=today())
    Unit.objects.filter(pk=room.pk).update(successor=house.town.unit)
    assert room in steps.units_for(step, dossier, on=today())


def test_pages_of_several_units_lists_are_one_list_in_order(
    house: House, heir: Unit, follower: Authority
) -> None:
    """Each unit's first rows by its own index, put together: nothing twice, nothing left out, over pages too."""
    old = house.town.unit
    made = [house.received() for _ in range(5)]
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        moved = [made[1].pk, made[3].pk]
        cursor.execute("UPDATE desk_dossier SET unit_id = %s WHERE id = ANY(%s)", [heir.pk, moved])
        cursor.execute("SET session_replication_role = origin")
    ended(old, heir)
    who, seen, after = as_the_tree_says(follower), [], None
    for _ in range(3):
        page = dossiers.list_for_officer(who, Search(), cursor=after, now=timezone.now(), limit=2)
        seen += [row.pk for row in page.rows]
        after = page.next_cursor
    assert (seen, after) == ([row.pk for row in reversed(made)], None)
    with statements() as asked:
        listed(who)
    (said,) = [one for one in asked if "desk_dossier" in str(one)]
    assert str(said).count("LIMIT 51") == 3 and "UNION ALL" in str(said)
