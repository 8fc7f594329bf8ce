"""Who a person is changes by two officers and in no other way, whoever writes to the tables (seen red)."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from motcua.accounts import identity
from motcua.accounts.models import Account, Adjustment
from motcua.files.models import StoredFile
from tests.accounts import people
from tests.rule_by_rule import only_by_trigger

pytestmark = pytest.mark.django_db
A, B = "a" * 32, "b" * 32
AGREED = f"decision = 'APPROVED', decided_by = '{B}', decided_at = now()"


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def account() -> Account:
    return people.account()


def scan(status: str = "CLEAN") -> StoredFile:
    return StoredFile.objects.create(
        purpose="ID_SCAN",
        kind="pdf",
        size=10,
        sha256=b"s" * 32,
        name_sealed=b"n",
        place="x",
        wrapped_key=b"k",
        scan_status=status,
        antivirus="CLEAN",
        purge_after=timezone.now() + timedelta(days=1),
    )


def asked(account: Account, kind: str = "CLOSE", **more: object) -> Adjustment:
    given: dict[str, object] = {
        "kind": kind,
        "reason": "đã xem giấy tờ gốc",
        "unit_id": 1,
        "unit_code": "so-mau",
        "asked_by": A,
    }
    if kind in ("CORRECT", "ADD_NUMBER"):
        given |= {"data_sealed": b"x", "scan_qr": "SAME", "evidence": scan()}
    return Adjustment.objects.create(account=account, **{**given, **more})


@pytest.mark.parametrize(
    "change",
    ["full_name = 'Khác'", "folded_name = 'khac'", "born_on = born_on + 1", "born_year_only = true"],
)
def test_a_name_is_corrected_by_two_only(account: Account, change: str) -> None:
    only_by_trigger(
        "person_by_two",
        "accounts_person",
        lambda: sql(f"UPDATE accounts_person SET {change} WHERE id = {account.person_id}"),
    )


def test_what_was_agreed_to_earlier_is_no_key_for_later(account: Account) -> None:
    row = asked(account, "CORRECT")
    sql(f"UPDATE accounts_adjustment SET {AGREED} WHERE id = {row.pk}")
    sql(f"UPDATE accounts_person SET full_name = 'Đúng' WHERE id = {account.person_id}")
    sql("SET LOCAL session_replication_role = replica")
    sql("UPDATE accounts_adjustment SET decided_at = decided_at - interval '1 minute'")
    sql("SET LOCAL session_replication_role = origin")
    only_by_trigger(
        "person_by_two",
        "accounts_person",
        lambda: sql(f"UPDATE accounts_person SET full_name = 'Sai' WHERE id = {account.person_id}"),
    )


def test_a_number_is_added_to_an_account_by_two_only(account: Account) -> None:
    columns = "person_id, kind, number_sealed, last3, status, source"
    insert = (
        f"INSERT INTO accounts_identitydocument ({columns}, number_bi, row_key)"
        f" SELECT {columns}, sha256('x'), gen_random_uuid() FROM accounts_identitydocument"
        f" WHERE person_id = {account.person_id}"
    )
    only_by_trigger("number_by_two", "accounts_identitydocument", lambda: sql(insert))
    row = asked(account, "ADD_NUMBER")
    sql(f"UPDATE accounts_adjustment SET {AGREED} WHERE id = {row.pk}")
    with transaction.atomic():
        sql(insert)
    assert account.person.documents.count() == 2


def test_a_number_does_not_move_to_another_person(account: Account) -> None:
    other = people.account()
    only_by_trigger(
        "number_by_two",
        "accounts_identitydocument",
        lambda: sql(
            f"UPDATE accounts_identitydocument SET person_id = {other.person_id}"
            f" WHERE person_id = {account.person_id}"
        ),
    )


def test_nobody_adjusts_the_own_account(account: Account) -> None:
    me = identity.name_to(account, settings.DESK_ID).subject
    only_by_trigger(
        "adjustment_moves",
        "accounts_adjustment",
        lambda: asked(account, asked_by=me),
        rule="adjustment_not_for_oneself",
    )
    asked(account)
    only_by_trigger(
        "adjustment_moves",
        "accounts_adjustment",
        lambda: sql(f"UPDATE accounts_adjustment SET {AGREED.replace(B, me)}"),
        rule="adjustment_not_for_oneself",
    )


def test_an_adjustment_begins_as_a_request_and_is_kept(account: Account) -> None:
    only_by_trigger(
        "adjustment_moves",
        "accounts_adjustment",
        lambda: asked(account, decision="APPROVED", decided_by=B, decided_at=timezone.now()),
        rule="adjustment_begins_waiting",
    )
    asked(account)
    only_by_trigger(
        "adjustment_moves",
        "accounts_adjustment",
        lambda: sql("DELETE FROM accounts_adjustment"),
        rule="adjustment_kept",
    )


@pytest.mark.parametrize("gone", ["scan_status = 'PENDING'", "purged_at = now(), wrapped_key = NULL"])
def test_nothing_is_agreed_to_without_its_scan(account: Account, gone: str) -> None:
    asked(account, "CORRECT")
    sql("SET LOCAL session_replication_role = replica")
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql(f"UPDATE files_storedfile SET {gone}")
    sql("SET LOCAL session_replication_role = origin")
    only_by_trigger(
        "adjustment_moves",
        "accounts_adjustment",
        lambda: sql(f"UPDATE accounts_adjustment SET {AGREED}"),
        rule="adjustment_evidence_stands",
    )


@pytest.mark.parametrize(
    "change",
    [
        "reason = 'lý do khác hẳn'",
        "data_sealed = '\\x02'",
        "scan_qr = 'UNREAD'",
        "asked_by = repeat('c', 32)",
        "decided_by = repeat('d', 32)",
        "decision = 'WAITING', decided_by = '', decided_at = NULL",
        "decided_reason = 'x'",
    ],
)
def test_what_was_decided_stays_decided(account: Account, change: str) -> None:
    asked(account, "CORRECT")
    sql(f"UPDATE accounts_adjustment SET {AGREED}")
    only_by_trigger(
        "adjustment_moves",
        "accounts_adjustment",
        lambda: sql(f"UPDATE accounts_adjustment SET {change}"),
        rule="adjustment_written_once",
    )
