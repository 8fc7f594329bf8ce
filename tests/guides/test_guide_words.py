"""A guide says what the pages say: its words of the screen, its numbers, its languages."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from motcua.accounts import passcodes
from motcua.web.public import guide_books, guide_facts, guide_shape
from motcua.web.public.guide_shape import Guide, Step
from tests.guides.places import PLACES, words_of
from tests.web_counter.conftest import Desk

BOOKS = list(guide_books.BOOKS.values())
STEPS = [
    (f"{book.language}-{guide.slug}-{mark}", step)
    for book in BOOKS
    for guide in book.guides
    for mark, step in guide_shape.marked(guide)
]
PLACED = sorted({step.place for _, step in STEPS if step.place})


def wrong_on(page: str, steps: list[Step]) -> list[str]:
    """Words of the screen that the page does not have."""
    return [word for step in steps for word in step.labels if word.casefold() not in page.casefold()]


@pytest.mark.parametrize("place", PLACED)
def test_every_word_that_a_guide_names_is_on_the_page_it_leads_to(desk: Desk, place: str) -> None:
    answer = PLACES[place](desk)
    assert answer.status_code in {200, 422}
    steps = [step for _, step in STEPS if step.place == place]

    assert wrong_on(words_of(answer), steps) == []
    assert wrong_on(words_of(answer), [Step("«Nút không có ở đâu cả»")]) != []


@pytest.mark.parametrize(("name", "step"), STEPS, ids=[name for name, _ in STEPS])
def test_words_of_the_screen_have_a_place_and_numbers_come_from_the_rules(name: str, step: Step) -> None:
    assert bool(step.labels) <= bool(step.place), f"{name} names words of no page"
    assert bool(step.picture) == bool(step.alt)
    without_names = re.sub(r"\{[a-z_]+\}|«[^»]*»", "", step.text)
    # 1414 is where the operators answer; every other number is asked of the rule that it tells of.
    assert re.findall(r"[0-9]+", without_names) in ([], ["1414"]), name
    assert not re.search(r"\b(?:hai|ba|năm|two|three|five) (?:phút|giờ|lần|minutes|hours|tries)", step.text)


def test_every_number_that_a_guide_names_is_known(db: None) -> None:
    facts = guide_facts.numbers(on=timezone.localdate())
    asked: set[str] = set()
    for book in BOOKS:
        for guide in book.guides:
            for text in (guide.lead, guide.outcome, *(step.text for _, step in guide_shape.marked(guide))):
                asked |= set(re.findall(r"\{([a-z_]+)\}", text))
    assert asked <= set(facts)
    assert set(facts) - asked == {"hotline"}  # printed on the sheets


@pytest.mark.parametrize("of_vi", guide_books.BOOKS["vi"].guides, ids=lambda guide: guide.slug)
def test_both_languages_say_the_same_of_the_same_screens(of_vi: Guide) -> None:
    of_en = guide_books.BOOKS["en"].guide(of_vi.slug)
    for one, other in zip(of_vi.steps, of_en.steps, strict=True):
        assert (one.place, one.picture) == (other.place, other.picture)
        assert set(one.labels) == set(other.labels)
        # The rule of passwords is a Vietnamese sentence; in English it is told by its length.
        names = {"password_rule": "password_shortest"}
        told = {names.get(name, name) for name in re.findall(r"\{([a-z_]+)\}", one.text)}
        assert told == set(re.findall(r"\{([a-z_]+)\}", other.text))
    assert len(of_vi.notes) == len(of_en.notes)


@pytest.mark.django_db
def test_a_changed_rule_changes_every_text(
    client: Any, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setattr(passcodes, "LIFE", timedelta(minutes=7))
    monkeypatch.setattr(passcodes, "TRIES", 9)
    settings.POSTS_CONFIRMED_EVERY_MONTHS = 5
    settings.GATE_BINDS_FROM = "2031-02-03"

    for address, said in (
        ("/huong-dan/cong-dan/", "hiệu lực trong 7 phút và được nhập sai tối đa 9 lần"),
        ("/huong-dan/en/cong-dan/", "good for 7 minutes and 9 wrong tries"),
        ("/huong-dan/quan-tri/", "xác nhận lại trong 5 tháng"),
        ("/huong-dan/can-bo/", "Từ ngày 03/02/2031"),
    ):
        assert said in words_of(client.get(address)), address
