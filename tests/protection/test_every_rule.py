"""The rules of the room one by one, each seen red without it; and that none is left out."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from motcua.protection.models import Breach, BreachPerson
from tests.rule_by_rule import Rule, only_by_trigger, two_rows, untried, wrong_of

pytestmark = pytest.mark.django_db
A, B, MARK = "a" * 32, "b" * 32, "0f" * 32
WORDS = "Đã ghi đủ lời."

RULES: list[Rule] = [
    ("protection_breach", "breach_window_ends", "until = since"),
    ("protection_breach", "breach_of_one_kind", "about_officer = 'x', about_system = 'y'"),
    ("protection_breach", "breach_says_why", "reason = 'vội'"),
    ("protection_breach", "breach_says_why", "happened = 'vội'"),
    ("protection_breach", "breach_says_why", "measures = 'vội'"),
    ("protection_breach", "breach_counts", "people = -1"),
    ("protection_breach", "breach_counts", "people = 2, lines = 1"),
    ("protection_breach", "breach_list_marked", "list_sha256 = 'x'"),
    (
        "protection_breach",
        "breach_decided_by_another",
        "decision = 'APPROVED', decided_by = made_by, decided_at = now(), decided_why = 'Đã ghi đủ lời.'",
    ),
    ("protection_breach", "breach_decided_whole", "decision = 'APPROVED'"),
    ("protection_breach", "breach_decided_whole", "decided_by = 'z'"),
    ("protection_breach", "breach_not_by_the_meant", "about_officer = made_by"),
    (
        "protection_breach",
        "breach_not_by_the_meant",
        "about_officer = 'y', decision = 'APPROVED', decided_by = 'y', decided_at = now(),"
        " decided_why = 'Đã ghi đủ lời.'",
    ),
    ("protection_breach", "breach_lies_behind", "until = made_at + interval '1 second'"),
    ("protection_breach", "breach_lies_behind", "aware_at = made_at + interval '1 second'"),
    ("protection_breach", "breach_of_everybody_short", "since = until - interval '91 days'"),
    ("protection_breachperson", "breach_person_once", "breach_id = 1, who = 'account:1'"),
    ("protection_breachperson", "breach_person_counts", "times = 0"),
    ("protection_breachperson", "breach_person_counts", "data = '{}'"),
    ("protection_breachperson", "breach_person_told_known", "told = 'RUMOUR'"),
]


def a_breach(**more: object) -> Breach:
    now = timezone.now()
    values: dict[str, object] = {
        "since": now - timedelta(hours=1),
        "until": now,
        "aware_at": now,
        "reason": WORDS,
        "happened": WORDS,
        "measures": WORDS,
        "made_by": A,
        "unit_code": "so-mau",
    }
    return Breach.objects.create(**{**values, **more})


def a_person(of: Breach, **more: object) -> BreachPerson:
    now = timezone.now()
    values: dict[str, object] = {
        "who": "account:1",
        "times": 1,
        "acts": ["LOOKED"],
        "data": ["NAME"],
        "first_at": now,
        "last_at": now,
    }
    return BreachPerson.objects.create(breach=of, **{**values, **more})


FOUND = f"decision = 'WAITING', people = 1, lines = 1, list_sha256 = '{MARK}'"
APPROVE = f"decision = 'APPROVED', decided_by = '{B}', decided_why = '{WORDS}', decided_at = now()"


def do(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_each_rule_refuses_under_its_own_name_and_nothing_else_does() -> None:
    now = timezone.now()
    words = {"reason": WORDS, "happened": WORDS, "measures": WORDS}
    two_rows(
        Breach, since=now - timedelta(hours=1), until=now, aware_at=now, people=1, lines=1, list_sha256=MARK, **words,
        made_by=lambda nth: f"x{nth}", decision="WAITING",
    )  # fmt: skip
    two_rows(BreachPerson, acts=["LOOKED"], data=["NAME"], first_at=now, last_at=now, told="NOT_YET")
    assert wrong_of(RULES) == []


def found() -> Breach:
    row = a_breach()
    do(f"UPDATE protection_breach SET {FOUND}")
    return row


def test_a_breach_begins_with_the_search() -> None:
    only_by_trigger(
        "breach_decided_once",
        "protection_breach",
        lambda: a_breach(
            list_sha256=MARK, decision="DECLINED", decided_by=B, decided_why=WORDS, decided_at=timezone.now()
        ),
        "breach_begins_finding",
    )


@pytest.mark.parametrize(
    "act",
    [
        f"UPDATE protection_breach SET {FOUND}",
        "UPDATE protection_breach SET people = 0",
        "UPDATE protection_breach SET decision = 'FINDING'",
        f"UPDATE protection_breach SET reason = '{WORDS} Thêm.', {APPROVE}",
        "DELETE FROM protection_breach",
    ],
    ids=["found-again", "count-changed", "sought-again", "reason-changed-with-the-decision", "gone"],
)
def test_what_was_found_is_never_another(act: str) -> None:
    found()
    only_by_trigger("breach_decided_once", "protection_breach", lambda: do(act))


@pytest.mark.parametrize(
    "act",
    [
        f"UPDATE protection_breach SET {FOUND}, reason = '{WORDS} Thêm.'",
        f"UPDATE protection_breach SET list_sha256 = '{MARK}', {APPROVE}",
        "UPDATE protection_breach SET people = 0",
        "DELETE FROM protection_breach",
    ],
    ids=["reason-changed-with-the-list", "decided-before", "counted-before", "gone"],
)
def test_a_search_ends_with_its_list_and_changes_nothing_else(act: str) -> None:
    a_breach()
    only_by_trigger("breach_decided_once", "protection_breach", lambda: do(act))


def test_a_decision_is_made_once() -> None:
    found()
    do(f"UPDATE protection_breach SET {APPROVE}")
    only_by_trigger(
        "breach_decided_once",
        "protection_breach",
        lambda: do("UPDATE protection_breach SET decision = 'DECLINED'"),
    )


def test_nobody_is_told_before_it_is_approved() -> None:
    a_person(a_breach())
    only_by_trigger(
        "breach_person_told",
        "protection_breachperson",
        lambda: do("UPDATE protection_breachperson SET told = 'SENT'"),
        "breach_told_when_approved",
    )


@pytest.mark.parametrize(
    "act",
    [
        "UPDATE protection_breachperson SET who = 'account:2'",
        "UPDATE protection_breachperson SET told = 'UNREACHED', times = 9",
        "DELETE FROM protection_breachperson",
    ],
    ids=["another-person", "count-changed-with-the-telling", "gone"],
)
def test_whom_it_concerns_is_never_another(act: str) -> None:
    a_person(a_breach())
    do(f"UPDATE protection_breach SET {FOUND}")
    do(f"UPDATE protection_breach SET {APPROVE}")
    only_by_trigger(
        "breach_person_told", "protection_breachperson", lambda: do(act), "breach_person_told_once"
    )


def test_nobody_is_added_once_the_list_is_found() -> None:
    row = found()
    only_by_trigger(
        "breach_person_told", "protection_breachperson", lambda: a_person(row), "breach_list_closed"
    )


def test_no_rule_of_the_room_is_left_out() -> None:
    assert untried("protection", Path(__file__).parent, RULES) == set()
