"""Events of dossiers, units and procedures for other systems: in pages, each line once, nothing of anybody."""

import json
import threading
import time
from typing import Any

import pytest
from django.db import connection, transaction

from motcua.desk import sample
from motcua.desk.models import Dossier, DossierEvent, Procedure
from motcua.units.models import Unit
from tests.api.calling import System, a_system, problem
from tests.signin import systems
from tests.web_counter.conftest import CATALOGUE, NAME, OWNER, Desk, desk
from tests.web_counter.test_working_on_a_dossier import do, received

__all__ = ["desk"]
pytestmark = pytest.mark.django_db(transaction=True)


def older(seconds: int = 5) -> None:
    """As if it had happened a moment ago: what is a second old is given out."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(f"UPDATE desk_dossierevent SET at = at - interval '{seconds} seconds'")
        cursor.execute("SET session_replication_role = origin")


def read(system: System, cursor: str = "", **more: str) -> dict[str, Any]:
    answer = system.get("dossier-events", cursor=cursor, **more)
    assert answer.status_code == 200, answer.content.decode()
    said: dict[str, Any] = answer.json()
    return said


def test_each_step_of_a_dossier_is_given_out_once_and_names_nobody(desk: Desk) -> None:
    dossier = received(desk)
    do(desk.client, dossier, "chuyen")
    older()
    system = a_system(unit=desk.unit.code)

    first = read(system)
    again = read(system, first["next"])

    assert first["events"][0]["state"] == "RECEIVED"
    assert {event["code"] for event in first["events"]} == {dossier.code}
    assert len(first["events"]) == DossierEvent.objects.count() >= 2
    assert again["events"] == [] and read(system, again["next"])["events"] == []
    told = json.dumps(first, ensure_ascii=False)
    assert not [word for word in (NAME, OWNER, "Mẫu", "Trần", str(dossier.received_by)) if word in told]


def test_a_page_ends_where_the_next_begins(desk: Desk) -> None:
    dossier = received(desk)
    do(desk.client, dossier, "chuyen")
    older()
    system, cursor, seen = a_system(unit=desk.unit.code), "", []
    while page := read(system, cursor, limit="1")["events"]:
        seen += page
        cursor = read(system, cursor, limit="1")["next"]

    assert len(seen) == DossierEvent.objects.count()
    assert seen == sorted(seen, key=lambda event: event["at"])


def test_another_unit_reads_nothing_of_this_one(desk: Desk) -> None:
    received(desk)
    older()

    assert read(a_system(unit=desk.unit.code))["events"] != []
    assert read(a_system())["events"] == []


def test_what_a_slower_transaction_commits_later_is_not_missed(desk: Desk) -> None:
    """A line with a smaller number comes after one with a greater: the reader waits for both."""
    dossier, system = received(desk), a_system(unit=desk.unit.code)
    older()
    cursor = read(system)["next"]
    written, go_on = threading.Event(), threading.Event()

    def slowly() -> None:
        try:
            with transaction.atomic():
                _line(dossier, "slow")
                written.set()
                go_on.wait(20)
        finally:
            connection.close()

    slow = threading.Thread(target=slowly)
    slow.start()
    assert written.wait(20)
    _line(dossier, "quick")
    time.sleep(1.3)
    held_back = read(system, cursor)["events"]
    go_on.set()
    slow.join()
    time.sleep(1.3)

    assert "quick" not in [event["kind"] for event in held_back], "its number would hide the slow one"
    assert [event["kind"] for event in read(system, cursor)["events"]] == ["slow", "quick"]


def _line(dossier: Dossier, kind: str) -> None:
    DossierEvent.objects.create(dossier=dossier, kind=kind, to_state=dossier.state, words="Thử.")


@pytest.mark.parametrize("cursor", ["x", "AAAAAAAAAAAAAAAAMQ", "MQ", "-" * 40])
def test_a_cursor_that_we_did_not_make_is_refused(cursor: str) -> None:
    assert problem(a_system().get("dossier-events", cursor=cursor)) == (400, "cursor_not_ours")


def test_a_cursor_is_of_one_caller_and_one_list() -> None:
    one, other = a_system(), a_system()
    cursor = read(one)["next"]

    assert problem(other.get("dossier-events", cursor=cursor)) == (400, "cursor_not_ours")
    assert problem(one.get("units", cursor=cursor)) == (400, "cursor_not_ours")


@pytest.mark.parametrize("limit", ["0", "101", "x"])
def test_a_page_has_its_bounds(limit: str) -> None:
    assert problem(a_system().get("units", limit=limit)) == (422, "request_invalid")


def test_units_come_page_by_page_from_the_callers_own_down() -> None:
    system, cursor, seen = a_system(), "", []
    while True:
        said = system.get("units", cursor=cursor, limit="7").json()
        seen += said["units"]
        if not (cursor := said["next"] or ""):
            break

    assert [unit["code"] for unit in seen] == sorted(Unit.objects.values_list("code", flat=True))
    below = a_system(unit=systems.SCHOOL).get("units").json()
    assert [unit["code"] for unit in below["units"]] == [systems.SCHOOL] and below["next"] is None


def imported(system: System, procedures: list[Any], key: str = "danh-muc-1", **more: object) -> Any:
    body = {"shape": "motcua-thu-tuc-1", "procedures": procedures, **more}
    return system.post("procedure-imports", body, key=key)


def test_the_catalogue_that_was_given_out_is_taken_in_again_without_a_change() -> None:
    sample.load(CATALOGUE)
    system = a_system()
    given = system.get("procedures").json()["procedures"]
    entries = [version for procedure in given for version in procedure["versions"]]

    report = imported(system, entries, dry_run=False).json()

    assert len(entries) == Procedure.objects.count() > 0
    assert {line["outcome"] for line in report["lines"]} == {"UNCHANGED"}


def test_a_dry_run_reports_and_writes_nothing_and_then_it_is_written_once() -> None:
    sample.load(CATALOGUE)
    system = a_system()
    entry = system.get("procedures").json()["procedures"][0]["versions"][0]
    new = {**entry, "code": "9.123456", "name": "Thủ tục mới"}
    before = Procedure.objects.count()

    dry = imported(system, [new]).json()
    assert (dry["applied"], dry["changes"], Procedure.objects.count()) == (False, 1, before)
    for _ in range(2):
        done = imported(system, [new], key="danh-muc-2", dry_run=False).json()
        assert (done["applied"], done["changes"]) == (True, 1)
    assert Procedure.objects.count() == before + 1


def test_one_wrong_row_keeps_the_whole_file_out_and_says_which() -> None:
    sample.load(CATALOGUE)
    system = a_system()
    entry = system.get("procedures").json()["procedures"][0]["versions"][0]
    before = Procedure.objects.count()

    report = imported(system, [{**entry, "code": "9.123456"}, {"code": "?"}], dry_run=False).json()

    assert report["applied"] is False
    assert [bool(line["reasons"]) for line in report["lines"]] == [False, True]
    assert Procedure.objects.count() == before


def test_only_a_system_of_the_top_unit_changes_the_provinces_catalogue() -> None:
    assert problem(imported(a_system(unit=systems.SCHOOL), [{}])) == (403, "catalogue_of_the_province")


def test_reading_the_catalogue_does_not_let_anybody_write_it() -> None:
    assert problem(imported(a_system("catalogue.read"), [{}])) == (403, "scope_missing")
