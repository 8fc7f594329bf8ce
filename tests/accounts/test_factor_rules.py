"""What the database itself holds of the second factor: each trigger refuses, and would be missed (seen red)."""

import pytest
from django.conf import settings
from django.db import connection

from motcua.accounts import identity, recovery_codes, sessions
from motcua.accounts.models import (
    Account,
    Authenticator,
    FactorReset,
    Passkey,
    SecondStep,
    Session,
    SignIn,
)
from motcua.units import officers
from tests.accounts import people
from tests.rule_by_rule import only_by_trigger

pytestmark = pytest.mark.django_db
A, B = "a" * 32, "b" * 32


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def account() -> Account:
    return people.account()


@pytest.mark.parametrize(
    "change",
    [
        "last_step = last_step - 1",
        "secret_sealed = '\\x01'",
        "row_key = gen_random_uuid()",
        "ended_why = 'x'",
    ],
)
def test_an_app_is_only_counted_up_and_ended(account: Account, change: str) -> None:
    Authenticator.objects.create(account=account, secret_sealed=b"x", last_step=100)
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql("ALTER TABLE accounts_authenticator DROP CONSTRAINT authenticator_erased")
    only_by_trigger(
        "authenticator_moves",
        "accounts_authenticator",
        lambda: sql(f"UPDATE accounts_authenticator SET {change}"),
        rule="accounts_authenticator_moves",
    )


def test_an_ended_app_does_not_open_again_and_no_factor_is_deleted(account: Account) -> None:
    row = Authenticator.objects.create(account=account, secret_sealed=b"x", last_step=100)
    Authenticator.objects.filter(pk=row.pk).update(
        ended_at="2020-01-01T00:00:00Z", ended_why="by_owner", secret_sealed=None
    )
    row.refresh_from_db()
    assert row.ended_at is not None and row.ended_at.year >= 2026, "the clock is the database's"
    again = "UPDATE accounts_authenticator SET ended_at = NULL, ended_why = '', secret_sealed = '\\x01'"
    only_by_trigger(
        "authenticator_moves",
        "accounts_authenticator",
        lambda: sql(again),
        rule="accounts_authenticator_moves",
    )
    only_by_trigger(
        "authenticator_moves",
        "accounts_authenticator",
        lambda: sql("DELETE FROM accounts_authenticator"),
        rule="accounts_authenticator_kept",
    )


@pytest.mark.parametrize(
    "change", ["sign_count = 4", "sign_count = 0", "credential = '\\x01'", "credential_id = '\\x01'"]
)
def test_a_passkey_counts_up_only(account: Account, change: str) -> None:
    Passkey.objects.create(account=account, credential_id=b"i" * 16, credential=b"c", sign_count=5)
    only_by_trigger(
        "passkey_moves",
        "accounts_passkey",
        lambda: sql(f"UPDATE accounts_passkey SET {change}"),
        rule="accounts_passkey_moves",
    )


@pytest.mark.parametrize(
    "change",
    [
        "used_at = NULL",
        "used_at = now() + interval '1 day'",
        "code_mac = sha256('x')",
        "made_at = now() - interval '1 day'",
    ],
)
def test_a_used_recovery_code_stays_used(account: Account, change: str) -> None:
    codes = recovery_codes.renew(account)
    assert recovery_codes.use(account, codes[0])
    only_by_trigger(
        "recovery_code_once",
        "accounts_recoverycode",
        lambda: sql(f"UPDATE accounts_recoverycode SET {change} WHERE used_at IS NOT NULL"),
    )


def test_a_void_recovery_code_opens_nothing(account: Account) -> None:
    codes = recovery_codes.renew(account)
    recovery_codes.void(account)
    assert not recovery_codes.use(account, codes[0])
    only_by_trigger(
        "recovery_code_once",
        "accounts_recoverycode",
        lambda: sql("UPDATE accounts_recoverycode SET used_at = now()"),
    )


def reset(account: Account, **more: str) -> FactorReset:
    given = {"unit_code": "so-mau", "reason": "mất điện thoại", "asked_by": A, **more}
    return FactorReset.objects.create(account=account, **given)


def test_nobody_resets_the_own_factor(account: Account) -> None:
    me = identity.name_to(account, settings.DESK_ID).subject
    only_by_trigger(
        "factor_reset_moves",
        "accounts_factorreset",
        lambda: reset(account, asked_by=me),
        rule="factor_reset_not_for_oneself",
    )
    reset(account)
    only_by_trigger(
        "factor_reset_moves",
        "accounts_factorreset",
        lambda: sql(
            f"UPDATE accounts_factorreset SET decision = 'APPROVED', decided_by = '{me}', decided_at = now()"
        ),
        rule="factor_reset_not_for_oneself",
    )


def test_a_reset_begins_waiting_and_is_kept(account: Account) -> None:
    only_by_trigger(
        "factor_reset_moves",
        "accounts_factorreset",
        lambda: FactorReset.objects.create(
            account=account,
            unit_code="so-mau",
            reason="mất điện thoại",
            asked_by=A,
            decision="APPROVED",
            decided_by=B,
            decided_at="2026-01-01T00:00:00Z",
        ),
        rule="factor_reset_begins_waiting",
    )
    reset(account)
    only_by_trigger(
        "factor_reset_moves",
        "accounts_factorreset",
        lambda: sql("DELETE FROM accounts_factorreset"),
        rule="factor_reset_kept",
    )


@pytest.mark.parametrize(
    "change",
    [
        "reason = 'lý do khác'",
        f"asked_by = '{'c' * 32}'",
        "decision = 'WAITING', decided_by = '', decided_at = NULL, code_mac = NULL, code_sent_at = NULL",
        f"decided_by = '{'d' * 32}'",
        "tries = 0",
        "code_sent_at = now() + interval '1 day'",
    ],
)
def test_what_was_decided_stays_decided(account: Account, change: str) -> None:
    row = reset(account)
    FactorReset.objects.filter(pk=row.pk).update(
        decision="APPROVED", decided_by=B, decided_at="2020-01-01T00:00:00Z"
    )
    FactorReset.objects.filter(pk=row.pk).update(code_mac=b"m" * 32, code_sent_at="2020-01-01T00:00:00Z")
    FactorReset.objects.filter(pk=row.pk).update(tries=3)
    row.refresh_from_db()
    assert row.decided_at is not None and row.decided_at.year >= 2026
    assert row.code_sent_at is not None and row.code_sent_at.year >= 2026
    only_by_trigger(
        "factor_reset_moves",
        "accounts_factorreset",
        lambda: sql(f"UPDATE accounts_factorreset SET {change}"),
        rule="factor_reset_written_once",
    )


@pytest.mark.parametrize("change", ["passed_at = NULL", "tries = 0", "token_hash = sha256('x')"])
def test_a_step_is_passed_once(account: Account, change: str) -> None:
    SecondStep.objects.create(account=account, token_hash=b"t" * 32, device_hash=b"d" * 32, tries=1)
    sql("UPDATE accounts_secondstep SET passed_at = now()")
    only_by_trigger(
        "second_step_once", "accounts_secondstep", lambda: sql(f"UPDATE accounts_secondstep SET {change}")
    )


def test_a_step_may_enrol_anew_only_by_a_used_reset_of_its_own_account(account: Account) -> None:
    SecondStep.objects.create(account=account, token_hash=b"t" * 32, device_hash=b"d" * 32)
    row = reset(account)
    only_by_trigger(
        "second_step_once",
        "accounts_secondstep",
        lambda: sql(f"UPDATE accounts_secondstep SET reset_id = {row.pk}"),
    )


def test_the_history_is_written_once_and_goes_no_day_early(account: Account) -> None:
    row = SignIn.objects.create(account=account, how="TOTP", result="WRONG", known_device=False)
    nobodys = SignIn.objects.create(account=None, how="PASSWORD", result="WRONG", known_device=False)
    for statement in (
        "UPDATE accounts_signin SET result = 'IN'",
        f"DELETE FROM accounts_signin WHERE id = {row.pk}",
        f"DELETE FROM accounts_signin WHERE id = {nobodys.pk}",
    ):
        only_by_trigger("sign_in_stays", "accounts_signin", lambda said=statement: sql(said))
    sql("SET LOCAL session_replication_role = replica")
    sql(f"UPDATE accounts_signin SET at = at - interval '25 months' WHERE id = {row.pk}")
    sql(f"UPDATE accounts_signin SET at = at - interval '25 hours' WHERE id = {nobodys.pk}")
    sql("SET LOCAL session_replication_role = origin")
    sql("DELETE FROM accounts_signin")
    assert not SignIn.objects.exists()


def test_an_officer_who_leaves_is_signed_in_nowhere_as_one(account: Account) -> None:
    subject = identity.name_to(account, settings.DESK_ID).subject
    person = people.data()
    officers.register(subject=subject, full_name=person.full_name, phone=person.phone)
    for audience in ("OFFICER", "CITIZEN"):
        sessions.begin(account, audience=audience, device="may", device_words="Chrome")

    def leave() -> None:
        officers.deactivate(subject=subject, by="system")
        if Session.objects.filter(audience="OFFICER", ended_at__isnull=True).exists():
            raise AssertionError("still signed in")

    leave()
    assert {row.ended_why for row in Session.objects.all()} == {"officer_left", ""}
    sql("UPDATE units_officer SET active = true, deactivated_at = NULL")
    sessions.begin(account, audience="OFFICER", device="may", device_words="Chrome")
    sql('ALTER TABLE units_officer DISABLE TRIGGER "officer_leaves"')
    with pytest.raises(AssertionError, match="still signed in"):
        leave()
