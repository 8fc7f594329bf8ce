"""Among 20,000 people nothing on the way of a request reads a whole table."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from motcua.accounts import check, passcodes, registers, sessions
from motcua.accounts.models.passcodes import Purpose
from motcua.accounts.registers import Wanted
from motcua.accounts.sealed_data import mac
from motcua.kernel.authority import Authority, Power
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.phone import Phone
from motcua.units import posts
from motcua.units.models import Unit

pytestmark = pytest.mark.django_db

MANY = 20_000
#: A few hundred offices, a handful of keys; a mandate is joined by its primary key, and most sessions have none.
SMALL = {"units_unit", "accounts_receiptkey", "accounts_mandate"}
NUMBER, PHONE, TOKEN = (
    CitizenId.parse("052090000007"),
    Phone.parse("0900000007"),
    "trinh-duyet-cua-nguoi-so-bay",
)
SUBJECT = f"{7:032x}"
BINDING = passcodes.Binding(Purpose.REGISTER, mac("who"), mac("phone"), mac("session"), mac("payload"))
PEOPLE = """
INSERT INTO accounts_person (id, kind, full_name, name_words, folded_name, born_on, born_year_only, email)
SELECT n, 'CITIZEN', 'Nguyễn Văn Mẫu', ARRAY['nguyen', 'van', 'so', n::text], 'nguyen van so ' || n,
       DATE '1990-01-01', false, '' FROM generate_series(1, %(many)s) n;
INSERT INTO accounts_identitydocument
       (id, person_id, kind, number_sealed, number_bi, last3, status, source, row_key)
SELECT n, n, 'CCCD12', '', CASE n WHEN 7 THEN %(number)s ELSE sha256(n::text::bytea) END, '007', 'active', 'OWNER',
       gen_random_uuid() FROM generate_series(1, %(many)s) n;
INSERT INTO accounts_account (id, public_id, person_id, status, origin, password, opened_at, vouched_by,
       vouching_unit_id, vouching_unit_code, under_review)
SELECT n, gen_random_uuid(), n, 'active', CASE mod(n, 2) WHEN 0 THEN 'SELF' ELSE 'ASSISTED' END, 'x',
       TIMESTAMPTZ '2022-07-20' + n * interval '1 minute',
       CASE mod(n, 2) WHEN 0 THEN '' ELSE lpad(mod(n, 500)::text, 32, '0') END, %(unit)s, 'so', false
  FROM generate_series(1, %(many)s) n;
INSERT INTO accounts_pairwisesubject (id, account_id, audience, subject)
SELECT n, n, %(desk)s, lpad(to_hex(n), 32, '0') FROM generate_series(1, %(many)s) n;
INSERT INTO accounts_phonebinding
       (id, account_id, role, phone_sealed, phone_bi, phone_masked, status, operator, verdict, row_key)
SELECT n, n, 'primary', '', CASE n WHEN 7 THEN %(phone)s ELSE sha256(n::text::bytea) END, '09*****007',
       'active', '', 'MATCH', gen_random_uuid() FROM generate_series(1, %(many)s) n;
INSERT INTO accounts_session
       (public_id, token_hash, account_id, audience, unit_code, device_hash, device_words, ended_why)
SELECT gen_random_uuid(), CASE n WHEN 7 THEN %(token)s ELSE sha256(n::text::bytea) END, n, 'CITIZEN', '',
       sha256(''), '', '' FROM generate_series(1, %(many)s) n;
INSERT INTO accounts_passcode
       (public_id, purpose, subject_bi, phone_bi, phone_masked, session_hash, payload_hash, code_mac, series, attempts)
SELECT gen_random_uuid(), 'REGISTER', sha256(n::text::bytea), sha256(''), '', CASE n WHEN 7 THEN %(asker)s ELSE
       sha256(n::text::bytea) END, sha256(''), sha256(''), 1, 0 FROM generate_series(1, %(many)s) n;
INSERT INTO units_officer (id, subject, full_name, phone_sealed, phone_masked, active)
SELECT n, lpad(to_hex(n), 32, '0'), 'Cán bộ ' || n, '', '', true FROM generate_series(1, %(many)s) n;
INSERT INTO units_post (officer_id, grantee_subject, unit_id, powers, valid_from, granted_by_subject,
       approved_by_subject, reason, revoked_by_subject, revoked_reason)
SELECT n, lpad(to_hex(n), 32, '0'), %(unit)s, ARRAY['RECEIVE_DOSSIER'], DATE '2022-01-01', 'system', '', '', '', ''
  FROM generate_series(1, %(many)s) n;
"""


def look_up(unit: Unit) -> object:
    return check.check(
        number=NUMBER,
        old_number=None,
        purpose="do",
        asked_by=SUBJECT,
        unit_code=unit.code,
        reference="",
        audience=settings.DESK_ID,
        now=timezone.now(),
    )


def listed(wanted: Wanted, **page: str) -> Callable[[Unit], object]:
    def act(unit: Unit) -> object:
        viewer = Authority(7, SUBJECT, unit.pk, unit.code, frozenset({Power.OPEN_ACCOUNT}), (unit.pk,))
        return registers.assisted_accounts(viewer, wanted, **page)

    return act


WORK: dict[str, Callable[[Unit], object]] = {
    "the account of a number": look_up,
    "the session of a cookie": lambda unit: sessions.visitor_of(TOKEN),
    "the rights of an officer": lambda unit: posts.authority_of(
        SUBJECT, at_unit=unit.code, on=date(2026, 11, 23)
    ),
    "the code of a session": lambda unit: passcodes.status(BINDING),
    "the list": listed(Wanted()),
    "the list, oldest first": listed(Wanted(oldest_first=True)),
    "the list, next page": listed(Wanted(), after="1658275200000000-9000"),
    "the list, page before": listed(Wanted(), before="1658275200000000-9000"),
    "the list of a rare name": listed(Wanted(name="nguyễn 777")),
    "the list of a common name": listed(Wanted(name="nguyễn văn")),
    "the list of a phone": listed(Wanted(phone=PHONE)),
    "the list of a number": listed(Wanted(number=NUMBER)),
    "the list of a creator": listed(Wanted(creator_subjects=("7".rjust(32, "0"),))),
    "the list of some days": listed(Wanted(since=date(2022, 7, 21), until=date(2022, 7, 22))),
    "the list of name and days": listed(Wanted(name="văn", since=date(2022, 7, 21), until=date(2022, 7, 22))),
}


@pytest.fixture(scope="module")
def plans(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[dict[str, list[dict[str, Any]]]]:
    """The plans of each piece of work, all made in one transaction that leaves nothing behind."""
    with django_db_blocker.unblock(), transaction.atomic():
        unit = _many_people()
        yield {name: _plans_of(act, unit) for name, act in WORK.items()}
        transaction.set_rollback(True)


def _many_people() -> Unit:
    unit = Unit.objects.create(
        code="so", name="Sở", short_name="Sở", kind=Unit.Kind.SO, dossier_prefix="000.00.06.H08", has_desk=True,
        valid_from=date(2020, 1, 1),
    )  # fmt: skip
    values = {
        "many": MANY,
        "unit": unit.pk,
        "desk": settings.DESK_ID,
        "number": settings.KEYRING.fingerprint("citizen_number", NUMBER.value),
        "phone": settings.KEYRING.fingerprint("phone", PHONE.value),
        "token": mac("session", TOKEN),
        "asker": BINDING.session_hash,
    }
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in PEOPLE.split(";\n")[:-1]:
            cursor.execute(statement, values)
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("SELECT gin_clean_pending_list('person_name_words')")
        cursor.execute("ANALYZE")
    return unit


def _plans_of(act: Callable[[Unit], object], unit: Unit) -> list[dict[str, Any]]:
    with _explained() as plans:
        act(unit)
    return plans


@contextmanager
def _explained() -> Iterator[list[dict[str, Any]]]:
    plans: list[dict[str, Any]] = []

    def explain(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        with connection.connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
            (answer,) = cursor.fetchone()
        plan = answer if isinstance(answer, list) else json.loads(answer)
        plans.append(plan[0]["Plan"])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        yield plans


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for below in node.get("Plans", []):
        yield from _nodes(below)


def test_every_table_on_the_way_has_many_rows(plans: dict[str, list[dict[str, Any]]]) -> None:
    """A table the test left small is read whole by any sane plan, and says nothing of a province's."""
    read = {
        node["Relation Name"]
        for work in plans.values()
        for plan in work
        for node in _nodes(plan)
        if "Relation Name" in node and node["Node Type"] != "ModifyTable"
    } - SMALL
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relname = ANY(%s) AND reltuples < %s", [sorted(read), MANY]
        )
        assert cursor.fetchall() == []


@pytest.mark.parametrize("work", WORK)
def test_no_statement_reads_a_whole_table_of_many_rows(
    plans: dict[str, list[dict[str, Any]]], work: str
) -> None:
    assert plans[work], "nothing was asked"
    whole = [
        node["Relation Name"]
        for plan in plans[work]
        for node in _nodes(plan)
        if node["Node Type"] == "Seq Scan" and node["Relation Name"] not in SMALL
    ]
    assert whole == []
