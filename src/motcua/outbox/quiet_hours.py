"""Giờ yên tĩnh: at night a notice waits for the morning; codes and alarms do not (Asia/Ho_Chi_Minh)."""

import re
from datetime import datetime, time
from typing import Final

from django.conf import settings
from django.db.models import DateTimeField, Func, Value

from motcua.outbox.clock import DbClock

_SPAN: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])")

#: What its owner must hear now, even at night: an alarm that waits until morning is none.
AT_ANY_HOUR: Final = frozenset(
    {
        "one_time_password",
        "password_changed",
        "reset_rests",
        "phone_changed",
        "phone_bound",
        "email_changed",
        "codes_locked",
        "new_device",
        "account_adjusted",
        "merge_rests",
        "accounts_merged",
        "accounts_parted",
        "account_taken_over",
        "factor_changed",
        "recovery_code_used",
        "factor_reset",
        "vneid_unlink_asked",
        "vneid_unlinked",
        "notice_trial",  # the administrator who asks for it is awake
    }
)


def span() -> tuple[time, time] | None:
    """From when until when, as ``SMS_QUIET_HOURS`` says ("22:00-07:00"); None when it is off."""
    said = settings.SMS_QUIET_HOURS
    if said == "off":
        return None
    found = _SPAN.fullmatch(said)
    if found is None or found[1] + found[2] == found[3] + found[4]:
        raise ValueError("SMS_QUIET_HOURS")
    return time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))


def first_moment(wanted: datetime | None) -> Func:
    """When a text that is wanted then (None: now) may leave, worked out by the database's own clock."""
    earliest: Func = Func(wanted, DbClock(), function="GREATEST", output_field=DateTimeField())
    if wanted is None:
        earliest = DbClock()
    hours = span()
    return earliest if hours is None else _Morning(earliest, Value(hours[0]), Value(hours[1]))


class _Morning(Func):
    """The same moment outside the quiet hours, the end of them inside; they may go over midnight or not."""

    output_field = DateTimeField()
    template = (
        "(SELECT CASE"
        " WHEN f < u AND l::time >= f AND l::time < u THEN (l::date + u) AT TIME ZONE 'Asia/Ho_Chi_Minh'"
        " WHEN f > u AND l::time < u THEN (l::date + u) AT TIME ZONE 'Asia/Ho_Chi_Minh'"
        " WHEN f > u AND l::time >= f THEN (l::date + 1 + u) AT TIME ZONE 'Asia/Ho_Chi_Minh'"
        " ELSE m END FROM (SELECT m, m AT TIME ZONE 'Asia/Ho_Chi_Minh' AS l, f, u"
        " FROM (SELECT %(expressions)s) AS asked (m, f, u)) AS there)"
    )
