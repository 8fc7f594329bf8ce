"""Kiểm tra tài khoản, và những gì một bộ phận một cửa hỏi tiếp về chủ hồ sơ."""

import uuid
from typing import Annotated, Literal

from django.http import HttpResponse
from django.utils import timezone
from ninja import Router, Schema
from pydantic import BaseModel, Field

from motcua.accounts import check, decoys, identity, naming, organisations
from motcua.api.guard import CallerRequest, Scope, SystemToken, unit_of
from motcua.api.receipts import receipt_of
from motcua.api.representatives import RepresentativeAnswer, representative_of
from motcua.api.values import (
    Asked,
    CitizenNumber,
    OfficerId,
    OrganisationNumber,
    ProcedureCode,
    Receipt,
    Subject,
    UnitCode,
)

router = Router(tags=["Kiểm tra tài khoản"])
_TOKEN = SystemToken(Scope.ACCOUNT_CHECK)
_LOOK_UP = SystemToken(Scope.ACCOUNT_CHECK, looks_up=True)


class AccountQuestion(Asked):
    """Có tài khoản với số này không? Mỗi câu hỏi được đếm, ghi lại và người dân xem được."""

    number: Annotated[CitizenNumber | OrganisationNumber, Field(discriminator="kind")]
    old_number: CitizenNumber | None = Field(
        None, description="Số CMND cũ trên mã QR của thẻ; chỉ dùng khi số mới không tìm thấy."
    )
    purpose: Literal["tiep-nhan-ho-so", "sua-chu-ho-so", "bo-nhiem-can-bo", "thanh-tra-nhat-ky"]
    asked_by: OfficerId
    unit_code: UnitCode
    reference: uuid.UUID = Field(description="Mã của câu hỏi này ở hệ thống gọi.")


class AccountFound(BaseModel):
    """Có. Tên đã che, ba số cuối để so với thẻ; không có điện thoại, địa chỉ, ngày sinh."""

    answer: Literal["found"] = "found"
    receipt: str
    subject: str
    status: Literal["USABLE", "AWAITING_ACTIVATION", "LOCKED", "CLOSED", "REVIEW", "UNLINKED"]
    name_masked: str
    last3: str
    matched_by_old_number: bool
    phone_frozen: bool = Field(
        False,
        description="Số điện thoại của tài khoản đang tạm ngừng dùng: mã OTP và tin nhắn không tới được chủ hồ sơ.",
    )


class AccountNotFound(BaseModel):
    """Không. Mọi trả lời khác 200 nghĩa là chưa biết, không phải là “không có”."""

    answer: Literal["not_found"] = "not_found"


@router.post(
    "/account-checks",
    auth=_LOOK_UP,
    response={200: AccountFound | AccountNotFound},
    operation_id="checkAccount",
    summary="Kiểm tra tài khoản của chủ hồ sơ",
)
def check_account(request: CallerRequest, question: AccountQuestion) -> HttpResponse:
    """Trả lời có hoặc không, kèm biên nhận ký số dùng trong 15 phút. Hỏi lại là một câu hỏi mới, được đếm lại."""
    number = question.number.value
    known = check.check(
        number=number,
        old_number=question.old_number.value if question.old_number else None,
        purpose=question.purpose,
        asked_by=question.asked_by,
        unit_code=unit_of(request, question.unit_code),
        reference=str(question.reference),
        audience=request.auth.audience,
        now=timezone.now(),
        client=request.auth.client_id,
    )
    request.looked_up = True
    if known is None:
        request.missed = True
        request.alarm = decoys.is_planted(number)
        return _said(AccountNotFound())
    found = AccountFound(
        receipt=known.receipt,
        subject=known.subject,
        status=known.standing.value,
        name_masked=known.name_masked,
        last3=known.last3,
        matched_by_old_number=known.by_old_number,
        phone_frozen=known.phone_frozen,
    )
    return _said(found)


def _said(answer: AccountFound | AccountNotFound) -> HttpResponse:
    """Made and so judged already: asked more often than all else, it is not taken apart and judged once more."""
    return HttpResponse(answer.model_dump_json(), content_type="application/json; charset=utf-8")


class NameQuestion(Asked):
    """Họ tên đầy đủ của chủ hồ sơ, khi thủ tục đã được chọn."""

    receipt: Receipt
    procedure_code: ProcedureCode
    asked_by: OfficerId
    unit_code: UnitCode


class OwnerName(Schema):
    full_name: str


@router.post(
    "/owner-cards",
    auth=_TOKEN,
    response={200: OwnerName},
    operation_id="showOwnerName",
    summary="Họ tên chủ hồ sơ để in giấy tiếp nhận",
)
def owner_card(request: CallerRequest, question: NameQuestion) -> OwnerName:
    """Theo biên nhận còn dùng được; được ghi lại và người dân xem được."""
    said = receipt_of(request, question.receipt)
    return OwnerName(
        full_name=naming.show_name(
            subject=said.subject,
            audience=request.auth.audience,
            procedure_code=question.procedure_code,
            asked_by=question.asked_by,
            unit_code=unit_of(request, question.unit_code),
        )
    )


class UsableQuestion(Asked):
    """Các chủ hồ sơ mà hệ thống này đã biết."""

    subjects: list[Subject] = Field(min_length=1, max_length=100)


class SubjectUsable(Schema):
    """``known``: hệ thống gọi có biết người này; ``usable``: hồ sơ của người này tiếp nhận được lúc này."""

    subject: str
    known: bool
    usable: bool


class UsableAnswer(Schema):
    subjects: list[SubjectUsable]


@router.post(
    "/accounts/usable",
    auth=_TOKEN,
    response={200: UsableAnswer},
    operation_id="accountsUsable",
    summary="Những tài khoản đã biết còn dùng được không",
)
def still_usable(request: CallerRequest, question: UsableQuestion) -> UsableAnswer:
    """Cho việc kiểm tra lại định kỳ; trả lời theo thứ tự đã hỏi."""
    usable = identity.usable_among(question.subjects, request.auth.audience)
    return UsableAnswer(
        subjects=[
            SubjectUsable(subject=one, known=one in usable, usable=usable.get(one, False))
            for one in question.subjects
        ]
    )


class RepresentativeQuestion(Asked):
    """Người này có được làm việc thay tổ chức ở thủ tục này không?"""

    organisation: Subject
    number: CitizenNumber
    procedure_code: ProcedureCode
    asked_by: OfficerId
    unit_code: UnitCode


@router.post(
    "/representatives",
    auth=_TOKEN,
    response={200: RepresentativeAnswer},
    operation_id="findRepresentative",
    summary="Người đại diện của tổ chức",
)
def representative(request: CallerRequest, question: RepresentativeQuestion) -> RepresentativeAnswer:
    """Mỗi lần hỏi là một lần sử dụng văn bản đại diện, được ghi lại. Không có quyền: 409 mandate_not_standing."""
    used = organisations.use(
        organisation=identity.account_of_subject(question.organisation, request.auth.audience),
        representative=question.number.value,
        procedure_code=question.procedure_code,
        asked_by=question.asked_by,
        unit_code=unit_of(request, question.unit_code),
        audience=request.auth.audience,
    )
    return representative_of(used)
