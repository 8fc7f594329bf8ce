"""Hồ sơ đánh giá tác động: made of the register and of the settings that are in force (Luật 91/2025; DP-26).

It is issued again whenever the register changes: the mark of the register stands on its first page.
"""

import hashlib
from typing import Final

from django.conf import settings
from django.utils import timezone

from motcua import press
from motcua.kernel.authority import Authority
from motcua.kernel.personal_data import PersonalDocument
from motcua.protection import duties, reading, register, written
from motcua.protection.register import Line
from motcua.units.letterheads import letterhead_of

#: Setting → what it is the period of, and its unit; a house test finds every one that the settings know.
PERIODS: Final = {
    "LOOKS_KEPT_MONTHS": ("Lượt xem giấy tờ trong kho", "tháng"),
    "LOOK_UPS_KEPT_MONTHS": ("Lượt tra cứu tài khoản", "tháng"),
    "OWNER_NEWS_KEPT_MONTHS": ("Tin đã báo chủ hồ sơ", "tháng"),
    "SIGN_INS_KEPT_MONTHS": ("Lịch sử đăng nhập", "tháng"),
    "CHECKS_KEPT_MONTHS": ("Lần kiểm tra tài khoản", "tháng"),
    "DOSSIERS_KEPT_YEARS": ("Hồ sơ, sau dòng lịch sử cuối", "năm"),
    "KNOWN_DEVICES_KEPT_MONTHS": ("Thiết bị đã biết", "tháng"),
    "NOTICES_KEPT_DAYS": ("Thông báo đã gửi", "ngày"),
    "HANDOVERS_KEPT_MONTHS": ("Chi phí từng tin nhắn, không có người nhận", "tháng"),
    "ERRANDS_KEPT_DAYS": ("Việc hẹn đã xong, chỉ có mã", "ngày"),
    "DEAD_ERRANDS_KEPT_DAYS": ("Việc hẹn không làm được, chỉ có mã", "ngày"),
}
_ABOUT: Final = (
    "Lập theo Luật Bảo vệ dữ liệu cá nhân số 91/2025/QH15 (có hiệu lực từ 01/01/2026; trước đó: NĐ 13/2023/NĐ-CP).",
    "Mở và kiểm tra tài khoản số của chủ hồ sơ khi tiếp nhận hồ sơ thủ tục hành chính.",
    "Tiếp nhận, giải quyết, trả kết quả hồ sơ; giữ giấy tờ đã số hóa để không phải nộp lại.",
    "Không có quyết định nào về một người được đưa ra hoàn toàn tự động.",
)
_SUBJECTS: Final = (
    "Công dân mở tài khoản, nộp hồ sơ; người được giải quyết khi khác chủ hồ sơ, kể cả trẻ em.",
    "Người đại diện của tổ chức.",
    "Cán bộ sử dụng hệ thống.",
)
_RISKS: Final = (
    (
        "Lộ cơ sở dữ liệu hoặc bản sao lưu",
        "Cột mã hóa AES-256-GCM, khóa từng tệp; khóa nằm ngoài cơ sở dữ liệu và bản sao lưu",
        "họ tên, ngày sinh ở dạng đọc được",
    ),
    (
        "Cán bộ tra cứu ngoài công việc",
        "Hạn mức, mục đích phải ghi, số mồi; công dân thấy từng lượt trong 60 giây",
        "thấp",
    ),
    (
        "Hệ thống kết nối bị chiếm",
        "Khóa riêng, địa chỉ và hạn mức theo đăng ký, ngừng trong 5 giây",
        "trung bình",
    ),
    (
        "Chiếm tài khoản qua số điện thoại",
        "Hỏi nhà mạng, chờ 24 giờ, báo số cũ, đặt lại không chỉ dựa vào mã OTP",
        "thấp",
    ),
    (
        "Dữ liệu giữ quá hạn",
        "Việc định kỳ xóa, số quá hạn hiện trên trang quản trị; cơ sở dữ liệu từ chối xóa sớm",
        "thấp",
    ),
    ("Người đã xóa trở lại từ bản sao lưu", "Sổ xóa ngoài cơ sở dữ liệu, xóa lại trước khi mở cửa", "thấp"),
    ("Sửa dấu vết", "Nhật ký chỉ thêm, niêm phong Merkle, lời chứng ở nơi khác", "thấp"),
)
_RIGHTS: Final = (
    "Biết: mục “Nhật ký” cho thấy ai tra cứu, ai xem giấy tờ; văn bản thông báo có từng bản.",
    "Lấy bản sao và đóng tài khoản: mục “Dữ liệu của tôi”.",
    "Chỉnh sửa: tại Bộ phận một cửa, hai cán bộ xác nhận; báo giấy tờ sai trong kho.",
    "Rút lại đồng ý: email, dùng lại giấy tờ, chia sẻ với hệ thống khác; có hiệu lực ngay.",
    "Phản ánh một lượt xem: do thanh tra của đơn vị khác trả lời.",
)


def as_pdf(viewer: Authority) -> bytes:
    reading.require(viewer)
    return press.render("danh-gia-tac-dong", facts(viewer))


def facts(viewer: Authority) -> dict[str, object]:
    """What stands in the file; apart from its drawing, so that a test compares it with the register."""
    head = letterhead_of(None)
    here = [
        name for name, hosted in (("Cổng", settings.HOSTS_PORTAL), ("Một cửa", settings.HOSTS_DESK)) if hosted
    ]
    return {
        **head,
        "qr": f"{settings.PUBLIC_URL}/quan-tri/du-lieu-ca-nhan/",
        "controller": head.get("agency", ""),
        "systems": ", ".join(here),
        "contact": getattr(settings, "HOTLINE", "1022"),
        "version": mark(),
        "made_at": timezone.now(),
        "about": list(_ABOUT),
        "subjects": list(_SUBJECTS),
        "purposes": [_purpose(line) for line in register.lines()],
        "documents": [_document(each) for each in register.documents()],
        "periods": periods(),
        "recipients": _recipients(),
        "measures": _measures(),
        "risks": [{"risk": risk, "measure": measure, "left": left} for risk, measure, left in _RISKS],
        "rights": list(_RIGHTS),
    }


def mark() -> str:
    """Of the register: the file is out of date when it differs."""
    return hashlib.sha256(written.as_markdown().encode()).hexdigest()[:12]


def periods() -> list[str]:
    """As they are set here, which may be longer than the law wants."""
    return [f"{what}: {getattr(settings, name)} {unit}." for name, (what, unit) in PERIODS.items()]


def _purpose(line: Line) -> dict[str, str]:
    return {
        "purpose": line.purpose,
        "data": ", ".join(line.columns),
        "basis": line.basis.value,
        "readers": line.reader_words,
        "held": line.held_words,
        "kept": f"{line.kept_words}{f'; {line.kept.stays}' if line.kept.stays else ''}",
    }


def _document(each: PersonalDocument) -> dict[str, str]:
    return {
        "purpose": each.purpose,
        "data": each.kind,
        "basis": each.basis.value,
        "readers": each.reader_words,
        "held": "mã hóa, mỗi tệp một khóa",
        "kept": each.kept.words,
    }


def _recipients() -> list[str]:
    known = [
        "Đơn vị giải quyết hồ sơ; đơn vị được chủ kho đồng ý cho dùng lại giấy tờ.",
        "Nhà mạng: hỏi số điện thoại có phải của người đó không, chỉ giữ kết quả.",
        "Nhà cung cấp tin nhắn: số điện thoại và nội dung tin.",
    ]
    if settings.NATIONAL_SYNC:
        known.append("Cổng Dịch vụ công quốc gia: tình trạng hồ sơ.")
    return [*known, "Không chuyển dữ liệu cá nhân ra nước ngoài."]


def _measures() -> list[str]:
    chores = ", ".join(duty.chore for duty in duties.duties())
    second = "bắt buộc" if settings.OFFICER_SECOND_FACTOR else "đang tắt ở bản chạy thử này"
    return [
        "Mã hóa cột nhạy cảm và từng tệp; khóa nằm ngoài cơ sở dữ liệu; số chỉ so khớp bằng HMAC.",
        f"Xác thực hai bước của cán bộ: {second}.",
        "Quyền theo vị trí, có thời hạn; quyền đặc biệt cần hai người; danh sách chỉ hiện dạng che.",
        f"Việc định kỳ xóa dữ liệu hết hạn: {chores}.",
        "Nhật ký niêm phong; công dân thấy ai đã tra cứu, đã xem.",
    ]
