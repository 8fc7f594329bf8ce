"""One word per thing: what a table is called stands in the glossary, in both languages."""

import re

import pytest
from django.apps import apps
from django.db import models

from tests.house import sources
from tests.house.test_floors import ours


def glossary() -> dict[str, str]:
    """English word → Vietnamese; several words may share a row."""
    return {
        word.strip(): row[1]
        for row in sources.table_rows("glossary.md", 3)
        for word in row[0].split(",")
        if row[0] != "code"
    }


def in_words(name: str) -> str:
    """ "AccountCheck" → "account check"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()


@pytest.mark.parametrize("model", ours(), ids=lambda model: model._meta.label)
def test_the_word_of_a_table_is_in_the_glossary(model: type[models.Model]) -> None:
    word = in_words(model.__name__)
    assert word in glossary()

    named = str(model._meta.verbose_name)
    if not named.isascii():  # Django's own guess is English
        assert named in [vietnamese.strip() for vietnamese in glossary()[word].split(",")]


def test_a_word_that_is_not_there_is_seen() -> None:
    assert in_words("AccountCheck") == "account check"
    assert in_words("FrobnicatorState") not in glossary()


def test_the_glossary_holds_no_table_that_is_gone() -> None:
    page = (sources.ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    of_tables = re.findall(r"^\| ([a-z ]+) \|", page.split("## Words of the tables")[1], flags=re.MULTILINE)
    here = {in_words(model.__name__) for model in ours()}
    assert set(of_tables) - here - {"code"} == set()


def test_every_room_with_tables_is_an_app_of_its_name() -> None:
    labels = {config.label for config in apps.get_app_configs() if config.name.startswith("motcua.")}
    assert labels <= sources.rooms()


def test_every_room_says_what_it_is_on_the_map() -> None:
    page = (sources.ROOT / "docs" / "map.md").read_text(encoding="utf-8")
    assert {room for room in sources.rooms() if f"`{room}`" not in page} == set()
