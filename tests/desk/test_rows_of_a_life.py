"""What one row of a dossier's life may not say: each rule refused by its name, and let through once it is gone."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from tests.desk import lives
from tests.desk.lives import House
from tests.desk.test_gate_rules import undone
from tests.desk.test_row_rules import without
from tests.desk.town import Town

from motcua.desk import charging, database_rules, notices, opinions, returning
from motcua.desk.models import (
    CatalogueDraft,
    Charge,
    Dossier,
    FilingDraft,
    GroupReception,
    GroupRow,
    OwnerCorrection,
    ProcedureForm,
    ReceptionCorrection,
    RegisterExport,
)
from motcua.desk.notices import Item

#: (table, rule, what to change in every row of it)
RULES = [
    ("desk_procedureform", "procedure_form_order_once", '"order" = 1'),
    ("desk_processstep", "process_step_order_once", '"order" = 1'),
    ("desk_processstep", "process_step_time", "working_minutes = 0"),
    ("desk_cataloguedraft", "catalogue_draft_words", "kind = 'GUESS'"),
    ("desk_dossier", "dossier_phone_bi_32_bytes", "contact_phone_bi = '\\x00'"),
    ("desk_ownercorrection", "owner_correction_other_owner", "to_subject = from_subject"),
    ("desk_ownercorrection", "owner_correction_has_reason", "reason = ''"),
    ("desk_ownercorrection", "owner_correction_decided_once", "declined_at = now()"),
    (
        "desk_ownercorrection",
        "owner_correction_one_waiting",
        "dossier_id = (SELECT min(id) FROM desk_dossier)",
    ),
    ("desk_filingdraft", "filing_draft_of_somebody", "owner_subject = ''"),
    ("desk_filingdraft", "filing_draft_kept_for_a_time", "kept_until = saved_at - interval '1 day'"),
    ("desk_hop", "hop_order_once", '"order" = 1'),
    ("desk_hop", "hop_one_open", "left_at = NULL, outcome = ''"),
    ("desk_hop", "hop_accepted_by_somebody", "accepted_by = ''"),
    ("desk_hop", "hop_left_after_acceptance", "outcome = 'LOST'"),
    ("desk_notice", "notice_once_of_a_kind", "kind = 'STOP', old_due_at = NULL, new_due_at = NULL"),
    ("desk_notice", "notice_number_once", "number = 'one'"),
    ("desk_notice", "notice_has_reason", "reason = ''"),
    ("desk_notice", "notice_new_date_iff_apology", "new_due_at = now()"),
    ("desk_opinion", "opinion_answered_by_somebody", "answered_by = ''"),
    ("desk_opinion", "opinion_says_something", "content = ''"),
    ("desk_charge", "charge_once_of_a_kind", "kind = 'FEE'"),
    ("desk_charge", "charge_receipt_once", "receipt_number = 'one'"),
    ("desk_charge", "charge_reference_once", "reference = 'one'"),
    ("desk_charge", "charge_paid_whole", "amount_vnd = 0"),
    (
        "desk_charge",
        "charge_refund_number_once",
        "refunded_at = now(), refunded_by = 'ke-toan', refund_reason = 'Thu nhầm', refund_number = 'one'",
    ),
    ("desk_groupreception", "group_of_an_officer", "officer_subject = '052190000001'"),
    ("desk_groupreception", "group_received_as_chosen", "receiving_at = now(), papers = NULL"),
    ("desk_grouprow", "group_row_once", "nth = 1"),
    ("desk_grouprow", "group_row_within_a_class", "nth = nth + 60"),
    ("desk_grouprow", "group_row_answer_known", "answer = 'PERHAPS'"),
    ("desk_grouprow", "group_row_found_is_checked", "answer = 'FOUND', account_check_id = NULL"),
    (
        "desk_grouprow",
        "group_row_received_as_found",
        "dossier_id = (SELECT min(id) FROM desk_dossier) + nth - 1, left_out = true",
    ),
    ("desk_result", "result_one_standing", "dossier_id = (SELECT min(dossier_id) FROM desk_result)"),
    ("desk_result", "result_signed_by_somebody", "signed_by = ''"),
    ("desk_result", "result_signed_has_file", "signed_id = NULL"),
    ("desk_result", "result_signed_by_another", "attached_by = signed_by"),
    ("desk_result", "result_signed_is_not_draft", "signed_id = draft_id"),
    ("desk_handout", "hand_out_to_somebody", "to_relation = 'Con', to_proof = ''"),
    ("desk_handout", "hand_out_post_is_tracked", "how = 'POST'"),
    ("desk_rating", "rating_one_to_five", "stars = 6"),
    ("desk_yearcounter", "year_counter_once", "series = 'BL'"),
    ("desk_receptioncorrection", "reception_correction_once", "nth = 1"),
    ("desk_receptioncorrection", "reception_correction_has_reason", "reason = ''"),
    ("desk_registerexport", "register_export_has_reason", "reason = ''"),
]


@pytest.fixture
def house(town: Town) -> House:
    return lives.house(town)


def lived(house: House) -> None:
    """Two dossiers with everything a dossier can have, and the rows beside them."""
    now = timezone.now()
    first, second = house.done(), house.done()
    house.hand_out(first)
    returning.rate(subject=first.owner_subject, dossier_id=first.public_id, stars=5)
    for kind in (Charge.Kind.FEE, Charge.Kind.CHARGE):
        charge = charging.ask(
            authority=house.giver, dossier_id=second.public_id, kind=kind, amount_vnd=5, wait=False, now=now
        )
        charging.take(authority=house.giver, charge_id=charge.public_id, how=Charge.How.CASH, now=now)
    third = house.on_the_desk_of_the_specialist()
    named = {"authority": house.specialist, "dossier_id": third.public_id, "now": now}
    asked = opinions.ask(asked_of="Sở khác", content="Cho ý kiến", due_at=now + timedelta(days=1), **named)
    opinions.answer(authority=house.specialist, opinion_id=asked.public_id, words="Đồng ý", now=now)
    due = third.due_at
    assert due is not None
    notices.apologise(reason="Chờ xác minh", new_due_at=due + timedelta(days=3), **named)
    notices.ask_supplement(items=[Item("Đơn", "thiếu chữ ký")], reason="Chưa hợp lệ", answer_by=None, **named)
    _beside(house, [first, second])


def _beside(house: House, dossiers: list[Dossier]) -> None:
    """Rows of rooms whose own tests tell how they come to be; here only what they may not say."""
    unit = house.town.unit
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
    for n, dossier in enumerate(dossiers, start=1):
        procedure = dossier.procedure
        ProcedureForm.objects.create(procedure=procedure, order=50 + n, name="Mẫu")
        CatalogueDraft.objects.create(kind="EDIT", officer_subject="0" * 32, unit_code=unit.code)
        OwnerCorrection.objects.create(
            dossier=dossier, batch=uuid.uuid4(), from_subject="a" * 32, to_subject="b" * 32, reason="Ghi nhầm",
            asked_by="c" * 32, asked_check=dossier.account_check, asked_unit=unit,
            from_check=dossier.account_check,
        )  # fmt: skip
        FilingDraft.objects.create(
            owner_subject="a" * 32, procedure_code=procedure.code, version=procedure.pk, unit=unit
        )
        for nth in (1, 2):
            ReceptionCorrection.objects.create(
                dossier=dossier, nth=nth, by="c" * 32, fields=["note"], reason="Ghi nhầm"
            )
        RegisterExport.objects.create(by="c" * 32, kind="xlsx", reason="Báo cáo tháng", rows=1, unit=unit)
    first = dossiers[0]
    group = GroupReception.objects.create(
        unit=unit, unit_code=unit.code, officer_subject="c" * 32, label="Lớp 1A", papers=[],
        procedure=first.procedure, process=first.process,
    )  # fmt: skip
    for nth in (1, 2):
        GroupRow.objects.create(group=group, nth=nth)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = origin")


def test_no_row_of_a_life_can_lie(house: House) -> None:
    lived(house)
    wrong: list[str] = []
    for table, rule, change in RULES:
        said, free = _refused_by(table, rule, change)
        if said != rule or not free:
            wrong.append(f"{rule}: {said}, gone: {free}")

    assert wrong == []


def _refused_by(table: str, rule: str, change: str) -> tuple[str, bool]:
    """Which rule says no, and whether the change passes without it."""
    said, free = "", True
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        try:
            with transaction.atomic():
                cursor.execute(f"UPDATE {table} SET {change}")
        except IntegrityError as no:
            said = database_rules.name_of(no)
        try:
            with undone():
                without(table, rule)
                cursor.execute(f"UPDATE {table} SET {change}")
        except IntegrityError:
            free = False
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    return said, free
