"""Each text costs one segment, is understood without marks, and says what to do."""

import inspect
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from motcua.outbox import gsm7, texts

#: The longest each parameter gets.
LONGEST: dict[str, object] = {
    "code": "000.00.19.H08-261123-0001",
    "number": "TN-000.00.19.H08-261123-0001",
    "dossier": "000.00.19.H08-261123-0001",
    "host": "dichvucong.binhdinh.gov.vn",
    "link": "https://dichvucong.binhdinh.gov.vn/kptt/ABCDEFGHJK",
    "password": "Abcdefgh-23456789",
    "word": "tam khoa theo yeu cau cua ong/ba",
    "last3": "678",
    "due_on": date(2026, 12, 31),
    "until": date(2026, 12, 31),
    "state": "yeu cau thuc hien nghia vu tai chinh",
    "count": 9999,
    "unit": "u" * 40,
    "day": date(2026, 12, 31),
    "first_on": date(2026, 12, 31),
    "at": datetime(2026, 12, 31, 23, 59, tzinfo=UTC),
}
NOTICES = [
    text_of
    for name, text_of in vars(texts).items()
    if inspect.isfunction(text_of)
    and not name.startswith("_")
    and text_of.__module__ == texts.__name__
    and name != "passcode"
]
EXPIRES = datetime(2026, 11, 23, 7, 5, 9, tzinfo=UTC)


@pytest.mark.parametrize("text_of", NOTICES, ids=lambda text_of: text_of.__name__)
def test_every_notice_fits_one_segment_at_its_longest(text_of: Callable[..., str]) -> None:
    text = text_of(**{name: LONGEST[name] for name in inspect.signature(text_of).parameters})

    assert text.isascii()
    assert gsm7.septets(text) <= 160


@pytest.mark.parametrize("purpose", texts.CodeFor)
def test_every_code_fits_one_segment_and_says_which_and_until_when(purpose: str) -> None:
    text = texts.passcode(
        purpose, code="012345", nth=10, expires_at=EXPIRES, host="dichvucong.binhdinh.gov.vn"
    )

    assert text.isascii()
    assert gsm7.septets(text) <= 160
    assert "012345" in text
    assert "lan 10" in text
    assert "het han 14:05:09" in text


@pytest.mark.parametrize("purpose", texts.CodeFor)
def test_a_code_may_be_read_to_the_officer_only_when_the_officer_is_creating_the_account(
    purpose: str,
) -> None:
    text = texts.passcode(purpose, code="012345", nth=1, expires_at=EXPIRES)

    assert ("Chi doc ma nay cho can bo dang lam thu tuc" in text) == purpose.startswith("ASSIST")
    assert ("cho bat ky ai, ke ca can bo" in text) == (not purpose.startswith("ASSIST"))


def test_the_site_is_bound_on_the_last_line_only_when_it_still_fits() -> None:
    short = texts.passcode("RESET", code="012345", nth=1, expires_at=EXPIRES, host="dvc.gov.vn")
    long = texts.passcode("RESET", code="012345", nth=1, expires_at=EXPIRES, host="d" * 50 + ".vn")
    at_the_desk = texts.passcode("ASSIST", code="012345", nth=1, expires_at=EXPIRES, host="dvc.gov.vn")

    assert short.splitlines()[-1] == "@dvc.gov.vn #012345"
    assert len(long.splitlines()) == 1
    assert len(at_the_desk.splitlines()) == 1


def test_a_text_that_would_cost_two_segments_is_not_made() -> None:
    with pytest.raises(texts.TooLong):
        texts.account_opened(link="https://dichvucong.gov.vn/" + "a" * 100)


@pytest.mark.parametrize(
    ("text", "count"), [("", 0), ("a" * 160, 160), ("@#\n", 3), ("^{}[]~|\\€", 18), ("à", 1)]
)
def test_extension_letters_take_two(text: str, count: int) -> None:
    assert gsm7.septets(text) == count


@pytest.mark.parametrize("letter", ["`", "ấ", "đ", "ă", "’"])
def test_a_letter_outside_the_alphabet_is_refused(letter: str) -> None:
    with pytest.raises(gsm7.NotGsm7):
        gsm7.septets(f"Ma OTP {letter}")
