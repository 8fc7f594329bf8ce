"""What each page of a visit says to the database: these numbers may only go down."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from motcua.accounts import receipt_keys
from tests.web_counter.conftest import ONE_WAY, OWNER, Desk

_NOT_WORK = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "UPDATE accounts_session SET seen_at")


def said(act: Callable[[], Any], status: int) -> list[str]:
    """The statements of one request, without a transaction's own words and without keeping the session alive."""
    with CaptureQueriesContext(connection) as seen:
        assert act().status_code == status
    return [one["sql"] for one in seen.captured_queries if not one["sql"].strip().startswith(_NOT_WORK)]


def test_a_check_is_four_statements_session_and_rights_budget_look_up_and_trace_check_and_journal(
    desk: Desk,
) -> None:
    receipt_keys.known()  # read by a process every few seconds, whatever is asked
    receipt_keys.signing_key()  # opened once by each process: also where this test is its first
    seen = said(lambda: desk.client.post("/mot-cua/tiep-nhan/", {"number": OWNER, "card_qr": ""}), 302)
    assert len(seen) == 4, seen
    for one, table in zip(
        seen, ("accounts_session", "limits_bucket", "accounts_lookup", "desk_accountcheck"), strict=True
    ):
        assert table in one
    assert "units_post" in seen[0]


def test_the_pages_of_a_visit_ask_for_little(desk: Desk) -> None:
    found = desk.client.post("/mot-cua/tiep-nhan/", {"number": OWNER, "card_qr": ""}).headers["Location"]
    assert len(said(lambda: desk.client.get(found), 200)) <= 5
    chosen = said(lambda: desk.client.post(found, {"procedure": ONE_WAY}), 302)
    assert len(chosen) <= 11, chosen  # one asks whether the unit has a number left today (desk/numbering.py)
    address = desk.form_address()
    drawn = said(lambda: desk.client.get(address), 200)
    assert len(drawn) <= 12, drawn  # and one more, before an owner's vault is asked for nothing
    form = desk.form(address)
    sent = said(lambda: desk.client.post(address, form), 302)
    assert len(sent) <= 19, sent
    assert sum("units_post" in one for one in (*drawn, *sent)) == 2  # rights are read with the session only
