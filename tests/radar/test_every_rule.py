"""The rules of the room one by one, each seen red without it; and that none is left out."""

import uuid
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from motcua.radar.models import Judgement, Kind, LookedDay, Sighting
from tests.radar import days
from tests.rule_by_rule import Rule, only_by_trigger, two_rows, untried, wrong_of

pytestmark = pytest.mark.django_db
A, B = "a" * 32, "b" * 32

RULES: list[Rule] = [
    (
        "radar_sighting",
        "sighting_once_a_day",
        "day = '2026-11-23', kind = 'BURST', officer_subject = 'x', unit_code = 'x'",
    ),
    ("radar_sighting", "sighting_kind_known", "kind = 'RUMOUR'"),
    ("radar_sighting", "sighting_has_evidence", "lines = '{}'"),
    ("radar_sighting", "sighting_counts", "count = 0"),
    ("radar_sighting", "sighting_in_time", "first_at = last_at + interval '1 second'"),
    ("radar_judgement", "judgement_in_turn", "sighting_id = 1, nth = 1"),
    ("radar_judgement", "judgement_outcome_known", "outcome = 'GUILTY'"),
    ("radar_judgement", "judgement_says_why", "reason = 'vội quá'"),
]


def a_sighting(**more: object) -> Sighting:
    now = timezone.now()
    values: dict[str, object] = {
        "day": date(2026, 11, 23),
        "kind": Kind.BURST,
        "officer_subject": A,
        "unit_code": "so-mau",
        "judged_at": "so-mau",
        "lines": [days.opened(A, days.at("09:00"))],
        "count": 1,
        "facts": {},
        "first_at": now,
        "last_at": now,
    }
    return Sighting.objects.create(**{**values, **more})


def a_judgement(of: Sighting, **more: object) -> Judgement:
    values: dict[str, object] = {
        "nth": 1,
        "outcome": "PROPER",
        "reason": "Đã đối chiếu lịch trực.",
        "by_subject": B,
        "unit_code": "so-mau",
    }
    return Judgement.objects.create(sighting=of, **{**values, **more})


def test_each_rule_refuses_under_its_own_name_and_nothing_else_does() -> None:
    now = timezone.now()
    two_rows(
        Sighting,
        lines=[1],
        first_at=now,
        last_at=now,
        public_id=lambda _: uuid.uuid4(),
        unit_code=lambda nth: f"u{nth}",
    )
    two_rows(Judgement, reason="Đã đối chiếu lịch trực.")
    assert wrong_of(RULES) == []


@pytest.mark.parametrize("lines", [[10**12], [1, 2, 3]], ids=["none-such", "some-not-there"])
def test_a_line_rests_on_lines_of_the_journal(lines: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM journal_event")
        (last,) = cursor.fetchone()
    only_by_trigger(
        "sighting_rests_on_journal", "radar_sighting", lambda: a_sighting(lines=[last + pk for pk in lines])
    )


def test_one_line_told_twice_is_no_evidence_for_two() -> None:
    pk = days.opened(A, days.at("09:00"))
    only_by_trigger("sighting_rests_on_journal", "radar_sighting", lambda: a_sighting(lines=[pk, pk]))


def test_nobody_judges_the_own_work() -> None:
    row = a_sighting()
    only_by_trigger("judged_by_another", "radar_judgement", lambda: a_judgement(row, by_subject=A))


def test_a_judgement_is_the_next_one() -> None:
    row = a_sighting()
    only_by_trigger(
        "judged_by_another", "radar_judgement", lambda: a_judgement(row, nth=3), "judgement_is_the_next"
    )


@pytest.mark.parametrize(
    ("trigger", "table", "act"),
    [
        ("looked_day_added_only", "radar_lookedday", "UPDATE radar_lookedday SET found = 1"),
        ("looked_day_added_only", "radar_lookedday", "DELETE FROM radar_lookedday"),
        ("sighting_added_only", "radar_sighting", "UPDATE radar_sighting SET count = 2"),
        ("judgement_added_only", "radar_judgement", "UPDATE radar_judgement SET outcome = 'REMINDED'"),
        ("judgement_added_only", "radar_judgement", "DELETE FROM radar_judgement"),
    ],
    ids=["day-changed", "day-gone", "line-changed", "judgement-changed", "judgement-gone"],
)
def test_what_was_written_is_never_another(trigger: str, table: str, act: str) -> None:
    LookedDay.objects.create(day=date(2026, 11, 23))
    a_judgement(a_sighting())

    def do() -> None:
        with connection.cursor() as cursor:
            cursor.execute(act)

    only_by_trigger(trigger, table, do)


def test_no_rule_of_the_room_is_left_out() -> None:
    assert untried("radar", Path(__file__).parent, RULES) == set()
