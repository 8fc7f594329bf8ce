"""Báo tin cho chủ tài khoản: what a desk has to say of a dossier, by the channels the owner chose."""

from collections.abc import Mapping
from uuid import NAMESPACE_OID, uuid5

from django.db import transaction

from motcua import journal
from motcua.accounts import identity, notice_channels
from motcua.accounts.models import OwnerNews
from motcua.outbox import mailing, notice_values, sending, wordings


def tell(*, subject: str, audience: str, template: str, params: Mapping[str, str], key: str) -> None:
    """Promise the notice to whoever reads for this account, once per key of this audience. Raises NotFound.

    The key counts per audience: one desk cannot use up the notices of another.
    """
    account = identity.account_of_subject(subject, audience)
    event = notice_values.event_of(template, params)
    once = uuid5(NAMESPACE_OID, "\x1f".join((audience, key))).hex
    with transaction.atomic():
        OwnerNews.objects.bulk_create([OwnerNews(audience=audience, key=key)], ignore_conflicts=True)
        for reader in notice_channels.readers(account):
            own = f"tell:{once}" if reader.pk == account.pk else f"tell:{once}:{reader.public_id.hex}"
            if not _told(notice_channels.reach(reader), event, params, own):
                journal.record(
                    "accounts.owner.not_reached", subject=f"account:{reader.pk}", facts={"notice": key}
                )


def _told(reach: notice_channels.Reach, event: str, params: Mapping[str, str], key: str) -> bool:
    """By each channel that leads somewhere; whether there is one."""
    if reach.phone is not None:
        text = wordings.text_of(event, notice_values.for_a_text(params))
        sending.enqueue(
            to=reach.phone, text=text, purpose=event, dedupe_key=key, unit_code=params.get("unit", "")
        )
    if reach.email is not None:
        letter = wordings.letter_of(event, notice_values.for_a_letter(params))
        mailing.enqueue(
            to=reach.email, subject=letter.subject, text=letter.text, purpose=event, dedupe_key=key
        )
    return reach.phone is not None or reach.email is not None
