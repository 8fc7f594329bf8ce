"""Phiếu, biên lai, biên nhận of a dossier's life, as plain data for the press; each printing is journalled.

The owner's number stands on none of them but the joint receipt, whose fields are those of form 01.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from motcua import journal
from motcua.desk import deadlines, dossiers, notices, slips, submission
from motcua.desk.form_sets import Paper, form_of
from motcua.desk.models import Charge, Dossier, DossierComponent, HandOut, Hop, Notice, Result
from motcua.kernel import due_date
from motcua.kernel.amount_words import in_words
from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.refusal import NotFound
from motcua.kernel.working_time import WorkCalendar
from motcua.press.forms import (
    ControlSlip,
    FeeReceipt,
    HandOutSlip,
    HopLine,
    ItemToComplete,
    JointReceipt,
    NoticeSheet,
    ReceivedLine,
)
from motcua.units import tree
from motcua.units.letterheads import called, letterhead_of
from motcua.units.models import Unit

Printed = tuple[str, Mapping[str, object]]

JOINT_FORM = "giay-tiep-nhan-nhieu-ho-so"
_WORKERS = frozenset({Power.RECEIVE_DOSSIER, Power.PROCESS, Power.SIGN, Power.HAND_OUT})
_MOST_AT_ONCE = 40

How = DossierComponent.How


def notice_to_print(authority: Authority, dossier_id: UUID, notice_id: UUID) -> Printed:
    """Mẫu 02, 03, 04, dừng giải quyết, rút hồ sơ: with the set of the day it was issued."""
    _require(authority, _WORKERS)
    notice = notices.notice_for_officer(authority, notice_id)
    if notice.dossier.public_id != dossier_id:
        raise NotFound
    return _printed(authority, notice.dossier, notice_data(notice), Paper(notice.kind), notice.issued_at)


def control_slip_to_print(authority: Authority, dossier_id: UUID) -> Printed:
    """Phiếu kiểm soát: the set is that of the reception, for the slip goes with the dossier from then on."""
    _require(authority, _WORKERS | {Power.INSPECT})
    dossier = dossiers.dossier_for_officer(authority, dossier_id)
    if dossier.received_at is None:
        raise NotFound
    return _printed(authority, dossier, control_data(dossier), Paper.CONTROL, dossier.received_at)


def charge_to_print(authority: Authority, dossier_id: UUID, charge_id: UUID) -> Printed:
    """Biên lai: only for what was paid. Raises NotFound."""
    _require(authority, {Power.RECEIVE_DOSSIER, Power.HAND_OUT})
    dossier = dossiers.dossier_for_officer(authority, dossier_id)
    charge = Charge.objects.filter(dossier=dossier, public_id=charge_id, paid_at__isnull=False).first()
    if charge is None or charge.paid_at is None:
        raise NotFound
    return _printed(authority, dossier, charge_data(dossier, charge), Paper.PAYMENT, charge.paid_at)


def hand_out_to_print(authority: Authority, dossier_id: UUID) -> Printed:
    """Biên nhận trả kết quả: only after the result was handed out. Raises NotFound."""
    _require(authority, {Power.RECEIVE_DOSSIER, Power.HAND_OUT})
    dossier = dossiers.dossier_for_officer(authority, dossier_id)
    given = HandOut.objects.filter(dossier=dossier).first()
    if given is None:
        raise NotFound
    return _printed(authority, dossier, hand_out_data(dossier, given), Paper.HAND_OUT, given.at)


def visit_to_print(authority: Authority, visit: UUID) -> Printed:
    """One receipt for what one owner handed in during one visit. Raises NotFound without a coded dossier."""
    authority.require(Power.RECEIVE_DOSSIER)
    found = list(
        dossiers.seen_by(authority)
        .filter(Q(account_check__visit=visit), unit_id__in=authority.units, code__isnull=False)
        .prefetch_related("components")
        .order_by("received_at", "id")[:_MOST_AT_ONCE]
    )
    if not found:
        raise NotFound
    data = joint_data(found)
    for dossier in found:
        _journalled(authority, dossier, JOINT_FORM)
    return JOINT_FORM, dict(data)


def notice_data(notice: Notice) -> dict[str, object]:
    """What the five kinds of notices say."""
    dossier = notice.dossier
    contact = submission.contact_of(dossier)
    said: NoticeSheet = {
        "qr": slips.tracking_link(dossier),
        "number": notice.number,
        "desk": notice.issued_unit.name,
        "code": dossier.code or dossier.provisional_number or "",
        "owner_name": dossier.owner_name,
        "filer_name": dossier.filer_name or dossier.owner_name,
        "address": contact["address"],
        "phone": slips.local(contact["phone"]),
        "email": contact["email"],
        "procedure_name": dossier.procedure.name,
        "reason": notice.reason,
        "officer_name": notice.issued_by_name,
        "help_phone": notice.issued_unit.phone,
        "tracking_address": f"{settings.PUBLIC_URL}/tra-cuu/",
    }
    data: dict[str, object] = {**_head(notice.issued_unit, notice.issued_at), **said}
    if notice.kind == Notice.Kind.SUPPLEMENT:
        data["items"] = [ItemToComplete(name=item["name"], what=item["what"]) for item in notice.items]
        data["answer_by"] = notice.answer_by
    elif notice.kind == Notice.Kind.APOLOGY:
        data |= {"old_due_at": notice.old_due_at, "new_due_at": notice.new_due_at}
    if notice.kind in {Notice.Kind.APOLOGY, Notice.Kind.STOP, Notice.Kind.WITHDRAWAL}:
        data["received_at"] = dossier.received_at
    return data


def control_data(dossier: Dossier) -> dict[str, object]:
    """Each hold in order: given, taken, kept or not by the unit's own working time."""
    hops = list(Hop.objects.filter(dossier=dossier).select_related("unit").order_by("order"))
    calendar = deadlines.calendar_of(dossier.unit_id)
    others = {hop.unit.name for hop in hops} - {dossier.unit.name}
    said = ControlSlip(
        qr=slips.tracking_link(dossier),
        code=dossier.code or "",
        owner_name=dossier.owner_name,
        procedure_name=dossier.procedure.name,
        received_at=dossier.received_at,
        due_at=dossier.due_at,
        unit_name=called(dossier.unit, on=_day(dossier.received_at)),
        other_units="; ".join(sorted(others)),
        hops=[_hop(hop, calendar) for hop in hops],
    )
    return {**_head(dossier.unit, dossier.received_at), **said}


def charge_data(dossier: Dossier, charge: Charge) -> dict[str, object]:
    """What was paid, in figures and words."""
    said = FeeReceipt(
        qr=slips.tracking_link(dossier),
        number=charge.receipt_number,
        code=dossier.code or "",
        payer_name=dossier.filer_name or dossier.owner_name,
        address=submission.contact_of(dossier)["address"],
        procedure_name=dossier.procedure.name,
        kind=str(Charge.Kind(charge.kind).label),
        amount=slips.dong(charge.amount_vnd),
        amount_words=in_words(charge.amount_vnd),
        paid_how=str(Charge.How(charge.paid_how).label),
        paid_at=charge.paid_at,
        taken_by_name=charge.taken_by_name,
        reference=charge.reference,
    )
    return {**_head(charge.unit, charge.paid_at), **said}


def hand_out_data(dossier: Dossier, given: HandOut) -> dict[str, object]:
    """Who took which result."""
    result = Result.objects.filter(dossier=dossier, withdrawn_at=None).first()
    words = ", ".join(part for part in (result.name, result.number) if part) if result else ""
    standing = "; ".join(part for part in (given.to_relation, given.to_proof) if part)
    said = HandOutSlip(
        qr=slips.tracking_link(dossier),
        code=dossier.code or "",
        owner_name=dossier.owner_name,
        procedure_name=dossier.procedure.name,
        result=words or dossier.procedure.name,
        taker_name=given.to_name,
        taker_standing=standing or "Chủ hồ sơ",
        how=str(HandOut.How(given.how).label),
        tracking_number=given.tracking_number,
        at=given.at,
        by_name=given.by_name,
        help_phone=_works(dossier.unit, given.at).phone,
    )
    return {**_head(dossier.unit, given.at), **said}


def joint_data(found: Sequence[Dossier]) -> dict[str, object]:
    """The fields of form 01 once, and a line for each dossier with its own code and look-up characters."""
    first = found[0]
    contact = submission.contact_of(first)
    form = form_of(Paper.RECEIPT, _day(first.received_at))
    said = JointReceipt(
        title=form.title,
        version=form.version,
        desk=called(first.unit, on=_day(first.received_at)),
        owner_name=first.owner_name,
        owner_number=slips.number_of(first),
        owner_number_label=slips.number_label(first),
        filer_name=first.filer_name or first.owner_name,
        filer_standing=slips.standing_of(first),
        address=contact["address"],
        phone=slips.local(contact["phone"]),
        email=contact["email"],
        received_at=first.received_at or "",
        dossiers=[_received(dossier) for dossier in found],
        returned_at_place=str(HandOut.How(first.result_wanted).label),
        tracking_address=f"{settings.PUBLIC_URL}/tra-cuu/",
        officer_name=first.received_by_name,
        help_phone=_works(first.unit, first.received_at).phone,
    )
    return {**_head(first.unit, first.received_at), **said}


def _received(dossier: Dossier) -> ReceivedLine:
    lines = sorted(dossier.components.all(), key=lambda line: line.order)
    handed = [line for line in lines if line.how not in {How.NONE, How.VAULT}]
    return ReceivedLine(
        code=dossier.code or "",
        check_characters=dossier.track_check,
        procedure=dossier.procedure.name,
        papers=f"{len(handed):02} giấy tờ",
        not_asked="; ".join(line.name for line in lines if line.how == How.VAULT),
        fee=slips.fee_words(dossier.procedure),
        due_at=dossier.due_at,
        qr=slips.tracking_link(dossier),
    )


def _hop(hop: Hop, calendar: WorkCalendar) -> HopLine:
    kept = ""
    if hop.due_at is not None and hop.left_at is not None:
        kept = due_date.KEPT_WORDS[due_date.kept(hop.due_at, hop.left_at, calendar)]
    back = str(Hop.Outcome.BACK.label) if hop.outcome == Hop.Outcome.BACK else ""
    return HopLine(
        step=hop.step_name,
        unit=hop.unit.name,
        handed_at=hop.handed_at,
        handed_by=hop.handed_by_name,
        accepted_at=hop.accepted_at,
        accepted_by=hop.accepted_by_name,
        kept=kept,
        note=". ".join(words for words in (back, hop.note) if words),
    )


def _head(unit: Unit, at: datetime | None) -> dict[str, object]:
    return {**letterhead_of(_works(unit, at)), "on": _day(at)}


def _works(unit: Unit, at: datetime | None) -> Unit:
    """Whose paper it is: of a unit that had ended by then, whoever did its work."""
    return tree.working_unit(unit, on=_day(at))


def _day(at: datetime | None) -> date:
    return timezone.localdate(at) if at else timezone.localdate()


def _printed(
    authority: Authority, dossier: Dossier, data: Mapping[str, object], paper: Paper, at: datetime
) -> Printed:
    """With the form of that day's set; what the sheet has no place for stays away."""
    form = form_of(paper, _day(at))
    filled = {**data, "title": form.title}
    if form.version and paper not in {Paper.PAYMENT, Paper.HAND_OUT}:
        filled["version"] = form.version
    _journalled(authority, dossier, form.sheet)
    return form.sheet, filled


def _journalled(authority: Authority, dossier: Dossier, form: str) -> None:
    journal.record(
        "desk.slip.printed",
        subject=f"dossier:{dossier.public_id}",
        actor=authority.subject,
        unit_code=authority.unit_code,
        facts={"form": form},
    )


def _require(authority: Authority, powers: frozenset[Power] | set[Power]) -> None:
    if not authority.powers & powers:
        raise NotAuthorised
