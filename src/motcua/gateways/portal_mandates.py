"""The portal in the same process: who may act for an organisation (``desk.ports.AccountRegistry``)."""

from uuid import UUID

from django.conf import settings

from motcua.accounts import identity, organisations
from motcua.desk.ports import NotARepresentative, PortalUnavailable, Representative
from motcua.gateways import portal_line
from motcua.kernel.citizen_id import CitizenId


class LocalMandates:
    """Each answer is a use that the portal wrote down: it stands before or after a revocation, never beside it."""

    def representative(
        self, *, organisation: str, number: CitizenId, procedure_code: str, asked_by: str, unit_code: str
    ) -> Representative:
        if not portal_line.line_is_up():
            raise PortalUnavailable
        try:
            used = organisations.use(
                organisation=identity.account_of_subject(organisation, settings.DESK_ID),
                representative=number,
                procedure_code=procedure_code,
                asked_by=asked_by,
                unit_code=unit_code,
            )
        except organisations.MandateNotStanding as no:
            raise NotARepresentative from no
        return _representative(used)

    def representative_in_session(
        self, *, session: UUID, organisation: str, procedure_code: str
    ) -> Representative:
        if not portal_line.line_is_up():
            raise PortalUnavailable
        try:
            used = organisations.use_in_session(
                session=session,
                organisation=identity.account_of_subject(organisation, settings.DESK_ID),
                procedure_code=procedure_code,
                asked_by=organisation,
            )
        except organisations.MandateNotStanding as no:
            raise NotARepresentative from no
        return _representative(used)


def _representative(used: organisations.Used) -> Representative:
    return Representative(
        mandate=used.mandate,
        subject=used.representative_subject,
        full_name=used.full_name,
        words=used.words,
        proof_on=used.proof_on,
        until=used.until,
        scope=used.scope,
        at=used.at,
    )
