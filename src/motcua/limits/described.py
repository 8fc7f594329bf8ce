"""Hạn mức, in words: which row of the L-table a budget is, what it counts, and for whom it is kept."""

from enum import StrEnum
from typing import Final, NamedTuple

from motcua.limits.quotas import Quota, Window


class Keyed(StrEnum):
    """For whom a budget counts; what a screen may say about them follows from it."""

    OFFICER = "Từng cán bộ"
    UNIT = "Từng đơn vị"
    NETWORK = "Từng mạng"
    SYSTEM = "Từng hệ thống kết nối"
    #: People, phones, numbers, browsers: never told apart on a screen, only counted.
    BLIND = "Từng người, chỉ đếm"


class Described(NamedTuple):
    row: str
    title: str
    keyed: Keyed
    #: A supervisor may let an officer go on before the window ends.
    unlockable: bool = False


_OFFICER, _BLIND, _NETWORK, _SYSTEM = Keyed.OFFICER, Keyed.BLIND, Keyed.NETWORK, Keyed.SYSTEM

DESCRIBED: Final = {
    Quota.CODE_FAILURES: Described("L2", "Nhập sai mã OTP liên tiếp", _BLIND),
    Quota.CODE_FAILURES_UNTIL_PROOFED: Described(
        "L2", "Nhập sai mã OTP đến khi phải xác minh lại tại quầy", _BLIND
    ),
    Quota.SENDS_TO_PHONE: Described("L3", "Gửi mã OTP tới một số điện thoại, từng việc", _BLIND),
    Quota.SENDS_TO_PHONE_IN_ALL: Described("L3", "Gửi mã OTP tới một số điện thoại, mọi việc", _BLIND),
    Quota.COPIES_OF_OWN_DATA: Described("DP-16", "Công dân lấy bản sao dữ liệu của mình", _BLIND),
    Quota.SENDS_FOR_ID: Described("L4", "Gửi mã OTP cho một số định danh", _BLIND),
    Quota.SENDS_IN_SESSION: Described("L5", "Gửi mã OTP từ một trình duyệt", _BLIND),
    Quota.SENDS_BY_OFFICER: Described("L6", "Cán bộ gửi mã OTP", _OFFICER, unlockable=True),
    Quota.PHONES_BY_OFFICER: Described(
        "L6", "Số điện thoại khác nhau mà cán bộ gửi mã", _OFFICER, unlockable=True
    ),
    Quota.SENDS_BY_UNIT: Described("L7", "Gửi mã OTP từ một đơn vị", Keyed.UNIT),
    Quota.SENDS_FROM_ADDRESS: Described("L8", "Gửi mã OTP từ một mạng", _NETWORK),
    Quota.PHONES_IN_PREFIX: Described("L9", "Số điện thoại khác nhau của một đầu số tự đăng ký", _BLIND),
    Quota.OPERATOR_CHECKS_OF_PHONE: Described("L12", "Kiểm tra một số điện thoại với nhà mạng", _BLIND),
    Quota.OPERATOR_CHECKS_OF_ID: Described("L12", "Kiểm tra một số định danh với nhà mạng", _BLIND),
    Quota.OPERATOR_CHECKS_IN_SESSION: Described("L12", "Kiểm tra với nhà mạng từ một lượt đăng ký", _BLIND),
    Quota.OPERATOR_QUESTIONS_OF_PHONE: Described("L12", "Câu hỏi gửi nhà mạng về một số điện thoại", _BLIND),
    Quota.SIGN_IN_FAILURES: Described("L13", "Đăng nhập không thành công", _BLIND),
    Quota.ACCOUNTS_TRIED_FROM_ADDRESS: Described(
        "L13", "Tài khoản khác nhau được thử đăng nhập từ một mạng", _NETWORK
    ),
    Quota.SECOND_FACTOR_FAILURES: Described("L13", "Bước xác thực thứ hai không thành công", _BLIND),
    Quota.RESET_CODES_TO_OFFICER: Described("L13", "Gửi mã đăng ký lại xác thực hai bước", _BLIND),
    Quota.CHECKS_BY_OFFICER: Described("L14", "Cán bộ kiểm tra tài khoản", _OFFICER, unlockable=True),
    Quota.CLASS_ROWS_BY_UNIT: Described("L14", "Dòng danh sách lớp mà một đơn vị kiểm tra", Keyed.UNIT),
    Quota.CLASS_ROWS_BY_OFFICER: Described(
        "L14", "Dòng danh sách lớp mà cán bộ kiểm tra", _OFFICER, unlockable=True
    ),
    Quota.CLASS_LISTS_BY_OFFICER: Described(
        "L14", "Cán bộ kiểm tra danh sách lớp", _OFFICER, unlockable=True
    ),
    Quota.TAKE_OVERS_BY_OFFICER: Described(
        "T-43", "Cán bộ giao tài khoản cho người đủ 18 tuổi", _OFFICER, unlockable=True
    ),
    Quota.LISTS_EXPORTED_BY_OFFICER: Described("L17", "Cán bộ kết xuất danh sách cá nhân", _OFFICER),
    Quota.CALLS_OF_CLIENT: Described("L14", "Hệ thống kết nối gọi, theo hạn mức đã duyệt", _SYSTEM),
    Quota.CALLS_WITHOUT_TOKEN: Described("L14", "Cuộc gọi không có thẻ truy cập từ một mạng", _NETWORK),
    Quota.TRACKING_MISSES: Described("T-28", "Tra cứu hồ sơ sai từ một mạng", _NETWORK),
    Quota.TRACKING_MISSES_WITH_WORK: Described(
        "T-28", "Tra cứu hồ sơ sai từ một mạng, sau khi máy đã tính", _NETWORK
    ),
    Quota.TRACKING_MISSES_OF_CODE: Described("T-28", "Tra cứu sai một mã hồ sơ", _BLIND),
    Quota.TRACKING_MISSES_IN_ALL: Described("T-28", "Tra cứu hồ sơ sai, toàn hệ thống", _BLIND),
    Quota.RECOVERIES_OF_ID: Described("L15", "Lấy lại mật khẩu của một người", _BLIND),
    Quota.RECOVERIES_OF_NUMBER: Described("L15", "Lấy lại mật khẩu của một số định danh", _BLIND),
    Quota.SIGN_INS_ASKED_FROM_ADDRESS: Described("L13", "Yêu cầu đăng nhập qua Cổng từ một mạng", _NETWORK),
    Quota.UPLOADS_TO_APPLICATION: Described("L16", "Tệp tải lên một yêu cầu tạo tài khoản", _BLIND),
    Quota.UPLOADS_TO_DOSSIER: Described("L16", "Tệp tải lên một hồ sơ", _BLIND),
    Quota.UPLOADS_BY_OFFICER: Described("L16", "Cán bộ tải tệp lên", _OFFICER),
    Quota.UPLOADS_BY_OWNER: Described("L16", "Công dân tải tệp lên", _BLIND),
    Quota.DRAFTS_BY_OWNER: Described("L16", "Công dân lập bản nháp", _BLIND),
    Quota.FILINGS_BY_OWNER: Described("L16", "Công dân nộp hồ sơ trực tuyến", _BLIND),
    Quota.EMAIL_CODES_BY_OWNER: Described("L3", "Công dân nhận mã qua email", _BLIND),
    Quota.EMAIL_CODES_TO_ADDRESS: Described("L3", "Gửi mã tới một địa chỉ email", _BLIND),
    Quota.NOTICE_TRIALS: Described("L6", "Cán bộ gửi thử mẫu thông báo", _OFFICER),
    Quota.OFFICER_RESETS_BY_SYSTEM: Described(
        "A-51", "Hệ thống kết nối đặt lại xác thực hai bước của cán bộ", _SYSTEM
    ),
    Quota.OWNER_REVEALS_BY_SYSTEM: Described("L18", "Hệ thống kết nối xem đầy đủ số của chủ hồ sơ", _SYSTEM),
    Quota.NOTICES_TO_OWNER_BY_SYSTEM: Described("T-07", "Hệ thống kết nối báo tin cho một công dân", _BLIND),
    Quota.PAPERS_OPENED_BY_OFFICER: Described(
        "L18", "Cán bộ mở giấy tờ, bản quét", _OFFICER, unlockable=True
    ),
    Quota.OWNERS_OPENED_BY_OFFICER: Described("L18", "Chủ giấy tờ khác nhau mà cán bộ mở", _OFFICER),
    Quota.DOSSIERS_OPENED_BY_OFFICER: Described("T-44", "Cán bộ mở hồ sơ", _OFFICER, unlockable=True),
    Quota.PEOPLE_SEARCHED_BY_OFFICER: Described(
        "T-44", "Cán bộ tìm hồ sơ theo số của một người", _OFFICER, unlockable=True
    ),
}

_SPANS: Final = ((86_400, "ngày"), (3_600, "giờ"), (60, "phút"), (1, "giây"))


def numbers(window: Window) -> str:
    """ "60 lần trong 1 giờ", as the law says it now."""
    return f"{window.times:,} lần {_span(int(window.per.total_seconds()))}".replace(",", ".")


def _span(seconds: int) -> str:
    if seconds >= 3_650 * 86_400:
        return "cho đến lần thành công kế tiếp"
    size, word = next((size, word) for size, word in _SPANS if seconds % size == 0)
    return f"trong {seconds // size} {word}"
