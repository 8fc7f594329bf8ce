"""What people, scanners, spreadsheets and attackers put into the boxes (threats 3.4). Same on every run."""

import random
import unicodedata
from collections.abc import Iterator

_CHANCE = random.Random(20220720)
OTHER_DIGITS = [
    "٠١٢٣٤٥٦٧٨٩",
    "०१२३४५६७८९",
    "０１２３４５６７８９",
    "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗",
    "⁰¹²³⁴⁵⁶⁷⁸⁹",
    "₀₁₂₃₄₅₆₇₈₉",
    "᠐᠑᠒᠓᠔᠕᠖᠗᠘᠙",
]
HIDDEN = [
    "\u00a0",
    "\u200b",
    "\u200e",
    "\u202e",
    "\u2066",
    "\ufeff",
    "\x00",
    "\x0b",
    "\x1b",
    "\x85",
    "\u2028",
    "\u3000",
]
HOSTILE = [
    "' OR '1'='1",
    "1; DROP TABLE account",
    "<script>alert(1)</script>",
    "{0.__class__}",
    "%s%s%s%n",
    "${jndi:ldap://x}",
    "../../etc/passwd",
    "=1+1",
    "@SUM(A1)",
    "0x0521900001",
    "5.219E+10",
    "٣",
    "-",
    ".",
    "",
    " ",
]
NOT_TEXT: list[object] = [None, True, 52190000123, 5.2, [], ["052190000123"], {}, {"a": 1}, b"052190000123"]


def digits(count: int) -> str:
    return "".join(_CHANCE.choice("0123456789") for _ in range(count))


def citizen_numbers() -> list[str]:
    """2,000 right numbers, of 9 and 12 digits."""
    return [digits(12 if n % 3 else 9) for n in range(2000)]


def spelled(number: str) -> str:
    """One of the ways in which people write a number."""
    groups = _CHANCE.choice([3, 4, 6])
    parts = [number[start : start + groups] for start in range(0, len(number), groups)]
    text = _CHANCE.choice(["", " ", ".", "-", "  ", " - "]).join(parts)
    return _CHANCE.choice(["", " ", "\t", "\r\n"]) + text + _CHANCE.choice(["", " ", "\n", "\r\n"])


def bad_citizen_numbers() -> list[object]:
    """5,000 things that are no citizen number."""
    found: list[object] = [
        *HOSTILE,
        *NOT_TEXT,
        "9" * 1_000_000,
        "\ud800" + digits(11),
        "52190000001.0",
        "521900000.00",
    ]
    found += [digits(length) for length in range(65) if length not in {9, 12}]
    makers = [
        _wrong_length,
        _other_script,
        _hidden_inside,
        _hidden_outside,
        _with_letter,
        _signed,
        _bad_separator,
    ]
    while len(found) < 5000:
        found.append(_CHANCE.choice(makers)(digits(_CHANCE.choice([9, 12]))))
    return found


def _wrong_length(_: str) -> str:
    return digits(_CHANCE.choice([1, 7, 8, 10, 11, 13, 14, 20, 64]))


def _other_script(number: str) -> str:
    script = _CHANCE.choice(OTHER_DIGITS)
    swapped = {_CHANCE.randrange(len(number)) for _ in range(_CHANCE.randint(1, len(number)))}
    return "".join(script[int(char)] if place in swapped else char for place, char in enumerate(number))


def _hidden_inside(number: str) -> str:
    place = _CHANCE.randrange(1, len(number))
    return number[:place] + _CHANCE.choice([*HIDDEN, "\n", "\t", "\r"]) + number[place:]


def _hidden_outside(number: str) -> str:
    hidden = _CHANCE.choice(HIDDEN)
    return _CHANCE.choice([hidden + number, number + hidden, number + hidden + "\n"])


def _with_letter(number: str) -> str:
    place = _CHANCE.randrange(len(number))
    return number[:place] + _CHANCE.choice("OolISBxeêđ") + number[place + 1 :]


def _signed(number: str) -> str:
    return _CHANCE.choice(["+", "-", ".", "−", "#", "'", "="]) + number


def _bad_separator(number: str) -> str:
    return number[:3] + _CHANCE.choice([",", "/", "_", "–", "—", "·", "\\", "|", ":"]) + number[3:]


def phone_numbers() -> list[str]:
    """40 numbers, as dialled: the sample block, old prefixes' successors, small operators."""
    heads = ["0900000", "0320000", "0870000", "0550000", "0590000", "0700000", "0810000", "0990000"]
    return [f"{head}{n:03}" for head in heads for n in range(11, 16)]


def phone_spellings(local: str) -> list[str]:
    """13 ways to write one number."""
    rest = local[1:]
    return [
        local,
        f"84{rest}",
        f"+84{rest}",
        f"+84 {rest[:2]} {rest[2:5]} {rest[5:]}",
        f"84.{rest}",
        f"+84-{rest}",
        f"{local[:4]} {local[4:7]} {local[7:]}",
        f"{local[:4]}.{local[4:7]}.{local[7:]}",
        f"{local[:4]}-{local[4:7]}-{local[7:]}",
        f"  {local}\r\n",
        f"\t+84{rest} ",
        " ".join(local),
        f"{local[:3]}  {local[3:]}",
    ]


NAMES = [
    "Nguyễn Thị Hòa",
    "Trần Văn Thúy",
    "Lê Quý Đôn",
    "Phạm Mỹ Lý",
    "Hoàng Đức Khỏe",
    "Huỳnh Thủy Tiên",
    "Đỗ Thị Ngọc Ánh",
    "Đặng Tố Uyên",
    "Bùi Kỳ Duyên",
    "Võ Hoàng Yến",
    "Ngô Bảo Châu",
    "Dương Thị Hà",
    "Lý Thường Kiệt",
    "Đinh Núp Hòa",
    "H'Hen Niê",
    "Y-Moan Ênuôl",
    "Ksor Hoà",
    "Đào Thị Lụa",
    "Mai Xuân Thưởng",
    "Vũ Ái Vỹ",
    "Tô Hiến Thành",
    "Đàm Vĩnh Hưng",
    "Quách Thị Tuyết",
    "Thạch Sơn Đạo",
    "Lò Văn Kỷ",
    "Giàng A Phủ",
    "Vàng Thị Mý",
    "Phùng Khắc Khoan",
    "Tạ Thị Thùy",
    "Lưu Đình Quỳ",
]
_MOVED_TONE = {"òa": "oà", "oà": "òa", "úy": "uý", "ùy": "uỳ", "ủy": "uỷ", "ỏe": "oẻ", "uỳ": "ùy"}


def name_pairs() -> Iterator[tuple[str, str, str]]:
    """300 pairs and what they are to each other."""
    for place, name in enumerate(NAMES):
        bare = unmarked(name)
        yield name, unicodedata.normalize("NFD", name), "SAME"
        yield unicodedata.normalize("NFD", name), name.upper(), "SAME"
        yield name, f"  {name.lower().replace(' ', '   ')} \n", "SAME"
        yield name, _swapped(name, _MOVED_TONE), "SAME"
        yield name, name.replace("Đ", "Ð").replace("'", "’"), "SAME"
        yield name, bare, "MARKS" if bare != name else "SAME"
        yield bare.upper(), name, "MARKS" if bare != name else "SAME"
        yield name, f"{name} B", "DIFFERENT"
        yield name, NAMES[(place + 1) % len(NAMES)], "DIFFERENT"
        yield name, name[:-1] + ("n" if name[-1] != "n" else "t"), "DIFFERENT"


I_FOR_Y = [
    ("Lê Quý Đôn", "Lê Quí Đôn"),
    ("Lý Mỹ", "Lí Mĩ"),
    ("Bùi Kỳ", "Bùi Kì"),
    ("Vũ Ái Vỹ", "Vũ Ái Vĩ"),
    ("Lưu Quỳ", "LƯU QUÌ"),
    ("Ngô Sỹ", "Ngô Sĩ"),
    ("Hoàng Hy", "Hoàng Hi"),
]


def unmarked(name: str) -> str:
    decomposed = unicodedata.normalize("NFD", name.replace("Đ", "D").replace("đ", "d"))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _swapped(name: str, pairs: dict[str, str]) -> str:
    for old, new in pairs.items():
        if old in name:
            return name.replace(old, new)
    return name
