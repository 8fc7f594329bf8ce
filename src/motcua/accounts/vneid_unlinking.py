"""Đề nghị gỡ liên kết VNeID: which waits, and how one ends without a second officer: by its owner, or by time."""

from datetime import timedelta
from typing import Final

from django.db.models import Q, QuerySet

from motcua import journal
from motcua.accounts import identity
from motcua.accounts.models import Account, VneidLink
from motcua.accounts.models.columns import ClockTimestamp

#: Of what waits for a second officer; the database says the same (migration 0103).
WAITS: Final = timedelta(days=30)
_AT_ONCE: Final = 200


def lapse_due() -> int:
    """What nobody decided within thirty days is asked for no more, and the link goes on; how many."""
    return lapse(Q())


def lapse(which: Q) -> int:
    """Of these links, whatever was asked for more than thirty days ago; how many."""
    due = waiting(which & Q(asked_at__lte=ClockTimestamp() - WAITS))
    return sum(_lapse(link) for link in due.order_by("asked_at", "pk")[:_AT_ONCE])


def waiting(which: Q) -> "QuerySet[VneidLink]":
    """Links that one officer has asked to take away."""
    return VneidLink.objects.filter(which, ended_at=None).exclude(asked_by="")


def drop(link: VneidLink, how: str) -> bool:
    """In the caller's transaction: the link goes on. False when it was decided meanwhile, or asked anew.

    ``how``: of ``VneidLink.Dropped``, kept for whoever asked and their unit; empty when they took it back themselves.
    """
    still = waiting(Q(pk=link.pk, asked_at=link.asked_at, asked_by=link.asked_by))
    kept: dict[str, object] = {
        "dropped_how": how,
        "dropped_asked_by": link.asked_by,
        "dropped_unit_code": link.asked_unit_code,
        "dropped_at": ClockTimestamp(),
    }
    if how == VneidLink.Dropped.OWNER:
        kept["stopped_at"] = ClockTimestamp()  # stays, whatever becomes of the requests after it
    gone = {"asked_by": "", "asked_unit_code": "", "asked_at": None, "reason": ""}
    return bool(still.update(**gone, **(kept if how else {})))


def _lapse(link: VneidLink) -> int:
    if not drop(link, VneidLink.Dropped.LAPSED):
        return 0
    journal.record(
        "accounts.vneid.unlink_lapsed",
        subject=f"account:{link.account_id}",
        unit_code=link.asked_unit_code,
        facts={"link": str(link.public_id)},
    )
    return 1


def stop(account: Account) -> list[VneidLink]:
    """“Không phải tôi”: what is asked about any of this person's links is dropped. Each as it was asked; often none."""
    stopped = [link for link in waiting(of(account)) if drop(link, VneidLink.Dropped.OWNER)]
    for link in stopped:
        journal.record(
            "accounts.vneid.unlink_stopped",
            subject=f"account:{account.pk}",
            actor=f"account:{account.pk}",
            unit_code=link.asked_unit_code,
            facts={"link": str(link.public_id), "asker": link.asked_by},
        )
    return stopped


def of(account: Account) -> Q:
    """Links of this account and of those that were merged into it."""
    return Q(account__in=identity.with_merged(account.pk))
