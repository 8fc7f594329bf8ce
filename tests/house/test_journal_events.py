"""Every line of the journal is named ``room.noun.past_participle`` and says nothing of a person."""

import ast
import json
import re

import pytest

from motcua import journal
from tests.house import sources

#: Events whose last word is handed in: by which functions of the room, as which argument.
FILLED = {
    "desk.wording.{what}": ("_note_wording", 0),
    "vault.correction.{what}": ("_write_down", 0),
    "desk.exception.{verb}": ("_record", 0),
    "desk.dossier.{kind}": ("note noted_by", 1),
    "desk.owner_correction.{what}": ("_record", 0),
    "desk.group.{what}": ("note_group", 0),
    "accounts.class_list.{what}": ("_note_list", 0),
    "accounts.factor.{what}": ("_changed", 1),
    "accounts.adjustment.{what}": ("_note", 1),
    "accounts.factor_reset.{what}": ("_note", 1),
    "desk.officer_reset.{what}": ("_note", 1),
    "accounts.merge.{what}": ("_note_merge", 1),
    "units.gate_change.{what}": ("_note_change", 0),
    "accounts.provider_change.{what}": ("_note_change", 0),
    "accounts.vneid.{what}": ("_note_link", 0),
    "training.course.{what}": ("_note_course", 0),
    "training.attempt.{what}": ("_note_attempt", 0),
}
#: Words that are handed on under a name.
NAMED = {
    "desk.exception.{verb}": {"approved", "declined"},
    "desk.officer_reset.{what}": {"approved", "declined", "withdrawn"},
}
_IRREGULAR = {
    "begun",
    "sent",
    "given",
    "lent",
    "shown",
    "kept",
    "made",
    "withdrawn",
    "chosen",
    "held",
    "paid",
}
_IRREGULAR |= {"told", "put", "read", "found", "lost", "set", "frozen", "taken", "written", "seen"}
PEOPLE = json.loads((sources.SRC / "ops" / "data" / "people.json").read_text(encoding="utf-8"))["people"]


def follows_the_grammar(event: str) -> bool:
    parts = event.split(".")
    if len(parts) != 3 or not all(re.fullmatch(r"[a-z][a-z0-9_]*", part) for part in parts):
        return False
    return any(word in _IRREGULAR or re.fullmatch(r"[a-z]{2,}ed", word) for word in parts[2].split("_"))


def events(module: sources.Module) -> list[str]:
    """The names that this file gives to ``journal.record``; a gap is written ``{like_this}``."""
    return [
        _written(call.args[0])
        for call in ast.walk(module.tree)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "journal.record" and call.args
    ]


def _written(name: ast.expr) -> str:
    if isinstance(name, ast.Constant):
        return str(name.value)
    if isinstance(name, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else "{" + ast.unparse(part.value) + "}"
            for part in name.values
            if isinstance(part, ast.Constant | ast.FormattedValue)
        )
    return ast.unparse(name)


def words_for(event: str) -> set[str]:
    """What the calls in the same room hand in."""
    function, place = FILLED[event]
    handed = [
        call.args[place]
        for module in sources.modules()
        if module.room == event.split(".")[0]
        for call in ast.walk(module.tree)
        if isinstance(call, ast.Call)
        and ast.unparse(call.func).split(".")[-1] in function.split()
        and len(call.args) > place
    ]
    constants = {str(word.value) for word in handed if isinstance(word, ast.Constant)}
    return constants | NAMED.get(event, set())


RECORDING = [module for module in sources.modules() if events(module)]


@pytest.mark.parametrize("module", RECORDING, ids=lambda module: module.where)
def test_events_are_room_noun_and_past_participle(module: sources.Module) -> None:
    wrong = []
    for event in events(module):
        gap = re.search(r"\{.*\}", event)
        told = [event.replace(gap[0], word) for word in words_for(event)] if gap else [event]
        assert told, "nobody hands in a word"
        wrong += [name for name in told if not follows_the_grammar(name)]
    assert wrong == []


@pytest.mark.parametrize("module", RECORDING, ids=lambda module: module.where)
def test_an_event_begins_with_the_name_of_its_room(module: sources.Module) -> None:
    # A gateway has no story of its own: it speaks for the room it answers from.
    rooms = sources.rooms() if module.room == "gateways" else {module.room}
    assert [event for event in events(module) if event.split(".")[0] not in rooms] == []


def test_the_rules_looked_at_something() -> None:
    assert len(RECORDING) > 15
    assert {event for module in RECORDING for event in events(module) if "{" in event} <= set(FILLED)


@pytest.mark.parametrize(
    "event", ["desk.received", "desk.dossier.receive", "Desk.dossier.received", "a.b.c.ed"]
)
def test_a_misnamed_event_is_seen(event: str) -> None:
    assert not follows_the_grammar(event)


def personal_facts(tree: ast.AST) -> list[str]:
    """Names of facts that promise a person."""
    personal = re.compile(r"(\A|_)(name|number|phone|email|born|address|password|otp|cccd|cmnd)(\Z|_)")
    return [
        str(key.value)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "journal.record"
        for word in call.keywords
        if word.arg == "facts"
        for told in ast.walk(word.value)
        if isinstance(told, ast.Dict)
        for key in told.keys
        if isinstance(key, ast.Constant) and personal.search(str(key.value))
    ]


def test_no_fact_is_a_persons() -> None:
    assert [fact for module in RECORDING for fact in personal_facts(module.tree)] == []
    assert personal_facts(ast.parse('journal.record("a.b.done", facts={"owner_name": x})')) == ["owner_name"]


@pytest.mark.parametrize("key", ["name", "number", "phone"])
@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person["key"])
def test_the_journal_refuses_whom_the_sample_knows(person: dict[str, str], key: str) -> None:
    """Nothing reaches the database: the refusal comes first."""
    told = person[key]
    for line in (
        {"subject": f"account:{told}"},
        {"subject": "account:1", "actor": told},
        {"subject": "account:1", "facts": {"why": told}},
        {"subject": "account:1", "unit_code": f"{told}Ộ"},
    ):
        with pytest.raises(ValueError, match="journal: "):
            journal.record("accounts.account.opened", **line)
