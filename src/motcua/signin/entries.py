"""Đăng ký đăng nhập: where a system may bring people back to and what it may learn, by two officers (threats T-32).

As with ``clients``: what was agreed is never edited, another registration takes its place, and one officer stops it.
A system without a live registration of its keys signs nobody in, so stopping the system stops this as well.
"""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import IntegrityError, transaction

from motcua import journal
from motcua.kernel import plain_text
from motcua.kernel.authority import Authority, Power
from motcua.kernel.refusal import NotFound, Refusal
from motcua.signin import clients, reading, return_addresses
from motcua.signin.models import Client, Registration, SignInRegistration

Decision = SignInRegistration.Decision
_DESK: Final = re.compile(r"[a-z][a-z0-9-]{2,63}")
_SHORTEST_REASON: Final = 5


class EntryWaiting(Refusal):
    code = "entry_waiting"
    status = 409
    message = "Hệ thống này đang có một đăng ký đăng nhập chờ duyệt. Đề nghị duyệt, từ chối hoặc rút đăng ký đó trước."


class DeskNotUsable(Refusal):
    code = "entry_desk_not_usable"
    message = (
        "Mã Bộ phận một cửa không dùng được: đề nghị ghi mã của Bộ phận một cửa dùng chung cài đặt này, "
        "chưa giao cho hệ thống khác, hoặc để trống."
    )


@dataclass(frozen=True, slots=True)
class WantedEntry:
    """Addresses as typed, a line each."""

    redirect_uris: str
    post_logout_uris: str
    logout_uri: str
    scopes: Sequence[str]
    desk: str = ""
    of_state: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """Both halves of what a system may do today."""

    client: Client
    keys: Registration
    sign_in: SignInRegistration


@transaction.atomic
def ask(*, authority: Authority, client: uuid.UUID, wanted: WantedEntry) -> SignInRegistration:
    """Have it waiting for a second officer; what is agreed now stays until then.

    Raises EntryWaiting, ReturnAddressNotUsable, DeskNotUsable, NotFound, NotAuthorised.
    """
    authority.require(Power.CONNECT_SYSTEMS)
    columns = _columns(wanted)
    found = _locked(authority, client)
    if found.entries.filter(decision=Decision.WAITING).exists():
        raise EntryWaiting
    _look_at_desk(found, columns["desk"])
    asked = SignInRegistration.objects.create(client=found, asked_by_subject=authority.subject, **columns)
    journal.record("signin.entry.asked", **_noted(asked, authority))
    return asked


@transaction.atomic
def approve(*, authority: Authority, entry: uuid.UUID) -> None:
    """A second officer agrees; what held before ends. Raises as ``clients.approve``, and DeskNotUsable."""
    waiting = _waiting(authority, entry)
    if waiting.asked_by_subject == authority.subject:
        raise clients.AnotherOfficerNeeded
    _look_at_desk(waiting.client, waiting.desk)
    _end(waiting.client, authority, "Thay bằng đăng ký mới.")
    try:
        with transaction.atomic():
            _decide(waiting, Decision.APPROVED, authority, "")
    except IntegrityError as no:  # another system was given the desk in the same moment
        if getattr(getattr(no.__cause__, "diag", None), "constraint_name", None) == "entry_desk_once":
            raise DeskNotUsable from None
        raise
    journal.record("signin.entry.approved", **_noted(waiting, authority))


@transaction.atomic
def decline(*, authority: Authority, entry: uuid.UUID, reason: str) -> None:
    """A second officer says no and why; whoever asked takes it back. Raises as ``clients.decline``."""
    waiting = _waiting(authority, entry)
    if waiting.asked_by_subject == authority.subject:
        _decide(waiting, Decision.WITHDRAWN, authority, plain_text.clean(reason, max_length=300, lines=True))
        journal.record("signin.entry.withdrawn", **_noted(waiting, authority))
    else:
        _decide(waiting, Decision.DECLINED, authority, _words(reason))
        journal.record("signin.entry.declined", **_noted(waiting, authority))


@transaction.atomic
def stop(*, authority: Authority, client: uuid.UUID, reason: str) -> None:
    """Nobody signs in there any more, from the next call on. Raises as ``clients.stop``."""
    authority.require(Power.CONNECT_SYSTEMS)
    words = _words(reason)
    found = _locked(authority, client)
    if not _end(found, authority, words):
        raise clients.NotConnected
    journal.record(
        "signin.entry.stopped",
        subject=f"client:{found.public_id}",
        actor=authority.subject,
        unit_code=authority.unit_code,
    )


def of_client(viewer: Authority, client: Client) -> list[SignInRegistration]:
    """Every registration of a system the viewer may see, newest first."""
    if not reading.clients_of(viewer).filter(pk=client.pk).exists():
        raise NotFound
    return list(client.entries.order_by("-id"))


def live(client_id: str, *, today: date) -> Entry | None:
    """What this system may do today when it signs people in, or None; asked at every call."""
    keys = clients.live_registration(client_id, today=today)
    sign_in = standing_of(keys.client) if keys else None
    return Entry(client=keys.client, keys=keys, sign_in=sign_in) if keys and sign_in else None


def standing_of(client: Client) -> SignInRegistration | None:
    """The half that is about people; good only beside a live registration of the system's keys."""
    return client.entries.filter(decision=Decision.APPROVED, ended_at=None).first()


def audience_of(entry: SignInRegistration) -> str:
    """For whom people's opaque ids are made: the desk that was agreed, else the system itself (SPEC 13)."""
    return entry.desk or entry.client.client_id


def _columns(wanted: WantedEntry) -> dict[str, Any]:
    backs = return_addresses.parse_lines(wanted.redirect_uris)
    if not backs:
        raise return_addresses.ReturnAddressNotUsable
    return {
        "redirect_uris": backs,
        "post_logout_uris": return_addresses.parse_lines(wanted.post_logout_uris),
        "logout_uri": return_addresses.parse(wanted.logout_uri) if wanted.logout_uri else "",
        "scopes": sorted({"openid", *wanted.scopes}),
        "desk": wanted.desk,
        "of_state": wanted.of_state,
    }


def _look_at_desk(client: Client, desk: str) -> None:
    """An opaque id that two systems share would let them compare whom they know (threats T-32)."""
    theirs = SignInRegistration.objects.filter(decision=Decision.APPROVED, ended_at=None).exclude(
        client=client
    )
    if theirs.filter(desk=desk or client.client_id).exists():
        raise DeskNotUsable
    if desk and not _DESK.fullmatch(desk):
        raise DeskNotUsable
    if desk and Client.objects.filter(client_id=desk).exclude(pk=client.pk).exists():
        raise DeskNotUsable


def _locked(authority: Authority, client: uuid.UUID) -> Client:
    found = reading.clients_of(authority).select_for_update(of=("self",)).filter(public_id=client).first()
    if found is None:
        raise NotFound
    return found


def _waiting(authority: Authority, entry: uuid.UUID) -> SignInRegistration:
    authority.require(Power.CONNECT_SYSTEMS)
    row = SignInRegistration.objects.select_related("client").filter(public_id=entry).first()
    if row is None:
        raise NotFound
    _locked(authority, row.client.public_id)  # two decisions about one system wait for each other
    row.refresh_from_db(fields=["decision"])
    if row.decision != Decision.WAITING:
        raise clients.RegistrationDecided
    return row


def _decide(row: SignInRegistration, decision: Decision, authority: Authority, reason: str) -> None:
    SignInRegistration.objects.filter(pk=row.pk).update(
        decision=decision, decided_by_subject=authority.subject, decided_reason=reason
    )


def _end(client: Client, authority: Authority, reason: str) -> int:
    standing = client.entries.filter(decision=Decision.APPROVED, ended_at=None)
    return standing.update(ended_by_subject=authority.subject, ended_reason=reason)


def _words(reason: str) -> str:
    words = plain_text.clean(reason, max_length=300, lines=True)
    if len(words) < _SHORTEST_REASON:
        raise clients.StopReasonWanted
    return words


def _noted(row: SignInRegistration, authority: Authority) -> dict[str, Any]:
    return {
        "subject": f"client:{row.client.public_id}",
        "actor": authority.subject,
        "unit_code": authority.unit_code,
        "facts": {"entry": row.pk},
    }
