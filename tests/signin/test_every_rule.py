"""The rules of the room one by one, each seen red without it; and that none is left out."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from tests.rule_by_rule import Rule, only_by_trigger, said_by, two_rows, untried, wrong_of
from tests.signin.systems import SCHOOL, asked, call_counted, connected, connector, let_in
from tests.units import people

from motcua.signin import answers, calls
from motcua.signin.models import CallCount, Client, KeptAnswer, Registration
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
    ("signin_registration", "registration_audience_plain", "audience = 'X' || id"),
    ("signin_registration", "registration_one_waiting", "client_id = 1"),
    ("signin_registration", "registration_one_live", f"client_id = 1, {DECIDED}"),
    ("signin_callcount", "call_count_once", "client_id = 1, hour = '2026-11-30 10:00+07'"),
    ("signin_callcount", "call_count_adds_up", "refused = 2"),
    ("signin_callcount", "call_count_adds_up", "missed = 2"),
    ("signin_callcount", "call_count_adds_up", "missed = 1"),
    ("signin_callcount", "call_count_adds_up", "looked_up = 2"),
    ("signin_callcount", "call_count_adds_up", "unasked = 1"),
    ("signin_callcount", "call_count_adds_up", "looked_up = 1, unasked = 1, missed = 1"),
    ("signin_callcount", "call_count_adds_up", "alarms = 1"),
    ("signin_callcount", "call_count_adds_up", "calls = 0, refused = 0, missed = 0, alarms = 0"),
    ("signin_callcount", "call_count_scope_known", "scope = 'everything'"),
    ("signin_keptanswer", "kept_answer_once", "client_id = 1, key = 'cung-mot-ma'"),
    ("signin_keptanswer", "kept_answer_key_plain", "key = 'khong dung ' || id"),
    ("signin_keptanswer", "kept_answer_mac", "body_mac = '\\x01'"),
    ("signin_keptanswer", "kept_answer_whole", "status = 200"),
    ("signin_keptanswer", "kept_answer_whole", "answered_at = now()"),
    (
        "signin_keptanswer",
        "kept_answer_whole",
        "status = 404, answered_at = now(), answer_sealed = '\\x01'",
    ),
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
        audience=lambda nth: f"mot-cua-{nth}",
        scopes=["account.check"],
        addresses=["203.0.113.0/24"],
        per_minute=1,
        per_day=1,
    )
    two_rows(CallCount, calls=1, refused=0, missed=0, alarms=0)
    two_rows(KeptAnswer, key=lambda nth: f"mot-viec-{nth}")
    assert wrong_of(RULES) == []


@pytest.mark.parametrize(
    "change",
    [
        "jwks = '{}'", "per_day = 1", "scopes = '{account.check,account.check}'", "addresses = '{::1/128}'",
        "expires_on = expires_on + 1", "bearer_until = expires_on", "audience = 'mot-cua-khac'",
        "asked_by_subject = repeat('c', 32)", "decided_reason = 'x'",
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


def test_whoever_is_registered_now_gets_no_token_that_anybody_could_show(_units: None) -> None:
    _, row = asked(connector())
    values = Registration.objects.filter(pk=row.pk).values().get()
    sql("ALTER TABLE signin_registration DISABLE TRIGGER registration_moves")
    sql("DELETE FROM signin_registration")
    sql("ALTER TABLE signin_registration ENABLE TRIGGER registration_moves")
    del values["id"]

    def insert() -> None:
        Registration.objects.create(**{**values, "bearer_until": values["expires_on"]})

    only_by_trigger("registration_bound", "signin_registration", insert)


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


def test_a_desk_belongs_to_the_systems_of_one_unit(_units: None) -> None:
    asked(connector(), audience="mot-cua-tinh")
    _, other = asked(connector(unit=SCHOOL), audience="mot-cua-truong")
    row = Registration.objects.filter(pk=other.pk).values().get()
    sql("ALTER TABLE signin_registration DISABLE TRIGGER registration_moves")
    sql("DELETE FROM signin_registration WHERE audience = 'mot-cua-truong'")
    sql("ALTER TABLE signin_registration ENABLE TRIGGER registration_moves")

    def take() -> None:
        again = {**row, "audience": "mot-cua-tinh"}
        again.pop("id")
        Registration.objects.create(**again)

    only_by_trigger(
        "registration_audience", "signin_registration", take, rule="registration_audience_of_one_unit"
    )


def test_what_became_of_a_call_is_counted_where_the_call_was(_units: None) -> None:
    """An answer after the full hour belongs to the hour of its question."""
    client, _ = connected(connector(), connector())
    caller = let_in(client, "account.check", looks_up=True)
    sql("ALTER TABLE signin_callcount DISABLE TRIGGER USER")
    sql("UPDATE signin_callcount SET hour = hour - interval '1 hour'")
    sql("ALTER TABLE signin_callcount ENABLE TRIGGER USER")
    assert caller.hour is not None

    calls.note(replace(caller, hour=caller.hour - timedelta(hours=1)), refusal="request_invalid")

    row = CallCount.objects.get()
    assert (row.calls, row.refused, row.looked_up, row.unasked) == (1, 1, 1, 1)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE signin_callcount SET refused = 1, missed = 0",
     "UPDATE signin_callcount SET scope = 'vault.put'",
     "UPDATE signin_callcount SET looked_up = 1, unasked = 0", "UPDATE signin_callcount SET unasked = 0",
     "UPDATE signin_callcount SET refused = 0", "DELETE FROM signin_callcount"],
)  # fmt: skip
def test_what_was_counted_stays_counted(_units: None, statement: str) -> None:
    client, _ = connected(connector(), connector())
    for asked_somebody in (True, False):
        call_counted(
            client, "account.check", looked_up=asked_somebody, missed=asked_somebody, refusal="scope_missing"
        )
    sql("UPDATE signin_callcount SET calls = 3, looked_up = 2, unasked = 1")
    only_by_trigger("call_count_grows", "signin_callcount", lambda: sql(statement))


@pytest.mark.parametrize(
    "statement",
    ["UPDATE signin_keptanswer SET status = 201", "UPDATE signin_keptanswer SET body_mac = sha256('x')",
     "UPDATE signin_keptanswer SET answer_sealed = 'x'", "DELETE FROM signin_keptanswer",
     "UPDATE signin_keptanswer SET status = NULL, answer_sealed = NULL, answered_at = NULL"],
)  # fmt: skip
def test_an_answer_that_was_given_is_never_another(_units: None, statement: str) -> None:
    client, _ = asked(connector())
    claimed = answers.claim(client_pk=client.pk, key="mot-viec-1", operation="x", body=b"x")
    answers.keep(claimed, answers.Answer(200, {}))
    only_by_trigger("kept_answer_stays", "signin_keptanswer", lambda: sql(statement))


def test_a_kept_answer_begins_without_one_and_with_a_short_lease(_units: None) -> None:
    client, _ = asked(connector())
    insert = (
        "INSERT INTO signin_keptanswer (public_id, client_id, key, operation, body_mac, lease_until)"
        f" VALUES (gen_random_uuid(), {client.pk}, 'mot-viec-1', 'x', sha256('x'), now() + interval '1 day')"
    )
    only_by_trigger("kept_answer_stays", "signin_keptanswer", lambda: sql(insert))


def test_a_rule_speaks_through_the_service_as_well(_units: None) -> None:
    client, _ = asked(connector())
    with pytest.raises(IntegrityError) as no, transaction.atomic():
        asked(connector(), scopes=("everything",))
    assert said_by(no.value) == "registration_scopes_known"
    assert Client.objects.get() == client


def test_every_rule_of_the_room_is_seen_red_somewhere() -> None:
    assert untried("signin", Path(__file__).parent, RULES) == set()
