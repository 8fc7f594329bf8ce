"""The portal in the same process: one installation that hosts both systems answers the desk itself."""

from collections.abc import Mapping
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from motcua import journal
from motcua.accounts import attesting, check, identity, notice_channels
from motcua.accounts.models import Account, LookUp, OwnerNews
from motcua.desk.ports import (
    PURPOSE_FILING,
    Answer,
    Found,
    NotFoundAnswer,
    OwnerCard,
    OwnerStatus,
    PortalUnavailable,
    SessionNotLive,
    SignedInOwner,
    Unknown,
)
from motcua.gateways import notice_values, portal_line
from motcua.gateways.portal_mandates import LocalMandates
from motcua.gateways.portal_receipts import subject_of
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.refusal import NotFound
from motcua.kernel.tax_code import TaxCode
from motcua.outbox import mailing, sending, wordings


class LocalPortal(LocalMandates):
    """Implements ``desk.ports.AccountRegistry`` over the accounts room."""

    def check(
        self,
        *,
        number: CitizenId | TaxCode,
        old_number: CitizenId | None,
        purpose: str,
        asked_by: str,
        unit_code: str,
        reference: str,
    ) -> Answer:
        if not portal_line.line_is_up():
            return Unknown("line_down")
        known = check.check(
            number=number,
            old_number=old_number,
            purpose=purpose,
            asked_by=asked_by,
            unit_code=unit_code,
            reference=reference,
            audience=settings.DESK_ID,
            now=timezone.now(),
        )
        if known is None:
            return NotFoundAnswer()
        return Found(
            receipt=known.receipt,
            subject=known.subject,
            status=OwnerStatus(known.standing.value),
            name_masked=known.name_masked,
            last3=known.last3,
            matched_by_old_number=known.by_old_number,
        )

    def owner_card(self, *, receipt: str, procedure_code: str, asked_by: str, unit_code: str) -> OwnerCard:
        account = _account(subject_of(receipt))
        number = account.person.documents.filter(status="active").order_by("kind").first()
        if number is not None:
            LookUp.objects.create(
                number_bi=number.number_bi,
                answer="FOUND",
                asked_by=asked_by,
                unit_code=unit_code,
                purpose="chon-thu-tuc",
                procedure_code=procedure_code,
            )
        journal.record(
            "accounts.name.shown",
            subject=f"account:{account.pk}",
            actor=asked_by,
            unit_code=unit_code,
            facts={"procedure": procedure_code},
        )
        return OwnerCard(full_name=account.person.full_name)

    def owner_in_session(self, *, session: UUID, subject: str, purpose: str) -> SignedInOwner:
        if not portal_line.line_is_up():
            raise PortalUnavailable
        try:
            known = attesting.attest(
                session=session,
                subject=subject,
                audience=settings.DESK_ID,
                purpose=purpose,
                now=timezone.now(),
                journalled=purpose == PURPOSE_FILING,
            )
        except NotFound as ended:
            raise SessionNotLive from ended
        return SignedInOwner(
            receipt=known.receipt,
            subject=known.subject,
            status=OwnerStatus(known.standing.value),
            full_name=known.full_name,
            name_masked=known.name_masked,
            number=known.number,
            last3=known.last3,
            organisation=known.organisation,
        )

    def still_usable(self, *, subject: str) -> bool | None:
        if not portal_line.line_is_up():
            return None
        status, under_review = identity.standing_of_subject(subject, settings.DESK_ID)
        return status in (Account.Status.ACTIVE, Account.Status.PENDING) and not under_review

    def tell(self, *, subject: str, template: str, params: Mapping[str, str], key: str) -> None:
        account = _account(subject)
        event = notice_values.event_of(template, params)
        with transaction.atomic():
            OwnerNews.objects.bulk_create(
                [OwnerNews(audience=settings.DESK_ID, key=key)], ignore_conflicts=True
            )
            for reader in notice_channels.readers(account):
                own = f"tell:{key}" if reader.pk == account.pk else f"tell:{key}:{reader.public_id.hex}"
                if not _told(notice_channels.reach(reader), event, params, own):
                    journal.record("accounts.owner.not_reached", subject=f"account:{reader.pk}")


def _told(reach: notice_channels.Reach, event: str, params: Mapping[str, str], key: str) -> bool:
    """By each channel that leads somewhere; whether there is one."""
    if reach.phone is not None:
        text = wordings.text_of(event, notice_values.for_a_text(params))
        sending.enqueue(to=reach.phone, text=text, purpose=event, dedupe_key=key)
    if reach.email is not None:
        letter = wordings.letter_of(event, notice_values.for_a_letter(params))
        mailing.enqueue(
            to=reach.email, subject=letter.subject, text=letter.text, purpose=event, dedupe_key=key
        )
    return reach.phone is not None or reach.email is not None


def _account(subject: str) -> Account:
    """The account behind the desk's opaque id. Raises PortalUnavailable while the line is down."""
    if not portal_line.line_is_up():
        raise PortalUnavailable
    return identity.account_of_subject(subject, settings.DESK_ID)
