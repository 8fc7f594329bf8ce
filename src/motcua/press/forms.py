"""What each paper form is filled in with. A key left out, "" or None prints a dotted line to write on.

A date prints as "ngày 23 tháng 11 năm 2026", a moment as "16 giờ 27 phút, ngày 23 tháng 11 năm 2026" in
Vietnam's time; text prints as it is, never as instructions. `qr` is the text inside the code, not a drawing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, TypedDict


class Letterhead(TypedDict, total=False):
    agency_above: str
    """Cơ quan chủ quản, e.g. ỦY BAN NHÂN DÂN TỈNH BÌNH ĐỊNH; printed in capitals."""
    agency: str
    """Cơ quan, e.g. SỞ GIÁO DỤC VÀ ĐÀO TẠO; printed in capitals, bold."""
    place: str
    """Địa danh, e.g. Quy Nhơn."""
    on: date | str
    """Ngày lập."""
    qr: str


class AccountRequest(Letterhead, total=False):
    """de-nghi-tao-tai-khoan, A4: the citizen asks an officer to open the account (Phụ lục III)."""

    to: str
    """Kính gửi."""
    request_number: str
    short_code: str
    """Mã đối chiếu: short form of the hash over the data, so that a changed paper is seen."""
    full_name: str
    born_on: date | str
    citizen_id: str
    phone: str
    email: str
    reason: str
    officer_name: str
    officer_phone: str
    unit_name: str
    created_at: datetime | str


class PhoneChangeRequest(Letterhead, total=False):
    """de-nghi-doi-so-dien-thoai, A4: the owner of an account asks an officer to bind a new phone to it."""

    to: str
    request_number: str
    short_code: str
    full_name: str
    born_on: date | str
    citizen_id: str
    phone: str
    """The new one."""
    reason: str
    officer_name: str
    officer_phone: str
    unit_name: str
    created_at: datetime | str


class TakeOverRequest(Letterhead, total=False):
    """de-nghi-nhan-tai-khoan, A4: whoever came of age asks for the account that a parent or guardian ran."""

    to: str
    request_number: str
    short_code: str
    full_name: str
    born_on: date | str
    citizen_id: str
    phone: str
    """The owner's own, to which the one-time password goes."""
    email: str
    reason: str
    officer_name: str
    officer_phone: str
    unit_name: str
    created_at: datetime | str


class Component(TypedDict, total=False):
    name: str
    originals: int
    certified: int
    copies: int
    note: str


class PaperNotAsked(TypedDict, total=False):
    name: str
    number: str
    """Số, ký hiệu, ngày cấp; as the vault keeps it."""
    source: str
    """Where it came from, e.g. "Kho dữ liệu của chủ hồ sơ"."""


class Receipt(Letterhead, total=False):
    """giay-tiep-nhan, A5: Mẫu số 01 of TT 01/2018/TT-VPCP."""

    desk: str
    code: str
    """Mã hồ sơ."""
    check_characters: str
    """The few characters that, with the code, open the public tracking page."""
    tracking_address: str
    book: str
    sequence: str
    copy_for: str
    """Liên, e.g. "Giao người nộp" or "Lưu"."""
    owner_name: str
    owner_number: str
    owner_number_label: str
    """What that number is; empty: a person's, in the form's own words."""
    filer_name: str
    filer_standing: str
    """Tư cách of the filer, e.g. "Người được ủy quyền"; only printed when given."""
    address: str
    phone: str
    email: str
    procedure_name: str
    procedure_code: str
    request: str
    """Nội dung yêu cầu giải quyết."""
    components: Sequence[Component]
    not_asked: Sequence[PaperNotAsked]
    sets: int
    term: str
    """Thời gian giải quyết theo quy định, e.g. "05 ngày làm việc"."""
    received_at: datetime | str
    due_at: datetime | str | None
    """None prints "Theo thông báo của cơ quan"."""
    second_stage: str
    fee: str
    returned_at_place: str
    """Nơi nhận kết quả, or the postal address asked for."""
    officer_name: str
    help_phone: str
    version: str
    """E.g. "Mẫu số 01, Thông tư 01/2018/TT-VPCP"."""
    corrected: str
    """Only printed when given, e.g. "In lại lần 2, thay giấy in lúc …"."""


class ProvisionalSlip(Letterhead, total=False):
    """phieu-tiep-nhan-tam, A5: the portal gave no answer; the papers are here, the deadline does not run yet."""

    desk: str
    number: str
    """TN-…"""
    arrived_at: datetime | str
    owner_name: str
    filer_name: str
    phone: str
    procedure_name: str
    components: Sequence[Component]
    reason: str
    next_steps: Sequence[str]
    """Left out: the usual three."""
    officer_name: str
    help_phone: str


class Desk(TypedDict, total=False):
    name: str
    address: str
    phone: str


class DeskSlip(Letterhead, total=False):
    """phieu-huong-dan-tai-quay, A5: the phone did not match; what to bring to which desk. No person is named."""

    code: str
    """Opaque; the desk opens the reason with it."""
    reason: str
    operator: str
    hotline: str
    bring: Sequence[str]
    """Left out: the usual three."""
    desks: Sequence[Desk]
    hours: str
    """When the desks are open; only printed when given."""
    made_at: datetime | str
    valid_until: datetime | str


class NoticeSheet(Letterhead, total=False):
    """What every notice about one dossier says; the title and the form's number are those of its day."""

    title: str
    version: str
    """E.g. "Mẫu số 02, Thông tư 03/2025/TT-VPCP"; printed small, only when given."""
    number: str
    """Số phiếu."""
    desk: str
    code: str
    owner_name: str
    filer_name: str
    address: str
    phone: str
    email: str
    procedure_name: str
    reason: str
    officer_name: str
    help_phone: str
    tracking_address: str


class ItemToComplete(TypedDict, total=False):
    name: str
    what: str


class SupplementNotice(NoticeSheet, total=False):
    """phieu-yeu-cau-bo-sung, A5: mẫu 02."""

    items: Sequence[ItemToComplete]
    answer_by: date | str | None
    """Only printed when given."""


class RefusalNotice(NoticeSheet, total=False):
    """phieu-tu-choi, A5: mẫu 03."""


class ApologyNotice(NoticeSheet, total=False):
    """phieu-xin-loi, A5: mẫu 04."""

    received_at: datetime | str | None
    old_due_at: datetime | str
    new_due_at: datetime | str


class StopNotice(NoticeSheet, total=False):
    """thong-bao-dung, A5: mẫu 05 of 2025; the 2018 set has none."""

    received_at: datetime | str | None


class WithdrawalNotice(NoticeSheet, total=False):
    """phieu-rut-ho-so, A5: the owner asks for the papers back; no circular gives it a number."""

    received_at: datetime | str | None


class HopLine(TypedDict, total=False):
    step: str
    unit: str
    handed_at: datetime | str
    handed_by: str
    accepted_at: datetime | str | None
    accepted_by: str
    kept: str
    """Trước hạn, đúng hạn, quá hạn; empty while the step lasts."""
    note: str


class ControlSlip(Letterhead, total=False):
    """phieu-kiem-soat, A5: mẫu 05 of 2018, 06 of 2025."""

    title: str
    version: str
    code: str
    owner_name: str
    procedure_name: str
    received_at: datetime | str | None
    due_at: datetime | str | None
    unit_name: str
    """Cơ quan giải quyết."""
    other_units: str
    """Cơ quan phối hợp; only printed when given."""
    hops: Sequence[HopLine]


class FeeReceipt(Letterhead, total=False):
    """bien-lai, A5: phí, lệ phí that was paid."""

    title: str
    number: str
    code: str
    payer_name: str
    address: str
    procedure_name: str
    kind: str
    amount: str
    amount_words: str
    paid_how: str
    paid_at: datetime | str | None
    taken_by_name: str
    reference: str
    """Mã giao dịch; only printed when given."""


class HandOutSlip(Letterhead, total=False):
    """bien-nhan-tra-ket-qua, A5: who took the result, when, on which paper."""

    title: str
    code: str
    owner_name: str
    procedure_name: str
    result: str
    taker_name: str
    taker_standing: str
    how: str
    tracking_number: str
    at: datetime | str
    by_name: str
    help_phone: str


class ReceivedLine(TypedDict, total=False):
    code: str
    check_characters: str
    procedure: str
    papers: str
    """Number of papers handed in, e.g. "03 giấy tờ"."""
    not_asked: str
    fee: str
    due_at: datetime | str | None
    qr: str


class JointReceipt(Letterhead, total=False):
    """giay-tiep-nhan-nhieu-ho-so, A5: several dossiers of one visit on one paper, fields of mẫu 01."""

    title: str
    version: str
    desk: str
    owner_name: str
    owner_number: str
    owner_number_label: str
    """What that number is; empty: a person's, in the form's own words."""
    filer_name: str
    filer_standing: str
    address: str
    phone: str
    email: str
    received_at: datetime | str
    dossiers: Sequence[ReceivedLine]
    returned_at_place: str
    tracking_address: str
    officer_name: str
    help_phone: str


class ClassReceipts(Letterhead, total=False):
    """giay-tiep-nhan-ca-lop, A5: the receipts of a class, each on a page of its own, as giay-tiep-nhan has them."""

    label: str
    receipts: Sequence[Receipt]


class InvitedPupil(TypedDict, total=False):
    name: str
    born: str
    whose: str
    """Whose account is wanted: học sinh, mẹ, cha, người giám hộ."""
    number: str
    """Never in full."""


class ClassInvitation(Letterhead, total=False):
    """danh-sach-moi-tao-tai-khoan, A4: the pupils of a class whose account was not found."""

    label: str
    procedure_name: str
    pupils: Sequence[InvitedPupil]
    help_phone: str


class InvitationSlip(TypedDict, total=False):
    name: str
    class_name: str


class InvitationSlips(Letterhead, total=False):
    """phieu-moi-tao-tai-khoan: one slip for each pupil, four on a page of A4 to be cut, or one on A5.

    Names a pupil and the class as the school wrote them, and no number of anybody.
    """

    label: str
    on_a5: bool
    slips: Sequence[InvitationSlip]
    address: str
    """Where to register, to be typed; the code holds the same."""
    code_minutes: int
    desks: Sequence[Desk]
    hours: str
    help_phone: str


class RegisterLine(TypedDict, total=False):
    code: str
    procedure: str
    sets: int
    owner: str
    address: str
    phone: str
    unit: str
    received: str
    due: str
    returned: str
    how: str
    taker: str
    note: str


class Register(Letterhead, total=False):
    """so-theo-doi, A4 landscape: mẫu 06 of 2018, 07 of 2025. The first paper of a book carries the filters."""

    title: str
    version: str
    desk: str
    period: str
    rows: Sequence[RegisterLine]
    total: str


class CopiedPart(TypedDict, total=False):
    name: str
    rows: int
    where: str
    """The part of du-lieu.json that holds them."""


class CopiedPaper(TypedDict, total=False):
    title: str
    number: str
    issuer: str
    file: str


class CopiedLook(TypedDict, total=False):
    """Somebody asked about the person, or looked at a paper of theirs."""

    at: datetime | str
    who: str
    what: str


class OwnData(Letterhead, total=False):
    """tom-tat-du-lieu, A4: what is in the copy of a person's own data (DP-16)."""

    full_name: str
    born_on: date | str
    citizen_id: str
    phone: str
    email: str
    taken_at: datetime | str
    parts: Sequence[CopiedPart]
    looks: Sequence[CopiedLook]
    papers: Sequence[CopiedPaper]
    dossiers: Sequence[str]


class ImpactPurpose(TypedDict, total=False):
    purpose: str
    data: str
    basis: str
    readers: str
    held: str
    kept: str


class ImpactRisk(TypedDict, total=False):
    risk: str
    measure: str
    left: str


class ImpactAssessment(Letterhead, total=False):
    """danh-gia-tac-dong, A4 landscape: hồ sơ đánh giá tác động xử lý dữ liệu cá nhân (DP-26)."""

    controller: str
    systems: str
    contact: str
    version: str
    """Mark of the register that it was made from: another register, another file."""
    made_at: datetime | str
    about: Sequence[str]
    subjects: Sequence[str]
    purposes: Sequence[ImpactPurpose]
    documents: Sequence[ImpactPurpose]
    periods: Sequence[str]
    recipients: Sequence[str]
    measures: Sequence[str]
    risks: Sequence[ImpactRisk]
    rights: Sequence[str]


class BreachCount(TypedDict, total=False):
    kind: str
    people: int


class BreachReport(Letterhead, total=False):
    """bao-cao-su-co, A4: what the authority is told of a breach (DP-20). Nobody is named in it."""

    number: str
    controller: str
    contact: str
    aware_at: str
    due_at: str
    window: str
    about: str
    happened: Sequence[str]
    people: str
    lines: str
    without_account: int
    lists: str
    data: Sequence[BreachCount]
    acts: Sequence[BreachCount]
    measures: Sequence[str]
    notices: str
    list_sha256: str
    """Mark of the list of people, which stands in the sealed journal as well."""
    made_at: datetime | str


class GuideSheet(Letterhead, total=False):
    """to-roi-a5, to-roi-a4, ap-phich: a guide to hand out or to hang up, with a code that leads to its page."""

    language: str
    """Of everything but the letterhead: vi or en, as a screen reader wants it."""
    reader: str
    heading: str
    lead: str
    steps: Sequence[str]
    outcome: str
    notes: Sequence[str]
    help_words: str
    help_phone: str
    scan_words: str
    address: str
    label: str
    """Which day's figures these are."""


@dataclass(frozen=True, slots=True)
class Form:
    sheet: str
    fields: type


class SamplePaper(Letterhead, total=False):
    """giay-to-mau, A4: an invented paper of the training, as a scan would show it."""

    title: str
    lines: Sequence[str]


class SeatSlip(TypedDict, total=False):
    nth: int
    name: str
    number: str
    password: str
    phone: str
    colleague_name: str
    colleague_number: str


class SeatSlips(Letterhead, total=False):
    """phieu-dang-nhap-tap-huan, A4: a slip for each trainee of a course, to be cut apart."""

    course: str
    address: str
    last_day: date | str
    seats: Sequence[SeatSlip]


class TaskResult(TypedDict, total=False):
    appendix: str
    title: str
    score: str


class TrainingResult(Letterhead, total=False):
    """ket-qua-tap-huan, A4: what one trainee reached."""

    course: str
    name: str
    tasks: Sequence[TaskResult]
    score: str
    passed: bool


FORMS: Final = {
    "de-nghi-tao-tai-khoan": Form("account-request.typ", AccountRequest),
    "de-nghi-doi-so-dien-thoai": Form("phone-change-request.typ", PhoneChangeRequest),
    "de-nghi-nhan-tai-khoan": Form("take-over-request.typ", TakeOverRequest),
    "giay-tiep-nhan": Form("receipt.typ", Receipt),
    "phieu-tiep-nhan-tam": Form("provisional-slip.typ", ProvisionalSlip),
    "phieu-huong-dan-tai-quay": Form("desk-slip.typ", DeskSlip),
    "phieu-yeu-cau-bo-sung": Form("supplement.typ", SupplementNotice),
    "phieu-tu-choi": Form("refusal.typ", RefusalNotice),
    "phieu-xin-loi": Form("apology.typ", ApologyNotice),
    "thong-bao-dung": Form("stop.typ", StopNotice),
    "phieu-rut-ho-so": Form("withdrawal.typ", WithdrawalNotice),
    "phieu-kiem-soat": Form("control-slip.typ", ControlSlip),
    "bien-lai": Form("fee-receipt.typ", FeeReceipt),
    "bien-nhan-tra-ket-qua": Form("hand-out.typ", HandOutSlip),
    "giay-tiep-nhan-nhieu-ho-so": Form("joint-receipt.typ", JointReceipt),
    "giay-tiep-nhan-ca-lop": Form("class-receipts.typ", ClassReceipts),
    "danh-sach-moi-tao-tai-khoan": Form("class-invitation.typ", ClassInvitation),
    "phieu-moi-tao-tai-khoan": Form("invitation-slips.typ", InvitationSlips),
    "so-theo-doi": Form("register.typ", Register),
    "danh-gia-tac-dong": Form("impact.typ", ImpactAssessment),
    "bao-cao-su-co": Form("breach.typ", BreachReport),
    "tom-tat-du-lieu": Form("own-data.typ", OwnData),
    "to-roi-a5": Form("leaflet-a5.typ", GuideSheet),
    "to-roi-a4": Form("leaflet-a4.typ", GuideSheet),
    "ap-phich": Form("poster.typ", GuideSheet),
    "giay-to-mau": Form("sample-paper.typ", SamplePaper),
    "phieu-dang-nhap-tap-huan": Form("seat-slips.typ", SeatSlips),
    "ket-qua-tap-huan": Form("training-result.typ", TrainingResult),
}
