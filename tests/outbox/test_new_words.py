"""Words that a provider has to register before an upgrade stand in the page about upgrading."""

from pathlib import Path

from motcua.outbox import samples

_BEFORE = Path(__file__).with_name("words_of_the_version_before.txt")
_PAGE = Path(__file__).parents[2] / "docs" / "upgrading.md"


def test_the_page_about_upgrading_names_every_new_text() -> None:
    """With a release the list of the version before is written anew."""
    before, page = set(_BEFORE.read_text(encoding="utf-8").split()), _PAGE.read_text(encoding="utf-8")
    now = {each.kind for each in samples.registered()}
    assert before and [kind for kind in sorted(now - before) if f"`{kind}`" not in page] == []
