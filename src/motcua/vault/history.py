"""Ai đã xem giấy tờ của tôi: every look is written down, and the owner can say that it was not right."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import NAMESPACE_OID, UUID, uuid5

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from motcua import journal
from motcua.accounts.identity import account_of_subject, primary_phone, with_merged
from motcua.accounts.mandate_uses import masked_names
from motcua.accounts.models import Account
from motcua.accounts.notices import public_host, tell
from motcua.kernel.authority import Authority, Power
from motcua.kernel.plain_text import clean
from motcua.kernel.refusal import NotFound, Refusal
from motcua.outbox import texts
from motcua.units import tree
from motcua.units.models import Unit
from motcua.vault.models import Contest, Look, Paper

_PAGE = 50
#: Turning the pages of one paper is one look for so many seconds.
_ONE_SITTING: Final = 15 * 60


VIEWED: Final = Look.Action.VIEW
DOWNLOADED: Final = Look.Action.DOWNLOAD

#: What an owner may filter the looks by, with the words for it.
ACTIONS: Final = tuple((action.value, str(action.label)) for action in Look.Action)


class AlreadyContested(Refusal):
    code = "look_already_contested"
    status = 409
    message = "Ông/bà đã phản ánh lượt xem này. Cơ quan thanh tra sẽ trả lời tại trang này."


class NothingSaid(Refusal):
    code = "contest_without_words"
    message = "Đề nghị ông/bà ghi ngắn gọn điều chưa đúng, ví dụ: tôi không đến quầy hôm đó."


class OwnUnit(Refusal):
    code = "contest_of_own_unit"
    status = 403
    message = "Đơn vị và cán bộ bị phản ánh không được tự trả lời. Đề nghị chuyển cho đơn vị thanh tra."


@dataclass(frozen=True, slots=True)
class LookOnPaper:
    """One line of "who looked". The officer's name is given on request, not here."""

    look_id: int
    at: datetime
    paper_id: UUID
    paper_title: str = field(repr=False)
    role: Look.Role
    action: Look.Action
    unit_code: str
    unit_name: str
    purpose: str
    dossier_code: str
    contested: bool
    answer: str = field(repr=False)
    #: Of an organisation's own look: who looked for it, inner words masked.
    acting: str = field(repr=False, default="")


@dataclass(frozen=True, slots=True)
class ContestedLook:
    """A contest as the inspectorate sees it."""

    contest_id: int
    raised_at: datetime
    words: str = field(repr=False)
    look_at: datetime
    actor_subject: str
    unit_code: str
    action: Look.Action
    purpose: str
    dossier_code: str
    paper_type: str
    answered_at: datetime | None
    answered_by: str
    answer: str = field(repr=False)


def note(
    papers: Iterable[Paper],
    *,
    actor: str,
    role: Look.Role,
    action: Look.Action,
    purpose: str,
    unit_code: str = "",
    dossier_code: str = "",
) -> None:
    """One row per paper looked at, in the caller's transaction: no look without its row (DP-08).

    Raises NotFound when one of them was moved to its right owner this very moment.
    """
    looks = [
        Look(
            paper=paper,
            owner_id=paper.owner_id,
            actor_subject=actor,
            unit_code=unit_code,
            role=role,
            action=action,
            purpose=purpose,
            dossier_code=dossier_code,
        )
        for paper in papers
    ]
    _add(looks)


def note_turning(
    paper: Paper, *, actor: str, role: Look.Role, purpose: str, unit_code: str = "", dossier_code: str = ""
) -> bool:
    """A page of the paper is looked at: one row a sitting, however many pages; whether this began one.

    Whoever looks at the last page only leaves the same row as who looks at the first. Raises NotFound as ``note``.
    """
    look = Look(
        paper=paper,
        owner_id=paper.owner_id,
        actor_subject=actor,
        unit_code=unit_code,
        role=role,
        action=Look.Action.VIEW,
        purpose=purpose,
        dossier_code=dossier_code,
        noted_key=_sitting(paper, actor, unit_code, dossier_code),
    )
    before = Look.objects.filter(noted_key=look.noted_key).exists()
    _add([look], once=True)
    return not before


def _add(looks: Sequence[Look], *, once: bool = False) -> None:
    try:
        with transaction.atomic():
            Look.objects.bulk_create(looks, ignore_conflicts=once)
    except IntegrityError as broken:
        diagnosis = getattr(broken.__cause__, "diag", None)
        if getattr(diagnosis, "constraint_name", "") == "look_where_it_lies":
            raise NotFound from None
        raise


def in_this_sitting(paper: Paper, actor: str, unit_code: str, dossier_code: str) -> bool:
    """Whether this look is written down already, so that turning a page is not counted again."""
    return Look.objects.filter(noted_key=_sitting(paper, actor, unit_code, dossier_code)).exists()


def _sitting(paper: Paper, actor: str, unit_code: str, dossier_code: str) -> str:
    """The same words for the same look, when it happens again within a quarter of an hour."""
    quarter = int(timezone.now().timestamp()) // _ONE_SITTING
    words = (str(paper.public_id), actor, unit_code, dossier_code, str(quarter))
    return str(uuid5(NAMESPACE_OID, "\x1f".join(words)))


@transaction.atomic
def note_opened(
    *,
    audience: str,
    subject: str,
    paper_id: UUID,
    dossier_code: str,
    purpose: str,
    by: str,
    unit_code: str,
    key: str,
    action: Look.Action = Look.Action.DOWNLOAD,
) -> None:
    """An officer opened a desk's copy of this paper; once per ``key``. Another owner's paper is NotFound."""
    owner = account_of_subject(subject, audience)
    paper = Paper.objects.filter(public_id=paper_id, owner__in=with_merged(owner.pk)).first()
    if paper is None:
        raise NotFound
    paper = _where_it_lies(paper)
    look = Look(
        paper=paper,
        owner_id=paper.owner_id,
        actor_subject=by,
        unit_code=unit_code,
        role=Look.Role.OFFICER,
        action=action,
        purpose=purpose,
        dossier_code=dossier_code,
        noted_key=key,
    )
    Look.objects.bulk_create([look], ignore_conflicts=True)


def _where_it_lies(paper: Paper) -> Paper:
    """A desk knows a paper by the place it was laid; who looks at its copy is told to whoever it belongs to now."""
    while paper.state == Paper.State.MOVED:
        moved = Paper.objects.filter(came_by__paper=paper).first()
        if moved is None:
            return paper
        paper = moved
    return paper


def looks_of(
    viewer: Account,
    *,
    before: int | None = None,
    limit: int = _PAGE,
    paper_id: UUID | None = None,
    action: str = "",
    others_only: bool = False,
) -> list[LookOnPaper]:
    """The looks at the viewer's papers, newest first; ``before`` is the last id of the page above.

    ``others_only`` leaves out the viewer's own.
    """
    looks = Look.objects.filter(owner__in=with_merged(viewer.pk)).order_by("-id")
    looks = looks.select_related("paper", "contest")
    if before is not None:
        looks = looks.filter(id__lt=before)
    if paper_id is not None:
        looks = looks.filter(paper__public_id=paper_id)
    if action:
        looks = looks.filter(action=action)
    if others_only:
        looks = looks.exclude(role=Look.Role.OWNER)
    page = list(looks[:limit])
    names = tree.names_of([look.unit_code for look in page])
    acting = masked_names(look.actor_subject for look in page if _for_another(look))
    return [
        _shown(look, names.get(look.unit_code, look.unit_code), acting.get(look.actor_subject, ""))
        for look in page
    ]


def look_of(viewer: Account, look_id: int) -> LookOnPaper:
    """One look of somebody else at the viewer's papers; NotFound for any other."""
    look = _contestable(viewer, look_id)
    return _shown(look, tree.names_of([look.unit_code]).get(look.unit_code, look.unit_code))


def _contestable(viewer: Account, look_id: int) -> Look:
    looks = Look.objects.filter(pk=look_id, owner__in=with_merged(viewer.pk))
    looks = looks.exclude(role=Look.Role.OWNER)
    if (look := looks.select_related("paper", "contest").first()) is None:
        raise NotFound
    return look


def contest(viewer: Account, look_id: int, words: str) -> int:
    """The owner contests a look; it goes to the inspectorate. The contest's id."""
    said = clean(words, max_length=1000, lines=True)
    if not said:
        raise NothingSaid
    look = _contestable(viewer, look_id)
    try:
        with transaction.atomic():
            raised = Contest.objects.create(
                look=look,
                owner_id=look.owner_id,
                unit_code=look.unit_code,
                words_sealed=settings.KEYRING.seal("contest.words", str(look.pk), said),
            )
            journal.record(
                "vault.look.contested",
                subject=f"look:{look.pk}",
                actor=f"account:{viewer.pk}",
                unit_code=look.unit_code,
            )
    except IntegrityError as twice:
        raise AlreadyContested from twice
    return raised.pk


def contests_for(
    *viewers: Authority,
    own_units: Collection[str] = frozenset(),
    open_only: bool = True,
    beyond: int | None = None,
    limit: int = _PAGE,
) -> list[ContestedLook]:
    """What owners contested in the units that these posts of one inspector inspect; never an own unit's or look.

    ``own_units``: the codes of all units where this inspector holds a post.
    Open ones, the oldest first; all of them, the newest first. ``beyond``: the last id of the page before.
    """
    inspected = Q(pk__in=[])
    for viewer in viewers:
        viewer.require(Power.INSPECT)
        inspected |= _inspected_by(viewer)
    own = {*own_units, *(viewer.unit_code for viewer in viewers)}
    found = Contest.objects.filter(inspected).exclude(unit_code__in=own)
    found = found.exclude(look__actor_subject__in={viewer.subject for viewer in viewers})
    if open_only:
        found = found.filter(answered_at=None)
    if beyond is not None:
        found = found.filter(id__gt=beyond) if open_only else found.filter(id__lt=beyond)
    rows = found.select_related("look__paper").order_by("id" if open_only else "-id")[:limit]
    return [_told(contest) for contest in rows]


def contest_for(
    viewer: Authority, contest_id: int, *, own_units: Collection[str] = frozenset()
) -> ContestedLook:
    """One of them; another inspectorate's, an own unit's and an absent one are the same NotFound.

    ``own_units``: the codes of all units where this inspector holds a post.
    """
    viewer.require(Power.INSPECT)
    found = Contest.objects.filter(_inspected_by(viewer), pk=contest_id).select_related("look__paper")
    raised = (
        found.exclude(unit_code__in={viewer.unit_code, *own_units})
        .exclude(look__actor_subject=viewer.subject)
        .first()
    )
    if raised is None:
        raise NotFound
    return _told(raised)


@transaction.atomic
def answer(*, authority: Authority, contest_id: int, words: str) -> None:
    """The inspectorate's answer, once; the owner is told, and reads it beside the look."""
    authority.require(Power.INSPECT)
    said = clean(words, max_length=1000, lines=True)
    if not said:
        raise NothingSaid
    raised = Contest.objects.filter(_inspected_by(authority), pk=contest_id)
    found = raised.select_related("owner", "look").first()
    if found is None:
        raise NotFound
    if found.unit_code == authority.unit_code or found.look.actor_subject == authority.subject:
        raise OwnUnit
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE vault_contest SET answered_at = clock_timestamp(), answered_by_subject = %s,"
            " answered_unit_code = %s, answer = %s WHERE id = %s AND answered_at IS NULL",
            [authority.subject, authority.unit_code, said, contest_id],
        )
        if cursor.rowcount != 1:
            raise NotFound
    if (phone := primary_phone(found.owner)) is not None:
        text = texts.contest_answered(host=public_host())
        tell(account=found.owner, to=phone, text=text, purpose="contest_answered", key=str(contest_id))
    journal.record(
        "vault.contest.answered",
        subject=f"contest:{contest_id}",
        actor=authority.subject,
        unit_code=authority.unit_code,
    )


def _inspected_by(viewer: Authority) -> Q:
    """A department of an office (Thanh tra Sở) inspects the office's whole tree, an office its own."""
    unit = tree.unit(viewer.unit_code)
    top = unit.parent_id if unit.kind == Unit.Kind.PHONG_CM and unit.parent_id else unit.pk
    codes = Unit.objects.filter(id__in=tree.subtree_ids(top)).values_list("code", flat=True)
    return Q(unit_code__in=list(codes))


def _for_another(look: Look) -> bool:
    """The owner's own look, by somebody who acts for them."""
    return look.role == Look.Role.OWNER and look.actor_subject != look.paper.receipt_subject


def _shown(look: Look, unit_name: str, acting: str = "") -> LookOnPaper:
    contested: Contest | None = getattr(look, "contest", None)
    return LookOnPaper(
        look_id=look.pk,
        at=look.at,
        paper_id=look.paper.public_id,
        paper_title=look.paper.title,
        role=Look.Role(look.role),
        action=Look.Action(look.action),
        unit_code=look.unit_code,
        unit_name=unit_name,
        purpose=look.purpose,
        dossier_code=look.dossier_code,
        contested=contested is not None,
        answer=contested.answer if contested else "",
        acting=acting,
    )


def words_of(contest: Contest) -> str:
    """What the owner said about a look. The caller decides who may read it."""
    words: str = settings.KEYRING.open("contest.words", str(contest.look_id), bytes(contest.words_sealed))
    return words


def _told(contest: Contest) -> ContestedLook:
    look = contest.look
    return ContestedLook(
        contest_id=contest.pk,
        raised_at=contest.raised_at,
        words=words_of(contest),
        look_at=look.at,
        actor_subject=look.actor_subject,
        unit_code=look.unit_code,
        action=Look.Action(look.action),
        purpose=look.purpose,
        dossier_code=look.dossier_code,
        paper_type=look.paper.type_code,
        answered_at=contest.answered_at,
        answered_by=contest.answered_by_subject,
        answer=contest.answer,
    )
