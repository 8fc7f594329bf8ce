"""Ứng dụng xác thực: six digits that change every thirty seconds (RFC 6238), each accepted once."""

import base64
import hmac
from datetime import datetime
from typing import Final

import pyotp
from django.conf import settings
from django.db import connection

from motcua.accounts.models import Account, Authenticator
from motcua.accounts.models.columns import ClockTimestamp
from motcua.accounts.sealed_data import mac, seal, unseal

_COLUMN: Final = "accounts_authenticator.secret"
_STEP: Final = 30
#: A clock may be one step slow or fast.
_DRIFT: Final = (0, -1, 1)
_SECRET_BYTES: Final = 20


def proposed_secret(place: bytes, account_id: int, nth: int = 0) -> str:
    """The secret to enrol from this sign-in or session, in base 32.

    The same each time the page is looked at, so that looking writes nothing; another for every place, and known to
    nobody without the installation's key.
    """
    return base64.b32encode(mac("totp", place, str(account_id), str(nth))[:_SECRET_BYTES]).decode()


def address_of(secret: str, *, name: str) -> str:
    """What the app reads from the picture: ``otpauth://…``. ``name`` is masked: a phone shows it to bystanders."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=settings.DESK_NAME)


def add(account: Account, secret: str, code: str) -> Authenticator | None:
    """Enrol the app that shows ``code`` now; another one ends. None when the code is not of this secret."""
    step = _step_of(secret, code)
    if step is None:
        return None
    end(account, why="replaced")
    row = Authenticator(account=account, last_step=step)
    row.secret_sealed = seal(_COLUMN, str(row.row_key), secret)
    row.save()
    return row


def accepts(account: Account, code: str) -> bool:
    """Whether the app shows this code now. One UPDATE decides: of the same code sent twice one is accepted."""
    live = Authenticator.objects.filter(account=account, ended_at__isnull=True).first()
    if live is None or live.secret_sealed is None:
        return False
    step = _step_of(unseal(_COLUMN, str(live.row_key), live.secret_sealed), code)
    if step is None:
        return False
    fresh = Authenticator.objects.filter(pk=live.pk, ended_at__isnull=True, last_step__lt=step)
    return fresh.update(last_step=step) == 1


def live_since(account: Account) -> datetime | None:
    """When the app in use was enrolled; None when there is none."""
    live = Authenticator.objects.filter(account=account, ended_at__isnull=True)
    return live.values_list("added_at", flat=True).first()


def end(account: Account, *, why: str) -> int:
    """The app no longer opens anything, and its secret is erased."""
    return Authenticator.objects.filter(account=account, ended_at__isnull=True).update(
        ended_at=ClockTimestamp(), ended_why=why[:20], secret_sealed=None
    )


def shown_before(secret: str) -> str:
    """What the app showed half a minute ago; for the demonstration, which enrols before anybody looks."""
    return pyotp.TOTP(secret).at(_now(), counter_offset=-1)


def _step_of(secret: str, code: str) -> int | None:
    """Which thirty seconds the code belongs to; None: neither now nor beside it."""
    now, app = _now(), pyotp.TOTP(secret)
    found = [
        step
        for step in _DRIFT
        if hmac.compare_digest(app.at(now, counter_offset=step).encode(), code.encode())
    ]
    return now // _STEP + found[0] if found else None


def _now() -> int:
    """By the database clock, which decides."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())::bigint")
        now: int = cursor.fetchone()[0]
    return now
