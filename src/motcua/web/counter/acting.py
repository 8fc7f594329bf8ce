"""Xử lý hồ sơ: one page for each act upon a dossier, from accepting it to handing out its result."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from motcua.desk import (
    charging,
    component_files,
    digitising,
    dossiers,
    handling,
    notices,
    opinions,
    opinions_asked,
    result_files,
    results,
    returning,
    supplementing,
)
from motcua.desk.deadlines import calendar_of
from motcua.desk.next_actions import Deed
from motcua.desk.results import Particulars
from motcua.desk.returning import Taker
from motcua.desk.submission import How
from motcua.desk.supplementing import Handed
from motcua.kernel.authority import Power
from motcua.kernel.refusal import NotFound, Refusal
from motcua.units import tree
from motcua.web.access import OfficerRequest, officer
from motcua.web.counter import acting_forms as forms
from motcua.web.forms_base import Form
from motcua.web.outside import antivirus, result_signer

WORKERS = (Power.RECEIVE_DOSSIER, Power.PROCESS, Power.SIGN, Power.HAND_OUT)

Given = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Act:
    """What the page says, which boxes it has, and what is done with them."""

    title: str
    submit: str
    do: Callable[[OfficerRequest, Any, Given], object]
    form: Callable[[Any], type[Form]] = lambda dossier: forms.Nothing
    lead: str = ""
    tone: str = ""


@officer(*WORKERS)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def act(request: OfficerRequest, public_id: UUID, deed: str) -> HttpResponse:
    """The room decides whether it may be done; this page asks for what it needs."""
    chosen = _ACTS.get(deed)
    if chosen is None:
        raise NotFound
    dossier = dossiers.dossier_for_officer(request.authority, public_id)
    return _page(request, chosen, dossier, chosen.form(dossier))


@officer(Power.RECEIVE_DOSSIER, Power.HAND_OUT)
@require_http_methods(["GET", "POST"])
def take_charge(request: OfficerRequest, public_id: UUID, charge_id: UUID) -> HttpResponse:
    """Money taken at the desk."""
    dossier = dossiers.dossier_for_officer(request.authority, public_id)
    taking = Act(
        title="Thu phí, lệ phí",
        submit="Đã thu tiền",
        do=lambda r, d, given: charging.take(
            authority=r.authority, charge_id=charge_id, how=given["how"], now=timezone.now()
        ),
        lead="Số biên lai được cấp khi ghi nhận. Khoản đã thu không sửa được.",
    )
    return _page(request, taking, dossier, forms.ChargeTaken)


@officer(Power.RECEIVE_DOSSIER, Power.PROCESS)
@require_http_methods(["GET", "POST"])
def cancel_charge(request: OfficerRequest, public_id: UUID, charge_id: UUID) -> HttpResponse:
    """A sum that was mistyped, before anybody paid it."""
    cancelling = Act(
        title="Hủy khoản thu",
        submit="Hủy khoản thu",
        do=_of_charge(charging.cancel, charge_id),
        lead="Chỉ hủy khoản chưa nộp. Khoản đã hủy vẫn còn trong lịch sử; khoản đúng được yêu cầu lại sau đó.",
        tone="danger",
    )
    dossier = dossiers.dossier_for_officer(request.authority, public_id)
    return _page(request, cancelling, dossier, forms.ChargeUndone)


@officer(Power.RECEIVE_DOSSIER, Power.HAND_OUT)
@require_http_methods(["GET", "POST"])
def refund_charge(request: OfficerRequest, public_id: UUID, charge_id: UUID) -> HttpResponse:
    """A sum that was paid and goes back whole."""
    refunding = Act(
        title="Hoàn trả phí, lệ phí",
        submit="Đã hoàn trả",
        do=_of_charge(charging.refund, charge_id),
        lead="Ghi nhận sau khi đã trả đủ tiền cho người nộp. Người thu khoản này không tự ghi phiếu hoàn trả.",
        tone="danger",
    )
    dossier = dossiers.dossier_for_officer(request.authority, public_id)
    return _page(request, refunding, dossier, forms.ChargeUndone)


@officer(Power.PROCESS, Power.SIGN)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def answer_opinion(request: OfficerRequest, opinion_id: UUID) -> HttpResponse:
    """The unit that was asked answers, or the specialist writes down a letter."""
    opinion = opinions.opinion_for_officer(request.authority, opinion_id)
    opinions.require_may_answer(authority=request.authority, opinion_id=opinion_id)
    of_this_unit = request.authority.works_for(opinion.asked_unit_id)
    if of_this_unit:
        opinions_asked.open_page(request.authority, opinion)
    answering = Act(
        title="Trả lời ý kiến" if of_this_unit else f"Ghi ý kiến của {opinion.asked_of}",
        submit="Gửi ý kiến trả lời" if of_this_unit else "Ghi nhận ý kiến",
        do=lambda r, d, given: _answers(r, opinion_id, given),
        lead=_question(opinion),
    )
    back = reverse("counter:opinions") if of_this_unit else ""
    return _page(request, answering, opinion.dossier, forms.OpinionAnswered, back=back)


def _question(opinion: Any) -> str:
    until = timezone.localtime(opinion.due_at)
    late = " (đã quá hạn)" if opinion.overdue else ""
    return f"{opinion.content}\nTrả lời trước hết ngày {until:%d/%m/%Y}{late}."


def _opinion_form(dossier: Any) -> type[Form]:
    here = dossier.at_unit_id or dossier.unit_id
    units = tree.open_units(on=timezone.localdate())
    return forms.opinion_asked([(unit.code, unit.name) for unit in units if unit.pk != here])


def _page(
    request: OfficerRequest,
    chosen: Act,
    dossier: Any,
    form_class: type[Form],
    back: str = "",
) -> HttpResponse:
    asked = request.method == "POST"
    form = form_class(request.POST if asked else None, request.FILES if asked else None)
    status = 200
    if asked:
        status = 422
        if form.is_valid():
            try:
                chosen.do(request, dossier, form.cleaned_data)
            except Refusal as no:
                form.refuse(no)
                status = no.status
            else:
                return redirect(back or reverse("counter:dossier", args=[dossier.public_id]))
    facts = {
        "nav_here": "dossiers",
        "act": chosen,
        "dossier": dossier,
        "form": form,
        "has_files": form.is_multipart(),
        "back": back or reverse("counter:dossier", args=[dossier.public_id]),
    }
    return render(request, "counter/viec.html", facts, status=status)


def _closing(day: Any, dossier: Any) -> datetime:
    return calendar_of(dossier.unit_id).closing_of(day)


def _end_of(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(23, 59)))


def _checked(request: OfficerRequest, file: "UploadedFile[Any] | None", counted_for: UUID) -> Any:
    """After the room has said that it may be handed in at all: opening a stranger's file costs a process."""
    if file is None:
        return None
    return result_files.check(
        authority=request.authority,
        counted_for=str(counted_for),
        data=file.read(),
        name=file.name or "",
        antivirus=antivirus(),
    )


def _hands_over(request: OfficerRequest, dossier: Any, given: Given) -> None:
    handling.hand_over(
        authority=request.authority,
        dossier_id=dossier.public_id,
        words=given["words"],
        to_unit=given.get("unit", ""),
        now=timezone.now(),
    )


def _asks_supplement(request: OfficerRequest, dossier: Any, given: Given) -> None:
    names = _names(dossier)
    notices.ask_supplement(
        authority=request.authority,
        dossier_id=dossier.public_id,
        items=forms.items_of(names, given),
        reason=given["reason"],
        answer_by=given["answer_by"],
        now=timezone.now(),
    )


def _receives_supplement(request: OfficerRequest, dossier: Any, given: Given) -> None:
    papers = []
    for n, line in enumerate(supplementing.asked_for(dossier)):
        how, file = How(given[f"how_{n}"]), given[f"file_{n}"]
        if file is not None:
            how = How.UPLOADED
        elif how == How.UPLOADED:
            raise supplementing.SupplementIncomplete(names=line["name"])
        kept = None
        if file is not None:
            kept = component_files.keep(
                authority=request.authority,
                form_key=given["key"],
                counted_for=str(dossier.public_id),
                data=file.read(),
                name=file.name or "",
                antivirus=antivirus(),
                now=timezone.now(),
            )
        papers.append(
            Handed(line["name"], how, originals=int(how == How.PAPER), file=kept.stored if kept else None)
        )
    supplementing.receive_supplement(
        authority=request.authority, dossier_id=dossier.public_id, papers=papers, now=timezone.now()
    )


def _digitises(request: OfficerRequest, dossier: Any, given: Given) -> None:
    scans = {}
    for line in digitising.waiting(dossier):
        if file := given.get(f"file_{line.order}"):
            kept = component_files.keep(
                authority=request.authority,
                form_key=given["key"],
                counted_for=str(dossier.public_id),
                data=file.read(),
                name=file.name or "",
                antivirus=antivirus(),
                now=timezone.now(),
            )
            scans[line.order] = kept.stored
    digitising.digitise(
        authority=request.authority, dossier_id=dossier.public_id, scans=scans, now=timezone.now()
    )


def _attaches(request: OfficerRequest, dossier: Any, given: Given) -> None:
    results.require_may_attach(authority=request.authority, dossier_id=dossier.public_id)
    file = _checked(request, given["file"], dossier.public_id)
    results.attach(authority=request.authority, dossier_id=dossier.public_id, file=file, now=timezone.now())


def _signs(request: OfficerRequest, dossier: Any, given: Given) -> None:
    name = results.signer_name(request.authority)
    results.sign(
        authority=request.authority,
        dossier_id=dossier.public_id,
        result_id=given["result"],
        particulars=Particulars(given["number"], given["issued_on"], given["valid_until"]),
        signer=lambda data: result_signer().sign(
            data,
            subject=request.authority.subject,
            signer_name=name,
            reason=f"Kết quả hồ sơ {dossier.code}",
            at=timezone.now(),
        ),
        now=timezone.now(),
    )


def _hands_out(request: OfficerRequest, dossier: Any, given: Given) -> None:
    taker = given["taker"]
    returning.hand_out(
        authority=request.authority,
        dossier_id=dossier.public_id,
        taker=Taker(taker.value if taker else "", given["relation"], given["proof"]),
        how=given["how"],
        tracking_number=given["tracking_number"],
        now=timezone.now(),
    )


def _asks_opinion(request: OfficerRequest, dossier: Any, given: Given) -> None:
    opinions.ask(
        authority=request.authority,
        dossier_id=dossier.public_id,
        asked_of=given["asked_of"],
        asked_unit=tree.unit(given["asked_unit"]) if given["asked_unit"] else None,
        content=given["content"],
        due_at=_end_of(given["due_on"]),
        now=timezone.now(),
    )


def _asks_charge(request: OfficerRequest, dossier: Any, given: Given) -> None:
    charging.ask(
        authority=request.authority,
        dossier_id=dossier.public_id,
        kind=given["kind"],
        amount_vnd=given["amount_vnd"],
        wait=given["wait"],
        now=timezone.now(),
    )


def _answers(request: OfficerRequest, opinion_id: UUID, given: Given) -> None:
    opinions.require_may_answer(authority=request.authority, opinion_id=opinion_id)
    opinions.answer(
        authority=request.authority,
        opinion_id=opinion_id,
        words=given["words"],
        file=_checked(request, given["file"], opinion_id),
        now=timezone.now(),
    )


def _apologises(request: OfficerRequest, dossier: Any, given: Given) -> None:
    notices.apologise(
        authority=request.authority,
        dossier_id=dossier.public_id,
        reason=given["reason"],
        new_due_at=_closing(given["new_day"], dossier),
        now=timezone.now(),
    )


def _by_reason(use: Callable[..., object]) -> Callable[[OfficerRequest, Any, Given], object]:
    return lambda request, dossier, given: use(
        authority=request.authority,
        dossier_id=dossier.public_id,
        reason=given["reason"],
        now=timezone.now(),
    )


def _of_charge(use: Callable[..., object], charge_id: UUID) -> Callable[[OfficerRequest, Any, Given], object]:
    return lambda request, dossier, given: use(
        authority=request.authority, charge_id=charge_id, reason=given["reason"], now=timezone.now()
    )


def _names(dossier: Any) -> list[str]:
    return [line.name for line in dossier.components.all() if not line.supplement]


_ONCE = "Mỗi hồ sơ chỉ ban hành phiếu này một lần."
_ACTS: Mapping[str, Act] = {
    Deed.ACCEPT: Act(
        title="Nhận xử lý",
        submit="Nhận xử lý",
        do=lambda r, d, given: handling.accept(
            authority=r.authority, dossier_id=d.public_id, now=timezone.now()
        ),
        lead="Từ lúc này hồ sơ do ông/bà giữ, đến khi chuyển bước tiếp theo.",
    ),
    Deed.DIGITISE: Act(
        title="Số hóa giấy tờ đã nhận",
        submit="Lưu bản quét",
        do=_digitises,
        form=lambda d: forms.scans_of(digitising.waiting(d)),
        lead="Quét từng giấy tờ đã nhận bản giấy thành một tệp. Bản quét vào Kho dữ liệu của chủ hồ sơ.",
    ),
    Deed.HAND_OVER: Act(
        title="Chuyển bước tiếp theo",
        submit="Chuyển",
        do=_hands_over,
        form=lambda d: forms.forwarded(
            [(unit.code, unit.name) for unit in handling.next_units(d, on=timezone.localdate())]
        ),
    ),
    Deed.SEND_BACK: Act(
        title="Trả lại bước trước",
        submit="Trả lại",
        do=_by_reason(handling.send_back),
        form=lambda d: forms.Reasoned,
    ),
    Deed.REASSIGN: Act(
        title="Giao lại cho người khác",
        submit="Giao lại",
        do=_by_reason(handling.reassign),
        form=lambda d: forms.Reasoned,
        lead="Khi người đang giữ hồ sơ vắng mặt hoặc đã thôi việc. Hồ sơ trở về danh sách chờ nhận xử lý của đơn vị.",
    ),
    Deed.ASK_SUPPLEMENT: Act(
        title="Yêu cầu bổ sung, hoàn thiện hồ sơ (mẫu 02)",
        submit="Ban hành phiếu",
        do=_asks_supplement,
        form=lambda d: forms.supplement_asked(_names(d)),
        lead=f"Ghi vào từng giấy tờ nội dung cần bổ sung; bỏ trống giấy tờ đã đủ. {_ONCE}",
    ),
    Deed.RECEIVE_SUPPLEMENT: Act(
        title="Nhận giấy tờ bổ sung",
        submit="Đã nhận đủ",
        do=_receives_supplement,
        form=lambda d: forms.supplement_handed(supplementing.asked_for(d)),
        lead="Nhận đủ mọi giấy tờ ghi trên phiếu yêu cầu bổ sung; hạn trả được tính lại ngay.",
    ),
    Deed.ASK_OPINION: Act(
        title="Xin ý kiến cơ quan khác",
        submit="Gửi xin ý kiến",
        do=_asks_opinion,
        form=_opinion_form,
    ),
    Deed.ASK_CHARGE: Act(
        title="Yêu cầu nộp phí, lệ phí",
        submit="Yêu cầu nộp",
        do=_asks_charge,
        form=lambda d: forms.charge_asked(charging.kinds_of(d.procedure), d.procedure.fee_vnd),
    ),
    Deed.ATTACH: Act(
        title="Đính kèm dự thảo kết quả",
        submit="Đính kèm",
        do=_attaches,
        form=lambda d: forms.ResultFile,
    ),
    Deed.WITHDRAW_RESULT: Act(
        title="Thu hồi kết quả để sửa",
        submit="Thu hồi",
        do=_by_reason(results.withdraw_draft),
        form=lambda d: forms.Reasoned,
        lead="Bản cũ vẫn được lưu trong lịch sử. Sau khi thu hồi có thể đính kèm dự thảo khác.",
    ),
    Deed.SIGN: Act(
        title="Ký kết quả",
        submit="Ký số",
        do=_signs,
        form=lambda d: forms.signature(results.standing_id(d)),
        lead="Đề nghị ông/bà đọc dự thảo trước khi ký. Kết quả đã ký không sửa được.",
    ),
    Deed.APOLOGISE: Act(
        title="Xin lỗi và hẹn lại ngày trả (mẫu 04)",
        submit="Ban hành phiếu",
        do=_apologises,
        form=lambda d: forms.NewDate,
        lead=f"Phải ban hành trước hạn trả ít nhất 01 ngày. {_ONCE}",
    ),
    Deed.HAND_OUT: Act(
        title="Trả kết quả",
        submit="Đã trả kết quả",
        do=_hands_out,
        form=lambda d: forms.HandedOut,
        lead="Kiểm tra giấy tiếp nhận và giấy tờ của người nhận trước khi trả.",
    ),
    Deed.REFUSE: Act(
        title="Từ chối giải quyết (mẫu 03)",
        submit="Từ chối hồ sơ",
        do=_by_reason(notices.refuse),
        form=lambda d: forms.Reasoned,
        lead="Hồ sơ kết thúc tại đây và không mở lại được.",
        tone="danger",
    ),
    Deed.STOP: Act(
        title="Dừng giải quyết",
        submit="Dừng giải quyết",
        do=_by_reason(notices.stop),
        form=lambda d: forms.Reasoned,
        lead="Hồ sơ kết thúc tại đây và không mở lại được.",
        tone="danger",
    ),
    Deed.WITHDRAW: Act(
        title="Rút hồ sơ theo yêu cầu của chủ hồ sơ",
        submit="Ghi nhận rút hồ sơ",
        do=_by_reason(notices.withdraw),
        form=lambda d: forms.Reasoned,
        lead="Chỉ khi chủ hồ sơ yêu cầu. Trả lại giấy tờ bản chính cho người dân.",
        tone="danger",
    ),
}

#: For the buttons of the dossier's page.
TITLES: Mapping[Deed, tuple[str, str]] = {Deed(key): (each.title, each.tone) for key, each in _ACTS.items()}
