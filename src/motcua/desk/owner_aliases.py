"""Chủ hồ sơ có hai tài khoản đã gộp: what was received under either id belongs to the one person who is left.

A dossier keeps the owner's id that its check gave it (C7); nothing is rewritten. The portal tells what it joined and
parted, and whoever asks about an owner asks for all the ids of that owner.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import Max

from motcua import journal
from motcua.desk.models import OwnerAlias
from motcua.desk.ports_merges import Followed, MergedOwners

#: What was committed late at the portal is asked for again; hearing it twice changes nothing.
_OVERLAP: Final = timedelta(minutes=10)
_MOST_PAGES: Final = 100


def subjects_of(subject: str) -> list[str]:
    """The owner's id and those that were merged into it; one query."""
    return [subject, *OwnerAlias.objects.filter(now=subject).order_by("pk").values_list("was", flat=True)]


def all_of(subject: str) -> list[str]:
    """Every id of the person, whichever of them is asked about."""
    stays = OwnerAlias.objects.filter(was=subject).exclude(now="").values_list("now", flat=True).first()
    return subjects_of(stays or subject)


def stands_for(subjects: Iterable[str]) -> dict[str, str]:
    """Of those ids that were joined into another: which one; one query."""
    rows = OwnerAlias.objects.filter(was__in=list(subjects)).exclude(now="")
    return dict(rows.values_list("was", "now"))


def joined_into(subjects: Iterable[str]) -> dict[str, str]:
    """The ids that were joined into one of these: into which; one query."""
    return dict(OwnerAlias.objects.filter(now__in=list(subjects)).values_list("was", "now"))


def is_any(one: str, others: Iterable[str]) -> bool:
    """As ``is_same``, with any of several ids; one query for all of them."""
    known = {other for other in others if other}
    if not one or not known or one in known:
        return bool(one) and one in known
    rows = OwnerAlias.objects.filter(was__in={one, *known}).exclude(now="").values_list("was", "now")
    stands = dict(rows)
    return stands.get(one, one) in {stands.get(other, other) for other in known}


def is_same(one: str, other: str) -> bool:
    """Whether two ids are one person's, as far as the desk was told. No query where they are equal or empty."""
    return is_any(one, (other,))


def learn_due(source: MergedOwners) -> int:
    """Hear what the portal joined or parted since; how many owners changed. Raises PortalUnavailable."""
    newest = OwnerAlias.objects.aggregate(at=Max("at"))["at"]
    moment = newest - _OVERLAP if newest is not None else None
    learned = 0
    for _ in range(_MOST_PAGES):
        # No transaction is open while the portal is asked.
        page = source.since(moment)
        learned += sum(_learn(news) for news in page)
        if not page or page[-1].at == moment:
            break
        moment = page[-1].at
    return learned


@transaction.atomic
def _learn(news: Followed) -> bool:
    """One owner's newest state; older news than what is known are passed over."""
    row, new = OwnerAlias.objects.select_for_update().get_or_create(
        was=news.was, defaults={"now": news.now, "at": news.at}
    )
    if not new:
        if row.at >= news.at:
            return False
        OwnerAlias.objects.filter(pk=row.pk).update(now=news.now, at=news.at)
    about, facts = f"subject:{news.was}", {"alias": row.pk}
    if news.now:
        journal.record("desk.owner.followed", subject=about, facts=facts)
    else:
        journal.record("desk.owner.parted", subject=about, facts=facts)
    return True
