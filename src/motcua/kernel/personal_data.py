"""What a room says about its columns: which are about a person, what for, who reads them, until when (DP-01).

Each room keeps its lines in a file ``personal_data.py`` of its own. ``protection.register`` puts them together;
a house test walks every column of every table and wants each in exactly one of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from motcua.kernel.authority import POWER_WORDS, Power


class Basis(StrEnum):
    """Why the state may hold it. A proposal of those who wrote the software; the legal side confirms it."""

    DUTY = "Luật BVDLCN 91/2025: nhiệm vụ của cơ quan nhà nước; NĐ 45/2020"
    RECEPTION = "NĐ 61/2018 (tiếp nhận, giải quyết thủ tục)"
    GATE = "NĐ 107/2021 (kiểm tra danh tính khi tiếp nhận); công văn của Sở GDĐT"
    FOR_ANOTHER = "NĐ 61/2018; Bộ luật Dân sự 2015, Điều 134 đến Điều 140"
    MANDATE = "Bộ luật Dân sự 2015, Điều 137 và Điều 138"
    CONSENT = "đồng ý của chủ tài khoản, rút lại được"
    PROTECTION = "nghĩa vụ bảo vệ dữ liệu, Luật BVDLCN 91/2025"
    RECTIFYING = "Luật BVDLCN 91/2025: quyền yêu cầu chỉnh sửa dữ liệu"
    SERVICE = "quan hệ công vụ"


class Who(StrEnum):
    """Readers that are not a right of a post."""

    OWNER = "chính người đó"
    SYSTEM = "chỉ hệ thống (so khớp hoặc gửi tin, không hiện cho ai)"
    WRITER = "cán bộ đã lập"
    HANDLING = "đơn vị đang hoặc đã xử lý hồ sơ"
    LENT_TO = "đơn vị được chủ kho đồng ý cho dùng lại"
    PROVINCE = "hệ thống của cơ quan đã gửi"


class Held(StrEnum):
    """In which form a column lies in the database."""

    SEALED = "mã hóa"
    INDEX = "HMAC để so khớp"
    HASHED = "giá trị băm"
    MASKED = "dạng che"
    CLEAR = "đọc được"


#: Names end with the form that they are in; a house test knows the rest by the kind of the column.
_ENDINGS: Final = {
    "sealed": Held.SEALED,
    "bi": Held.INDEX,
    "hash": Held.HASHED,
    "mac": Held.HASHED,
    "password": Held.HASHED,
    "masked": Held.MASKED,
    "last3": Held.MASKED,
}


def held(column: str) -> Held:
    return _ENDINGS.get(column.rpartition(".")[2].rpartition("_")[2], Held.CLEAR)


@dataclass(frozen=True, slots=True)
class Kept:
    """How long, and what ends it: a chore of the worker, a rule of the table in the act itself, or nothing and why."""

    words: str
    chore: str = ""
    rule: str = ""
    stays: str = ""

    @property
    def ended_by(self) -> str:
        if self.chore:
            return f"việc định kỳ `{self.chore}`"
        return f"ràng buộc `{self.rule}`" if self.rule else f"ở lại: {self.stays}"


def evidence(why: str) -> Kept:
    """What an officer answers for is not taken back by anybody."""
    return Kept("lâu dài", stays=why)


class Copy(StrEnum):
    """The parts of a person's copy of their own data (DP-16)."""

    ACCOUNT = "Tài khoản"
    CONTACT = "Số điện thoại, email"
    SECURITY = "Phiên, thiết bị và lịch sử đăng nhập"
    LOOK_UPS = "Ai đã tra cứu"
    CARE = "Điều chỉnh tài khoản"
    MANDATES = "Quyền đại diện"
    VAULT = "Kho dữ liệu"
    DOSSIERS = "Hồ sơ"
    DRAFTS = "Hồ sơ đang soạn"


class Withheld(StrEnum):
    """Why a column is not in the copy."""

    DERIVED = "chỉ là dạng để tìm, so khớp hoặc che của một cột đã có trong bản sao"
    SECRET = "dùng để xác thực; trao ra thì người giữ bản sao đăng nhập được"  # noqa: S105 - a sentence
    PASSING = "chỉ có trong lúc làm một việc, tự xóa sau nhiều nhất 30 ngày"
    NOT_LINKED = "không gắn với tài khoản nào: chỉ so khớp được khi người đó khai lại"
    OFFICIAL = "dữ liệu của cán bộ trong công vụ, không phải của công dân"
    INSPECTION = "phục vụ thanh tra; người đó được trả lời riêng theo quyền yêu cầu"


@dataclass(frozen=True, slots=True)
class Personal:
    """Columns about a person that share purpose, basis, readers, period and place in the person's copy."""

    columns: str
    purpose: str
    basis: Basis
    readers: tuple[Power | Who, ...]
    kept: Kept
    copied: Copy | Withheld

    def names(self) -> Iterator[str]:
        return _names(self.columns)

    @property
    def reader_words(self) -> str:
        return "; ".join(
            POWER_WORDS[each] if isinstance(each, Power) else each.value for each in self.readers
        )


@dataclass(frozen=True, slots=True)
class Nobodys:
    """Columns that say nothing about a person, or only point to one by an opaque id, and why."""

    columns: str
    why: str

    def names(self) -> Iterator[str]:
        return _names(self.columns)


CODE: Final = "mã, số hiệu hoặc ngày của công việc"
POINTER: Final = "mã định danh mờ, không đọc ra người (ADR 0007)"
DIGEST: Final = "dấu của nội dung hoặc của một bí mật, không đọc ngược được"
CATALOGUE: Final = "danh mục, cấu hình đã công bố hoặc của cơ quan"


@dataclass(frozen=True, slots=True)
class PersonalDocument:
    """A kind of file, as ``files.StoredFile.purpose`` names it."""

    kind: str
    purpose: str
    basis: Basis
    readers: tuple[Power | Who, ...]
    kept: Kept
    copied: Copy | Withheld

    @property
    def reader_words(self) -> str:
        return "; ".join(
            POWER_WORDS[each] if isinstance(each, Power) else each.value for each in self.readers
        )


def _names(columns: str) -> Iterator[str]:
    """``"Person: full_name email; Account: password"`` → Person.full_name, Person.email, Account.password."""
    for part in columns.split(";"):
        model, _, names = part.partition(":")
        yield from (f"{model.strip()}.{name}" for name in names.split())


@dataclass(frozen=True, slots=True)
class CopiedTable:
    """What of one table goes into a person's copy: a row holds every one of ``columns``, opened."""

    name: str
    words: str
    section: Copy
    columns: tuple[str, ...]
    rows: list[dict[str, object]] = field(repr=False)
