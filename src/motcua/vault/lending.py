"""Cho mượn giấy tờ: a paper serves a dossier because its owner said yes to that dossier, and only then."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from motcua import journal
from motcua.accounts.identity import account_of_subject, stands_for, with_merged
from motcua.accounts.models import Account
from motcua.accounts.models.columns import ClockTimestamp
from motcua.files.models import StoredFile
from motcua.kernel.refusal import NotFound, Refusal
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.vault import coming_to_own, history
from motcua.vault.mandated import Under, require_used
from motcua.vault.models import Consent, Loan, Look, Paper

#: The words the owner agrees to; a new text is a new version.
CONSENT_TEXT_VERSION = "2022-07"
CONSENT_TEXT = (
    "Tôi đồng ý để {unit} dùng giấy tờ trong kho dữ liệu của tôi cho hồ sơ {dossier}. "
    "Tôi có thể rút lại sự đồng ý này tại trang Kho dữ liệu."
)


#: How late the loan of a paper may be asked for that was chosen while it was good.
LATE_DELIVERY = timedelta(days=30)


class ConsentNeeded(Refusal):
    code = "vault_consent_needed"
    status = 403
    message = (
        "Giấy tờ chỉ được dùng khi chủ tài khoản đồng ý cho hồ sơ này. "
        "Đề nghị ông/bà hỏi ý kiến chủ tài khoản và ghi nhận sự đồng ý."
    )


class OwnConsent(Refusal):
    code = "vault_own_consent"
    status = 403
    message = "Ông/bà không được tự ghi nhận sự đồng ý của chính mình. Đề nghị cán bộ khác thực hiện."


@dataclass(frozen=True, slots=True)
class Lent:
    """A handle on the bytes: ``files.keeping.read(lent.file)``."""

    paper_id: UUID
    type_code: str
    title: str = field(repr=False)
    sha256: str
    file: StoredFile


#: A loan whose consent and paper belong to one owner now. Papers lent while two accounts were one are looked at no
#: more once they are parted: their true owner agreed to nothing.
BY_ITS_OWNER: Final = (
    Q(paper__owner=F("consent__owner"))
    | Q(paper__owner__merged_into=F("consent__owner"))
    | Q(paper__owner=F("consent__owner__merged_into"))
    | Q(paper__owner__merged_into=F("consent__owner__merged_into"))
)


@transaction.atomic
def record_consent(
    *,
    audience: str,
    subject: str,
    unit_code: str,
    dossier_code: str,
    purpose: str,
    recorded_by: str = "",
    under: Under | None = None,
    said_at: datetime | None = None,
) -> UUID:
    """The owner says yes for one dossier: at the desk (``recorded_by`` an officer) or online (empty).

    An organisation says it through whoever holds a mandate for this procedure (``under``); else MandateWanted.
    ``said_at``: when it was said, where an errand brings it later; None: now. Asking twice gives the standing consent;
    one that a guardian gave is renewed by the owner's own session only, never by what an officer brings. Raises
    ConsentNeeded when it was said online for an owner who had come of age and not taken the account over.
    """
    if recorded_by == subject:
        raise OwnConsent
    owner = account_of_subject(subject, audience)
    require_used(owner, under)
    try:
        with transaction.atomic():
            consent, new = Consent.objects.get_or_create(
                owner=owner,
                recipient_audience=audience,
                recipient_unit_code=unit_code,
                dossier_code=dossier_code,
                purpose=purpose,
                withdrawn_at=None,
                defaults={
                    "owner_subject": subject,
                    "given_how": Consent.How.IN_PERSON if recorded_by else Consent.How.ONLINE,
                    "recorded_by_subject": recorded_by,
                    "text_version": CONSENT_TEXT_VERSION,
                    "said_at": said_at,
                    "mandate": under.mandate if under else None,
                    "procedure_code": under.procedure_code if under else "",
                },
            )
    except IntegrityError as refused:
        diagnosis = getattr(refused.__cause__, "diag", None)
        if getattr(diagnosis, "constraint_name", "") != "consent_waits_for_owner":
            raise
        raise ConsentNeeded from refused
    if not new and not recorded_by:
        coming_to_own.renew(consent.public_id, said_at=said_at, by=subject)
    if new:
        journal.record(
            "vault.consent.given",
            subject=f"consent:{consent.pk}",
            actor=recorded_by or subject,
            unit_code=unit_code,
            facts={"dossier": dossier_code, "how": consent.given_how, "purpose": purpose},
        )
    return consent.public_id


@transaction.atomic
def lend(
    *,
    audience: str,
    subject: str,
    paper_id: UUID,
    consent: UUID,
    dossier_code: str,
    by: str,
    unit_code: str,
    chosen_at: datetime | None = None,
) -> Lent:
    """Lend one paper by a standing consent; again for the same dossier is the same loan.

    ``chosen_at``: when it was chosen for the dossier, where an errand fetches it later; None: now.
    Not this owner's, hidden, long expired or no longer current is NotFound; no standing consent for the dossier
    and unit is ConsentNeeded. The database refuses what this function would let through.
    """
    paper = _lendable(audience, subject, paper_id)
    given = Consent.objects.filter(
        public_id=consent,
        owner__in=with_merged(stands_for(paper.owner_id)),
        recipient_audience=audience,
        recipient_unit_code=unit_code,
        dossier_code=dossier_code,
        withdrawn_at=None,
    ).first()
    if given is None:
        raise ConsentNeeded
    try:
        with transaction.atomic():
            _, new = Loan.objects.get_or_create(
                consent=given,
                paper=paper,
                defaults={"dossier_code": dossier_code, "chosen_at": chosen_at},
            )
    except IntegrityError as refused:  # withdrawn meanwhile, or a guardian's
        raise ConsentNeeded from refused
    if new:
        _note(paper, given, by, Look.Action.LEND)
        journal.record(
            "vault.paper.lent",
            subject=f"paper:{paper.pk}",
            actor=by,
            unit_code=unit_code,
            facts={"consent": given.pk, "dossier": dossier_code},
        )
    return _handle(paper)


@transaction.atomic
def lend_for_dossier(
    *,
    audience: str,
    subject: str,
    paper_id: UUID,
    dossier_code: str,
    purpose: str,
    by: str,
    unit_code: str,
    online: bool = False,
    under: Under | None = None,
    said_at: datetime | None = None,
) -> Lent:
    """Record the consent given at the desk, or ``online`` on the owner's own form, and lend one paper by it.

    ``said_at``: of the receipt under which the dossier came; what a guardian filed before the owner's eighteenth
    birthday goes on after it, and is nobody else's word. Asked again, the same loan and no more.

    What the owner took back meanwhile is not given anew by a repeated errand: a paper lent before stays lent,
    another one is ConsentNeeded.
    """
    here: dict[str, Any] = {
        "owner__in": with_merged(account_of_subject(subject, audience).pk),
        "recipient_audience": audience,
        "recipient_unit_code": unit_code,
        "dossier_code": dossier_code,
        "purpose": purpose,
    }
    given = list(Consent.objects.filter(**here))
    loan = (
        Loan.objects.select_related("paper__file")
        .filter(consent__in=given, paper__public_id=paper_id)
        .first()
    )
    if loan is not None:
        return _handle(loan.paper)
    if any(consent.withdrawn_at is not None for consent in given):
        raise ConsentNeeded
    consent = record_consent(
        audience=audience,
        subject=subject,
        unit_code=unit_code,
        dossier_code=dossier_code,
        purpose=purpose,
        recorded_by="" if online else by,
        under=under,
        said_at=said_at,
    )
    return lend(
        audience=audience,
        subject=subject,
        paper_id=paper_id,
        consent=consent,
        dossier_code=dossier_code,
        by=by,
        unit_code=unit_code,
        chosen_at=said_at,
    )


@transaction.atomic
def withdraw(owner: Account, consent: UUID) -> None:
    """The owner takes the consent back: nothing more is lent or opened by it; what was decided stays."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE vault_consent SET withdrawn_at = clock_timestamp()"
            " WHERE public_id = %s AND owner_id = ANY(%s) AND withdrawn_at IS NULL RETURNING id",
            [consent, list(with_merged(owner.pk))],
        )
        row = cursor.fetchone()
    if row is None:
        raise NotFound
    journal.record("vault.consent.withdrawn", subject=f"consent:{row[0]}", actor=f"account:{owner.pk}")


def consents_of(viewer: Account) -> list[Consent]:
    """What the viewer agreed to, newest first, withdrawn ones included."""
    return list(Consent.objects.filter(owner__in=with_merged(viewer.pk)).order_by("-id"))


def open_lent(
    *,
    audience: str,
    paper_id: UUID,
    dossier_code: str,
    by: str,
    unit_code: str,
    action: Look.Action = Look.Action.VIEW,
) -> Lent:
    """An officer of the borrowing unit opens the paper again for that dossier; counted (L18), noted."""
    owner = Paper.objects.filter(public_id=paper_id).values_list("owner_id", flat=True).first()
    spending.spend(
        (Quota.PAPERS_OPENED_BY_OFFICER, by), (Quota.OWNERS_OPENED_BY_OFFICER, by, str(owner or paper_id))
    )
    return _open_lent(audience, paper_id, dossier_code, by, unit_code, action)


@transaction.atomic
def _open_lent(
    audience: str, paper_id: UUID, dossier_code: str, by: str, unit_code: str, action: Look.Action
) -> Lent:
    loan = (
        Loan.objects.select_related("paper__file", "consent")
        .filter(
            paper__public_id=paper_id,
            dossier_code=dossier_code,
            consent__recipient_audience=audience,
            consent__recipient_unit_code=unit_code,
            consent__withdrawn_at=None,
        )
        .exclude(paper__state=Paper.State.MOVED)
        .filter(BY_ITS_OWNER)
        .first()
    )
    if loan is None:
        raise NotFound
    _note(loan.paper, loan.consent, by, action)
    journal.record(
        "vault.paper.opened",
        subject=f"paper:{loan.paper_id}",
        actor=by,
        unit_code=unit_code,
        facts={"dossier": dossier_code, "action": action.value},
    )
    return _handle(loan.paper)


def _lendable(audience: str, subject: str, paper_id: UUID) -> Paper:
    owner = account_of_subject(subject, audience)
    paper = (
        Paper.objects.select_related("file")
        .filter(
            public_id=paper_id,
            owner__in=with_merged(owner.pk),
            state=Paper.State.CURRENT,
            file__isnull=False,
            visible_from__lte=ClockTimestamp(),
        )
        .first()
    )
    if paper is None or _long_over(paper):
        raise NotFound
    return paper


def _long_over(paper: Paper) -> bool:
    """What the desk took in while it was good may be asked for later, by an errand that waited; nothing older."""
    return paper.valid_until is not None and paper.valid_until < timezone.localdate() - LATE_DELIVERY


def _note(paper: Paper, consent: Consent, by: str, action: Look.Action) -> None:
    history.note(
        [paper],
        actor=by,
        role=Look.Role.OWNER if by == consent.owner_subject else Look.Role.OFFICER,
        action=action,
        purpose=consent.purpose,
        unit_code=consent.recipient_unit_code,
        dossier_code=consent.dossier_code,
    )


def _handle(paper: Paper) -> Lent:
    if paper.file is None or paper.sha256 is None:
        raise NotFound
    return Lent(
        paper_id=paper.public_id,
        type_code=paper.type_code,
        title=paper.title,
        sha256=bytes(paper.sha256).hex(),
        file=paper.file,
    )
