"""Nhà cung cấp danh tính: by whom people are known today, the portal's own accounts, VNeID, or both (NĐ 69/2024)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from motcua.accounts.models import Person, Provider, ProviderPeriod
from motcua.kernel.refusal import Refusal

CITIZEN: Final = Person.Kind.CITIZEN.value
ORGANISATION: Final = Person.Kind.ORGANISATION.value
DVCQG: Final = Provider.DVCQG.value
VNEID: Final = Provider.VNEID.value
#: The words of each, for lists.
KINDS: Final = Person.Kind.choices
PROVIDERS: Final = Provider.choices


class Phase(StrEnum):
    """Which of the two are good on a day."""

    OWN = "OWN"
    BOTH = "BOTH"
    VNEID = "VNEID"
    NOBODY = "NOBODY"


class OwnAccountsOver(Refusal):
    """The last day of the portal's own accounts has passed: nobody opens one, nobody sets a password."""

    code = "own_accounts_over"
    status = 403
    message = (
        "Tài khoản của Cổng Dịch vụ công quốc gia chỉ dùng đến hết ngày {until} (Nghị định 69/2024/NĐ-CP). "
        "Đề nghị ông/bà dùng tài khoản VNeID mức độ 2; xem “Hướng dẫn dùng VNeID”."
    )


class PasswordsOver(Refusal):
    """Said to whoever has just typed the right password, and to nobody else."""

    code = "password_sign_in_over"
    status = 403
    message = (
        "Từ sau ngày {until} công dân không đăng nhập bằng mật khẩu nữa (Nghị định 69/2024/NĐ-CP). "
        "Đề nghị ông/bà bấm “Đăng nhập bằng VNeID”; giấy tờ và hồ sơ của ông/bà vẫn được giữ."
    )


class SignInAnew(Refusal):
    """The day, or the link to VNeID, changed between the proof and the session."""

    code = "session_sign_in_anew"
    status = 403
    message = (
        "Cách đăng nhập này vừa hết hiệu lực, hoặc liên kết VNeID vừa được gỡ, nên chưa đăng nhập được. "
        "Đề nghị ông/bà đăng nhập lại từ trang đăng nhập."
    )


class VneidNotOpen(Refusal):
    code = "vneid_not_open"
    status = 403
    message = (
        "Ngày này chưa đăng nhập bằng VNeID được. "
        "Đề nghị ông/bà đăng nhập bằng số CMND/CCCD và mật khẩu của Cổng Dịch vụ công quốc gia."
    )


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Of one kind of owner. Days are whole and inclusive; None: no such end, or VNeID has no day yet."""

    own_until: date | None = None
    vneid_from: date | None = None
    vneid_until: date | None = None

    def phase(self, on: date) -> Phase:
        own = self.own_until is None or on <= self.own_until
        vneid = self._vneid_on(on)
        if own:
            return Phase.BOTH if vneid else Phase.OWN
        return Phase.VNEID if vneid else Phase.NOBODY

    def with_term(self, provider: str, valid_from: date | None, valid_to: date | None) -> "Arrangement":
        """As it would be after a change."""
        if provider == DVCQG:
            return replace(self, own_until=valid_to)
        return replace(self, vneid_from=valid_from, vneid_until=valid_to)

    def steps(self, on: date) -> Iterator[tuple[date, Phase]]:
        """Today's phase, then each later day on which another one begins."""
        ends = [day + timedelta(days=1) for day in (self.own_until, self.vneid_until) if day is not None]
        days = sorted({day for day in (*ends, self.vneid_from) if day is not None and day > on})
        last = self.phase(on)
        yield on, last
        for day in days:
            if (phase := self.phase(day)) != last:
                last = phase
                yield day, phase

    @property
    def has_gap(self) -> bool:
        """Whether some day would have no provider; the database says the same (``provider_no_gap``)."""
        if self.own_until is None:
            return False
        begins = self.vneid_from is not None and self.vneid_from <= self.own_until + timedelta(days=1)
        return not begins or self.vneid_until is not None

    def with_citizens(self, citizens: "Arrangement") -> "Arrangement":
        """Of organisations: VNeID is good for them while it is good for the citizens who act for them, too."""
        if self.vneid_from is None or citizens.vneid_from is None:
            return replace(self, vneid_from=None, vneid_until=None)
        ends = [day for day in (self.vneid_until, citizens.vneid_until) if day is not None]
        return replace(
            self,
            vneid_from=max(self.vneid_from, citizens.vneid_from),
            vneid_until=min(ends) if ends else None,
        )

    def _vneid_on(self, on: date) -> bool:
        if self.vneid_from is None or on < self.vneid_from:
            return False
        return self.vneid_until is None or on <= self.vneid_until


def arrangements() -> dict[str, Arrangement]:
    """Of every kind of owner; one statement."""
    found = dict.fromkeys(Person.Kind.values, Arrangement())
    for row in ProviderPeriod.objects.all():
        found[row.owner_kind] = found[row.owner_kind].with_term(row.provider, row.valid_from, row.valid_to)
    return found


def arrangement(kind: str = CITIZEN) -> Arrangement:
    """Of one kind of owner; one statement."""
    return arrangements()[kind]


def phase(on: date, kind: str = CITIZEN) -> Phase:
    """By whom people of this kind are known on this day."""
    return arrangement(kind).phase(on)


def refuse_when_over(on: date) -> None:
    """Before a citizen's own account or password is made. Raises OwnAccountsOver; the database says it again."""
    now = arrangement()
    if now.own_until is not None and on > now.own_until:
        raise OwnAccountsOver(until=f"{now.own_until:%d/%m/%Y}")


def refuse_passwords_when_over(on: date) -> None:
    """Raises PasswordsOver."""
    now = arrangement()
    if now.own_until is not None and on > now.own_until:
        raise PasswordsOver(until=f"{now.own_until:%d/%m/%Y}")


def refuse_before_vneid(on: date) -> None:
    """Raises VneidNotOpen."""
    if phase(on) not in (Phase.BOTH, Phase.VNEID):
        raise VneidNotOpen
