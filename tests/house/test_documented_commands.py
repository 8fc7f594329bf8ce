"""What the runbook tells somebody to type at three in the morning exists, with those very words and options."""

import argparse
import re
from collections.abc import Iterator

import pytest

from motcua.ops import cli
from tests.house import sources

PAGES = ("runbook.md", "upgrading.md", "dvcqg.md", "data-protection.md")
_TYPED = re.compile(r"`(?:[A-Z_]+=\S+ )*motcua ([a-z][^`]*)`")


def told(page: str) -> list[str]:
    """Each command of a page, without the surroundings before it."""
    return _TYPED.findall((sources.ROOT / "docs" / page).read_text(encoding="utf-8"))


def wrong(command: str) -> str:
    """What the command line would not understand of it."""
    parser, words = cli._parser(), iter(re.sub(r"[\[\]]", "", command).split())
    options = dict(parser._option_string_actions)
    for word in words:
        if word.startswith("--"):
            if word not in options:
                return word
            if options[word].nargs != 0:
                next(words, None)
        elif below := _below(parser):
            if word not in below:
                return word
            parser = below[word]
            options |= parser._option_string_actions
    return ""


def _below(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


def _all() -> Iterator[tuple[str, str]]:
    yield from ((page, command) for page in PAGES for command in told(page))


@pytest.mark.parametrize(("page", "command"), sorted(set(_all())))
def test_a_documented_command_exists(page: str, command: str) -> None:
    assert wrong(command) == ""


def test_the_pages_tell_enough_commands_to_be_worth_reading() -> None:
    assert len(told("runbook.md")) > 25 and len(told("upgrading.md")) > 8


@pytest.mark.parametrize(
    ("command", "word"),
    [
        ("restaure --from x", "restaure"),
        ("restore --from x --identities y", "--identities"),
        ("journal verifie", "verifie"),
        ("journal verify [--witness FILE] [--losing A-B]", "--losing"),
        ("backup list /sao-luu", ""),
    ],
)
def test_a_command_that_is_not_there_is_seen(command: str, word: str) -> None:
    assert wrong(command) == word
