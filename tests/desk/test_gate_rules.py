"""The gate, as the database holds it: each rule refuses what the application never does, and only the rule does."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from tests.desk import town as building
from tests.desk.fake_portal import claims, signed
from tests.desk.town import OWNER, PREFIX, Town

from motcua.desk import database_rules
from motcua.desk.models import AccountCheck, Dossier, DossierEvent
from motcua.desk.ports import OwnerStatus
from motcua.desk.states import BEGINNINGS, FOLLOWS, State
from motcua.units.models import Unit

TRIGGERS = {
    "desk_dossier": "desk_dossier_guard",
    "desk_accountcheck": "desk_check_guard",
    "desk_dossierevent": "desk_event_guard",
}


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@contextmanager
def undone() -> Iterator[None]:
    """Do, and have it never have happened."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def refused(act: Callable[[], object], rule: str) -> None:
    with pytest.raises(IntegrityError) as no, transaction.atomic():
        act()
    assert database_rules.name_of(no.value) == rule


def only_by_trigger(act: Callable[[], object], rule: str, table: str = "desk_dossier") -> None:
    """Refused by this rule; and without the table's trigger it would have passed (seen red)."""
    refused(act, rule)
    with undone():
        sql(f"ALTER TABLE {table} DISABLE TRIGGER {TRIGGERS[table]}")
        act()


def only_by_constraint(act: Callable[[], object], rule: str, table: str = "desk_dossier") -> None:
    """Refused by this rule; and without it (and the trigger behind it) it would have passed."""
    refused(act, rule)
    with undone():
        sql(f'ALTER TABLE {table} DROP CONSTRAINT "{rule}"')
        sql(f"ALTER TABLE {table} DISABLE TRIGGER {TRIGGERS[table]}")
        act()


def shifted(check: AccountCheck, seconds: int) -> None:
    """As a superuser who steps around every rule."""
    sql("SET session_replication_role = replica")
    sql(
        "UPDATE desk_accountcheck SET checked_at = checked_at - make_interval(secs => %s) WHERE id = %s",
        seconds,
        check.pk,
    )
    sql("SET session_replication_role = origin")


def warns(unit: Unit) -> None:
    """The gate of this unit does not bind for a week yet, whatever its day was."""
    sql("SET session_replication_role = replica")
    sql("UPDATE units_unit SET gate_binds_from = current_date + 7 WHERE id = %s", unit.pk)
    sql("SET session_replication_role = origin")


class Bench:
    """A spent check and a copy of a right dossier row, to be spoilt in one place at a time."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.model = town.received(town.new_owner())
        self.check = self.a_check()
        self.serial = 100

    def a_check(self, number: str = OWNER) -> AccountCheck:
        check_id = self.town.draft(number)
        sql("UPDATE desk_accountcheck SET spent_at = now() WHERE public_id = %s", check_id)
        return AccountCheck.objects.get(public_id=check_id)

    def insert(self, **changes: Any) -> Dossier:
        """A raw insert of every column, as import or admin or a console would do it."""
        self.serial += 1
        now = timezone.now()
        row: dict[str, Any] = {
            column.column: getattr(self.model, column.attname)
            for column in Dossier._meta.concrete_fields
            if column.column != "id"
        }
        row |= {
            "public_id": uuid.uuid4(),
            "idempotency_key": uuid.uuid4(),
            "code": f"{PREFIX}-{timezone.localtime(now):%y%m%d}-{self.serial:04d}",
            "received_at": now,
            "arrived_at": now,
            "check_id": self.check.pk,
            "owner_subject": self.check.subject,
            "owner_number_bi": self.check.number_bi,
        } | changes
        columns, holes = ", ".join(row), ", ".join(["%s"] * len(row))
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO desk_dossier ({columns}) VALUES ({holes}) RETURNING id", list(row.values())
            )
            (pk,) = cursor.fetchone()
        return Dossier.objects.get(pk=pk)

    def update(self, dossier: Dossier, **changes: object) -> None:
        sets = ", ".join(f"{column} = %s" for column in changes)
        sql(f"UPDATE desk_dossier SET {sets} WHERE id = %s", *changes.values(), dossier.pk)


@pytest.fixture
def bench(town: Town) -> Bench:
    return Bench(town)


def test_the_bench_itself_makes_a_right_dossier(bench: Bench) -> None:
    assert bench.insert().state == State.RECEIVED


@pytest.mark.parametrize("state", sorted(set(State) - {State.PROVISIONAL, State.NEW, State.NOT_ACCEPTED}))
def test_no_state_after_reception_stands_without_a_check(bench: Bench, state: State) -> None:
    sql("ALTER TABLE desk_dossier DISABLE TRIGGER desk_dossier_guard")
    only_by_constraint(
        lambda: bench.insert(state=state.value, check_id=None, owner_subject=""), "dossier_gate"
    )
    sql("ALTER TABLE desk_dossier ENABLE TRIGGER desk_dossier_guard")


def test_one_check_opens_the_gate_once(bench: Bench) -> None:
    bench.insert()
    with pytest.raises(IntegrityError) as no, transaction.atomic():
        bench.insert()
    assert "check_id" in database_rules.name_of(no.value)


def test_a_check_older_than_fifteen_minutes_opens_nothing(bench: Bench) -> None:
    shifted(bench.check, 15 * 60 + 1)
    only_by_trigger(bench.insert, "desk_check_too_old")


def test_a_check_a_little_younger_than_fifteen_minutes_opens(bench: Bench) -> None:
    shifted(bench.check, 15 * 60 - 30)
    assert bench.insert().pk


def test_the_owner_is_the_person_who_was_checked(bench: Bench) -> None:
    only_by_trigger(lambda: bench.insert(owner_subject="f" * 32), "desk_check_other_owner")
    only_by_trigger(lambda: bench.insert(owner_number_bi=b"x" * 32), "desk_check_other_owner")


def test_the_receiving_officer_is_the_one_who_checked(bench: Bench) -> None:
    colleague = building.an_officer()
    only_by_trigger(lambda: bench.insert(received_by=colleague.subject), "desk_check_other_officer")


def test_the_receiving_unit_is_the_one_that_checked(bench: Bench) -> None:
    other = building.a_unit("pgd-540", "000.01.06.H08", Unit.Kind.PHONG_GDDT)
    code = bench.model.code or ""
    elsewhere = {"unit_id": other.pk, "unit_code": other.code, "code": code.replace(PREFIX, "000.01.06.H08")}
    only_by_trigger(lambda: bench.insert(**elsewhere), "desk_check_other_officer")


def test_a_check_for_one_procedure_does_not_serve_another(bench: Bench) -> None:
    other = building.Procedure.objects.get(code="2.002479")
    wrong = {"procedure_id": other.pk, "process_id": building.process_of(other.code)}
    only_by_trigger(lambda: bench.insert(**wrong), "desk_check_other_procedure")


def test_a_check_that_was_not_spent_opens_nothing(bench: Bench) -> None:
    fresh = AccountCheck.objects.get(public_id=bench.town.draft(OWNER))
    only_by_trigger(lambda: bench.insert(check_id=fresh.pk), "desk_check_not_spent")


@pytest.mark.parametrize("status", [OwnerStatus.LOCKED, OwnerStatus.CLOSED, OwnerStatus.REVIEW])
def test_an_account_that_is_not_usable_opens_nothing(bench: Bench, status: OwnerStatus) -> None:
    sql("SET session_replication_role = replica")
    sql("UPDATE desk_accountcheck SET status = %s WHERE id = %s", status.value, bench.check.pk)
    sql("SET session_replication_role = origin")
    only_by_trigger(bench.insert, "desk_check_not_usable")


def test_an_answer_of_not_found_or_unknown_opens_nothing(bench: Bench) -> None:
    for number in ("052190000099", "052190000098"):
        bench.town.portal.down = number.endswith("98")
        check = AccountCheck.objects.get(public_id=bench.town.check(number).public_id)
        sql("UPDATE desk_accountcheck SET spent_at = now() WHERE id = %s", check.pk)
        only_by_trigger(
            lambda check=check: bench.insert(check_id=check.pk, owner_number_bi=check.number_bi),
            "desk_check_not_usable",
        )


def test_a_sign_in_check_serves_online_filing_only(bench: Bench) -> None:
    sql("SET session_replication_role = replica")
    sql("UPDATE desk_accountcheck SET kind = 'SIGN_IN', officer_subject = '' WHERE id = %s", bench.check.pk)
    sql("SET session_replication_role = origin")
    only_by_trigger(bench.insert, "desk_check_other_kind")
    waiting = {"state": "NEW", "code": None, "received_at": None, "received_by": ""}
    assert bench.insert(channel="ONLINE", **waiting).pk


def test_a_recheck_serves_its_own_provisional_dossier_only(bench: Bench) -> None:
    sql("SET session_replication_role = replica")
    sql(
        "UPDATE desk_accountcheck SET kind = 'RECHECK', for_dossier = %s WHERE id = %s",
        uuid.uuid4(),
        bench.check.pk,
    )
    sql("SET session_replication_role = origin")
    only_by_trigger(bench.insert, "desk_check_other_kind")


def test_the_receiving_officer_is_never_the_owner(bench: Bench) -> None:
    me = bench.town.authority.subject
    sql("SET session_replication_role = replica")
    sql("UPDATE desk_accountcheck SET subject = %s WHERE id = %s", me, bench.check.pk)
    sql("SET session_replication_role = origin")
    only_by_constraint(lambda: bench.insert(owner_subject=me, private_matter=True), "dossier_not_own")


def test_another_staff_member_is_an_owner_only_as_a_private_matter(bench: Bench) -> None:
    colleague = building.an_officer().subject
    sql("SET session_replication_role = replica")
    sql("UPDATE desk_accountcheck SET subject = %s WHERE id = %s", colleague, bench.check.pk)
    sql("SET session_replication_role = origin")
    only_by_trigger(lambda: bench.insert(owner_subject=colleague), "desk_staff_owner_is_private")
    assert bench.insert(owner_subject=colleague, private_matter=True).pk


def test_only_an_officer_receives(bench: Bench) -> None:
    stranger = uuid.uuid4().hex
    sql("SET session_replication_role = replica")
    sql("UPDATE desk_accountcheck SET officer_subject = %s WHERE id = %s", stranger, bench.check.pk)
    sql("SET session_replication_role = origin")
    only_by_trigger(lambda: bench.insert(received_by=stranger), "desk_received_by_officer")


def test_unchecked_dossiers_end_with_the_warn_period(bench: Bench) -> None:
    def act() -> Dossier:
        return bench.insert(check_id=None, owner_subject="", unchecked=True)

    only_by_trigger(act, "desk_gate_binds")
    warns(bench.town.unit)
    assert act().unchecked


def test_an_exception_needs_the_word_of_another(bench: Bench) -> None:
    asked = building.an_exception(bench.town)

    def act() -> Dossier:
        return bench.insert(check_id=None, owner_subject="", exception_id=asked.pk)

    only_by_trigger(act, "desk_exception_approved")
    refused(
        lambda: sql(
            "UPDATE desk_gateexception SET approved_by = asked_by, approved_at = now() WHERE id = %s",
            asked.pk,
        ),
        "desk_exception_by_head",
    )
    sql(
        "UPDATE desk_gateexception SET approved_by = %s, approved_at = now() WHERE id = %s",
        building.head_of(bench.town.unit).subject,
        asked.pk,
    )
    assert act().exception_id == asked.pk


def test_the_code_belongs_to_the_unit_and_the_day(bench: Bench) -> None:
    only_by_trigger(lambda: bench.insert(code=f"{PREFIX}-200101-0001"), "desk_code_of_unit_and_day")
    only_by_trigger(
        lambda: bench.insert(code=(bench.model.code or "").replace(PREFIX, "000.00.07.H08")),
        "desk_code_of_unit_and_day",
    )
    refused(lambda: bench.insert(code=f"{PREFIX}-1-1"), "desk_code_of_unit_and_day")


@pytest.mark.parametrize(
    "change",
    [
        {"code": f"{PREFIX}-261123-9999"},
        {"owner_subject": "e" * 32},
        {"check_id": None, "owner_subject": "", "unchecked": True},
        {"received_by": "e" * 32},
        {"received_at": timezone.now()},
        {"unit_code": "khac"},
        {"owner_number_bi": b"y" * 32},
        {"track_check": "222222"},
        {"private_matter": True},
    ],
    ids=lambda change: "+".join(change),
)
def test_what_reception_fixed_stays_fixed(bench: Bench, change: dict[str, object]) -> None:
    dossier = bench.insert()
    only_by_trigger(lambda: bench.update(dossier, **change), "desk_dossier_unchanged")


def test_a_provisional_dossier_has_no_way_into_processing(bench: Bench) -> None:
    for state in set(State) - {State.PROVISIONAL, State.RECEIVED, State.NOT_ACCEPTED}:
        assert state not in FOLLOWS[State.PROVISIONAL]


@pytest.mark.parametrize("start", sorted(State))
def test_the_database_knows_the_same_moves_as_the_table(bench: Bench, start: State) -> None:
    dossier = bench.insert()
    provisional = {
        "provisional_number": f"TN-{PREFIX}-261123-0001",
        "unknown_check_id": bench.a_check(bench.town.new_owner()).pk,
    }
    coded = {"code": dossier.code, "received_at": dossier.received_at}
    blank = {"code": None, "received_at": None}
    ungated = start in {State.PROVISIONAL, State.NEW, State.NOT_ACCEPTED}
    sql("SET session_replication_role = replica")
    extra = provisional if start == State.PROVISIONAL else {}
    bench.update(dossier, state=start.value, **(blank if ungated else coded), **extra)
    sql("SET session_replication_role = origin")

    for goal in set(State) - {start}:
        to_ungated = goal in {State.PROVISIONAL, State.NEW, State.NOT_ACCEPTED}
        columns = blank if to_ungated else coded
        allowed = goal in FOLLOWS[start]
        try:
            with undone():
                bench.update(dossier, state=goal.value, **columns)
            passed = True
        except IntegrityError as no:
            passed = database_rules.name_of(no) not in {"desk_dossier_move", "desk_dossier_unchanged"}
        assert passed == allowed, (start, goal)


def test_a_dossier_begins_at_the_beginning(bench: Bench) -> None:
    for state in set(State) - BEGINNINGS - {State.NOT_ACCEPTED}:
        refused(lambda state=state: bench.insert(state=state.value), "desk_dossier_move")


def test_dossiers_checks_and_history_are_not_deleted(bench: Bench) -> None:
    sql("SET session_replication_role = replica")
    sql("DELETE FROM desk_dossiercomponent")
    sql("SET session_replication_role = origin")
    only_by_trigger(lambda: sql("DELETE FROM desk_dossierevent"), "desk_event_kept", "desk_dossierevent")
    refused(lambda: sql("DELETE FROM desk_dossier"), "desk_dossier_kept")
    only_by_trigger(
        lambda: sql("DELETE FROM desk_accountcheck WHERE id = %s", bench.check.pk),
        "desk_check_kept",
        "desk_accountcheck",
    )
    only_by_trigger(
        lambda: sql("UPDATE desk_dossierevent SET words = 'khác'"), "desk_event_kept", "desk_dossierevent"
    )
    assert DossierEvent.objects.exists()


@pytest.mark.parametrize(
    "change",
    ["subject = 'abc'", "spent_at = NULL", "checked_at = now()", "answer = 'UNKNOWN'", "last3 = '9'"],
)
def test_a_check_is_written_once(bench: Bench, change: str) -> None:
    refused(
        lambda: sql(f"UPDATE desk_accountcheck SET {change} WHERE id = %s", bench.check.pk),
        "desk_check_unchanged",
    )


def test_the_time_of_a_check_is_the_databases(town: Town) -> None:
    check = AccountCheck.objects.get(public_id=town.check().public_id)
    values = {
        field.attname: getattr(check, field.attname)
        for field in AccountCheck._meta.concrete_fields
        if field.attname not in {"id", "public_id", "jti", "receipt", "checked_at"}
    }
    receipt = signed(claims(check.subject, OwnerStatus(check.status), check.purpose, jti="x"))
    forged = AccountCheck(
        **values, jti="x", receipt=receipt, public_id=uuid.uuid4(), checked_at="2030-01-01T00:00:00Z"
    )
    forged.save(force_insert=True)
    forged.refresh_from_db()
    assert abs((timezone.now() - forged.checked_at).total_seconds()) < 60


def test_a_further_check_of_a_visit_carries_the_time_of_its_look_up(town: Town) -> None:
    view = town.check()
    first = town.choose(view.public_id).check_id
    town.receive(first)
    look_up = AccountCheck.objects.get(public_id=first)
    shifted(look_up, 600)
    second = AccountCheck.objects.get(public_id=town.choose(first, "2.002479").check_id)
    look_up.refresh_from_db()
    assert second.look_up_id == look_up.pk
    assert second.checked_at == look_up.checked_at


def test_a_derived_check_cannot_change_the_answer(town: Town) -> None:
    look_up = AccountCheck.objects.get(public_id=town.check().public_id)
    values = {
        field.attname: getattr(look_up, field.attname)
        for field in AccountCheck._meta.concrete_fields
        if field.attname not in {"id", "public_id"}
    }
    for change in ({"subject": "e" * 32}, {"officer_subject": "e" * 32}, {"number_bi": b"z" * 32}):
        row = AccountCheck(**{**values, **change, "look_up_id": look_up.pk, "public_id": uuid.uuid4()})
        refused(lambda row=row: row.save(force_insert=True), "desk_check_derived")
