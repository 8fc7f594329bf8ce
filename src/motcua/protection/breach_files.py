"""What leaves of a breach: the list of people as Excel, and the report to the authority as PDF without any person."""

from io import BytesIO
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from openpyxl.utils import get_column_letter

from motcua import journal, press
from motcua.journal import inspecting
from motcua.kernel.authority import Authority
from motcua.kernel.refusal import NotFound
from motcua.kernel.spreadsheet_text import safe_cell
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.press.workbooks import Book
from motcua.protection import breach_reading, breaches, whose
from motcua.protection.breach_reading import Seen
from motcua.protection.breaches import BreachStillSought
from motcua.protection.models import Breach, BreachPerson
from motcua.units.letterheads import letterhead_of

_HEADINGS: Final = (
    "STT", "Họ tên", "CMND/CCCD", "Số điện thoại", "Mã người", "Số lượt", "Việc đã làm", "Dữ liệu",
    "Lần đầu", "Lần cuối", "Báo tin",
)  # fmt: skip
_WIDTHS: Final = (6, 28, 14, 16, 24, 9, 30, 50, 18, 18, 30)
_MOMENT: Final = "%H:%M:%S %d/%m/%Y"


def people_as_xlsx(viewer: Authority, seen: Seen, *, reason: str) -> bytes:
    """Everybody it concerns; counted before, the reason kept, the line written (L17).

    Raises NotAuthorised, NotFound, BreachListWaits, ReasonWanted, TooManyAttempts.
    """
    breach_reading.require_people(viewer, seen.row)
    inspecting.reason_of(reason)
    spending.spend((Quota.LISTS_EXPORTED_BY_OFFICER, viewer.subject))
    with transaction.atomic():
        row = seen.row
        kept = inspecting.keep_breach(
            viewer.subject, viewer.unit_code, reason=reason, rows=row.people, list_sha256=row.list_sha256
        )
        journal.record(
            "protection.breach.exported",
            subject=f"breach:{row.public_id}",
            actor=viewer.subject,
            unit_code=viewer.unit_code,
            facts={"rows": row.people, "inspection": kept},
        )
    # A long list takes a while to write, and the sealer waits for nobody's transaction.
    return _workbook(seen)


def people_for_the_machine(seen: Seen) -> bytes:
    """For whoever has the machine itself; the line is written all the same."""
    journal.record(
        "protection.breach.exported",
        subject=f"breach:{seen.row.public_id}",
        actor="system:command",
        facts={"rows": seen.row.people},
    )
    return _workbook(seen)


def _workbook(seen: Seen) -> bytes:
    book = Book(write_only=True)
    _about(book, seen)
    sheet = book.create_sheet("Người bị ảnh hưởng")
    for column, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "A2"
    sheet.append(_HEADINGS)
    words = dict(BreachPerson.Told.choices)
    for nth, person in enumerate(breach_reading.everybody(seen.row), start=1):
        row = person.row
        texts = (person.name or whose.nameless(), person.number, person.phone, row.who)
        moments = (f"{timezone.localtime(at):{_MOMENT}}" for at in (row.first_at, row.last_at))
        sheet.append(
            [
                nth,
                *map(safe_cell, texts),
                row.times,
                "; ".join(person.acts),
                "; ".join(person.data),
                *moments,
                str(words[row.told]),
            ]
        )
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def report_as_pdf(viewer: Authority, seen: Seen) -> bytes:
    """Báo cáo sự cố: what happened, how many, which data, which measures; the mark of the list, no person."""
    breaches.require(viewer)
    if seen.row.about_officer == viewer.subject:
        raise NotFound
    if seen.sought:
        raise BreachStillSought
    return as_pdf(seen)


def as_pdf(seen: Seen) -> bytes:
    """For whoever has been let in already."""
    return press.render("bao-cao-su-co", facts(seen))


def facts(seen: Seen) -> dict[str, object]:
    """What stands in the report; apart from its drawing."""
    row = seen.row
    told = breach_reading.told(row)
    head = letterhead_of(None)
    return {
        **head,
        "qr": f"{settings.PUBLIC_URL}/quan-tri/su-co/",
        "number": str(row.public_id)[:8],
        "controller": head.get("agency", ""),
        "contact": getattr(settings, "HOTLINE", "1022"),
        "aware_at": _moment(row.aware_at),
        "due_at": _moment(breaches.due_at(row)),
        "window": f"{_moment(row.since)} – {_moment(row.until)}",
        "about": "Một cán bộ" if row.about_officer else seen.about,
        "happened": row.happened.split("\n"),
        "people": f"{row.people:,}".replace(",", "."),
        "lines": f"{row.lines:,}".replace(",", "."),
        "without_account": breach_reading.without_account(row),
        "lists": _lists(row),
        "data": [{"kind": kind, "people": count} for kind, count in breach_reading.figures(row)],
        "acts": [{"kind": kind, "people": count} for kind, count in breach_reading.acts(row)],
        "measures": row.measures.split("\n"),
        "notices": (
            f"Đã gửi tin tới {told.get('SENT', 0)} người; {told.get('UNREACHED', 0)} người được báo bằng văn bản; "
            f"{told.get('NOT_YET', 0)} người chưa được báo."
        ),
        "list_sha256": row.list_sha256,
        "made_at": timezone.now(),
    }


def _about(book: Book, seen: Seen) -> None:
    row = seen.row
    sheet = book.create_sheet("Về hồ sơ này")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 30, 90
    for name, said in (
        ("Hồ sơ sự cố", str(row.public_id)),
        ("Xét việc của", seen.about),
        ("Từ lúc", _moment(row.since)),
        ("Đến trước", _moment(row.until)),
        ("Lúc biết", _moment(row.aware_at)),
        ("Hạn báo cơ quan chuyên trách", _moment(breaches.due_at(row))),
        ("Số người", str(row.people)),
        ("Số lượt", str(row.lines)),
        ("Lượt tải danh sách, tìm kiếm mà nhật ký không ghi từng người", _lists(row)),
        ("Dấu SHA-256 của danh sách", row.list_sha256),
        ("Việc đã xảy ra", row.happened),
        ("Biện pháp", row.measures),
        ("Ngoài phạm vi danh sách này", whose.beyond() or "Không có: Cổng và Một cửa cùng một hệ thống."),
    ):
        sheet.append([name, safe_cell(said)])


def _lists(row: Breach) -> str:
    if not row.lists:
        return "Không có."
    return f"{row.lists} lượt, tổng {row.list_rows} dòng: nhật ký ghi số dòng, không ghi từng người."


def _moment(at: object) -> str:
    return f"{timezone.localtime(at):{_MOMENT}}"  # type: ignore[arg-type]
