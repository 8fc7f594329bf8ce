"""Giấy tờ nào không phải nộp lại: what the vault could lend to a dossier, without a byte of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from django.db.models import F

from motcua import journal
from motcua.accounts.identity import account_of_subject, with_merged
from motcua.accounts.models import Account
from motcua.accounts.models.columns import ClockTimestamp
from motcua.kernel.person_name import PersonName
from motcua.vault import history
from motcua.vault.keeping import held_for
from motcua.vault.mandated import Under, require_covered
from motcua.vault.models import Look, Paper


class OfferState(StrEnum):
    AVAILABLE = "AVAILABLE"
    EXPIRED = "EXPIRED"
    NONE = "NONE"


@dataclass(frozen=True, slots=True)
class Offer:
    """What the vault has for one wanted type; a type about several people (two children) gives several."""

    type_code: str
    state: OfferState
    paper_id: UUID | None = None
    title: str = field(default="", repr=False)
    held_for_masked: str = field(default="", repr=False)
    issued_on: date | None = None
    valid_until: date | None = None


@transaction.atomic
def offer(
    *,
    audience: str,
    subject: str,
    wanted: Sequence[str],
    purpose: str,
    asked_by: str,
    unit_code: str,
    on: date,
    under: Under | None = None,
) -> list[Offer]:
    """Per wanted type what could serve, the newest that is still valid first; one look per paper named.

    An owner who asks about the own vault (``asked_by`` is the owner) leaves no look: it is their own list.
    ``under``: the mandate of whoever stands there for an organisation, once it is known. Raises MandateWanted.
    """
    owner = account_of_subject(subject, audience)
    require_covered(owner, under)
    found = _candidates(owner, wanted)
    offers: list[Offer] = []
    named: list[Paper] = []
    for type_code in dict.fromkeys(wanted):
        best = _best_per_person([paper for paper in found if paper.type_code == type_code], on)
        named += best.values()
        offers += [_offer(paper, person, on) for person, paper in best.items()] or [
            Offer(type_code, OfferState.NONE)
        ]
    if asked_by == subject:
        return offers
    history.note(
        named,
        actor=asked_by,
        role=Look.Role.OFFICER,
        action=Look.Action.OFFER,
        purpose=purpose,
        unit_code=unit_code,
    )
    journal.record(
        "vault.paper.offered",
        subject=f"account:{owner.pk}",
        actor=asked_by,
        unit_code=unit_code,
        facts={"wanted": len(set(wanted)), "found": len(named), "purpose": purpose},
    )
    return offers


def _candidates(owner: Account, wanted: Sequence[str]) -> list[Paper]:
    """Newest first; only what the owner sees and what has a file to lend."""
    papers = Paper.objects.filter(
        owner__in=with_merged(owner.pk),
        type_code__in=set(wanted),
        state=Paper.State.CURRENT,
        file__isnull=False,
        visible_from__lte=ClockTimestamp(),
    )
    return list(papers.order_by(F("issued_on").desc(nulls_last=True), "-kept_at", "-id"))


def _best_per_person(papers: list[Paper], on: date) -> dict[str, Paper]:
    best: dict[str, Paper] = {}
    for paper in papers:
        person = held_for(paper)
        if person not in best or (not _is_valid(best[person], on) and _is_valid(paper, on)):
            best[person] = paper
    return best


def _is_valid(paper: Paper, on: date) -> bool:
    return paper.valid_until is None or on <= paper.valid_until


def _offer(paper: Paper, person: str, on: date) -> Offer:
    return Offer(
        type_code=paper.type_code,
        state=OfferState.AVAILABLE if _is_valid(paper, on) else OfferState.EXPIRED,
        paper_id=paper.public_id,
        title=paper.title,
        held_for_masked=PersonName.parse(person).masked if person else "",
        issued_on=paper.issued_on,
        valid_until=paper.valid_until,
    )
