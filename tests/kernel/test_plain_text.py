import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernel import corpora

from motcua.kernel.plain_text import NotPlainText, TextTooLong, clean


def test_text_is_composed_and_trimmed() -> None:
    raw = unicodedata.normalize("NFD", "  Lý do: công dân\u00a0ở xa.\r\n")
    assert clean(raw, max_length=100) == "Lý do: công dân ở xa."


@pytest.mark.parametrize(
    "hidden", [char for char in corpora.HIDDEN if char not in {"\u00a0", "\u3000"}] + ["\ud800", "\ue000"]
)
def test_hidden_characters_are_refused(hidden: str) -> None:
    with pytest.raises(NotPlainText):
        clean(f"a{hidden}b", max_length=10)


@pytest.mark.parametrize("raw", corpora.NOT_TEXT)
def test_what_is_no_text_is_refused(raw: object) -> None:
    with pytest.raises(NotPlainText):
        clean(raw, max_length=10)


def test_the_limit_counts_composed_characters() -> None:
    assert clean(unicodedata.normalize("NFD", "ễ" * 10), max_length=10) == "ễ" * 10
    for length in (11, 1_000_000):
        with pytest.raises(TextTooLong) as refused:
            clean("a" * length, max_length=10)
        assert "10 ký tự" in refused.value.text


def test_lines_are_kept_only_where_they_are_wanted() -> None:
    assert clean("a\r\nb\n", max_length=10, lines=True) == "a\nb"
    assert clean("\t a\nb \t\r\n", max_length=10, lines=True) == "a\nb"
    with pytest.raises(NotPlainText):
        clean("a\nb", max_length=10)


@settings(max_examples=500, deadline=None)
@given(st.text(max_size=50))
def test_what_is_clean_stays_as_it_is(raw: str) -> None:
    try:
        text = clean(raw, max_length=200)
    except NotPlainText:
        return
    assert clean(text, max_length=200) == text
    assert text.encode("utf-8").decode("utf-8") == text
