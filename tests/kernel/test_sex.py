import pytest
from tests.kernel import corpora

from motcua.kernel.sex import InvalidSex, Sex


@pytest.mark.parametrize(
    ("raw", "sex"),
    [("Nam", Sex.MALE), ("NAM ", Sex.MALE), ("Nữ", Sex.FEMALE), ("Nu\u031b\u0303", Sex.FEMALE)],
)
def test_the_words_of_the_card_are_read(raw: str, sex: Sex) -> None:
    assert Sex.parse(raw) is sex
    assert Sex.parse(sex.shown) is sex


@pytest.mark.parametrize("raw", [*corpora.HOSTILE, *corpora.NOT_TEXT, "Nu", "MALE", "Nam Nữ", "N" * 1000])
def test_other_words_are_refused(raw: object) -> None:
    with pytest.raises(InvalidSex):
        Sex.parse(raw)
