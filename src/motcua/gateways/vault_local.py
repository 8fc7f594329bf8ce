"""The owners' vaults in the same process."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from motcua.desk.checks import LONGEST_FORM
from motcua.desk.ports import (
    PURPOSE_FILING,
    FinishedResult,
    LentFile,
    LentPaper,
    NotLent,
    OfferedPaper,
    PaperValidity,
)
from motcua.files import keeping as files
from motcua.gateways.portal_receipts import receipt_of, subject_of
from motcua.kernel.refusal import NotFound
from motcua.vault import correcting, history, keeping, lending, offering, sent_papers, viewing
from motcua.vault.mandated import MandateWanted, Under
from motcua.vault.offering import OfferState
from motcua.vault.sent_papers import SentPaper

_PURPOSE = "tiep-nhan-ho-so"
_VALIDITY = {OfferState.AVAILABLE: PaperValidity.VALID, OfferState.EXPIRED: PaperValidity.EXPIRED}


class LocalVault:
    """Implements ``desk.ports.OwnersVault`` over the vault room."""

    #: Reaches no further than our own database (``web.outside``).
    at_home = True

    def offer(
        self,
        *,
        receipt: str,
        type_codes: Sequence[str],
        procedure_code: str,
        asked_by: str,
        unit_code: str,
        mandate: UUID | None = None,
    ) -> Sequence[OfferedPaper]:
        subject = subject_of(receipt, longest=LONGEST_FORM)
        try:
            offers = offering.offer(
                audience=settings.DESK_ID,
                subject=subject,
                wanted=type_codes,
                purpose=_PURPOSE,
                asked_by=asked_by,
                unit_code=unit_code,
                on=timezone.localdate(),
                under=Under(mandate, procedure_code) if mandate else None,
            )
        except MandateWanted:
            return []
        return [
            OfferedPaper(
                paper_id=str(found.paper_id),
                type_code=found.type_code,
                name=found.title,
                validity=_VALIDITY[found.state],
                issued_on=found.issued_on,
                valid_until=found.valid_until,
                held_for_masked=found.held_for_masked,
            )
            for found in offers
            if found.state in _VALIDITY
        ]

    def lend(
        self,
        *,
        receipt: str,
        paper_id: str,
        dossier_code: str,
        asked_by: str,
        unit_code: str,
        key: str,
        procedure_code: str = "",
        mandate: UUID | None = None,
    ) -> LentPaper:
        try:
            said = receipt_of(receipt, late=True)
            lent = lending.lend_for_dossier(
                audience=settings.DESK_ID,
                subject=said.subject,
                paper_id=UUID(paper_id),
                dossier_code=dossier_code,
                purpose=_PURPOSE,
                by=asked_by,
                unit_code=unit_code,
                # The receipt of the owner's own session: they filed it themselves and agreed on the form.
                online=said.purpose == PURPOSE_FILING,
                under=Under(mandate, procedure_code) if mandate else None,
                said_at=said.issued_at,
            )
        except (NotFound, lending.ConsentNeeded, MandateWanted, ValueError) as no:
            raise NotLent from no
        return LentPaper(str(lent.paper_id), lent.type_code, lent.title, lent.sha256)

    def put(
        self,
        *,
        receipt: str,
        type_code: str,
        name: str,
        data: bytes,
        file_name: str,
        dossier_code: str,
        held_for: str,
        digitised_by: str,
        unit_code: str,
        key: str,
    ) -> str:
        subject = subject_of(receipt, late=True)
        sent = SentPaper(
            key=key, type_code=type_code, name=name, data=data, file_name=file_name, held_for=held_for
        )
        return _put(sent, subject, dossier_code, digitised_by, unit_code)

    def put_result(
        self,
        *,
        receipt: str,
        result: FinishedResult,
        dossier_code: str,
        held_for: str,
        signed_by: str,
        unit_code: str,
        key: str,
    ) -> str:
        subject = subject_of(receipt, late=True)
        sent = SentPaper(
            key=key,
            type_code=result.type_code,
            name=result.name,
            data=result.data,
            file_name=result.file_name,
            held_for=held_for,
            result=True,
            number=result.number,
            issuer=result.issuer,
            issued_on=result.issued_on,
            valid_until=result.valid_until,
        )
        return _put(sent, subject, dossier_code, signed_by, unit_code)

    def show_results(self, *, dossier_code: str, by: str, unit_code: str) -> None:
        keeping.hand_out(audience=settings.DESK_ID, dossier_code=dossier_code, by=by, unit_code=unit_code)

    def view_lent(
        self, *, paper_id: str, dossier_code: str, asked_by: str, lent_to: str, unit_code: str
    ) -> LentFile:
        try:
            stored = viewing.view_lent(
                audience=settings.DESK_ID,
                paper_id=UUID(paper_id),
                dossier_code=dossier_code,
                by=asked_by,
                lent_to=lent_to,
                unit_code=unit_code,
            )
        except (NotFound, ValueError) as no:
            raise NotLent from no
        return LentFile(data=files.read(stored), kind=stored.kind, pages=stored.page_count or 0)

    def move(
        self,
        *,
        receipt: str,
        from_subject: str,
        dossier_code: str,
        reason: str,
        asked_by: str,
        approved_by: str,
        unit_code: str,
    ) -> Mapping[str, str]:
        moved = correcting.move_dossier(
            audience=settings.DESK_ID,
            from_subject=from_subject,
            to_subject=subject_of(receipt, late=True),
            dossier_code=dossier_code,
            reason=reason,
            asked_by=asked_by,
            approved_by=approved_by,
            unit_code=unit_code,
        )
        return {str(old): str(new) for old, new in moved.items()}

    def note_opened(
        self,
        *,
        receipt: str,
        paper_id: str,
        dossier_code: str,
        asked_by: str,
        unit_code: str,
        key: str,
        viewed: bool = False,
    ) -> None:
        with suppress(NotFound):
            history.note_opened(
                audience=settings.DESK_ID,
                subject=subject_of(receipt, late=True),
                paper_id=UUID(paper_id),
                dossier_code=dossier_code,
                purpose=_PURPOSE,
                by=asked_by,
                unit_code=unit_code,
                key=key,
                action=history.VIEWED if viewed else history.DOWNLOADED,
            )


def _put(sent: SentPaper, subject: str, dossier_code: str, by: str, unit_code: str) -> str:
    paper_id = sent_papers.put(
        sent,
        audience=settings.DESK_ID,
        subject=subject,
        dossier_code=dossier_code,
        by=by,
        unit_code=unit_code,
        antivirus=import_string(settings.ANTIVIRUS)(),
    )
    return str(paper_id)
