"""Bản nháp: everything a citizen typed and attached, kept thirty days after the last saving, theirs alone."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now
from django.utils import timezone

from motcua import journal
from motcua.desk import database_rules, filing, owner_aliases
from motcua.desk.filing import Fileable
from motcua.desk.models import FilingDraft, FilingFile
from motcua.files import keeping
from motcua.files.models import StoredFile
from motcua.files.ports import Antivirus
from motcua.kernel.refusal import NotFound, Refusal
from motcua.kernel.scope import EVERYTHING, Scope
from motcua.limits import spending
from motcua.limits.quotas import Quota

KEPT_FOR = timedelta(days=30)
MOST = 20
_LONGEST_WORD = 2000
_AT_ONCE = 200
_SEALED = "desk.filing.typed"


class TooManyDrafts(Refusal):
    code = "too_many_drafts"
    status = 409
    message = "Ông/bà đang có 20 bản nháp. Đề nghị gửi hoặc xóa bớt bản nháp cũ rồi lập bản mới."


@dataclass(frozen=True, slots=True)
class Attached:
    """A file of a draft."""

    order: int
    file_id: uuid.UUID
    name: str = field(repr=False)
    size: int
    stored: StoredFile = field(repr=False)


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as its owner sees it, with the procedure as it stands today."""

    public_id: uuid.UUID
    about: Fileable
    unit_code: str
    unit_name: str
    typed: Mapping[str, str] = field(repr=False)
    files: Mapping[int, Attached] = field(repr=False)
    saved_at: datetime
    kept_until: datetime
    #: The catalogue has changed since it was saved: what was typed is there, the papers want a second look.
    of_another_version: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the list of drafts."""

    public_id: uuid.UUID
    name: str
    unit_name: str
    saved_at: datetime
    kept_until: datetime
    files: int
    may_be_filed: bool


def begin(
    *,
    subject: str,
    code: str,
    unit_code: str,
    organisation: bool,
    within: Scope = EVERYTHING,
    on: date,
) -> uuid.UUID:
    """An empty form. Raises NotFound, ProcedureNotOffered, TooManyDrafts, TooManyAttempts."""
    about = filing.procedure(code, organisation=organisation, within=within, on=on)
    unit = filing.place(unit_code, about)
    if _live(subject, EVERYTHING).count() >= MOST:
        raise TooManyDrafts
    spending.spend((Quota.DRAFTS_BY_OWNER, subject))
    with database_rules.spoken(), transaction.atomic():
        draft = FilingDraft.objects.create(
            owner_subject=subject, procedure_code=code, version=about.procedure.pk, unit=unit
        )
    return draft.public_id


def drafts_of(subject: str, *, organisation: bool, within: Scope = EVERYTHING, on: date) -> list[Listed]:
    """Newest first; two queries, at most twenty rows."""
    own = _live(subject, within).select_related("unit").annotate(n=Count("files"))
    rows = list(own.order_by("-saved_at", "-pk")[:MOST])
    names = filing.names_of([row.procedure_code for row in rows], organisation=organisation, on=on)
    return [
        Listed(
            row.public_id,
            names.get(row.procedure_code, (row.procedure_code, False))[0],
            row.unit.name,
            row.saved_at,
            row.kept_until,
            row.n,
            names.get(row.procedure_code, ("", False))[1],
        )
        for row in rows
    ]


def draft_of(
    subject: str, public_id: uuid.UUID, *, organisation: bool, within: Scope = EVERYTHING, on: date
) -> Draft:
    """One of the owner's drafts. Raises NotFound, also when its procedure is no longer filed online."""
    row = _own(subject, public_id, within)
    about = filing.procedure(row.procedure_code, organisation=organisation, on=on)
    return Draft(
        public_id=row.public_id,
        about=about,
        unit_code=row.unit.code,
        unit_name=row.unit.name,
        typed=_typed(row),
        files=_files(row),
        saved_at=row.saved_at,
        kept_until=row.kept_until,
        of_another_version=row.version != about.procedure.pk,
    )


def save(
    subject: str,
    public_id: uuid.UUID,
    typed: Mapping[str, str],
    *,
    version: int,
    within: Scope = EVERYTHING,
) -> None:
    """What stands in the boxes, right or wrong; thirty more days. Raises NotFound."""
    words = {name: value[:_LONGEST_WORD] for name, value in typed.items() if value}
    sealed = settings.KEYRING.seal(_SEALED, str(public_id), json.dumps(words))
    with transaction.atomic():
        own = _live(subject, within).filter(public_id=public_id)
        saved = own.update(typed_sealed=sealed, version=version)
        if not saved:
            raise NotFound
        _keep_files(public_id)


def attach(
    *,
    subject: str,
    public_id: uuid.UUID,
    order: int,
    data: bytes,
    name: str,
    antivirus: Antivirus,
    now: datetime,
    within: Scope = EVERYTHING,
) -> Attached:
    """Count (L16), inspect and keep one file for a component; it takes the place of an earlier one.

    Call it outside any transaction. Raises NotFound, TooManyAttempts and the reasons of the files room.
    """
    draft = _own(subject, public_id, within)
    spending.spend((Quota.UPLOADS_TO_DOSSIER, str(public_id)), (Quota.UPLOADS_BY_OWNER, subject))
    checked = keeping.check(data, name=name, antivirus=antivirus)
    with transaction.atomic():
        if not _live(subject, within).select_for_update(no_key=True).filter(pk=draft.pk).exists():
            raise NotFound
        _drop(FilingFile.objects.filter(draft=draft, order=order))
        stored = keeping.keep_checked(
            checked, purpose=StoredFile.Purpose.DOSSIER_COMPONENT, purge_after=now + KEPT_FOR
        )
        return _attached(FilingFile.objects.create(draft=draft, order=order, file=stored))


def detach(subject: str, public_id: uuid.UUID, order: int, *, within: Scope = EVERYTHING) -> None:
    """Take a file out of the draft; its bytes go with the next purge. Raises NotFound."""
    draft = _own(subject, public_id, within)
    with transaction.atomic():
        # One at a time with sending: what became a dossier's file meanwhile is not thrown away.
        if not _live(subject, within).select_for_update(no_key=True).filter(pk=draft.pk).exists():
            raise NotFound
        _drop(FilingFile.objects.filter(draft=draft, order=order))


def read(
    subject: str, public_id: uuid.UUID, file_id: uuid.UUID, *, within: Scope = EVERYTHING
) -> tuple[bytes, str, str]:
    """Bytes, name and kind of an own file, to look at it once more. Raises NotFound."""
    found = (
        FilingFile.objects.select_related("file")
        .filter(draft__in=_live(subject, within).filter(public_id=public_id), file__public_id=file_id)
        .first()
    )
    if found is None:
        raise NotFound
    return keeping.read(found.file), keeping.name_of(found.file), found.file.kind


def delete(subject: str, public_id: uuid.UUID, *, within: Scope = EVERYTHING) -> None:
    """The owner throws it away. Raises NotFound."""
    with transaction.atomic():
        draft = _live(subject, within).select_for_update().filter(public_id=public_id).first()
        if draft is None:
            raise NotFound
        _throw_away([draft.pk])
        journal.record("desk.filing.discarded", subject=f"draft:{public_id}", actor=subject)


def purge_lapsed() -> int:
    """Drafts past their thirty days, with their files; how many."""
    with transaction.atomic():
        lapsed = FilingDraft.objects.filter(kept_until__lte=_clock()).order_by("kept_until")
        keys = list(lapsed.select_for_update(skip_locked=True).values_list("pk", flat=True)[:_AT_ONCE])
        if keys:
            _throw_away(keys)
            journal.record("desk.data.erased", subject="room:desk", facts={"drafts": len(keys)})
    return len(keys)


def overdue(at_most: int) -> int:
    """How many drafts are past their day and still here; counted no further than ``at_most``."""
    return FilingDraft.objects.filter(kept_until__lte=_clock()).order_by()[:at_most].count()


def taken_for_sending(
    subject: str, public_id: uuid.UUID, *, within: Scope = EVERYTHING
) -> FilingDraft | None:
    """The draft, locked; None when it is gone. Inside the transaction that sends it."""
    return (
        _live(subject, within)
        .select_related("unit")
        .select_for_update(of=("self",))
        .filter(public_id=public_id)
        .first()
    )


def used_up(draft: FilingDraft) -> None:
    """It became a dossier: the row goes, the files are the dossier's now."""
    FilingFile.objects.filter(draft=draft).delete()
    FilingDraft.objects.filter(pk=draft.pk).delete()


def typed_of(draft: FilingDraft) -> Mapping[str, str]:
    return _typed(draft)


def _live(subject: str, within: Scope) -> "models.QuerySet[FilingDraft]":
    mine = owner_aliases.subjects_of(subject)
    own = FilingDraft.objects.filter(owner_subject__in=mine, kept_until__gt=_clock())
    return own if within.is_whole else own.filter(procedure_code__in=within.codes)


def _own(subject: str, public_id: uuid.UUID, within: Scope) -> FilingDraft:
    found = _live(subject, within).select_related("unit").filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def _typed(row: FilingDraft) -> dict[str, str]:
    if row.typed_sealed is None:
        return {}
    words: dict[str, str] = json.loads(settings.KEYRING.open(_SEALED, str(row.public_id), row.typed_sealed))
    return words


def _files(row: FilingDraft) -> dict[int, Attached]:
    kept = FilingFile.objects.select_related("file").filter(draft=row, file__purged_at=None)
    return {each.order: _attached(each) for each in kept}


def _attached(row: FilingFile) -> Attached:
    stored = row.file
    return Attached(row.order, stored.public_id, keeping.name_of(stored), stored.size, stored)


def _keep_files(public_id: uuid.UUID) -> None:
    StoredFile.objects.filter(
        pk__in=FilingFile.objects.filter(draft__public_id=public_id).values("file_id"), purged_at=None
    ).update(purge_after=timezone.now() + KEPT_FOR)


def _throw_away(keys: Sequence[int]) -> None:
    _drop(FilingFile.objects.filter(draft_id__in=keys))
    FilingDraft.objects.filter(pk__in=keys).delete()


def _drop(rows: "models.QuerySet[FilingFile]") -> None:
    files = list(rows.values_list("file_id", flat=True))
    rows.delete()
    StoredFile.objects.filter(pk__in=files, purged_at=None).update(purge_after=Now())


def _clock() -> RawSQL:
    return RawSQL("clock_timestamp()", ())
