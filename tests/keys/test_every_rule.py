"""What the database holds against whoever seals anew, or comes late: each rule tried by its name and without it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory

from motcua.kernel.sealing import Keyring
from motcua.keys import field_keys, refusing
from motcua.keys.models import (
    BegunLookupKey,
    KnownFieldKey,
    KnownLookupKey,
    KnownSecretKey,
    Machine,
    RetiredFieldKey,
)
from motcua.ops.places import APP_ROLE
from motcua.web.refusals import RefusalMiddleware
from tests import app_role
from tests.keys import planted
from tests.rule_by_rule import Rule, only_by_trigger, said_by, two_rows, untried, wrong_of

pytestmark = pytest.mark.django_db(transaction=True)

RULES: list[Rule] = [
    ("keys_retiredfieldkey", "retired_field_key_is_a_byte", "number = number + 255"),
    ("keys_knownfieldkey", "known_field_key_is_a_byte", "number = number + 255"),
    ("keys_knownfieldkey", "known_field_key_check_is_32_bytes", "check_value = 'x'"),
    ("keys_knownsecretkey", "known_secret_key_is_a_byte", "number = number + 255"),
    ("keys_knownsecretkey", "known_secret_key_check_is_32_bytes", "check_value = 'x'"),
    ("keys_knownlookupkey", "known_lookup_key_is_a_byte", "number = number + 255"),
    ("keys_knownlookupkey", "known_lookup_key_check_is_32_bytes", "check_value = 'x'"),
    ("keys_begunlookupkey", "begun_lookup_key_is_a_byte", "number = number + 255"),
    ("keys_machine", "machine_seals_with_a_byte", "number = number + 255"),
    ("keys_machine", "machine_looks_up_with_a_byte", "lookup_number = lookup_number + 255"),
    ("keys_machine", "machine_has_a_host_name", "name = name || ' x'"),
]


@pytest.fixture(autouse=True)
def _keys(settings: Any, tmp_path: Path) -> None:
    settings.KEYRING = Keyring.generate(tmp_path / "keys")


def test_each_rule_of_retired_and_known_keys_refuses_under_its_name() -> None:
    with transaction.atomic():
        two_rows(RetiredFieldKey, number=lambda nth: nth)
        two_rows(KnownFieldKey, number=lambda nth: nth, check_value=lambda nth: bytes([nth]) * 32)
        two_rows(KnownSecretKey, number=lambda nth: nth, check_value=lambda nth: bytes([nth]) * 32)
        two_rows(KnownLookupKey, number=lambda nth: nth, check_value=lambda nth: bytes([nth]) * 32)
        two_rows(BegunLookupKey, number=lambda nth: nth + 1)
        two_rows(Machine, name=lambda nth: f"app{nth}", number=lambda nth: nth)
        assert wrong_of(RULES) == []
        only_by_trigger(
            "field_key_stays_retired", "keys_retiredfieldkey", RetiredFieldKey.objects.all().delete
        )
        only_by_trigger("field_key_known_for_good", "keys_knownfieldkey", KnownFieldKey.objects.all().delete)
        only_by_trigger(
            "secret_key_known_for_good", "keys_knownsecretkey", KnownSecretKey.objects.all().delete
        )
        only_by_trigger(
            "lookup_key_known_for_good", "keys_knownlookupkey", KnownLookupKey.objects.all().delete
        )
        only_by_trigger(
            "lookup_key_begun_for_good", "keys_begunlookupkey", BegunLookupKey.objects.all().delete
        )
        transaction.set_rollback(True)
    assert untried("keys", Path(__file__).parent, RULES) == set()


def test_a_late_writer_is_refused_by_the_trigger_alone() -> None:
    row = planted.plant("units_officer")
    RetiredFieldKey.objects.create(number=1)
    only_by_trigger(
        "field_key_not_retired", "units_officer", lambda: row.save(update_fields=["phone_sealed"])
    )


def written(row: Any, **values: Any) -> str:
    """Which rule refused this change, with the mark of sealing anew set."""
    sets = ", ".join(f"{column} = %s" for column in values)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL motcua.resealing = 'on'")
            cursor.execute(
                f"UPDATE {row._meta.db_table} SET {sets} WHERE id = %s", [*values.values(), row.pk]
            )
            transaction.set_rollback(True)
    except IntegrityError as no:
        return said_by(no)
    return ""


def test_the_line_in_a_rule_lets_through_sealing_anew_and_nothing_else() -> None:
    """A paper in the vault is written once. What the line can see of a sealed value is its length and its numbers."""
    row = planted.plant("vault_paper")
    old = bytes(row.number_sealed)
    anew: Callable[[str], bytes] = lambda text: configured.KEYRING.seal(  # noqa: E731
        "paper.number", str(row.public_id), text
    )
    same_key = anew("Một lời.")
    field_keys.add(waits=False)
    fresh = anew("Một lời.")
    assert written(row, number_sealed=fresh) == ""
    tried = {
        "the same key": {"number_sealed": same_key},
        "another length": {"number_sealed": anew("Một lời khác.")},
        "emptied": {"number_sealed": b""},
        "garbage of another version": {"number_sealed": b"\x02" + fresh[1:]},
        "a key that nobody knows": {"number_sealed": fresh[:1] + b"\x03" + fresh[2:]},
        "something else besides": {"number_sealed": fresh, "title": "Khác"},
        "something else alone": {"title": "Khác"},
        "another sealed column going back": {"number_sealed": fresh, "subject_name_sealed": old},
    }
    assert {what: written(row, **values) for what, values in tried.items()} == dict.fromkeys(
        tried, "paper_written_once"
    )
    with transaction.atomic():
        RetiredFieldKey.objects.create(number=2)
        assert written(row, number_sealed=fresh) != ""
        transaction.set_rollback(True)


def test_without_the_mark_a_rule_forbids_sealing_anew_too() -> None:
    row = planted.plant("vault_paper")
    field_keys.add(waits=False)
    fresh = configured.KEYRING.seal("paper.number", str(row.public_id), "Một lời.")
    with pytest.raises(IntegrityError) as no:
        type(row).objects.filter(pk=row.pk).update(number_sealed=fresh)
    assert said_by(no.value) == "paper_written_once"


def test_an_update_writes_before_the_new_tables_have_rights() -> None:
    """Between ``motcua migrate`` and ``motcua grants`` the running system of before goes on writing."""
    row = planted.plant("units_officer")
    app_role.give()
    field_keys.add(waits=False)
    with transaction.atomic(), connection.cursor() as cursor:
        for table in ("keys_knownfieldkey", "keys_knownsecretkey", "keys_retiredfieldkey", "keys_machine"):
            cursor.execute(f"REVOKE ALL ON {table} FROM {APP_ROLE}")
        cursor.execute(f"SET LOCAL ROLE {APP_ROLE}")
        row.phone_sealed = configured.KEYRING.seal("officer.phone", row.subject, planted.PHONE)
        row.save(update_fields=["phone_sealed"])
        cursor.execute("SET LOCAL motcua.resealing = 'on'")
        row.save(update_fields=["phone_sealed"])
        cursor.execute("RESET ROLE")
        transaction.set_rollback(True)


def test_a_value_that_was_given_up_counts_for_no_key() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT keys_number(%s)", [b"\x00\x07" + bytes(40)])
        assert cursor.fetchone() == (None,)


@pytest.mark.parametrize("wants", ["application/json", "text/html"])
def test_whoever_sealed_with_a_key_that_went_is_asked_to_send_again(wants: str) -> None:
    row = planted.plant("units_officer")
    RetiredFieldKey.objects.create(number=1)
    with pytest.raises(IntegrityError) as no, transaction.atomic():
        row.save(update_fields=["phone_sealed"])
    request = RequestFactory().post("/", headers={"Accept": wants})
    said = RefusalMiddleware(lambda _: HttpResponse()).process_exception(request, no.value)
    assert said is not None and said.status_code == 409
    assert (
        "gửi lại" in json.loads(said.content)["message"]
        if "json" in wants
        else "gửi lại" in said.content.decode()
    )
    assert refusing.of(IntegrityError("another")) is None


def test_an_empty_or_absent_value_has_no_key() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT keys_number(NULL), keys_number(''), keys_number(%s), keys_number(%s)",
            [bytes(29), b"\x01\x07" + bytes(28)],
        )
        assert cursor.fetchone() == (None, None, None, 7)
    sealed = configured.KEYRING.seal("a", "1", "")
    assert len(sealed) == 30
