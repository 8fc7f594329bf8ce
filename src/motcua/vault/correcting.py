"""Chuyển giấy tờ về đúng chủ: what was filed under the wrong owner moves by two officers, with a trace."""

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from motcua import journal
from motcua.accounts.identity import account_of_subject, named_by, stands_for, with_merged
from motcua.accounts.models import Account
from motcua.accounts.models.columns import ClockTimestamp
from motcua.files import keeping as files
from motcua.files.models import StoredFile
from motcua.kernel.authority import Authority, Power
from motcua.kernel.plain_text import clean
from motcua.kernel.refusal import NotFound, Refusal
from motcua.units.models import Unit
from motcua.vault import agreements, keeping, versions
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
    if account_of_subject(to_subject, audience).pk == stands_for(paper.owner_id):
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
    _one_writer(asked.paper.owner, named_by(asked.to_subject, asked.to_audience))
    decided = Correction.objects.filter(pk=asked.pk, approved_by_subject="").update(
        approved_by_subject=authority.subject, approved_at=ClockTimestamp()
    )
    if not decided:
        raise NotFound
    if with_versions:
        _earlier_move(asked, authority)
    moved = _carried_over(asked)
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
    _one_writer(wrong, named_by(from_subject, audience), named_by(to_subject, audience))
    papers = list(
        Paper.objects.select_related("file")
        .filter(receipt_audience=audience, source_dossier_code=dossier_code)
        .filter(owner__in=with_merged(wrong.pk))
        .exclude(state=Paper.State.MOVED)
        # Oldest first: an old version stands before the one that took its place, there as it did here.
        .order_by(versions.FIRST_ROW.asc(), "id")
    )
    officers = (asked_by, approved_by)
    moved = {
        each.public_id: _moved(each, to_subject, reason, officers, unit_code).public_id for each in papers
    }
    agreements.end_with_move(
        owner=wrong, audience=audience, dossier_code=dossier_code, by=approved_by, unit_code=unit_code
    )
    return moved


def move_versions(
    paper: Paper, *, to_subject: str, reason: str, asked_by: str, approved_by: str, unit_code: str
) -> dict[int, Paper]:
    """A paper and the versions before it that came with the same dossier; row by row, old to new.

    In the caller's transaction, with both vaults held. The first version that came from elsewhere ends it: that one
    was laid into this vault by a reception of its own, and stays.
    """
    lying = versions.lying_in(paper.owner_id, paper).select_related("file")
    chain: list[Paper] = []
    for row in reversed(_up_to(paper, lying)):
        if row.source_dossier_code != paper.source_dossier_code:
            break
        chain.append(row)
    officers = (asked_by, approved_by)
    return {row.pk: _moved(row, to_subject, reason, officers, unit_code) for row in reversed(chain)}


def _earlier_move(asked: Correction, authority: Authority) -> None:
    """Every earlier scan that is about the right vault's own person too, from whichever dossier it came."""
    paper, own = asked.paper, named_by(asked.to_subject, asked.to_audience)
    lying = versions.lying_in(paper.owner_id, paper).select_related("file")
    officers = (asked.asked_by_subject, authority.subject)
    for row in _up_to(paper, lying)[:-1]:
        if keeping.is_about(own, keeping.held_for(row)):
            _moved(row, asked.to_subject, asked.reason, officers, asked.asked_unit_code)


def _up_to(paper: Paper, lying: Iterable[Paper]) -> list[Paper]:
    rows = list(lying)
    return rows[: [row.pk for row in rows].index(paper.pk) + 1]


def _moved(
    paper: Paper,
    to_subject: str,
    reason: str,
    officers: tuple[str, str],
    unit_code: str,
) -> Paper:
    asked_by, approved_by = officers
    # An officer may have asked for this one paper before: that wish is fulfilled or overtaken by this.
    asked = Correction.objects.filter(paper=paper, approved_by_subject="").first() or Correction(paper=paper)
    asked.to_audience, asked.to_subject = paper.receipt_audience, to_subject
    asked.reason = clean(reason, max_length=300)
    asked.asked_by_subject, asked.asked_unit_code = asked_by, unit_code
    asked.approved_by_subject, asked.approved_at = approved_by, ClockTimestamp()
    asked.save()
    moved = _carried_over(asked)
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


def _carried_over(asked: Correction) -> Paper:
    """The old row closes, a new one stands; what the old one had taken the place of is current again."""
    Paper.objects.filter(pk=asked.paper_id).update(state=Paper.State.MOVED)
    moved = _copy(asked)
    Correction.objects.filter(pk=asked.pk).update(new_paper=moved)
    versions.stand_again(asked.paper)
    return moved


def _copy(asked: Correction) -> Paper:
    """The row in the right vault, in its place among the versions that lie there: the newest of them is current."""
    old = asked.paper
    owner = named_by(asked.to_subject, asked.to_audience)
    there = list(versions.lying_in(owner.pk, old))
    newest = not there or versions.first_row(there[-1]) < versions.first_row(old)
    before = versions.last_of_line(there[-1]) if there and newest else None
    moved = Paper(
        public_id=uuid4(),
        replaces=before,
        version=before.version + 1 if before else 1,
        state=Paper.State.CURRENT if newest else Paper.State.SUPERSEDED,
        owner=owner,
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
    if newest:
        current = [row.pk for row in there if row.state == Paper.State.CURRENT]
        Paper.objects.filter(pk__in=current).update(state=Paper.State.SUPERSEDED)
    keeping.reseal(old, moved, as_it_lay=versions.lay_in(owner.pk, old))
    if old.file is not None:
        moved.file = files.share(old.file, StoredFile.Purpose.VAULT_PAPER, _KEPT_UNTIL)
    moved.save(force_insert=True)
    return moved


def _one_writer(*vaults: Account) -> None:
    """As everywhere in this room: of two who write into one vault the second sees what the first has made of it."""
    pks = [vault.pk for vault in vaults]
    list(Account.objects.select_for_update(no_key=True).filter(pk__in=pks).order_by("pk"))


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
