"""A log line is a fixed sentence and a few facts in codes; a person is in neither."""

import ast
import re

import pytest

from motcua.ops.logs import ALLOWED
from tests.house import sources

_LEVELS = {"debug", "info", "warning", "error", "exception", "critical", "log"}
_PERSONAL = re.compile(
    r"(\A|_)(otp|code|password|passcode|number|phone|name|cccd|cmnd|email|address|born|token|secret|key|text|body)(\Z|_)"
)
#: Codes of the house: a quota, a unit, an answer, the number of a request, an SMS provider.
HARMLESS = {"claim.quota.name", "authority.unit_code", "response.status_code", "line.code", "one.line.code"}


def log_calls(tree: ast.AST) -> list[ast.Call]:
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in _LEVELS
        and re.fullmatch(r"_?(log|logger|LOG|logging)", ast.unparse(node.func.value))
    ]


def made_up(tree: ast.AST) -> list[int]:
    """Lines whose sentence is put together from values: a value may be anybody."""
    return [
        call.lineno
        for call in log_calls(tree)
        if not (call.args and isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str))
    ]


def names_somebody(tree: ast.AST) -> list[str]:
    """Values given to a log line whose name in the source promises a person or a secret."""
    return [
        ast.unparse(value)
        for call in log_calls(tree)
        for given in [*call.args[1:], *(word.value for word in call.keywords)]
        for value in ast.walk(given)
        if _PERSONAL.search(_last_word(value)) and ast.unparse(value) not in HARMLESS
    ]


def _last_word(node: ast.AST) -> str:
    word = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    return "" if word == "__name__" else word


def facts(tree: ast.AST) -> set[str]:
    """The keys of ``extra``."""
    return {
        str(key.value)
        for call in log_calls(tree)
        for word in call.keywords
        if word.arg == "extra" and isinstance(word.value, ast.Dict)
        for key in word.value.keys
        if isinstance(key, ast.Constant)
    }


LOGGING = [module for module in sources.modules() if log_calls(module.tree)]


@pytest.mark.parametrize("module", LOGGING, ids=lambda module: module.where)
def test_a_log_line_is_a_fixed_sentence(module: sources.Module) -> None:
    assert made_up(module.tree) == []


@pytest.mark.parametrize("module", LOGGING, ids=lambda module: module.where)
def test_no_log_line_is_given_a_person(module: sources.Module) -> None:
    assert names_somebody(module.tree) == []


@pytest.mark.parametrize("module", LOGGING, ids=lambda module: module.where)
def test_every_fact_given_to_the_log_reaches_it(module: sources.Module) -> None:
    """A fact that ops.logs does not know is dropped in silence, alarms' facts included."""
    assert facts(module.tree) - ALLOWED == set()


def test_the_rules_see_their_mistakes() -> None:
    bad = ast.parse(
        'log.info(f"code {code}")\nlog.info("sent %s" % x)\nlog.info("sent", extra={"to": owner.phone})\n'
        'log.warning("odd %s", full_name)\nlog.error("x", extra={"who": person.name})'
    )
    assert len(LOGGING) > 6
    assert made_up(bad) == [1, 2]
    assert names_somebody(bad) == ["owner.phone", "full_name", "person.name"]
    assert facts(bad) == {"to", "who"}


def test_no_allowed_fact_is_a_persons() -> None:
    # "code" is the code of a refusal, never a one-time one: test_words_for_people keeps those codes in order.
    assert {word for word in ALLOWED if _PERSONAL.search(word)} == {"code"}
