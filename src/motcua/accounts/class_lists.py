"""Kiểm tra danh sách lớp: a school's list is taken in, asked about again, put away; the worker does the asking.

What is asked about, and what is told: ``class_checking``. What is shown: ``class_reading``. Choices: adr/0020.
"""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from motcua import journal
from motcua.accounts.class_files import Line, NotAClass, Pupil, class_of
from motcua.accounts.models import ClassList, ClassRow
from motcua.accounts.models.columns import ClockTimestamp
from motcua.accounts.sealed_data import mac
from motcua.kernel import plain_text
from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.refusal import NotFound, Refusal
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.outbox import errands

#: The errand that asks.
CHECK: Final = "accounts.check_class_list"
PURPOSES: Final = tuple((purpose.value, str(purpose.label)) for purpose in ClassList.Purpose)
#: Rows that a further round asks about.
STILL_OPEN: Final = (ClassRow.Answer.NOT_FOUND, ClassRow.Answer.OTHER_NAME)
#: Rights of which an officer of a school needs one: either may ask about one account at a time anyway.
POWERS: Final = (Power.RECEIVE_DOSSIER, Power.OPEN_ACCOUNT)
_LABEL: Final = 120
_FORGOTTEN: Final = "Đã xóa"
_TWICE: Final = "Số định danh này đã có ở dòng {nth} của tệp."
_AT_ONCE: Final = 1_000


class ClassListUnderWay(Refusal):
    code = "class_list_under_way"
    status = 409
    message = "Danh sách đang được kiểm tra. Đề nghị ông/bà đợi xong rồi kiểm tra lại."


class NothingToAskAgain(Refusal):
    code = "class_list_nothing_open"
    status = 409
    message = "Danh sách không còn học sinh nào cần kiểm tra lại."


@dataclass(frozen=True, slots=True)
class Begun:
    """``already``: the unit has this very list, so nothing was asked about anew."""

    public_id: uuid.UUID
    already: bool


def require(authority: Authority) -> None:
    """Raise NotAuthorised unless the post may check accounts."""
    if not any(authority.may(power) for power in POWERS):
        raise NotAuthorised(power=POWERS[0].value)


def begin(*, authority: Authority, label: str, purpose: str, lines: Sequence[Line]) -> Begun:
    """Take a list in and promise the asking; the same list again, or twice at once, is one list.

    What no portal needs to be asked about is said at once. Everybody who will be asked about is counted before
    anything is kept, so a list is refused whole or not at all. Raises TooManyAttempts.
    """
    require(authority)
    content = _content(purpose, lines)
    if there := _there(authority, content):
        return there
    kept = ClassList(
        unit_id=authority.unit_id,
        unit_code=authority.unit_code,
        officer_subject=authority.subject,
        asked_by=authority.subject,
        label=plain_text.clean(label, max_length=_LABEL),
        purpose=ClassList.Purpose(purpose),
        content_mac=content,
        size=len(lines),
    )
    rows = _rows(kept, lines)
    asked = sum(row.answer == ClassRow.Answer.WAITING for row in rows)
    _count(authority, asked)
    try:
        _keep(kept, rows, asked)
    except IntegrityError:
        _give_back(authority, asked)
        if there := _there(authority, content):
            return there
        raise
    except BaseException:
        _give_back(authority, asked)
        raise
    return Begun(kept.public_id, already=False)


def ask_again(*, authority: Authority, public_id: uuid.UUID) -> int:
    """A further round for those who were not found; returns how many are asked about.

    Raises ClassListUnderWay, NothingToAskAgain, TooManyAttempts.
    """
    require(authority)
    kept = own_list(authority, public_id)
    if kept.finished_at is None:
        raise ClassListUnderWay
    still_open = kept.rows.filter(answer__in=STILL_OPEN).count()
    if not still_open:
        raise NothingToAskAgain
    _count(authority, still_open)
    try:
        _open_again(authority, kept)
    except BaseException:
        _give_back(authority, still_open)
        raise
    return still_open


def forget(*, authority: Authority, public_id: uuid.UUID) -> None:
    """Throw the rows away before their seven days are over; the shares stay. Twice is once."""
    require(authority)
    kept = own_list(authority, public_id)
    if _forget([kept.pk]):
        journal.record(
            "accounts.class_list.erased",
            subject=f"class_list:{kept.public_id}",
            actor=authority.subject,
            unit_code=authority.unit_code,
        )


def forget_lapsed() -> int:
    """Throw away the rows of lists that are seven days old; how many lists. The shares name nobody and stay."""
    due = ClassList.objects.filter(forgotten_at=None, kept_until__lte=ClockTimestamp())
    lapsed = list(due.order_by("kept_until").values_list("pk", flat=True)[:20])
    done = sum(_forget([pk]) for pk in lapsed)
    if done:
        journal.record("accounts.data.erased", subject="room:accounts", facts={"class_lists": done})
    return done


def overdue(at_most: int) -> int:
    """How many lists are past their day and still here; counted no further than ``at_most``."""
    due = ClassList.objects.filter(forgotten_at=None, kept_until__lte=ClockTimestamp())
    return due.order_by()[:at_most].count()


def own_list(authority: Authority, public_id: uuid.UUID) -> ClassList:
    """A list of the officer's unit whose rows are still there; another unit's, and a forgotten one, is NotFound."""
    require(authority)
    kept = ClassList.objects.filter(
        public_id=public_id, unit_id=authority.unit_id, forgotten_at=None, kept_until__gt=ClockTimestamp()
    ).first()
    if kept is None:
        raise NotFound
    return kept


@dataclass(frozen=True, slots=True)
class Listed:
    """A list as the unit's overview shows it."""

    public_id: uuid.UUID
    label: str
    purpose: str
    begun_at: datetime
    kept_until: datetime
    size: int
    answered: int
    found: int
    finished: bool
    officer_subject: str


def lists_of(
    viewer: Authority, *, words: str = "", oldest_first: bool = False, skip: int = 0, limit: int = 20
) -> list[Listed]:
    """The unit's lists of the last seven days, searched by their names; two statements."""
    require(viewer)
    where = Q(unit_id=viewer.unit_id, forgotten_at=None) & Q(kept_until__gt=ClockTimestamp())
    if words:
        where &= Q(label__icontains=words)
    order = ("begun_at", "id") if oldest_first else ("-begun_at", "-id")
    page = ClassList.objects.filter(where).order_by(*order)[skip : skip + limit]
    answers = _answers([kept.pk for kept in page])
    return [_listed(kept, answers.get(kept.pk, (0, 0))) for kept in page]


def _listed(kept: ClassList, counted: tuple[int, int]) -> Listed:
    answered, found = counted
    return Listed(
        public_id=kept.public_id,
        label=kept.label,
        purpose=str(ClassList.Purpose(kept.purpose).label),
        begun_at=kept.begun_at,
        kept_until=kept.kept_until,
        size=kept.size,
        answered=answered,
        found=found,
        finished=kept.finished_at is not None,
        officer_subject=kept.officer_subject,
    )


def _answers(lists: Sequence[int]) -> dict[int, tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT class_list_id, count(*) FILTER (WHERE answer <> 'WAITING'),"
            " count(*) FILTER (WHERE answer = 'FOUND') FROM accounts_classrow"
            " WHERE class_list_id = ANY(%s) GROUP BY class_list_id",
            [list(lists)],
        )
        return {pk: (answered, found) for pk, answered, found in cursor.fetchall()}


def _rows(kept: ClassList, lines: Sequence[Line]) -> list[ClassRow]:
    seen: dict[str, int] = {}
    return [_row(kept, line, seen) for line in lines]


def _row(kept: ClassList, line: Line, seen: dict[str, int]) -> ClassRow:
    row = ClassRow(class_list=kept, nth=line.nth, typed_sealed=line.sealed(kept.public_id))
    try:
        row.class_label = class_of(line)
        pupil = Pupil.of(line)
    except Refusal as no:
        row.answer, row.said = ClassRow.Answer.MALFORMED, no.text
        if isinstance(no, NotAClass):
            row.class_label = ""  # somebody's name perhaps, in the wrong column
        return row
    first = seen.setdefault(pupil.number.value, line.nth)
    if first != line.nth:
        row.answer, row.said = ClassRow.Answer.TWICE, _TWICE.format(nth=first)
    return row


@transaction.atomic
def _keep(kept: ClassList, rows: Sequence[ClassRow], asked: int) -> None:
    kept.save(force_insert=True)
    for first in range(0, len(rows), _AT_ONCE):
        ClassRow.objects.bulk_create(rows[first : first + _AT_ONCE])
    _promise(kept)
    _note_list("begun", kept, rows=kept.size, asked=asked, purpose=str(kept.purpose))


def _open_again(authority: Authority, kept: ClassList) -> None:
    """One UPDATE decides between two clicks."""
    with transaction.atomic():
        begun = ClassList.objects.filter(
            pk=kept.pk, run=kept.run, finished_at__isnull=False, forgotten_at=None
        ).update(run=kept.run + 1, finished_at=None, asked_by=authority.subject)
        if not begun:
            raise ClassListUnderWay
        asked = kept.rows.filter(answer__in=STILL_OPEN).update(answer=ClassRow.Answer.WAITING)
        kept.run, kept.asked_by = kept.run + 1, authority.subject
        _promise(kept)
        _note_list("reopened", kept, rows=kept.size, asked=asked, purpose=str(kept.purpose))


def _promise(kept: ClassList) -> None:
    errands.promise(CHECK, f"{CHECK}:{kept.public_id}:{kept.run}", {"class_list": str(kept.public_id)})


@transaction.atomic
def _forget(lists: Sequence[int]) -> int:
    """The list stays for its shares, without the name somebody gave it; its rows are gone."""
    marked = ClassList.objects.filter(pk__in=lists, forgotten_at=None).update(
        forgotten_at=ClockTimestamp(), label=_FORGOTTEN
    )
    if marked:
        ClassRow.objects.filter(class_list__in=lists).delete()
    return marked


def _note_list(what: str, kept: ClassList, **facts: int | str) -> None:
    journal.record(
        f"accounts.class_list.{what}",
        subject=f"class_list:{kept.public_id}",
        actor=kept.asked_by,
        unit_code=kept.unit_code,
        facts=facts,
    )


def _there(authority: Authority, content: bytes) -> Begun | None:
    """The unit's own list with this content; one that has lapsed makes room for the new one."""
    kept = ClassList.objects.filter(content_mac=content, unit_id=authority.unit_id, forgotten_at=None)
    if lapsed := list(kept.filter(kept_until__lte=ClockTimestamp()).values_list("pk", flat=True)):
        _forget(lapsed)
    found = kept.first()
    return Begun(found.public_id, already=True) if found else None


def _content(purpose: str, lines: Sequence[Line]) -> bytes:
    told = json.dumps([[line.nth, *line.plain, line.label] for line in lines], ensure_ascii=False)
    return mac("class-list", purpose, told)


def _count(authority: Authority, rows: int) -> None:
    spending.spend((Quota.CLASS_LISTS_BY_OFFICER, authority.subject))
    if rows:
        spending.spend_times(rows, *_rows_of(authority))


def _give_back(authority: Authority, rows: int) -> None:
    if rows:
        spending.refund(*_rows_of(authority), times=rows)


def _rows_of(authority: Authority) -> tuple[tuple[Quota, str], ...]:
    return (
        (Quota.CLASS_ROWS_BY_UNIT, authority.unit_code),
        (Quota.CLASS_ROWS_BY_OFFICER, authority.subject),
    )
