"""Hồ sơ tại một cửa nơi khác: what connected desks say lies there for whoever has an account here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.db.models.query import QuerySet
from django.utils import timezone

from motcua import journal
from motcua.accounts import identity
from motcua.accounts.models import Account
from motcua.kernel.refusal import NotFound, Refusal
from motcua.signin.models import DeskDossier, Registration

_AT_ONCE: Final = 2000
# The newest line of a dossier stays, whichever call arrives last.
_PUT: Final = """
    INSERT INTO signin_deskdossier
        (client_id, reference, account_id, code, procedure_code, procedure_name, state, arrived_on, is_open, line)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        ON CONFLICT (client_id, reference) DO UPDATE
       SET account_id = EXCLUDED.account_id, code = EXCLUDED.code, procedure_code = EXCLUDED.procedure_code,
           procedure_name = EXCLUDED.procedure_name, state = EXCLUDED.state, is_open = EXCLUDED.is_open,
           line = EXCLUDED.line, told_at = clock_timestamp()
     WHERE signin_deskdossier.line < EXCLUDED.line
"""


@dataclass(frozen=True, slots=True)
class Told:
    """One dossier as its desk tells it; ``subject`` is the owner as that desk knows them."""

    reference: UUID
    subject: str
    code: str
    procedure_code: str
    procedure_name: str
    state: str
    arrived_on: date
    is_open: bool
    line: int


@transaction.atomic
def take(told: Sequence[Told], *, client_pk: int, audience: str) -> int:
    """Write down what is newer than what is known; how many were of people with an account in use here."""
    known = 0
    with connection.cursor() as cursor:
        # In one order, so that two calls about the same dossiers wait for each other instead of in a circle.
        for one in sorted(told, key=lambda each: each.reference):
            account = _owner(one.subject, audience)
            if account is None:
                continue
            known += 1
            row = (one.code, one.procedure_code, one.procedure_name, one.state, one.arrived_on, one.is_open)
            cursor.execute(_PUT, [client_pk, one.reference, account.pk, *row, one.line])
    journal.record(
        "signin.dossiers.told", subject=f"client:{client_pk}", facts={"dossiers": len(told), "known": known}
    )
    return known


class NoDossierThere(Refusal):
    code = "owner_has_no_dossier_there"
    status = 409
    message = (
        "Cổng chưa được báo hồ sơ đang giải quyết nào của người này tại hệ thống gọi, nên không cho xem thông tin. "
        "Đề nghị báo tình trạng hồ sơ rồi thử lại."
    )


def require_open(*, client_pk: int, subject: str, audience: str, code: str) -> None:
    """The desk told that this dossier of this owner lies open there. Raises NoDossierThere for anybody else's."""
    account = _owner(subject, audience)
    if account is None:
        raise NoDossierThere
    there = _of(account.pk).filter(client_id=client_pk, code=code, is_open=True)
    if not there.exists():
        raise NoDossierThere


def open_of(account_id: int) -> list[str]:
    """Codes of what lies open anywhere, the oldest first."""
    rows = _of(account_id).filter(is_open=True, client__in=live_clients()).order_by("arrived_on", "pk")
    return list(rows.values_list("code", flat=True))


def all_of(account_id: int) -> list[dict[str, object]]:
    """For the owner's copy: each dossier with the desk where the rest of it is kept."""
    rows = _of(account_id).order_by("arrived_on", "pk")
    columns = ("code", "procedure_code", "procedure_name", "state", "arrived_on", "client__name")
    return list(rows.values(*columns))


def _of(account_id: int) -> "QuerySet[DeskDossier]":
    """What desks told of the owner, under whichever of their merged accounts."""
    return DeskDossier.objects.filter(account_id__in=identity.with_merged(account_id))


def live_clients() -> "QuerySet[Registration, Any]":
    """Systems that are connected today: what an ended one said last keeps nobody."""
    live = Registration.objects.filter(
        decision=Registration.Decision.APPROVED, ended_at=None, expires_on__gte=timezone.localdate()
    )
    return live.values("client")


def forget(account_id: int) -> int:
    """Whoever closed the account: what desks said of them goes with it; the desks keep their dossiers by law."""
    return DeskDossier.objects.filter(account_id=account_id).delete()[0]


def purge_due() -> int:
    """What ended long ago is forgotten, some thousands a round; by the database clock."""
    chosen = list(_over().order_by("pk").values_list("pk", flat=True)[:_AT_ONCE])
    return DeskDossier.objects.filter(pk__in=chosen).delete()[0]


def overdue(at_most: int) -> int:
    """How many rows are past their day and still here; counted no further than ``at_most``."""
    return _over().order_by()[:at_most].count()


def _over() -> "QuerySet[DeskDossier]":
    months = settings.OWNER_NEWS_KEPT_MONTHS
    day = RawSQL("clock_timestamp() - make_interval(months => %s)", (months,))
    over = Q(is_open=False) | ~Q(client__in=live_clients())
    return DeskDossier.objects.filter(over, told_at__lte=day)


def _owner(subject: str, audience: str) -> Account | None:
    """The very account that the desk named, merged or not; of a closed one nothing more is written down."""
    try:
        account = identity.named_by(subject, audience)
    except NotFound:
        return None
    return None if account.status == Account.Status.CLOSED else account
