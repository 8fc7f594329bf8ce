"""A proof that is named is there: docs/threat-proofs.md points at tests that exist."""

import ast
import re
from functools import cache

from tests.house import sources
from tests.threat_rows import TESTS, proofs, rows


@cache
def named_in(file: str) -> frozenset[str]:
    path = TESTS / file
    if not path.is_file():
        return frozenset()
    return frozenset(
        node.name.removeprefix("test_")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    )


def test_every_named_proof_exists() -> None:
    named = [(key, file, name) for key, cell in rows().items() for file, name in proofs(cell)]
    assert len(named) > 80
    assert [proof for proof in named if proof[2] not in named_in(proof[1])] == []


def test_every_row_has_a_proof_or_says_that_it_has_none() -> None:
    assert [key for key, cell in rows().items() if not proofs(cell) and "chưa có: " not in cell] == []


def test_no_rule_and_no_threat_is_left_out() -> None:
    wanted = {f"C{number}" for number in range(1, 17)} | {f"T-{number:02d}" for number in range(1, 46)}
    assert wanted - set(rows()) == set()


def test_each_row_is_about_one_thing_so_that_none_escapes_the_tests_above() -> None:
    keys = [
        row[0] for row in sources.table_rows("threat-proofs.md", 3) if re.match(r"C[0-9]|[A-Z]+-", row[0])
    ]
    assert set(keys) == set(rows()) and len(keys) == len(set(keys))


def test_the_checks_that_were_promised_have_their_rows() -> None:
    promised = [*range(1, 7), *range(8, 12), 13, 14, 22, 23, *range(29, 35), 44]
    assert {f"V-{number:02d}" for number in promised} - set(rows()) == set()


def test_a_proof_that_is_gone_is_seen() -> None:
    assert proofs("`desk/test_nothing.py::it_holds`; chưa có: x") == [("desk/test_nothing.py", "it_holds")]
    assert "it_holds" not in named_in("desk/test_nothing.py")
    assert "a_proof_that_is_gone_is_seen" in named_in("house/test_threat_proofs.py")
