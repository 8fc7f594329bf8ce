"""Among many dossiers the lists still read few rows."""

import json

import pytest
from django.db import connection
from django.utils import timezone
from tests.desk.counting import statements
from tests.desk.town import OWNER, Town

from motcua.desk import dossiers
from motcua.desk.dossiers import Place, Search, Sort
from motcua.desk.models import Dossier
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
}


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
        Search(name="nguyen van so77"),
        Search(number=CitizenId.parse(OWNER)),
        Search(code="-0001"),
        Search(phone=Phone.parse("0900000001")),
        *(Search(place=place) for place in Place if place != Place.UNIT),
    ],
    ids=lambda search: search.place if search.place != Place.UNIT else str(search).replace("Search", "")[:60],
)
def test_no_list_reads_the_whole_table(town: Town, search: Search) -> None:
    multiply(town.received())
    with statements() as seen:
        dossiers.list_for_officer(town.authority, search, now=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {seen[0]}")
        (answer,) = cursor.fetchone()
    plan = answer if isinstance(answer, list) else json.loads(answer)
    scans = [node for node in _nodes(plan[0]["Plan"]) if node.get("Relation Name") == "desk_dossier"]
    assert scans and all(node["Node Type"] != "Seq Scan" for node in scans), scans
    assert plan[0]["Execution Time"] < 100


def _nodes(node: dict[str, object]) -> list[dict[str, object]]:
    below = node.get("Plans", [])
    assert isinstance(below, list)
    return [node, *(deeper for child in below for deeper in _nodes(child))]
