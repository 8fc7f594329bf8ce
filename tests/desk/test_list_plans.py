"""Among many dossiers the lists still read few rows."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from tests.desk.counting import statements
from tests.desk.town import OWNER, Town, a_unit

from motcua.desk import dossiers, figure_lists
from motcua.desk.dossiers import Place, Search, Sort
from motcua.desk.figure_lists import Wanted
from motcua.desk.models import Dossier
from motcua.desk.open_work import Figure
from motcua.kernel.authority import Power
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.phone import Phone

MANY = 20_000
COPIES = """
INSERT INTO desk_dossier ({columns})
SELECT {values} FROM desk_dossier d, generate_series(1, %s) n WHERE d.id = %s
"""
DIFFERENT = {
    "public_id": "gen_random_uuid()",
    "idempotency_key": "gen_random_uuid()",
    "code": "left(d.code, 14) || (100000 + n / 9999)::text || '-' || lpad(mod(n, 9999)::text, 4, '0')",
    "check_id": "100000000 + n",
    "owner_subject": "'owner' || n",
    "owner_folded": "'nguyen van so' || n",
    "owner_number_bi": "sha256(n::text::bytea)",
    "arrived_at": "d.arrived_at - n * interval '1 hour'",
    "received_at": "d.received_at - n * interval '1 hour'",
}

#: Rows of dossiers and blocks of anything that a page of a list may read; the whole table is 20,000 rows.
ONE_PAGE = (2 * dossiers.PAGE, 100)
#: Found in the index of its unit, then read by its key.
FOUND_TWICE = (2 * dossiers.PAGE, 250)
NAMED = Search(name="nguyen van so77")
ENDING = Search(code="-0001")
#: A beginning of a name that 111 dossiers share.
MOST = {NAMED: (150, 1_500)}


def multiply(dossier: Dossier) -> None:
    columns = [field.column for field in Dossier._meta.concrete_fields if field.column != "id"]
    values = [DIFFERENT.get(column, f"d.{column}") for column in columns]
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            COPIES.format(columns=", ".join(columns), values=", ".join(values)), [MANY, dossier.pk]
        )
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("ANALYZE desk_dossier")


@pytest.mark.parametrize(
    "search",
    [
        Search(),
        Search(sort=Sort.OLDEST),
        Search(sort=Sort.DUE),
        NAMED,
        Search(number=CitizenId.parse(OWNER)),
        ENDING,
        Search(phone=Phone.parse("0900000001")),
        *(Search(place=place) for place in Place if place != Place.UNIT),
    ],
    ids=lambda search: search.place if search.place != Place.UNIT else str(search).replace("Search", "")[:60],
)
def test_no_list_reads_the_whole_table(town: Town, search: Search) -> None:
    multiply(town.received())
    with statements() as seen:
        dossiers.list_for_officer(town.authority, search, now=timezone.now())
    plan = explained(seen[-1])  # of a name: the beginnings of words, after whole words found nobody
    scans = [node for node in _nodes(plan) if node.get("Relation Name") == "desk_dossier"]
    assert scans and all(node["Node Type"] != "Seq Scan" for node in scans), scans
    # Counted, not timed: how long it takes is the machine's affair, what is read is ours.
    rows, blocks = MOST.get(search, ONE_PAGE)
    assert rows_read(scans) <= rows
    assert plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] <= blocks


@pytest.mark.parametrize("several", [False, True], ids=["one unit", "two units"])
def test_what_was_received_in_a_period_is_listed_from_its_newest(town: Town, several: bool) -> None:
    """A period that is over: nothing of what came afterwards is read, nor what came before."""
    multiply(town.received())
    units = [town.unit.pk, *([a_unit("phong-duoi", "000.00.07.H08").pk] if several else [])]
    viewer = replace(town.authority, powers=frozenset({Power.INSPECT}), subtree=tuple(units))
    until = timezone.localdate() - timedelta(days=100)
    asked = Wanted(Figure.RECEIVED, units, until - timedelta(days=29), until, newest_first=True)
    with statements() as seen:
        page = figure_lists.behind(viewer, asked, cursor=None, now=timezone.now())
    assert len(page.rows) == 20 and page.next_cursor
    plan = explained(seen[-1])
    scans = [node for node in _nodes(plan) if node.get("Relation Name") == "desk_dossier"]
    rows, blocks = ONE_PAGE if not several else FOUND_TWICE
    assert scans and rows_read(scans) <= rows, scans
    assert plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] <= blocks


def explained(statement: str) -> dict[str, Any]:
    """How it was carried out."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}")
        (answer,) = cursor.fetchone()
    plan: list[dict[str, Any]] = answer if isinstance(answer, list) else json.loads(answer)
    found: dict[str, Any] = plan[0]["Plan"]
    return found


def rows_read(scans: list[dict[str, Any]]) -> int:
    """Looked at, whether they were wanted or not."""
    looked_at = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")
    return sum(int(node["Actual Loops"] * node.get(what, 0)) for node in scans for what in looked_at)


def _nodes(node: dict[str, Any]) -> list[dict[str, Any]]:
    return [node, *(deeper for child in node.get("Plans", []) for deeper in _nodes(child))]
