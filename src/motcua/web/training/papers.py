"""Giấy của lớp tập huấn: sign-in slips for a course, the result of one trainee, the table as a workbook."""

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.utils import timezone

from motcua import press
from motcua.kernel.spreadsheet_text import safe_cell
from motcua.press.workbooks import Book
from motcua.training import reading, tasks
from motcua.training.courses import Seat
from motcua.training.reading import Line
from motcua.units import letterheads

if TYPE_CHECKING:
    from motcua.training.models import Course, Trainee

_AGENCY: Final = "Lớp tập huấn"


def slips(course: "Course", seats: Sequence[Seat]) -> bytes:
    """Four on a page, to be cut apart."""
    return press.render(
        "phieu-dang-nhap-tap-huan",
        {
            "agency": _AGENCY,
            "agency_above": settings.DESK_NAME,
            "place": _place(course),
            "on": timezone.localdate(),
            "qr": f"{settings.PUBLIC_URL}/tap-huan/",
            "course": course.short_name,
            "address": f"{settings.PUBLIC_URL}/dang-nhap/",
            "last_day": course.last_day,
            "seats": [
                {
                    "nth": seat.nth,
                    "name": seat.name,
                    "number": seat.number,
                    "password": seat.password,
                    "phone": seat.phone,
                    "colleague_name": seat.colleague_name,
                    "colleague_number": seat.colleague_number,
                }
                for seat in seats
            ],
        },
    )


def _place(course: "Course") -> str:
    """Where its trainer's unit is; else the province."""
    return letterheads.place_of(course.unit_code) or settings.DESK_NAME


def result(trainee: "Trainee") -> bytes:
    """Every task with the best score so far."""
    line = reading.line_of(trainee)
    return press.render(
        "ket-qua-tap-huan",
        {
            "agency_above": settings.DESK_NAME,
            "agency": _AGENCY,
            "place": _place(trainee.course),
            "on": timezone.localdate(),
            "qr": f"{settings.PUBLIC_URL}/tap-huan/",
            "course": trainee.course.short_name,
            "name": line.name,
            "tasks": [
                {
                    "appendix": task.appendix,
                    "title": task.title,
                    "score": f"{line.best[task.code]}/{task.out_of}"
                    if task.code in line.best
                    else "chưa làm",
                }
                for task in tasks.all_tasks()
            ],
            "score": f"{line.score}/{reading.whole()}",
            "passed": line.has_passed,
        },
    )


def workbook(lines: Sequence[Line]) -> bytes:
    """A row for each trainee, a column for each task."""
    book = Book(write_only=True)
    sheet = book.create_sheet("Kết quả")
    sheet.freeze_panes = "C2"
    known = tasks.all_tasks()
    heads = [f"{task.appendix}. {task.title} (/{task.out_of})" for task in known]
    sheet.append(["Số", "Học viên", *heads, f"Tổng (/{reading.whole()})", "Số lượt", "Đạt"])
    for line in lines:
        best = [line.best.get(task.code, "") for task in known]
        passed = "Đạt" if line.has_passed else ""
        sheet.append([line.nth, safe_cell(line.name), *best, line.score, line.attempts, passed])
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()
