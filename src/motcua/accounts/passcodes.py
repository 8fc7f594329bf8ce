"""A six-digit code proves that a phone is in somebody's hands: sent once, newest only, five tries, 120 seconds."""

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction

from motcua import journal
from motcua.accounts.models.columns import ClockTimestamp
from motcua.accounts.models.passcodes import LIFE as LIFE
from motcua.accounts.models.passcodes import TRIES as TRIES
from motcua.accounts.models.passcodes import Passcode, Purpose
from motcua.accounts.notices import public_host
from motcua.accounts.sealed_data import mac
from motcua.kernel.phone import Phone
from motcua.kernel.refusal import Refusal
from motcua.limits import everywhere, spending
from motcua.limits.everywhere import Code
from motcua.limits.quotas import Quota
from motcua.limits.spending import TooManyAttempts, Want
from motcua.outbox import sending, texts


class CodeRefused(Refusal):
    """Any no about a code. ``details`` may hold ``left``, the tries that remain."""

    code = "passcode_refused"


class WrongCode(CodeRefused):
    code = "passcode_wrong"
    message = "Mã OTP không đúng. Ông/bà còn {left} lần nhập. Đề nghị nhập mã mới nhất đã gửi tới điện thoại."


class CodeExpired(CodeRefused):
    code = "passcode_expired"
    message = "Mã OTP đã hết hiệu lực. Đề nghị bấm “Gửi lại OTP” để nhận mã mới."


class CodeSuperseded(CodeRefused):
    code = "passcode_superseded"
    message = "Đã có mã OTP mới hơn mã vừa nhập. Đề nghị nhập mã trong tin nhắn mới nhất; ông/bà còn {left} lần nhập."


class CodeUsed(CodeRefused):
    code = "passcode_used"
    message = "Mã OTP này đã được sử dụng. Đề nghị bấm “Gửi lại OTP” để nhận mã mới."


class CodeOutOfTries(CodeRefused):
    code = "passcode_out_of_tries"
    message = "Ông/bà đã nhập sai 5 lần nên mã OTP này không còn dùng được. Đề nghị bấm “Gửi lại OTP” để nhận mã mới."


class CodeNeverSent(CodeRefused):
    code = "passcode_never_sent"
    message = "Chưa có mã OTP nào được gửi. Đề nghị bấm “Gửi lại OTP” để nhận mã."


class CodeNotAccepted(CodeRefused):
    """The one answer for everybody who did not ask for the code."""

    code = "passcode_not_accepted"
    message = "Mã không đúng hoặc đã hết hạn, hãy nhập mã mới nhất."


#: How many digits a code has, and after how long another may be asked for.
DIGITS: Final = 6
RESEND_AFTER: Final = timedelta(seconds=30)

#: Where a decoy would go, if it went anywhere.
_NOBODY: Final = Phone.parse("0900000000")


@dataclass(frozen=True, slots=True, repr=False)
class Binding:
    """What a code is good for: purpose, person, phone, asking session and the data it confirms."""

    purpose: Purpose
    subject_bi: bytes
    phone_bi: bytes
    session_hash: bytes
    payload_hash: bytes

    def digest(self, passcode_id: str, code: str) -> bytes:
        """32 bytes kept instead of the code; a code moved to another row, person or session fails."""
        return mac(
            "passcode",
            passcode_id,
            self.purpose.value,
            self.subject_bi,
            self.phone_bi,
            self.session_hash,
            self.payload_hash,
            code,
        )


@dataclass(frozen=True, slots=True)
class CodeStatus:
    """What the screen shows of the newest code of a session."""

    phone_masked: str
    series: int
    expires_at: datetime
    resend_at: datetime
    tries_left: int
    message_state: str


def send(
    *,
    binding: Binding,
    phone: Phone | None,
    device: str,
    address: str = "",
    officer: str = "",
    decoy_masked: str = "",
    unit_code: str = "",
    extra_quotas: Iterable[Want] = (),
    deed: texts.CodeFor | None = None,
) -> Passcode:
    """Send a new code; every older one of this person, phone and purpose is superseded.

    ``phone`` is None for a decoy: the same reads and writes, but its message has lapsed before it could leave
    (threats T-08). The budgets are committed first. ``unit_code``: on whose bill the text is. ``deed``: what the text
    says that the code is for, where the purpose serves several acts. Raises TooManyAttempts, SelfServicePaused.
    """
    if not officer and binding.purpose is Purpose.REGISTER:
        everywhere.expect_self_service()
    spending.spend(*_quotas(binding, device, address, officer), *extra_quotas)
    everywhere.count(Code.SENT if phone else Code.DECOY)
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    with transaction.atomic():
        _one_sender_at_a_time(binding)
        series = _supersede(binding) + 1
        passcode = Passcode(
            purpose=binding.purpose,
            subject_bi=binding.subject_bi,
            phone_bi=binding.phone_bi,
            phone_masked=phone.masked if phone else decoy_masked,
            session_hash=binding.session_hash,
            payload_hash=binding.payload_hash,
            series=series,
        )
        passcode.code_mac = binding.digest(str(passcode.public_id), code)
        passcode.save(force_insert=True)
        passcode.refresh_from_db(fields=["created_at", "expires_at"])
        message = sending.enqueue(
            to=phone or _NOBODY,
            text=texts.passcode(
                deed or binding.purpose.value, code, min(series, 99), passcode.expires_at, host=public_host()
            ),
            purpose=f"otp_{binding.purpose.value.lower()}" if phone else "otp_decoy",
            dedupe_key=f"passcode:{passcode.public_id}",
            expires_at=passcode.expires_at if phone else passcode.created_at,
            unit_code=unit_code,
        )
        passcode.message_id = message.pk if phone else None
        Passcode.objects.filter(pk=passcode.pk).update(message_id=passcode.message_id)
        journal.record(
            "accounts.passcode.sent",
            subject=f"passcode:{passcode.pk}",
            actor=officer,
            facts={"purpose": binding.purpose.value, "series": series, "decoy": phone is None},
        )
    return passcode


def verify(*, binding: Binding, code: str) -> Passcode:
    """Spend one try on the newest code of this session and say whether it is right.

    The try is committed before anything is compared or raised (threats M1, M2). Raises a CodeRefused.
    """
    newest = _newest(binding)
    if newest is None:
        raise CodeNeverSent
    if not _same_binding(newest, binding):
        raise CodeNotAccepted
    left = _spend_try(newest)
    if left is None:
        raise _why_dead(newest)
    try:
        spending.spend(*_streak(binding))
    except TooManyAttempts as no:
        _tell_of_lock(newest, binding, no.quota)
        raise
    if not hmac.compare_digest(bytes(newest.code_mac), binding.digest(str(newest.public_id), code)):
        everywhere.count(Code.WRONG)
        raise _wrong(newest, binding, code, left)
    if not _consume(newest):
        raise CodeUsed
    everywhere.count(Code.RIGHT)
    spending.reset(Quota.CODE_FAILURES, _streak(binding)[0][1])
    spending.reset(Quota.CODE_FAILURES_UNTIL_PROOFED, _streak(binding)[1][1])
    return newest


def _tell_of_lock(passcode: Passcode, binding: Binding, quota: Quota) -> None:
    """Whoever holds the phone hears once an hour that somebody mistypes its codes (threats L2)."""
    if passcode.message_id is None:
        return
    lasting = quota is Quota.CODE_FAILURES_UNTIL_PROOFED
    sending.enqueue(
        to=sending.receiver_of(passcode.message_id),
        text=texts.phone_factor_disabled() if lasting else texts.codes_locked(),
        purpose="codes_locked",
        dedupe_key=f"codes_locked:{passcode.created_at:%Y%m%d%H}:{binding.digest('lock', '')[:12].hex()}",
    )


def status(binding: Binding) -> CodeStatus | None:
    """The newest code of this session, for the screen; None when nothing was sent."""
    newest = _newest(binding)
    if newest is None or not _same_binding(newest, binding):
        return None
    # Both are asked for every code, so that a decoy's page costs the same (threats T-08).
    usual, told = sending.usual_status(newest.created_at), sending.status(newest.message_id or 0)
    return CodeStatus(
        phone_masked=newest.phone_masked,
        series=newest.series,
        expires_at=newest.expires_at,
        resend_at=newest.created_at + RESEND_AFTER,
        tries_left=max(0, TRIES - newest.attempts),
        message_state=told if newest.message_id else usual,
    )


def forgive(subjects: Iterable[bytes], phone_bi: bytes) -> None:
    """Proofing at the desk starts the count of wrong codes anew (threats L2)."""
    for subject_bi in subjects:
        who = f"{subject_bi.hex()}:{phone_bi.hex()}"
        for purpose in Purpose:
            spending.reset(Quota.CODE_FAILURES, f"{purpose.value}:{who}")
        spending.reset(Quota.CODE_FAILURES_UNTIL_PROOFED, who)


def _streak(binding: Binding) -> list[tuple[Quota, str]]:
    """Wrong codes in a row, across codes: counted before the comparison, taken back by a right one (L2).

    Per person *and* phone: who mistypes codes on a phone of their own cannot close the phone of the person
    whose number they typed (threats T-41).
    """
    who = f"{binding.subject_bi.hex()}:{binding.phone_bi.hex()}"
    return [
        (Quota.CODE_FAILURES, f"{binding.purpose.value}:{who}"),
        (Quota.CODE_FAILURES_UNTIL_PROOFED, who),
    ]


def _quotas(binding: Binding, device: str, address: str, officer: str) -> list[Want]:
    phone = binding.phone_bi.hex()
    wants = sends_to(phone, binding.purpose.value)
    if officer:
        wants += [(Quota.SENDS_BY_OFFICER, officer), (Quota.PHONES_BY_OFFICER, officer, phone)]
    else:
        wants += [(Quota.SENDS_IN_SESSION, device), (Quota.SENDS_FOR_ID, _for_whom(binding))]
    if address:
        wants.append((Quota.SENDS_FROM_ADDRESS, address))
    return wants


def sends_to(phone: str, purpose: str) -> list[Want]:
    """The phone's budgets. The short pauses are each purpose's own: one page's pause tells nothing of another's."""
    return [(Quota.SENDS_TO_PHONE, f"{purpose}:{phone}"), (Quota.SENDS_TO_PHONE_IN_ALL, phone)]


def _for_whom(binding: Binding) -> str:
    """Whose sends are counted: the number's, per purpose, so that nobody's registration closes a recovery.

    A recovery goes to the bound phone or, for a wrong birth date, to a decoy: each has a count of its own.
    """
    who = f"{binding.purpose.value}:{binding.subject_bi.hex()}"
    return f"{who}:{binding.phone_bi.hex()}" if binding.purpose == Purpose.RESET else who


def _one_sender_at_a_time(binding: Binding) -> None:
    """Two requests for the same code queue up, so that the second supersedes the first."""
    key = int.from_bytes(
        mac("passcode-lock", binding.purpose.value, binding.subject_bi, binding.phone_bi)[:7], "big"
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


def _supersede(binding: Binding) -> int:
    """Mark live codes superseded; the number of codes this session has had for this data."""
    Passcode.objects.filter(
        purpose=binding.purpose,
        subject_bi=binding.subject_bi,
        phone_bi=binding.phone_bi,
        consumed_at__isnull=True,
        superseded_at__isnull=True,
    ).update(superseded_at=ClockTimestamp())
    return Passcode.objects.filter(purpose=binding.purpose, session_hash=binding.session_hash).count()


def _newest(binding: Binding) -> Passcode | None:
    return (
        Passcode.objects.filter(purpose=binding.purpose, session_hash=binding.session_hash)
        .order_by("-id")
        .first()
    )


def _same_binding(passcode: Passcode, binding: Binding) -> bool:
    return (
        bytes(passcode.subject_bi) == binding.subject_bi
        and bytes(passcode.phone_bi) == binding.phone_bi
        and bytes(passcode.payload_hash) == binding.payload_hash
    )


def _spend_try(passcode: Passcode) -> int | None:
    """One conditional UPDATE in a transaction of its own; the tries left, or None when the code is dead."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE accounts_passcode SET attempts = attempts + 1
             WHERE id = %s AND attempts < %s AND consumed_at IS NULL AND superseded_at IS NULL
               AND expires_at > clock_timestamp()
            RETURNING attempts
            """,
            [passcode.pk, TRIES],
        )
        row = cursor.fetchone()
    return None if row is None else TRIES - int(row[0])


def _consume(passcode: Passcode) -> bool:
    with transaction.atomic(durable=True):
        won = Passcode.objects.filter(
            pk=passcode.pk, consumed_at__isnull=True, superseded_at__isnull=True
        ).update(consumed_at=ClockTimestamp())
        if won:
            journal.record(
                "accounts.passcode.accepted",
                subject=f"passcode:{passcode.pk}",
                facts={"purpose": str(passcode.purpose)},
            )
    return bool(won)


def _wrong(newest: Passcode, binding: Binding, code: str, left: int) -> CodeRefused:
    journal.record(
        "accounts.passcode.refused",
        subject=f"passcode:{newest.pk}",
        facts={"purpose": str(newest.purpose), "left": left},
    )
    earlier = Passcode.objects.filter(
        purpose=binding.purpose, session_hash=binding.session_hash, pk__lt=newest.pk
    ).order_by("-id")[:9]
    for passcode in earlier:
        if hmac.compare_digest(bytes(passcode.code_mac), binding.digest(str(passcode.public_id), code)):
            return CodeSuperseded(left=left)
    return WrongCode(left=left) if left else CodeOutOfTries()


def _why_dead(passcode: Passcode) -> CodeRefused:
    passcode.refresh_from_db()
    if passcode.consumed_at is not None:
        return CodeUsed()
    if passcode.attempts >= TRIES:
        return CodeOutOfTries()
    if passcode.superseded_at is not None:
        return CodeNotAccepted()
    return CodeExpired()
