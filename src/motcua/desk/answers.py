"""What an answer of the portal means at the counter, in words."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from motcua.desk import asking, private_matters
from motcua.desk.models import AccountCheck
from motcua.desk.ports import RECEIVABLE, OwnerStatus
from motcua.kernel.refusal import Refusal
from motcua.kernel.tax_code import TaxCode

FOUND_WORDS = "Kiểm tra tài khoản thành công"
NOT_FOUND_WORDS = (
    "Công dân chưa có tài khoản trên Cổng DVCQG. "
    "Bạn có muốn chuyển đến Cổng Dịch Vụ Công Quốc Gia để tạo tài khoản ?"
)
UNKNOWN_WORDS = (
    "Cổng DVCQG chưa trả lời nên chưa biết chủ hồ sơ đã có tài khoản hay chưa. "
    "Đề nghị ông/bà kiểm tra lại, hoặc tiếp nhận tạm và in phiếu cho công dân."
)
ORGANISATION_UNKNOWN_WORDS = (
    "Cổng DVCQG chưa trả lời nên chưa biết tổ chức đã có tài khoản hay chưa. "
    "Đề nghị ông/bà kiểm tra lại, hoặc tiếp nhận tạm và in phiếu cho người đại diện."
)
STATUS_WORDS: dict[str, str] = {
    OwnerStatus.LOCKED: (
        "Tài khoản của chủ hồ sơ đang bị khóa nên chưa tiếp nhận được. "
        "Đề nghị chủ hồ sơ mở khóa bằng “Quên mật khẩu” hoặc xác minh lại tại quầy, rồi kiểm tra lại."
    ),
    OwnerStatus.CLOSED: (
        "Tài khoản của chủ hồ sơ đã đóng nên chưa tiếp nhận được. "
        "Đề nghị hỗ trợ chủ hồ sơ tạo lại tài khoản, rồi kiểm tra lại."
    ),
    OwnerStatus.REVIEW: (
        "Thông tin của chủ hồ sơ trùng với một người khác và đang chờ xác minh nên chưa tiếp nhận được. "
        "Đề nghị đối chiếu giấy tờ gốc và liên hệ cán bộ quản trị tài khoản."
    ),
    OwnerStatus.UNLINKED: (
        "Tài khoản của chủ hồ sơ chưa xác thực: chưa liên kết VNeID mức độ 2 nên chưa tiếp nhận được. "
        "Đề nghị chủ hồ sơ bấm “Đăng nhập bằng VNeID” trên Cổng một lần, rồi kiểm tra lại; ai chưa có VNeID mức độ 2 "
        "thì đến công an xã, phường để đăng ký."
    ),
}


#: An organisation has no password: what a person mends alone, its papers mend.
ORGANISATION_STATUS_WORDS: dict[str, str] = {
    OwnerStatus.LOCKED: (
        "Tài khoản của tổ chức đang bị khóa nên chưa tiếp nhận được. "
        "Đề nghị tổ chức mang giấy chứng nhận đăng ký đến cán bộ được giao ghi nhận tổ chức để xác minh, "
        "rồi kiểm tra lại."
    ),
    OwnerStatus.CLOSED: (
        "Tài khoản của tổ chức đã đóng nên chưa tiếp nhận được. Đề nghị đối chiếu mã số thuế với giấy chứng nhận "
        "đăng ký; nếu tổ chức còn hoạt động, đề nghị cán bộ được giao lập lại tài khoản, rồi kiểm tra lại."
    ),
    OwnerStatus.REVIEW: (
        "Thông tin của tổ chức đang chờ xác minh nên chưa tiếp nhận được. "
        "Đề nghị đối chiếu giấy chứng nhận đăng ký và liên hệ cán bộ quản trị tài khoản."
    ),
    OwnerStatus.UNLINKED: (
        "Tài khoản của tổ chức chưa xác thực: chưa người đại diện nào liên kết VNeID mức độ 2 nên chưa tiếp nhận được. "
        "Đề nghị người đại diện bấm “Đăng nhập bằng VNeID” trên Cổng một lần, rồi kiểm tra lại."
    ),
}


class OwnerNotReceivable(Refusal):
    code = "owner_not_receivable"
    message = "{words}"


@dataclass(frozen=True, slots=True)
class CheckView:
    """What the officer's screen shows of one check. ``words`` is the sentence to show."""

    public_id: uuid.UUID
    visit: uuid.UUID
    answer: str
    status: str
    words: str
    name_masked: str = field(repr=False)
    last3: str = field(repr=False)
    matched_by_old_number: bool
    can_receive: bool
    can_receive_provisionally: bool
    checked_at: datetime
    phone_frozen: bool = False
    #: A tax code was asked about.
    organisation: bool = False


def require_receivable(row: AccountCheck) -> None:
    """Raise unless the answer lets a dossier be received."""
    if row.answer != AccountCheck.Answer.FOUND or row.status not in RECEIVABLE or is_own(row):
        raise OwnerNotReceivable(words=words_of(row))


def view_of(row: AccountCheck) -> CheckView:
    """What the screen shows."""
    found = row.answer == AccountCheck.Answer.FOUND
    return CheckView(
        public_id=row.public_id,
        visit=row.visit,
        answer=row.answer,
        status=row.status,
        words=words_of(row),
        name_masked=row.name_masked,
        last3=row.last3,
        matched_by_old_number=row.by_old_number,
        can_receive=found and row.status in RECEIVABLE and not is_own(row),
        can_receive_provisionally=row.answer == AccountCheck.Answer.UNKNOWN,
        checked_at=row.checked_at,
        phone_frozen=row.phone_frozen,
        organisation=of_organisation(row),
    )


def of_organisation(row: AccountCheck) -> bool:
    """Whether the number that was asked is a tax code; of a number that is not kept nobody can tell."""
    return bool(row.number_sealed) and isinstance(asking.number_of(row)[0], TaxCode)


def words_of(row: AccountCheck) -> str:
    """The sentence for the answer; of a person, for the first two, the dispatch's own."""
    if row.answer == AccountCheck.Answer.NOT_FOUND:
        return NOT_FOUND_WORDS
    organisation = of_organisation(row)
    if row.answer == AccountCheck.Answer.UNKNOWN:
        return ORGANISATION_UNKNOWN_WORDS if organisation else UNKNOWN_WORDS
    if is_own(row):
        return private_matters.own_words(row.officer_subject, row.unit_code, on=timezone.localdate())
    return (ORGANISATION_STATUS_WORDS if organisation else STATUS_WORDS).get(row.status, FOUND_WORDS)


def is_own(row: AccountCheck) -> bool:
    """Whether the officer asked about their own account (threats T-04)."""
    return bool(row.subject) and row.subject == row.officer_subject
