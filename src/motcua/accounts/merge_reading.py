"""What officers and owners read of merges: the list of a unit, both accounts side by side, the scan, the history."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from motcua import journal
from motcua.accounts import identity, merge_state, merging, revealing
from motcua.accounts.adjustments_read import OwnLine
from motcua.accounts.models import Account, Merge, PhoneBinding
from motcua.accounts.revealing import NothingToReveal, Revealed, What
from motcua.files import keeping
from motcua.journal import inspecting
from motcua.kernel.authority import Authority, Power
from motcua.kernel.birth_date import BirthDate
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.refusal import NotFound
from motcua.kernel.visitor import Visitor
from motcua.limits import spending
from motcua.limits.quotas import Quota

PAGE: Final = 20
#: As a filter: done, and an owner said “không phải tôi” since.
CONTESTED: Final = "CONTESTED"
_CURSOR: Final = re.compile(r"[1-9][0-9]{0,17}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Filters; empty means any."""

    kind: str = ""
    state: str = ""
    oldest_first: bool = False
    number: CitizenId | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two accounts, masked: what a second officer compares with the papers."""

    account_id: int
    full_name: str = field(repr=False)
    born: str = field(repr=False)
    numbers: list[str] = field(repr=False)
    phone_masked: str = field(repr=False)
    origin: str
    status: str
    opened_at: datetime
    vouching_unit_code: str
    last_seen_at: datetime | None


def listing(viewer: Authority, wanted: Wanted, *, after: str = "") -> tuple[list[Merge], str]:
    """Asked for in the viewer's unit and below; a page and where the next one begins."""
    viewer.require(Power.OPEN_ACCOUNT)
    here = Merge.objects.filter(unit_id__in=viewer.subtree).select_related("survivor__person")
    rows = merge_state.with_contest(here, only=wanted.state == CONTESTED)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.state and wanted.state != CONTESTED:
        rows = rows.filter(state=wanted.state)
    if wanted.number is not None:
        rows = rows.filter(pk__in=_about(wanted.number))
    if _CURSOR.fullmatch(after):
        rows = rows.filter(pk__gt=after) if wanted.oldest_first else rows.filter(pk__lt=after)
    found = list(rows.order_by("pk" if wanted.oldest_first else "-pk")[: PAGE + 1])
    shown = found[:PAGE]
    return shown, str(shown[-1].pk) if len(found) > PAGE else ""


def sides(merge: Merge) -> tuple[Side, Side]:
    """The account that stays and the one given up, each as it is by itself."""
    return _side(merge.survivor), _side(merge.absorbed)


def evidence(viewer: Authority, public_id: uuid.UUID) -> tuple[bytes, str, str]:
    """The scan, its kind and its name; counted and written down (L18). Raises NotFound, TooManyAttempts."""
    row = merging.one(viewer, public_id)
    if row.evidence is None or row.evidence.purged_at is not None:
        raise NotFound
    spending.spend((Quota.PAPERS_OPENED_BY_OFFICER, viewer.subject))
    journal.record(
        "accounts.merge.evidence_opened",
        subject=f"merge:{row.public_id}",
        actor=viewer.subject,
        unit_code=viewer.unit_code,
    )
    return keeping.read(row.evidence), row.evidence.kind, keeping.name_of(row.evidence)


def reveal(
    *, authority: Authority, public_id: uuid.UUID, survivor: bool, what: What, reason: str
) -> Revealed:
    """A whole number or phone of one of the two, by the house's one way: counted, with a reason, seen by the owner.

    Raises ReasonWanted, NothingToReveal, TooManyAttempts, NotFound, NotAuthorised.
    """
    row = merging.one(authority, public_id)
    account = row.survivor if survivor else row.absorbed
    inspecting.reason_of(reason)
    spending.spend(
        (Quota.PAPERS_OPENED_BY_OFFICER, authority.subject),
        (Quota.OWNERS_OPENED_BY_OFFICER, authority.subject, str(account.pk)),
    )
    shown = _own_phone(account) if what is What.PHONE else revealing.words_of(account, what)
    revealing.note(authority, account, what, reason)
    return shown


def _own_phone(account: Account) -> Revealed:
    """The account's own last one, as the page shows it masked: never the one of the account it was merged into."""
    bound = _last_phone(account)
    if bound is None:
        raise NothingToReveal
    return Revealed(What.PHONE, text=identity.phone_of(bound).local)


def _last_phone(account: Account) -> PhoneBinding | None:
    return account.phones.exclude(status=PhoneBinding.Status.CLOSED).order_by("-pk").first()


def own(viewer: Visitor) -> Sequence[OwnLine]:
    """What the owner reads of the own merges, newest first, whichever of the accounts it was about."""
    mine = identity.with_merged(viewer.account_id)
    rows = Merge.objects.filter(survivor__in=mine) | Merge.objects.filter(absorbed__in=mine)
    return [
        OwnLine(
            row.settled_at or row.decided_at or row.asked_at,
            row.get_kind_display(),
            row.get_state_display(),
            row.unit_code,
            row.reason,
        )
        for row in rows.distinct().order_by("-pk")[:50]
    ]


def _about(number: CitizenId) -> list[int]:
    """Of the account that has this number by itself or through a merge."""
    account = identity.account_by_number(number)
    if account is None:
        return []
    both = identity.with_merged(account.pk)
    rows = Merge.objects.filter(survivor__in=both) | Merge.objects.filter(absorbed__in=both)
    return list(rows.values_list("pk", flat=True))


def _side(account: Account) -> Side:
    person = account.person
    phone = _last_phone(account)
    last = account.sessions.order_by("-seen_at").values_list("seen_at", flat=True).first()
    return Side(
        account_id=account.pk,
        full_name=person.full_name,
        born=BirthDate(on=person.born_on, year_only=person.born_year_only).shown if person.born_on else "",
        numbers=[
            f"{row.get_kind_display()}: •••{row.last3}"
            for row in identity.own_documents(account).filter(status="active").order_by("kind", "pk")
        ],
        phone_masked=phone.phone_masked if phone is not None else "",
        origin=account.get_origin_display(),
        status=account.get_status_display(),
        opened_at=account.opened_at,
        vouching_unit_code=account.vouching_unit_code,
        last_seen_at=last,
    )
