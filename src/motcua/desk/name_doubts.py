"""Đối chiếu tên: the account under a provisional dossier's number is somebody else's, or the same person's new name.

Nobody but an officer can tell, from the papers that lie there. Until then the portal is not asked again (each
question is shown to whoever has that account), nothing is sent to the account, and the dossier stays provisional.
"""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import transaction

from motcua.desk import checks, contact_texts, database_rules, deliveries, reception
from motcua.desk.models import AccountCheck, Dossier, NameDoubt
from motcua.desk.states import State
from motcua.files.models import ClockNow
from motcua.kernel import plain_text
from motcua.kernel.authority import Authority, Power
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.person_name import NameMatch, PersonName
from motcua.kernel.refusal import NotFound, Refusal
from motcua.kernel.tax_code import TaxCode
from motcua.outbox import texts

#: What ``Dossier.recheck_answer`` says while a name waits for an officer.
ANSWER = "NAME"

DOUBTED_WORDS = (
    "Tài khoản trên Cổng DVCQG của số đã ghi mang tên khác tên chủ hồ sơ. "
    "Chưa tiếp nhận chính thức, chờ cán bộ đối chiếu."
)
_SAME_WORDS = (
    "Cán bộ đã đối chiếu: tên trên tài khoản khác tên đã ghi khi tiếp nhận tạm ({typed}) nhưng là cùng một người. "
    "Lý do: {reason}"
)
_NUMBER_WORDS = "Cán bộ đã đối chiếu: ghi nhầm số giấy tờ của chủ hồ sơ; đã ghi lại số đúng. Lý do: {reason}"
_ENDED_WORDS = (
    "Cán bộ đã đối chiếu: tài khoản của số đã ghi không phải của chủ hồ sơ; đóng tiếp nhận tạm và trả lại giấy tờ. "
    "Lý do: {reason}"
)
SHORTEST_REASON, _LONGEST_REASON = 10, 500


class DoubtDecided(Refusal):
    code = "name_doubt_decided"
    status = 409
    message = "Việc đối chiếu tên này đã có người kết luận. Đề nghị ông/bà mở lại danh sách Nợ xác thực."


class DoubtReasonMissing(Refusal):
    code = "name_doubt_reason_missing"
    message = "Đề nghị ông/bà ghi căn cứ đã đối chiếu (ít nhất 10 ký tự), ví dụ giấy tờ đã xem."


class SameNumber(Refusal):
    code = "name_doubt_same_number"
    message = "Số này là số đang ghi. Đề nghị ông/bà nhập số đúng trên giấy tờ của chủ hồ sơ."


class OtherKindOfNumber(Refusal):
    code = "name_doubt_other_kind"
    message = (
        "Hồ sơ của cá nhân ghi số CMND/CCCD, hồ sơ của tổ chức ghi mã số thuế. "
        "Đề nghị ông/bà nhập đúng loại số, hoặc đóng tiếp nhận tạm và tiếp nhận lại."
    )


@dataclass(frozen=True, slots=True)
class DoubtView:
    """Both names beside each other, for whoever holds the papers."""

    dossier: Dossier = field(repr=False)
    typed_name: str = field(repr=False)
    account_name: str = field(repr=False)
    last3: str = field(repr=False)
    asked_at: datetime
    organisation: bool


def compare(typed: str, found: str) -> NameMatch:
    """Names as they were parsed before; of organisations compared the same way."""
    return PersonName(typed).compare(PersonName(found))


def is_waiting(dossier_pk: int) -> bool:
    """Whether a name waits for an officer."""
    return NameDoubt.objects.filter(dossier_id=dossier_pk, verdict="").exists()


def is_settled(dossier: Dossier, row: AccountCheck) -> bool:
    """Whether an officer said of this very account and number that it is the same person."""
    return NameDoubt.objects.filter(
        dossier_id=dossier.pk,
        verdict=NameDoubt.Verdict.SAME,
        account_check__subject=row.subject,
        account_check__number_bi=row.number_bi,
    ).exists()


def number_of(dossier: Dossier) -> CitizenId | TaxCode:
    """Whom a provisional dossier names now: the number that was typed, or the one that was put right."""
    text: str = settings.KEYRING.open(
        "desk.dossier.owner_number", str(dossier.public_id), dossier.owner_number_sealed or b""
    )
    return CitizenId(text) if len(text) in {9, 12} else TaxCode(text)


def begin(dossier: Dossier, row: AccountCheck) -> None:
    """Within the recheck's transaction, the dossier locked; ``row`` was kept. Told to nobody."""
    NameDoubt.objects.create(dossier=dossier, account_check=row)
    dossier.recheck_answer = ANSWER
    dossier.closed_reason = ""
    reception.note(dossier, "name_doubted", DOUBTED_WORDS, from_state=State.PROVISIONAL)


def doubt_for_officer(viewer: Authority, dossier_id: uuid.UUID) -> DoubtView:
    """What waits at the viewer's units. Raises NotFound, also when it was decided."""
    viewer.require(Power.RECEIVE_DOSSIER)
    doubt = _open(viewer, dossier_id)
    dossier, check = doubt.dossier, doubt.account_check
    return DoubtView(
        dossier=dossier,
        typed_name=dossier.owner_name,
        account_name=checks.owner_name_of(check),
        last3=check.last3,
        asked_at=doubt.asked_at,
        organisation=isinstance(checks.number_of(check)[0], TaxCode),
    )


def is_decided(viewer: Authority, dossier_id: uuid.UUID) -> bool:
    """Whether somebody concluded already about a dossier that the viewer may open. Raises NotAuthorised."""
    viewer.require(Power.RECEIVE_DOSSIER)
    mine = NameDoubt.objects.filter(dossier__public_id=dossier_id, dossier__unit_id__in=viewer.units)
    return mine.exclude(verdict="").exists() and not mine.filter(verdict="").exists()


def say_same(*, authority: Authority, dossier_id: uuid.UUID, reason: str) -> None:
    """One person under two names: the next recheck may confirm. Raises DoubtReasonMissing, DoubtDecided, DeskRule."""
    words = _reason(authority, reason)
    with database_rules.spoken(), transaction.atomic():
        dossier = _decide(authority, dossier_id, NameDoubt.Verdict.SAME)
        dossier.recheck_answer = ""
        dossier.version += 1
        dossier.save()
        reception.note(
            dossier,
            "name_accepted",
            _SAME_WORDS.format(typed=dossier.owner_name, reason=words),
            by=authority.subject,
            from_state=State.PROVISIONAL,
        )


def put_number_right(
    *, authority: Authority, dossier_id: uuid.UUID, number: CitizenId | TaxCode, reason: str
) -> None:
    """Somebody else's number had been typed: the right one is asked about from now on.

    Raises DoubtReasonMissing, SameNumber, OtherKindOfNumber, DoubtDecided, DeskRule.
    """
    words = _reason(authority, reason)
    with database_rules.spoken(), transaction.atomic():
        dossier = _decide(authority, dossier_id, NameDoubt.Verdict.NUMBER)
        fingerprint = checks.fingerprint_of(number)
        if fingerprint == bytes(dossier.owner_number_bi or b""):
            raise SameNumber
        if isinstance(number, TaxCode) != isinstance(number_of(dossier), TaxCode):
            raise OtherKindOfNumber
        dossier.owner_number_bi, dossier.owner_last3 = fingerprint, number.value[-3:]
        dossier.owner_number_sealed = settings.KEYRING.seal(
            "desk.dossier.owner_number", str(dossier.public_id), number.value
        )
        dossier.recheck_answer, dossier.owner_asked_at = "", None
        dossier.version += 1
        dossier.save()
        reception.note(
            dossier,
            "number_put_right",
            _NUMBER_WORDS.format(reason=words),
            by=authority.subject,
            from_state=State.PROVISIONAL,
        )


def end(*, authority: Authority, dossier_id: uuid.UUID, reason: str) -> None:
    """Not the same person, and no right number: closed, the papers go back, the phone left at the desk is told.

    Raises DoubtReasonMissing, DoubtDecided, DeskRule.
    """
    words = _reason(authority, reason)
    with database_rules.spoken(), transaction.atomic():
        dossier = _decide(authority, dossier_id, NameDoubt.Verdict.ENDED)
        dossier.state = State.NOT_ACCEPTED
        dossier.closed_reason = _ENDED_WORDS.format(reason=words)
        dossier.waiting_representative_sealed = None
        dossier.version += 1
        dossier.save()
        reception.note(
            dossier,
            "closed",
            _ENDED_WORDS.format(reason=words),
            by=authority.subject,
            from_state=State.PROVISIONAL,
        )
        deliveries.keep_recheck(dossier)
        told = texts.provisional_ended(number=dossier.provisional_number or "")
        contact_texts.tell(dossier, told, "provisional_ended")


def _reason(authority: Authority, reason: str) -> str:
    authority.require(Power.RECEIVE_DOSSIER)
    words = plain_text.clean(reason, max_length=_LONGEST_REASON, lines=True)
    if len(words) < SHORTEST_REASON:
        raise DoubtReasonMissing
    return words


def _open(authority: Authority, dossier_id: uuid.UUID) -> NameDoubt:
    doubt = (
        NameDoubt.objects.select_related("account_check", "dossier__procedure", "dossier__unit")
        .filter(
            dossier__public_id=dossier_id,
            dossier__unit_id__in=authority.units,
            dossier__state=State.PROVISIONAL,
            verdict="",
        )
        .first()
    )
    if doubt is None:
        raise NotFound
    return doubt


def _decide(authority: Authority, dossier_id: uuid.UUID, verdict: NameDoubt.Verdict) -> Dossier:
    """The dossier, locked. One conditional UPDATE decides: of two who conclude at once, one has concluded."""
    dossier = (
        Dossier.objects.select_for_update(of=("self",))
        .select_related("procedure", "unit")
        .filter(public_id=dossier_id, unit_id__in=authority.units)
        .first()
    )
    if dossier is None:
        raise NotFound
    decided = NameDoubt.objects.filter(dossier_id=dossier.pk, verdict="").update(
        verdict=verdict, decided_by=authority.subject, decided_at=ClockNow()
    )
    if dossier.state != State.PROVISIONAL or not decided:
        raise DoubtDecided
    return dossier
