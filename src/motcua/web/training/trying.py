"""Làm bài: the task beside its citizen and their phone; hints, handing in, the result."""

from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from motcua.kernel.refusal import Refusal
from motcua.training import facts as happened
from motcua.training import invented, reading, staging, tasks, working
from motcua.training.ports import PhonesSilent, Text
from motcua.web import drawn_codes, outside
from motcua.web.access import OfficerRequest, officer
from motcua.web.responses import pdf_response
from motcua.web.training import papers
from motcua.web.training.guard import in_training, phones

if TYPE_CHECKING:
    from motcua.training.models import Attempt

_SHOWN_TEXTS: Final = 20


@officer()
@in_training
@require_POST
def begin(request: OfficerRequest, code: str) -> HttpResponse:
    """The people of the task come to the desk."""
    made = working.begin(viewer=request.authority, code=code, phones=phones(), antivirus=outside.antivirus())
    return redirect("training:attempt", public_id=made.public_id)


@officer()
@in_training
@require_GET
def attempt(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """Instructions and people while it goes on; the result once it is handed in."""
    return _show(request, working.own_attempt(request.authority, public_id))


@officer()
@in_training
@require_POST
def hint(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """One more, for a point."""
    working.take_hint(viewer=request.authority, public_id=public_id)
    return redirect("training:attempt", public_id=public_id)


@officer()
@in_training
@require_POST
def hand_in(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """Judged now."""
    row = working.own_attempt(request.authority, public_id)
    given = {
        question.code: request.POST.get(f"tra-loi-{question.code}", "")[:40]
        for question in tasks.task(row.task).questions
    }
    try:
        working.hand_in(viewer=request.authority, public_id=public_id, answers=given)
    except working.AnswersWanted as no:
        return _show(request, row, given=given, refusal=no)
    return redirect("training:attempt", public_id=public_id)


@officer()
@in_training
@require_GET
def inbox(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """Asked every few seconds by the page."""
    row = working.own_attempt(request.authority, public_id)
    return render(request, "training/hop_thu.html", _inbox(row))


@officer()
@in_training
@require_POST
def ask_1414(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """The citizen sends TTTB to 1414; the answer is in the inbox."""
    row = working.own_attempt(request.authority, public_id)
    phones().ask_1414(happened.owner_phone(row.pk, tasks.task(row.task)))
    return redirect("training:attempt", public_id=public_id)


@officer()
@in_training
@require_GET
def card(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """The scan of both sides."""
    row = working.own_attempt(request.authority, public_id)
    return pdf_response(staging.card(row.pk), "CCCD.pdf")


@officer()
@in_training
@require_GET
def signed_paper(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """What the citizen signed, as scanned."""
    row = working.own_attempt(request.authority, public_id)
    return pdf_response(staging.paper(row.pk, title="Giấy đề nghị tạo tài khoản (đã ký)"), "giay-da-ky.pdf")


@officer()
@in_training
@require_GET
def own_result(request: OfficerRequest) -> HttpResponse:
    """To be printed and kept."""
    return pdf_response(papers.result(working.trainee_of(request.authority)), "ket-qua-tap-huan.pdf")


def _show(
    request: OfficerRequest,
    row: "Attempt",
    *,
    given: dict[str, str] | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    task = tasks.task(row.task)
    facts: dict[str, object] = {"nav_here": "training", "task": task, "attempt": row}
    if row.handed_in_at is not None:
        facts["minutes"] = int((row.handed_in_at - row.begun_at).total_seconds() // 60)
        return render(request, "training/ket_qua.html", facts)
    owner = invented.citizen(row.pk, 0)
    facts |= {
        "owner": owner,
        "says": staging.owner_says(row.pk, task),
        "code_picture": drawn_codes.picture(owner.card_qr),
        "hints": task.hints[: row.hints],
        "hints_left": len(task.hints) - row.hints,
        "hints_all": len(task.hints),
        "hint_costs": tasks.HINT_COSTS,
        "questions": [(each, (given or {}).get(each.code, "")) for each in task.questions],
        "refusal": refusal,
        "seat": reading.line_of(row.trainee),
        **_inbox(row),
    }
    return render(request, "training/bai.html", facts, status=refusal.status if refusal else 200)


def _inbox(row: "Attempt") -> dict[str, object]:
    phone = happened.owner_phone(row.pk, tasks.task(row.task))
    texts: list[Text] = []
    silent = ""
    try:
        texts = list(phones().inbox(phone))[:_SHOWN_TEXTS]
    except PhonesSilent as no:
        silent = no.text
    return {"phone": phone, "texts": texts, "silent": silent, "attempt": row}
