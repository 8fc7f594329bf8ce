"""Tiếp nhận theo lớp: the list as it was typed, put right, and how the class hands its papers in.

Who has an account, and the dossiers themselves: ``group_reception_work``.
"""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db import IntegrityError, connection, transaction
from django.db.models import Count, Q
from django.db.models.expressions import RawSQL
from django.utils import timezone

from motcua import journal
from motcua.desk import catalogue, database_rules, submission
from motcua.desk.group_reception_lists import Line, Pupil
from motcua.desk.models import Component, Dossier, GroupReception, GroupRow, Process
from motcua.desk.submission import HandedIn, How
from motcua.kernel import plain_text
from motcua.kernel.authority import Authority, Power
from motcua.kernel.refusal import NotFound, Refusal

Answer = GroupRow.Answer
_LISTED: Final = 10
#: Ways that a class hands its papers in: scans and the owners' vaults are for one person at a time.
WAYS: Final = (How.PAPER, How.SHOWN, How.NONE)

_TWICE = "Học sinh này đã có ở dòng {nth}."


class GroupAlreadyReceiving(Refusal):
    code = "group_already_receiving"
    status = 409
    message = (
        "Danh sách này đã bắt đầu tiếp nhận nên không sửa được. Đề nghị lập danh sách khác cho phần còn lại."
    )


class GroupPaperWanted(Refusal):
    code = "group_paper_wanted"
    message = "Đề nghị ông/bà chọn cách nộp của từng thành phần: bản giấy, xuất trình hoặc chưa nộp."


class GroupRowReceived(Refusal):
    code = "group_row_received"
    status = 409
    message = "Dòng này đã có hồ sơ. Đề nghị mở hồ sơ để xem hoặc đính chính."


class GroupRowUnderWay(Refusal):
    code = "group_row_under_way"
    status = 409
    message = "Dòng này đang được kiểm tra hoặc tiếp nhận. Đề nghị ông/bà đợi một phút rồi thử lại."


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table. Whole numbers stay away: three digits are compared with the card."""

    nth: int
    name: str = field(repr=False)
    born: str = field(repr=False)
    whose: str
    last3: str = field(repr=False)
    name_masked: str = field(repr=False)
    answer: str
    words: str
    said: str
    differs: bool
    left_out: bool
    code: str
    dossier_id: uuid.UUID | None

    @property
    def ready(self) -> bool:
        """Whether “Tiếp nhận” takes it."""
        return self.answer == Answer.FOUND and not self.left_out and self.dossier_id is None

    @property
    def invited(self) -> bool:
        """Whether its owner is asked to make an account."""
        return self.answer == Answer.NOT_FOUND and not self.left_out


@dataclass(frozen=True, slots=True)
class Group:
    """One list with all that its page shows."""

    public_id: uuid.UUID
    label: str
    process: Process
    components: Sequence[Component]
    papers: Sequence[HandedIn]
    result_wanted: str
    begun_at: datetime
    receiving: bool
    rows: Sequence[Row] = field(repr=False)

    @property
    def chosen(self) -> bool:
        """Whether it was said how the class hands its papers in."""
        return bool(self.papers)

    def count(self, answer: str) -> int:
        """How many rows have this answer."""
        return sum(row.answer == answer and not row.left_out for row in self.rows)

    @property
    def waiting(self) -> int:
        return self.count(Answer.WAITING)

    @property
    def answered(self) -> int:
        return len(self.rows) - self.waiting

    @property
    def missing(self) -> int:
        return self.count(Answer.NOT_FOUND)

    @property
    def unknown(self) -> int:
        return self.count(Answer.UNKNOWN)

    @property
    def to_receive(self) -> int:
        return self.ready + self.received

    @property
    def ready(self) -> int:
        return sum(row.ready for row in self.rows)

    @property
    def received(self) -> int:
        return sum(row.dossier_id is not None for row in self.rows)


@dataclass(frozen=True, slots=True)
class Listed:
    """A list that an officer may go on with."""

    public_id: uuid.UUID
    label: str
    procedure_name: str
    begun_at: datetime
    rows: int
    received: int


def begin(
    *,
    authority: Authority,
    label: str,
    procedure_code: str,
    process_id: int,
    lines: Sequence[Line],
    now: datetime,
    key: uuid.UUID | None = None,
) -> uuid.UUID:
    """Keep the list as it was typed; nobody is asked about anybody yet. Raises ProcedureNotOffered.

    ``key``: the form's own; the same list sent twice under it is one list, a list put right is another.
    """
    authority.require(Power.RECEIVE_DOSSIER)
    process = catalogue.process_of(authority, procedure_code, process_id, on=timezone.localdate(now))
    group = GroupReception(
        public_id=key or uuid.uuid4(),
        unit_id=authority.unit_id,
        unit_code=authority.unit_code,
        officer_subject=authority.subject,
        label=plain_text.clean(label, max_length=120),
        procedure=process.procedure,
        process=process,
    )
    if there := _under_its_key(group):
        if _says_the_same(there, group, lines):
            return there.public_id
        group.public_id = uuid.uuid4()
    rows = [GroupRow(public_id=uuid.uuid4(), group=group, nth=nth) for nth, _ in enumerate(lines, start=1)]
    seen: dict[str, int] = {}
    for row, line in zip(rows, lines, strict=True):
        _read_into(row, line, seen)
    with database_rules.spoken():
        try:
            _keep(group, rows)
        except IntegrityError:
            # Somebody pressed twice, and both came at once: the key let one of them through.
            there = _under_its_key(group)
            if there is None or not _says_the_same(there, group, lines):
                raise
            return there.public_id
    return group.public_id


@transaction.atomic
def _keep(group: GroupReception, rows: Sequence[GroupRow]) -> None:
    group.save(force_insert=True)
    GroupRow.objects.bulk_create(rows)
    note_group("begun", group, rows=len(rows))


def _under_its_key(group: GroupReception) -> GroupReception | None:
    return GroupReception.objects.filter(public_id=group.public_id).first()


def _says_the_same(there: GroupReception, group: GroupReception, lines: Sequence[Line]) -> bool:
    """The officer's own, at this unit, with the same pupils; one that was forgotten says nothing any more."""
    for column in ("officer_subject", "unit_id", "label", "process_id"):
        if getattr(there, column) != getattr(group, column):
            return False
    kept = there.rows.order_by("nth")
    return [Line.opened(row.public_id, row.typed_sealed) for row in kept] == list(lines)


def group_of(authority: Authority, public_id: uuid.UUID) -> Group:
    """The officer's own list; anybody else's is not there. Three queries, however many rows."""
    authority.require(Power.RECEIVE_DOSSIER)
    group = own_group(authority, public_id)
    rows = group.rows.select_related("account_check", "dossier").order_by("nth")
    return Group(
        public_id=group.public_id,
        label=group.label,
        process=group.process,
        components=list(group.procedure.components.order_by("order")),
        papers=papers_of(group.papers),
        result_wanted=group.result_wanted,
        begun_at=group.begun_at,
        receiving=group.receiving_at is not None,
        rows=[_shown(row) for row in rows],
    )


def open_groups(authority: Authority) -> list[Listed]:
    """The officer's newest lists at this unit; one query."""
    found = (
        GroupReception.objects.select_related("procedure")
        .filter(officer_subject=authority.subject, unit_id=authority.unit_id)
        .annotate(of=Count("rows"), done=Count("rows", filter=Q(rows__dossier__isnull=False)))
        .order_by("-begun_at", "-id")[:_LISTED]
    )
    return [
        Listed(group.public_id, group.label, group.procedure.name, group.begun_at, group.of, group.done)
        for group in found
    ]


def line_of(authority: Authority, public_id: uuid.UUID, nth: int) -> tuple[Line, Sequence[HandedIn]]:
    """What was typed in one line, and its own papers if they differ from the class's."""
    row = _row(own_group(authority, public_id), nth)
    return Line.opened(row.public_id, row.typed_sealed), papers_of(row.papers)


def correct(*, authority: Authority, public_id: uuid.UUID, nth: int, line: Line) -> None:
    """Put one line right; its account is asked about anew, and the old answer no longer counts."""
    authority.require(Power.RECEIVE_DOSSIER)
    group = own_group(authority, public_id)
    others = {
        pupil.same_as: row.nth
        for row, pupil in pupils_of(group.rows.exclude(nth=nth))
        if pupil is not None and row.answer != Answer.TWICE
    }
    row = _row(group, nth)
    _read_into(row, line, others)
    _put_right(
        row,
        typed_sealed=row.typed_sealed,
        answer=row.answer,
        said=row.said,
        account_check=None,
        claimed_at=None,
    )


def leave_out(*, authority: Authority, public_id: uuid.UUID, nth: int, out: bool) -> None:
    """This pupil is not received with the class, or is after all."""
    authority.require(Power.RECEIVE_DOSSIER)
    _put_right(_row(own_group(authority, public_id), nth), left_out=out)


def choose_papers(
    *,
    authority: Authority,
    public_id: uuid.UUID,
    papers: Sequence[HandedIn],
    result_wanted: Dossier.ResultWanted = Dossier.ResultWanted.AT_DESK,
) -> None:
    """How the class hands in each component, and where the results are wanted.

    Raises GroupPaperWanted, NecessaryPaperMissing, PapersIncomplete, GroupAlreadyReceiving.
    """
    authority.require(Power.RECEIVE_DOSSIER)
    group = own_group(authority, public_id)
    if group.receiving_at is not None:
        raise GroupAlreadyReceiving
    kept = _kept(_components(group), papers)
    with database_rules.spoken(), transaction.atomic():
        GroupReception.objects.filter(pk=group.pk).update(
            papers=kept,
            result_wanted=result_wanted,
        )
        note_group("settled", group)


def choose_own_papers(
    *, authority: Authority, public_id: uuid.UUID, nth: int, papers: Sequence[HandedIn]
) -> None:
    """This pupil's papers, where they differ; none for those of the class."""
    authority.require(Power.RECEIVE_DOSSIER)
    group = own_group(authority, public_id)
    _put_right(_row(group, nth), papers=_kept(_components(group), papers) if papers else None)


def change(row: GroupRow, **columns: object) -> None:
    """While it has no dossier. Raises GroupRowReceived."""
    with database_rules.spoken():
        if not GroupRow.objects.filter(pk=row.pk, dossier=None).update(**columns):
            raise GroupRowReceived


def _put_right(row: GroupRow, **columns: object) -> None:
    """As ``change``, and not while somebody works on it: what they read must stand until they are done.

    Raises GroupRowReceived, GroupRowUnderWay.
    """
    free = Q(claimed_at=None) | Q(claimed_at__lt=RawSQL("clock_timestamp() - interval '1 minute'", ()))
    with database_rules.spoken():
        if GroupRow.objects.filter(free, pk=row.pk, dossier=None).update(**columns):
            return
    received = GroupRow.objects.filter(pk=row.pk, dossier__isnull=False).exists()
    raise GroupRowReceived if received else GroupRowUnderWay


def _read_into(row: GroupRow, line: Line, seen: dict[str, int]) -> None:
    """Seal what was typed; say at once what no portal needs to be asked about."""
    row.typed_sealed, row.answer, row.said = line.seal(row.public_id), Answer.WAITING, ""
    try:
        pupil = Pupil.of(line)
    except Refusal as no:
        row.answer, row.said = Answer.MALFORMED, no.text
        return
    first = seen.setdefault(pupil.same_as, row.nth)
    if first != row.nth:
        row.answer, row.said = Answer.TWICE, _TWICE.format(nth=first)


def pupils_of(rows: "Iterable[GroupRow]") -> Iterator[tuple[GroupRow, Pupil | None]]:
    for row in rows:
        try:
            yield row, Pupil.of(Line.opened(row.public_id, row.typed_sealed))
        except Refusal:
            yield row, None


def _shown(row: GroupRow) -> Row:
    line, check = Line.opened(row.public_id, row.typed_sealed), row.account_check
    typed = "".join(letter for letter in line.parent or line.number if letter in "0123456789")
    return Row(
        nth=row.nth,
        name=line.name,
        born=line.born,
        whose=line.relation if line.parent else "",
        last3=typed[-3:],
        name_masked=check.name_masked if check else "",
        answer=row.answer,
        words=str(Answer(row.answer).label),
        said=row.said,
        differs=row.papers is not None,
        left_out=row.left_out,
        code=(row.dossier.code or "") if row.dossier else "",
        dossier_id=row.dossier.public_id if row.dossier else None,
    )


_LAPSED: Final = """
UPDATE desk_grouprow r SET typed_sealed = NULL FROM desk_groupreception g
 WHERE g.id = r.group_id AND r.typed_sealed IS NOT NULL AND g.kept_until <= clock_timestamp()
"""


@transaction.atomic
def forget_lapsed() -> int:
    """Empty what was typed into lists that are older than thirty days; how many lines. Twice is once."""
    with connection.cursor() as cursor:
        cursor.execute(_LAPSED)
        lines = int(cursor.rowcount)
    if lines:
        journal.record("desk.data.erased", subject="room:desk", facts={"class_lines": lines})
    return lines


def overdue(at_most: int) -> int:
    """How many lines past their day still say something; counted no further than ``at_most``."""
    lapsed = GroupRow.objects.filter(
        typed_sealed__isnull=False, group__kept_until__lte=RawSQL("clock_timestamp()", ())
    )
    return lapsed.order_by()[:at_most].count()


def own_group(authority: Authority, public_id: uuid.UUID) -> GroupReception:
    group = (
        GroupReception.objects.select_related("procedure", "process__procedure", "unit")
        .filter(public_id=public_id, officer_subject=authority.subject, unit_id=authority.unit_id)
        .first()
    )
    if group is None:
        raise NotFound
    return group


def _row(group: GroupReception, nth: int) -> GroupRow:
    row = group.rows.select_related("account_check").filter(nth=nth).first()
    if row is None:
        raise NotFound
    return row


def _components(group: GroupReception) -> Sequence[Component]:
    return list(group.procedure.components.order_by("order"))


def _kept(components: Sequence[Component], papers: Sequence[HandedIn]) -> list[list[object]]:
    """As kept with the list; every component is chosen, none by itself."""
    if {paper.order for paper in papers} != {component.order for component in components}:
        raise GroupPaperWanted
    if any(paper.how not in WAYS for paper in papers):
        raise GroupPaperWanted
    submission.whole_checklist(components, papers)
    return [[p.order, p.how.value, p.originals, p.certified, p.copies] for p in papers]


def papers_of(kept: Sequence[Sequence[object]] | None) -> list[HandedIn]:
    return [
        HandedIn(
            order=int(str(order)),
            how=How(str(how)),
            originals=int(str(originals)),
            certified=int(str(certified)),
            copies=int(str(copies)),
        )
        for order, how, originals, certified, copies in kept or ()
    ]


def note_group(what: str, group: GroupReception, **facts: int) -> None:
    journal.record(
        f"desk.group.{what}",
        subject=f"group:{group.public_id}",
        actor=group.officer_subject,
        unit_code=group.unit_code,
        facts={"procedure": group.procedure.code, **facts},
    )
