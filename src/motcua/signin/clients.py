"""Hệ thống kết nối: one officer asks what a system may do, another agrees, and either stops it at once (SPEC 10, 13).

What was agreed is never edited: other keys, scopes or quotas are another registration, and the one before it ends
when the new one is approved. Whoever lets a system in looks at ``live_registration`` at every call, so stopping
works with the next one (threats T-29: within 60 s).
"""

import ipaddress
import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from motcua import journal
from motcua.kernel import plain_text
from motcua.kernel.authority import Authority, Power
from motcua.kernel.person_name import fold
from motcua.kernel.refusal import NotFound, Refusal
from motcua.signin import reading, scopes_here
from motcua.signin.models import Client, Registration

Decision = Registration.Decision
Scope = Registration.Scope

LONGEST_LIFE: Final = timedelta(days=731)
_MOST_ADDRESSES: Final = 20
#: The widest network one system may call from: 4,096 addresses, or a site of IPv6.
_WIDEST: Final = {4: 20, 6: 48}
_SHORTEST_REASON: Final = 5
#: Who ended a registration, where the operator did so by the command: no officer has this id.
BY_COMMAND: Final = "0" * 32


class ClientIdTaken(Refusal):
    code = "client_id_taken"
    status = 409
    message = (
        "Mã hệ thống này đã có. Đề nghị mở hệ thống đó để đăng ký lại, hoặc đặt mã khác cho hệ thống mới."
    )


class ClientIdMalformed(Refusal):
    code = "client_id_malformed"
    message = "Mã hệ thống gồm 3 đến 40 chữ thường không dấu, chữ số và dấu gạch nối, bắt đầu bằng chữ."


class ClientIdOfThisDesk(Refusal):
    code = "client_id_of_this_desk"
    status = 409
    message = "Mã này là mã của chính hệ thống một cửa tại đây. Đề nghị đặt mã khác cho hệ thống kết nối."


class AudienceTaken(Refusal):
    code = "client_audience_taken"
    status = 409
    message = "Mã bộ phận một cửa này đã thuộc hệ thống của đơn vị khác. Đề nghị kiểm tra lại mã."


class AudienceMalformed(Refusal):
    code = "client_audience_malformed"
    message = (
        "Mã bộ phận một cửa gồm 3 đến 40 chữ thường không dấu, chữ số và dấu gạch nối, bắt đầu bằng chữ."
    )


_BY_RULE: Final[dict[str, type[Refusal]]] = {
    "registration_audience_of_one_unit": AudienceTaken,
    "registration_audience_plain": AudienceMalformed,
    "client_id_plain": ClientIdMalformed,
    "signin_client_client_id_key": ClientIdTaken,
}


class RegistrationWaiting(Refusal):
    code = "registration_waiting"
    status = 409
    message = "Hệ thống này đang có một đăng ký chờ duyệt. Đề nghị duyệt, từ chối hoặc rút đăng ký đó trước."


class RegistrationDecided(Refusal):
    code = "registration_decided"
    status = 409
    message = (
        "Đăng ký này đã được quyết định hoặc đã hết chờ. Đề nghị tải lại trang để xem tình trạng mới nhất."
    )


class ScopeNotHere(Refusal):
    """At a desk apart: what is asked for is about accounts, and those are at the portal."""

    code = "registration_scope_not_here"
    message = (
        "Phạm vi này thuộc Cổng, không cấp được ở đây. Đề nghị bỏ phạm vi đó, hoặc đăng ký hệ thống tại Cổng."
    )


class TokenKeyMissing(Refusal):
    """At a desk apart of before ``token.pem``: its tokens would be signed by another key until they are set apart."""

    code = "registration_token_key_missing"
    status = 409
    message = (
        "Hệ thống này chưa có khóa ký thẻ riêng (token.pem) nên chưa duyệt được. Đề nghị người vận hành tạo khóa "
        "(motcua signing-keys rotate, sau hai giờ motcua signing-keys apart), khởi động lại, rồi ông/bà duyệt."
    )


class AnotherOfficerNeeded(Refusal):
    code = "registration_second_officer"
    status = 403
    message = "Ông/bà là người đề nghị nên không tự duyệt được. Đề nghị một cán bộ khác có cùng quyền duyệt."


class NotConnected(Refusal):
    code = "client_not_connected"
    status = 409
    message = "Hệ thống này hiện không được kết nối nên không có gì để ngừng."


class AddressNotUsable(Refusal):
    code = "client_address_not_usable"
    message = (
        "Địa chỉ mạng phải có dạng 203.0.113.7 hoặc 203.0.113.0/24, không rộng quá /20 (IPv6: /48), "
        "mỗi dòng một địa chỉ, nhiều nhất 20 dòng."
    )


class ExpiryOutOfReach(Refusal):
    code = "client_expiry_out_of_reach"
    message = "Ngày hết hạn phải sau hôm nay và không quá hai năm kể từ hôm nay."


class StopReasonWanted(Refusal):
    code = "client_reason_wanted"
    message = "Đề nghị ông/bà ghi rõ lý do (ít nhất 05 ký tự) để người xem sau hiểu được quyết định."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a system is to be allowed. ``jwks`` as ``keys.parse`` gives it; ``addresses`` as typed, a line each.

    ``audience`` is the desk it acts for; empty: the system is a desk of its own, under its own client_id.
    """

    purpose: str
    scopes: tuple[str, ...]
    jwks: dict[str, Any] = field(repr=False)
    addresses: str
    per_minute: int
    per_day: int
    contact_office: str
    contact_email: str = field(repr=False)
    expires_on: date
    audience: str = ""


def ask_for_new(*, authority: Authority, client_id: str, name: str, wanted: Wanted) -> Client:
    """A system that was not known, and its first registration, which waits for a second officer.

    Raises ClientIdMalformed, ClientIdTaken, ClientIdOfThisDesk, AudienceMalformed, AudienceTaken, AddressNotUsable,
    ExpiryOutOfReach, ScopeNotHere, NotAuthorised.
    """
    authority.require(Power.CONNECT_SYSTEMS)
    columns = _columns(wanted)
    try:
        with transaction.atomic():
            client = Client.objects.create(
                client_id=client_id, name=name, folded=fold(name), unit_id=authority.unit_id
            )
            _ask(authority, client, columns)
    except IntegrityError as no:
        if refusal := _refusal_for(no):
            raise refusal from None
        raise
    return client


@transaction.atomic
def ask_again(*, authority: Authority, client: uuid.UUID, wanted: Wanted) -> Registration:
    """Other facts for a system of this officer's unit or below; what is agreed now stays until they are approved.

    Raises RegistrationWaiting, AudienceMalformed, AudienceTaken, AddressNotUsable, ExpiryOutOfReach, ScopeNotHere,
    NotFound, NotAuthorised.
    """
    authority.require(Power.CONNECT_SYSTEMS)
    columns = _columns(wanted)
    found = _locked(authority, client)
    if found.registrations.filter(decision=Decision.WAITING).exists():
        raise RegistrationWaiting
    try:
        with transaction.atomic():
            return _ask(authority, found, columns)
    except IntegrityError as no:
        if refusal := _refusal_for(no):
            raise refusal from None
        raise


@transaction.atomic
def approve(*, authority: Authority, registration: uuid.UUID) -> None:
    """A second officer agrees: it holds from now on, and what held before ends.

    Raises AnotherOfficerNeeded, RegistrationDecided, ExpiryOutOfReach, TokenKeyMissing, NotFound, NotAuthorised.
    """
    waiting = _waiting(authority, registration)
    if waiting.asked_by_subject == authority.subject:
        raise AnotherOfficerNeeded
    if waiting.expires_on <= timezone.localdate():
        raise ExpiryOutOfReach
    if not settings.HOSTS_PORTAL and not settings.KEYRING.keys_apart:
        raise TokenKeyMissing
    _end(waiting.client, authority.subject, "Thay bằng đăng ký mới.")
    _decide(waiting, Decision.APPROVED, authority, "")
    journal.record("signin.registration.approved", **_noted(waiting, authority))


@transaction.atomic
def decline(*, authority: Authority, registration: uuid.UUID, reason: str) -> None:
    """A second officer says no and why; whoever asked takes it back.

    Raises StopReasonWanted, RegistrationDecided, NotFound, NotAuthorised.
    """
    waiting = _waiting(authority, registration)
    if waiting.asked_by_subject == authority.subject:
        _decide(waiting, Decision.WITHDRAWN, authority, plain_text.clean(reason, max_length=300, lines=True))
        journal.record("signin.registration.withdrawn", **_noted(waiting, authority))
    else:
        _decide(waiting, Decision.DECLINED, authority, _words(reason))
        journal.record("signin.registration.declined", **_noted(waiting, authority))


@transaction.atomic
def stop(*, authority: Authority, client: uuid.UUID, reason: str) -> None:
    """Ngừng ngay: one officer is enough. It takes a new registration, and two officers, to begin again.

    Raises StopReasonWanted, NotConnected, NotFound, NotAuthorised.
    """
    authority.require(Power.CONNECT_SYSTEMS)
    words = _words(reason)
    found = _locked(authority, client)
    if not _end(found, authority.subject, words):
        raise NotConnected
    journal.record(
        "signin.client.stopped",
        subject=f"client:{found.public_id}",
        actor=authority.subject,
        unit_code=authority.unit_code,
    )


@transaction.atomic
def stop_by_command(*, client_id: str, reason: str) -> bool:
    """Ngừng ngay, from the machine itself, when no officer can sign in; False where nothing was connected any more.

    Raises StopReasonWanted, NotFound.
    """
    words = _words(reason)
    found = Client.objects.select_for_update(of=("self",)).select_related("unit").filter(client_id=client_id)
    client = found.first()
    if client is None:
        raise NotFound
    if not _end(client, BY_COMMAND, words):
        return False
    journal.record(
        "signin.client.stopped",
        subject=f"client:{client.public_id}",
        actor="system:command",
        unit_code=client.unit.code,
    )
    return True


def connected_ids() -> list[str]:
    """The codes of all systems that have a registration which nobody ended."""
    live = Registration.objects.filter(decision=Decision.APPROVED, ended_at=None)
    return list(live.order_by("client__client_id").values_list("client__client_id", flat=True))


def live_registration(client_id: str, *, today: date) -> Registration | None:
    """What this system may do today, or None; asked at every call, one indexed read."""
    return live_registrations(client_id, today=today).first()


def live_registrations(client_id: str, *, today: date) -> QuerySet[Registration]:
    """The same, for who reads more with it; at most one row."""
    return Registration.objects.select_related("client").filter(
        client__client_id=client_id, decision=Decision.APPROVED, ended_at=None, expires_on__gte=today
    )


def networks(lines: str) -> list[str]:
    """Typed addresses in one spelling. Raises AddressNotUsable."""
    typed = [line.strip() for line in lines.replace(",", "\n").splitlines() if line.strip()]
    if not 1 <= len(typed) <= _MOST_ADDRESSES:
        raise AddressNotUsable
    try:
        found = [ipaddress.ip_network(line, strict=False) for line in typed]
    except ValueError:
        raise AddressNotUsable from None
    if any(net.prefixlen < _WIDEST[net.version] for net in found):
        raise AddressNotUsable
    return sorted({str(net) for net in found})


def _columns(wanted: Wanted) -> dict[str, Any]:
    today = timezone.localdate()
    if not today < wanted.expires_on <= today + LONGEST_LIFE:
        raise ExpiryOutOfReach
    if scopes_here.elsewhere(wanted.scopes):
        raise ScopeNotHere
    return {
        "purpose": wanted.purpose,
        "scopes": sorted(set(wanted.scopes)),
        "jwks": wanted.jwks,
        "addresses": networks(wanted.addresses),
        "per_minute": wanted.per_minute,
        "per_day": wanted.per_day,
        "contact_office": wanted.contact_office,
        "contact_email": wanted.contact_email,
        "expires_on": wanted.expires_on,
        "audience": wanted.audience,
    }


def _refusal_for(no: IntegrityError) -> type[Refusal] | None:
    """What the rule that spoke means; None for anything else."""
    return _BY_RULE.get(getattr(getattr(no.__cause__, "diag", None), "constraint_name", None) or "")


def _ask(authority: Authority, client: Client, columns: dict[str, Any]) -> Registration:
    audience = columns.pop("audience") or client.client_id
    # The desk in this very installation is nobody's to act for: its subjects and papers hang on that name.
    if settings.HOSTS_DESK and client.client_id == settings.DESK_ID:
        raise ClientIdOfThisDesk
    if settings.HOSTS_DESK and audience == settings.DESK_ID:
        raise AudienceTaken
    asked = Registration.objects.create(
        client=client, audience=audience, asked_by_subject=authority.subject, **columns
    )
    journal.record("signin.registration.asked", **_noted(asked, authority))
    return asked


def _locked(authority: Authority, client: uuid.UUID) -> Client:
    found = reading.clients_of(authority).select_for_update(of=("self",)).filter(public_id=client).first()
    if found is None:
        raise NotFound
    return found


def _waiting(authority: Authority, registration: uuid.UUID) -> Registration:
    authority.require(Power.CONNECT_SYSTEMS)
    row = reading.registrations_of(authority).filter(public_id=registration).first()
    if row is None:
        raise NotFound
    _locked(authority, row.client.public_id)  # two decisions about one system wait for each other
    row.refresh_from_db(fields=["decision"])
    if row.decision != Decision.WAITING:
        raise RegistrationDecided
    return row


def _decide(row: Registration, decision: Decision, authority: Authority, reason: str) -> None:
    Registration.objects.filter(pk=row.pk).update(
        decision=decision, decided_by_subject=authority.subject, decided_reason=reason
    )


def _end(client: Client, by: str, reason: str) -> int:
    live = client.registrations.filter(decision=Decision.APPROVED, ended_at=None)
    return live.update(ended_by_subject=by, ended_reason=reason)


def _words(reason: str) -> str:
    words = plain_text.clean(reason, max_length=300, lines=True)
    if len(words) < _SHORTEST_REASON:
        raise StopReasonWanted
    return words


def _noted(row: Registration, authority: Authority) -> dict[str, Any]:
    return {
        "subject": f"client:{row.client.public_id}",
        "actor": authority.subject,
        "unit_code": authority.unit_code,
        "facts": {"registration": row.pk},
    }
