"""The columns of an entry: what each is called, what may stand in it, and how a box, a cell or JSON is read.

An entry is plain data that JSON can hold; the screens, the files and the tables are all drawn from these lists.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum, auto
from typing import Any, Final

from motcua.desk.catalogue_words import (
    STEP_POWERS,
    AfterSupplement,
    Asker,
    LeaveWhen,
    Level,
    Necessity,
    PaidWhen,
    TermUnit,
    UnitRole,
)
from motcua.kernel import plain_text
from motcua.kernel.authority import POWER_WORDS
from motcua.kernel.refusal import Refusal
from motcua.units.models import Unit

Entry = dict[str, Any]

MOST_MINUTES: Final = 480_000
_MINUTES_A_DAY: Final = 480
_YES: Final = frozenset({"x", "có", "1", "true", "đúng"})
_NO: Final = frozenset({"", "không", "0", "false", "sai"})
_NUMBER: Final = re.compile(r"[0-9]{1,10}(?:\.0+)?")
_GROUPED: Final = re.compile(r"[0-9]{1,3}(?:[. ][0-9]{3})+")
_ISO: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ]00:00:00)?")
_VIETNAMESE: Final = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_TIME: Final = re.compile(
    r"(?:(?P<days>[0-9]{1,3}) ngày)? ?(?:(?P<hours>[0-9]{1,5}) giờ)? ?(?:(?P<minutes>[0-9]{1,6})(?: phút)?)?"
)


class Kind(Enum):
    TEXT = auto()
    LINES = auto()
    NUMBER = auto()
    NUMBER_OR_NONE = auto()
    FLAG = auto()
    DAY = auto()
    DAY_OR_NONE = auto()
    WORD = auto()
    WORDS = auto()
    TIME = auto()


class Unreadable(Refusal):
    """One value of an entry that cannot stand."""

    code = "catalogue_value"
    message = "Mục “{label}” {why}. Đề nghị ông/bà nhập lại."


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    label: str
    kind: Kind = Kind.TEXT
    longest: int = 300
    most: int = 9_999
    words: Mapping[str, str] = field(default_factory=dict)
    default: Any = ""
    required: bool = False
    #: A file that was exported before there was such a column may do without it.
    may_lack: bool = False

    def read(self, raw: object) -> Any:
        """The value as the entry keeps it. Raises Unreadable with the label and the reason."""
        if raw is None or raw == "" or (isinstance(raw, str) and not raw.strip()):
            if self.required:
                raise self.wrong("chưa được nhập")
            return self.empty
        return _READERS[self.kind](self, raw)

    @property
    def empty(self) -> Any:
        """What stands where nothing was given."""
        return list(self.default) if isinstance(self.default, tuple) else self.default

    def wrong(self, why: str) -> Unreadable:
        return Unreadable(label=self.label, why=why)

    def shown(self, value: Any) -> str:
        """For a box or a cell; ``read`` takes it back."""
        if value is None or (value == "" and self.kind is not Kind.WORD):
            return ""
        if self.kind is Kind.FLAG:
            return "Có" if value else "Không"
        if self.kind in (Kind.DAY, Kind.DAY_OR_NONE):
            return f"{date.fromisoformat(value):%d/%m/%Y}"
        if self.kind is Kind.WORD:
            return str(self.words.get(value, value))
        if self.kind is Kind.WORDS:
            return "; ".join(str(self.words.get(each, each)) for each in value)
        return time_words(value) if self.kind is Kind.TIME else str(value)


def time_words(minutes: int) -> str:
    """Working time as people say it: “2 giờ 30 phút”."""
    hours, rest = divmod(minutes, 60)
    said = [f"{hours} giờ" if hours else "", f"{rest} phút" if rest else ""]
    return " ".join(part for part in said if part) or "0 phút"


def _text(column: Column, raw: object) -> str:
    try:
        return plain_text.clean(
            str(raw) if isinstance(raw, (int, float)) else raw,
            max_length=column.longest,
            lines=column.kind is Kind.LINES,
        )
    except Refusal as no:
        raise column.wrong(no.text.partition(". ")[0].rstrip(".")) from None


def _number(column: Column, raw: object) -> int:
    text = "" if isinstance(raw, bool) else str(raw).strip()
    if _GROUPED.fullmatch(text):
        text = re.sub(r"[. ]", "", text)
    if not _NUMBER.fullmatch(text) or int(text.partition(".")[0]) > column.most:
        raise column.wrong(f"phải là số nguyên từ 0 đến {column.most}")
    return int(text.partition(".")[0])


def _flag(column: Column, raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    said = str(raw).strip().lower()
    if said not in _YES | _NO:
        raise column.wrong("phải là Có hoặc Không")
    return said in _YES


def _day(column: Column, raw: object) -> str:
    if isinstance(raw, datetime):
        return raw.date().isoformat()
    if isinstance(raw, date):
        return raw.isoformat()
    text = str(raw).strip()
    if found := _ISO.fullmatch(text):
        year, month, day = found.groups()
    elif found := _VIETNAMESE.fullmatch(text):
        day, month, year = found.groups()
    else:
        raise column.wrong("phải có dạng dd/mm/yyyy")
    try:
        kept = date(int(year), int(month), int(day))
    except ValueError:
        raise column.wrong("không phải là một ngày có thật") from None
    if not 1945 <= kept.year <= 2200:
        raise column.wrong("không phải là một ngày có thật")
    return kept.isoformat()


def _word(column: Column, raw: object) -> str:
    said = str(raw).strip()
    if said in column.words:
        return said
    folded = " ".join(said.lower().split())
    for word, words in column.words.items():
        if str(words).lower() == folded:
            return word
    raise column.wrong("không có trong danh mục")


def _words(column: Column, raw: object) -> list[str]:
    given = raw if isinstance(raw, (list, tuple)) else str(raw).replace("\n", ";").split(";")
    picked = {_word(column, each) for each in given if str(each).strip()}
    return [word for word in column.words if word in picked]


def _time(column: Column, raw: object) -> int:
    said = " ".join(str(raw).lower().split())
    found = None if isinstance(raw, bool) else _TIME.fullmatch(said)
    if found is None or not any(found.groups()):
        raise column.wrong("phải có dạng: 4 giờ, 2 giờ 30 phút hoặc 5 ngày (1 ngày = 8 giờ)")
    minutes = (
        int(found["days"] or 0) * _MINUTES_A_DAY + int(found["hours"] or 0) * 60 + int(found["minutes"] or 0)
    )
    if not 1 <= minutes <= MOST_MINUTES:
        raise column.wrong("phải lớn hơn không và không quá 1.000 ngày làm việc")
    return minutes


_READERS: Final = {
    Kind.TEXT: _text,
    Kind.LINES: _text,
    Kind.NUMBER: _number,
    Kind.NUMBER_OR_NONE: _number,
    Kind.FLAG: _flag,
    Kind.DAY: _day,
    Kind.DAY_OR_NONE: _day,
    Kind.WORD: _word,
    Kind.WORDS: _words,
    Kind.TIME: _time,
}


def _choices(words: Any) -> dict[str, str]:
    return {str(value): str(label) for value, label in words.choices}


_VND = 1_000_000_000

PROCEDURE: Final = (
    Column("code", "Mã thủ tục", longest=40, required=True),
    Column("name", "Tên thủ tục", longest=500, required=True),
    Column("field", "Lĩnh vực", longest=200, required=True),
    Column("levels", "Cấp tiếp nhận", Kind.WORDS, words=_choices(Level), default=(), required=True),
    Column("decided_by", "Cơ quan quyết định", longest=300),
    Column("who_may_ask", "Đối tượng thực hiện", Kind.WORDS, words=_choices(Asker), default=()),
    Column("term_direct_amount", "Thời hạn nộp trực tiếp", Kind.NUMBER, most=999, default=0),
    Column("term_direct_unit", "Tính theo (trực tiếp)", Kind.WORD, words=_choices(TermUnit)),
    Column("term_online_amount", "Thời hạn nộp trực tuyến", Kind.NUMBER, most=999, default=0),
    Column("term_online_unit", "Tính theo (trực tuyến)", Kind.WORD, words=_choices(TermUnit)),
    Column("deadline_words", "Thời hạn bằng lời", longest=500),
    Column(
        "after_supplement",
        "Khi yêu cầu bổ sung",
        Kind.WORD,
        words=_choices(AfterSupplement),
        default=AfterSupplement.ANEW.value,
    ),
    Column("fee_vnd", "Lệ phí (đồng)", Kind.NUMBER_OR_NONE, most=_VND, default=None),
    Column("charge_vnd", "Phí (đồng)", Kind.NUMBER_OR_NONE, most=_VND, default=None),
    Column("fee_words", "Cách tính phí, lệ phí", longest=500),
    Column("paid_when", "Thời điểm thu", Kind.WORD, words=_choices(PaidWhen)),
    Column("result", "Kết quả", longest=300),
    Column("result_type_code", "Mã loại kết quả trong kho", longest=80),
    Column("result_months", "Hiệu lực của kết quả (tháng)", Kind.NUMBER_OR_NONE, most=1_200, default=None),
    Column("legal_basis", "Căn cứ pháp lý", Kind.LINES, longest=4_000),
    Column("valid_from", "Có hiệu lực từ", Kind.DAY, required=True),
    Column("valid_to", "Hết hiệu lực sau ngày", Kind.DAY_OR_NONE, default=None),
)
COMPONENT: Final = (
    Column("name", "Tên thành phần", longest=500, required=True),
    Column("type_code", "Mã loại giấy tờ", longest=80),
    Column("originals", "Bản chính", Kind.NUMBER, most=99, default=0),
    Column("certified", "Bản chứng thực", Kind.NUMBER, most=99, default=0),
    Column("copies", "Bản sao", Kind.NUMBER, most=99, default=0),
    Column("shown_only", "Chỉ xuất trình", Kind.FLAG, default=False),
    Column("digitise", "Số hóa", Kind.FLAG, default=False),
    Column(
        "necessity",
        "Yêu cầu nộp",
        Kind.WORD,
        words=_choices(Necessity),
        default=Necessity.REQUIRED.value,
    ),
    Column("asked_when", "Trường hợp cần nộp", longest=300),
    Column("not_reused", "Nộp mới mỗi lần", Kind.FLAG, default=False, may_lack=True),
)
FORM: Final = (
    Column("name", "Tên mẫu đơn", longest=300, required=True),
    Column("link", "Nơi tải hoặc tên tệp", longest=500),
)
PROCESS: Final = (Column("name", "Tên quy trình", longest=200, required=True),)
STEP: Final = (
    Column("name", "Tên bước", longest=200, required=True),
    Column(
        "unit_role", "Nơi thực hiện", Kind.WORD, words=_choices(UnitRole), default=UnitRole.RECEIVING.value
    ),
    Column("unit_kind", "Loại bộ phận", Kind.WORD, words={"": "Bất kỳ", **_choices(Unit.Kind)}),
    Column("agency", "Tên cơ quan khác", longest=200),
    Column(
        "power",
        "Quyền cần có",
        Kind.WORD,
        words={p.value: POWER_WORDS[p] for p in STEP_POWERS},
        required=True,
    ),
    Column("working_minutes", "Thời gian làm việc", Kind.TIME, default=0, required=True),
    Column("leave_when", "Điều kiện để chuyển bước", Kind.WORDS, words=_choices(LeaveWhen), default=()),
)
#: What lies inside an entry as a list: its columns and how many there may be.
PARTS: Final[Mapping[str, tuple[tuple[Column, ...], int]]] = {
    "components": (COMPONENT, 60),
    "forms": (FORM, 20),
    "processes": (PROCESS, 10),
}
MOST_STEPS: Final = 30
