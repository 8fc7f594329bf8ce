"""Báo trước: whoever runs the account of a minor hears 30 days and 7 days before, and on the day, that it ends."""

import logging
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q

from motcua import journal
from motcua.accounts import emails, identity, notices, of_age_ends
from motcua.accounts.models import HELD, Account, EmailBinding, Guardianship, PhoneBinding
from motcua.accounts.of_age_reading import database_day
from motcua.outbox import letters, mailing, texts

_log = logging.getLogger(__name__)

#: How many days before, and which notice it is; the last is the one that stays to be given.
_NOTICES: Final = ((30, 1), (7, 2), (0, 3))
_AT_ONCE: Final = 200


def tell_due() -> int:
    """One notice for each account that is due one; how many. Who was recorded late hears the next, not all."""
    today = database_day()
    due = Q()
    for days, nth in _NOTICES:
        due |= Q(ends_on__lte=today + timedelta(days=days), told__lt=nth)
    rows = Guardianship.objects.filter(due, HELD, account__status__in=Account.LIVE)
    keys = list(rows.order_by("ends_on", "pk").values_list("pk", flat=True)[:_AT_ONCE])
    return sum(_tried(_tell, key, today) for key in keys) + _end_left_over(today)


def _end_left_over(today: date) -> int:
    """What a guardian had asked for of whoever was told before this ended with the notice; how many accounts."""
    last = _NOTICES[-1][1]
    rows = Guardianship.objects.filter(HELD, ends_on__lte=today, told=last, account__status__in=Account.LIVE)
    keys = rows.filter(of_age_ends.left_over()).order_by("ends_on", "pk").values_list("pk", flat=True)
    return sum(_tried(_end, key, today) for key in keys[:_AT_ONCE])


@transaction.atomic
def _end(key: int, today: date) -> int:
    row = _locked(key)
    if row is None or row.ends_on is None or row.ends_on > today:
        return 0
    return int(_end_requests(row, row.ends_on) > 0)


def _end_requests(row: Guardianship, day: date) -> int:
    bound = _bound(row)
    guardian = identity.phone_of(bound) if bound is not None else None
    return of_age_ends.end_requests(row.account, day=day, guardian=guardian, last3=_last3(row))


def _tried(act: Callable[[int, date], int], key: int, today: date) -> int:
    try:
        return act(key, today)
    except Exception:  # one that cannot be unsealed holds up nobody behind it
        _log.exception("accounts.of_age_not_told")
        return 0


@transaction.atomic
def _tell(key: int, today: date) -> int:
    row = _locked(key)
    if row is None or row.ends_on is None:
        return 0
    nth = max((nth for days, nth in _NOTICES if row.ends_on <= today + timedelta(days=days)), default=0)
    if row.told >= nth or not Guardianship.objects.filter(pk=key, told__lt=nth).update(told=nth):
        return 0
    over = nth == _NOTICES[-1][1]
    if over:
        _end_requests(row, row.ends_on)
    if not _send(row, row.ends_on, over=over, nth=nth):
        return 0  # neither phone nor address: nobody was told, and the journal does not say so
    journal.record("accounts.guardianship.told", subject=f"account:{row.account_id}", facts={"notice": nth})
    return 1


def _send(row: Guardianship, day: date, *, over: bool, nth: int) -> bool:
    """To the phone and the address that the guardian proved; False when there is neither."""
    host, what = notices.public_host(), f"{day:%Y%m%d}:{nth}"
    last3, bound = _last3(row), _bound(row)
    if bound is not None:
        notices.tell(
            account=row.account,
            to=identity.phone_of(bound),
            text=texts.of_age_today(last3=last3, host=host)
            if over
            else texts.of_age_ahead(last3=last3, day=day, host=host),
            purpose="of_age",
            key=what,
        )
    address = emails.address_in(
        EmailBinding.objects.filter(account=row.account, status=EmailBinding.Status.ACTIVE).first()
    )
    if address is not None:
        said = letters.of_age_today() if over else letters.of_age_ahead(day)
        mailing.enqueue(
            to=address,
            subject=said.subject,
            text=said.text,
            purpose="of_age",
            dedupe_key=f"of_age:{row.account_id}:{what}",
        )
    return bound is not None or address is not None


def _locked(key: int) -> Guardianship | None:
    return (
        Guardianship.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("account__person")
        .filter(HELD, pk=key)
        .first()
    )


def _bound(row: Guardianship) -> PhoneBinding | None:
    return row.account.phones.filter(role="primary", status=PhoneBinding.Status.ACTIVE).first()


def _last3(row: Guardianship) -> str:
    document = identity.own_documents(row.account).filter(status="active").order_by("kind").first()
    return document.last3 if document else ""
