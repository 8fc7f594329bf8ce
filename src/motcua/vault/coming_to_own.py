"""Trước khi nhận tài khoản: what was agreed to, put in and looked at while a parent or guardian ran the account."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, Count, F, Func, Max
from django.db.models.functions import Coalesce

from motcua import journal
from motcua.accounts.identity import with_merged
from motcua.accounts.models import Account
from motcua.kernel.refusal import NotFound
from motcua.units import tree
from motcua.vault.models import Consent, Look, Paper

#: Of each list; the whole of it stands on the owner's own pages.
MOST: Final = 50

# Only what still stands and was said by somebody who may say no more; once, and by a word of afterwards.
_RENEW: Final = """
    UPDATE vault_consent SET renewed_at = clock_timestamp()
     WHERE public_id = %s AND withdrawn_at IS NULL AND renewed_at IS NULL
       AND NOT accounts_still_said(owner_id, coalesce(said_at, given_at))
       AND accounts_still_said(owner_id, coalesce(%s::timestamptz, clock_timestamp()))
       AND NOT accounts_waits_for_owner(owner_id)
       AND (%s OR owner_id = ANY(%s)) RETURNING id, dossier_code
"""
_SAID: Final = Coalesce(F("said_at"), F("given_at"))


class _StillSaid(Func):
    function = "accounts_still_said"
    output_field = BooleanField()


@dataclass(frozen=True, slots=True)
class OldConsent:
    """``asked``: it still stands, and lends nothing more until the owner renews it."""

    consent_id: UUID
    unit_name: str
    dossier_code: str
    purpose: str
    given_at: datetime
    papers: Sequence[str] = field(repr=False)
    withdrawn: bool
    asked: bool


@dataclass(frozen=True, slots=True)
class OldPaper:
    paper_id: UUID
    title: str = field(repr=False)
    kept_at: datetime
    source: str


@dataclass(frozen=True, slots=True)
class OldReader:
    """Who looked, how often, and when last. ``unit_name`` is empty for whoever looked as the owner."""

    unit_name: str
    role: str
    times: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Before:
    consents: Sequence[OldConsent]
    papers: Sequence[OldPaper]
    readers: Sequence[OldReader]
    more_papers: bool


def before(viewer: Account, moment: datetime) -> Before:
    """All of the viewer's until ``moment``; five statements however much there is."""
    mine = list(with_merged(viewer.pk))
    consents = list(
        Consent.objects.filter(owner__in=mine)
        .annotate(said=_SAID, counts=_StillSaid("owner_id", _SAID))
        .filter(said__lt=moment)
        .prefetch_related("loans__paper")
        # What the owner has to decide comes first, so that none of it is ever beyond the page.
        .order_by(
            "counts", F("withdrawn_at").asc(nulls_first=True), F("renewed_at").asc(nulls_first=True), "-id"
        )[:MOST]
    )
    papers = list(
        Paper.objects.filter(owner__in=mine, kept_at__lt=moment, visible_from__lt=moment)
        .exclude(state=Paper.State.MOVED)
        .order_by("-kept_at", "-id")[: MOST + 1]
    )
    readers = list(_readers(mine, moment))
    names = tree.names_of(
        [row.recipient_unit_code for row in consents] + [row["unit_code"] for row in readers]
    )
    return Before(
        consents=[_consent(row, names) for row in consents],
        papers=[
            OldPaper(row.public_id, row.title, row.kept_at, row.get_source_display()) for row in papers[:MOST]
        ],
        readers=[
            OldReader(
                unit_name=names.get(row["unit_code"], row["unit_code"]),
                role=str(Look.Role(row["role"]).label),
                times=row["times"],
                last_at=row["last_at"],
            )
            for row in readers
        ],
        more_papers=len(papers) > MOST,
    )


def how_many_asked(viewer: Account) -> int:
    """Consents of before that the owner has neither renewed nor withdrawn."""
    standing = Consent.objects.filter(owner__in=with_merged(viewer.pk), withdrawn_at=None, renewed_at=None)
    said = standing.annotate(counts=_StillSaid("owner_id", _SAID))
    return said.filter(counts=False).count()


def keep(viewer: Account, consent: UUID) -> None:
    """The owner says yes again. Raises NotFound when it is not theirs, or there is nothing to decide."""
    if not _renewed(consent, owners=list(with_merged(viewer.pk)), said_at=None, by=f"account:{viewer.pk}"):
        raise NotFound


def renew(consent: UUID, *, said_at: datetime | None, by: str) -> bool:
    """The owner says yes in their own session for a dossier for which a guardian had said it; ``said_at`` None: now.

    False when nothing is to be renewed, or the account still waits for its owner.
    """
    return _renewed(consent, owners=None, said_at=said_at, by=by)


def _renewed(consent: UUID, *, owners: list[int] | None, said_at: datetime | None, by: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_RENEW, [consent, said_at, owners is None, owners or []])
        row = cursor.fetchone()
    if row is None:
        return False
    journal.record("vault.consent.renewed", subject=f"consent:{row[0]}", actor=by, facts={"dossier": row[1]})
    return True


def _consent(row: "Consent", names: Mapping[str, str]) -> OldConsent:
    counts = bool(getattr(row, "counts", True))
    return OldConsent(
        consent_id=row.public_id,
        unit_name=names.get(row.recipient_unit_code, row.recipient_unit_code),
        dossier_code=row.dossier_code,
        purpose=row.purpose,
        given_at=row.said_at or row.given_at,
        papers=[loan.paper.title for loan in row.loans.all()],
        withdrawn=row.withdrawn_at is not None,
        asked=row.withdrawn_at is None and row.renewed_at is None and not counts,
    )


def _readers(owners: Sequence[int], moment: datetime) -> Iterable[Mapping[str, Any]]:
    looks = Look.objects.filter(owner__in=owners, at__lt=moment).order_by()
    grouped = looks.values("unit_code", "role").annotate(times=Count("id"), last_at=Max("at"))
    found: Iterable[Mapping[str, Any]] = grouped.order_by("-last_at")[:MOST]
    return found
