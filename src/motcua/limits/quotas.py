"""Hạn mức, the table of law: how often, per how long, and what the person is told (threats 1.4)."""

from datetime import timedelta
from enum import Enum
from typing import NamedTuple

_SECOND = timedelta(seconds=1)
_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
#: Counts until a success resets it (L2); PostgreSQL wants an end.
_UNTIL_RESET = timedelta(days=3650)

_AGAIN = "Đề nghị ông/bà thử lại sau {wait}."
_CODES = "Đã gửi quá nhiều mã OTP. " + _AGAIN
_SUPERVISOR = "Đề nghị lãnh đạo bộ phận mở khóa, hoặc ông/bà thử lại sau {wait}."


class Window(NamedTuple):
    """``times`` in ``per``. Taking the last one makes the rest of the window ``hold`` long, if given."""

    times: int
    per: timedelta
    hold: timedelta | None = None
    #: An alarm never refuses: passing it is logged for the duty officer.
    alarm: bool = False


class Rule(NamedTuple):
    windows: tuple[Window, ...]
    sentence: str
    #: Counts different things (phones, accounts, owners) instead of times.
    distinct: bool = False
    #: Spent many at once and refused whole, so that it may refuse long before it is full.
    in_bulk: bool = False


class Quota(Enum):
    """A name per row of the L-table. ``spend`` counts all windows of a row together."""

    # L1 is no row here: the database counts a code's five tries itself
    # L2: counted before each comparison, reset by a success
    CODE_FAILURES = Rule(
        (Window(20, 30 * _DAY, hold=30 * _MINUTE),), "Mã OTP đã được nhập sai nhiều lần liên tiếp. " + _AGAIN
    )
    CODE_FAILURES_UNTIL_PROOFED = Rule(
        (Window(50, _UNTIL_RESET),),
        "Số điện thoại này tạm ngừng dùng để xác thực vì mã OTP bị nhập sai quá nhiều lần. "
        "Đề nghị ông/bà mang giấy tờ tùy thân đến bộ phận một cửa để được xác minh lại.",
    )
    # L3
    SENDS_TO_PHONE = Rule(
        (Window(1, 30 * _SECOND), Window(3, 10 * _MINUTE), Window(5, _HOUR), Window(10, _DAY)), _CODES
    )
    # L3 across purposes: the phone's own hour and day, whatever the codes are for
    SENDS_TO_PHONE_IN_ALL = Rule(
        (Window(5, _HOUR), Window(10, _DAY)), "Đã gửi quá nhiều mã OTP tới số điện thoại này. " + _AGAIN
    )
    # DP-16: a copy of one's own data holds everything that a thief of a session would want
    COPIES_OF_OWN_DATA = Rule(
        (Window(3, _DAY),), "Ông/bà đã lấy bản sao dữ liệu nhiều lần trong ngày. " + _AGAIN
    )
    # L4
    SENDS_FOR_ID = Rule((Window(5, _HOUR), Window(10, _DAY)), _CODES)
    # L5
    SENDS_IN_SESSION = Rule((Window(10, _HOUR),), _CODES)
    # L6
    SENDS_BY_OFFICER = Rule(
        (Window(40, _HOUR), Window(200, _DAY)), "Cán bộ đã gửi quá nhiều mã OTP. " + _SUPERVISOR
    )
    PHONES_BY_OFFICER = Rule(
        (Window(30, _HOUR),),
        "Cán bộ đã gửi mã OTP tới quá nhiều số điện thoại. " + _SUPERVISOR,
        distinct=True,
    )
    # L7
    SENDS_BY_UNIT = Rule((Window(300, _HOUR, alarm=True),), _CODES)
    # L8
    SENDS_FROM_ADDRESS = Rule(
        (Window(100, 10 * _MINUTE, alarm=True), Window(600, 10 * _MINUTE)),
        "Có quá nhiều yêu cầu từ mạng ông/bà đang dùng. " + _AGAIN,
    )
    # L9
    PHONES_IN_PREFIX = Rule(
        (Window(20, 10 * _MINUTE),),
        "Việc tự đăng ký bằng đầu số này đang tạm dừng. "
        "Đề nghị ông/bà thử lại sau {wait} hoặc đến bộ phận một cửa.",
        distinct=True,
    )
    # L12
    OPERATOR_CHECKS_OF_PHONE = Rule(
        (Window(3, _DAY),),
        "Số điện thoại này đã được kiểm tra với nhà mạng quá nhiều lần trong ngày. " + _AGAIN,
    )
    OPERATOR_CHECKS_OF_ID = Rule(
        (Window(3, _DAY),), "Thông tin này đã được kiểm tra với nhà mạng quá nhiều lần trong ngày. " + _AGAIN
    )
    OPERATOR_CHECKS_IN_SESSION = Rule(
        (Window(5, _DAY),), "Ông/bà đã kiểm tra với nhà mạng quá nhiều lần trong ngày. " + _AGAIN
    )
    # Questions of any answer: an outage gives the three of L12 back, so the operator has a bound of its own
    OPERATOR_QUESTIONS_OF_PHONE = Rule(
        (Window(30, _DAY),),
        "Số điện thoại này đã được kiểm tra với nhà mạng quá nhiều lần trong ngày. " + _AGAIN,
    )
    # L13: keyed by account and "unknown device"; a known device has a key of its own
    SIGN_IN_FAILURES = Rule((Window(5, 15 * _MINUTE),), "Đăng nhập không thành công quá nhiều lần. " + _AGAIN)
    ACCOUNTS_TRIED_FROM_ADDRESS = Rule(
        (Window(20, 10 * _MINUTE),),
        "Có quá nhiều lần đăng nhập từ mạng ông/bà đang dùng. " + _AGAIN,
        distinct=True,
    )
    # DP-24: six digits, three of a million right at any moment; only who knows the password gets here
    SECOND_FACTOR_FAILURES = Rule(
        (Window(5, 15 * _MINUTE), Window(30, _DAY)),
        "Bước xác thực thứ hai không thành công quá nhiều lần. " + _AGAIN,
    )
    # Codes that let an officer enrol anew, each a text message
    RESET_CODES_TO_OFFICER = Rule(
        (Window(1, 30 * _SECOND), Window(5, _DAY)), "Đã gửi quá nhiều mã đăng ký lại. " + _AGAIN
    )
    # L14
    CHECKS_BY_OFFICER = Rule(
        (Window(60, _HOUR), Window(300, _DAY)), "Cán bộ đã kiểm tra quá nhiều tài khoản. " + _SUPERVISOR
    )
    # L14, class lists: rows that are asked about are counted together, and so are lists; misses are no alarm
    CLASS_ROWS_BY_UNIT = Rule(
        (Window(20_000, _DAY),),
        "Đơn vị đã kiểm tra quá nhiều dòng danh sách lớp trong ngày. "
        "Đề nghị ông/bà chia nhỏ danh sách, hoặc thử lại sau {wait}.",
        in_bulk=True,
    )
    CLASS_ROWS_BY_OFFICER = Rule(
        (Window(10_000, _DAY),),
        "Ông/bà đã kiểm tra quá nhiều dòng danh sách lớp trong ngày. " + _SUPERVISOR,
        in_bulk=True,
    )
    CLASS_LISTS_BY_OFFICER = Rule(
        (Window(20, _HOUR), Window(60, _DAY)), "Ông/bà đã kiểm tra quá nhiều danh sách lớp. " + _SUPERVISOR
    )
    # T-43, C4: an officer who hands over account after account of people just come of age, with phones that they bring
    TAKE_OVERS_BY_OFFICER = Rule(
        (Window(10, _HOUR), Window(30, _DAY)),
        "Ông/bà đã giao quá nhiều tài khoản cho chủ tài khoản vừa đủ 18 tuổi. " + _SUPERVISOR,
    )
    # L17: lists of people that leave the house as a file
    LISTS_EXPORTED_BY_OFFICER = Rule(
        (Window(5, _DAY),), "Ông/bà đã kết xuất nhiều danh sách trong ngày. " + _AGAIN
    )
    # L14, API clients: how often stands in each registration, as two officers agreed (``spend_by_contract``)
    CALLS_OF_CLIENT = Rule(
        (Window(6_000, _MINUTE), Window(1_000_000, _DAY)),
        "Hệ thống kết nối đã gọi quá hạn mức được duyệt. Đề nghị gọi lại sau {wait}.",
    )
    # Calls that nobody can be found for: per network, so that guessing tokens costs time
    CALLS_WITHOUT_TOKEN = Rule(
        (Window(120, _MINUTE, alarm=True), Window(600, _MINUTE)),
        "Có quá nhiều yêu cầu không có thẻ truy cập hợp lệ từ mạng này. Đề nghị gọi lại sau {wait}.",
    )
    # T-28: public look-up by code and the six characters of the slip. Only misses count, per network; after
    # 20 each question costs the browser some arithmetic, and L8's hard limit ends it
    TRACKING_MISSES = Rule(
        (Window(20, _HOUR),), "Có nhiều lượt tra cứu sai từ mạng ông/bà đang dùng. " + _AGAIN
    )
    TRACKING_MISSES_WITH_WORK = Rule(
        (Window(600, 10 * _MINUTE),), "Có quá nhiều lượt tra cứu sai từ mạng ông/bà đang dùng. " + _AGAIN
    )
    # Many networks at one code, or at all of them: seen by the duty officer, and nobody is shut out
    TRACKING_MISSES_OF_CODE = Rule((Window(20, _HOUR, alarm=True),), _AGAIN)
    TRACKING_MISSES_IN_ALL = Rule((Window(1000, 10 * _MINUTE, alarm=True),), _AGAIN)
    # L15
    RECOVERIES_OF_ID = Rule(
        (Window(3, _HOUR), Window(5, _DAY)), "Đã có quá nhiều yêu cầu lấy lại mật khẩu. " + _AGAIN
    )
    # L15 for the number alone, so wide that a stranger who knows no birth date cannot close it lightly
    RECOVERIES_OF_NUMBER = Rule((Window(60, _DAY),), "Đã có quá nhiều yêu cầu lấy lại mật khẩu. " + _AGAIN)
    # Other systems send people here to sign in; each request leaves a row for two hours
    SIGN_INS_ASKED_FROM_ADDRESS = Rule(
        (Window(600, 10 * _MINUTE),),
        "Có quá nhiều yêu cầu đăng nhập từ mạng ông/bà đang dùng. " + _AGAIN,
    )
    # L16
    UPLOADS_TO_APPLICATION = Rule((Window(10, _DAY),), "Yêu cầu này đã tải lên quá nhiều tệp. " + _AGAIN)
    UPLOADS_TO_DOSSIER = Rule(
        (Window(30, 30 * _DAY),), "Hồ sơ này đã tải lên quá nhiều tệp. Đề nghị liên hệ quản trị đơn vị."
    )
    UPLOADS_BY_OFFICER = Rule((Window(300, _HOUR),), "Cán bộ đã tải lên quá nhiều tệp. " + _AGAIN)
    # Online filing: a form, its files and its sending are counted for the account that is signed in
    UPLOADS_BY_OWNER = Rule((Window(60, _HOUR),), "Ông/bà đã tải lên quá nhiều tệp. " + _AGAIN)
    DRAFTS_BY_OWNER = Rule((Window(30, _DAY),), "Ông/bà đã lập quá nhiều bản nháp trong ngày. " + _AGAIN)
    FILINGS_BY_OWNER = Rule(
        (Window(10, _HOUR), Window(30, _DAY)), "Ông/bà đã gửi quá nhiều hồ sơ trực tuyến. " + _AGAIN
    )
    # A code by e-mail: the owner's own pauses, and a bound for a mailbox that may be a stranger's
    EMAIL_CODES_BY_OWNER = Rule(
        (Window(1, 30 * _SECOND), Window(5, _HOUR), Window(10, _DAY)),
        "Đã gửi quá nhiều mã xác nhận email. " + _AGAIN,
    )
    EMAIL_CODES_TO_ADDRESS = Rule(
        (Window(5, _HOUR), Window(10, _DAY)), "Đã gửi quá nhiều mã xác nhận tới email này. " + _AGAIN
    )
    # A wording tried on the administrator's own phone
    NOTICE_TRIALS = Rule((Window(10, _HOUR),), "Ông/bà đã gửi thử quá nhiều tin nhắn. " + _AGAIN)
    # T-07: what one connected system may have one owner told, however many keys it sends
    NOTICES_TO_OWNER_BY_SYSTEM = Rule(
        (Window(30, _HOUR), Window(100, _DAY)),
        "Hệ thống đã gửi quá nhiều tin cho chủ tài khoản này. " + _AGAIN,
    )
    # what one connected desk may have started anew; more is a lost key, not lost phones
    OFFICER_RESETS_BY_SYSTEM = Rule(
        (Window(10, _HOUR), Window(30, _DAY)),
        "Hệ thống đã đề nghị đặt lại xác thực hai bước cho quá nhiều cán bộ. " + _AGAIN,
    )
    # L18 over the wire: whole numbers and phones that one connected desk may be shown
    OWNER_REVEALS_BY_SYSTEM = Rule(
        (Window(60, _HOUR), Window(300, _DAY)),
        "Hệ thống đã xem đầy đủ thông tin của quá nhiều chủ hồ sơ. " + _AGAIN,
    )
    # L18
    PAPERS_OPENED_BY_OFFICER = Rule(
        (Window(30, _MINUTE), Window(300, _DAY)), "Cán bộ đã mở quá nhiều giấy tờ. " + _SUPERVISOR
    )
    OWNERS_OPENED_BY_OFFICER = Rule((Window(50, _HOUR, alarm=True),), _SUPERVISOR, distinct=True)
    # T-44: a dossier's page shows masked values, so it may be opened more often than a paper; asking for one
    # person by number or phone is bounded like the account check
    DOSSIERS_OPENED_BY_OFFICER = Rule(
        (Window(60, _MINUTE), Window(1_500, _DAY)), "Cán bộ đã mở quá nhiều hồ sơ. " + _SUPERVISOR
    )
    PEOPLE_SEARCHED_BY_OFFICER = Rule(
        (Window(60, _HOUR), Window(300, _DAY)),
        "Cán bộ đã tìm hồ sơ theo số định danh hoặc số điện thoại quá nhiều lần. " + _SUPERVISOR,
    )

    @property
    def rule(self) -> Rule:
        value: Rule = self.value
        return value
