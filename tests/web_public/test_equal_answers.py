"""V-08: neither what is answered nor how long it takes tells who has an account, or which code is a dossier's.

Known and unknown people are told apart by nothing that does not depend on the machine: status, headers and text, the
statements sent to the database one by one, and the rows that each of them wrote, are compared exactly.

Time is compared as well: known and unknown ones are asked in mixed order, from several browsers at once, so that a
busy machine slows both alike; every answer waits for a stroke of its clock, so asking in parallel costs no more than
waiting. What is judged is how often the known one took longer, which has no unit and needs no quiet machine. With
EVIDENCE_DIR each address is asked the 1,000 + 1,000 times of V-08, otherwise 100 + 100 times.
"""

import os
import random
import re
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from motcua.accounts.sealed_data import PersonData
from motcua.web import forms_base
from motcua.web.public import even_pace
from tests.accounts import people
from tests.desk import town as building
from tests.evidence import figure
from tests.web_public.visiting import Browser, citizen, text_of, typed

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.at_full_pace]
FULL = bool(os.environ.get("EVIDENCE_DIR"))
TRIES = 1000 if FULL else 100
BROWSERS = 4
_WARMING = 3
#: Four standard deviations of the statistic when there is nothing to find; at full size the 0.05 of V-08.
AUC_MARGIN = max(0.05, 4 * ((2 * TRIES + 1) / (12 * TRIES**2)) ** 0.5)
MEDIAN_MARGIN = 0.005
#: So much of the computing that one answer takes may differ before the clock has to hide it.
SHARE_OF_WORK = 0.25
_UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_OF_THE_MOMENT = re.compile(
    rf'{_UUID}|nonce="[^"]*"|nonce-[^\']*|name="csrfmiddlewaretoken" value="[^"]*"|data-challenge="[^"]*"'
)


Statement = tuple[str, int | None]
_WRITES = re.compile(r"\s*(?:INSERT|UPDATE|DELETE)", re.I)
#: A value that is none is written out by Django; it is one value like another.
_AS_SENT = re.compile(r" = NULL(?= |,|\Z)")


@dataclass(frozen=True)
class Question:
    """One form sent to one address."""

    address: str
    data: Mapping[str, str]


@dataclass(frozen=True)
class Answered:
    known: bool
    seconds: float
    looks: tuple[object, ...]


Asker = Callable[[bool, int], list[Question]]


def _registering(known: bool, count: int) -> list[Question]:
    return [Question("/dang-ky/", typed(person)) for person in _somebody(known, count)]


def _resuming(known: bool, count: int) -> list[Question]:
    asked = [people.data() for _ in range(count)]
    for person in asked if known else ():
        people.registration(person, browser="mot-trinh-duyet-khac-han-day-nhe")
    return [
        Question("/dang-ky/tiep-tuc/", {"citizen_id": one.citizen_id.value, "phone": one.phone.local})
        for one in asked
    ]


def _forgetting(known: bool, count: int) -> list[Question]:
    return [
        Question("/quen-mat-khau/", {"number": one.citizen_id.value, "born_on": one.born_on.shown})
        for one in _somebody(known, count)
    ]


def _signing_in(known: bool, count: int) -> list[Question]:
    return [
        Question("/dang-nhap/", {"number": one.citizen_id.value, "password": "Sai.Mat-Khau-1"})
        for one in _somebody(known, count)
    ]


def _asking_for_a_new_code(known: bool, count: int) -> list[Question]:
    browser = _browser()
    begun = [browser.post(one.address, one.data)["Location"] for one in _forgetting(known, count)]
    return [Question(address, {"act": "resend"}) for address in begun]


def _tracking(known: bool, count: int) -> list[Question]:
    """A code that is a dossier's, or one that will never be given; the six characters are wrong for both."""
    if not known:
        return [
            Question("/tra-cuu/", {"code": f"000.00.06.H08-200101-{nth:04d}", "check": "222222"})
            for nth in range(1, count + 1)
        ]
    town = building.town(_tracking_place[0])
    codes = [str(town.received(town.new_owner()).code) for _ in range(count)]
    return [Question("/tra-cuu/", {"code": code, "check": "222222"}) for code in codes]


_tracking_place: list[Path] = []
ASKERS = {
    "register": _registering,
    "resume": _resuming,
    "forgotten password": _forgetting,
    "resend": _asking_for_a_new_code,
    "sign in": _signing_in,
    "public tracking": _tracking,
}


@pytest.fixture(autouse=True)
def _asked_a_thousand_times(monkeypatch: pytest.MonkeyPatch, no_limits: None, tmp_path: Path) -> None:
    monkeypatch.setattr(forms_base.ProofOfWorkField, "clean", lambda field, value: True)
    _tracking_place[:] = [tmp_path]


@pytest.mark.parametrize("name", list(ASKERS))
def test_known_and_unknown_are_answered_with_the_same_words_statements_and_writes(name: str) -> None:
    questions = {known: ASKERS[name](known, 4) for known in (True, False)}
    browser = _browser()
    for known in (True, False):
        _answer(browser, known, questions[known][0])  # what is looked up only once in a process's life

    seen = [
        (known, *_watched(browser, known, one)) for known in (True, False) for one in questions[known][1:]
    ]

    assert len({answered.looks for _, answered, _ in seen}) == 1
    (_, _, wanted), *others = seen
    assert wanted, "nothing was asked of the database"
    for known, _, done in others:
        assert done == wanted, f"known={known}:\n" + _first_difference(wanted, done)


@pytest.mark.parametrize("name", ["forgotten password", "resume"])
def test_the_page_that_waits_for_the_code_is_the_same(name: str) -> None:
    """It is looked at without a stroke of the clock."""
    browser = _browser()
    done = {}
    for known in (True, False):
        pages = [browser.post(one.address, one.data)["Location"] for one in ASKERS[name](known, 2)]
        browser.get(pages[0])
        with _statements() as heard:
            answer = browser.get(pages[1])
        masked_phone = r"09[^0-9]+[0-9]{3}"
        done[known] = (re.sub(masked_phone, "…", _without(text_of(answer), Question("", {}))), heard)

    assert done[True][0] == done[False][0]
    assert done[True][1] == done[False][1], _first_difference(done[True][1], done[False][1])


def _watched(browser: Browser, known: bool, question: Question) -> tuple[Answered, list[Statement]]:
    with _statements() as heard:
        answered = _answer(browser, known, question)
    return answered, heard


@contextmanager
def _statements() -> Iterator[list[Statement]]:
    """Each statement of this thread with the rows it wrote, as long as the block lasts."""
    heard: list[Statement] = []

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        wrote = context["cursor"].rowcount if _WRITES.match(sql) else None
        heard.append((_AS_SENT.sub(" = %s", sql), wrote))
        return result

    with connection.execute_wrapper(listen):
        yield heard


def _first_difference(one: list[Statement], other: list[Statement]) -> str:
    pairs = zip_longest(one, other, fillvalue=("nothing more", None))
    return next(f"wanted {left}\ndone   {right}" for left, right in pairs if left != right)


@pytest.mark.parametrize("name", list(ASKERS))
def test_known_and_unknown_take_as_much_computing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the clock, in pairs, by the time the processor spent on them and not by the clock on the wall."""
    monkeypatch.setattr(even_pace, "_STROKE", 0.0001)
    questions = {known: ASKERS[name](known, 10) for known in (True, False)}
    browser, pairs = _browser(), []
    for nth in range(_WARMING + 40):
        spent = {}
        for known in random.Random(nth).sample([True, False], 2):
            began = time.process_time()
            _answer(browser, known, questions[known][nth % 10])
            spent[known] = time.process_time() - began
        pairs.append((spent[True], spent[False]))

    usual = statistics.median(second for pair in pairs[_WARMING:] for second in pair)
    apart = statistics.median(known - unknown for known, unknown in pairs[_WARMING:])
    assert abs(apart) < SHARE_OF_WORK * usual


@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", list(ASKERS))
def test_the_time_of_an_answer_does_not_tell_who_has_an_account(name: str) -> None:
    answers = asked(ASKERS[name])

    known = [one.seconds for one in answers if one.known]
    unknown = [one.seconds for one in answers if not one.known]
    looks = {one.looks for one in answers}
    gap = abs(statistics.median(known) - statistics.median(unknown))
    area = auc(known, unknown)
    figure(
        "V-08",
        f"{name}: different answers",
        n=len(answers),
        measured=len(looks),
        limit=1,
        passed=len(looks) == 1,
    )
    figure(
        "V-08",
        f"{name}: AUC of the time",
        n=len(answers),
        measured=round(area, 3),
        limit=f"0.5 ± {AUC_MARGIN:.3f}",
        passed=abs(area - 0.5) <= AUC_MARGIN,
    )
    if FULL:
        figure(
            "V-08",
            f"{name}: difference of the medians, s",
            n=len(answers),
            measured=round(gap, 4),
            limit=MEDIAN_MARGIN,
            passed=gap < MEDIAN_MARGIN,
        )


def test_the_time_would_tell_if_a_known_number_cost_a_little_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: without the clock, a known number that costs more is found by the same statistic."""
    monkeypatch.setattr(even_pace, "_STROKE", 0.0001)
    plain = forms_base.CitizenIdField.clean
    dear: set[str] = set()

    def slower(field: forms_base.CitizenIdField, value: Any) -> Any:
        if value in dear:
            time.sleep(0.25)
        return plain(field, value)

    monkeypatch.setattr(forms_base.CitizenIdField, "clean", slower)

    def asker(known: bool, count: int) -> list[Question]:
        questions = _forgetting(known, count)
        if known:
            dear.update(question.data["number"] for question in questions)
        return questions

    answers = asked(asker, tries=60)

    found = auc(
        [one.seconds for one in answers if one.known], [one.seconds for one in answers if not one.known]
    )
    assert found > 0.5 + AUC_MARGIN


def auc(known: list[float], unknown: list[float]) -> float:
    """How often a random known one took longer than a random unknown one (Mann and Whitney)."""
    longer = sum((a > b) + (a == b) / 2 for a in known for b in unknown)
    return longer / (len(known) * len(unknown))


def asked(asker: Asker, *, tries: int = TRIES) -> list[Answered]:
    """Everything is asked in mixed order; each browser has people of its own, so that none waits for another's."""
    each = -(-tries // BROWSERS)
    held = {known: asker(known, 3 * BROWSERS) for known in (True, False)}
    with ThreadPoolExecutor(max_workers=BROWSERS) as browsers:
        parts = browsers.map(
            lambda nth: _ask(nth, {known: held[known][nth::BROWSERS] for known in held}, each),
            range(BROWSERS),
        )
        return [one for part in parts for one in part]


def _ask(nth: int, questions: dict[bool, list[Question]], each: int) -> list[Answered]:
    order = [True, False] * (each + _WARMING)
    random.Random(8 + nth).shuffle(order)
    browser = _browser()
    try:
        answers = [_answer(browser, known, random.choice(questions[known])) for known in order]
    finally:
        connection.close()
    return answers[2 * _WARMING :]


def _answer(browser: Browser, known: bool, question: Question) -> Answered:
    began = time.perf_counter()
    answer = browser.post(question.address, question.data)
    seconds = time.perf_counter() - began
    return Answered(known, seconds, _looks(answer, question))


def _looks(answer: Any, question: Question) -> tuple[object, ...]:
    """Status, headers, length and text, without what is random by itself or was typed by the asker."""
    page = _without(answer.content.decode(), question)
    headers = tuple(
        sorted(
            (name, _without(value, question))
            for name, value in answer.headers.items()
            if name not in ("Date", "X-Request-ID", "Server-Timing", "Content-Length")
        )
    )
    length = len(answer.content) - len(answer.content.decode()) + len(page)
    return answer.status_code, headers, tuple(sorted(answer.cookies)), length, page


def _without(text: str, question: Question) -> str:
    for name, value in question.data.items():
        if len(value) > 5:
            text = text.replace(value, name)
    return _OF_THE_MOMENT.sub("…", text)


def _browser() -> Browser:
    """With one device cookie for all, as a code is asked for again by the browser that asked first."""
    browser = Browser()
    browser.client.cookies["thiet-bi"] = "A" * 32
    return browser


def _somebody(known: bool, count: int) -> list[PersonData]:
    return [citizen()[0] if known else people.data() for _ in range(count)]
