"""The portal in the same process: one installation that hosts both systems answers the desk itself."""

from collections.abc import Mapping
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from motcua.accounts import attesting, check, identity, naming, telling
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
from motcua.gateways import portal_line
from motcua.gateways.portal_mandates import LocalMandates
from motcua.gateways.portal_receipts import subject_of
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.refusal import NotFound
from motcua.kernel.tax_code import TaxCode


class LocalPortal(LocalMandates):
    """Implements ``desk.ports.AccountRegistry`` over the accounts room."""

    #: Reaches no further than our own database (``web.outside``).
    at_home = True

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
            phone_frozen=known.phone_frozen,
        )

    def owner_card(self, *, receipt: str, procedure_code: str, asked_by: str, unit_code: str) -> OwnerCard:
        subject = subject_of(receipt)
        return OwnerCard(
            full_name=naming.show_name(
                subject=subject,
                audience=settings.DESK_ID,
                procedure_code=procedure_code,
                asked_by=asked_by,
                unit_code=unit_code,
            )
        )

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
        return identity.is_usable(subject, settings.DESK_ID)

    def tell(self, *, subject: str, template: str, params: Mapping[str, str], key: str) -> None:
        if not portal_line.line_is_up():
            raise PortalUnavailable
        telling.tell(subject=subject, audience=settings.DESK_ID, template=template, params=params, key=key)
