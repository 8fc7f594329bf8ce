"""Whoever acts for an organisation sees what their mandate is for: each page hands its visitor's scope on.

The desk's functions take it as ``within``; a page that forgets it would show everything.
"""

import ast

from tests.house.sources import SRC

DESK, PAGES = SRC / "desk", SRC / "web" / "citizen"


def narrowed() -> set[str]:
    """Functions of the desk that ask within which procedures."""
    return {
        node.name
        for path in DESK.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and any(each.arg == "within" for each in node.args.kwonlyargs)
    }


def forgetful(source: str, names: set[str]) -> list[str]:
    """Calls of them on a module that name no ``within``; of two functions of one name the stricter counts."""
    return [
        f"{ast.unparse(call.func)}:{call.lineno}"
        for call in ast.walk(ast.parse(source))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id in _DESK_MODULES
        and call.func.attr in names
        and not any(each.arg == "within" for each in call.keywords)
    ]


#: As the citizens' pages call the desk's modules.
_DESK_MODULES = {"rooms", "filing_drafts", "filing_life", "result_files", "returning", "signatures"}


def test_every_page_of_a_citizen_hands_its_scope_on() -> None:
    names = narrowed()
    assert {"dossier_of_owner", "withdraw", "rate", "read_own", "drafts_of"} <= names
    missing = [
        f"{path.name}: {call}"
        for path in sorted(PAGES.glob("*.py"))
        for call in forgetful(path.read_text(encoding="utf-8"), names)
    ]
    assert missing == []


def test_a_page_that_forgets_it_is_found() -> None:
    assert forgetful("filing_life.withdraw(subject=a, dossier_id=b)", {"withdraw"})
    assert not forgetful("filing_life.withdraw(subject=a, within=visitor.scope)", {"withdraw"})


def test_paying_asks_within_the_scope_too() -> None:
    source = (PAGES / "paying.py").read_text(encoding="utf-8")
    assert "desk.Asked(request.visitor.subject, public_id, charge_id, request.visitor.scope)" in source
