"""VNeID as we need it: where a browser is sent, and who came back (OpenID Connect, domain 5.1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from motcua.kernel.birth_date import BirthDate
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.person_name import PersonName
from motcua.kernel.refusal import Refusal


class VneidSilent(Refusal):
    """Down, slow, or not to be understood: nobody was signed in, and nothing was used up."""

    code = "vneid_silent"
    status = 503
    message = (
        "VNeID chưa trả lời nên chưa đăng nhập được. Đề nghị ông/bà thử lại sau ít phút; "
        "nếu cần gấp, đề nghị đến bộ phận một cửa gần nhất."
    )


class VneidNotGenuine(Refusal):
    """What came back is not what was begun in this browser, or VNeID did not sign it for us."""

    code = "vneid_not_genuine"
    status = 400
    message = (
        "Lượt đăng nhập bằng VNeID này không còn hợp lệ hoặc không bắt đầu từ trình duyệt này. "
        "Đề nghị ông/bà bấm “Đăng nhập bằng VNeID” lại từ đầu."
    )


class VneidNotFinished(Refusal):
    """VNeID says that the person gave up, or that it would not."""

    code = "vneid_not_finished"
    status = 403
    message = "Ông/bà chưa hoàn tất việc đăng nhập trên VNeID. Đề nghị bấm “Đăng nhập bằng VNeID” để làm lại."


class VneidLevelTooLow(Refusal):
    code = "vneid_level_too_low"
    status = 403
    message = (
        "Tài khoản VNeID của ông/bà chưa đạt mức độ 2 nên chưa dùng để làm thủ tục hành chính được. "
        "Đề nghị ông/bà mang thẻ căn cước đến công an xã, phường để đăng ký mức độ 2, rồi đăng nhập lại."
    )


class VneidNotAPerson(Refusal):
    code = "vneid_not_a_person"
    status = 403
    message = (
        "Đây là tài khoản VNeID của tổ chức. Đề nghị người đại diện đăng nhập bằng VNeID của mình, "
        "rồi chọn tổ chức ở mục “Tổ chức của tôi”."
    )


class VneidUnreadable(Refusal):
    """Number, name or birth date that VNeID told is not one of ours."""

    code = "vneid_unreadable"
    status = 502
    message = (
        "Hệ thống chưa đọc được thông tin VNeID gửi sang nên chưa đăng nhập được; việc này đã được ghi lại cho người "
        "vận hành. Đề nghị ông/bà thử lại sau; nếu cần gấp, đề nghị đến bộ phận một cửa gần nhất."
    )


@dataclass(frozen=True, slots=True)
class VneidPerson:
    """Whom VNeID has named: twelve digits, level 2 or more. ``tech_id`` is VNeID's own opaque id of the person."""

    tech_id: str = field(repr=False)
    citizen_id: CitizenId
    full_name: PersonName = field(repr=False)
    born_on: BirthDate
    level: int
    email: str = field(default="", repr=False)
    old_number: CitizenId | None = None


@dataclass(frozen=True, slots=True)
class Beginning:
    """``kept`` goes into a cookie of this browser and comes back with it; sealed."""

    address: str
    kept: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Proved:
    """Who came back, where they wanted to go, and whether two factors were asked for.

    ``beside``: begun beside an officer or from the desk, so nobody is signed in at the end (SPEC 3.4).
    """

    person: VneidPerson
    next: str
    strong: bool
    beside: bool = False


class VneidSignIn(Protocol):
    """Implemented by ``gateways.vneid``; hold no transaction."""

    def begin(self, next_address: str, *, strong: bool = False, beside: bool = False) -> Beginning:
        """Where the browser goes; the person proves themselves anew there, however lately they did. Raises
        VneidSilent."""

    def finish(self, came: Mapping[str, Sequence[str]], kept: str) -> Proved:
        """Who came back. Raises VneidSilent, VneidNotGenuine, VneidNotFinished, VneidLevelTooLow,
        VneidNotAPerson, VneidUnreadable."""

    def wanted(self, kept: str) -> tuple[str, bool]:
        """Where whoever began this wanted to go, and whether by two factors; nowhere when it cannot be read."""

    def keep(self, proved: Proved) -> str:
        """Who came back, sealed for a cookie of this browser, while they are asked something."""

    def kept(self, text: str) -> Proved:
        """What ``keep`` made, within ten minutes. Raises VneidNotGenuine."""
