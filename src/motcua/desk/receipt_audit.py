"""Are the portal's stored answers still what it signed? Read again from the first to the last, believed from none.

A trigger compares a row with the claims of its receipt; only here the signature is judged again, so that a row
which somebody wrote past the application is found. Keys that the portal retired since, or lost, count for what was
checked before that moment.
"""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from motcua.desk import asking, receipts
from motcua.desk.models import AccountCheck
from motcua.kernel.sealing import SealBroken

_BATCH = 2000
#: 24 months, whichever they are.
_FORGOTTEN_AFTER = timedelta(days=729)


@dataclass(frozen=True, slots=True)
class Untrue:
    """The first check that is not what the portal signed; ``reason`` is a code word."""

    check: uuid.UUID
    reason: str


@dataclass(frozen=True, slots=True)
class Audit:
    """How many receipts were read, and the first that is wrong."""

    read: int
    untrue: Untrue | None


def audit(
    from_day: date | None, to_day: date | None, *, progress: Callable[[int], None] = lambda read: None
) -> Audit:
    """Read every receipt of these days (both counted; None: no end) in the order of writing."""
    if (twice := _used_twice()) is not None:
        return Audit(0, Untrue(twice, "used_twice"))
    read = 0
    for rows in _batches(from_day, to_day):
        for row in rows:
            read += 1
            if reason := _wrong(row):
                return Audit(read, Untrue(row.public_id, reason))
        progress(read)
    return Audit(read, None)


def _batches(from_day: date | None, to_day: date | None) -> Iterator[list[AccountCheck]]:
    """By key, a statement each: no transaction stands open for the length of the reading."""
    wanted = _of_days(from_day, to_day).order_by("pk")
    last = 0
    while rows := list(wanted.filter(pk__gt=last)[:_BATCH]):
        yield rows
        last = rows[-1].pk


def _of_days(from_day: date | None, to_day: date | None) -> QuerySet[AccountCheck]:
    rows = (
        AccountCheck.objects.filter(answer=AccountCheck.Answer.FOUND)
        .select_related("look_up")
        .only(
            "public_id", "receipt", "jti", "subject", "status", "purpose", "checked_at", "number_sealed",
            "number_bi", "look_up__receipt", "look_up__checked_at",
        )
    )  # fmt: skip
    if from_day is not None:
        rows = rows.filter(checked_at__gte=_midnight(from_day))
    if to_day is not None:
        rows = rows.filter(checked_at__lt=_midnight(to_day + timedelta(days=1)))
    return rows


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _wrong(row: AccountCheck) -> str:
    """The reason in a code word; "" when everything about the row is what was signed."""
    try:
        receipt = receipts.of_the_portal(row.receipt, now=row.checked_at, back_then=True)
    except receipts.ReceiptNotTrusted as no:
        return str(no.details.get("reason", "receipt"))
    said = (receipt.subject, receipt.jti, receipt.status.value, receipt.purpose)
    if said != (row.subject, row.jti, row.status, row.purpose):
        return "row_differs"
    first = row.look_up
    if first is not None and (first.receipt, first.checked_at) != (row.receipt, row.checked_at):
        return "look_up_differs"
    return "" if _is_the_number(row) else "number"


def _is_the_number(row: AccountCheck) -> bool:
    """The sealed number is the one behind the fingerprint, until both are forgotten (migration 0010)."""
    if not row.number_sealed:
        return bytes(row.number_bi) == bytes(32) and row.checked_at < timezone.now() - _FORGOTTEN_AFTER
    try:
        number, _ = asking.number_of(row)
    except SealBroken:
        return False
    return asking.fingerprint_of(number) == bytes(row.number_bi)


def _used_twice() -> uuid.UUID | None:
    """A receipt under two look-ups; the index refuses it, unless somebody took the index away."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT public_id FROM desk_accountcheck WHERE jti = ("
            " SELECT jti FROM desk_accountcheck WHERE look_up_id IS NULL AND jti <> ''"
            " GROUP BY jti HAVING count(*) > 1 LIMIT 1) ORDER BY id DESC LIMIT 1"
        )
        row = cursor.fetchone()
    return row[0] if row else None
