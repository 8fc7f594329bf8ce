"""Tin về đề nghị gỡ liên kết VNeID: the owner hears when it is asked for, and may say no."""

from typing import Final

from motcua.accounts import emails, identity, notices
from motcua.accounts.models import VneidLink
from motcua.outbox import letters, mailing, texts

_PURPOSE: Final = "vneid_unlink_asked"


def asked(link: VneidLink) -> None:
    """By text and by letter, in the caller's transaction; who has neither sees it in their history."""
    account = identity.stays(link.account)
    phone, address = identity.primary_phone(account), emails.email_of(account)
    key = f"{link.public_id}:{link.asked_at:%Y%m%d%H%M%S%f}"
    if phone is not None:
        text = texts.vneid_unlink_asked(link=notices.disavowal_link(account, notices.UNLINK_ASKED))
        notices.tell(account=account, to=phone, text=text, purpose=_PURPOSE, key=key)
    if address is not None:
        said = letters.vneid_unlink_asked(link=notices.disavowal_link(account, notices.UNLINK_ASKED))
        mailing.enqueue(
            to=address,
            subject=said.subject,
            text=said.text,
            purpose=_PURPOSE,
            dedupe_key=f"{_PURPOSE}:{account.pk}:{key}",
        )
