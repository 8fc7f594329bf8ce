"""Lịch sử đăng nhập: who tried to get in, when and how; for the owner, and of officers for their administrators."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from motcua.accounts import identity
from motcua.accounts.models import Account, SignIn
from motcua.kernel.authority import Authority, Power
from motcua.kernel.visitor import Visitor
from motcua.units import staff

How = SignIn.How
Result = SignIn.Result
PAGE: Final = 20
_CURSOR: Final = re.compile(r"[1-9][0-9]{0,17}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Filters; empty means any."""

    how: str = ""
    result: str = ""
    since: date | None = None
    until: date | None = None
    oldest_first: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Newest first unless asked otherwise; ``next_after`` goes back into the query for the following page."""

    rows: list[SignIn]
    next_after: str


@dataclass(frozen=True, slots=True)
class OfLine:
    """A try of a colleague, as the administrator sees it: no address, no device, only its kind."""

    row: SignIn
    subject: str
    full_name: str = field(repr=False)


def note(
    account: Account | None, *, how: str, result: str, device_words: str, known: bool, audience: str = ""
) -> None:
    """One line, for nobody's number too: a stranger's try costs the same writes whoever is asked for (T-08)."""
    SignIn.objects.create(
        account=account,
        how=how,
        result=result,
        audience=audience,
        device_words=device_words[:80],
        known_device=known,
    )


def own(viewer: Visitor, wanted: Wanted, *, after: str = "") -> Page:
    """The viewer's own."""
    return _page(SignIn.objects.filter(account__in=identity.with_merged(viewer.account_id)), wanted, after)


def of_officers(
    viewer: Authority, wanted: Wanted, *, subject: str = "", on: date, after: str = ""
) -> tuple[list[OfLine], str]:
    """Of the officers who hold a post today in the viewer's unit or below. Raises NotAuthorised."""
    viewer.require(Power.GRANT)
    names = {one.subject: one.full_name for one in staff.working_at(viewer.subtree, on=on)}
    chosen = [subject] if subject in names else [] if subject else list(names)
    rows = SignIn.objects.filter(
        account__subjects__subject__in=chosen, account__subjects__audience=settings.DESK_ID
    )
    page = _page(rows, wanted, after)
    whose = _subjects_of(page.rows)
    lines = [OfLine(row, whose[row.account_id or 0], names[whose[row.account_id or 0]]) for row in page.rows]
    return lines, page.next_after


def _subjects_of(rows: Sequence[SignIn]) -> dict[int, str]:
    accounts = Account.objects.filter(
        pk__in={row.account_id for row in rows}, subjects__audience=settings.DESK_ID
    )
    return dict(accounts.values_list("pk", "subjects__subject"))


def _page(rows: "QuerySet[SignIn]", wanted: Wanted, after: str) -> Page:
    if wanted.how:
        rows = rows.filter(how=wanted.how)
    if wanted.result:
        rows = rows.filter(result=wanted.result)
    if wanted.since:
        rows = rows.filter(at__gte=_start_of(wanted.since))
    if wanted.until:
        rows = rows.filter(at__lt=_start_of(wanted.until + timedelta(days=1)))
    if _CURSOR.fullmatch(after):
        rows = rows.filter(pk__gt=after) if wanted.oldest_first else rows.filter(pk__lt=after)
    found = list(rows.order_by("pk" if wanted.oldest_first else "-pk")[: PAGE + 1])
    shown = found[:PAGE]
    return Page(shown, str(shown[-1].pk) if len(found) > PAGE else "")


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min)).astimezone(UTC)
