"""Who may change what the notices of a dossier say: the administrators at the top, with a line in the journal."""

from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from motcua import journal
from motcua.kernel.authority import Authority, Power
from motcua.kernel.phone import Phone
from motcua.kernel.refusal import Refusal
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.outbox import sending, wordings
from motcua.outbox.letters import Words
from motcua.units import work_calendar


class NotOfTheProvince(Refusal):
    code = "notice_not_of_the_province"
    status = 403
    message = "Mẫu thông báo dùng chung cho cả tỉnh. Đề nghị ông/bà gửi ý kiến tới quản trị của đơn vị cấp trên cùng."


def may_edit(authority: Authority) -> bool:
    """The wordings are everybody's: the unit at the top changes them, the others read them."""
    return Power.MANAGE_CATALOGUE in authority.powers and work_calendar.manages_the_province(authority)


def save(
    *, authority: Authority, code: str, channel: str, words: Words, valid_from: datetime | None, reason: str
) -> None:
    """A new version. Raises NotAuthorised, NotOfTheProvince, and what ``wordings.write`` raises."""
    _require_may_edit(authority)
    with transaction.atomic():
        wordings.write(
            code=code,
            channel=channel,
            words=words,
            valid_from=valid_from,
            reason=reason,
            by=authority.subject,
            unit_code=authority.unit_code,
        )
        if words.text:
            _note_wording("changed", authority, code, channel)
        else:
            _note_wording("restored", authority, code, channel)


def return_to_default(*, authority: Authority, code: str, channel: str, reason: str) -> None:
    """From now on what this program came with."""
    save(authority=authority, code=code, channel=channel, words=Words("", ""), valid_from=None, reason=reason)


def withdraw(*, authority: Authority, public_id: UUID) -> tuple[str, str]:
    """Give up a version that is not in force yet. Raises AlreadyInForce."""
    _require_may_edit(authority)
    with transaction.atomic():
        code, channel = wordings.withdraw(public_id, by=authority.subject)
        _note_wording("withdrawn", authority, code, channel)
    return code, channel


def try_on(*, authority: Authority, code: str, body: str, phone: Phone) -> None:
    """The text with sample values to the administrator's own phone. Raises TooManyAttempts."""
    _require_may_edit(authority)
    said = wordings.previewed(code, wordings.Channel.SMS, "", body)
    spending.spend((Quota.NOTICE_TRIALS, authority.subject))
    with transaction.atomic():
        sending.enqueue(
            to=phone,
            text=said.body,
            purpose="notice_trial",
            dedupe_key=f"notice_trial:{uuid4()}",
            unit_code=authority.unit_code,
        )
        _note_wording("tried", authority, code, "SMS")


def _require_may_edit(authority: Authority) -> None:
    authority.require(Power.MANAGE_CATALOGUE)
    if not may_edit(authority):
        raise NotOfTheProvince


def _note_wording(what: str, authority: Authority, code: str, channel: str) -> None:
    journal.record(
        f"desk.wording.{what}",
        subject=f"wording:{code}:{channel}",
        actor=authority.subject,
        unit_code=authority.unit_code,
        facts={"event": code, "channel": str(channel)},
    )
