"""Each constraint of one row: refused by its name, and let through once it is gone (seen red)."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from tests.desk import town as building
from tests.desk.test_gate_rules import Bench, sql, undone
from tests.desk.town import Town

from motcua.desk import database_rules

REFUSED_AGAIN = "state = 'NOT_ACCEPTED', code = NULL, received_at = NULL"
ANOTHER_SERIES = """
INSERT INTO desk_daycounter (unit_id, day, series, last)
SELECT unit_id, day, 'PROVISIONAL', 1 FROM desk_daycounter
"""
A_RIGHT = """
INSERT INTO desk_representation
    (public_id, kind, asker, proof_code, proof_number, proof_on, ends_on, scope, representative_subject)
VALUES (gen_random_uuid(), 'AUTHORISED', 'AUTHORISED', 'giay-uy-quyen', '12', '2026-11-01', '2027-11-01', '{}', '')
"""

#: (table, constraint, what to change in every row of it); triggers rest meanwhile.
RULES = [
    ("desk_component", "component_order_once", '"order" = 1'),
    ("desk_process", "process_order_once", '"order" = 1'),
    ("desk_accountcheck", "check_known_words", "status = 'FINE'"),
    ("desk_accountcheck", "check_found_has_receipt", "receipt = ''"),
    ("desk_accountcheck", "check_found_has_receipt", "subject = ''"),
    ("desk_accountcheck", "check_found_has_receipt", "answer = 'NOT_FOUND'"),
    ("desk_accountcheck", "check_number_bi_32_bytes", "number_bi = '\\x00'"),
    ("desk_accountcheck", "check_subjects_opaque", "officer_subject = '052190000001'"),
    ("desk_accountcheck", "check_made_by_somebody", "officer_subject = ''"),
    ("desk_accountcheck", "check_made_by_somebody", "kind = 'RECHECK'"),
    ("desk_accountcheck", "check_receipt_once", "jti = 'one'"),
    ("desk_accountcheck", "check_renewed_once", "renewed_from_id = (SELECT min(id) FROM desk_accountcheck)"),
    ("desk_gateexception", "exception_has_reason", "reason = ''"),
    ("desk_gateexception", "exception_has_reason", "reason_kind = 'FRIEND'"),
    ("desk_gateexception", "exception_approved_by_another", "approved_at = now(), approved_by = asked_by"),
    ("desk_gateexception", "exception_approved_by_another", "approved_at = now()"),
    ("desk_gateexception", "exception_decided_once", "declined_at = now()"),
    ("desk_dossier", "dossier_state_known", "state = 'LOST'"),
    ("desk_dossier", "dossier_received_iff_coded", "code = NULL"),
    ("desk_dossier", "dossier_received_iff_coded", "received_at = NULL"),
    ("desk_dossier", "dossier_received_iff_coded", "received_by = ''"),
    ("desk_dossier", "dossier_code_shape", "code = id::text"),
    ("desk_dossier", "dossier_provisional_number_shape", "provisional_number = 'TN-' || id"),
    ("desk_dossier", "dossier_owner_iff_checked", f"owner_subject = '', {REFUSED_AGAIN}"),
    ("desk_dossier", "dossier_gate", "unchecked = true"),
    ("desk_dossier", "dossier_representative_waits", "waiting_representative_sealed = '\\x00'"),
    ("desk_dossier", "dossier_number_bi_32_bytes", "owner_number_bi = '\\x00'"),
    ("desk_dossier", "dossier_track_shape", "track_check = '000000'"),
    ("desk_dossier", "dossier_submitted_once", "idempotency_key = '00000000-0000-0000-0000-000000000001'"),
    ("desk_dossiercomponent", "dossier_component_once", '"order" = 1'),
    ("desk_dossiercomponent", "dossier_component_how", "how = 'UPLOADED'"),
    ("desk_dossiercomponent", "dossier_component_how", "vault_paper_id = 'p1'"),
    ("desk_representation", "representation_kind_of_asker", "asker = 'HEIR'"),
    ("desk_representation", "representation_has_proof", "proof_code = ''"),
    ("desk_representation", "representation_authorised_until", "ends_on = NULL"),
    ("desk_representation", "representation_mandate_of_organisation", "mandate = public_id"),
    ("desk_daycounter", "day_counter_four_digits", "last = 10000"),
    ("desk_daycounter", "day_counter_once", "day = '2026-11-23', series = 'RECEIVED'"),
]  # fmt: skip


def broken(table: str, change: str) -> None:
    sql(f"UPDATE {table} SET {change}")


def without(table: str, rule: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_constraint WHERE conname = %s", [rule])
        if cursor.fetchone():
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{rule}"')
        else:
            cursor.execute(f'DROP INDEX "{rule}"')


@pytest.mark.parametrize(
    ("table", "rule", "change"), RULES, ids=[f"{rule}-{n}" for n, (_, rule, _) in enumerate(RULES)]
)
def test_a_row_cannot_lie(town: Town, table: str, rule: str, change: str) -> None:
    Bench(town).insert()
    building.an_exception(town)
    sql(ANOTHER_SERIES)
    sql("ALTER TABLE desk_representation DISABLE TRIGGER USER")
    sql(A_RIGHT)
    sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    try:
        with pytest.raises(IntegrityError) as no, transaction.atomic():
            broken(table, change)
        assert database_rules.name_of(no.value) == rule
        with undone():
            without(table, rule)
            broken(table, change)
    finally:
        sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        sql("ALTER TABLE desk_representation ENABLE TRIGGER USER")


def test_every_rule_of_the_room_is_seen_red_somewhere() -> None:
    named = {
        constraint.name
        for model in apps.get_app_config("desk").get_models()
        for constraint in model._meta.constraints
    }
    # A file serves one thing: seen where files are handed in. The days of a version: a range that ends before it
    # begins is no range, and PostgreSQL says so before the rule is asked.
    otherwise = {"dossier_component_file_once", "filing_file_once", "procedure_dates_in_order"}
    assert named - {rule for _, rule, _ in RULES} - _named_elsewhere() == otherwise


def _named_elsewhere() -> set[str]:
    """Rules that other tests of this room break by name."""
    here = Path(__file__)
    texts = [path.read_text(encoding="utf-8") for path in here.parent.glob("test_*.py") if path != here]
    return {name for text in texts for name in re.findall(r"[\"']([a-z][a-z0-9_]+)[\"']", text)}


def test_every_rule_speaks_vietnamese() -> None:
    unspoken = {"component_order_once", "process_order_once", "dossier_component_once", "day_counter_once"}
    for model in apps.get_app_config("desk").get_models():
        for constraint in model._meta.constraints:
            unseen = isinstance(constraint, models.UniqueConstraint) and constraint.name.endswith("_once")
            if constraint.name not in unspoken and not unseen:
                words = str(constraint.violation_error_message)
                assert words.endswith(".") and "Constraint" not in words, constraint.name
