"""The rules of sign-ins one by one, each seen red without it."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from tests.accounts import people as accounts
from tests.rule_by_rule import Rule, only_by_trigger, said_by, two_rows, wrong_of
from tests.signin.systems import connected, connector
from tests.units import people

from motcua.accounts.models import Account
from motcua.signin import entries, signing_keys
from motcua.signin.entries import WantedEntry
from motcua.signin.models import Client, RefreshToken, Sharing, SignIn, SignInRegistration, SignInRequest
from motcua.units import sample

pytestmark = pytest.mark.django_db
A, B = "a" * 32, "b" * 32
DECIDED = f"decision = 'APPROVED', decided_by_subject = '{B}', decided_at = now()"
CHALLENGE = "x" * 43

RULES: list[Rule] = [
    ("signin_signinregistration", "entry_second_officer", f"{DECIDED}, asked_by_subject = '{B}'"),
    ("signin_signinregistration", "entry_second_officer", "decision = 'DECLINED'"),
    ("signin_signinregistration", "entry_asked_by_officer", "asked_by_subject = ''"),
    ("signin_signinregistration", "entry_ended_by_officer", "ended_at = now()"),
    ("signin_signinregistration", "entry_scopes_known", "scopes = '{openid,everything}'"),
    ("signin_signinregistration", "entry_scopes_known", "scopes = '{profile}'"),
    ("signin_signinregistration", "entry_comes_back_somewhere", "redirect_uris = '{}'"),
    ("signin_signinregistration", "entry_one_waiting", "client_id = 1"),
    ("signin_signinregistration", "entry_one_live", f"client_id = 1, {DECIDED}"),
    ("signin_signinregistration", "entry_desk_once", f"desk = 'mot-cua', {DECIDED}"),
    ("signin_signinrequest", "sign_in_request_device_hash_32", "device_hash = 'x'"),
    ("signin_signin", "sign_in_code_hash_32", "code_hash = convert_to(id::text, 'utf8')"),
    ("signin_signin", "sign_in_named", "subject = '052090000101'"),
    ("signin_signin", "sign_in_named", "sid = ''"),
    ("signin_signin", "sign_in_proves_its_code", "code_challenge = ''"),
    ("signin_signin", "sign_in_ended_for_a_reason", "ended_at = now()"),
    ("signin_signin", "sign_in_ended_for_a_reason", "ended_why = 'REVOKED'"),
    ("signin_refreshtoken", "refresh_token_token_hash_32", "token_hash = convert_to(id::text, 'utf8')"),
    ("signin_refreshtoken", "refresh_token_one_unused", "sign_in_id = 1"),
    ("signin_usedassertion", "used_assertion_jti_hash_32", "jti_hash = convert_to(id::text, 'utf8')"),
    ("signin_usedassertion", "used_assertion_once", "client_id = 1, jti_hash = sha256('x')"),
    ("signin_usedproof", "used_proof_mark_32", "mark = convert_to(mark::text, 'utf8')"),
    ("signin_sharing", "sharing_one_standing", "account_id = 1, client_id = 1"),
    ("signin_signingkey", "signing_key_shown_first", "signs_from = made_at - interval '1 second'"),
]


def sql(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.rowcount


def test_each_rule_of_a_row() -> None:
    two_rows(SignInRegistration, asked_by_subject=A, scopes=["openid"], redirect_uris=["https://a.example/"])
    two_rows(SignInRequest)
    two_rows(SignIn, subject=A, sid=B, code_challenge=CHALLENGE, scopes=["openid"])
    two_rows(RefreshToken)
    two_rows(Sharing, scopes=["openid"])
    sql("SET LOCAL session_replication_role = replica")
    sql(
        "INSERT INTO signin_usedassertion (client_id, jti_hash, until)"
        " VALUES (1, sha256('a'), now()), (2, sha256('b'), now())"
    )
    sql("INSERT INTO signin_usedproof (mark, until) VALUES (sha256('a'), now()), (sha256('b'), now())")
    sql(
        "INSERT INTO signin_signingkey (kid, public, private, signs_from)"
        " VALUES ('a', '{}', 'a', now() + interval '1 day'), ('b', '{}', 'b', now() + interval '1 day')"
    )
    sql("SET LOCAL session_replication_role = origin")
    assert wrong_of(RULES) == []


@pytest.fixture
def entry(transactional_db: None) -> SignInRegistration:
    sample.load(people.UNITS_FILE)
    one, two = connector(), connector()
    client, _ = connected(one, two)
    wanted = WantedEntry("https://a.example.vn/xong", "", "", ["offline_access"])
    row = entries.ask(authority=one, client=client.public_id, wanted=wanted)
    entries.approve(authority=two, entry=row.public_id)
    return row


@pytest.fixture
def sign_in(entry: SignInRegistration) -> SignIn:
    accounts.account()
    return a_sign_in()


def a_sign_in(**more: Any) -> SignIn:
    values: dict[str, Any] = {
        "client": Client.objects.get(),
        "account": Account.objects.get(),
        "session": "00000000-0000-0000-0000-000000000007",
        "sid": A,
        "subject": B,
        "scopes": ["openid", "offline_access"],
        "redirect_uri": "https://a.example.vn/xong",
        "code_challenge": CHALLENGE,
        "code_hash": b"c" * 32,
        "acr": "LoA1",
        "amr": ["pwd"],
        "signed_in_at": "2026-11-30T00:00:00Z",
    }
    return SignIn.objects.create(**{**values, **more})


@pytest.mark.parametrize(
    "change",
    [
        "redirect_uris = '{https://evil.example/}'", "scopes = '{openid,dvcqg}'", "of_state = true",
        "desk = 'x'", "decision = 'WAITING', decided_by_subject = '', decided_at = NULL", "logout_uri = 'x'",
    ],
)  # fmt: skip
def test_what_two_officers_agreed_is_never_edited(entry: SignInRegistration, change: str) -> None:
    statement = f"UPDATE signin_signinregistration SET {change}"
    only_by_trigger("entry_moves", "signin_signinregistration", lambda: sql(statement), "entry_written_once")


def test_what_two_officers_agreed_is_never_deleted_or_begun_decided(entry: SignInRegistration) -> None:
    table = "signin_signinregistration"
    only_by_trigger("entry_moves", table, lambda: sql(f"DELETE FROM {table}"), "entry_written_once")

    def decided() -> None:
        _again(table, "ended_by_subject = repeat('a', 32), ended_at = now(), ended_reason = 'x'")

    only_by_trigger("entry_moves", table, decided, "entry_begins_waiting")


@pytest.mark.parametrize(
    "address",
    ["http://evil.example/", "https://a@b.example/", "https://a.example/#x", "https://a.example/*", "x"],
)
def test_an_address_that_is_not_whole_never_enters(entry: SignInRegistration, address: str) -> None:
    for column in (f"redirect_uris = '{{{address}}}'", f"post_logout_uris = '{{{address}}}'"):
        change = f"{column}, decision = 'WAITING', decided_by_subject = '', decided_at = NULL"
        only_by_trigger(
            "entry_moves",
            "signin_signinregistration",
            lambda change=change: _again("signin_signinregistration", change),  # type: ignore[misc]
            "entry_addresses_whole",
        )


def _again(table: str, change: str) -> None:
    """A second row like the first, changed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns"
            " WHERE table_name = %s AND column_name NOT IN ('id', 'public_id')",
            [table],
        )
        names = cursor.fetchone()[0]
    sql("DROP TABLE IF EXISTS again")
    sql(f"CREATE TEMP TABLE again ON COMMIT DROP AS SELECT * FROM {table} LIMIT 1")
    sql(f"UPDATE again SET {change}")
    sql(f"INSERT INTO {table} (public_id, {names}) SELECT gen_random_uuid(), {names} FROM again")


def test_a_code_is_spent_once_in_a_minute_and_by_the_databases_clock(sign_in: SignIn) -> None:
    spend = "UPDATE signin_signin SET spent_at = '2020-01-01'"
    sql(spend)
    sign_in.refresh_from_db()
    assert sign_in.spent_at is not None and sign_in.spent_at.year >= 2026
    only_by_trigger("sign_in_moves", "signin_signin", lambda: sql(spend), "sign_in_used_once")


@pytest.mark.parametrize(
    "change",
    [
        "redirect_uri = 'https://evil.example/'", "subject = repeat('c', 32)", "scopes = '{openid,dvcqg}'",
        "code_challenge = repeat('y', 43)", "code_until = now() + interval '1 hour'", "session = gen_random_uuid()",
    ],
)  # fmt: skip
def test_what_was_issued_is_never_changed(sign_in: SignIn, change: str) -> None:
    statement = f"UPDATE signin_signin SET {change}"
    only_by_trigger("sign_in_moves", "signin_signin", lambda: sql(statement), "sign_in_used_once")


def test_an_old_code_is_not_spent_and_what_ended_does_not_begin_again(sign_in: SignIn) -> None:
    sql("ALTER TABLE signin_signin DISABLE TRIGGER sign_in_moves")
    sql("UPDATE signin_signin SET code_until = now() - interval '1 second'")
    sql("ALTER TABLE signin_signin ENABLE TRIGGER sign_in_moves")
    late = "UPDATE signin_signin SET spent_at = now()"
    only_by_trigger("sign_in_moves", "signin_signin", lambda: sql(late), "sign_in_used_once")
    sql("UPDATE signin_signin SET ended_at = now(), ended_why = 'REVOKED'")
    for change in ("ended_at = NULL, ended_why = ''", "ended_why = 'CODE_REUSED'"):
        statement = f"UPDATE signin_signin SET {change}"
        only_by_trigger("sign_in_moves", "signin_signin", lambda s=statement: sql(s), "sign_in_used_once")  # type: ignore[misc]
    gone = "DELETE FROM signin_signin"
    only_by_trigger("sign_in_moves", "signin_signin", lambda: sql(gone), "sign_in_used_once")
    with pytest.raises(IntegrityError) as no, transaction.atomic():
        a_sign_in(code_hash=b"d" * 32, spent_at="2026-11-30T00:00:00Z")
    assert said_by(no.value) == "sign_in_used_once"


def test_a_refresh_token_belongs_to_a_sign_in_that_stands_and_is_used_once(sign_in: SignIn) -> None:
    def another() -> None:
        RefreshToken.objects.create(sign_in=sign_in, token_hash=b"r" * 32)

    table = "signin_refreshtoken"
    only_by_trigger("refresh_token_moves", table, another, "refresh_token_used_once")
    sql("UPDATE signin_signin SET spent_at = now()")
    another()
    sql("UPDATE signin_refreshtoken SET used_at = now()")
    for statement in (
        f"UPDATE {table} SET used_at = NULL",
        f"UPDATE {table} SET token_hash = sha256('x')",
        f"DELETE FROM {table}",
    ):
        only_by_trigger("refresh_token_moves", table, lambda s=statement: sql(s), "refresh_token_used_once")  # type: ignore[misc]


def test_a_request_is_answered_once_and_soon(entry: SignInRegistration) -> None:
    SignInRequest.objects.create(client=entry.client, device_hash=b"d" * 32, asked={})
    table = "signin_signinrequest"
    answer = f"UPDATE {table} SET answered_at = now()"
    change = f'UPDATE {table} SET asked = \'{{"scope": "dvcqg"}}\''
    only_by_trigger("sign_in_request_moves", table, lambda: sql(change), "sign_in_request_answered_once")
    early = f"DELETE FROM {table}"
    only_by_trigger("sign_in_request_moves", table, lambda: sql(early), "sign_in_request_answered_once")
    sql(answer)
    only_by_trigger("sign_in_request_moves", table, lambda: sql(answer), "sign_in_request_answered_once")


def test_a_proof_stays_until_it_is_no_proof_any_more(entry: SignInRegistration) -> None:
    table = "signin_usedassertion"
    sql(
        f"INSERT INTO {table} (client_id, jti_hash, until)"
        f" SELECT id, sha256('x'), now() + interval '1 minute' FROM signin_client"
    )
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET jti_hash = sha256('y')"):
        only_by_trigger("used_assertion_stays", table, lambda s=statement: sql(s))  # type: ignore[misc]


def test_a_holders_proof_stays_until_it_is_too_old_to_be_believed(entry: SignInRegistration) -> None:
    table = "signin_usedproof"
    sql(f"INSERT INTO {table} (mark, until) VALUES (sha256('x'), clock_timestamp() + interval '1 minute')")
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET until = now() - interval '1 hour'"):
        only_by_trigger("used_proof_kept", table, lambda s=statement: sql(s))  # type: ignore[misc]


def test_a_consent_is_taken_back_and_never_edited(sign_in: SignIn) -> None:
    Sharing.objects.create(account=sign_in.account, client=sign_in.client, scopes=["openid"])
    table = "signin_sharing"
    for statement in (f"UPDATE {table} SET scopes = '{{openid,dvcqg}}'", f"DELETE FROM {table}"):
        only_by_trigger("sharing_moves", table, lambda s=statement: sql(s), "sharing_written_once")  # type: ignore[misc]
    sql(f"UPDATE {table} SET ended_at = now()")
    back = f"UPDATE {table} SET ended_at = NULL"
    only_by_trigger("sharing_moves", table, lambda: sql(back), "sharing_written_once")


def test_a_signing_key_is_never_edited_and_holds_no_secret_in_clear() -> None:
    signing_keys.rotate()
    table = "signin_signingkey"
    for statement in (
        f"UPDATE {table} SET signs_from = made_at + interval '2 hours'",
        f"UPDATE {table} SET public = '{{}}'",
        f"DELETE FROM {table}",
        f"INSERT INTO {table} (kid, public, private, signs_from)"
        " VALUES ('b', '{\"d\": \"x\"}', 'x', now() + interval '1 day')",
    ):
        only_by_trigger("signing_key_moves", table, lambda s=statement: sql(s), "signing_key_written_once")  # type: ignore[misc]
