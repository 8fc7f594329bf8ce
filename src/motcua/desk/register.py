"""Sổ theo dõi hồ sơ (mẫu 06 of 2018, 07 of 2025): one line for each dossier with a code, in order of arrival.

A list of the unit's own dossiers (an inspector's: and below). What leaves the house as a file needs the right to
export and a reason; phones are masked in it, as in every list.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from motcua import journal
from motcua.desk import dossiers, moving, submission
from motcua.desk.catalogue import versions_of
from motcua.desk.deadlines import due_words
from motcua.desk.dossiers import Page, Search, Sort
from motcua.desk.form_sets import Paper, form_of
from motcua.desk.models import Dossier, HandOut, RegisterExport
from motcua.desk.states import UNGATED, State
from motcua.kernel.authority import Authority, Power
from motcua.kernel.phone import Phone
from motcua.kernel.refusal import Refusal
from motcua.units.letterheads import letterhead_of
from motcua.units.models import Unit

#: Official registers may be long (threats L17); a printed one is read by people.
MOST_ROWS: Final = 200_000
MOST_PRINTED: Final = 1_000
_CHUNK: Final = 1_000
_PAGE: Final = 20
CODED: Final = tuple(state for state in State if state not in UNGATED)
HEADINGS: Final = (
    "STT",
    "Mã hồ sơ",
    "Tên thủ tục hành chính",
    "Số bộ",
    "Chủ hồ sơ",
    "Địa chỉ",
    "Số điện thoại",
    "Cơ quan giải quyết",
    "Ngày nhận",
    "Ngày hẹn trả",
    "Ngày trả kết quả",
    "Phương thức nhận kết quả",
    "Người nhận (ký nhận)",
    "Ghi chú",
)


class Kind(StrEnum):
    """How the register leaves the house."""

    XLSX = "xlsx"
    PDF = "pdf"


class RegisterTooLong(Refusal):
    code = "register_too_long"
    message = (
        "Sổ có quá {most} hồ sơ theo điều kiện này. Đề nghị ông/bà thu hẹp khoảng ngày hoặc chọn tệp Excel."
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines; empty means any."""

    from_day: date | None = None
    to_day: date | None = None
    procedure_code: str = ""
    state: State | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the book, in its words."""

    code: str
    procedure: str
    owner: str = field(repr=False)
    address: str = field(repr=False)
    phone: str = field(repr=False)
    unit: str
    received: str
    due: str
    returned: str
    how: str
    taker: str = field(repr=False)
    note: str

    def cells(self, nth: int) -> list[str | int]:
        """Under HEADINGS."""
        return [
            nth,
            self.code,
            self.procedure,
            1,
            self.owner,
            self.address,
            self.phone,
            self.unit,
            self.received,
            self.due,
            self.returned,
            self.how,
            self.taker,
            self.note,
        ]


def page_of(authority: Authority, wanted: Wanted, *, cursor: str | None, now: datetime) -> Page:
    """One page of the book for the screen, the oldest first."""
    search = Search(
        from_day=wanted.from_day,
        to_day=wanted.to_day,
        procedure_code=wanted.procedure_code,
        states=(wanted.state,) if wanted.state else CODED,
        sort=Sort.OLDEST,
    )
    return dossiers.list_for_officer(authority, search, cursor=cursor, now=now, limit=_PAGE)


def lines_of(rows: list[Dossier]) -> list[Line]:
    """The lines of one page; who took the results is asked once for all."""
    given = {one.dossier_id: one for one in HandOut.objects.filter(dossier__in=rows)}
    units = dict(
        Unit.objects.filter(pk__in={row.at_unit_id or row.unit_id for row in rows}).values_list("pk", "name")
    )
    return [_line(row, given.get(row.pk), units[row.at_unit_id or row.unit_id]) for row in rows]


def take_out(authority: Authority, wanted: Wanted, *, kind: Kind, reason: str) -> Iterator[Line]:
    """The lines of a file, one by one from a cursor at the database; counted, kept with the reason, journalled.

    Raises RegisterTooLong, ReasonWanted, NotAuthorised.
    """
    authority.require(Power.EXPORT)
    said = moving.reason_of(reason)
    rows = _rows(authority, wanted)
    most = MOST_ROWS if kind == Kind.XLSX else MOST_PRINTED
    found = rows[: most + 1].count()
    if found > most:
        raise RegisterTooLong(most=f"{most:,}".replace(",", "."))
    with transaction.atomic():
        RegisterExport.objects.create(
            unit_id=authority.unit_id, by=authority.subject, kind=kind, reason=said, rows=found
        )
        journal.record(
            "desk.register.exported",
            subject=f"officer:{authority.officer_id}",
            actor=authority.subject,
            unit_code=authority.unit_code,
            facts={"rows": found, "kind": str(kind)},
        )
    return _lines(rows)


def sheet_of(authority: Authority, wanted: Wanted, lines: Iterator[Line]) -> tuple[str, Mapping[str, object]]:
    """The register as a paper of today's set of forms."""
    unit = Unit.objects.select_related("parent").get(pk=authority.unit_id)
    form = form_of(Paper.REGISTER, timezone.localdate())
    rows = [_printed(line) for line in lines]
    return form.sheet, {
        **letterhead_of(unit),
        "on": timezone.localdate(),
        "title": form.title,
        "version": form.version,
        "desk": unit.name,
        "period": period_words(wanted),
        "total": f"{len(rows)} hồ sơ",
        "rows": rows,
    }


def period_words(wanted: Wanted) -> str:
    """From which day to which."""
    begin = f"từ {wanted.from_day:%d/%m/%Y}" if wanted.from_day else ""
    end = f"đến {wanted.to_day:%d/%m/%Y}" if wanted.to_day else ""
    return " ".join(part for part in (begin, end) if part) or "tất cả các ngày"


def _rows(authority: Authority, wanted: Wanted) -> QuerySet[Dossier]:
    units = authority.subtree if authority.may(Power.INSPECT) else ()
    rows = Dossier.objects.filter(unit_id__in=units or authority.units, code__isnull=False)
    if wanted.from_day:
        rows = rows.filter(arrived_at__gte=_midnight(wanted.from_day))
    if wanted.to_day:
        rows = rows.filter(arrived_at__lt=_midnight(wanted.to_day + timedelta(days=1)))
    if wanted.procedure_code:
        rows = rows.filter(procedure_id__in=versions_of(wanted.procedure_code))
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    return rows.order_by("arrived_at", "id")


def _lines(rows: QuerySet[Dossier]) -> Iterator[Line]:
    """Chunk after chunk: never more than a thousand dossiers in memory."""
    wide = rows.select_related("procedure", "unit", "at_unit", "hand_out")
    for row in wide.iterator(chunk_size=_CHUNK):
        given = row.hand_out if hasattr(row, "hand_out") else None
        yield _line(row, given, (row.at_unit or row.unit).name)


def _line(row: Dossier, given: HandOut | None, unit: str) -> Line:
    contact = submission.contact_of(row)
    return Line(
        code=row.code or "",
        procedure=row.procedure.name,
        owner=row.owner_name,
        address=contact["address"],
        phone=Phone.parse(contact["phone"]).masked if contact["phone"] else "",
        unit=unit,
        received=_shown(row.received_at),
        due=_shown(row.due_at) or due_words(None),
        returned=_shown(given.at if given else None),
        how=_how(row, given),
        taker=given.to_name if given else "",
        note=str(State(row.state).label),
    )


def _how(row: Dossier, given: HandOut | None) -> str:
    """How it was given; before that, how it is wanted, and said to be only that."""
    if given:
        return str(HandOut.How(given.how).label)
    wanted = str(HandOut.How(row.result_wanted).label)
    return f"Đăng ký: {wanted[:1].lower()}{wanted[1:]}"


def _printed(line: Line) -> dict[str, object]:
    return {
        name: getattr(line, name)
        for name in (
            "code", "procedure", "owner", "address", "phone", "unit", "received", "due", "returned", "how", "taker",
            "note",
        )
    }  # fmt: skip


def _shown(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%d/%m/%Y %H:%M}" if at else ""


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
