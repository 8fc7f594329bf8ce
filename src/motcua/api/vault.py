"""Kho dữ liệu: what an owner's vault could serve, lending by consent, and looking at what was lent."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from motcua.api.guard import CallerRequest, Scope, SystemToken, unit_of
from motcua.api.once import once
from motcua.api.receipts import receipt_of
from motcua.api.values import (
    Asked,
    DossierCode,
    IdempotencyKey,
    OfficerId,
    ProcedureCode,
    Receipt,
    TypeCode,
    UnitCode,
    UnitCodeOrNone,
)
from motcua.desk.ports import PURPOSE_FILING, PURPOSE_OWN_VAULT, PURPOSE_RECEPTION
from motcua.files import keeping as files
from motcua.kernel.refusal import NotFound, Refusal
from motcua.vault import lending, offering, viewing
from motcua.vault.mandated import Under
from motcua.vault.offering import OfferState

Mandate = Annotated[
    UUID | None, Field(description="Mã quyền đại diện mà Cổng đã trả lời khi được hỏi về người đại diện.")
]
router = Router(tags=["Kho dữ liệu: mượn giấy tờ"])
_TOKEN = SystemToken(Scope.VAULT_LEND)
#: Purposes of receipts that the owner's own session gave.
_OWN_SESSION = frozenset({PURPOSE_FILING, PURPOSE_OWN_VAULT})
_MEDIA = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "doc": "application/msword",
}


class PaperNotLent(Refusal):
    """Not this owner's, never lent to this dossier, withdrawn, or no longer there: one answer."""

    code = "paper_not_lent"
    status = 404
    message = "Giấy tờ này không mượn được cho hồ sơ này. Đề nghị hỏi lại kho dữ liệu hoặc nhận bản giấy."


class NotTheOwnersSession(Refusal):
    """Only an owner who is signed in looks without a trace; whoever else says to be the owner is not believed."""

    code = "not_the_owners_session"
    status = 403
    message = (
        "Chỉ chính chủ kho, trong phiên đăng nhập của mình, mới hỏi được với danh nghĩa chủ kho. "
        "Đề nghị ghi mã cán bộ và đơn vị hỏi."
    )


class OfferQuestion(Asked):
    """``asked_by`` là cán bộ; hoặc chính chủ kho, khi biên nhận có từ phiên đăng nhập của họ.

    ``mandate``: quyền đại diện của người đang làm việc thay tổ chức, khi đã biết.
    """

    receipt: Receipt
    type_codes: list[TypeCode] = Field(min_length=1, max_length=50)
    procedure_code: ProcedureCode
    asked_by: OfficerId
    unit_code: UnitCodeOrNone
    mandate: Mandate = None


class OfferedPaper(Schema):
    """``held_for_masked``: người mà giấy tờ nói về, khi không phải là chủ kho."""

    paper_id: UUID
    type_code: str
    name: str
    validity: Literal["VALID", "EXPIRED"]
    issued_on: date | None
    valid_until: date | None
    held_for_masked: str


class OfferAnswer(Schema):
    papers: list[OfferedPaper]


@router.post(
    "/vault/offers",
    auth=_TOKEN,
    response={200: OfferAnswer},
    operation_id="offerPapers",
    summary="Giấy tờ nào trong kho dùng được cho các thành phần này",
)
def offer(request: CallerRequest, question: OfferQuestion) -> OfferAnswer:
    """Được ghi lại và chủ kho xem được; hỏi lại là một lần xem mới."""
    said = receipt_of(request, question.receipt)
    if question.asked_by == said.subject:
        if question.unit_code or said.purpose not in _OWN_SESSION:
            raise NotTheOwnersSession
    else:
        unit_of(request, question.unit_code)
    found = offering.offer(
        audience=request.auth.audience,
        subject=said.subject,
        wanted=question.type_codes,
        purpose=PURPOSE_RECEPTION,
        asked_by=question.asked_by,
        unit_code=question.unit_code,
        on=timezone.localdate(),
        under=Under(question.mandate, question.procedure_code) if question.mandate else None,
    )
    return OfferAnswer(
        papers=[
            OfferedPaper(
                paper_id=one.paper_id,
                type_code=one.type_code,
                name=one.title,
                validity="VALID" if one.state == OfferState.AVAILABLE else "EXPIRED",
                issued_on=one.issued_on,
                valid_until=one.valid_until,
                held_for_masked=one.held_for_masked,
            )
            for one in found
            if one.paper_id is not None
        ]
    )


class LoanWanted(Asked):
    """Của tổ chức: ``mandate`` và thủ tục mà quyền đại diện ấy đã được hỏi; thiếu hoặc không đúng: 409."""

    receipt: Receipt
    paper_id: UUID
    dossier_code: DossierCode
    asked_by: OfficerId
    unit_code: UnitCode
    procedure_code: ProcedureCode | None = None
    mandate: Mandate = None


class LentPaper(Schema):
    """``sha256`` của tệp, để hồ sơ ghi lại đã dùng bản nào."""

    paper_id: UUID
    type_code: str
    name: str
    sha256: str


@router.post(
    "/vault/loans",
    auth=_TOKEN,
    response={200: LentPaper},
    operation_id="lendPaper",
    summary="Mượn một giấy tờ cho một hồ sơ",
)
def lend(request: CallerRequest, wanted: LoanWanted, key: IdempotencyKey) -> HttpResponse:
    """Ghi lại sự đồng ý của chủ kho và lần dùng này. Không mượn được: 404 paper_not_lent; kho của tổ
    chức mà không theo quyền đại diện đã dùng cho thủ tục này: 409 vault_mandate_wanted.
    """
    said = receipt_of(request, wanted.receipt, late=True)
    unit_code = unit_of(request, wanted.unit_code)

    def act() -> LentPaper:
        try:
            lent = lending.lend_for_dossier(
                audience=request.auth.audience,
                subject=said.subject,
                paper_id=wanted.paper_id,
                dossier_code=wanted.dossier_code,
                purpose=PURPOSE_RECEPTION,
                by=wanted.asked_by,
                unit_code=unit_code,
                # The receipt of the owner's own session: they filed it themselves and agreed on the form.
                online=said.purpose == PURPOSE_FILING,
                under=Under(wanted.mandate, wanted.procedure_code or "") if wanted.mandate else None,
                said_at=said.issued_at,
            )
        except (NotFound, lending.ConsentNeeded) as no:
            raise PaperNotLent from no
        return LentPaper(
            paper_id=lent.paper_id, type_code=lent.type_code, name=lent.title, sha256=lent.sha256
        )

    return once(request, key, wanted, act)


class LookWanted(Asked):
    """``lent_to``: đơn vị mà chủ kho đã đồng ý; ``unit_code``: nơi cán bộ đang ngồi."""

    paper_id: UUID
    dossier_code: DossierCode
    asked_by: OfficerId
    lent_to: UnitCode
    unit_code: UnitCode


_FILE = {
    "responses": {
        200: {
            "description": "Tệp của giấy tờ.",
            "headers": {
                "Paper-Pages": {
                    "description": "Số trang; 0 nếu không đếm được.",
                    "schema": {"type": "integer"},
                }
            },
            "content": {
                media: {"schema": {"type": "string", "format": "binary"}} for media in _MEDIA.values()
            },
        }
    }
}


@router.post(
    "/vault/lent-papers/view",
    auth=_TOKEN,
    operation_id="viewLentPaper",
    summary="Xem tệp của giấy tờ đã mượn",
    openapi_extra=_FILE,
)
def view_lent(request: CallerRequest, wanted: LookWanted) -> HttpResponse:
    """Mỗi lần xem được đếm theo hạn mức của cán bộ (L18), ghi lại và chủ kho xem được. Không giữ bản sao."""
    unit_of(request, wanted.lent_to)
    try:
        stored = viewing.view_lent(
            audience=request.auth.audience,
            paper_id=wanted.paper_id,
            dossier_code=wanted.dossier_code,
            by=wanted.asked_by,
            lent_to=wanted.lent_to,
            unit_code=unit_of(request, wanted.unit_code),
        )
    except NotFound as no:
        raise PaperNotLent from no
    response = HttpResponse(files.read(stored), content_type=_MEDIA[stored.kind])
    response.headers["Content-Disposition"] = "attachment"
    response.headers["Paper-Pages"] = str(stored.page_count or 0)
    return response
