"""Every event, subject and fact of the journal has Vietnamese words, and no word is left over."""

import ast
import re

import pytest

from motcua.web.office import journal_words
from tests.house import sources
from tests.house.test_journal_events import _written, words_for


def calls() -> list[tuple[ast.Call, ast.expr]]:
    """Each call that writes a line, and the name it gives."""
    found = []
    for module in sources.modules():
        for call in ast.walk(module.tree):
            if isinstance(call, ast.Call):
                named = ast.unparse(call.func)
                if named == "journal.record" and call.args:
                    found.append((call, call.args[0]))
                elif named.endswith("record_with"):
                    found.append((call, call.args[2]))
    return found


def events() -> set[str]:
    told: set[str] = set()
    for _, name in calls():
        event = _written(name)
        gap = re.search(r"\{.*\}", event)
        told |= {event.replace(gap[0], word) for word in words_for(event)} if gap else {event}
    return told


def test_every_event_has_its_words_and_no_words_are_of_an_event_that_is_gone() -> None:
    assert len(events()) > 130
    assert events() - set(journal_words.EVENT_WORDS) == set()
    assert set(journal_words.EVENT_WORDS) - events() == set()


def test_no_two_events_are_called_the_same() -> None:
    said = list(journal_words.EVENT_WORDS.values())
    assert [words for words in said if said.count(words) > 1] == []


def test_every_room_that_writes_has_its_heading() -> None:
    assert {event.split(".")[0] for event in events()} == set(journal_words.ROOM_WORDS)
    assert sum(len(group) for _, group in journal_words.event_choices()) == len(journal_words.EVENT_WORDS)


def subjects() -> set[str]:
    """Every word that stands before the colon of a subject, wherever it is put together."""
    texts = [module.path.read_text(encoding="utf-8") for module in sources.modules()]
    return {word for text in texts for word in re.findall(r"subject=f?\"([a-z_]+):", text)}


def test_every_subject_has_its_words() -> None:
    assert len(subjects()) > 20
    assert subjects() - set(journal_words.SUBJECT_WORDS) == set()


def facts() -> set[str]:
    return {
        str(key.value)
        for module in sources.modules()
        for call in ast.walk(module.tree)
        if isinstance(call, ast.Call)
        for word in call.keywords
        if word.arg == "facts"
        for told in ast.walk(word.value)
        if isinstance(told, ast.Dict)
        for key in told.keys
        if isinstance(key, ast.Constant)
    }


def test_every_fact_has_its_words() -> None:
    assert facts() - set(journal_words.FACT_WORDS) == set()


def test_a_session_by_vneid_is_not_said_to_be_by_password() -> None:
    said = journal_words.fact_words(
        {"factor": "none", "provider": "VNEID", "as": "CITIZEN"}, "accounts.session.begun"
    )
    assert "VNeID mức độ 2 (none)" in said and "mật khẩu" not in said
    assert "chỉ mật khẩu (none)" in journal_words.fact_words({"factor": "none", "provider": "DVCQG"})


def test_one_name_of_a_fact_says_what_it_is_of_its_event() -> None:
    assert journal_words.fact_words({"whole": True}, "desk.dossier.opened") == "mở toàn bộ hồ sơ: có"
    assert journal_words.fact_words({"whole": "ab"}, "journal.inspection.exported") == "dấu của cả tệp: ab"


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, ""),
        ({"powers": "GRANT,SIGN"}, "các quyền: Cấp, thu hồi quyền, Ký kết quả"),
        ({"found": True, "why": ""}, "tìm thấy: có"),
        ({"papers": 0, "x": 1}, "số giấy tờ: 0; x: 1"),
    ],
)
def test_facts_are_read_as_a_sentence(facts: dict[str, str | int | bool], said: str) -> None:
    assert journal_words.fact_words(facts) == said
