"""A unit that only warns comes to bind: one administrator asks, another agrees, its officers are told."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.conf import settings as django_settings
from django.utils import timezone
from tests.rule_by_rule import constraints_of, only_by_trigger, triggers_of, two_rows, wrong_of
from tests.units import people

from motcua.journal.models import Event
from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.phone import Phone
from motcua.kernel.refusal import NotFound
from motcua.outbox.models import Message
from motcua.units import gate_days, gate_reading
from motcua.units.gate_tables import GateChange, GateChangeUnit
from motcua.units.models import Officer, Unit

pytestmark = pytest.mark.django_db
WHY = "Công văn 349/VPUBND"


def today() -> date:
    return timezone.localdate()


def soon(days: int = 10) -> date:
    return today() + timedelta(days=days)


@pytest.fixture
def so() -> Unit:
    return people.unit("so-mau", has_desk=True, dossier_prefix="000.00.08.H08")


@pytest.fixture
def admin(so: Unit) -> Authority:
    return people.administrator(so)


@pytest.fixture
def second(so: Unit) -> Authority:
    return people.administrator(so)


def warning(code: str, so: Unit, days: int = 60) -> Unit:
    """A desk whose gate binds in so many days."""
    nth = Unit.objects.count()
    return people.unit(
        code, parent=so, has_desk=True, dossier_prefix=f"000.{nth:02d}.09.H08", gate_binds_from=soon(days)
    )


def asked(
    admin: Authority, *units: Unit, on: date | None = None, binds_from: date | None = None
) -> GateChange:
    return gate_days.ask(
        authority=_now(admin),
        unit_codes=[unit.code for unit in units],
        binds_from=binds_from or soon(),
        reason=WHY,
        on=on or today(),
    )


def _now(authority: Authority) -> Authority:
    """Units were added since the authority was read."""
    return people.posts.authority_of(authority.subject, on=today())


def approved(second: Authority, change: GateChange) -> None:
    gate_days.approve(authority=_now(second), change_id=change.public_id, on=today())


def receiver(at: Unit) -> Officer:
    who = people.officer()
    sealed = django_settings.KEYRING.seal("officer.phone", who.subject, Phone.parse("0913000101").value)
    Officer.objects.filter(pk=who.pk).update(phone_sealed=sealed)
    people.post(who, at, Power.RECEIVE_DOSSIER)
    return who


def test_a_second_administrator_makes_the_day_hold_and_the_officers_hear_it(
    so: Unit, admin: Authority, second: Authority
) -> None:
    one, other, apart = warning("phong-a", so), warning("phong-b", so), warning("phong-c", so)
    receiver(one), receiver(one), receiver(apart)

    change = asked(admin, one, other)
    assert Unit.objects.get(pk=one.pk).gate_binds_from == soon(60), "asking alone changes nothing"
    approved(second, change)

    assert {unit.gate_binds_from for unit in Unit.objects.filter(pk__in=[one.pk, other.pk])} == {soon()}
    assert Unit.objects.get(pk=apart.pk).gate_binds_from == soon(60)
    texts = list(Message.objects.filter(purpose="gate_day_set"))
    assert len({text.dedupe_key for text in texts}) == len(texts) == 2
    days = Event.objects.filter(event="units.gate_day.set").order_by("id")
    assert [line.unit_code for line in days] == ["phong-a", "phong-b"]
    assert days[0].facts == {"since": soon().isoformat(), "was": soon(60).isoformat()}
    assert not GateChangeUnit.objects.filter(waiting=True).exists()


def test_nobody_agrees_to_their_own_and_no_stranger_sees_it(so: Unit, admin: Authority) -> None:
    unit = warning("phong-a", so)
    change = asked(admin, unit)
    stranger = people.administrator(people.unit("noi-khac"))
    below = people.administrator(unit)

    with pytest.raises(gate_days.GateSecondPersonNeeded):
        approved(admin, change)
    with pytest.raises(gate_days.GateSecondPersonNeeded):
        gate_days.decline(authority=admin, change_id=change.public_id)
    for other in (stranger, below):
        with pytest.raises(NotFound):
            approved(other, change)
    with pytest.raises(NotFound):
        gate_days.withdraw(authority=stranger, change_id=change.public_id)
    assert GateChange.objects.get().state == "OPEN"


def test_whoever_agrees_must_administer_every_unit_of_the_change(so: Unit, admin: Authority) -> None:
    unit = warning("phong-a", so)
    change = asked(admin, unit)
    peer = people.administrator(so)
    Unit.objects.filter(pk=unit.pk).update(parent=people.unit("noi-khac"))

    with pytest.raises(gate_days.GateUnitsBeyond):
        approved(peer, change)
    assert GateChange.objects.get().state == "OPEN"


def test_a_day_comes_nearer_only(so: Unit, admin: Authority, second: Authority) -> None:
    bound, soon_bound = people.unit("phong-cu", parent=so), warning("phong-a", so, days=5)
    for unit in (bound, soon_bound):
        with pytest.raises(gate_days.GateDayNotEarlier):
            asked(admin, unit)
    with pytest.raises(gate_days.GateDayPast):
        asked(admin, soon_bound, binds_from=today())
    assert GateChange.objects.count() == 0


def test_what_waited_too_long_is_asked_anew(so: Unit, admin: Authority, second: Authority) -> None:
    change = asked(admin, warning("phong-a", so), on=today() - timedelta(days=30), binds_from=today())
    with pytest.raises(gate_days.GateDayPast):
        approved(second, change)
    assert GateChange.objects.get().state == "OPEN"


@pytest.mark.parametrize("reason", ["", "ngắn", " " * 20])
def test_the_reason_is_wanted(so: Unit, admin: Authority, reason: str) -> None:
    unit = warning("phong-a", so)
    with pytest.raises(gate_days.GateReasonWanted):
        gate_days.ask(
            authority=_now(admin), unit_codes=[unit.code], binds_from=soon(), reason=reason, on=today()
        )


def test_units_are_wanted_and_only_own_ones_are_taken(so: Unit, admin: Authority) -> None:
    with pytest.raises(gate_days.GateUnitsWanted):
        asked(admin)
    with pytest.raises(NotFound):
        asked(admin, warning("phong-a", so), warning("noi-khac", people.unit("tinh-khac")))


def test_a_unit_waits_for_one_decision_at_a_time(so: Unit, admin: Authority, second: Authority) -> None:
    unit = warning("phong-a", so)
    first = asked(admin, unit)
    with pytest.raises(gate_days.GateChangeWaits):
        asked(second, unit, warning("phong-b", so))
    gate_days.decline(authority=_now(second), change_id=first.public_id)
    again = asked(second, unit)
    gate_days.withdraw(authority=_now(second), change_id=again.public_id)
    approved(second, asked(admin, unit))

    assert list(GateChange.objects.order_by("id").values_list("state", flat=True)) == [
        "DECLINED",
        "WITHDRAWN",
        "APPROVED",
    ]


def test_a_change_is_decided_once(so: Unit, admin: Authority, second: Authority) -> None:
    change = asked(admin, warning("phong-a", so))
    approved(second, change)
    third = people.administrator(so)
    with pytest.raises(gate_days.GateChangeDecided):
        gate_days.decline(authority=third, change_id=change.public_id)
    with pytest.raises(gate_days.GateChangeDecided):
        gate_days.withdraw(authority=_now(admin), change_id=change.public_id)


def test_only_administrators_do_any_of_it(so: Unit) -> None:
    who = people.officer()
    people.post(who, so, Power.RECEIVE_DOSSIER)
    clerk = people.authority_at(who, so)
    for act in (
        lambda: asked(clerk, so),
        lambda: gate_reading.changes(clerk),
        lambda: gate_days.seen(clerk, UUID(int=1)),
        lambda: gate_reading.desks_of(clerk, on=today()),
    ):
        with pytest.raises(NotAuthorised):
            act()


def test_changes_are_filtered_sorted_and_paged(so: Unit, admin: Authority) -> None:
    units = [warning(f"phong-{nth}", so) for nth in range(gate_reading.PAGE + 2)]
    made = [asked(admin, unit) for unit in units]
    gate_days.withdraw(authority=_now(admin), change_id=made[0].public_id)
    viewer = _now(admin)

    first = gate_reading.changes(viewer)
    assert len(first.rows) == gate_reading.PAGE and first.more
    assert first.rows[0].public_id == made[-1].public_id
    assert gate_reading.changes(viewer, oldest_first=True).rows[0].public_id == made[0].public_id
    assert [row.state for row in gate_reading.changes(viewer, state="WITHDRAWN").rows] == ["WITHDRAWN"]
    assert [row.units for row in gate_reading.changes(viewer, unit_code="phong-3").rows] == [1]
    assert not gate_reading.changes(viewer, page=2).more
    assert set(gate_reading.waiting(viewer)) == {unit.pk for unit in units[1:]}


def test_who_works_where_is_counted_by_right(so: Unit) -> None:
    who = receiver(so)
    other = people.officer()
    people.post(other, so, Power.OPEN_ACCOUNT)
    gone = receiver(so)
    Officer.objects.filter(pk=gone.pk).update(active=False, deactivated_at=timezone.now())

    staff = gate_reading.staffing([so], on=today())[so.pk]

    assert (staff.receivers, staff.creators) == ({who.subject}, {other.subject})
    assert staff.everybody == {who.subject, other.subject}


def test_every_rule_of_the_rows_speaks_for_itself(so: Unit) -> None:
    two_rows(GateChange, unit=so, reason=WHY, binds_from=soon(), asked_by_subject="a" * 32)
    two_rows(GateChangeUnit, change=GateChange.objects.first(), bound_from=soon())
    decided = f"decided_by_subject = '{'b' * 32}', decided_at = now()"
    own = f"decided_by_subject = '{'a' * 32}', decided_at = now()"
    changes, lines = "units_gatechange", "units_gatechangeunit"
    rules = [
        (changes, "gate_change_state_known", f"state = 'ELSE', {decided}"),
        (changes, "gate_change_says_why", "reason = 'ngắn'"),
        (changes, "gate_change_asked_by_somebody", "asked_by_subject = 'ai đó'"),
        (changes, "gate_change_decided_whole", "state = 'DECLINED'"),
        (changes, "gate_change_agreed_by_another", f"state = 'APPROVED', {own}"),
        (changes, "gate_change_withdrawn_by_its_asker", f"state = 'WITHDRAWN', {decided}"),
        (lines, "gate_change_unit_once", "unit_id = 1, waiting = false"),
        (lines, "gate_change_one_waits", f"unit_id = 1, change_id = id + {GateChange.objects.last().pk}"),
    ]
    assert wrong_of(rules) == []
    assert {name for name in constraints_of("units") if name.startswith("gate_change")} == {
        rule for _, rule, _ in rules
    }


def test_every_trigger_is_the_one_that_refuses(so: Unit, admin: Authority, second: Authority) -> None:
    unit, other = warning("phong-a", so), warning("phong-b", so)
    change = asked(admin, unit)
    stranger = people.officer().subject
    rows = GateChange.objects.filter(pk=change.pk)
    now = timezone.now()

    tried = {
        "gate_change_decided_once": lambda: rows.update(binds_from=soon(3)),
        "gate_change_unit_stays": lambda: change.lines.update(waiting=False),
        "gate_change_asked_by_whom": lambda: GateChangeUnit.objects.create(
            change=two_of(so, stranger), unit=other, bound_from=soon()
        ),
        "gate_change_agreed_by_whom": lambda: rows.update(
            state="APPROVED", decided_by_subject=stranger, decided_at=now
        ),
    }
    tables = {
        "gate_change_decided_once": "units_gatechange",
        "gate_change_unit_stays": "units_gatechangeunit",
        "gate_change_asked_by_whom": "units_gatechangeunit",
        "gate_change_agreed_by_whom": "units_gatechange",
    }
    for trigger, act in tried.items():
        only_by_trigger(trigger, tables[trigger], act)
    assert {name for name in triggers_of("units") if name.startswith("gate_change")} == set(tried)


def two_of(so: Unit, asker: str) -> GateChange:
    return GateChange.objects.create(unit=so, binds_from=soon(), reason=WHY, asked_by_subject=asker)


def test_a_decided_change_is_never_rewritten_or_deleted(
    so: Unit, admin: Authority, second: Authority
) -> None:
    change = asked(admin, warning("phong-a", so))
    approved(second, change)
    only_by_trigger(
        "gate_change_decided_once",
        "units_gatechange",
        lambda: GateChange.objects.filter(pk=change.pk).update(
            state="OPEN", decided_by_subject="", decided_at=None
        ),
    )
    only_by_trigger(
        "gate_change_unit_stays",
        "units_gatechangeunit",
        lambda: GateChangeUnit.objects.filter(change=change).update(waiting=True),
    )
