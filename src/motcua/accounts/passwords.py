"""Mật khẩu: the dispatch's rule, the list of known passwords, and changing one's own."""

from datetime import timedelta
from enum import StrEnum
from typing import Final

from django.db import transaction

from motcua import journal
from motcua.accounts import hashing, identity, notices
from motcua.accounts.models import Account, Session, WaitsForOwner
from motcua.accounts.models.columns import ClockTimestamp
from motcua.kernel.password_rule import PasswordTooWeak, weaknesses
from motcua.kernel.refusal import NotFound, Refusal
from motcua.kernel.visitor import Visitor
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.outbox import sending, texts

_FRESH: Final = timedelta(minutes=5)


class CurrentPasswordWrong(Refusal):
    code = "current_password_wrong"
    message = "Mật khẩu hiện tại không đúng. Đề nghị ông/bà nhập lại."


class VneidProofWanted(Refusal):
    """VNeID opens this account: its word, just now, is what the password is to others."""

    code = "vneid_proof_wanted"
    status = 403
    message = (
        "Tài khoản này không có mật khẩu. Đề nghị ông/bà bấm “Xác nhận lại bằng VNeID”, "
        "rồi làm tiếp trong 5 phút."
    )


class Proof(StrEnum):
    """By what an owner proves themselves again: a password, or VNeID, which may have been asked just now."""

    PASSWORD = "PASSWORD"  # noqa: S105 - a word for it, not one
    VNEID_WANTED = "VNEID_WANTED"
    VNEID_FRESH = "VNEID_FRESH"


def proof_of(visitor: Visitor) -> Proof:
    """What ``confirm`` will ask of this owner. Two short statements."""
    account = Account.objects.only("without_password").get(pk=visitor.account_id)
    if not account.without_password:
        return Proof.PASSWORD
    fresh = Session.objects.filter(
        pk=visitor.session_id,
        account=account,
        ended_at=None,
        mandate=None,
        vneid_proved_at__gt=ClockTimestamp() - _FRESH,
    )
    return Proof.VNEID_FRESH if fresh.exists() else Proof.VNEID_WANTED


def refuse_weak(password: str, account: Account) -> None:
    """Raises PasswordTooWeak; the person's own data count as known."""
    person = account.person
    about = [person.full_name, person.email]
    if person.born_on is not None:
        about.append(f"{person.born_on:%d/%m/%Y}")
    about += [identity.number_of(document) for document in person.documents.filter(status="active")]
    phone = identity.primary_phone(account)
    if phone is not None:
        about.append(phone.local)
    if found := weaknesses(password, about=[text for text in about if text]):
        raise PasswordTooWeak(found)


def confirm(visitor: Visitor, password: str) -> Account:
    """The signed-in person proves again to be the owner, before a sensitive act: by the password, or, where there is
    none, by VNeID within the last five minutes.

    Raises CurrentPasswordWrong, VneidProofWanted, TooManyAttempts.
    """
    account = Account.objects.select_related("person").get(pk=visitor.account_id)
    if account.without_password:
        if proof_of(visitor) != Proof.VNEID_FRESH:
            raise VneidProofWanted
        return account
    key = f"confirm:{account.pk}"
    spending.spend((Quota.SIGN_IN_FAILURES, key))
    if not hashing.is_password(password, account.password):
        raise CurrentPasswordWrong
    spending.reset(Quota.SIGN_IN_FAILURES, key)
    return account


def change(*, visitor: Visitor, current: str, password: str) -> None:
    """Change the own password; every other session ends and the owner is told."""
    account = confirm(visitor, current)
    refuse_weak(password, account)
    set_password(account, hashing.hashed(password), why="password_changed", keep_session=visitor.session_id)


@transaction.atomic
def set_password(account: Account, hashed: str, *, why: str, keep_session: int | None = None) -> None:
    """Store a finished hash, end the other sessions, unlock, tell the owner.

    Raises NotFound for an account that was frozen or closed meanwhile, or whose owner came of age (a password does
    not bring it back), and for one that VNeID opens.
    """
    open_still = Account.objects.filter(
        pk=account.pk, status__in=[Account.Status.ACTIVE, Account.Status.LOCKED], without_password=False
    ).exclude(WaitsForOwner("pk"))
    won = open_still.update(password=hashed, password_set_at=ClockTimestamp(), status=Account.Status.ACTIVE)
    if not won:
        raise NotFound
    others = account.sessions.filter(ended_at__isnull=True)
    if keep_session is not None:
        others = others.exclude(pk=keep_session)
    others.update(ended_at=ClockTimestamp(), ended_why=why[:20])
    journal.record("accounts.password.changed", subject=f"account:{account.pk}", facts={"why": why})
    phone = identity.primary_phone(account)
    if phone is not None:
        link = notices.disavowal_link(account, "password_changed")
        sending.enqueue(
            to=phone,
            text=texts.password_changed(link=link),
            purpose="password_changed",
            dedupe_key=f"password_changed:{account.pk}:{link[-14:]}",
        )
