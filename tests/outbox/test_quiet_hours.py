"""A notice does not wake anybody; a code and an alarm do not wait."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from motcua.kernel.phone import Phone
from motcua.outbox import quiet_hours, sending
from motcua.outbox.models import Message
from tests.fakes import FakeSms

pytestmark = pytest.mark.django_db(transaction=True)

TO = Phone.parse("0900000001")
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
#: Far enough ahead that the database's clock has not reached it.
YEAR = datetime.now(VIETNAM).year + 1


def noted(key: str, wanted: datetime | None = None, **more: Any) -> Message:
    with transaction.atomic():
        return sending.enqueue(
            **{
                "to": TO,
                "text": "Tin.",
                "purpose": "dossier",
                "dedupe_key": key,
                "not_before": wanted,
                **more,
            }
        )


def at(hour: int, minute: int, day: int = 15) -> datetime:
    return datetime(YEAR, 3, day, hour, minute, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("span", "wanted", "leaves"),
    [
        ("22:00-07:00", at(21, 59), at(21, 59)),
        ("22:00-07:00", at(22, 0), at(7, 0, day=16)),
        ("22:00-07:00", at(23, 59), at(7, 0, day=16)),
        ("22:00-07:00", at(0, 0), at(7, 0)),
        ("22:00-07:00", at(6, 59), at(7, 0)),
        ("22:00-07:00", at(7, 0), at(7, 0)),
        ("22:00-07:00", at(12, 0), at(12, 0)),
        ("00:30-05:00", at(0, 29), at(0, 29)),
        ("00:30-05:00", at(0, 30), at(5, 0)),
        ("00:30-05:00", at(5, 0), at(5, 0)),
        ("off", at(23, 0), at(23, 0)),
    ],
)
def test_a_notice_waits_for_the_morning(settings: Any, span: str, wanted: datetime, leaves: datetime) -> None:
    settings.SMS_QUIET_HOURS = span
    assert noted("n:1", wanted).not_before == leaves


def quiet_now(settings: Any) -> None:
    """An hour before and an hour after the present."""
    here = datetime.now(VIETNAM)
    settings.SMS_QUIET_HOURS = f"{here - timedelta(hours=1):%H:%M}-{here + timedelta(hours=1):%H:%M}"


def test_a_notice_of_the_night_is_not_sent_now(settings: Any) -> None:
    quiet_now(settings)
    noted("n:1")
    noted("n:2", datetime.now(UTC) - timedelta(days=3))
    assert sending.send_due(gateway=FakeSms()) == 0
    settings.SMS_QUIET_HOURS = "off"
    noted("n:3")
    assert sending.send_due(gateway=FakeSms()) == 1


@pytest.mark.parametrize("purpose", sorted(quiet_hours.AT_ANY_HOUR))
def test_an_alarm_is_sent_at_night(settings: Any, purpose: str) -> None:
    quiet_now(settings)
    noted("a:1", purpose=purpose)
    assert sending.send_due(gateway=FakeSms()) == 1


def test_a_code_is_sent_at_night(settings: Any) -> None:
    quiet_now(settings)
    noted("c:1", purpose="otp_register", expires_at=datetime.now(UTC) + timedelta(minutes=2))
    assert sending.send_due(gateway=FakeSms()) == 1


@pytest.mark.parametrize("said", ["", "22-7", "22:00-22:00", "24:00-07:00", "٢٢:00-07:00", "22:00-07:00\n"])
def test_hours_that_are_none_are_refused(settings: Any, said: str) -> None:
    settings.SMS_QUIET_HOURS = said
    with pytest.raises(ValueError, match="SMS_QUIET_HOURS"):
        quiet_hours.span()
