"""Each filter of the desk's list reads by index among many rows; the plainest ones are in test_list_plans.py."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from tests.desk.counting import statements
from tests.desk.test_list_plans import multiply
from tests.desk.town import PROCEDURE, Town

from motcua.desk import dossiers
from motcua.desk.dossiers import Search, Sort
from motcua.desk.states import State

TODAY = timezone.localdate()
FILTERS = {
    "a procedure": Search(procedure_code=PROCEDURE),
    "some states": Search(states=(State.RECEIVED, State.PROCESSING)),
    "a state that nobody is in": Search(states=(State.PAYMENT,)),
    "some days": Search(from_day=TODAY - timedelta(days=3), to_day=TODAY),
    "days before all of them": Search(to_day=date(2020, 1, 1)),
    "overdue": Search(overdue=True),
    "overdue, by due date": Search(overdue=True, sort=Sort.DUE),
    "mine": Search(mine=True),
    "a whole code": Search(code="000.00.06.H08-260101-0001"),
    "name and days": Search(name="nguyen", from_day=TODAY - timedelta(days=1), to_day=TODAY),
}


@pytest.mark.parametrize("search", FILTERS.values(), ids=FILTERS)
def test_no_filter_of_the_list_reads_the_whole_table(town: Town, search: Search) -> None:
    multiply(town.received())
    with statements() as seen:
        dossiers.list_for_officer(town.authority, search, now=timezone.now())
    assert "Seq Scan" not in scanned(seen[0])


def test_a_later_page_of_the_list_begins_where_the_index_says(town: Town) -> None:
    multiply(town.received())
    first = dossiers.list_for_officer(town.authority, Search(), now=timezone.now())
    with statements() as seen:
        dossiers.list_for_officer(town.authority, Search(), cursor=first.next_cursor, now=timezone.now())
    assert scanned(seen[0]) == {"Index Scan"}


def scanned(statement: str) -> set[str]:
    """How the dossiers' table is read."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}")
        (answer,) = cursor.fetchone()
    plan = answer if isinstance(answer, list) else json.loads(answer)
    return {
        node["Node Type"] for node in _nodes(plan[0]["Plan"]) if node.get("Relation Name") == "desk_dossier"
    }


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for below in node.get("Plans", []):
        yield from _nodes(below)
