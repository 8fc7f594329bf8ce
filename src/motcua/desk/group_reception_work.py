"""Tiếp nhận theo lớp, the long part: every account asked about once, then a dossier for each pupil who was found.

Each dossier goes through ``reception.receive`` with its own check, so the gate holds for it as for any other (C7–C9).
Done in pieces: every row is finished by itself, and what is left is done when the officer goes on.
"""

import time
import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from django.db import connection, transaction

from motcua.desk import checks, database_rules, numbering, reception, visits
from motcua.desk.group_reception import change, note_group, own_group, papers_of, pupils_of
from motcua.desk.group_reception_lists import Line, Pupil
from motcua.desk.models import AccountCheck, Dossier, GroupReception, GroupRow
from motcua.desk.ports import AccountRegistry, PortalUnavailable
from motcua.desk.submission import PersonConcerned, Submission
from motcua.kernel.authority import Authority, Power
from motcua.kernel.person_name import NameMatch, PersonName
from motcua.kernel.refusal import NotFound, Refusal
from motcua.limits.spending import CountingUnavailable, TooManyAttempts

Answer = GroupRow.Answer
#: One piece of work: so many rows, and not longer than a person waits for a page.
_PIECE: Final = 20
_SECONDS: Final = 4.0
_OTHER_NAME = (
    "Tên trong danh sách khác tên của tài khoản. Đề nghị đối chiếu giấy tờ, sửa dòng rồi kiểm tra lại."
)
_STAFF = "Chủ hồ sơ là cán bộ. Đề nghị tiếp nhận riêng hồ sơ này."
_NOT_FOUND = "Chưa có tài khoản trên Cổng DVCQG. Đề nghị mời tạo tài khoản rồi kiểm tra lại."
_UNKNOWN = "Cổng DVCQG chưa trả lời. Đề nghị kiểm tra lại sau, hoặc tiếp nhận tạm riêng hồ sơ này."


class GroupNotChosen(Refusal):
    code = "group_papers_not_chosen"
    status = 409
    message = "Chưa chọn cách nộp của từng thành phần. Đề nghị ông/bà chọn rồi bấm “Lưu thành phần”."


def check_some(
    *, authority: Authority, public_id: uuid.UUID, registry: AccountRegistry, now: datetime
) -> int:
    """Ask about the accounts of the next rows; returns how many still wait.

    Raises TooManyAttempts with the rows that were answered kept, and the others waiting.
    """
    authority.require(Power.RECEIVE_DOSSIER)
    group = own_group(authority, public_id)
    rows = list(group.rows.select_related("account_check").order_by("nth"))
    known = {pupil.owner.value: row for row, pupil in pupils_of(rows) if pupil is not None and _asked(row)}
    for row in _piece(rows, Answer.WAITING):
        pupil = Pupil.of(Line.opened(row.public_id, row.typed_sealed))
        before = known.get(pupil.owner.value)
        try:
            answer, said, check = _answer(
                authority, group, pupil, before.account_check if before else None, registry, now
            )
        except (TooManyAttempts, CountingUnavailable):
            change(row, claimed_at=None)
            raise
        change(row, answer=answer, said=said, account_check=check, claimed_at=None)
        row.answer, row.account_check = answer, check
        known[pupil.owner.value] = row
    return GroupRow.objects.filter(group=group, answer=Answer.WAITING, left_out=False).count()


def ask_again(*, authority: Authority, public_id: uuid.UUID) -> int:
    """Rows that had no account, or no answer, wait to be asked about once more; how many."""
    authority.require(Power.RECEIVE_DOSSIER)
    group = own_group(authority, public_id)
    return GroupRow.objects.filter(
        group=group, answer__in=[Answer.NOT_FOUND, Answer.UNKNOWN], left_out=False
    ).update(answer=Answer.WAITING, said="", account_check=None, claimed_at=None)


def receive_some(
    *, authority: Authority, public_id: uuid.UUID, registry: AccountRegistry, now: datetime
) -> int:
    """A dossier for each of the next pupils who were found; returns how many still wait.

    Twice is once: a row is received under its own key, and by one caller at a time. Raises GroupNotChosen;
    NumbersUsedUp with the rows that have no dossier waiting, for tomorrow.
    """
    authority.require(Power.RECEIVE_DOSSIER)
    group = own_group(authority, public_id)
    if group.papers is None:
        raise GroupNotChosen
    numbering.require_left(authority.unit_id, now)
    with database_rules.spoken(), transaction.atomic():
        begun = GroupReception.objects.filter(pk=group.pk, receiving_at=None).update(receiving_at=now)
        if begun:
            note_group("opened", group)
    rows = list(group.rows.select_related("account_check").filter(answer=Answer.FOUND).order_by("nth"))
    for row in _piece(rows, Answer.FOUND):
        try:
            _receive(authority, group, row, registry, now)
        except (TooManyAttempts, CountingUnavailable, PortalUnavailable, numbering.NumbersUsedUp):
            change(row, claimed_at=None)
            raise
        except Refusal as no:
            # This pupil is for the ordinary screen; the class goes on.
            change(row, answer=Answer.ALONE, said=no.text, claimed_at=None)
    return GroupRow.objects.filter(group=group, answer=Answer.FOUND, left_out=False, dossier=None).count()


def _answer(
    authority: Authority,
    group: GroupReception,
    pupil: Pupil,
    before: AccountCheck | None,
    registry: AccountRegistry,
    now: datetime,
) -> tuple[str, str, AccountCheck | None]:
    """One question for one person: brothers and sisters on the list share their parent's answer."""
    if before is None:
        view = checks.check_owner(authority=authority, number=pupil.owner, registry=registry, now=now)
        check = checks.own_check(authority, view.public_id)
    else:
        check, view = before, checks.view_of(before)
    if check.answer == AccountCheck.Answer.NOT_FOUND:
        return Answer.NOT_FOUND, _NOT_FOUND, check
    if check.answer == AccountCheck.Answer.UNKNOWN:
        return Answer.UNKNOWN, _UNKNOWN, check
    if not view.can_receive:
        return Answer.ALONE, view.words, check
    try:
        name, is_staff = _owner(authority, group, check, registry, now)
    except PortalUnavailable:
        return Answer.UNKNOWN, _UNKNOWN, check
    except Refusal as no:
        return Answer.ALONE, no.text, check
    if is_staff:
        return Answer.ALONE, _STAFF, check
    if pupil.wanted_name is not None and _differs(pupil.wanted_name, name):
        return Answer.OTHER_NAME, _OTHER_NAME, check
    return Answer.FOUND, "", check


def _owner(
    authority: Authority, group: GroupReception, check: AccountCheck, registry: AccountRegistry, now: datetime
) -> tuple[str, bool]:
    """The account's full name, asked for with the procedure that was chosen, and whether it is a colleague's."""
    if check.owner_name_sealed is not None:
        return checks.owner_name_of(check), False
    draft = _choose(authority, group, check.public_id, registry, now)
    return draft.owner_name, draft.owner_is_staff


def _choose(
    authority: Authority,
    group: GroupReception,
    check_id: uuid.UUID,
    registry: AccountRegistry,
    now: datetime,
) -> checks.Draft:
    return checks.choose_procedure(
        authority=authority,
        check_id=check_id,
        procedure_code=group.procedure.code,
        process_id=group.process_id,
        registry=registry,
        now=now,
    )


def _receive(
    authority: Authority, group: GroupReception, row: GroupRow, registry: AccountRegistry, now: datetime
) -> None:
    made = _made(row, authority)
    if made is None:
        try:
            made = make(authority, group, row, registry, now)
        except Refusal:
            made = _made(row, authority)  # somebody else was faster with this very row
            if made is None:
                raise
    with database_rules.spoken():
        GroupRow.objects.filter(pk=row.pk, dossier=None).update(dossier=made, claimed_at=None)


def make(
    authority: Authority, group: GroupReception, row: GroupRow, registry: AccountRegistry, now: datetime
) -> Dossier:
    """The row's dossier, under the row's key; the row learns of it afterwards."""
    form, first = _form(group, row), _check_of(row)
    try:
        return _received(authority, first.public_id, form, registry, now)
    except (checks.CheckAlreadySpent, checks.CheckTooOld):
        # A brother's or sister's dossier has it, or the list lay for a day: a check of this row's own.
        further = _further(authority, group, first, registry, now)
        return _received(authority, further, form, registry, now)


def _received(
    authority: Authority, check_id: uuid.UUID, form: Submission, registry: AccountRegistry, now: datetime
) -> Dossier:
    return reception.receive(authority=authority, check_id=check_id, form=form, registry=registry, now=now)


def _further(
    authority: Authority, group: GroupReception, first: AccountCheck, registry: AccountRegistry, now: datetime
) -> uuid.UUID:
    """A further check of the same owner: derived from the look-up while it is fresh, else asked again."""
    try:
        draft = _choose(authority, group, first.public_id, registry, now)
        if draft.check_id != first.public_id:
            return draft.check_id
    except checks.CheckTooOld:
        pass
    view = visits.ask_again(authority=authority, check_id=first.public_id, registry=registry, now=now)
    fresh = checks.own_check(authority, view.public_id)
    checks.require_receivable(fresh)
    if fresh.subject != first.subject:
        raise checks.OwnerChanged
    return _choose(authority, group, fresh.public_id, registry, now).check_id


def _made(row: GroupRow, authority: Authority) -> Dossier | None:
    """What this row became before, if the answer was lost on the way."""
    return Dossier.objects.filter(received_by=authority.subject, idempotency_key=row.public_id).first()


def _form(group: GroupReception, row: GroupRow) -> Submission:
    pupil = Pupil.of(Line.opened(row.public_id, row.typed_sealed))
    return Submission(
        key=row.public_id,
        procedure_code=group.procedure.code,
        process_id=group.process_id,
        papers=papers_of(row.papers if row.papers is not None else group.papers),
        person=PersonConcerned(pupil.name.value, pupil.born.shown, pupil.to_owner)
        if pupil.relation
        else PersonConcerned(),
        right=pupil.right,
        note=f"Tiếp nhận theo lớp: {group.label}",
        result_wanted=Dossier.ResultWanted(group.result_wanted),
    )


def _piece(rows: Sequence[GroupRow], answer: str) -> Iterator[GroupRow]:
    """The next rows, each claimed by one caller; a claim that was never given back lapses in a minute."""
    until, taken = time.monotonic() + _SECONDS, 0
    for row in rows:
        if row.answer != answer or row.left_out or row.dossier_id is not None:
            continue
        if taken == _PIECE or time.monotonic() > until:
            return
        if _claim(row, answer):
            taken += 1
            row.refresh_from_db()  # it may have been put right since the list was read
            yield row


_CLAIM: Final = """
UPDATE desk_grouprow SET claimed_at = clock_timestamp()
 WHERE id = %s AND answer = %s AND dossier_id IS NULL AND NOT left_out
   AND (claimed_at IS NULL OR claimed_at < clock_timestamp() - interval '1 minute')
"""


def _claim(row: GroupRow, answer: str) -> bool:
    """One conditional UPDATE decides between two clicks."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [row.pk, answer])
        return bool(cursor.rowcount)


def _check_of(row: GroupRow) -> AccountCheck:
    if row.account_check is None:
        raise NotFound
    return row.account_check


def _asked(row: GroupRow) -> bool:
    return row.account_check is not None and row.answer != Answer.WAITING


def _differs(wanted: PersonName, known: str) -> bool:
    return PersonName.parse(known).compare(wanted) == NameMatch.DIFFERENT
