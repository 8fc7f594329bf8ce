import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernel import corpora

from motcua.kernel.birth_date import BirthDate
from motcua.kernel.citizen_id import CitizenId, InvalidCitizenId
from motcua.kernel.place_codes import PLACE_NAMES
from motcua.kernel.sex import Sex


def test_two_thousand_right_numbers_are_accepted_in_every_spelling() -> None:
    for number in corpora.citizen_numbers():
        assert CitizenId.parse(corpora.spelled(number)).value == number


def test_five_thousand_wrong_numbers_are_refused() -> None:
    accepted = []
    for wrong in corpora.bad_citizen_numbers():
        try:
            accepted.append((wrong, CitizenId.parse(wrong).value))
        except InvalidCitizenId:
            continue
    assert accepted == []


@settings(max_examples=800, deadline=None)
@given(st.text(st.sampled_from("0123456789 .-\n\r\t\u00a0\u200b٠１²+eO,"), max_size=20))
def test_what_is_accepted_has_only_ascii_digits_and_allowed_signs(raw: str) -> None:
    try:
        value = CitizenId.parse(raw).value
    except InvalidCitizenId:
        return
    assert len(value) in {9, 12}
    assert set(raw.strip(" \t\r\n")) <= set("0123456789 .-")
    assert value == "".join(char for char in raw if char in "0123456789")


def test_a_number_that_a_spreadsheet_has_spoilt_is_refused() -> None:
    with pytest.raises(InvalidCitizenId):
        CitizenId.parse("52190000001.0")


@pytest.mark.parametrize(
    ("number", "sex", "year"),
    [
        ("052090000001", Sex.MALE, 1990),
        ("052190000001", Sex.FEMALE, 1990),
        ("052205000001", Sex.MALE, 2005),
        ("052305000001", Sex.FEMALE, 2005),
        ("052401000001", Sex.MALE, 2101),
        ("052999000001", Sex.FEMALE, 2399),
    ],
)
def test_twelve_digits_tell_sex_and_birth_year(number: str, sex: Sex, year: int) -> None:
    citizen_id = CitizenId.parse(number)
    other = Sex.MALE if sex is Sex.FEMALE else Sex.FEMALE
    assert (citizen_id.sex, citizen_id.birth_year) == (sex, year)
    assert citizen_id.agrees_with_sex(sex)
    assert not citizen_id.agrees_with_sex(other)


def test_a_birth_date_of_another_year_disagrees() -> None:
    citizen_id = CitizenId.parse("052190000001")
    assert citizen_id.agrees_with_birth_date(BirthDate.parse("05/09/1990"))
    assert citizen_id.agrees_with_birth_date(BirthDate.parse("1990"))
    assert not citizen_id.agrees_with_birth_date(BirthDate.parse("05/09/1991"))


def test_nine_digits_tell_nothing_and_contradict_nothing() -> None:
    citizen_id = CitizenId.parse("210000001")
    assert (citizen_id.kind, citizen_id.place_code, citizen_id.sex) == ("CMND9", None, None)
    assert citizen_id.agrees_with_birth_date(BirthDate.parse("1990"))
    assert citizen_id.agrees_with_sex(Sex.MALE)
    assert not citizen_id.has_unknown_place


def test_the_place_is_one_of_sixty_three_or_unknown() -> None:
    assert len(PLACE_NAMES) == 63
    assert CitizenId.parse("052190000001").place_name == "Bình Định"
    assert CitizenId.parse("000190000001").has_unknown_place


def test_printing_shows_the_last_three_digits_only() -> None:
    assert f"{CitizenId.parse('052190000123')!r} {CitizenId.parse('052190000123')}" == "•••123 •••123"


def test_the_refusal_says_what_was_expected() -> None:
    assert "12 chữ số" in InvalidCitizenId().text
    assert "9 chữ số" in InvalidCitizenId().text
