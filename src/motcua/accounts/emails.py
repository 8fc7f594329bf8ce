"""The owner's own e-mail address for notices: proved by a code in its mailbox, never set by anybody else."""

import hmac
import secrets
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from motcua import journal
from motcua.accounts import identity, notices, passwords
from motcua.accounts.models import Account, EmailBinding, EmailProof, WaitsForOwner
from motcua.accounts.models.columns import ClockTimestamp
from motcua.accounts.models.emails import TRIES
from motcua.accounts.sealed_data import mac, seal, unseal
from motcua.kernel.email_address import EmailAddress
from motcua.kernel.refusal import NotFound, Refusal
from motcua.kernel.visitor import Visitor
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.outbox import letters, mailing, texts

_PROOF = "accounts_emailproof.email"
_BINDING = "accounts_emailbinding.email"


class EmailCodeRefused(Refusal):
    code = "email_code_refused"
    message = "Mã xác nhận không đúng. Ông/bà còn {left} lần nhập. Đề nghị nhập mã trong thư mới nhất."


class EmailCodeOver(Refusal):
    code = "email_code_over"
    message = "Mã xác nhận không còn hiệu lực. Đề nghị ông/bà bấm “Gửi lại mã” để nhận thư mới."


class EmailAlreadyBound(Refusal):
    code = "email_already_bound"
    status = 409
    message = "Email này đã được xác nhận cho tài khoản của ông/bà. Đề nghị nhập email khác nếu muốn đổi."


def email_of(account: Account) -> EmailAddress | None:
    """The proved address in clear, for sending to it; None when there is none, or it is a guardian's of before."""
    bound = EmailBinding.objects.filter(account=account, status=EmailBinding.Status.ACTIVE)
    binding = bound.alias(shut=WaitsForOwner("account_id")).filter(shut=False).first()
    return address_in(binding)


def address_in(binding: EmailBinding | None) -> EmailAddress | None:
    """The address in clear, for sending to it; None once it is erased."""
    if binding is None or binding.email_sealed is None:
        return None
    return EmailAddress.parse(unseal(_BINDING, str(binding.row_key), binding.email_sealed))


def masked_email_of(account_id: int) -> str:
    """For the owner's pages; "" when there is none."""
    bound = EmailBinding.objects.filter(account_id=account_id, status=EmailBinding.Status.ACTIVE)
    return bound.values_list("email_masked", flat=True).first() or ""


def ask(*, visitor: Visitor, password: str, email: EmailAddress) -> EmailProof:
    """A code to the new address, after the owner proved themselves again.

    Raises CurrentPasswordWrong, EmailAlreadyBound, TooManyAttempts.
    """
    account = passwords.confirm(visitor, password)
    if email_of(account) == email:
        raise EmailAlreadyBound
    return _send(account, visitor, email)


def resend(proof: EmailProof, *, visitor: Visitor) -> EmailProof:
    """A newer code to the same address. Raises TooManyAttempts."""
    account = Account.objects.get(pk=visitor.account_id)
    return _send(account, visitor, _address_of(proof))


def proof_for(visitor: Visitor, public_id: UUID) -> EmailProof:
    """This session's own, not used yet and not older than its code; NotFound otherwise."""
    found = EmailProof.objects.filter(
        public_id=public_id,
        account_id=visitor.account_id,
        session_id=visitor.session_id,
        consumed_at__isnull=True,
    ).first()
    if found is None:
        raise NotFound
    return found


def confirm(proof: EmailProof, *, visitor: Visitor, code: str) -> None:
    """The right code binds the address; the phone is told. Raises EmailCodeRefused, EmailCodeOver."""
    left = _spend_try(proof)
    if left is None:
        raise EmailCodeOver
    if not hmac.compare_digest(bytes(proof.code_mac), _digest(proof.public_id, proof.account_id, code)):
        raise EmailCodeRefused(left=left) if left else EmailCodeOver()
    with transaction.atomic():
        account = Account.objects.select_for_update().get(pk=visitor.account_id)
        won = EmailProof.objects.filter(
            pk=proof.pk, consumed_at__isnull=True, superseded_at__isnull=True
        ).update(consumed_at=ClockTimestamp())
        if not won:
            raise EmailCodeOver
        _close(account)
        bound = _bind(account, _address_of(proof))
        journal.record("accounts.email.verified", subject=f"account:{account.pk}")
        _tell(account, key=f"bound:{bound.pk}")


def remove(*, visitor: Visitor, password: str) -> None:
    """The address is erased at once; the phone is told. Raises CurrentPasswordWrong, NotFound."""
    account = passwords.confirm(visitor, password)
    with transaction.atomic():
        closed = _close(account)
        if closed is None:
            raise NotFound
        journal.record("accounts.email.removed", subject=f"account:{account.pk}")
        _tell(account, key=f"removed:{closed}")


def _send(account: Account, visitor: Visitor, email: EmailAddress) -> EmailProof:
    who, where = str(account.pk), mac("email-budget", email.value).hex()
    spending.spend((Quota.EMAIL_CODES_BY_OWNER, who), (Quota.EMAIL_CODES_TO_ADDRESS, where))
    code = f"{secrets.randbelow(10**6):06d}"
    with transaction.atomic():
        Account.objects.select_for_update().get(pk=account.pk)  # one sender at a time
        EmailProof.objects.filter(
            account=account, consumed_at__isnull=True, superseded_at__isnull=True
        ).update(superseded_at=ClockTimestamp())
        proof = EmailProof(
            account=account,
            session_id=visitor.session_id,
            email_bi=fingerprint(email),
            email_masked=email.masked,
        )
        proof.email_sealed = seal(_PROOF, str(proof.public_id), email.value)
        proof.code_mac = _digest(proof.public_id, account.pk, code)
        proof.save(force_insert=True)
        proof.refresh_from_db(fields=["created_at", "expires_at"])
        _post(proof, email, code, proof.expires_at)
        journal.record("accounts.email_code.sent", subject=f"account:{account.pk}")
    return proof


def _post(proof: EmailProof, email: EmailAddress, code: str, until: datetime) -> None:
    said = letters.email_code(code, until, host=notices.public_host())
    mailing.enqueue(
        to=email,
        subject=said.subject,
        text=said.text,
        purpose="email_code",
        dedupe_key=f"email_code:{proof.public_id}",
        expires_at=until,
    )


def fingerprint(email: EmailAddress) -> bytes:
    """32 bytes: the blind index of an address."""
    return mac("email-index", email.value)


def _digest(public_id: UUID, account_id: int, code: str) -> bytes:
    return mac("email-code", public_id.bytes, str(account_id), code)


def _address_of(proof: EmailProof) -> EmailAddress:
    return EmailAddress.parse(unseal(_PROOF, str(proof.public_id), proof.email_sealed))


def _spend_try(proof: EmailProof) -> int | None:
    """One conditional UPDATE, committed before anything is compared; the tries left, None when it is over."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE accounts_emailproof SET attempts = attempts + 1
             WHERE id = %s AND attempts < %s AND consumed_at IS NULL AND superseded_at IS NULL
               AND expires_at > clock_timestamp()
            RETURNING attempts
            """,
            [proof.pk, TRIES],
        )
        row = cursor.fetchone()
    return None if row is None else TRIES - int(row[0])


def _bind(account: Account, email: EmailAddress) -> EmailBinding:
    binding = EmailBinding(account=account, email_bi=fingerprint(email), email_masked=email.masked)
    binding.email_sealed = seal(_BINDING, str(binding.row_key), email.value)
    binding.save(force_insert=True)
    return binding


def _close(account: Account) -> int | None:
    """Erase the address in use; the row's number, None when there was none."""
    return notices.close_email(account)


def _tell(account: Account, *, key: str) -> None:
    phone = identity.primary_phone(account)
    if phone is None:
        return
    link = notices.disavowal_link(account, notices.EMAIL_CHANGED)
    gone = key.startswith("removed")
    text = texts.email_removed(link=link) if gone else texts.email_bound(link=link)
    notices.tell(account=account, to=phone, text=text, purpose=notices.EMAIL_CHANGED, key=key)


def seconds_left(proof: EmailProof) -> int:
    """For the clock on the page; the database decides."""
    return max(0, int((proof.expires_at - timezone.now()).total_seconds()))
