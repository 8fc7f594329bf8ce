"""The rules of the room one by one, each seen red without it; and that none is left out."""

from pathlib import Path

import pytest
from django.utils import timezone

from motcua.health.models import Pulse
from tests.rule_by_rule import Rule, two_rows, untried, wrong_of

pytestmark = pytest.mark.django_db

RULES: list[Rule] = [
    ("health_pulse", "pulse_once", "kind = 'JOB', name = 'seal'"),
    ("health_pulse", "pulse_kind_known", "kind = 'RUMOUR'"),
    ("health_pulse", "pulse_is_a_code", "name = 'hai từ' || id"),
    ("health_pulse", "pulse_is_a_code", "said = 'Nguyễn Văn Mẫu'"),
    ("health_pulse", "pulse_counts_up", "done = -1"),
    ("health_pulse", "pulse_counts_up", "took_seconds = -1"),
]


def test_each_rule_refuses_under_its_own_name_and_nothing_else_does() -> None:
    two_rows(Pulse, kind="JOB", name=lambda nth: f"job{nth}", at=timezone.now())
    assert wrong_of(RULES) == []


def test_no_rule_of_the_room_is_left_out() -> None:
    assert untried("health", Path(__file__).parent, RULES) == set()
