"""Giấy tiếp nhận (form 01 of the set of its day), phiếu tiếp nhận tạm: what is printed, as plain data."""

from collections.abc import Mapping
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from motcua import journal
from motcua.desk import acting_for_owner, deadlines, dossiers, submission
from motcua.desk.deadlines import BY_NOTICE
from motcua.desk.filing import online_term_words
from motcua.desk.form_sets import Paper, form_of
from motcua.desk.models import Dossier, DossierComponent, HandOut, Procedure, ReceptionCorrection
from motcua.desk.states import State
from motcua.kernel.authority import Authority, Power
from motcua.kernel.working_time import WorkCalendar
from motcua.press.forms import Component, PaperNotAsked, ProvisionalSlip, Receipt
from motcua.units import tree
from motcua.units.letterheads import called, letterhead_of

#: The names of the forms at the press.
RECEIPT_FORM = "giay-tiep-nhan"
PROVISIONAL_FORM = "phieu-tiep-nhan-tam"

NO_ANSWER = "Cổng Dịch vụ công quốc gia không trả lời khi kiểm tra tài khoản của chủ hồ sơ."
FROM_VAULT = "Kho dữ liệu của chủ hồ sơ"
UNCHECKED = "Chưa kiểm tra tài khoản (trước ngày áp dụng)"
BY_EXCEPTION = "Tiếp nhận theo trường hợp ngoại lệ đã được duyệt"

How = DossierComponent.How


def slip_of(dossier: Dossier) -> tuple[str, Mapping[str, object]]:
    """The form that stands for this dossier now, and its data: for ``press.render``."""
    if dossier.state == State.PROVISIONAL or dossier.code is None:
        return PROVISIONAL_FORM, dict(provisional_data(dossier))
    return RECEIPT_FORM, dict(receipt_data(dossier))


def to_print(authority: Authority, dossier_id: UUID) -> tuple[str, Mapping[str, object]]:
    """The slip for the receiving desk, journalled: it holds the owner's number in full."""
    authority.require(Power.RECEIVE_DOSSIER)
    form, data = slip_of(dossiers.dossier_for_officer(authority, dossier_id))
    journal.record(
        "desk.slip.printed",
        subject=f"dossier:{dossier_id}",
        actor=authority.subject,
        unit_code=authority.unit_code,
        facts={"form": form},
    )
    return form, data


def receipt_data(
    dossier: Dossier, *, may_be_corrected: bool = True, calendar: WorkCalendar | None = None
) -> Receipt:
    """Mẫu 01: Giấy tiếp nhận hồ sơ và hẹn trả kết quả. The owner's number stands in full: it is their paper.

    ``may_be_corrected=False``: somebody knows that it never was, and nothing is asked. ``calendar``: the unit's,
    asked once for a pile of receipts.
    """
    day = timezone.localdate(dossier.received_at)
    works = tree.working_unit(dossier.unit, on=day)
    contact, head = submission.contact_of(dossier), letterhead_of(works)
    lines = _lines(dossier)
    return Receipt(
        corrected=_corrected(dossier) if may_be_corrected else "",
        agency_above=head["agency_above"],
        agency=head["agency"],
        place=head["place"],
        on=dossier.received_at or "",
        qr=tracking_link(dossier),
        desk=called(dossier.unit, on=day),
        code=dossier.code or "",
        check_characters=dossier.track_check,
        tracking_address=f"{settings.PUBLIC_URL}/tra-cuu/",
        sequence=(dossier.code or "")[-4:],
        copy_for="Giao người nộp",
        owner_name=dossier.owner_name,
        owner_number=number_of(dossier),
        owner_number_label=number_label(dossier),
        filer_name=dossier.filer_name or dossier.owner_name,
        filer_standing=standing_of(dossier),
        address=contact["address"],
        phone=local(contact["phone"]),
        email=contact["email"],
        procedure_name=dossier.procedure.name,
        procedure_code=dossier.procedure.code,
        request=_request(dossier),
        components=[_component(line) for line in lines if line.how not in {How.NONE, How.VAULT}],
        not_asked=[
            PaperNotAsked(name=line.name, source=FROM_VAULT) for line in lines if line.how == How.VAULT
        ],
        sets=1,
        term=term_words(dossier, calendar),
        received_at=dossier.received_at or "",
        due_at=dossier.due_at,
        fee=fee_words(dossier.procedure),
        returned_at_place=str(HandOut.How(dossier.result_wanted).label),
        officer_name=dossier.received_by_name,
        help_phone=works.phone,
        version=form_of(Paper.RECEIPT, day).version,
    )


def provisional_data(dossier: Dossier) -> ProvisionalSlip:
    """Phiếu tiếp nhận tạm: the time of arrival is proof; the deadline does not run yet."""
    contact, head = submission.contact_of(dossier), letterhead_of(dossier.unit)
    return ProvisionalSlip(
        agency_above=head["agency_above"],
        agency=head["agency"],
        place=head["place"],
        on=dossier.arrived_at,
        qr=tracking_link(dossier),
        desk=dossier.unit.name,
        number=dossier.provisional_number or "",
        arrived_at=dossier.arrived_at,
        owner_name=dossier.owner_name,
        filer_name=dossier.filer_name or dossier.owner_name,
        phone=local(contact["phone"]),
        procedure_name=dossier.procedure.name,
        components=[_component(line) for line in _lines(dossier) if line.how != How.NONE],
        reason=NO_ANSWER,
        officer_name=dossier.received_by_name,
        help_phone=dossier.unit.phone,
    )


def _corrected(dossier: Dossier) -> str:
    """That this paper stands for an earlier one; nothing on the first."""
    last = ReceptionCorrection.objects.filter(dossier=dossier).order_by("-nth").first()
    if last is None:
        return ""
    return (
        f"In lại lần {last.nth}, ngày {timezone.localtime(last.at):%d/%m/%Y},"
        " thay giấy đã giao trước (đính chính thông tin tiếp nhận)."
    )


def term_words(dossier: Dossier, calendar: WorkCalendar | None = None) -> str:
    """The term, and from when it counts where the papers came too late in the day, or on a day off."""
    online = dossier.channel == Dossier.Channel.ONLINE
    said = online_term_words(dossier.procedure) if online else dossier.procedure.deadline_words
    words = said or BY_NOTICE
    if dossier.received_at is None:
        return words
    later = deadlines.counted_from(
        dossier.procedure, dossier.received_at, unit_id=dossier.unit_id, online=online, calendar=calendar
    )
    return f"{words}. {later}" if later else words


def fee_words(procedure: Procedure) -> str:
    """What a slip says about money: lệ phí and phí of the procedure, or where they are set."""
    asked = {"Lệ phí": procedure.fee_vnd, "phí": procedure.charge_vnd}
    if None in asked.values():
        return procedure.fee_words or "Theo quy định"
    sums = {name: dong(amount) for name, amount in asked.items() if amount}
    if len(sums) < 2:
        return next(iter(sums.values()), "Không thu")
    return ", ".join(f"{name} {amount}" for name, amount in sums.items())


def dong(amount: int) -> str:
    """``30.000 đồng``."""
    return f"{amount:,} đồng".replace(",", ".")


def tracking_link(dossier: Dossier) -> str:
    """To the public page. Behind the hash sign: a browser keeps that part to itself, so no server logs it."""
    number = dossier.code or dossier.provisional_number
    return f"{settings.PUBLIC_URL}/tra-cuu/#{number}.{dossier.track_check}"


def _lines(dossier: Dossier) -> list[DossierComponent]:
    return sorted(dossier.components.all(), key=lambda line: line.order)


def _component(line: DossierComponent) -> Component:
    return Component(
        name=line.name,
        originals=line.originals,
        certified=line.certified,
        copies=line.copies,
        note=str(How(line.how).label),
    )


def number_label(dossier: Dossier) -> str:
    """What the owner's number is called on paper; the press has the form's own words for a person's."""
    return "Mã số thuế" if acting_for_owner.is_of_organisation(dossier) else ""


def standing_of(dossier: Dossier) -> str:
    """What the filer is to the owner, and the paper that proves it."""
    return ", ".join(words for words in (dossier.filer_relation, dossier.filer_proof) if words)


def _request(dossier: Dossier) -> str:
    """What is asked for, for whom, and what is unusual about this reception."""
    person = f"Người được giải quyết: {dossier.person_name}" if dossier.person_name else ""
    if person and dossier.person_born:
        person += f", sinh {dossier.person_born}"
    marks = UNCHECKED if dossier.unchecked else BY_EXCEPTION if dossier.exception_id else ""
    return ". ".join(words for words in (dossier.procedure.name, person, dossier.note, marks) if words)


def number_of(dossier: Dossier) -> str:
    """The owner's number in full: for form 01 only."""
    if dossier.owner_number_sealed is None:
        return ""
    number: str = settings.KEYRING.open(
        "desk.dossier.owner_number", str(dossier.public_id), dossier.owner_number_sealed
    )
    return number


def local(phone: str) -> str:
    """As people dial it."""
    return f"0{phone[3:]}" if phone.startswith("+84") else phone
