"""An intruder with the running system's own rights in the database: what the rules still refuse."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone
from tests import app_role
from tests.desk import town as building
from tests.desk.fake_portal import claims, signed
from tests.desk.test_gate_rules import Bench, refused, shifted, sql, undone, warns
from tests.desk.town import PREFIX, Town
from tests.vault import papers

from motcua.desk.models import AccountCheck
from motcua.desk.ports import OwnerStatus
from motcua.kernel.authority import Power
from motcua.ops.places import APP_ROLE
from motcua.units import officers, posts
from motcua.units.models import Post, StaffPhone, Unit


@contextmanager
def as_the_app() -> Iterator[None]:
    """What follows is done with the rights of the running system."""
    with transaction.atomic():
        sql(f"SET LOCAL ROLE {APP_ROLE}")
        yield
        sql("RESET ROLE")


@pytest.fixture
def bench(town: Town) -> Bench:
    app_role.give()
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
        refused(lambda day=day: move(day), "unit_gate_stays")  # not even the owner of the database
        with undone():
            sql("ALTER TABLE units_unit DISABLE TRIGGER unit_gate_stays")
            move(day)
    warns(unit)
    with undone():
        move("current_date + 30")
        with as_the_app():
            move("current_date + 2")
            move("NULL")
        refused(lambda: move("current_date + 2"), "unit_gate_stays")


def test_the_app_moves_no_gate_to_a_later_day_and_opens_no_unit_that_only_warns(bench: Bench) -> None:
    warns(bench.town.unit)

    def move() -> None:
        sql("UPDATE units_unit SET gate_binds_from = current_date + 30 WHERE id = %s", bench.town.unit.pk)

    def unit() -> None:
        day = timezone.localdate() + timedelta(days=30)
        building.a_unit("moi-mo", "000.09.06.H08", gate_binds_from=day)

    for act in (move, unit):
        refused_to_the_app(act, "unit_gate_day_by_owner", "units_unit", "unit_gate_day_by_owner")
        with undone():
            act()  # the owner may


def test_nobody_appoints_in_the_installations_name(bench: Bench) -> None:
    unit, other = bench.town.unit, building.an_officer().subject

    def appoint(by: str, approver: str = "", powers: str = "{RECEIVE_DOSSIER}") -> None:
        who = building.an_officer()
        sql(
            "INSERT INTO units_post (officer_id, grantee_subject, unit_id, powers, valid_from, granted_by_subject,"
            " approved_by_subject, reason, revoked_by_subject, revoked_reason)"
            " VALUES (%s, %s, %s, %s, current_date, %s, %s, '', '', '')",
            who.pk, who.subject, unit.pk, powers, by, approver,
        )  # fmt: skip

    administrator = granted(unit, Power.GRANT)
    below = granted(building.a_unit("duoi", "000.07.06.H08", parent=unit), Power.GRANT)
    wrong = {
        "the installation": ("system", ""),
        "the installation, whole": ("system", "system-2", "{GRANT}"),
        "an officer without the right": (other, ""),
        "an administrator of a unit below": (below, ""),
        "nobody": ("a" * 32, ""),
        "a made up second person": (administrator, other, "{GRANT}"),
    }
    for forged in wrong.values():
        refused_to_the_app(
            lambda forged=forged: appoint(*forged), "post_by_whom", "units_post", "post_by_whom"
        )
    with undone(), as_the_app():
        appoint(administrator)
    with undone():
        appoint("system", "system-2", "{GRANT}")  # the owner: migrations, the sample, the first officers


def test_administrators_go_on_appointing_with_the_rights_of_the_app(bench: Bench) -> None:
    unit, today = bench.town.unit, timezone.localdate()
    granted(unit, Power.GRANT), granted(unit, Power.GRANT)
    first, second = (
        posts.authority_of(subject, on=today)
        for subject in Post.objects.filter(powers=[Power.GRANT.value]).values_list(
            "grantee_subject", flat=True
        )
    )
    new = building.an_officer()
    with as_the_app():
        asked = posts.grant(
            authority=first,
            officer_id=new.pk,
            unit_code=unit.code,
            powers=[Power.GRANT],
            valid_from=today,
            on=today,
        )
        post = posts.approve(authority=second, request_id=asked.pk, on=today)
        posts.revoke(authority=first, post_id=post.pk, reason="thử")
        posts.grant(
            authority=first,
            officer_id=new.pk,
            unit_code=unit.code,
            powers=[Power.RECEIVE_DOSSIER],
            valid_from=today,
            on=today,
        )
    assert posts.authority_of(new.subject, on=today).may(Power.RECEIVE_DOSSIER)


def granted(unit: Unit, *powers: Power) -> str:
    """The subject of a new officer whom the installation appointed there."""
    who = building.an_officer()
    posts.bootstrap(
        officer_id=who.pk, unit_code=unit.code, powers=powers, valid_from=date(2020, 1, 1), reason="thử"
    )
    return who.subject


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
    head = building.head_of(bench.town.unit)
    with as_the_app():
        approve(head.subject)


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


@pytest.mark.parametrize("supplement", ["false", "true"])
def test_no_paper_is_added_after_reception(bench: Bench, supplement: str) -> None:
    """Neither to the checklist, nor as an answer to a notice of supplement that nobody has issued."""

    def add() -> None:
        columns = "dossier_id, type_code, how, originals, certified, copies, vault_paper_id, delivered_as"
        sql(
            f'INSERT INTO desk_dossiercomponent ({columns}, "order", name, supplement)'
            f" SELECT {columns}, 77, 'Giấy thêm', {supplement} FROM desk_dossiercomponent"
            f" WHERE how = 'PAPER' LIMIT 1"
        )

    refused_to_the_app(add, "desk_components_whole", "desk_dossiercomponent", "desk_components_whole")


def test_a_whole_reception_is_made_with_the_rights_of_the_app(bench: Bench) -> None:
    check = bench.town.draft(bench.town.new_owner())
    with as_the_app():
        dossier = bench.town.receive(check)
    assert dossier.components.count() == 3


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

    def replaced() -> None:
        StaffPhone.objects.create(
            officer=officer, phone_bi=b"2" * 32, added_at=timezone.now() - timedelta(days=90)
        )
        off()

    refused_to_the_app(replaced, "staff_phone_replaced", "units_staffphone", "staff_phone_replaced")
    with undone():
        sql("ALTER TABLE units_staffphone DISABLE TRIGGER staff_phone_added_now")
        replaced()  # a made up past would do
        sql("SET CONSTRAINTS ALL IMMEDIATE")
    StaffPhone.objects.create(officer=officer, phone_bi=b"2" * 32)
    for days, free in (("29 days", False), ("31 days", True)):
        with undone():
            sql("SET session_replication_role = replica")
            sql("UPDATE units_staffphone SET added_at = added_at - %s::interval", days)
            sql("SET session_replication_role = origin")
            with as_the_app():
                assert officers.release_replaced() == int(free)
                sql("SET CONSTRAINTS ALL IMMEDIATE")
    with undone(), as_the_app():
        officers.deactivate(subject=officer.subject, by="13")
        sql("SET CONSTRAINTS ALL IMMEDIATE")


def test_an_officer_does_not_come_back_without_the_owner_nor_as_somebody_else(bench: Bench) -> None:
    officer = building.an_officer()
    sql("UPDATE units_officer SET active = false, deactivated_at = now() WHERE id = %s", officer.pk)
    for change in ("active = true, deactivated_at = NULL", f"subject = '{'9' * 32}'"):
        refused_to_the_app(
            lambda change=change: sql(f"UPDATE units_officer SET {change} WHERE id = %s", officer.pk),
            "officer_stays",
            "units_officer",
            "officer_stays",
        )
