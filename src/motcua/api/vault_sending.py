"""Kho dữ liệu: what a desk lays into the owner's vault, and what it says about it afterwards."""

import uuid
from contextlib import suppress
from datetime import date
from typing import Annotated, Any, cast
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.utils.module_loading import import_string
from ninja import File, Form, Router, Schema, UploadedFile
from pydantic import Field

from motcua.api.guard import CallerRequest, Scope, SystemToken, unit_of
from motcua.api.once import once
from motcua.api.problems import RequestTooLarge
from motcua.api.receipts import receipt_of
from motcua.api.values import (
    Asked,
    Done,
    DossierCode,
    IdempotencyKey,
    OfficerId,
    Receipt,
    Subject,
    TypeCode,
    UnitCode,
    Words,
)
from motcua.desk.ports import PURPOSE_RECEPTION
from motcua.files.ports import Antivirus
from motcua.kernel.refusal import NotFound
from motcua.vault import correcting, history, keeping, sent_papers
from motcua.vault.sent_papers import SentPaper

router = Router(tags=["Kho dữ liệu: gửi giấy tờ"])
_TOKEN = SystemToken(Scope.VAULT_PUT)


class NewPaper(Asked):
    """``held_for``: họ tên người mà giấy tờ nói về, khi không phải là chủ kho (con chưa thành niên, người đã mất)."""

    receipt: Receipt
    type_code: TypeCode
    name: Annotated[Words, Field(min_length=1, max_length=keeping.LONGEST_TITLE)]
    dossier_code: DossierCode
    held_for: Words = ""
    by: OfficerId
    unit_code: UnitCode


class NewResult(NewPaper):
    """Kết quả đã ký số; chủ kho thấy từ khi hồ sơ được trả (showResults)."""

    number: Words = ""
    issuer: Words = ""
    issued_on: date | None = None
    valid_until: date | None = None


class KeptPaper(Schema):
    paper_id: UUID


@router.post(
    "/vault/papers",
    auth=_TOKEN,
    response={200: KeptPaper},
    operation_id="putPaper",
    summary="Đưa một giấy tờ đã số hóa vào kho của chủ hồ sơ",
)
def put(
    request: CallerRequest, paper: Form[NewPaper], file: File[UploadedFile], key: IdempotencyKey
) -> HttpResponse:
    """Tệp pdf, docx hoặc doc không quá 5 MB, được kiểm tra như mọi tệp gửi lên. Biên nhận đã quá 15 phút vẫn nhận."""
    return _put(request, paper, file, key)


@router.post(
    "/vault/results",
    auth=_TOKEN,
    response={200: KeptPaper},
    operation_id="putResult",
    summary="Đưa kết quả đã ký số vào kho của chủ hồ sơ",
)
def put_result(
    request: CallerRequest, paper: Form[NewResult], file: File[UploadedFile], key: IdempotencyKey
) -> HttpResponse:
    """Chủ kho chưa thấy cho đến khi kết quả được trả."""
    return _put(request, paper, file, key)


def _put(request: CallerRequest, paper: NewPaper, file: UploadedFile, key: str) -> HttpResponse:
    if getattr(file, "too_big", False):
        raise RequestTooLarge
    said = receipt_of(request, paper.receipt, late=True)
    unit_code = unit_of(request, paper.unit_code)
    data = file.read()
    more: dict[str, Any] = {}
    if isinstance(paper, NewResult):
        more = {
            "result": True,
            "number": paper.number,
            "issuer": paper.issuer,
            "issued_on": paper.issued_on,
            "valid_until": paper.valid_until,
        }
    sent = SentPaper(
        key=key,
        type_code=paper.type_code,
        name=paper.name,
        data=data,
        file_name=file.name or "",
        held_for=paper.held_for,
        **more,
    )

    def act() -> KeptPaper:
        return KeptPaper(
            paper_id=sent_papers.put(
                sent,
                audience=request.auth.audience,
                subject=said.subject,
                dossier_code=paper.dossier_code,
                by=paper.by,
                unit_code=unit_code,
                antivirus=cast(Antivirus, import_string(settings.ANTIVIRUS)()),
            )
        )

    return once(request, key, paper, act, files=(file.name or "").encode() + b"\x00" + data)


class HandOut(Asked):
    dossier_code: DossierCode
    by: OfficerId
    unit_code: UnitCode


@router.post(
    "/vault/results/show",
    auth=_TOKEN,
    response={200: Done},
    operation_id="showResults",
    summary="Kết quả của hồ sơ đã được trả: chủ kho thấy từ bây giờ",
)
def show_results(request: CallerRequest, wanted: HandOut, key: IdempotencyKey) -> HttpResponse:
    """Nói hai lần không có hại."""
    unit_code = unit_of(request, wanted.unit_code)

    def act() -> Done:
        keeping.hand_out(
            audience=request.auth.audience,
            dossier_code=wanted.dossier_code,
            by=wanted.by,
            unit_code=unit_code,
        )
        return Done()

    return once(request, key, wanted, act)


class MoveWanted(Asked):
    """Hồ sơ đã ghi nhầm chủ: biên nhận là của chủ đúng; hai cán bộ đã đề nghị và duyệt ở hệ thống gọi."""

    receipt: Receipt
    from_subject: Subject
    dossier_code: DossierCode
    reason: Annotated[Words, Field(min_length=5)]
    asked_by: OfficerId
    approved_by: OfficerId
    unit_code: UnitCode


class MovedPapers(Schema):
    """Mã cũ → mã mới của từng giấy tờ đã chuyển."""

    moved: dict[str, str]


@router.post(
    "/vault/moves",
    auth=_TOKEN,
    response={200: MovedPapers},
    operation_id="movePapers",
    summary="Chuyển giấy tờ của một hồ sơ sang kho của đúng chủ",
)
def move(request: CallerRequest, wanted: MoveWanted, key: IdempotencyKey) -> HttpResponse:
    """Những gì đã chuyển thì ở nguyên; gọi lại với mã khác chỉ chuyển phần còn lại."""
    said = receipt_of(request, wanted.receipt, late=True)
    unit_code = unit_of(request, wanted.unit_code)

    def act() -> MovedPapers:
        moved = correcting.move_dossier(
            audience=request.auth.audience,
            from_subject=wanted.from_subject,
            to_subject=said.subject,
            dossier_code=wanted.dossier_code,
            reason=wanted.reason,
            asked_by=wanted.asked_by,
            approved_by=wanted.approved_by,
            unit_code=unit_code,
        )
        return MovedPapers(moved={str(old): str(new) for old, new in moved.items()})

    return once(request, key, wanted, act)


class LookNoted(Asked):
    """``viewed``: xem từng trang, không tải về."""

    receipt: Receipt
    paper_id: UUID
    dossier_code: DossierCode
    by: OfficerId
    unit_code: UnitCode
    viewed: bool = False


@router.post(
    "/vault/looks",
    auth=_TOKEN,
    response={200: Done},
    operation_id="noteOpened",
    summary="Cán bộ đã mở bản của hệ thống gọi: chủ kho thấy lượt xem này",
)
def note_opened(request: CallerRequest, wanted: LookNoted, key: IdempotencyKey) -> HttpResponse:
    """Một lượt cho mỗi Idempotency-Key. Giấy tờ không còn ở kho của chủ này thì bỏ qua."""
    said = receipt_of(request, wanted.receipt, late=True)
    unit_code = unit_of(request, wanted.unit_code)
    audience = request.auth.audience

    def act() -> Done:
        with suppress(NotFound):
            history.note_opened(
                audience=audience,
                subject=said.subject,
                paper_id=wanted.paper_id,
                dossier_code=wanted.dossier_code,
                purpose=PURPOSE_RECEPTION,
                by=wanted.by,
                unit_code=unit_code,
                # One desk's keys are not another's.
                key=str(uuid.uuid5(uuid.NAMESPACE_OID, "\x1f".join((audience, key)))),
                action=history.VIEWED if wanted.viewed else history.DOWNLOADED,
            )
        return Done()

    return once(request, key, wanted, act)
