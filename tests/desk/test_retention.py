"""The desk forgets people when their period is over, not a day early, and keeps codes, answers and ids."""

import uuid
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from tests import app_role
from tests.desk import town as building
from tests.desk.test_gate_rules import sql
from tests.desk.town import Town
from tests.house.test_data_protection import register

from motcua.desk import retention
from motcua.desk.models import AccountCheck, Dossier, DossierEvent, GateException
from motcua.ops.places import APP_ROLE

_TABLES = ("desk_dossier", "desk_accountcheck", "desk_gateexception", "desk_dossierevent")
_NOBODY = (None, "", b"", b"\0" * 32, "đã xóa", [])


def past_rules(statement: str, *values: object) -> None:
    sql("SET session_replication_role = replica")
    sql(statement, *values)
    sql("SET session_replication_role = origin")


def aged(interval: str) -> None:
    """The database's clock cannot be moved, so everything is that old instead."""
    for table, column in (
        ("desk_dossier", "arrived_at"),
        ("desk_dossierevent", "at"),
        ("desk_accountcheck", "checked_at"),
        ("desk_gateexception", "asked_at"),
    ):
        past_rules(f"UPDATE {table} SET {column} = clock_timestamp() - %s::interval", interval)


def purge() -> int:
    """As the running system does it."""
    app_role.give()
    with transaction.atomic():
        sql(f"SET LOCAL ROLE {APP_ROLE}")
        return retention.purge_due()


def rows(table: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} ORDER BY id")
        return cursor.fetchall()


def finished(town: Town) -> Dossier:
    """Every column says something."""
    dossier = town.received()
    past_rules(
        "UPDATE desk_dossier SET state = 'RETURNED', closed_reason = 'lý do', person_name = 'Lê Thị Con',"
        " person_born = '2015', person_relation = 'con', filer_name = 'Lê Văn Nộp', filer_relation = 'cha',"
        " filer_proof = 'giấy khai sinh', contact_sealed = 'x', note = 'gọi buổi sáng' WHERE id = %s",
        dossier.pk,
    )
    assert len(named(dossier)) == 15
    return dossier


def named(row: Dossier | AccountCheck | GateException | DossierEvent) -> list[str]:
    """The columns of this row that the register calls personal and that still say something."""
    row.refresh_from_db()
    label = row._meta.label
    columns = [name.removeprefix(f"{label}.") for name in register() if name.startswith(f"{label}.")]
    assert columns
    return [name for name in columns if _plain(getattr(row, name)) not in _NOBODY]


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value


def test_a_check_is_forgotten_after_24_months_and_not_a_day_early(town: Town) -> None:
    row = AccountCheck.objects.get(public_id=town.draft())
    aged("24 months -1 day")
    before = rows("desk_accountcheck")
    assert purge() == 0
    sql("UPDATE desk_accountcheck SET visit = visit")
    assert rows("desk_accountcheck") == before

    aged("24 months 1 minute")
    assert purge() == 1
    assert named(row) == []
    assert row.answer == "FOUND" and row.receipt and row.subject and row.officer_subject
    assert purge() == 0


def test_a_dossier_is_forgotten_ten_years_after_its_last_line_and_not_a_day_early(town: Town) -> None:
    dossier = finished(town)
    event = dossier.events.get()
    aged("10 years 1 day")
    past_rules("UPDATE desk_dossierevent SET at = at + interval '2 days'")
    purge()
    assert {"owner_name", "owner_number_bi", "person_name", "note"} <= set(named(dossier))
    sql("UPDATE desk_dossier SET version = version")
    sql("UPDATE desk_dossierevent SET words = words")
    assert named(dossier) and named(event)

    past_rules("UPDATE desk_dossierevent SET at = at - interval '2 days'")
    assert purge() == 1
    assert named(dossier) == [] == named(event)
    assert dossier.code and dossier.owner_subject and dossier.received_by and dossier.account_check_id
    assert (event.kind, event.to_state) == ("received", "RECEIVED")
    assert purge() == 0


def test_a_dossier_still_worked_on_is_never_forgotten(town: Town) -> None:
    dossier = town.received()
    aged("40 years")
    purge()
    sql("UPDATE desk_dossier SET version = version")
    assert "owner_name" in named(dossier)


def test_an_exception_goes_with_its_dossier_or_by_itself(town: Town) -> None:
    row = building.an_exception(town)
    aged("10 years -1 day")
    assert purge() == 0
    assert named(row)

    aged("10 years 1 minute")
    assert purge() == 1
    assert named(row) == []
    assert (row.asked_by, row.reason_kind) == (town.authority.subject, "PASSPORT")
    assert purge() == 0


def test_the_setting_keeps_longer(town: Town, settings: Any) -> None:
    settings.CHECKS_KEPT_MONTHS = 36
    settings.DOSSIERS_KEPT_YEARS = 50
    finished(town)
    aged("35 months")
    assert purge() == 0


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE desk_dossier SET owner_name = 'Ai Đó'",
        "UPDATE desk_dossier SET owner_number_bi = NULL",
        "UPDATE desk_dossierevent SET words = ''",
        "UPDATE desk_dossierevent SET words = 'khác'",
        "UPDATE desk_accountcheck SET last3 = ''",
        "UPDATE desk_accountcheck SET receipt = 'x'",
        "UPDATE desk_gateexception SET reason = 'một lý do khác'",
        *(f"DELETE FROM {table}" for table in _TABLES),
    ],
)
def test_even_after_the_period_nothing_else_is_changed(town: Town, change: str) -> None:
    finished(town)
    building.an_exception(town)
    aged("11 years")
    with pytest.raises(IntegrityError), transaction.atomic():
        sql(change)


def test_it_is_the_trigger_that_forgets(town: Town) -> None:
    """Without it the touch leaves everything as it was (seen red)."""
    dossier = finished(town)
    aged("11 years")
    with transaction.atomic():
        sql("DROP TRIGGER desk_zz_dossier_forgotten ON desk_dossier")
        retention.purge_due()
        assert named(dossier)
        transaction.set_rollback(True)
    retention.purge_due()
    assert named(dossier) == []


def test_many_go_by_batches_and_the_journal_hears_how_many(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "_AT_ONCE", 2)
    for _ in range(5):
        town.check()
    aged("25 months")

    assert purge() == 5
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum((facts->>'checks')::int) FROM journal_event WHERE event = 'desk.data.erased'"
        )
        assert cursor.fetchone()[0] == 5


def test_hops_notices_and_opinions_forget_with_their_dossier(town: Town) -> None:
    dossier = finished(town)
    life = {
        "desk_hop": '("order", step_order, step_name, power, handed_by, handed_by_name, handed_at, accepted_by,'
        " accepted_by_name, outcome, note, unit_id, dossier_id)"
        " VALUES (9, 9, 'Thẩm định', 'PROCESS', 'a', 'Tên Cán Bộ', now(), '', '', '', 'ghi chú', {unit}, {dossier})",
        "desk_notice": "(public_id, kind, number, issued_at, issued_by, issued_by_name, reason, items, issued_unit_id,"
        " dossier_id) VALUES ('{id}', 'STOP', '1', now(), 'a', 'Tên Cán Bộ', 'lý do dừng', '[1]', {unit}, {dossier})",
        "desk_opinion": "(public_id, asked_of, content, asked_by, asked_at, due_at, answer, answered_by, dossier_id)"
        " VALUES ('{id}', 'Sở', 'nội dung hỏi', 'a', now(), now(), '', '', {dossier})",
    }
    past_rules("DELETE FROM desk_hop")
    for table, words in life.items():
        filled = words.format(unit=town.unit.pk, dossier=dossier.pk, id=uuid.uuid4())
        past_rules(f"INSERT INTO {table} {filled}")
    for table in life:
        sql(f"UPDATE {table} SET dossier_id = dossier_id")
        assert _said(table), table
    aged("11 years")

    purge()

    assert [table for table in life if _said(table)] == []
    for table, words in (("desk_hop", "note"), ("desk_notice", "reason"), ("desk_opinion", "content")):
        with pytest.raises(IntegrityError), transaction.atomic():
            sql(f"UPDATE {table} SET {words} = 'viết lại'")


def _said(table: str) -> bool:
    return any(
        words in str(row) for row in rows(table) for words in ("Tên Cán Bộ", "ghi chú", "lý do", "nội dung")
    )
