"""Every stored answer of the portal is read again: the first that it did not sign is named."""

import uuid
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import connection
from django.utils import timezone
from tests.desk.counting import statements
from tests.desk.fake_portal import claims, signed
from tests.desk.test_gate_rules import shifted, sql
from tests.desk.town import PROCEDURE, Town

from motcua.desk import asking, receipt_audit
from motcua.desk.models import AccountCheck
from motcua.kernel.citizen_id import CitizenId
from motcua.ops import cli, receipts_check


def stored(town: Town, number: str | None = None) -> AccountCheck:
    return AccountCheck.objects.get(public_id=town.check(number or town.new_owner()).public_id)


def forged(check: AccountCheck, **changes: object) -> AccountCheck:
    """A row of its own whose receipt fits, signed with a key that is not the portal's unless told otherwise."""
    jti = uuid.uuid4().hex
    said = claims(check.subject, check.status, check.purpose, jti=jti)
    values = {
        field.attname: getattr(check, field.attname)
        for field in AccountCheck._meta.concrete_fields
        if field.attname not in {"id", "spent_at", "checked_at"}
    }
    row = AccountCheck(**{**values, "public_id": uuid.uuid4(), "jti": jti, "look_up_id": None})
    row.receipt = signed(said, key=ec.generate_private_key(ec.SECP256R1()))
    row.number_sealed = asking.seal_number(row, CitizenId.parse("052190000009"), None)
    row.number_bi = asking.fingerprint_of(CitizenId.parse("052190000009"))
    for column, value in changes.items():
        setattr(row, column, value)
    row.save(force_insert=True)
    return row


def untrue() -> receipt_audit.Untrue | None:
    return receipt_audit.audit(None, None).untrue


def past_the_rules(statement: str, *values: object) -> None:
    """As a superuser who steps around every rule."""
    sql("SET session_replication_role = replica")
    sql(statement, *values)
    sql("SET session_replication_role = origin")


def test_what_the_portal_signed_is_right_whatever_the_desk_did_with_it(town: Town) -> None:
    town.received()
    first = town.draft(town.new_owner())
    town.receive(town.choose(first, PROCEDURE).check_id)
    town.choose(first, PROCEDURE)  # a further dossier of the visit: a derived row
    town.check("052190000099")  # nobody's
    town.portal.down = True
    town.check("052190000098")
    found = receipt_audit.audit(None, None)
    assert found == receipt_audit.Audit(3, None)
    assert AccountCheck.objects.exclude(look_up=None).count() == 1


def test_a_forged_receipt_whose_claims_fit_is_named(town: Town) -> None:
    """The database takes it: it knows no key. The reading finds it, and says where."""
    right = stored(town)
    forgery = forged(right)
    stored(town)
    assert untrue() == receipt_audit.Untrue(forgery.public_id, "signature")


def test_the_command_names_the_check_and_ends_with_one(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    right = stored(town)
    assert receipts_check.run(None, None) == 0
    assert "biên nhận/giây" in capsys.readouterr().out
    forgery = forged(right)
    assert receipts_check.run(None, None) == 1
    said = capsys.readouterr().out
    assert str(forgery.public_id) in said and "signature" in said and str(right.public_id) not in said


@pytest.mark.parametrize(
    ("claim", "value", "reason"),
    [
        ("iss", "https://gia.example", "issuer"),
        ("aud", "so-khac", "audience"),
        ("purpose", "xem-cho-biet", "row_differs"),
    ],
)
def test_signed_but_not_for_this(town: Town, claim: str, value: str, reason: str) -> None:
    right = stored(town)
    jti = uuid.uuid4().hex
    receipt = signed({**claims(right.subject, right.status, right.purpose, jti=jti), claim: value})
    forgery = forged(right, jti=jti, receipt=receipt)
    assert untrue() == receipt_audit.Untrue(forgery.public_id, reason)


@pytest.mark.parametrize("column", ["subject", "jti", "status"])
def test_a_row_that_says_something_else_than_its_receipt_is_found(town: Town, column: str) -> None:
    check = stored(town)
    other = {"subject": "f" * 32, "jti": "x", "status": "LOCKED"}[column]
    past_the_rules(f"UPDATE desk_accountcheck SET {column} = %s", other)
    assert untrue() == receipt_audit.Untrue(check.public_id, "row_differs")


def test_a_receipt_of_another_hour_does_not_fit_the_moment_of_the_check(town: Town) -> None:
    check = stored(town)
    shifted(check, -3600)
    assert untrue() == receipt_audit.Untrue(check.public_id, "expired")
    shifted(check, 2 * 3600)
    assert untrue() == receipt_audit.Untrue(check.public_id, "early")


def test_another_number_under_the_same_receipt_is_found(town: Town) -> None:
    check = stored(town)
    past_the_rules("UPDATE desk_accountcheck SET number_bi = decode(repeat('ab', 32), 'hex')")
    assert untrue() == receipt_audit.Untrue(check.public_id, "number")
    past_the_rules("UPDATE desk_accountcheck SET number_sealed = decode(repeat('01', 60), 'hex')")
    assert untrue() == receipt_audit.Untrue(check.public_id, "number")


def test_a_number_that_was_forgotten_in_time_is_missed_by_nobody_and_one_that_was_not_is(town: Town) -> None:
    check = stored(town)
    gone = "number_sealed = '', number_bi = decode(repeat('00', 32), 'hex')"
    past_the_rules(f"UPDATE desk_accountcheck SET {gone}")
    assert untrue() == receipt_audit.Untrue(check.public_id, "number")
    then = int((timezone.now() - timedelta(days=800)).timestamp())
    said = claims(check.subject, check.status, check.purpose, jti=check.jti, iat=then, exp=then + 900)
    past_the_rules(
        "UPDATE desk_accountcheck SET receipt = %s, checked_at = to_timestamp(%s)", signed(said), then
    )
    assert untrue() is None


def test_a_further_row_carries_the_receipt_of_its_look_up(town: Town) -> None:
    first, other = stored(town), stored(town)
    past_the_rules("UPDATE desk_accountcheck SET look_up_id = %s WHERE id = %s", first.pk, other.pk)
    assert untrue() == receipt_audit.Untrue(other.public_id, "look_up_differs")


def test_a_receipt_under_two_look_ups_is_found_though_the_index_is_gone(town: Town) -> None:
    right = stored(town)
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX check_receipt_once")
    try:
        second = forged(right, jti=right.jti, receipt=right.receipt)
        assert untrue() == receipt_audit.Untrue(second.public_id, "used_twice")
    finally:
        past_the_rules("DELETE FROM desk_accountcheck WHERE look_up_id IS NULL")
        sql(
            "CREATE UNIQUE INDEX check_receipt_once ON desk_accountcheck (jti)"
            " WHERE look_up_id IS NULL AND jti <> ''"
        )


def test_only_the_days_asked_for_are_read(town: Town) -> None:
    old, today = stored(town), timezone.localdate()
    forged(old)
    past_the_rules(
        "UPDATE desk_accountcheck SET checked_at = checked_at - interval '10 days' WHERE id = %s", old.pk
    )
    before = today - timedelta(days=5)
    assert receipt_audit.audit(None, before).untrue == receipt_audit.Untrue(old.public_id, "early")
    assert receipt_audit.audit(today - timedelta(days=20), today - timedelta(days=11)).read == 0
    assert receipt_audit.audit(before, today).read == 1


def test_it_is_read_in_portions_of_one_statement_each(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receipt_audit, "_BATCH", 2)
    for _ in range(5):
        stored(town)
    told: list[int] = []
    with statements() as said:
        assert receipt_audit.audit(None, None, progress=told.append).read == 5
    assert told == [2, 4, 5]
    assert len(said) == 1 + 4  # once for twins; 2 + 2 + 1 rows, and nothing more


def test_the_days_are_asked_for_by_name() -> None:
    asked = cli._parser().parse_args(["receipts", "verify", "--from", "2026-11-01", "--to", "2026-11-23"])
    assert (str(asked.from_day), str(asked.to_day)) == ("2026-11-01", "2026-11-23")
