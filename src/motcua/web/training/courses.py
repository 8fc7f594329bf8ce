"""Lớp tập huấn: a trainer opens courses, prints sign-in slips, follows the scores, ends them."""

from typing import Any, Final
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.kernel.authority import Power
from motcua.training import courses, reading, tasks
from motcua.web.access import OfficerRequest, officer
from motcua.web.day_field import DayField
from motcua.web.forms_base import Form, PlainTextField
from motcua.web.office.paging import page_asked_for
from motcua.web.responses import file_response, pdf_response
from motcua.web.training import papers
from motcua.web.training.guard import in_training

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PAGE: Final = 20
_ORDERS: Final = ("nth", "name", "done", "score", "last_at")
_STATES: Final = [("", "Tất cả"), ("mo", "Đang mở"), ("xong", "Đã kết thúc")]
_SORTS: Final = [("", "Mới nhất trước"), ("cu", "Cũ nhất trước"), ("ten", "Theo tên")]


class NewCourse(Form):
    """What a course is opened with."""

    name = PlainTextField(label="Tên lớp", max_length=80)
    seats = forms.IntegerField(
        label="Số học viên",
        min_value=1,
        max_value=courses.SEATS_AT_MOST,
        error_messages={
            "required": "Đề nghị ông/bà nhập số học viên.",
            "invalid": "Đề nghị ông/bà nhập một số.",
            "min_value": "Lớp có từ 1 học viên.",
            "max_value": "Lớp có nhiều nhất 60 học viên.",
        },
    )
    last_day = DayField(
        label="Ngày cuối",
        required=True,
        help_text="Dạng dd/mm/yyyy; mọi mã đăng nhập hết hiệu lực sau ngày này.",
    )


class Filters(Form):
    """Nothing personal: the names of courses."""

    q = PlainTextField(label="Tên lớp", max_length=80, required=False)
    tt = forms.ChoiceField(label="Tình trạng", required=False, choices=_STATES)
    xep = forms.ChoiceField(label="Sắp xếp", required=False, choices=_SORTS)


@officer(Power.GRANT)
@in_training
@require_GET
def listing(request: OfficerRequest) -> HttpResponse:
    """The trainer's own courses."""
    form = Filters(request.GET)
    wanted: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    found = courses.listed(
        request.authority,
        words=wanted.get("q") or "",
        state=wanted.get("tt") or "",
        order=wanted.get("xep") or "",
    )
    number = page_asked_for(request)
    rows = list(found[(number - 1) * _PAGE : number * _PAGE + 1])
    facts = {
        "nav_here": "training",
        "form": form,
        "rows": rows[:_PAGE],
        "number": number,
        "previous": number - 1,
        "next": number + 1 if len(rows) > _PAGE else 0,
        "filtered": any(wanted.get(name) for name in ("q", "tt")),
        "plans": tasks.plans(),
    }
    return render(request, "training/lop_ds.html", facts)


@officer(Power.GRANT)
@in_training
@require_http_methods(["GET", "POST"])
def add(request: OfficerRequest) -> HttpResponse:
    """A name, how many, until when."""
    form = NewCourse(request.POST or None, initial={"last_day": timezone.localdate(), "seats": 20})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = courses.open_course(
                authority=request.authority,
                name=given["name"],
                seats=given["seats"],
                last_day=given["last_day"],
                on=timezone.localdate(),
            )
        except courses.CourseDays as no:
            form.refuse(no, "last_day")
        except courses.CourseMalformed as no:
            form.refuse(no, "name")
        else:
            return redirect("training:course", public_id=made.public_id)
    status = 422 if request.method == "POST" else 200
    return render(request, "training/lop_them.html", {"nav_here": "training", "form": form}, status=status)


@officer(Power.GRANT)
@in_training
@require_http_methods(["GET", "POST"])
def one(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """The table of scores. Names are invented, and yet they are searched by POST, as everywhere."""
    course = courses.own_course(request.authority, public_id)
    words = request.POST.get("q", "")[:80]
    order = _order(request)
    page = reading.page_of(
        request.authority, course, words=words, order=order, number=page_asked_for(request)
    )
    facts = {
        "nav_here": "training",
        "course": course,
        "page": page,
        "words": words,
        "order": order,
        "whole": reading.whole(),
        "task_count": len(tasks.all_tasks()),
        "previous": page.number - 1,
        "next": page.number + 1 if page.number < page.pages else 0,
    }
    return render(request, "training/lop_mot.html", facts)


@officer(Power.GRANT)
@in_training
@require_GET
def sheet(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """To be cut apart and handed out."""
    course = courses.own_course(request.authority, public_id)
    return pdf_response(
        papers.slips(course, courses.seats_of(request.authority, course)), "phieu-dang-nhap.pdf"
    )


@officer(Power.GRANT)
@in_training
@require_GET
def export(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """The whole table."""
    course = courses.own_course(request.authority, public_id)
    return file_response(papers.workbook(reading.lines_of(request.authority, course)), "ket-qua.xlsx", _XLSX)


@officer(Power.GRANT)
@in_training
@require_POST
def end(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """Every sign-in of the course ends now."""
    courses.end(authority=request.authority, public_id=public_id)
    return redirect("training:course", public_id=public_id)


@officer(Power.GRANT)
@in_training
@require_GET
def trainee(request: OfficerRequest, public_id: UUID, seat: UUID) -> HttpResponse:
    """What one trainee handed in, with the reasons."""
    course = courses.own_course(request.authority, public_id)
    row = reading.trainee_in(request.authority, course, seat)
    facts = {
        "nav_here": "training",
        "course": course,
        "seat": row,
        "line": reading.line_of(row),
        "whole": reading.whole(),
        "attempts": [(each, tasks.task(each.task)) for each in reading.history(row)],
    }
    return render(request, "training/hoc_vien.html", facts)


@officer(Power.GRANT)
@in_training
@require_GET
def result(request: OfficerRequest, public_id: UUID, seat: UUID) -> HttpResponse:
    """One trainee's result, to be printed."""
    course = courses.own_course(request.authority, public_id)
    row = reading.trainee_in(request.authority, course, seat)
    return pdf_response(papers.result(row), "ket-qua-tap-huan.pdf")


def _order(request: OfficerRequest) -> str:
    asked = request.POST.get("xep", request.GET.get("xep", ""))
    return asked if asked.removeprefix("-") in _ORDERS else "nth"
