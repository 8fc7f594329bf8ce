"""Ai đã xem giấy tờ của tôi: every look and every account check, and a way to contest it."""

import re

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from motcua.accounts import reading
from motcua.kernel.refusal import Refusal
from motcua.units import tree
from motcua.vault import history as vault
from motcua.web.access import VisitorRequest, signed_in
from motcua.web.citizen import forms

PURPOSES = {
    "tiep-nhan-ho-so": "Tiếp nhận hồ sơ",
    "chon-thu-tuc": "Chọn thủ tục khi tiếp nhận hồ sơ",
    "tao-tai-khoan": "Tạo tài khoản tại quầy",
}


@signed_in
@require_GET
def listing(request: VisitorRequest) -> HttpResponse:
    """Newest first; two lists, each with its own page."""
    before_look, before_question = _number(request, "xem"), _number(request, "tra")
    looks = vault.looks_of(reading.account_of(request.visitor), before=before_look)
    questions = reading.own_look_ups(request.visitor, before_id=before_question)
    names = tree.names_of([question.unit_code for _, question in questions])
    return render(
        request,
        "citizen/nhat_ky.html",
        {
            "nav_here": "journal",
            "looks": looks,
            "questions": [
                (
                    question,
                    names.get(question.unit_code, ""),
                    PURPOSES.get(question.purpose, question.purpose),
                )
                for _, question in questions
            ],
            "older_looks": looks[-1].look_id if len(looks) >= 20 else None,
            "older_questions": questions[-1][0] if len(questions) >= 20 else None,
        },
    )


@signed_in
@require_http_methods(["GET", "POST"])
def contest(request: VisitorRequest, look_id: int) -> HttpResponse:
    """“Tôi không đến quầy”: goes to the inspectorate."""
    form = forms.Contest(request.POST or None)
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            vault.contest(reading.account_of(request.visitor), look_id, form.cleaned_data["words"])
        except Refusal as no:
            form.refuse(no)
            status = no.status
        else:
            return redirect("citizen:history")
    return render(request, "citizen/phan_anh.html", {"nav_here": "journal", "form": form}, status=status)


def _number(request: VisitorRequest, name: str) -> int | None:
    given = request.GET.get(name, "")
    return int(given) if re.fullmatch(r"[0-9]{1,18}", given) else None
