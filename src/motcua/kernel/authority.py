"""What an officer may do, as a value that must be held."""

from dataclasses import dataclass, field
from enum import StrEnum

from motcua.kernel.refusal import Refusal


class Power(StrEnum):
    """One right, granted through a post."""

    RECEIVE_DOSSIER = "RECEIVE_DOSSIER"
    OPEN_ACCOUNT = "OPEN_ACCOUNT"
    PROCESS = "PROCESS"
    SIGN = "SIGN"
    HAND_OUT = "HAND_OUT"
    GRANT = "GRANT"
    INSPECT = "INSPECT"
    APPROVE_EXCEPTION = "APPROVE_EXCEPTION"
    EXPORT = "EXPORT"
    MANAGE_CATALOGUE = "MANAGE_CATALOGUE"
    CONNECT_SYSTEMS = "CONNECT_SYSTEMS"


POWER_WORDS: dict[Power, str] = {
    Power.RECEIVE_DOSSIER: "Tiếp nhận hồ sơ",
    Power.OPEN_ACCOUNT: "Tạo tài khoản công dân",
    Power.PROCESS: "Xử lý hồ sơ",
    Power.SIGN: "Ký kết quả",
    Power.HAND_OUT: "Trả kết quả",
    Power.GRANT: "Cấp, thu hồi quyền",
    Power.INSPECT: "Thanh tra, kiểm tra",
    Power.APPROVE_EXCEPTION: "Duyệt trường hợp ngoại lệ",
    Power.EXPORT: "Kết xuất danh sách",
    Power.MANAGE_CATALOGUE: "Quản lý danh mục",
    Power.CONNECT_SYSTEMS: "Cho hệ thống khác kết nối",
}

#: Rights that need a second person (SPEC 10, threats C14).
PRIVILEGED: frozenset[Power] = frozenset(
    {Power.GRANT, Power.OPEN_ACCOUNT, Power.EXPORT, Power.APPROVE_EXCEPTION, Power.CONNECT_SYSTEMS}
)


class NotAuthorised(Refusal):
    code = "not_authorised"
    status = 403
    message = (
        "Ông/bà chưa được cấp quyền thực hiện việc này. Đề nghị liên hệ quản trị đơn vị để được cấp quyền."
    )


@dataclass(frozen=True, slots=True)
class Authority:
    """An officer acting for one unit today. Made only by ``units.posts.authority_of``.

    ``subject`` is the opaque id of the officer's own account for this desk (threats C8);
    ``subtree`` holds the ids of the unit and the units below it; ``inherited`` those of units that ended and whose work
    the tree gives to this one today.
    """

    officer_id: int
    subject: str
    unit_id: int
    unit_code: str
    powers: frozenset[Power]
    subtree: tuple[int, ...] = field(default=(), repr=False)
    inherited: tuple[int, ...] = field(default=(), repr=False)

    @property
    def units(self) -> tuple[int, ...]:
        """The units whose work is done here: the own one, and those that it has taken over from."""
        return (self.unit_id, *self.inherited)

    def works_for(self, unit_id: int | None) -> bool:
        """Whether what lies at that unit is this unit's to do."""
        return unit_id == self.unit_id or unit_id in self.inherited

    def require(self, power: Power) -> None:
        """Raise NotAuthorised unless the post carries ``power``."""
        if power not in self.powers:
            raise NotAuthorised(power=power.value)

    def may(self, power: Power) -> bool:
        """Whether the post carries ``power``; for showing or hiding a button, never for deciding."""
        return power in self.powers
