"""Ai đã xem giấy tờ của tôi: every look and every account check, and a way to contest it."""

import re
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from motcua.accounts import mandate_uses, reading
from motcua.kernel.refusal import Refusal
from motcua.units import tree
from motcua.vault import history as vault
from motcua.web import outside
from motcua.web.access import VisitorRequest, signed_in
from motcua.web.citizen import forms

PURPOSES = {
    "tiep-nhan-ho-so": "Tiếp nhận hồ sơ",
    "sua-chu-ho-so": "Chuyển hồ sơ ghi nhầm về đúng chủ",
    "chon-thu-tuc": "Chọn thủ tục khi tiếp nhận hồ sơ",
    "tao-tai-khoan": "Tạo tài khoản tại quầy",
    "dieu-chinh-tai-khoan": "Điều chỉnh tài khoản tại quầy",
    "go-lien-ket-vneid": "Gỡ liên kết VNeID tại quầy",
    "gop-tai-khoan": "Gộp hoặc tách tài khoản tại quầy",
    "dai-dien-to-chuc": "Ghi nhận người đại diện của tổ chức",
    "danh-sach-lop": "Nhà trường kiểm tra danh sách lớp",
    "bo-nhiem-can-bo": "Giao nhiệm vụ cán bộ một cửa",
    "thanh-tra-nhat-ky": "Thanh tra kiểm tra nhật ký",
    "cap-quyen-can-bo": "Cấp quyền cán bộ",
    "giay-to-cua-con": "Chuyển giấy tờ của con về kho của con",
    "sua-giay-to": "Sửa giấy tờ trong kho",
    "xem-so-dinh-danh": "Cán bộ xem đầy đủ số CMND/CCCD, có ghi lý do",
    "xem-so-dien-thoai": "Cán bộ xem đầy đủ số điện thoại, có ghi lý do",
    "xem-ban-quet": "Cán bộ mở bản quét CMND/CCCD, có ghi lý do",
    "xem-giay-da-ky": "Cán bộ mở giấy đề nghị đã ký, có ghi lý do",
}


_PAGE = 20


@signed_in
@require_GET
def listing(request: VisitorRequest) -> HttpResponse:
    """Newest first; two lists, each with its own page. The filter is by kind of look, never by a person."""
    if request.visitor.is_narrowed:
        return _own_acts(request)
    viewer = reading.account_of(request.visitor)
    action, own = _action(request), request.GET.get("ca-toi") == "1"
    paper = _paper(request)
    found = vault.looks_of(
        viewer,
        before=_number(request, "xem"),
        limit=_PAGE + 1,
        action=action,
        others_only=not own,
        paper_id=paper,
    )
    looks = found[:_PAGE]
    questions = reading.own_look_ups(request.visitor, before_id=_number(request, "tra"))
    names = tree.names_of([question.unit_code for _, question in questions])
    return render(
        request,
        "citizen/nhat_ky.html",
        {
            "nav_here": "journal",
            "looks": [(look, PURPOSES.get(look.purpose, look.purpose)) for look in looks],
            "actions": vault.ACTIONS,
            "action": action,
            "own_too": own,
            "one_paper": paper or "",
            "filtered": bool(action or paper),
            "sent": request.GET.get("da") == "gui",
            "questions": [
                (
                    question,
                    names.get(question.unit_code, ""),
                    PURPOSES.get(question.purpose, question.purpose),
                )
                for _, question in questions
            ],
            "older_looks": looks[-1].look_id if len(found) > _PAGE else None,
            "older_questions": questions[-1][0] if len(questions) >= 20 else None,
        },
    )


@signed_in
@require_http_methods(["GET", "POST"])
def contest(request: VisitorRequest, look_id: int) -> HttpResponse:
    """“Tôi không đến quầy”: goes to the inspectorate."""
    viewer = reading.account_of(request.visitor)
    look = vault.look_of(viewer, look_id)
    form = forms.Contest(request.POST or None)
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            vault.contest(viewer, look_id, form.cleaned_data["words"])
        except Refusal as no:
            form.refuse(no)
            status = no.status
        else:
            return redirect(reverse("citizen:history") + "?da=gui")
    shown = {"look": look, "purpose": PURPOSES.get(look.purpose, look.purpose), "form": form}
    return render(request, "citizen/phan_anh.html", {"nav_here": "journal", **shown}, status=status)


def _own_acts(request: VisitorRequest) -> HttpResponse:
    """Whoever acts in some procedures only sees what they did themselves."""
    found = mandate_uses.own_uses(
        request.visitor, before=_number(request, "dung"), limit=mandate_uses.PAGE + 1
    )
    page = found[: mandate_uses.PAGE]
    names = outside.procedure_catalogue().names_of({use.procedure_code for use in page})
    units = tree.names_of([use.unit_code for use in page if use.unit_code])
    facts = {
        "nav_here": "journal",
        "uses": [(use, names.get(use.procedure_code, ""), units.get(use.unit_code, "")) for use in page],
        "older": page[-1].pk if len(found) > mandate_uses.PAGE else None,
    }
    return render(request, "citizen/nhat_ky_dai_dien.html", facts)


def _number(request: VisitorRequest, name: str) -> int | None:
    given = request.GET.get(name, "")
    return int(given) if re.fullmatch(r"[0-9]{1,18}", given) else None


def _action(request: VisitorRequest) -> str:
    given = request.GET.get("viec", "")
    return given if given in dict(vault.ACTIONS) else ""


def _paper(request: VisitorRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("giay", ""))
    except ValueError:
        return None
