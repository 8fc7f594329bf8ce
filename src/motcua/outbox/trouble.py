"""Whether a code that is asked for now would arrive: said before people start (threats T-37)."""

from datetime import timedelta
from enum import StrEnum
from typing import Final

from django.conf import settings
from django.db.models import F

from motcua.outbox.clock import DbClock
from motcua.outbox.models import Message, Provider

#: A code is with its provider within a second; one that waits so long is held up.
_HELD_UP: Final = timedelta(seconds=15)


class Trouble(StrEnum):
    NONE = "NONE"
    SLOW = "SLOW"
    DOWN = "DOWN"


def of_codes() -> Trouble:
    """The same for everybody: it depends on no number and on no person (threats T-08)."""
    wanted = [provider.code for provider in settings.SMS_PROVIDERS]
    rows = list(Provider.objects.filter(code__in=wanted))
    asleep = [row for row in rows if row.state == Provider.State.RESTING or row.ruling == Provider.Ruling.OFF]
    if len(asleep) == len(wanted):
        some = any(
            row.cause == Provider.Cause.UNDELIVERED and row.ruling == Provider.Ruling.AUTO for row in rows
        )
        return Trouble.SLOW if some else Trouble.DOWN
    held_up = Message.objects.filter(
        kind=Message.Kind.OTP,
        state__in=[Message.State.WAITING, Message.State.SENDING],
        created_at__lte=DbClock() - _HELD_UP,
        expires_at__gt=DbClock(),
        expires_at__gte=F("created_at") + timedelta(seconds=1),
    )
    return Trouble.SLOW if held_up.exists() else Trouble.NONE
