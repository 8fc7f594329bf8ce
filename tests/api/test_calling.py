"""Who is let in: token, live registration, address, scope, quota; and that every no is a problem document."""

import pytest
from django.test import Client

from tests.accounts import people
from tests.api.calling import ADDRESS, a_system, problem, token_of

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER = "052090900001"


def test_an_account_is_found_and_the_receipt_is_made_out_to_the_calling_desk() -> None:
    people.account(people.data(number=NUMBER))
    system = a_system()

    answer = system.check(NUMBER)

    assert answer.status_code == 200, answer.content.decode()
    said = answer.json()
    assert set(said) == {
        "answer", "receipt", "subject", "status", "name_masked", "last3", "matched_by_old_number"
    }  # fmt: skip
    assert (said["answer"], said["status"], said["last3"]) == ("found", "USABLE", "001")
    assert "Văn" not in said["name_masked"]


def test_nobody_is_found_and_nothing_more_is_said() -> None:
    answer = a_system().check(NUMBER)

    assert (answer.status_code, answer.json()) == (200, {"answer": "not_found"})


def test_no_token_is_401_in_a_problem_document() -> None:
    system = a_system()
    system.token = ""

    answer = system.check(NUMBER)

    assert problem(answer) == (401, "access_token_not_trusted")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_an_address_that_is_not_registered_is_refused() -> None:
    system = a_system()
    system.address = "203.0.113.8"

    assert problem(system.check(NUMBER)) == (403, "caller_address_refused")


def test_a_scope_counts_only_when_the_token_and_the_registration_have_it() -> None:
    wide, narrow = a_system(), a_system("owner.notice")
    wide.token = token_of(wide.row.client_id, "vault.lend")

    assert problem(wide.check(NUMBER)) == (403, "scope_missing")
    assert problem(narrow.check(NUMBER)) == (403, "scope_missing")


def test_a_cookie_opens_nothing() -> None:
    answer = Client().post(
        "/api/v1/account-checks", "{}", content_type="application/json", REMOTE_ADDR=ADDRESS
    )

    assert problem(answer) == (401, "access_token_not_trusted")
    assert "Set-Cookie" not in answer.headers
