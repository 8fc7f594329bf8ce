"""Days in the journal as they could have been, written with the hand of the database's owner."""

import json
from datetime import date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from django.db import connection

from motcua.journal.reading import Line
from motcua.radar import rules

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
#: A Monday on which offices work.
DAY = date(2026, 11, 23)
_serial = count(1)


def at(clock: str, *, seconds: int = 0, day: date = DAY) -> datetime:
    hour, minute = map(int, clock.split(":"))
    return datetime.combine(day, time(hour, minute), VIETNAM) + timedelta(seconds=seconds)


def line(
    event: str,
    moment: datetime,
    *,
    actor: str,
    unit_code: str = "so-mau",
    subject: str = "",
    **facts: str | int | bool,
) -> int:
    """One line at that moment; its id."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO journal_event (at, event, subject, actor, unit_code, facts)"
            " VALUES (%s, %s, %s, %s, %s, %s::jsonb) RETURNING id",
            [moment, event, subject or f"thing:{next(_serial)}", actor, unit_code, json.dumps(facts)],
        )
        return int(cursor.fetchone()[0])


def look_up(officer: str, moment: datetime) -> int:
    return line("accounts.look_up.made", moment, actor=officer, found=True, purpose="tao-tai-khoan")


def listed(officer: str, moment: datetime) -> int:
    """One pupil of a school's list, as the worker writes it down."""
    return line("accounts.look_up.made", moment, actor=officer, found=True, purpose=rules.CLASS_LISTS)


def check(officer: str, moment: datetime, kind: str = "COUNTER") -> int:
    return line("desk.account.checked", moment, actor=officer, answer="FOUND", kind=kind)


def received(officer: str, moment: datetime) -> int:
    return line("desk.dossier.received", moment, actor=officer)


def begun(officer: str, moment: datetime) -> int:
    return line(rules.BEGUN, moment, actor=officer, kind="CREATE")


def opened(officer: str, moment: datetime) -> int:
    return line(rules.OPENED, moment, actor=officer, application=next(_serial))


def code(officer: str, sent: datetime, *, typed_after: int) -> tuple[int, int]:
    subject = f"passcode:{next(_serial)}"
    return (
        line("accounts.passcode.sent", sent, actor=officer, unit_code="", subject=subject, purpose="ASSIST"),
        line(
            "accounts.passcode.accepted",
            sent + timedelta(seconds=typed_after),
            actor="",
            unit_code="",
            subject=subject,
            purpose="ASSIST",
        ),
    )


def an_ordinary_day(officer: str) -> None:
    """What a busy and honest officer does between seven and five: under every threshold, and not far."""
    for nth in range(9):
        moment = at("08:00") + timedelta(minutes=20 * nth)
        look_up(officer, moment)
        begun(officer, moment + timedelta(minutes=1))
        code(officer, moment + timedelta(minutes=5), typed_after=25)
        opened(officer, moment + timedelta(minutes=7))
    for nth in range(19):
        moment = at("13:40") + timedelta(minutes=9 * nth)
        check(officer, moment)
        if nth % 2:
            received(officer, moment + timedelta(minutes=6))
    code(officer, at("10:50"), typed_after=3)
    check(officer, at("17:40"))
    check(officer, at("12:30"))
    line("accounts.application.refused", at("09:00"), actor=officer, code="birth_year_mismatch", act="start")


def seen(lines: list[Line]) -> list[int]:
    return [line.id for line in lines]
