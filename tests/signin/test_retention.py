"""What is over goes on its day, as the running system may do it; and it may rotate keys and sign people in."""

import pytest
from django.db import IntegrityError, connection, transaction
from tests import app_role
from tests.accounts import people as accounts
from tests.signin.test_sign_in_rules import a_sign_in, entry, sql

from motcua.ops.places import APP_ROLE
from motcua.signin import assertions, leaving, retention, sign_in_retention, signing_keys
from motcua.signin.models import (
    RefreshToken,
    SignIn,
    SignInRegistration,
    SignInRequest,
    UsedAssertion,
    UsedProof,
)

__all__ = ["entry"]
pytestmark = pytest.mark.django_db(transaction=True)


def aged(table: str, column: str, interval: str) -> None:
    sql("SET session_replication_role = replica")
    sql(f"UPDATE {table} SET {column} = clock_timestamp() - interval '{interval}'")
    sql("SET session_replication_role = origin")


def as_the_system() -> int:
    app_role.give()
    with transaction.atomic():
        sql(f"SET LOCAL ROLE {APP_ROLE}")
        return retention.forget_proofs() + sign_in_retention.purge_due()


def test_a_sign_in_and_its_refresh_tokens_go_after_two_months_and_not_before(
    entry: SignInRegistration,
) -> None:
    accounts.account()
    sign_in = a_sign_in()
    sql("UPDATE signin_signin SET spent_at = now()")
    RefreshToken.objects.create(sign_in=sign_in, token_hash=b"r" * 32)
    aged("signin_signin", "made_at", "60 days")
    aged("signin_refreshtoken", "made_at", "60 days")
    assert as_the_system() == 0
    aged("signin_signin", "made_at", "62 days")
    assert as_the_system() == 1
    assert not SignIn.objects.exists() and not RefreshToken.objects.exists()


def test_a_request_goes_after_two_hours_and_a_proof_when_it_is_none(entry: SignInRegistration) -> None:
    SignInRequest.objects.create(client=entry.client, device_hash=b"d" * 32, asked={})
    sql(
        "INSERT INTO signin_usedassertion (client_id, jti_hash, until)"
        " SELECT id, sha256('x'), now() + interval '1 minute' FROM signin_client"
    )
    sql("INSERT INTO signin_usedproof (mark, until) VALUES (sha256('x'), now() + interval '1 minute')")
    assert as_the_system() == 0
    aged("signin_signinrequest", "made_at", "3 hours")
    sql("ALTER TABLE signin_usedassertion DISABLE TRIGGER USER")
    sql("UPDATE signin_usedassertion SET until = now() - interval '1 second'")
    sql("ALTER TABLE signin_usedassertion ENABLE TRIGGER USER")
    sql("ALTER TABLE signin_usedproof DISABLE TRIGGER USER")
    sql("UPDATE signin_usedproof SET until = now() - interval '1 second'")
    sql("ALTER TABLE signin_usedproof ENABLE TRIGGER USER")
    assert as_the_system() == 3
    assert not UsedProof.objects.exists()
    assert not SignInRequest.objects.exists() and not UsedAssertion.objects.exists()


def test_the_running_system_may_do_its_work_and_not_undo_what_was_agreed(entry: SignInRegistration) -> None:
    accounts.account()
    a_sign_in()
    app_role.give()
    with transaction.atomic():
        sql(f"SET LOCAL ROLE {APP_ROLE}")
        assert signing_keys.rotate()
        assert leaving.end_what_is_over() == 1
        assert assertions.forget_used() == 0
    for table in ("signin_signinregistration", "signin_sharing", "signin_signingkey"):
        with pytest.raises(Exception, match="permission denied"), transaction.atomic():
            sql(f"SET LOCAL ROLE {APP_ROLE}")
            sql(f"DELETE FROM {table}")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {APP_ROLE}")
        cursor.execute("UPDATE signin_signinregistration SET desk = 'x'")
