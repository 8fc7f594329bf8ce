"""Kênh nhận thông báo: SMS, e-mail or both for news of dossiers; alarms and codes always come by SMS."""

from dataclasses import dataclass, field
from typing import Final

from django.db import transaction

from motcua import journal
from motcua.accounts import agreed_texts, emails, identity, standing_mandates
from motcua.accounts.models import Account, NoticeChoice
from motcua.kernel.email_address import EmailAddress
from motcua.kernel.phone import Phone
from motcua.kernel.refusal import Refusal
from motcua.kernel.visitor import Visitor

#: The version of the words on the page that the owner agrees to (DP-02).
WORDS: Final = agreed_texts.newest(agreed_texts.Text.CHANNELS).name


class EmailNotProved(Refusal):
    code = "email_not_proved"
    message = "Ông/bà chưa có email đã xác nhận. Đề nghị thêm và xác nhận email trước khi chọn kênh này."


@dataclass(frozen=True, slots=True)
class Reach:
    """Where news of a dossier goes. Both empty: nobody can be reached."""

    phone: Phone | None = field(repr=False)
    email: EmailAddress | None = field(repr=False)


def chosen(account_id: int) -> NoticeChoice.Channels:
    """The owner's newest choice; SMS when none was made."""
    newest = NoticeChoice.objects.filter(account_id=account_id).order_by("-id").first()
    return NoticeChoice.Channels(newest.channels) if newest else NoticeChoice.Channels.SMS


def choices() -> list[tuple[str, str]]:
    """For the page."""
    return [(value, str(label)) for value, label in NoticeChoice.Channels.choices]


def choose(*, visitor: Visitor, channels: str) -> None:
    """Write the owner's choice down, with the version of what was agreed to. Raises EmailNotProved."""
    wanted = NoticeChoice.Channels(channels)
    if wanted != NoticeChoice.Channels.SMS and not emails.masked_email_of(visitor.account_id):
        raise EmailNotProved
    with transaction.atomic():
        NoticeChoice.objects.create(account_id=visitor.account_id, channels=wanted, words=WORDS)
        journal.record(
            "accounts.notice_channels.chosen",
            subject=f"account:{visitor.account_id}",
            facts={"channels": wanted.value},
        )


def readers(account: Account) -> list[Account]:
    """Whose channels news of this account's dossiers goes to: the owner's own, or its representatives' (Điều 137 BLDS).

    An organisation has no phone: whoever may act for it in everything is told; if nobody may, whoever may in something.
    """
    standing = standing_mandates.standing_of(account)
    whole = [one for one in standing if not one.scope]
    return [one.representative for one in whole or standing] or [account]


def reach(account: Account) -> Reach:
    """By the owner's choice; the other channel stands in where the chosen one leads nowhere."""
    wanted = chosen(account.pk)
    phone = identity.primary_phone(account)
    email = emails.email_of(account)
    if wanted == NoticeChoice.Channels.SMS:
        return Reach(phone, None if phone else email)
    if wanted == NoticeChoice.Channels.EMAIL:
        return Reach(None if email else phone, email)
    return Reach(phone, email)
