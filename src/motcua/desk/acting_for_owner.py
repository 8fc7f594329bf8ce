"""Người đại diện làm tiếp: whoever goes on with an organisation's dossier is asked about, and named."""

import uuid
from typing import Final

from django.conf import settings

from motcua.desk.models import Dossier
from motcua.desk.ports import AccountRegistry, Representative
from motcua.desk.relations import MandateWanted
from motcua.kernel.person_name import PersonName

OWNER_WORDS: Final = "Chủ hồ sơ"
#: Numbers of persons have nine or twelve.
TAX_CODE_DIGITS: Final = (10, 13)


def asked_about(dossier: Dossier, *, session: uuid.UUID, registry: AccountRegistry) -> Representative | None:
    """Whoever acts for the organisation in this session; None for a person, who acts for themselves.

    A use of the mandate for this procedure is written at the portal. Call it outside any transaction.
    Raises NotARepresentative, PortalUnavailable.
    """
    if not is_of_organisation(dossier):
        return None
    return registry.representative_in_session(
        session=session, organisation=dossier.owner_subject, procedure_code=dossier.procedure.code
    )


def is_of_organisation(dossier: Dossier) -> bool:
    """Its owner, whoever that is by now, has a tax code: nobody goes on with it but a representative. No query."""
    if dossier.waiting_representative_sealed is not None:
        return True
    if not dossier.owner_number_sealed:
        return False
    number = settings.KEYRING.open(
        "desk.dossier.owner_number", str(dossier.public_id), dossier.owner_number_sealed
    )
    return len(number) in TAX_CODE_DIGITS


def require(dossier: Dossier, acting: Representative | None) -> None:
    """Raises MandateWanted when an organisation's dossier is gone on with by nobody in particular."""
    if is_of_organisation(dossier) and acting is None:
        raise MandateWanted


def words_of(acting: Representative | None) -> str:
    """How the history calls them; of a name no more than the account check shows."""
    if acting is None:
        return OWNER_WORDS
    return f"Người đại diện của tổ chức ({PersonName.parse(acting.full_name).masked})"


def facts_of(acting: Representative | None) -> dict[str, str]:
    """For the line of history, in codes."""
    if acting is None:
        return {}
    return {"representative": acting.subject, "mandate": str(acting.mandate)}
