import time
from datetime import date

import pytest
from tests.kernel import corpora

from motcua.kernel.card_qr import CardQr, NotACardQr, looks_like_card_qr
from motcua.kernel.sex import Sex

TODAY = date(2022, 7, 20)
GOOD = [
    "052190000123",
    "210000001",
    "Nguyễn Thị Mẫu",
    "05091990",
    "Nữ",
    "Tổ 1, KV 2, P. Lê Lợi, Quy Nhơn, Bình Định",
    "01012021",
]


def changed(place: int, text: str) -> str:
    return "|".join([*GOOD[:place], text, *GOOD[place + 1 :]])


def test_all_fields_of_a_card_are_read() -> None:
    card = CardQr.parse("|".join(GOOD), today=TODAY)
    assert card.citizen_id.value == "052190000123"
    assert card.old_number is not None
    assert card.old_number.value == "210000001"
    assert card.full_name.value == "Nguyễn Thị Mẫu"
    assert card.born_on.on == date(1990, 9, 5)
    assert card.sex is Sex.FEMALE
    assert card.address == GOOD[5]
    assert card.issued_on == date(2021, 1, 1)


@pytest.mark.parametrize(
    ("raw", "issued_on"),
    [
        ("|".join(GOOD) + "\r\n", date(2021, 1, 1)),
        ("|".join(GOOD) + "\t", date(2021, 1, 1)),
        ("|".join(GOOD[:6]), None),
        ("|".join(GOOD[:6]) + "|", None),
        (changed(6, "01/01/2021"), date(2021, 1, 1)),
        (changed(3, "05/09/1990"), date(2021, 1, 1)),
        ("|".join(GOOD) + "|Nguyễn Văn B||thêm|<gì cũng được>", date(2021, 1, 1)),
    ],
)
def test_reader_variants_are_read(raw: str, issued_on: date | None) -> None:
    card = CardQr.parse(raw, today=TODAY)
    assert (card.born_on.on, card.issued_on) == (date(1990, 9, 5), issued_on)


def test_a_card_without_an_old_number_has_none() -> None:
    assert CardQr.parse(changed(1, ""), today=TODAY).old_number is None


def hostile_payloads() -> list[object]:
    """V-34: 300 payloads, each wrong in one way."""
    found: list[object] = list(corpora.NOT_TEXT)
    found += ["|".join(GOOD[:count]) for count in range(6)]
    found += [
        "https://example.vn/|a|b|c|d|e",
        "|" * 20,
        "|" * 700,
        "x" * 10_240,
        "|".join([*GOOD, "x" * 600]),
    ]
    found += ["\x1b[13~" + "|".join(GOOD), "|".join(GOOD) + "\x00", "|".join(GOOD) + "|\x9b0m"]
    found += [
        changed(place, GOOD[place][:3] + hidden + GOOD[place][3:]) for place in range(7) for hidden in _HIDDEN
    ]
    found += [changed(place, hostile) for place in (0, 2, 3, 4) for hostile in _HOSTILE]
    found += [changed(place, hostile) for place in (1, 6) for hostile in _HOSTILE]
    found += [changed(place, GOOD[place] + markup) for place in (0, 2, 3, 5) for markup in _MARKUP]
    found += [changed(5, hostile) for hostile in _MARKUP]
    found += [changed(place, GOOD[place][:4] + "٠" + GOOD[place][5:]) for place in (0, 1, 3, 6)]
    found += [
        changed(0, number) for number in ("210000001", "05219000012", "0521900001234", "052-190-000-123")
    ]
    found += [changed(1, number) for number in ("21000000", "2100000012", "21 000 0001", "không")]
    found += [
        changed(3, day) for day in ("31041990", "05091790", "05092050", "19900905", "050990", "5/9/90", "")
    ]
    found += [changed(6, day) for day in ("31042021", "01012050", "2021", "x")]
    found += [changed(4, sex) for sex in ("", "Nữ Nam", "M", "1", "Nũ", "nữ" * 20)]
    found += [changed(2, name) for name in ("", "A" * 101, "Иван", "Nguyễn1", "=A1", "Nguyễn\nA")]
    found += [changed(5, "A" * 301), changed(0, "\ud800" + GOOD[0][1:])]
    return found


_HIDDEN = [hidden for hidden in corpora.HIDDEN if hidden not in {"\u00a0", "\u3000"}] + [
    "\n",
    "\r",
    "\t",
    "\x7f",
    "\x90",
]
_HOSTILE = [hostile for hostile in corpora.HOSTILE if hostile.strip()]
_MARKUP = [
    "<b>",
    "<script>",
    "a=1",
    "a;b",
    '"',
    "`id`",
    "$(id)",
    "{0}",
    "%s",
    "a\\b",
    "@a",
    "#a",
    "*",
    "!",
    "?a=b",
    "[x]",
]


def test_three_hundred_hostile_payloads_are_refused_quickly() -> None:
    payloads = hostile_payloads()
    assert len(payloads) >= 300
    accepted = []
    for payload in payloads:
        began = time.process_time()
        try:
            CardQr.parse(payload, today=TODAY)
            accepted.append(payload)
        except NotACardQr:
            pass
        assert time.process_time() - began < 1, "an expression that backtracks takes minutes"
    assert accepted == []


def test_printing_a_card_tells_nothing() -> None:
    card = CardQr.parse("|".join(GOOD), today=TODAY)
    shown = f"{card} {card!r}"
    assert not any(field in shown for field in GOOD if field)


def test_a_number_box_notices_a_whole_card() -> None:
    assert looks_like_card_qr("|".join(GOOD))
    assert not looks_like_card_qr("052190000123")
