"""Chủ tài khoản: whoever is signed in, by their own token; and the notices that a desk has for an owner."""

from typing import Literal
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from motcua.accounts import attesting, identity, organisations, telling
from motcua.api.guard import CallerRequest, PersonToken, Scope, SystemToken, unit_of
from motcua.api.once import once
from motcua.api.representatives import RepresentativeAnswer, representative_of
from motcua.api.values import Asked, Day, Done, IdempotencyKey, ProcedureCode, Subject, UnitCodeOrNone
from motcua.desk.ports import PURPOSE_FILING, SessionNotLive
from motcua.desk.states import State
from motcua.kernel.refusal import NotFound
from motcua.limits import spending
from motcua.limits.quotas import Quota

router = Router(tags=["Chủ tài khoản"])
_PERSON = PersonToken(Scope.OWNER_SESSION)
#: A code as numbering draws it, or the number of a provisional slip: nothing else enters a text message.
_PRINTED = "^(TN-)?[0-9]{3}[.][0-9]{2}[.][0-9]{2}[.][A-Z][0-9]{2}-[0-9]{6}-[0-9]{4,8}$"


class SessionQuestion(Asked):
    """Để làm gì: nộp hồ sơ trực tuyến, hoặc chọn giấy tờ của chính mình."""

    purpose: Literal["nop-ho-so-truc-tuyen", "chon-giay-to-cua-minh"]


class SignedInPerson(Schema):
    """Người (hoặc tổ chức) đang đăng nhập, như cổng chứng nhận; biên nhận mang mục đích đã hỏi."""

    receipt: str
    subject: str
    status: Literal["USABLE", "AWAITING_ACTIVATION", "LOCKED", "CLOSED", "REVIEW", "UNLINKED"]
    full_name: str
    name_masked: str
    number: str
    last3: str
    organisation: bool


@router.post(
    "/signed-in-owner",
    auth=_PERSON,
    response={200: SignedInPerson},
    operation_id="attestOwner",
    summary="Chứng nhận về người đang đăng nhập",
)
def signed_in_owner(request: CallerRequest, question: SessionQuestion) -> SignedInPerson:
    """Bằng thẻ truy cập của chính người đó. Phiên đã kết thúc: 401 access_token_not_trusted."""
    try:
        known = attesting.attest(
            session=_session(request),
            subject=request.auth.subject,
            audience=request.auth.audience,
            purpose=question.purpose,
            now=timezone.now(),
            journalled=question.purpose == PURPOSE_FILING,
            used_elsewhere=True,
        )
    except NotFound as ended:
        raise SessionNotLive from ended
    return SignedInPerson(
        receipt=known.receipt,
        subject=known.subject,
        status=known.standing.value,
        full_name=known.full_name,
        name_masked=known.name_masked,
        number=known.number,
        last3=known.last3,
        organisation=known.organisation,
    )


class OwnMandateQuestion(Asked):
    procedure_code: ProcedureCode


@router.post(
    "/signed-in-owner/representative",
    auth=_PERSON,
    response={200: RepresentativeAnswer},
    operation_id="attestRepresentative",
    summary="Ai đang làm việc thay tổ chức trong phiên này",
)
def signed_in_representative(request: CallerRequest, question: OwnMandateQuestion) -> RepresentativeAnswer:
    """Bằng thẻ truy cập của tổ chức đang đăng nhập; mỗi lần hỏi được ghi lại là một lần sử dụng."""
    caller = request.auth
    used = organisations.use_in_session(
        session=_session(request),
        organisation=identity.account_of_subject(caller.subject, caller.audience),
        procedure_code=question.procedure_code,
        asked_by=caller.subject,
        audience=caller.audience,
    )
    return representative_of(used)


class NoticeFacts(Asked):
    """Những gì mẫu tin cần; không có chữ tự do, vì tin đi kèm tên của cổng."""

    code: str = Field("", pattern=f"^$|{_PRINTED}", description="Mã hồ sơ.")
    number: str = Field("", pattern=f"^$|{_PRINTED}", description="Số của giấy tiếp nhận tạm.")
    state: Literal[
        "",
        "PROVISIONAL",
        "NEW",
        "RECEIVED",
        "NOT_ACCEPTED",
        "PROCESSING",
        "SUPPLEMENT",
        "PAYMENT",
        "WITHDRAWN",
        "STOPPED",
        "DONE",
        "RETURNED",
    ] = ""
    due: Day | None = Field(None, description="Hạn trả kết quả.")
    unit: UnitCodeOrNone = Field("", description="Đơn vị gây ra tin nhắn, để tính chi phí.")
    until: Day | None = Field(None, description="Hạn bổ sung giấy tờ.")


class NoticeWanted(Asked):
    """Báo tin cho chủ tài khoản theo một mẫu cố định, qua kênh mà họ đã chọn."""

    subject: Subject
    template: Literal[
        "dossier_moved",
        "supplement_requested",
        "due_date_moved",
        "filing_sent",
        "dossier_refused",
        "dossier_withdrawn",
        "dossier_stopped",
        "result_ready",
        "result_handed_out",
        "dossier_received",
        "dossier_provisional",
        "dossier_confirmed",
        "account_wanted",
        "provisional_closed",
        "dossier_moved_away",
        "dossier_moved_here",
    ]
    facts: NoticeFacts


@router.post(
    "/notices",
    auth=SystemToken(Scope.OWNER_NOTICE),
    response={200: Done},
    operation_id="tellOwner",
    summary="Báo tin về hồ sơ cho chủ tài khoản",
)
def tell(request: CallerRequest, wanted: NoticeWanted, key: IdempotencyKey) -> HttpResponse:
    """Tin được gửi một lần cho mỗi Idempotency-Key; gọi lại không gửi thêm."""
    facts = wanted.facts
    payer = unit_of(request, facts.unit) if facts.unit else ""
    spending.spend((Quota.NOTICES_TO_OWNER_BY_SYSTEM, f"{request.auth.audience}:{wanted.subject}"))

    def act() -> Done:
        telling.tell(
            subject=wanted.subject,
            audience=request.auth.audience,
            template=wanted.template,
            params={
                "code": facts.code,
                "number": facts.number,
                "state": facts.state,
                "state_words": str(State(facts.state).label) if facts.state else "",
                "due": facts.due.isoformat() if facts.due else "",
                "until": facts.until.isoformat() if facts.until else "",
                "unit": payer,
            },
            key=key,
        )
        return Done()

    return once(request, key, wanted, act)


def _session(request: CallerRequest) -> UUID:
    """Raises SessionNotLive for what is no session of ours."""
    try:
        return UUID(request.auth.session)
    except ValueError as nothing:
        raise SessionNotLive from nothing
