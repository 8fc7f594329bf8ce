"""A page calls rooms; it does not read tables, and it does not know what they look like."""

import ast
import re

import pytest

from tests.house import sources

EDGES = [module for module in sources.modules() if module.room in {"web", "api"}]


def tables_known(tree: ast.AST) -> list[str]:
    """Models that a page uses for more than a type in a signature or the words of a choice.

    ``row: Dossier`` and ``Dossier.State.RECEIVED`` say what a room handed over; ``Dossier(…)`` and
    ``Dossier.objects`` know the table. A number such as a code's life may be shown.
    """
    found, imported = [], set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and _is_models(node.module or ""):
            imported |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("motcua."):
            found += [alias.name for alias in node.names if alias.name == "models"]
        elif isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if _is_models(alias.name)]
    harmless = _in_annotations(tree) | _holders_of_words(tree)
    return found + sorted(
        {
            node.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Name)
            and node.id in imported
            and not node.id.isupper()
            and id(node) not in harmless
        }
    )


def _in_annotations(tree: ast.AST) -> set[int]:
    annotations = [
        told
        for node in ast.walk(tree)
        for told in (getattr(node, "annotation", None), getattr(node, "returns", None))
        if isinstance(told, ast.AST)
    ]
    return {id(part) for told in annotations for part in ast.walk(told)}


def _holders_of_words(tree: ast.AST) -> set[int]:
    return {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr[0].isupper()
    }


def _is_models(module: str) -> bool:
    return module.startswith("motcua.") and "models" in module.split(".")


def asks_the_database(tree: ast.AST) -> list[str]:
    """SQL in a page; ``django.db`` itself is for rooms."""
    return [
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom | ast.Import)
        and re.search(r"django\.db\b.*\b(connections?|models)\b", ast.unparse(node))
    ]


@pytest.mark.parametrize("module", EDGES, ids=lambda module: module.where)
def test_a_page_knows_no_table(module: sources.Module) -> None:
    assert tables_known(module.tree) == []
    assert asks_the_database(module.tree) == []


def test_a_page_that_knows_a_table_is_seen() -> None:
    told = (
        "from motcua.desk.models import Dossier\nfrom motcua.desk import models\nimport motcua.vault.models\n"
    )
    assert tables_known(ast.parse(told + "Dossier(code=1)")) == ["models", "motcua.vault.models", "Dossier"]
    typed = (
        "from motcua.desk.models import Dossier\ndef show(row: Dossier):\n    return Dossier.State.RECEIVED\n"
    )
    assert tables_known(ast.parse(typed)) == []
    assert asks_the_database(ast.parse("from django.db import connection")) != []
    assert len(EDGES) > 20
