"""Báo giấy tờ sắp hết hạn: the owner is told once, some weeks before, so that a new one is there in time."""

from datetime import date, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce

from motcua import journal
from motcua.accounts.identity import primary_phone
from motcua.accounts.models import Account, PhoneBinding, WaitsForOwner
from motcua.accounts.models.columns import ClockTimestamp
from motcua.accounts.notices import public_host, tell
from motcua.outbox import texts
from motcua.vault.models import ExpiryNotice, Paper

#: How long before its last day a paper is spoken of.
AHEAD: Final = timedelta(days=30)
_AT_ONCE: Final = 200
_USABLE: Final = (Account.Status.ACTIVE, Account.Status.PENDING)
#: Whose the paper is now: of a vault that was merged, the owner of the account that stays.
WHOSE: Final = Coalesce(F("owner__merged_into"), F("owner"))


def is_expiring(valid_until: date | None, on: date) -> bool:
    """Still good, and not for long."""
    return valid_until is not None and on <= valid_until <= on + AHEAD


def tell_due(*, on: date) -> int:
    """One text for each owner who has papers that expire within 30 days and were not spoken of yet; how many."""
    owed = Paper.objects.annotate(whose=WHOSE).filter(_owes_a_word(on))
    owners = owed.order_by("whose").values_list("whose", flat=True)
    told = 0
    for owner_id in list(owners.distinct()[:_AT_ONCE]):
        told += _tell(owner_id, on)
    return told


def _owes_a_word(on: date) -> Q:
    """Papers the owner sees and uses, of an account that can be reached."""
    reachable = PhoneBinding.objects.filter(
        account=OuterRef("whose"), role="primary", status=PhoneBinding.Status.ACTIVE
    ).exclude(WaitsForOwner("account_id"))
    return Q(
        Exists(reachable),
        Exists(Account.objects.filter(pk=OuterRef("whose"), status__in=_USABLE)),
        valid_until__range=(on, on + AHEAD),
        state=Paper.State.CURRENT,
        visible_from__lte=ClockTimestamp(),
        expiry_notice=None,
    )


@transaction.atomic
def _tell(owner_id: int, on: date) -> int:
    """The text, its rows and its line, or none of them. One worker per owner at a time."""
    owner = Account.objects.select_for_update(no_key=True).get(pk=owner_id)
    owed = Paper.objects.annotate(whose=WHOSE).filter(_owes_a_word(on), whose=owner_id)
    papers = list(owed.order_by("valid_until", "id"))
    phone = primary_phone(owner)
    if not papers or phone is None:
        return 0
    ExpiryNotice.objects.bulk_create(ExpiryNotice(paper=paper) for paper in papers)
    first = papers[0]
    tell(
        account=owner,
        to=phone,
        text=texts.papers_expiring(count=len(papers), first_on=first.valid_until or on, host=public_host()),
        purpose="papers_expiring",
        key=f"{first.pk}",
    )
    journal.record("vault.expiry.told", subject=f"account:{owner_id}", facts={"papers": len(papers)})
    return 1
