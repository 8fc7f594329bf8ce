"""The numbers that the guides print: read from the rules themselves, so that a guide cannot grow old."""

from datetime import date, timedelta

from django.conf import settings

from motcua.accounts import opening, passcodes, signing_in
from motcua.accounts.sessions import IDLE
from motcua.kernel import password_rule
from motcua.units import confirming, tree
from motcua.web import context, uploading


def numbers(*, on: date) -> dict[str, object]:
    """Lengths of time in the unit that the sentence names; addresses and names as the installation has them."""
    return {
        "system_name": settings.DESK_NAME,
        "portal": settings.DESK_URL or settings.PUBLIC_URL,
        "hotline": context.standing()["hotline"],
        "desk_count": len(tree.desks(on=on)),
        "code_digits": passcodes.DIGITS,
        "code_minutes": _minutes(passcodes.LIFE),
        "code_tries": passcodes.TRIES,
        "resend_seconds": int(passcodes.RESEND_AFTER.total_seconds()),
        "kept_hours": _hours(opening.KEPT),
        "one_time_hours": _hours(signing_in.ONE_TIME_LIFE),
        "password_shortest": password_rule.SHORTEST,
        "password_rule": password_rule.RULE,
        "file_megabytes": uploading.MAX_FILE // (1024 * 1024),
        "citizen_idle_minutes": _minutes(IDLE["CITIZEN"]),
        "officer_idle_minutes": _minutes(IDLE["OFFICER"]),
        "gate_day": f"{date.fromisoformat(str(settings.GATE_BINDS_FROM)):%d/%m/%Y}",
        "posts_months": settings.POSTS_CONFIRMED_EVERY_MONTHS,
        "posts_listed_days": confirming.LISTED_BEFORE.days,
    }


def _minutes(length: timedelta) -> int:
    return int(length.total_seconds()) // 60


def _hours(length: timedelta) -> int:
    return int(length.total_seconds()) // 3600
