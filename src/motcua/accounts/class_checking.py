"""Hỏi tài khoản cho cả danh sách: by the worker, some hundred rows at a time, the same few statements for each.

A row is answered in the transaction that leaves its look-up and its line of the journal, so a worker that dies has
answered a row wholly or not at all. Nothing is told but whether the row's own number and name lead to an account:
a number without its name learns nothing (threats T-08, adr/0020).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from motcua import journal
from motcua.accounts import decoys, looking_up
from motcua.accounts.class_files import Line, Pupil
from motcua.accounts.models import Account, ClassList, ClassRow
from motcua.accounts.models.columns import ClockTimestamp
from motcua.accounts.sealed_data import number_fingerprint
from motcua.kernel.person_name import NameMatch, PersonName
from motcua.keys import marks
from motcua.outbox.errands import Fact, TryLater

#: What the owner of an account reads as the purpose of the question.
PURPOSE: Final = "danh-sach-lop"
#: One statement asks about so many numbers; one call of the errand does two of them, then others have their turn.
BATCH: Final = 500
_BATCHES: Final = 2
#: So many words must be right: surname and given name alone are soon guessed (threats T-08).
_ALIKE: Final = 3
#: How often in a day a unit may write another name beside one number with an account; then it is told no more.
_NAMES_A_DAY: Final = 3

#: After the last day of passwords (ADR 0039) such an account is found, and a dossier of its owner is not received.
UNLINKED: Final = (
    "Chưa liên kết VNeID: phụ huynh, học sinh đăng nhập Cổng bằng VNeID một lần trước khi nộp hồ sơ."
)
_NAMES: Final = """
    SELECT d.number_bi, p.full_name, accounts_own_ended('CITIZEN') AND NOT accounts_vneid_stands(a.id, 'CITIZEN')
      FROM accounts_identitydocument d
      JOIN accounts_person p ON p.id = d.person_id
      JOIN accounts_account a ON a.person_id = d.person_id
     WHERE d.number_bi = ANY(%s) AND d.status = 'active' AND p.kind = 'CITIZEN' AND a.status = ANY(%s)
"""
_TRIED: Final = """
    SELECT number_bi FROM accounts_lookup
     WHERE number_bi = ANY(%s) AND unit_code = %s AND purpose = %s AND answer = 'REVIEW'
       AND at > clock_timestamp() - interval '1 day'
"""
_ANSWER: Final = """
    UPDATE accounts_classrow r SET answer = told.answer, said = told.said
      FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS told (id, answer, said)
     WHERE r.id = told.id AND r.answer = 'WAITING'
"""
_TALLY: Final = """
    INSERT INTO accounts_classtally (class_list_id, run, unit_id, class_label, pupils, found)
    SELECT class_list_id, %s, %s, class_label, count(*), count(*) FILTER (WHERE answer = 'FOUND')
      FROM accounts_classrow WHERE class_list_id = %s AND answer NOT IN ('MALFORMED', 'TWICE')
     GROUP BY class_list_id, class_label
"""


@dataclass(frozen=True, slots=True)
class _Asked:
    row: ClassRow
    mark: bytes
    name: PersonName


@dataclass(frozen=True, slots=True)
class _Known:
    name: PersonName
    unlinked: bool


def check(data: Mapping[str, Fact]) -> None:
    """The errand: the next rows of a list; comes again until none waits. A second call finds nothing to do."""
    public_id = UUID(str(data["class_list"]))
    for _ in range(_BATCHES):
        if not check_some(public_id):
            return
    raise TryLater(0)


def check_some(public_id: UUID) -> bool:
    """Answer the next rows; whether some still wait. Two workers at once share the rows and answer none twice."""
    with transaction.atomic():
        kept = ClassList.objects.select_for_update().filter(public_id=public_id, forgotten_at=None).first()
        if kept is None:
            return False
        _answer(kept, _next(kept))
        if ClassRow.objects.filter(class_list=kept, answer=ClassRow.Answer.WAITING).exists():
            return True
        _finish(kept)
    return False


def _next(kept: ClassList) -> list[_Asked]:
    waiting = ClassRow.objects.filter(class_list=kept, answer=ClassRow.Answer.WAITING).order_by("nth")[:BATCH]
    return [_asked(kept, row) for row in waiting]


def _asked(kept: ClassList, row: ClassRow) -> _Asked:
    pupil = Pupil.of(Line.opened(kept.public_id, row.nth, row.class_label, row.typed_sealed))
    return _Asked(row, number_fingerprint(pupil.number), pupil.name)


def _answer(kept: ClassList, asked: Sequence[_Asked]) -> None:
    if not asked:
        return
    known = _names([one.mark for one in asked])
    tried = _tried(kept, list(known))
    of_each = [[] if one.mark in tried else known.get(one.mark, []) for one in asked]
    answers = [
        _told(one.name, [each.name for each in theirs]) for one, theirs in zip(asked, of_each, strict=True)
    ]
    said = [
        UNLINKED if answer == ClassRow.Answer.FOUND and _all_unlinked(one.name, theirs) else ""
        for one, theirs, answer in zip(asked, of_each, answers, strict=True)
    ]
    with connection.cursor() as cursor:
        cursor.execute(_ANSWER, [[one.row.pk for one in asked], answers, said])
    looking_up.note_many(
        [(one.mark, _seen(answer, one.mark in known)) for one, answer in zip(asked, answers, strict=True)],
        asked_by=kept.asked_by,
        unit_code=kept.unit_code,
        purpose=PURPOSE,
    )
    missed = [one.mark for one in asked if one.mark not in known]
    decoys.watch_marks(missed, asked_by=kept.asked_by, unit=kept.unit_code)


def _all_unlinked(name: PersonName, known: Sequence[_Known]) -> bool:
    """Told of whoever has this name, and of nobody else."""
    same = [each for each in known if each.name.compare(name) is not NameMatch.DIFFERENT]
    return all(each.unlinked for each in same)


def _names(asked: Sequence[bytes]) -> dict[bytes, list[_Known]]:
    """Who has a living account under each number; of a number that leads to two people, both."""
    found: dict[bytes, list[_Known]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_NAMES, [marks.forms(*asked), list(Account.LIVE)])
        for mark, name, unlinked in cursor.fetchall():
            found.setdefault(marks.read(mark), []).append(_Known(PersonName.parse(name), unlinked))
    return found


def _tried(kept: ClassList, asked: Sequence[bytes]) -> set[bytes]:
    """The numbers beside which the unit wrote other names too often today: of these it learns nothing more."""
    with connection.cursor() as cursor:
        cursor.execute(_TRIED, [marks.forms(*asked), kept.unit_code, PURPOSE])
        tried = Counter(marks.read(mark) for (mark,) in cursor.fetchall())
    return {mark for mark, times in tried.items() if times >= _NAMES_A_DAY}


def _told(name: PersonName, known: Sequence[PersonName]) -> str:
    """Found only under its own name; near enough to be a slip of the pen; else as if there were nobody."""
    if any(other.compare(name) is not NameMatch.DIFFERENT for other in known):
        return ClassRow.Answer.FOUND
    if any(_near(other, name) for other in known):
        return ClassRow.Answer.OTHER_NAME
    return ClassRow.Answer.NOT_FOUND


def _seen(answer: str, has_account: bool) -> str:
    """What the owner reads in their history: the number was theirs, whatever the list called them."""
    if answer == ClassRow.Answer.FOUND:
        return "FOUND"
    return "REVIEW" if has_account else "NOT_FOUND"


def _near(one: PersonName, other: PersonName) -> bool:
    """A slip of the pen in a name that is otherwise known: a letter, or a word between the first and the last."""
    few, many = sorted((one.words, other.words), key=len)
    if len(few) < _ALIKE:
        return False
    return _a_word_apart(few, many) or _a_letter_apart(one.folded, other.folded)


def _a_word_apart(few: Sequence[str], many: Sequence[str]) -> bool:
    """One word between the ends is another or left out; all others agree in their order, at least three of them."""
    if len(many) - len(few) > 1 or len(many) <= _ALIKE:
        return False
    without = [(*many[:at], *many[at + 1 :]) for at in range(1, len(many) - 1)]
    if len(few) < len(many):
        return few in without
    return any((*few[:at], *few[at + 1 :]) == without[at - 1] for at in range(1, len(few) - 1))


def _a_letter_apart(one: str, other: str) -> bool:
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if start is None:
        return abs(len(one) - len(other)) == 1
    rest, others = one[start:], other[start:]
    return rest[1:] == others[1:] or rest[1:] == others or rest == others[1:]


def _finish(kept: ClassList) -> None:
    """Once for each round: the shares of the classes, and a line of the journal."""
    if kept.finished_at is not None:
        return
    ClassList.objects.filter(pk=kept.pk).update(finished_at=ClockTimestamp())
    with connection.cursor() as cursor:
        cursor.execute(_TALLY, [kept.run, kept.unit_id, kept.pk])
    found = ClassRow.objects.filter(class_list=kept, answer=ClassRow.Answer.FOUND).count()
    journal.record(
        "accounts.class_list.finished",
        subject=f"class_list:{kept.public_id}",
        actor=kept.asked_by,
        unit_code=kept.unit_code,
        facts={"rows": kept.size, "count": found},
    )
