"""The rules of the room one by one, each seen red without it; and that none is left out."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from tests.rule_by_rule import Rule, only_by_trigger, two_rows, untried, wrong_of

from motcua.limits.models import Bucket, Minute, Tally, Unlocking, Watch

pytestmark = pytest.mark.django_db

RULES: list[Rule] = [
    ("limits_bucket", "limits_bucket_used", "used = -1"),
    ("limits_bucket", "limits_bucket_allowance_ends", "allowance = 1"),
    ("limits_bucket", "limits_bucket_allowance_ends", "allowance = -1, allowed_until = now()"),
    ("limits_tally", "limits_tally_once", "day = '2026-11-30', quota = 'X', who = '\\x01'"),
    ("limits_tally", "limits_tally_counts_up", "refused = -1"),
    ("limits_tally", "limits_tally_counts_up", "alarms = -1"),
    ("limits_minute", "limits_minute_once", "minute = '2026-11-30', what = 'SENT', shard = 1"),
    ("limits_minute", "limits_minute_counts", "times = 0"),
    ("limits_minute", "limits_minute_counts", "what = 'RUMOUR'"),
    ("limits_watch", "limits_watch_known", "state = 'RUMOUR', held_until = now()"),
    ("limits_watch", "limits_watch_held", "state = 'RAISED', held_until = NULL"),
    ("limits_watch", "limits_watch_held", "held_until = now()"),
    ("limits_watch", "limits_watch_counts", "alarms = -1"),
    ("limits_unlocking", "limits_unlocking_accounted", "unlocked_by = ''"),
    ("limits_unlocking", "limits_unlocking_by_another", "by_who = who"),
    ("limits_unlocking", "limits_unlocking_ends", "ends_at = unlocked_at"),
    ("limits_unlocking", "limits_unlocking_ends", "ends_at = unlocked_at + interval '25 hours'"),
    ("limits_unlocking", "limits_unlocking_says_why", "reason = 'vội quá'"),
]


def two_of_each() -> None:
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO limits_bucket (key, used, window_ends_at) VALUES ('\\x01', 1, now()), ('\\x02', 1, now())"
        )
    two_rows(Tally)
    two_rows(Minute, what="SENT")
    two_rows(Watch, name=lambda nth: f"L1{nth - 1}", state="CALM")
    two_rows(
        Unlocking,
        who=lambda nth: bytes([nth]) * 32,
        by_who=lambda nth: bytes([nth + 9]) * 32,
        reason="Ngày cao điểm tuyển sinh.",
        unlocked_at=now,
        ends_at=now + timedelta(hours=1),
    )


def test_each_rule_refuses_under_its_own_name_and_nothing_else_does() -> None:
    two_of_each()
    assert Bucket.objects.count() == Tally.objects.count() == Unlocking.objects.count() == 2
    assert wrong_of(RULES) == []


@pytest.mark.parametrize(
    "act", ["UPDATE limits_unlocking SET reason = 'khác hẳn đi'", "DELETE FROM limits_unlocking"]
)
def test_an_unlocking_is_never_another(act: str) -> None:
    two_of_each()

    def do() -> None:
        with connection.cursor() as cursor:
            cursor.execute(act)

    only_by_trigger("limits_unlocking_added_only", "limits_unlocking", do)


def test_no_rule_of_the_room_is_left_out() -> None:
    assert untried("limits", Path(__file__).parent, RULES) == set()
