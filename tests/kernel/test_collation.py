"""The order of a Vietnamese dictionary."""

from motcua.kernel.collation import collation_key


def test_letters_with_marks_follow_their_base_letters() -> None:
    words = ["Đổi", "Ân", "Dạy", "An", "Ăn", "ê", "E", "Cấp", "2"]
    assert sorted(words, key=collation_key) == ["2", "An", "Ăn", "Ân", "Cấp", "Dạy", "Đổi", "E", "ê"]


def test_tones_decide_between_words_that_are_else_alike() -> None:
    words = ["má", "mạ", "ma", "mã", "mả", "mà", "mab"]
    assert sorted(words, key=collation_key) == ["ma", "mà", "mả", "mã", "má", "mạ", "mab"]
    assert collation_key("Đổi") == collation_key("đổi".upper())
