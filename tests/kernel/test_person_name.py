import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernel import corpora

from motcua.kernel.person_name import InvalidPersonName, NameMatch, PersonName, fold


def test_three_hundred_pairs_are_told_apart() -> None:
    pairs = list(corpora.name_pairs())
    assert len(pairs) == 300
    wrong = [
        (first, second, expected)
        for first, second, expected in pairs
        if PersonName.parse(first).compare(PersonName.parse(second)) != expected
    ]
    assert wrong == []


@pytest.mark.parametrize(("name", "other"), corpora.I_FOR_Y)
def test_i_and_y_are_one_where_both_are_written(name: str, other: str) -> None:
    assert PersonName.parse(name).compare(PersonName.parse(other)) is NameMatch.SAME


@pytest.mark.parametrize(
    ("name", "other"), [("Huy", "Hui"), ("Thúy", "Thúi"), ("Tây", "Tâi"), ("May", "Mai")]
)
def test_i_and_y_are_two_where_they_sound_different(name: str, other: str) -> None:
    assert PersonName.parse(name).compare(PersonName.parse(other)) is NameMatch.DIFFERENT


@pytest.mark.parametrize(
    "raw",
    [
        "An",
        "H'Hen Niê",
        "H’Hen Niê",
        "Y-Moan Ênuôl",
        "Ksor H'Bơ̆",
        "Đinh Y Bơ̆ng",
        "Ƀuôn Krông",
        "Nguyễn Phúc Bảo Long Vĩnh San Hoàng Tôn Nữ",
        "Ma Thị Nga Y",
        "A" * 100,
    ],
)
def test_names_of_every_people_are_legal_and_shown_as_typed(raw: str) -> None:
    assert PersonName.parse(raw).value == unicodedata.normalize("NFC", raw)


@pytest.mark.parametrize(
    "raw",
    [
        *corpora.HOSTILE,
        *corpora.NOT_TEXT,
        "=HYPERLINK(1)",
        "+Nguyễn",
        "-Nguyễn",
        "@Nguyễn",
        "Nguyễn 2",
        "Nguyễn\x00Văn",
        "Nguyễn\u202eVăn",
        "Nguyễn\u200bVăn",
        "Nguyễn\ud800",
        "Иван Петров",
        "Ｎｇｕｙｅｎ",
        "𝐍guyen",
        "阮文",
        "A" * 101,
        "A" * 1_000_000,
        "'Hen",
        "Hen'",
        "A--B",
        "Nguye\u0302\u0303\u0301\u0309n",
        "Nguyễn_Văn",
        "Nguyễn, Văn",
    ],
)
def test_what_is_no_name_is_refused(raw: object) -> None:
    with pytest.raises(InvalidPersonName):
        PersonName.parse(raw)


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@settings(max_examples=400, deadline=None)
@given(st.text(st.sampled_from("aăâbcdđeêghiklmnoôơpqrstuưvxyàáảãạèýỳ' "), min_size=1, max_size=30))
def test_the_same_name_is_the_same_in_both_unicode_forms(text: str) -> None:
    try:
        name = PersonName.parse(text)
    except InvalidPersonName:
        return
    other = PersonName.parse(unicodedata.normalize("NFD", text).upper())
    assert name.compare(other) is other.compare(name) is NameMatch.SAME
    assert name.folded == other.folded


def test_spaces_are_collapsed() -> None:
    assert PersonName.parse("  Nguyễn   Thị\u00a0Mẫu ").value == "Nguyễn Thị Mẫu"


@pytest.mark.parametrize(
    ("raw", "masked"),
    [
        ("Nguyễn Văn A", "Nguyễn V** A"),
        ("Nguyễn Thị Hồng Mẫu", "Nguyễn T** H** Mẫu"),
        ("H'Hen Niê", "H** Niê"),
        ("An", "A**"),
    ],
)
def test_inner_words_are_masked(raw: str, masked: str) -> None:
    name = PersonName.parse(raw)
    assert name.masked == str(name) == repr(name) == masked


def test_words_are_folded() -> None:
    assert PersonName.parse("Đỗ Thị Lý").words == ("do", "thi", "li")


@pytest.mark.parametrize(
    ("told", "written"),
    [
        ("NGÔ THỊ MAI MẪU", "Ngô Thị Mai Mẫu"),
        ("H'HEN NIÊ", "H'Hen Niê"),
        ("ĐIỂU K’RÉ", "Điểu K’Ré"),
        ("Y MOAN ÊNUÔL", "Y Moan Ênuôl"),
        ("LÊ-NGUYỄN Ý", "Lê-Nguyễn Ý"),
        ("nguyễn văn an", "nguyễn văn an"),
        ("Hà Thị MAI", "Hà Thị MAI"),
    ],
)
def test_what_is_told_in_capitals_only_is_written_as_people_do(told: str, written: str) -> None:
    name = PersonName.parse(told)
    assert name.as_written.value == written
    assert name.as_written.compare(name) is NameMatch.SAME
