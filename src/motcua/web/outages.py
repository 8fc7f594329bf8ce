"""What does not work just now, so that nobody starts in vain: texts with codes, and the operators' check."""

import time
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db import DatabaseError

from motcua.health import reading
from motcua.outbox import trouble
from motcua.outbox.trouble import Trouble

#: Asked of the database at most so often by one process.
_FRESH: Final = 2.0


@dataclass(frozen=True, slots=True)
class Outage:
    title: str
    text: str


_CODES: Final = {
    Trouble.SLOW: Outage(
        "Tin nhắn OTP đang chậm",
        "Mã OTP có thể đến trễ hơn hai phút và khi đó không còn dùng được. Đề nghị ông/bà thử lại sau ít phút, "
        "hoặc đến bộ phận một cửa gần nhất nếu cần gấp.",
    ),
    Trouble.DOWN: Outage(
        "Tin nhắn OTP đang không gửi được",
        "Đề nghị ông/bà quay lại sau, hoặc đến bộ phận một cửa gần nhất nếu cần gấp. "
        "Ai đã có tài khoản vẫn đăng nhập được bằng mật khẩu.",
    ),
}
_OPERATORS: Final = Outage(
    "Nhà mạng đang chưa trả lời",
    "Việc kiểm tra số điện thoại chính chủ có thể chưa xong ngay. Đề nghị ông/bà thử lại sau ít phút; "
    "những gì đã nhập được giữ 24 giờ.",
)

_VNEID: Final = Outage(
    "VNeID đang chưa trả lời",
    "Việc đăng nhập bằng VNeID có thể chưa xong ngay. Đề nghị ông/bà thử lại sau ít phút, "
    "hoặc đến bộ phận một cửa gần nhất nếu cần gấp.",
)


_ONLY_VNEID: Final = Outage(
    "VNeID đang chưa trả lời, và đây là lối đăng nhập duy nhất của công dân",
    "Tài khoản, giấy tờ và hồ sơ của ông/bà vẫn được giữ nguyên. Đề nghị ông/bà thử lại sau ít phút. Nếu cần gấp: "
    "nộp hồ sơ trực tiếp tại bộ phận một cửa gần nhất; tra cứu hồ sơ ở trang “Tra cứu” không cần đăng nhập.",
)
_NO_WAY: Final = Outage(
    "Công dân tạm thời chưa đăng nhập được",
    "Mật khẩu đã hết thời hạn dùng và Cổng chưa nối được với VNeID; quản trị hệ thống đã được báo. Tài khoản, giấy tờ "
    "và hồ sơ của ông/bà vẫn được giữ nguyên. Nếu cần gấp, đề nghị ông/bà nộp hồ sơ trực tiếp tại bộ phận một cửa gần "
    "nhất; tra cứu hồ sơ ở trang “Tra cứu” không cần đăng nhập.",
)


@dataclass(frozen=True, slots=True)
class _Seen:
    """``of_all`` stands on every page that sends codes; VNeID's silence only where people sign in by it."""

    of_all: tuple[Outage, ...] = ()
    vneid_is_silent: bool = False
    no_way_in: bool = False


_last: tuple[float, _Seen] = (-_FRESH, _Seen())


def now() -> tuple[Outage, ...]:
    """Nothing of anybody stands in it, so one answer serves all for two seconds."""
    return _seen().of_all


def of_signing_in(*, vneid_open: bool, own_open: bool = True) -> tuple[Outage, ...]:
    """What the page of signing in says besides, from the day on which people may come by VNeID."""
    if no_way_in():
        return (_NO_WAY,)
    if not vneid_open or not _seen().vneid_is_silent:
        return ()
    return (_VNEID,) if own_open else (_ONLY_VNEID,)


def no_way_in() -> bool:
    """Passwords are over, and this machine knows no VNeID."""
    return not settings.VNEID_ISSUER and _seen().no_way_in


def forget() -> None:
    """Ask again at once."""
    global _last
    _last = (-_FRESH, _Seen())


def _seen() -> _Seen:
    global _last
    at, found = _last
    if time.monotonic() - at >= _FRESH:
        found = _found()
        _last = (time.monotonic(), found)
    return found


def _found() -> _Seen:
    if not settings.HOSTS_PORTAL:
        return _Seen()  # nobody registers here
    from motcua.accounts import subscribers  # accounts are not everywhere

    try:
        of_codes, silent = trouble.of_codes(), subscribers.registry_is_silent()
        without_vneid = bool(settings.VNEID_ISSUER) and reading.is_silent("vneid")
        no_way_in = not settings.VNEID_ISSUER and reading.citizens_are_shut_out()
    except DatabaseError:
        return _Seen()  # whoever starts now is told by the page of the breakdown itself
    codes = (_CODES[of_codes],) if of_codes in _CODES else ()
    return _Seen((*codes, *((_OPERATORS,) if silent else ())), without_vneid, no_way_in)
