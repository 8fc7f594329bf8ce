"""Who asked about a person in the journal, and why, is written once and stands in the journal itself."""

from dataclasses import replace
from hashlib import sha256

import pytest
from django.db import IntegrityError, InternalError, connection, transaction

from motcua.journal import inspecting
from motcua.journal.inspecting import ReasonWanted
from motcua.journal.models import Event, Inspection
from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.refusal import NotFound
from tests import rule_by_rule

pytestmark = pytest.mark.django_db

INSPECTOR = Authority(1, "f" * 32, 1, "so-mau", frozenset({Power.INSPECT}), (1,))
WHY = "Theo Quyết định 12/QĐ-TTr"


def test_a_search_keeps_its_reason_and_leaves_a_line_that_holds_its_hash() -> None:
    number = inspecting.begin(INSPECTOR, about=["account:1", "dossier:2", "account:1"], reason=WHY)

    assert inspecting.about(INSPECTOR, number) == ("account:1", "dossier:2")
    line = Event.objects.get(event="journal.inspection.begun")
    assert (line.subject, line.actor, line.unit_code) == (f"inspection:{number}", "f" * 32, "so-mau")
    assert line.facts == {"reason": sha256(WHY.encode()).hexdigest(), "count": 2}


@pytest.mark.parametrize("reason", ["", "         ", "ngắn quá", "a" * 9])
def test_no_search_without_a_reason(reason: str) -> None:
    with pytest.raises(ReasonWanted):
        inspecting.begin(INSPECTOR, about=["account:1"], reason=reason)
    assert not Inspection.objects.exists() and not Event.objects.exists()


def test_another_inspector_cannot_go_on_with_it() -> None:
    number = inspecting.begin(INSPECTOR, about=["account:1"], reason=WHY)
    with pytest.raises(NotFound):
        inspecting.about(replace(INSPECTOR, subject="e" * 32), number)
    with pytest.raises(NotAuthorised):
        inspecting.about(replace(INSPECTOR, powers=frozenset()), number)


def test_a_file_that_left_is_known_by_its_hash() -> None:
    number = inspecting.note_evidence(INSPECTOR, reason=WHY, rows=7, file_sha256="ab" * 32)
    line = Event.objects.get(event="journal.evidence.exported")
    assert line.subject == f"inspection:{number}" and line.facts["whole"] == "ab" * 32


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_inspection SET reason = 'một lý do khác hẳn'",
        "DELETE FROM journal_inspection",
        "TRUNCATE journal_inspection",
    ],
)
def test_an_inspection_is_written_once(statement: str) -> None:
    inspecting.begin(INSPECTOR, about=["account:1"], reason=WHY)

    def change() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)

    with pytest.raises((IntegrityError, InternalError), match="chỉ được ghi thêm"):
        change()
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER journal_inspection_append_only ON journal_inspection")
    change()  # seen red: the trigger alone forbids it


RULES = [
    ("journal_inspection", "inspection_says_why", "reason = 'ngắn'"),
    ("journal_inspection", "inspection_kind_known", "file_sha256 = 'x'"),
    ("journal_inspection", "inspection_kind_known", "kind = 'KHAC'"),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule[1]} {rule[2]}")
def test_what_an_inspection_can_never_say(rule: rule_by_rule.Rule) -> None:
    table, name, change = rule
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER journal_inspection_append_only ON journal_inspection")
    inspecting.begin(INSPECTOR, about=["account:1"], reason=WHY)

    def apply() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET {change}")

    with pytest.raises(IntegrityError) as no:
        apply()
    assert rule_by_rule.said_by(no.value) == name
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    apply()
