"""A page calls rooms; it does not read tables, and it does not know what they look like."""

import ast
import re

import pytest

from tests.house import sources

EDGES = [module for module in sources.modules() if module.room in {"web", "api"}]


def tables_known(tree: ast.AST) -> list[str]:
    """Modules of tables that a running page imports.

    ``row: "Dossier"`` says what a room handed over, and is imported for the type checker alone. Words of state,
    choices and numbers come from the room's own modules.
    """
    for_types = _for_types_only(tree)
    return [
        module for node in ast.walk(tree) if id(node) not in for_types for module in _models_imported(node)
    ]


def _models_imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names if _is_models(alias.name)]
    if isinstance(node, ast.ImportFrom) and node.module:
        return [
            f"{node.module}.{alias.name}"
            for alias in node.names
            if _is_models(node.module) or _is_models(f"{node.module}.{alias.name}")
        ]
    return []


def _for_types_only(tree: ast.AST) -> set[int]:
    """What stands under ``if TYPE_CHECKING:``."""
    blocks = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    ]
    return {id(part) for block in blocks for line in block.body for part in ast.walk(line)}


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
    assert tables_known(ast.parse(told)) == [
        "motcua.desk.models.Dossier",
        "motcua.desk.models",
        "motcua.vault.models",
    ]
    words = "from motcua.accounts.models.passcodes import LIFE\n"
    assert tables_known(ast.parse(words)) == ["motcua.accounts.models.passcodes.LIFE"]
    typed = (
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from motcua.desk.models import Dossier\n"
        'def show(row: "Dossier"): ...\n'
    )
    assert tables_known(ast.parse(typed)) == []
    running = "if TYPE_CHECKING:\n    pass\nelse:\n    import motcua.desk.models\n"
    assert tables_known(ast.parse(running)) == ["motcua.desk.models"]
    assert asks_the_database(ast.parse("from django.db import connection")) != []
    assert len(EDGES) > 20
