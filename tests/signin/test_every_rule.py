"""The rules of the room one by one, each seen red without it; and that none is left out."""

from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from tests.rule_by_rule import Rule, only_by_trigger, said_by, two_rows, untried, wrong_of
from tests.signin.systems import asked, connected, connector
from tests.units import people

from motcua.signin.models import Client, Registration
from motcua.units import sample

pytestmark = pytest.mark.django_db
A, B = "a" * 32, "b" * 32
DECIDED = f"decision = 'APPROVED', decided_by_subject = '{B}', decided_at = now()"

RULES: list[Rule] = [
    ("signin_client", "client_id_plain", "client_id = 'X' || id"),
    ("signin_client", "client_named", "name = ' '"),
    ("signin_registration", "registration_second_officer", f"{DECIDED}, asked_by_subject = '{B}'"),
    ("signin_registration", "registration_second_officer", "decision = 'APPROVED', decided_at = now()"),
    ("signin_registration", "registration_second_officer", "decision = 'DECLINED'"),
    ("signin_registration", "registration_asked_by_officer", "asked_by_subject = ''"),
    (
        "signin_registration",
        "registration_ended_by_officer",
        f"ended_at = now(), ended_by_subject = '{B}', ended_reason = 'x'",
    ),
    ("signin_registration", "registration_scopes_known", "scopes = '{everything}'"),
    ("signin_registration", "registration_scopes_known", "scopes = '{}'"),
    ("signin_registration", "registration_has_addresses", "addresses = '{}'"),
    ("signin_registration", "registration_quota_bounded", "per_minute = 0"),
    ("signin_registration", "registration_quota_bounded", "per_day = 1000001"),
    ("signin_registration", "registration_one_waiting", "client_id = 1"),
    ("signin_registration", "registration_one_live", f"client_id = 1, {DECIDED}"),
]


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def _units(transactional_db: None) -> None:
    sample.load(people.UNITS_FILE)


def test_each_rule_of_a_row() -> None:
    two_rows(Client, client_id=lambda nth: f"he-thong-{nth}", name="Hệ thống")
    two_rows(
        Registration,
        asked_by_subject=A,
        scopes=["account.check"],
        addresses=["203.0.113.0/24"],
        per_minute=1,
        per_day=1,
    )
    assert wrong_of(RULES) == []


@pytest.mark.parametrize(
    "change",
    [
        "jwks = '{}'", "per_day = 1", "scopes = '{account.check,account.check}'", "addresses = '{::1/128}'",
        "expires_on = expires_on + 1", "asked_by_subject = repeat('c', 32)", "decided_reason = 'x'",
    ],
)  # fmt: skip
@pytest.mark.parametrize("decided", [False, True])
def test_what_was_asked_is_never_edited(_units: None, change: str, decided: bool) -> None:
    (connected if decided else lambda by, _: asked(by))(connector(), connector())
    only_by_trigger(
        "registration_moves",
        "signin_registration",
        lambda: sql(f"UPDATE signin_registration SET {change}"),
        rule="registration_written_once",
    )


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM signin_registration",
        "UPDATE signin_registration SET decision = 'WAITING', decided_by_subject = '', decided_at = NULL",
        f"UPDATE signin_registration SET decision = 'DECLINED', decided_by_subject = '{A}'",
    ],
)
def test_a_decision_is_not_taken_back(_units: None, statement: str) -> None:
    connected(connector(), connector())
    only_by_trigger(
        "registration_moves", "signin_registration", lambda: sql(statement), rule="registration_written_once"
    )


def test_what_was_stopped_does_not_begin_again(_units: None) -> None:
    _, row = connected(connector(), connector())
    stop = f"UPDATE signin_registration SET ended_by_subject = '{A}', ended_reason = 'lộ khóa'"
    sql(f"{stop}, ended_at = '2020-01-01'")
    row.refresh_from_db()
    assert row.ended_at is not None and row.ended_at.year >= 2026, "the clock is the database's"
    again = "UPDATE signin_registration SET ended_by_subject = '', ended_reason = '', ended_at = NULL"
    only_by_trigger(
        "registration_moves", "signin_registration", lambda: sql(again), rule="registration_written_once"
    )


@pytest.mark.parametrize(
    "change", ["decision = 'APPROVED', decided_at = now(), decided_by_subject = repeat('e', 32)",
               "expires_on = current_date", "expires_on = current_date + 732"],
)  # fmt: skip
def test_it_begins_waiting_and_for_two_years_at_most(_units: None, change: str) -> None:
    asked(connector())
    columns = [
        field.column
        for field in Registration._meta.concrete_fields
        if field.column not in ("id", "public_id")
    ]
    names = ", ".join(columns)

    def insert() -> None:
        sql("CREATE TEMP TABLE asked ON COMMIT DROP AS SELECT * FROM signin_registration")
        sql(f"UPDATE asked SET {change}")
        sql("ALTER TABLE signin_registration DROP CONSTRAINT IF EXISTS registration_one_waiting")
        sql("DROP INDEX IF EXISTS registration_one_waiting")
        sql(
            f"INSERT INTO signin_registration (public_id, {names}) SELECT gen_random_uuid(), {names} FROM asked"
        )

    only_by_trigger("registration_moves", "signin_registration", insert, rule="registration_begins_waiting")


@pytest.mark.parametrize(
    "statement", ["UPDATE signin_client SET client_id = 'ten-khac'", "DELETE FROM signin_client"]
)
def test_who_a_system_is_stays(_units: None, statement: str) -> None:
    client, _ = asked(connector())
    if statement.startswith("DELETE"):
        sql("ALTER TABLE signin_registration DISABLE TRIGGER USER")
        sql("DELETE FROM signin_registration")
        sql("ALTER TABLE signin_registration ENABLE TRIGGER USER")
    only_by_trigger("client_stays", "signin_client", lambda: sql(statement))
    assert Client.objects.get().client_id == client.client_id


def test_a_rule_speaks_through_the_service_as_well(_units: None) -> None:
    client, _ = asked(connector())
    with pytest.raises(IntegrityError) as no, transaction.atomic():
        asked(connector(), scopes=("everything",))
    assert said_by(no.value) == "registration_scopes_known"
    assert Client.objects.get() == client


def test_every_rule_of_the_room_is_seen_red_somewhere() -> None:
    assert untried("signin", Path(__file__).parent, RULES) == set()
