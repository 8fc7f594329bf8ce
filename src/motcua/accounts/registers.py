"""The list of accounts that officers created: searched, sorted, paged, never beyond the viewer's units."""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from motcua import journal
from motcua.accounts import list_exports
from motcua.accounts.sealed_data import Number, number_fingerprint, phone_fingerprint
from motcua.kernel.authority import Authority, Power
from motcua.kernel.person_name import fold
from motcua.kernel.phone import Phone
from motcua.keys import marks

PAGE = 20
EXPORTED = list_exports.MOST
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filters of the list; empty means any."""

    name: str = field(default="", repr=False)
    phone: Phone | None = None
    number: Number | None = None
    creator_subjects: tuple[str, ...] | None = None
    unit_ids: tuple[int, ...] | None = None
    since: date | None = None
    until: date | None = None
    oldest_first: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One line: numbers masked (DP-05), the name in full because the list never leaves the own units."""

    id: int
    public_id: str
    full_name: str = field(repr=False)
    last3: str = field(repr=False)
    phone_masked: str = field(repr=False)
    creator: str
    unit_code: str
    opened_at: datetime
    status: str


@dataclass(frozen=True, slots=True)
class Page:
    """Keyset pages: ``next_after`` and ``previous_before`` go back into ``assisted_accounts``."""

    rows: list[Row]
    next_after: str
    previous_before: str


_SELECT = """
    SELECT a.id, a.public_id, p.full_name, d.last3, b.phone_masked, a.vouched_by, a.vouching_unit_code,
           a.opened_at, a.status
      FROM ({inner}) a
      JOIN accounts_person p ON p.id = a.person_id
      LEFT JOIN LATERAL (SELECT last3 FROM accounts_identitydocument
                          WHERE person_id = a.person_id AND status = 'active' ORDER BY kind LIMIT 1) d ON true
      LEFT JOIN LATERAL (SELECT phone_masked FROM accounts_phonebinding
                          WHERE account_id = a.id AND status = 'active' LIMIT 1) b ON true
     ORDER BY a.opened_at {order}, a.id {order}
"""


def assisted_accounts(viewer: Authority, wanted: Wanted, *, after: str = "", before: str = "") -> Page:
    """One page of at most 20 rows; one statement whatever the filters, and no count of the table."""
    viewer.require(Power.OPEN_ACCOUNT)
    found = _find(viewer, wanted, after=after, before=before, limit=PAGE + 1)
    return _page(found, after=after, before=before)


def export(viewer: Authority, wanted: Wanted, *, reason: str) -> list[Row]:
    """At most 1,000 rows for a file that leaves the house: the reason is kept, the count is journalled.

    Raises ReasonMissing, TooManyAttempts, NotAuthorised.
    """
    viewer.require(Power.EXPORT)
    list_exports.allow(viewer, reason)
    with transaction.atomic():
        found = _find(viewer, wanted, after="", before="", limit=EXPORTED)
        list_exports.write_down(viewer, reason, len(found))
        journal.record(
            "accounts.list.exported",
            subject=f"officer:{viewer.officer_id}",
            actor=viewer.subject,
            unit_code=viewer.unit_code,
            facts={"rows": len(found)},
        )
    return found


def _find(viewer: Authority, wanted: Wanted, *, after: str, before: str, limit: int) -> list[Row]:
    backwards = bool(before)
    ascending = wanted.oldest_first != backwards
    where, params = _conditions(viewer, wanted)
    if cursor_at := _cursor(before or after):
        # Not as (opened_at, id) < (…): that is taken for a second, independent narrowing beside the days asked
        # for, a hundredth of the rows are expected, and all of them are fetched and sorted.
        beyond, not_yet = (">=", "<=") if ascending else ("<=", ">=")
        where.append(f"acc.opened_at {beyond} %s AND NOT (acc.opened_at = %s AND acc.id {not_yet} %s)")
        params += [cursor_at[0], *cursor_at]
    order = "ASC" if ascending else "DESC"
    # Every piece is ours; what the officer typed travels as parameters only.
    inner = (
        "SELECT acc.* FROM accounts_account acc"  # noqa: S608
        f" WHERE {' AND '.join(where)} ORDER BY acc.opened_at {order}, acc.id {order} LIMIT {limit}"
    )
    with connection.cursor() as cursor:
        cursor.execute(_SELECT.format(inner=inner, order=order), params)
        return [Row(r[0], str(r[1]), r[2], r[3] or "", r[4] or "", r[5], r[6], r[7], r[8]) for r in cursor]


def _conditions(viewer: Authority, wanted: Wanted) -> tuple[list[str], list[Any]]:
    units = list(viewer.subtree or (viewer.unit_id,))
    if wanted.unit_ids is not None:
        units = [unit for unit in units if unit in wanted.unit_ids]
    where = ["acc.origin = 'ASSISTED'", "acc.vouching_unit_id = ANY(%s)"]
    params: list[Any] = [units]
    if wanted.name:
        where.append("acc.person_id IN (SELECT id FROM accounts_person WHERE name_words @> %s::varchar[])")
        params.append(fold(wanted.name).split())
    if wanted.number is not None:
        where.append(
            "acc.person_id IN (SELECT person_id FROM accounts_identitydocument"
            " WHERE number_bi = ANY(%s) AND status = 'active')"
        )
        params.append(marks.forms(number_fingerprint(wanted.number)))
    if wanted.phone is not None:
        where.append(
            "acc.id IN (SELECT account_id FROM accounts_phonebinding WHERE phone_bi = ANY(%s) AND status = 'active')"
        )
        params.append(marks.forms(phone_fingerprint(wanted.phone)))
    if wanted.creator_subjects is not None:
        # One creator as an equality: the index then gives the rows in the list's own order.
        one = len(wanted.creator_subjects) == 1
        where.append("acc.vouched_by = %s" if one else "acc.vouched_by = ANY(%s)")
        params.append(wanted.creator_subjects[0] if one else list(wanted.creator_subjects))
    if wanted.since is not None:
        where.append("acc.opened_at >= %s")
        params.append(_midnight(wanted.since))
    if wanted.until is not None:
        where.append("acc.opened_at < %s")
        params.append(_midnight(wanted.until + timedelta(days=1)))
    return where, params


def _page(found: list[Row], *, after: str, before: str) -> Page:
    more = len(found) > PAGE
    rows = found[:PAGE]
    if before:
        rows = rows[::-1]
    has_next = more if not before else True
    has_previous = bool(after) if not before else more
    return Page(
        rows=rows,
        next_after=_mark(rows[-1]) if rows and has_next else "",
        previous_before=_mark(rows[0]) if rows and has_previous else "",
    )


def _mark(row: Row) -> str:
    return f"{(row.opened_at - _EPOCH) // timedelta(microseconds=1)}-{row.id}"


def _cursor(mark: str) -> list[Any] | None:
    """A page mark from an address; anything else starts from the beginning."""
    head, _, tail = mark.partition("-")
    if not (re.fullmatch(r"[0-9]{1,17}", head) and re.fullmatch(r"[0-9]{1,18}", tail)):
        return None
    return [_EPOCH + timedelta(microseconds=int(head)), int(tail)]


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
