"""Hồ sơ ghi dưới tài khoản cán bộ: found, page by page, and the requests to put them right."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q, QuerySet

from motcua.desk import moving
from motcua.desk.models import Dossier, OwnerCorrection
from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.person_name import fold
from motcua.kernel.refusal import NotFound
from motcua.units.models import Officer

PAGE = 20
_BEFORE_RECEPTION = ("PROVISIONAL", "NEW", "NOT_ACCEPTED")
_CURSOR = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Misfiled:
    """One page; ``next_cursor`` is where the next one begins."""

    rows: Sequence[Dossier]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Wish:
    """What the list is filtered by. ``private_too``: also those marked as the officer's private matter."""

    code: str = ""
    name: str = field(repr=False, default="")
    private_too: bool = False


def require_right(authority: Authority) -> None:
    """Who receives at the unit may ask, who approves exceptions there may ask and decide."""
    if not authority.may(Power.RECEIVE_DOSSIER) and not authority.may(Power.APPROVE_EXCEPTION):
        raise NotAuthorised


def under_staff(authority: Authority, wish: Wish, *, cursor: str | None = None) -> Misfiled:
    """Dossiers whose owner is a member of staff, newest first."""
    staff = Officer.objects.filter(subject=OuterRef("owner_subject"))
    rows = _in_reach(authority).filter(Exists(staff))
    if not wish.private_too:
        rows = rows.filter(private_matter=False)
    if code := wish.code.strip().upper():
        rows = rows.filter(code__endswith=code)
    for word in fold(wish.name).lower().split():
        rows = rows.filter(owner_folded__contains=word)
    if cursor and _CURSOR.fullmatch(cursor):
        rows = rows.filter(pk__lt=int(cursor))
    waiting = OwnerCorrection.objects.filter(dossier=OuterRef("pk"), approved_at=None, declined_at=None)
    found = list(rows.annotate(correction_waits=Exists(waiting)).order_by("-pk")[: PAGE + 1])
    return Misfiled(found[:PAGE], str(found[PAGE - 1].pk) if len(found) > PAGE else None)


def dossiers_in_reach(authority: Authority, public_ids: Sequence[uuid.UUID]) -> list[Dossier]:
    """Those of the chosen that this officer may ask for, in the order of their codes."""
    return list(_in_reach(authority).filter(public_id__in=public_ids).order_by("code"))


def units_of(authority: Authority, public_ids: Sequence[uuid.UUID]) -> set[int]:
    """Which units received the chosen ones."""
    rows = _in_reach(authority).filter(public_id__in=public_ids)
    return set(rows.order_by().values_list("unit_id", flat=True))


def dossier_in_reach(authority: Authority, public_id: uuid.UUID) -> Dossier:
    """One of them. Raises NotFound."""
    dossier = _in_reach(authority).filter(public_id=public_id).first()
    if dossier is None:
        raise NotFound
    return dossier


def may_ask(authority: Authority, dossier: Dossier) -> bool:
    """Whether the dossier's page shows the way here; for showing, never for deciding. Asks nothing."""
    decides = authority.may(Power.APPROVE_EXCEPTION)
    reach = authority.subtree if decides else authority.units
    may = decides or authority.may(Power.RECEIVE_DOSSIER)
    return (
        may
        and bool(dossier.owner_subject)
        and not moving.is_filed_by(dossier, authority.subject)
        and dossier.unit_id in (reach or authority.units)
        and dossier.state not in _BEFORE_RECEPTION
    )


def corrections_seen_by(authority: Authority) -> QuerySet[OwnerCorrection]:
    """Requests about the dossiers in reach."""
    require_right(authority)
    return OwnerCorrection.objects.filter(_of_units(authority, "dossier__"))


def correction_seen_by(authority: Authority, public_id: uuid.UUID) -> OwnerCorrection:
    """One of them, waiting or decided, with what its page shows. Raises NotFound, NotAuthorised."""
    rows = corrections_seen_by(authority).select_related(
        "dossier__procedure",
        "dossier__unit",
        "dossier__representation",
        "asked_check",
        "asked_unit",
        "evidence",
    )
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def waiting(
    authority: Authority, wish: Wish = Wish(), *, cursor: str | None = None
) -> tuple[list[OwnerCorrection], str | None]:
    """One page of what waits for a second officer, oldest first, and where the next one begins."""
    rows = corrections_seen_by(authority).filter(approved_at=None, declined_at=None)
    if code := wish.code.strip().upper():
        rows = rows.filter(dossier__code__endswith=code)
    for word in fold(wish.name).lower().split():
        rows = rows.filter(dossier__owner_folded__contains=word)
    if cursor and _CURSOR.fullmatch(cursor):
        rows = rows.filter(pk__gt=int(cursor))
    found = list(
        rows.select_related(
            "dossier__procedure", "dossier__representation", "asked_check", "asked_unit"
        ).order_by("id")[: PAGE + 1]
    )
    return found[:PAGE], str(found[PAGE - 1].pk) if len(found) > PAGE else None


def _in_reach(authority: Authority) -> QuerySet[Dossier]:
    require_right(authority)
    return (
        Dossier.objects.select_related("procedure", "unit", "account_check", "representation")
        .filter(_of_units(authority, ""))
        .exclude(owner_subject="")
        .exclude(state__in=_BEFORE_RECEPTION)
    )


def _of_units(authority: Authority, before: str) -> Q:
    units = authority.subtree if authority.may(Power.APPROVE_EXCEPTION) else authority.units
    return Q(**{f"{before}unit_id__in": units or authority.units})
