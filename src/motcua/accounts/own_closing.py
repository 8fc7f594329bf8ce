"""Chủ tài khoản tự đóng: password, then a code on the bound phone; what is kept was read before (SPEC 4, DP-17)."""

from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from motcua import journal
from motcua.accounts import closing, identity, notices, passcodes, passwords
from motcua.accounts.models import Account, Closure, Person
from motcua.accounts.models.passcodes import Purpose
from motcua.accounts.passcodes import Binding, CodeStatus
from motcua.accounts.recovery import subject_of
from motcua.accounts.sealed_data import mac, phone_fingerprint
from motcua.kernel.phone import Phone
from motcua.kernel.refusal import NotFound, Refusal
from motcua.kernel.visitor import Visitor
from motcua.outbox import texts
from motcua.units import posts

#: Which text the owner reads before; changes with every change of what is said there.
TEXT_VERSION: Final = "dong-2026-12-01"


class OfficerClosesNothing(Refusal):
    code = "closing_of_officer"
    status = 409
    message = (
        "Ông/bà đang giữ vị trí cán bộ nên chưa đóng tài khoản được. Đề nghị quản trị thu hồi vị trí trước."
    )


class NoPhoneToClose(Refusal):
    code = "closing_without_phone"
    status = 409
    message = (
        "Tài khoản không có số điện thoại đang dùng nên không gửi mã xác nhận được. "
        "Đề nghị ông/bà mang giấy tờ tùy thân đến Bộ phận một cửa gần nhất."
    )


def ask(*, visitor: Visitor, password: str, device: str, address: str) -> None:
    """A code to the bound phone. Raises CurrentPasswordWrong, OfficerClosesNothing, NoPhoneToClose, TooManyAttempts."""
    account = passwords.confirm(visitor, password)
    _refuse(visitor, account)
    _send(visitor, account, device, address)


def resend(*, visitor: Visitor, device: str, address: str) -> None:
    """A newer code; only in the session that proved the password. Raises NotFound, TooManyAttempts."""
    account = _own(visitor)
    if code_status(visitor) is None:
        raise NotFound
    _send(visitor, account, device, address)


def code_status(visitor: Visitor) -> CodeStatus | None:
    """Of the newest code of this session, for the screen."""
    account = _own(visitor)
    phone = identity.primary_phone(account)
    return passcodes.status(_binding(visitor, account, phone)) if phone else None


def close(*, visitor: Visitor, code: str) -> None:
    """Raises a CodeRefused, OfficerClosesNothing, NotFound when it was closed meanwhile."""
    account = _own(visitor)
    phone = _phone(account)
    passcodes.verify(binding=_binding(visitor, account, phone), code=code)
    _refuse(visitor, account)
    with transaction.atomic():
        notices.tell(
            account=account,
            to=phone,
            text=texts.account_status_changed(word="dong"),
            purpose="account_closed",
            key=str(account.public_id),
        )
        if not closing.close(account, how=Closure.How.OWNER, text_version=TEXT_VERSION):
            raise NotFound
        me = f"account:{account.pk}"
        journal.record("accounts.account.closed", subject=me, actor=me, facts={"text": TEXT_VERSION})


def _own(visitor: Visitor) -> Account:
    return Account.objects.select_related("person").get(pk=visitor.account_id)


def _refuse(visitor: Visitor, account: Account) -> None:
    if account.person.kind != Person.Kind.CITIZEN:
        raise NotFound
    if posts.posts_of(identity.subject_of(account.public_id, settings.DESK_ID), timezone.localdate()):
        raise OfficerClosesNothing


def _send(visitor: Visitor, account: Account, device: str, address: str) -> None:
    phone = _phone(account)
    passcodes.send(binding=_binding(visitor, account, phone), phone=phone, device=device, address=address)


def _phone(account: Account) -> Phone:
    phone = identity.primary_phone(account)
    if phone is None:
        raise NoPhoneToClose
    return phone


def _binding(visitor: Visitor, account: Account, phone: Phone) -> Binding:
    """Good for closing this account in this session, and for nothing else that is confirmed by a code."""
    return Binding(
        Purpose.STEP_UP,
        subject_of(account),
        phone_fingerprint(phone),
        mac("closing-session", visitor.session_public_id.bytes),
        mac("closing-payload", account.public_id.bytes, TEXT_VERSION),
    )
