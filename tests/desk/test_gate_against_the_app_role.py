"""An intruder with the running system's own rights in the database: what the rules still refuse."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone
from tests.desk import town as building
from tests.desk.fake_portal import claims, signed
from tests.desk.test_gate_rules import Bench, refused, shifted, sql, undone, warns
from tests.desk.town import PREFIX, Town
from tests.vault import papers

from motcua.desk.models import AccountCheck
from motcua.desk.ports import OwnerStatus
from motcua.ops import grants
from motcua.ops.places import APP_ROLE
from motcua.units import officers
from motcua.units.models import StaffPhone


@contextmanager
def as_the_app() -> Iterator[None]:
    """What follows is done with the rights of the running system."""
    with transaction.atomic():
        sql(f"SET LOCAL ROLE {APP_ROLE}")
        yield


@pytest.fixture
def bench(town: Town) -> Bench:
    grants.give(None)
    return Bench(town)


def test_the_running_system_makes_no_table_of_any_kind(bench: Bench) -> None:
    for statement in ("CREATE TEMP TABLE desk_accountcheck (id int)", "CREATE TABLE public.mine (id int)"):
        with pytest.raises(ProgrammingError, match="permission denied"), as_the_app():
            sql(statement)
    database = connection.ops.quote_name(str(connection.settings_dict["NAME"]))
    with undone():
        sql(f"GRANT TEMPORARY ON DATABASE {database} TO PUBLIC")
        with as_the_app():
            sql("CREATE TEMP TABLE desk_accountcheck (id int)")


def refused_to_the_app(act: Callable[[], object], rule: str, table: str, trigger: str) -> None:
    """Refused by this rule; and without its trigger it would have passed (seen red)."""

    def as_intruder() -> None:
        with as_the_app():
            act()
            sql("SET CONSTRAINTS ALL IMMEDIATE")

    refused(as_intruder, rule)
    with undone():
        sql(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
        as_intruder()


def test_a_temporary_table_forges_no_check(bench: Bench) -> None:
    """Even where somebody gave the right to make one back, the rules look past it."""
    fresh = AccountCheck.objects.get(public_id=bench.town.draft())

    def forge() -> None:
        with undone():
            sql("CREATE TEMP TABLE desk_accountcheck AS SELECT * FROM public.desk_accountcheck")
            sql("UPDATE pg_temp.desk_accountcheck SET spent_at = clock_timestamp()")
            bench.insert(check_id=fresh.pk)

    refused(forge, "desk_check_not_spent")
    with undone():
        for rule in ("desk_check_opens(desk_dossier, boolean)", "desk_dossier_guard()"):
            sql(f"ALTER FUNCTION {rule} RESET search_path")
        forge()


def test_a_gate_that_binds_is_not_moved_to_a_later_day(bench: Bench) -> None:
    unit = bench.town.unit

    def move(day: str) -> None:
        sql(f"UPDATE units_unit SET gate_binds_from = {day} WHERE id = %s", unit.pk)

    for day in ("current_date + 7", "current_date", "DATE '2022-07-21'"):
        refused_to_the_app(lambda day=day: move(day), "unit_gate_stays", "units_unit", "unit_gate_stays")
    warns(unit)
    with undone(), as_the_app():
        move("current_date + 30")
        move("current_date + 2")
        move("NULL")
        refused(lambda: move("current_date + 2"), "unit_gate_stays")


def test_an_exception_is_not_written_down_as_decided(bench: Bench) -> None:
    def insert(verdict: str) -> None:
        sql(
            f"INSERT INTO desk_gateexception (public_id, unit_id, reason_kind, reason, owner_name, asked_by,"
            f" asked_at, approved_by, approved_at, declined_by, declined_at)"
            f" SELECT gen_random_uuid(), %s, 'OTHER', 'không có lý do nào', 'Ai Đó', %s, now(), {verdict}",
            bench.town.unit.pk,
            bench.town.authority.subject,
        )

    for verdict in (f"'{'a' * 32}', now(), '', NULL", f"'', NULL, '{'a' * 32}', now()"):
        refused_to_the_app(
            lambda verdict=verdict: insert(verdict),
            "desk_exception_undecided",
            "desk_gateexception",
            "desk_exception_of_head",
        )


def test_an_exception_is_approved_by_somebody_who_may(bench: Bench) -> None:
    asked = building.an_exception(bench.town)
    elsewhere = building.a_unit("phong-gddt-khac", "000.05.31.H08")
    gone, over = building.head_of(bench.town.unit), building.head_of(bench.town.unit)
    sql("UPDATE units_officer SET active = false, deactivated_at = now() WHERE subject = %s", gone.subject)
    sql(
        "UPDATE units_post SET revoked_at = now(), revoked_by_subject = %s WHERE grantee_subject = %s",
        "b" * 32,
        over.subject,
    )

    def approve(by: str) -> None:
        sql("UPDATE desk_gateexception SET approved_by = %s, approved_at = now() WHERE id = %s", by, asked.pk)

    wrong = {
        "nobody": "a" * 32,
        "no power": building.an_officer().subject,
        "gone": gone.subject,
        "revoked": over.subject,
        "another unit": building.head_of(elsewhere).subject,
    }
    for by in wrong.values():
        refused_to_the_app(
            lambda by=by: approve(by),
            "desk_exception_by_head",
            "desk_gateexception",
            "desk_exception_of_head",
        )
    with as_the_app():
        approve(building.head_of(bench.town.unit).subject)


def test_a_check_that_got_old_before_reception_opens_nothing(bench: Bench) -> None:
    dossier = bench.insert(state="NEW", code=None, received_at=None)
    code = f"{PREFIX}-{timezone.localdate():%y%m%d}-0777"

    def receive() -> None:
        sql(
            "UPDATE desk_dossier SET state = 'RECEIVED', code = %s, received_at = now() WHERE id = %s",
            code,
            dossier.pk,
        )

    with undone():
        receive()
    shifted(bench.check, 15 * 60 + 1)
    refused_to_the_app(receive, "desk_check_too_old", "desk_dossier", "desk_dossier_received_now")


def test_a_dossier_is_received_now(bench: Bench) -> None:
    for minutes in (-2, 2):
        moment = timezone.now() + timedelta(minutes=minutes)
        code = f"{PREFIX}-{timezone.localtime(moment):%y%m%d}-0778"
        refused_to_the_app(
            lambda moment=moment, code=code: bench.insert(received_at=moment, code=code),
            "desk_received_now",
            "desk_dossier",
            "desk_dossier_received_now",
        )


@pytest.mark.parametrize(
    "change",
    [
        "owner_name = 'Ai Khác'",
        "owner_folded = 'ai khac'",
        "owner_number_sealed = '\\x00'",
        "owner_last3 = '000'",
        "received_by_name = 'Ai Khác'",
    ],
)
def test_whom_it_was_received_for_and_by_stays(bench: Bench, change: str) -> None:
    refused_to_the_app(
        lambda: sql(f"UPDATE desk_dossier SET {change}"),
        "desk_dossier_unchanged",
        "desk_dossier",
        "desk_dossier_received_now",
    )


def test_what_was_handed_in_stays(bench: Bench) -> None:
    with undone(), as_the_app():
        sql("UPDATE desk_dossiercomponent SET delivered_as = 'p1'")
    for change in ("how = 'NONE'", "name = 'Khác'", "originals = 7"):
        refused_to_the_app(
            lambda change=change: sql(f"UPDATE desk_dossiercomponent SET {change}"),
            "desk_component_kept",
            "desk_dossiercomponent",
            "desk_component_kept",
        )
    act = "DELETE FROM desk_dossiercomponent"
    only_without = "desk_component_kept"
    refused(lambda: sql(act), only_without)
    with undone():
        sql(f"ALTER TABLE desk_dossiercomponent DISABLE TRIGGER {only_without}")
        sql(act)


@pytest.mark.parametrize("wrong", ["forged", "sub", "jti", "status", "aud", "signature", "json"])
def test_a_found_check_says_what_its_receipt_says(bench: Bench, wrong: str) -> None:
    check = bench.check
    jti = uuid.uuid4().hex
    said = claims(check.subject, OwnerStatus(check.status), check.purpose, jti=jti)
    if wrong in said:
        said[wrong] = "" if wrong == "aud" else "x"
    receipt = signed(said)
    receipt = {
        "forged": "forged",
        "signature": receipt[:-1],
        "json": f"e30.eyJ.{receipt[-86:]}",
    }.get(wrong, receipt)
    values = {
        field.attname: getattr(check, field.attname)
        for field in AccountCheck._meta.concrete_fields
        if field.attname not in {"id", "public_id", "jti", "receipt", "spent_at"}
    }

    def forge() -> None:
        row = AccountCheck(**values, jti=jti, receipt=receipt, public_id=uuid.uuid4())
        row.save(force_insert=True)

    refused_to_the_app(forge, "desk_check_receipt_agrees", "desk_accountcheck", "desk_check_receipt_agrees")


def test_the_name_of_an_account_at_a_desk_stays(bench: Bench) -> None:
    papers.owner()
    act = "UPDATE accounts_pairwisesubject SET subject = repeat('e', 32)"
    refused_to_the_app(lambda: sql(act), "subject_stays", "accounts_pairwisesubject", "subject_stays")
    refused(lambda: sql("DELETE FROM accounts_pairwisesubject"), "subject_stays")


def test_a_phone_of_staff_stays_one_until_another_takes_its_place(bench: Bench) -> None:
    officer = bench.town.officer
    phone = StaffPhone.objects.create(officer=officer, phone_bi=b"1" * 32)

    def off() -> None:
        sql("UPDATE units_staffphone SET active = false WHERE id = %s", phone.pk)

    refused_to_the_app(off, "staff_phone_replaced", "units_staffphone", "staff_phone_replaced")
    for change in ("phone_bi = decode(repeat('32', 32), 'hex')", f"officer_id = {building.an_officer().pk}"):
        refused_to_the_app(
            lambda change=change: sql(f"UPDATE units_staffphone SET {change}"),
            "staff_phone_written_once",
            "units_staffphone",
            "staff_phone_written_once",
        )
    with undone(), as_the_app():
        off()
        StaffPhone.objects.create(officer=officer, phone_bi=b"2" * 32)
        sql("SET CONSTRAINTS ALL IMMEDIATE")
    with undone(), as_the_app():
        officers.deactivate(subject=officer.subject, by="13")
        sql("SET CONSTRAINTS ALL IMMEDIATE")
