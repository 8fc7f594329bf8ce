"""Chuyển giấy tờ về đúng chủ: what was filed under the wrong owner moves by two officers, with a trace."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from motcua import journal
from motcua.accounts.identity import account_of_subject
from motcua.accounts.models.columns import ClockTimestamp
from motcua.files import keeping as files
from motcua.files.models import StoredFile
from motcua.kernel.authority import Authority, Power
from motcua.kernel.plain_text import clean
from motcua.kernel.refusal import NotFound, Refusal
from motcua.units.models import Unit
from motcua.vault import keeping
from motcua.vault.models import Correction, Paper

_KEPT_UNTIL = datetime(2999, 12, 31, tzinfo=UTC)


class NotForYourself(Refusal):
    code = "correction_not_for_yourself"
    status = 403
    message = "Ông/bà không được chuyển giấy tờ vào kho của chính mình. Đề nghị cán bộ khác thực hiện."


class SecondOfficerNeeded(Refusal):
    code = "correction_second_officer_needed"
    status = 403
    message = "Người duyệt phải khác người đề nghị. Đề nghị cán bộ thứ hai duyệt."


class AlreadyAsked(Refusal):
    code = "correction_already_asked"
    status = 409
    message = "Giấy tờ này đã có đề nghị chuyển chủ. Đề nghị ông/bà xem danh sách chờ duyệt."


class SameOwner(Refusal):
    code = "correction_same_owner"
    message = "Giấy tờ đã ở trong kho của người này. Đề nghị ông/bà kiểm tra lại chủ mới."


@transaction.atomic
def ask(*, authority: Authority, paper_id: UUID, audience: str, to_subject: str, reason: str) -> int:
    """Ask that a paper, digitised in own unit or below, moves to the vault of a checked account."""
    authority.require(Power.APPROVE_EXCEPTION)
    if to_subject == authority.subject:
        raise NotForYourself
    paper = Paper.objects.filter(public_id=paper_id, state=Paper.State.CURRENT).first()
    if paper is None or not _in_reach(authority, paper.digitised_unit_code):
        raise NotFound
    if account_of_subject(to_subject, audience).pk == paper.owner_id:
        raise SameOwner
    try:
        with transaction.atomic():
            asked = Correction.objects.create(
                paper=paper,
                to_audience=audience,
                to_subject=to_subject,
                reason=clean(reason, max_length=300),
                asked_by_subject=authority.subject,
                asked_unit_code=authority.unit_code,
            )
    except IntegrityError as twice:
        raise AlreadyAsked from twice
    _write_down("asked", asked, authority)
    return asked.pk


@transaction.atomic
def approve(*, authority: Authority, correction_id: int, with_versions: bool = False) -> UUID:
    """A second officer agrees: the old row closes, a new one stands in the right vault; its id.

    ``with_versions``: the earlier scans of the same paper go along, so that none stays readable where it lay.
    """
    authority.require(Power.APPROVE_EXCEPTION)
    asked = Correction.objects.select_related("paper__file").filter(pk=correction_id).first()
    if asked is None or not _in_reach(authority, asked.paper.digitised_unit_code):
        raise NotFound
    if asked.asked_by_subject == authority.subject:
        raise SecondOfficerNeeded
    if asked.to_subject == authority.subject:
        raise NotForYourself
    decided = Correction.objects.filter(pk=asked.pk, approved_by_subject="").update(
        approved_by_subject=authority.subject, approved_at=ClockTimestamp()
    )
    if not decided:
        raise NotFound
    before = _earlier_moved(asked, authority) if with_versions else None
    Paper.objects.filter(pk=asked.paper_id).update(state=Paper.State.MOVED)
    moved = _copy(asked, before)
    Correction.objects.filter(pk=asked.pk).update(new_paper=moved)
    _write_down("approved", asked, authority)
    return moved.public_id


@transaction.atomic
def move_dossier(
    *,
    audience: str,
    from_subject: str,
    to_subject: str,
    dossier_code: str,
    reason: str,
    asked_by: str,
    approved_by: str,
    unit_code: str,
) -> dict[UUID, UUID]:
    """What a dossier laid into the wrong vault moves with it; old id to new id, none the second time.

    The desk has asked and approved by two officers, and vouches for both; the rows say who they are.
    """
    wrong = account_of_subject(from_subject, audience)
    right = account_of_subject(to_subject, audience)
    if wrong.pk == right.pk:
        raise SameOwner
    papers = (
        Paper.objects.select_for_update(no_key=True, of=("self",))
        .select_related("file")
        .filter(receipt_audience=audience, source_dossier_code=dossier_code, owner=wrong)
        .exclude(state=Paper.State.MOVED)
        .order_by("version", "id")
    )
    # Oldest first: an old version stands before the one that took its place, there as it did here.
    moved: dict[int, Paper] = {}
    for paper in papers:
        moved[paper.pk] = _moved(paper, to_subject, reason, (asked_by, approved_by), unit_code, moved)
    return {paper.public_id: moved[paper.pk].public_id for paper in papers}


def move_versions(
    paper: Paper, *, to_subject: str, reason: str, asked_by: str, approved_by: str, unit_code: str
) -> dict[int, Paper]:
    """A paper and the versions before it, in the caller's transaction; row by row, old to new."""
    chain: list[Paper] = []
    row: Paper | None = paper
    while row is not None and row.state != Paper.State.MOVED and row.owner_id == paper.owner_id:
        chain.append(row)
        row = Paper.objects.select_related("file").filter(replaced_by=row).first()
    moved: dict[int, Paper] = {}
    for old in reversed(chain):  # an old version stands before the one that took its place
        moved[old.pk] = _moved(old, to_subject, reason, (asked_by, approved_by), unit_code, moved)
    return moved


def _earlier_moved(asked: Correction, authority: Authority) -> Paper | None:
    """The copy, in the right vault, of the version before; None where there was none."""
    older = Paper.objects.select_related("file").filter(pk=asked.paper.replaces_id or 0).first()
    if older is None or older.state == Paper.State.MOVED or older.owner_id != asked.paper.owner_id:
        return None
    moved = move_versions(
        older,
        to_subject=asked.to_subject,
        reason=asked.reason,
        asked_by=asked.asked_by_subject,
        approved_by=authority.subject,
        unit_code=asked.asked_unit_code,
    )
    return moved[older.pk]


def _moved(
    paper: Paper,
    to_subject: str,
    reason: str,
    officers: tuple[str, str],
    unit_code: str,
    before: Mapping[int, Paper],
) -> Paper:
    asked_by, approved_by = officers
    # An officer may have asked for this one paper before: that wish is fulfilled or overtaken by this.
    asked = Correction.objects.filter(paper=paper, approved_by_subject="").first() or Correction(paper=paper)
    asked.to_audience, asked.to_subject = paper.receipt_audience, to_subject
    asked.reason = clean(reason, max_length=300)
    asked.asked_by_subject, asked.asked_unit_code = asked_by, unit_code
    asked.approved_by_subject, asked.approved_at = approved_by, ClockTimestamp()
    asked.save()
    Paper.objects.filter(pk=paper.pk).update(state=Paper.State.MOVED)
    moved = _copy(asked, before.get(paper.replaces_id or 0))
    Correction.objects.filter(pk=asked.pk).update(new_paper=moved)
    journal.record(
        "vault.correction.approved",
        subject=f"correction:{asked.pk}",
        actor=approved_by,
        unit_code=unit_code,
        facts={"paper": paper.pk},
    )
    return moved


def waiting(viewer: Authority) -> list[Correction]:
    """What waits for a second officer in the viewer's unit and below."""
    viewer.require(Power.APPROVE_EXCEPTION)
    codes = Unit.objects.filter(id__in=viewer.subtree).values_list("code", flat=True)
    asked = Correction.objects.filter(approved_by_subject="", paper__digitised_unit_code__in=list(codes))
    return list(asked.select_related("paper__owner__person").order_by("asked_at", "id"))


def _copy(asked: Correction, replaces: Paper | None = None) -> Paper:
    """The row in the right vault; ``replaces``: the copy of its earlier version, which ends with it."""
    old = asked.paper
    moved = Paper(
        public_id=uuid4(),
        replaces=replaces,
        version=replaces.version + 1 if replaces else 1,
        owner=account_of_subject(asked.to_subject, asked.to_audience),
        receipt_audience=asked.to_audience,
        receipt_subject=asked.to_subject,
        put_key=f"moved:{old.public_id}",
        type_code=old.type_code,
        title=old.title,
        folded_title=old.folded_title,
        issuer=old.issuer,
        issued_on=old.issued_on,
        valid_until=old.valid_until,
        sha256=old.sha256,
        source=old.source,
        source_dossier_code=old.source_dossier_code,
        digitised_by_subject=old.digitised_by_subject,
        digitised_unit_code=old.digitised_unit_code,
        visible_from=old.visible_from,
    )
    if replaces is not None:
        Paper.objects.filter(pk=replaces.pk).update(state=Paper.State.SUPERSEDED)
    keeping.reseal(old, moved)
    if old.file is not None:
        moved.file = files.share(old.file, StoredFile.Purpose.VAULT_PAPER, _KEPT_UNTIL)
    moved.save(force_insert=True)
    return moved


def _in_reach(authority: Authority, unit_code: str) -> bool:
    return Unit.objects.filter(code=unit_code, id__in=authority.subtree).exists()


def _write_down(what: str, asked: Correction, authority: Authority) -> None:
    journal.record(
        f"vault.correction.{what}",
        subject=f"correction:{asked.pk}",
        actor=authority.subject,
        unit_code=authority.unit_code,
        facts={"paper": asked.paper_id},
    )
