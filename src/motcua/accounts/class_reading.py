"""Xem kết quả danh sách lớp: rows of a list searched, filtered, sorted and paged; shares of classes and schools.

Rows are shown to the unit that uploaded them, as it wrote them, with three digits of the number; shares also to the
units above. Nothing that is known of an account is read here.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Count, QuerySet

from motcua import journal
from motcua.accounts import class_lists, list_exports
from motcua.accounts.class_files import Line
from motcua.accounts.models import ClassList, ClassRow, ClassTally
from motcua.kernel.authority import Authority
from motcua.kernel.birth_date import BirthDate
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.collation import collation_key
from motcua.kernel.person_name import PersonName, fold
from motcua.kernel.refusal import Refusal

PAGE: Final = 25
#: As many as “Tiếp nhận theo lớp” takes at once.
MOST_RECEIVED: Final = 60
ANSWERS: Final = tuple((answer.value, str(answer.label)) for answer in ClassRow.Answer)
#: What a list may be sorted by; a hyphen before it turns the order round.
SORTS: Final = ("nth", "name", "class", "answer")
_COLUMN_OF: Final = {"nth": "nth", "class": "class_label", "answer": "answer"}


class NotWithoutAccount(Refusal):
    code = "class_row_not_missing"
    status = 409
    message = "Dòng này không ở tình trạng “Không tìm thấy”. Đề nghị ông/bà tải lại trang."


class ClassTooLarge(Refusal):
    code = "class_too_large_to_receive"
    message = (
        "Lớp đã chọn có {count} học sinh có tài khoản; tiếp nhận theo lớp nhận từ 1 đến 60 học sinh mỗi lần. "
        "Đề nghị ông/bà chọn một lớp khác hoặc chia danh sách."
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filters of a list; empty means any."""

    name: str = field(default="", repr=False)
    answer: str = ""
    label: str | None = None
    sort: str = "nth"
    page: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    """One pupil: what the unit wrote, and the answer."""

    nth: int
    name: str = field(repr=False)
    last3: str = field(repr=False)
    label: str
    answer: str
    words: str
    said: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A list with one page of its rows."""

    public_id: UUID
    label: str
    purpose: str
    begun_at: datetime
    kept_until: datetime
    finished: bool
    run: int
    size: int
    counts: dict[str, int]
    classes: Sequence[str]
    rows: Sequence[Row] = field(repr=False)
    matching: int
    page: int
    pages: int

    @property
    def answered(self) -> int:
        return self.size - self.counts.get(ClassRow.Answer.WAITING, 0)

    @property
    def found(self) -> int:
        return self.counts.get(ClassRow.Answer.FOUND, 0)

    @property
    def missing(self) -> int:
        return self.counts.get(ClassRow.Answer.NOT_FOUND, 0)

    @property
    def still_open(self) -> int:
        """How many a further round would ask about."""
        return sum(self.counts.get(answer, 0) for answer in class_lists.STILL_OPEN)


def page_of(viewer: Authority, public_id: UUID, wanted: Wanted) -> Shown:
    """One page of a list of the viewer's unit; the same few statements however long it is. Raises NotFound."""
    kept = class_lists.own_list(viewer, public_id)
    by_class = kept.rows.order_by().values("class_label", "answer").annotate(times=Count("pk"))
    counts: dict[str, int] = defaultdict(int)
    for told in by_class:
        counts[told["answer"]] += told["times"]
    rows, matching, page = _rows(kept, wanted)
    return Shown(
        public_id=kept.public_id,
        label=kept.label,
        purpose=str(ClassList.Purpose(kept.purpose).label),
        begun_at=kept.begun_at,
        kept_until=kept.kept_until,
        finished=kept.finished_at is not None,
        run=kept.run,
        size=kept.size,
        counts=dict(counts),
        classes=sorted({told["class_label"] for told in by_class if told["class_label"]}, key=collation_key),
        rows=rows,
        matching=matching,
        page=page,
        pages=max(1, -(-matching // PAGE)),
    )


def export(viewer: Authority, public_id: UUID, wanted: Wanted, *, reason: str) -> tuple[str, list[Row]]:
    """The first 1,000 rows that match, for a file that leaves the house; reason and count are kept.

    Raises NotFound, ReasonMissing, TooManyAttempts.
    """
    kept = class_lists.own_list(viewer, public_id)
    list_exports.allow(viewer, reason)
    with transaction.atomic():
        found = _sorted(_opened(kept, _filtered(kept, wanted)), wanted)[: list_exports.MOST]
        rows = [_row(row, line) for row, line in found]
        list_exports.write_down(viewer, reason, len(rows))
        journal.record(
            "accounts.class_list.exported",
            subject=f"class_list:{kept.public_id}",
            actor=viewer.subject,
            unit_code=viewer.unit_code,
            facts={"rows": len(rows)},
        )
    return kept.label, rows


def typed_of(viewer: Authority, public_id: UUID, nth: int) -> tuple[CitizenId, PersonName, BirthDate]:
    """What stands in a row that was not found, for the form that creates the account; the look is journalled.

    Raises NotFound, NotWithoutAccount.
    """
    kept = class_lists.own_list(viewer, public_id)
    row = kept.rows.filter(nth=nth, answer=ClassRow.Answer.NOT_FOUND).first()
    if row is None:
        raise NotWithoutAccount
    line = Line.opened(kept.public_id, row.nth, row.class_label, row.typed_sealed)
    journal.record(
        "accounts.class_row.opened",
        subject=f"class_list:{kept.public_id}",
        actor=viewer.subject,
        unit_code=viewer.unit_code,
        facts={"order": nth},
    )
    return CitizenId.parse(line.number), PersonName.parse(line.name), BirthDate.parse(line.born)


def found_of(viewer: Authority, public_id: UUID, label: str) -> tuple[str, list[Line]]:
    """What stands in the rows of one class that were found, for receiving the class; the look is journalled.

    Raises NotFound, ClassTooLarge.
    """
    kept = class_lists.own_list(viewer, public_id)
    rows = _filtered(kept, Wanted(answer=ClassRow.Answer.FOUND, label=label)).order_by("nth")
    lines = [line for _, line in _opened(kept, rows)]
    if not 1 <= len(lines) <= MOST_RECEIVED:
        raise ClassTooLarge(count=len(lines))
    journal.record(
        "accounts.class_list.handed_over",
        subject=f"class_list:{kept.public_id}",
        actor=viewer.subject,
        unit_code=viewer.unit_code,
        facts={"count": len(lines)},
    )
    return kept.label, lines


def missing_of(
    viewer: Authority, public_id: UUID, label: str | None
) -> tuple[ClassList, list[tuple[str, str]]]:
    """Name and class of everybody who was not found, of one class or all, as the file has them."""
    kept = class_lists.own_list(viewer, public_id)
    rows = _filtered(kept, Wanted(answer=ClassRow.Answer.NOT_FOUND, label=label)).order_by("nth")
    return kept, [(line.name, line.label) for _, line in _opened(kept, rows)]


def _rows(kept: ClassList, wanted: Wanted) -> tuple[list[Row], int, int]:
    """A name is sealed: searching or sorting by it opens every row of the list, at most 5,000."""
    found = _filtered(kept, wanted)
    by = wanted.sort.removeprefix("-")
    if wanted.name or by == "name":
        opened = _sorted(_opened(kept, found), wanted)
        page = min(wanted.page, max(1, -(-len(opened) // PAGE)))
        some = opened[(page - 1) * PAGE : page * PAGE]
        return [_row(row, line) for row, line in some], len(opened), page
    matching = found.count()
    page = min(wanted.page, max(1, -(-matching // PAGE)))
    turned = "-" if wanted.sort.startswith("-") else ""
    ordered = found.order_by(f"{turned}{_COLUMN_OF[by]}", f"{turned}nth")[(page - 1) * PAGE : page * PAGE]
    return [_row(row, line) for row, line in _opened(kept, ordered)], matching, page


def _filtered(kept: ClassList, wanted: Wanted) -> "QuerySet[ClassRow]":
    found = kept.rows.all()
    if wanted.answer:
        found = found.filter(answer=wanted.answer)
    if wanted.label is not None:
        found = found.filter(class_label=wanted.label)
    return found


def _opened(kept: ClassList, rows: "QuerySet[ClassRow]") -> list[tuple[ClassRow, Line]]:
    return [(row, Line.opened(kept.public_id, row.nth, row.class_label, row.typed_sealed)) for row in rows]


def _sorted(opened: list[tuple[ClassRow, Line]], wanted: Wanted) -> list[tuple[ClassRow, Line]]:
    words = fold(wanted.name).split()
    kept = [(row, line) for row, line in opened if all(word in fold(line.name).split() for word in words)]
    by, turned = wanted.sort.removeprefix("-"), wanted.sort.startswith("-")
    if by == "name":
        return sorted(kept, key=lambda pair: (_by_given_name(pair[1].name), pair[0].nth), reverse=turned)
    column = _COLUMN_OF[by]
    return sorted(kept, key=lambda pair: (getattr(pair[0], column), pair[0].nth), reverse=turned)


def _by_given_name(name: str) -> tuple[list[int], list[int]]:
    """As class registers are kept: by the last word, then by the whole."""
    return collation_key(f"{name.rsplit(' ', 1)[-1]} {name}")


def _row(row: ClassRow, line: Line) -> Row:
    return Row(
        nth=row.nth,
        name=line.name,
        last3=line.last3,
        label=row.class_label,
        answer=row.answer,
        words=str(ClassRow.Answer(row.answer).label),
        said=row.said,
    )


@dataclass(frozen=True, slots=True)
class Share:
    """Of so many pupils so many have an account: now, and when it was first asked."""

    unit_code: str
    unit_name: str
    label: str
    pupils: int
    found: int
    at: datetime
    first_pupils: int
    first_found: int
    first_at: datetime

    @property
    def percent(self) -> int:
        return self.found * 100 // self.pupils

    @property
    def first_percent(self) -> int:
        return self.first_found * 100 // self.first_pupils


def classes_of(viewer: Authority, unit_code: str, *, words: str = "") -> list[Share]:
    """Each class of a school in the viewer's unit or below; lists of more than one time count by their newest."""
    return [share for share in _shares(viewer, words) if share.unit_code == unit_code]


def schools_of(viewer: Authority, *, words: str = "") -> list[Share]:
    """Each school in the viewer's unit and below, its classes added up."""
    schools: dict[str, list[Share]] = defaultdict(list)
    for share in _shares(viewer, ""):
        schools[share.unit_code].append(share)
    found = [_added_up(classes) for classes in schools.values()]
    return [school for school in found if fold(words) in fold(school.unit_name)]


def _shares(viewer: Authority, words: str) -> list[Share]:
    """Two statements: the newest and the first count of each class."""
    class_lists.require(viewer)
    told = ClassTally.objects.filter(unit_id__in=viewer.subtree or (viewer.unit_id,)).select_related("unit")
    one_each = told.distinct("unit_id", "class_label")
    newest = one_each.order_by("unit_id", "class_label", "-at", "-id")
    first = {(t.unit_id, t.class_label): t for t in one_each.order_by("unit_id", "class_label", "at", "id")}
    wanted = fold(words)
    shares = [_share(tally, first[tally.unit_id, tally.class_label]) for tally in newest]
    return sorted(
        (share for share in shares if wanted in fold(share.label)),
        key=lambda share: (collation_key(share.unit_name), collation_key(share.label)),
    )


def _share(newest: ClassTally, first: ClassTally) -> Share:
    return Share(
        unit_code=newest.unit.code,
        unit_name=newest.unit.name,
        label=newest.class_label,
        pupils=newest.pupils,
        found=newest.found,
        at=newest.at,
        first_pupils=first.pupils,
        first_found=first.found,
        first_at=first.at,
    )


def _added_up(classes: Sequence[Share]) -> Share:
    return Share(
        unit_code=classes[0].unit_code,
        unit_name=classes[0].unit_name,
        label="",
        pupils=sum(share.pupils for share in classes),
        found=sum(share.found for share in classes),
        at=max(share.at for share in classes),
        first_pupils=sum(share.first_pupils for share in classes),
        first_found=sum(share.first_found for share in classes),
        first_at=min(share.first_at for share in classes),
    )
