"""Every right says in a sentence what it allows."""

from motcua.kernel.authority import POWER_WORDS, Power
from motcua.web.office import power_words


def test_every_right_has_a_name_and_a_sentence() -> None:
    assert set(power_words.ALLOWS) == set(Power) == set(POWER_WORDS)
    assert all(words.endswith(".") and len(words) > 30 for words in power_words.ALLOWS.values())
