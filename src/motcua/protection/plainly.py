"""What is kept and what is not copied, as its owner reads it: which data, until when and why, with no name of a table.

The register (``register.lines``) says it column by column for officers and inspectors; this is the same by its parts,
and ``tests/protection/test_plainly.py`` holds the two together.
"""

from dataclasses import dataclass
from typing import Final

from django.conf import settings

from motcua.kernel.personal_data import Copy, Withheld
from motcua.protection import register


@dataclass(frozen=True, slots=True)
class Staying:
    """``until`` is filled with the periods that the installation is set to."""

    what: str
    until: str
    why: str


_STAYING: Final = {
    Copy.DOSSIERS: Staying(
        "Hồ sơ ông/bà đã nộp: chủ hồ sơ, người được giải quyết, người nộp, các bước đã làm, phiếu, biên lai, kết quả",
        "{dossiers} năm sau bước cuối của hồ sơ. Lượt kiểm tra tài khoản khi tiếp nhận: {checks} tháng",
        "Cơ quan phải lưu hồ sơ đã giải quyết (NĐ 61/2018).",
    ),
    Copy.DRAFTS: Staying(
        "Hồ sơ trực tuyến đang soạn, chưa gửi",
        "30 ngày sau lần lưu cuối",
        "Để ông/bà soạn tiếp; cán bộ không đọc được.",
    ),
    Copy.VAULT: Staying(
        "Giấy tờ đã dùng trong một hồ sơ; giấy tờ của người khác trong kho, như của con ông/bà; "
        "ai đã xem giấy tờ; lời phản ánh, lời báo sai và trả lời",
        "Giấy tờ: cùng hồ sơ, hoặc đến khi chuyển về kho của người đó. Lượt xem: {looks} tháng. Lời phản ánh, "
        "lời báo sai: lâu dài",
        "Hồ sơ cần giấy tờ làm căn cứ; ai đã xem giấy tờ và cơ quan đã trả lời thế nào phải chứng minh được.",
    ),
    Copy.SECURITY: Staying(
        "Lịch sử đăng nhập, tên thiết bị đã dùng",
        "Phiên: 30 ngày. Lịch sử đăng nhập: {sign_ins} tháng. Thiết bị đã dùng để xác thực hai bước: lâu dài",
        "Để tìm ra lần đăng nhập không phải của ông/bà.",
    ),
    Copy.LOOK_UPS: Staying(
        "Ai đã tra cứu số của ông/bà",
        "{look_ups} tháng",
        "Để trả lời ông/bà khi ông/bà hỏi ai đã tra cứu mình.",
    ),
    Copy.CARE: Staying(
        "Yêu cầu tạo tài khoản tại quầy; việc thêm số, sửa họ tên, ngày sinh, khóa, mở, gộp, đóng tài khoản và lý do",
        "Yêu cầu tạo tài khoản: 90 ngày sau khi kích hoạt. Việc khác: lâu dài",
        "Ai đã đổi thông tin của một người, vì sao, phải chứng minh được.",
    ),
    Copy.MANDATES: Staying(
        "Quyền đại diện tổ chức và giấy tờ chứng minh quyền đó",
        "Lâu dài",
        "Việc đã làm thay tổ chức phải chứng minh được.",
    ),
}

_NOT_COPIED: Final = {
    Withheld.DERIVED: (
        "Dấu để tìm kiếm và dạng che của số, họ tên",
        "Chính số và họ tên đó đã có trong bản sao.",
    ),
    Withheld.SECRET: (
        "Mật khẩu, khóa và mã dùng để đăng nhập",
        "Người khác có bản sao này sẽ đăng nhập được như ông/bà.",
    ),
    Withheld.PASSING: (
        "Dữ liệu của việc đang làm dở: mã OTP, tin đang chờ gửi, lượt đăng ký chưa xong",
        "Hệ thống tự xóa chậm nhất sau 30 ngày.",
    ),
    Withheld.NOT_LINKED: (
        "Dấu của số điện thoại, email, số giấy tờ dùng để đếm số lần thử và số tin đã gửi",
        "Các dấu này không gắn với tài khoản nào nên không biết là của ông/bà.",
    ),
    Withheld.OFFICIAL: (
        "Điều cán bộ ghi về công việc của mình: ai làm, vì sao",
        "Đó là dữ liệu của cán bộ trong công vụ.",
    ),
    Withheld.INSPECTION: (
        "Điều phục vụ thanh tra, như lý do hai cán bộ duyệt một việc",
        "Ông/bà được trả lời riêng khi gửi yêu cầu tới cơ quan.",
    ),
}


def staying() -> list[tuple[str, str, str]]:
    """What concerns a citizen and does not go with the account: which data, until when, why; most of it first."""
    there = {
        line.copied
        for line in register.lines()
        if isinstance(line.copied, Copy) and line.kept.chore != "closed_account" and not line.kept.rule
    }
    periods = {
        "dossiers": settings.DOSSIERS_KEPT_YEARS,
        "checks": settings.CHECKS_KEPT_MONTHS,
        "looks": settings.LOOKS_KEPT_MONTHS,
        "sign_ins": settings.SIGN_INS_KEPT_MONTHS,
        "look_ups": settings.LOOK_UPS_KEPT_MONTHS,
    }
    first = [part for part in _STAYING if part in there]
    return [
        (each.what, each.until.format(**periods), each.why) for each in (_STAYING[part] for part in first)
    ]


def not_copied() -> list[tuple[str, str]]:
    """What is held and is not in a person's copy, and why: a line for each reason that the register gives."""
    there = {line.copied for line in register.lines()}
    return [_NOT_COPIED[why] for why in _NOT_COPIED if why in there]
