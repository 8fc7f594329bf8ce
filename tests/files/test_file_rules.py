"""What the database itself refuses to hold about a file (threats C11). Each rule was seen red without it."""

import uuid
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from motcua.files.models import StoredFile

pytestmark = pytest.mark.django_db

SOUND = {
    "purpose": "ID_SCAN",
    "kind": "pdf",
    "size": 100,
    "sha256": bytes(32),
    "name_sealed": b"x",
    "wrapped_key": b"k",
    "scan_status": "CLEAN",
    "antivirus": "CLEAN",
    "purge_after": datetime(2027, 1, 1, tzinfo=UTC),
}

BROKEN = {
    "stored_file_size_up_to_5_mib": [{"size": 0}, {"size": 5_242_881}],
    "stored_file_sha256_is_32_bytes": [{"sha256": b""}, {"sha256": bytes(31)}, {"sha256": bytes(33)}],
    "stored_file_known_purpose": [{"purpose": "PARTY"}, {"purpose": ""}],
    "stored_file_known_kind": [{"kind": "exe"}, {"kind": "PDF"}],
    "stored_file_known_status": [{"scan_status": "MAYBE"}, {"antivirus": "MAYBE"}],
    "stored_file_clean_only_after_antivirus": [{"scan_status": "CLEAN", "antivirus": "PENDING"}],
    "stored_file_key_until_purged": [
        {"wrapped_key": None},
        {"purged_at": datetime(2026, 1, 1, tzinfo=UTC)},
    ],
}
CASES = [(rule, change) for rule, changes in BROKEN.items() for change in changes]


def insert(**changes: object) -> StoredFile:
    row = StoredFile(place=f"00/00/{uuid.uuid4().hex}", **(SOUND | changes))
    row.save()
    return row


def test_a_sound_row_and_the_edges_of_size_are_held() -> None:
    for size in (1, 5_242_880):
        assert insert(size=size).pk


@pytest.mark.parametrize(("rule", "change"), CASES)
def test_a_broken_row_is_refused_by_its_rule(rule: str, change: dict[str, object]) -> None:
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        insert(**change)


@pytest.mark.parametrize(("rule", "change"), CASES)
def test_without_the_rule_the_broken_row_would_be_held(rule: str, change: dict[str, object]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'ALTER TABLE files_storedfile DROP CONSTRAINT "{rule}"')

    assert insert(**change).pk


@pytest.mark.parametrize("column", ["sha256", "purge_after", "scan_status", "size"])
def test_a_row_without_hash_or_day_of_purging_is_refused(column: str) -> None:
    with pytest.raises(IntegrityError, match=column), transaction.atomic():
        insert(**{column: None})


def test_two_rows_never_share_their_bytes() -> None:
    row = insert()

    with pytest.raises(IntegrityError), transaction.atomic():
        insert_at = StoredFile(place=row.place, **SOUND)
        insert_at.save()


def test_the_moment_of_keeping_is_the_clock_of_the_database() -> None:
    with transaction.atomic():
        first, second = insert(), insert()
        first.refresh_from_db()
        second.refresh_from_db()

    assert first.kept_at < second.kept_at


def test_every_rule_has_a_sentence_and_a_test() -> None:
    rules = {rule.name: rule for rule in StoredFile._meta.constraints}

    assert set(rules) == set(BROKEN)
    assert all(str(rule.violation_error_message).endswith(".") for rule in rules.values())
