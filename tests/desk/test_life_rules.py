"""What must never happen to a dossier under way, said to the database with the app's own rights (migration 0007).

Each rule refuses here what the use cases never do, and without its trigger it would have happened (seen red).
"""

import importlib
import inspect
import re
import sys
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from tests import app_role
from tests.desk import lives
from tests.desk.lives import House, a_pdf, fresh, past_the_rules
from tests.desk.test_gate_against_the_app_role import as_the_app, refused_to_the_app
from tests.desk.test_gate_rules import refused, sql, undone
from tests.desk.town import Town, a_unit, an_officer, authority_of

from motcua.desk import charging, database_rules, notices, opinions, returning
from motcua.desk.models import Charge, Dossier, HandOut, Hop, Notice, Opinion, Rating, Result
from motcua.desk.notices import Item
from motcua.files import keeping
from motcua.files.models import StoredFile
from motcua.kernel.authority import Power

LIFE = ("desk_dossier", "desk_dossier_life")
HOP = ("desk_hop", "desk_hop_guard")
NOTICE = ("desk_notice", "desk_notice_guard")
CHARGE = ("desk_charge", "desk_charge_guard")
RESULT = ("desk_result", "desk_result_guard")
# Without its guard a forged hand-out would still have to return the dossier (migration 0019): both are off then.
HAND_OUT = ("desk_handout", "desk_hand_out_guard, DISABLE TRIGGER desk_hand_out_returns")
RATING = ("desk_rating", "desk_rating_guard")
OPINION = ("desk_opinion", "desk_opinion_guard")

Act = Callable[[], object]


@pytest.fixture
def house(town: Town) -> House:
    app_role.give()
    return lives.house(town)


def refused_only_by(act: Act, rule: str, guard: tuple[str, str]) -> None:
    refused_to_the_app(act, rule, *guard)


def kept_even_from_the_owner(act: Act, rule: str, guard: tuple[str, str]) -> None:
    """The running system has no right to delete at all; the rule binds whoever has."""
    refused(act, rule)
    with undone():
        sql(f"ALTER TABLE {guard[0]} DISABLE TRIGGER {guard[1]}")
        act()


def allowed_to_the_app(act: Act) -> None:
    """The same act, where everything is as it should be."""
    with undone(), as_the_app():
        act()
        sql("SET CONSTRAINTS ALL IMMEDIATE")


def setting(change: str, row: Any) -> Act:
    return lambda: sql(f"UPDATE {row._meta.db_table} SET {change} WHERE id = %s", row.pk)


def to(state: str, dossier: Dossier) -> Act:
    return setting(f"state = '{state}'", dossier)


def ask_for_papers(house: House, dossier: Dossier) -> Notice:
    return notices.ask_supplement(
        authority=house.specialist,
        dossier_id=dossier.public_id,
        items=[Item("Đơn đề nghị", "thiếu chữ ký")],
        reason="Hồ sơ chưa hợp lệ",
        answer_by=None,
        now=timezone.now(),
    )


def ask_for_money(house: House, dossier: Dossier, *, wait: bool) -> Charge:
    return charging.ask(
        authority=house.specialist,
        dossier_id=dossier.public_id,
        kind=Charge.Kind.FEE,
        amount_vnd=30_000,
        wait=wait,
        now=timezone.now(),
    )


def ask_an_agency(house: House, dossier: Dossier) -> Opinion:
    return opinions.ask(
        authority=house.specialist,
        dossier_id=dossier.public_id,
        asked_of="Sở Nội vụ",
        content="Đề nghị cho ý kiến",
        due_at=timezone.now() + timedelta(days=3),
        now=timezone.now(),
    )


def a_notice(house: House, dossier: Dossier, kind: Notice.Kind, **more: object) -> Notice:
    """A row as the use case would write it, but for what the test spoils."""
    row: dict[str, Any] = {
        "dossier": dossier,
        "kind": kind,
        "number": f"9999/2026/{kind}",
        "issued_by": house.specialist.subject,
        "issued_unit": house.town.unit,
        "reason": "Hồ sơ chưa hợp lệ",
        **more,
    }
    return Notice.objects.create(**row)


def a_hop(house: House, dossier: Dossier, **more: object) -> Hop:
    row: dict[str, Any] = {
        "dossier": dossier,
        "order": Hop.objects.filter(dossier=dossier).count() + 1,
        "step_order": 2,
        "step_name": "Thụ lý",
        "unit": house.town.unit,
        "power": Power.PROCESS,
        "handed_by": house.town.authority.subject,
        **more,
    }
    return Hop.objects.create(**row)


def kept_file() -> StoredFile:
    day = timezone.now() + timedelta(days=3650)
    with transaction.atomic():
        return keeping.keep_checked(a_pdf(1), purpose=StoredFile.Purpose.RESULT, purge_after=day)


def a_result(house: House, dossier: Dossier, **more: object) -> Result:
    row: dict[str, Any] = {
        "dossier": dossier,
        "name": "Quyết định",
        "type_code": "quyet-dinh",
        "attached_by": house.specialist.subject,
        **more,
    }
    return Result.objects.create(**row)


# -- no state without its record -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "rule"),
    [
        ("SUPPLEMENT", "desk_supplement_has_notice"),
        ("WITHDRAWN", "desk_withdrawal_has_notice"),
        ("STOPPED", "desk_stop_has_notice"),
        ("PAYMENT", "desk_payment_has_charge"),
        ("PROCESSING", "desk_processing_has_hop"),
        ("DONE", "desk_done_has_result"),
    ],
)
def test_no_state_is_entered_without_the_record_that_the_law_wants(
    house: House, state: str, rule: str
) -> None:
    refused_only_by(to(state, house.received()), rule, LIFE)


def test_a_filed_dossier_is_not_refused_without_form_03(house: House) -> None:
    dossier = house.received()
    past_the_rules("state = 'NEW', code = NULL, received_at = NULL", dossier)
    refused_only_by(to("NOT_ACCEPTED", dossier), "desk_refusal_has_notice", LIFE)
    a_notice(house, dossier, Notice.Kind.REFUSAL)
    allowed_to_the_app(to("NOT_ACCEPTED", dossier))


def test_work_goes_on_after_a_supplement_only_when_the_papers_came(house: House) -> None:
    dossier = house.on_the_desk_of_the_specialist()
    asked = ask_for_papers(house, dossier)
    refused_only_by(to("PROCESSING", dossier), "desk_supplement_answered", LIFE)
    setting("answered_at = now()", asked)()
    allowed_to_the_app(to("PROCESSING", dossier))


def test_work_goes_on_and_ends_only_when_the_money_is_there(house: House) -> None:
    waiting = house.on_the_desk_of_the_specialist()
    ask_for_money(house, waiting, wait=True)
    refused_only_by(to("PROCESSING", waiting), "desk_payment_made", LIFE)

    signed = house.on_the_desk_of_the_specialist()
    house.attach(signed)
    house.forward(house.specialist, signed)
    house.accept(house.leader, signed)
    house.sign(signed)
    ask_for_money(house, signed, wait=False)
    refused_only_by(to("DONE", signed), "desk_payment_made", LIFE)


def test_nothing_is_returned_without_a_line_of_who_took_it(house: House) -> None:
    refused_only_by(to("RETURNED", house.done()), "desk_returned_has_hand_out", LIFE)


@pytest.mark.parametrize("moment", ["due_at + interval '1 minute'", "due_at - interval '1 day'", "NULL"])
def test_the_due_date_is_kept(house: House, moment: str) -> None:
    dossier = house.on_the_desk_of_the_specialist()
    refused_only_by(setting(f"due_at = {moment}", dossier), "desk_due_date_kept", LIFE)


def test_an_apology_moves_the_due_date_to_its_own_day_and_once(house: House) -> None:
    dossier = house.on_the_desk_of_the_specialist()
    old = fresh(dossier).due_at
    assert old is not None
    new = old + timedelta(days=3)
    a_notice(house, dossier, Notice.Kind.APOLOGY, old_due_at=old, new_due_at=new)

    another = new + timedelta(days=1)
    refused_only_by(setting(f"due_at = '{another.isoformat()}'", dossier), "desk_due_date_kept", LIFE)
    setting(f"due_at = '{new.isoformat()}'", dossier)()
    refused_only_by(setting(f"due_at = '{old.isoformat()}'", dossier), "desk_due_date_kept", LIFE)


# -- hops --------------------------------------------------------------------------------------------


def test_a_hop_is_made_only_while_the_dossier_is_worked_on(house: House) -> None:
    dossier = house.done()
    refused_only_by(lambda: a_hop(house, dossier), "desk_hop_while_worked_on", HOP)


@pytest.mark.parametrize("order", [1, 4])
def test_hops_follow_one_another_without_a_gap(house: House, order: int) -> None:
    dossier = house.received()
    house.forward(house.town.authority, dossier)
    sql("UPDATE desk_hop SET left_at = now(), outcome = 'ENDED' WHERE left_at IS NULL")
    with undone():
        sql("ALTER TABLE desk_hop DROP CONSTRAINT hop_order_once")  # the rule speaks without it, too
        refused_only_by(lambda: a_hop(house, dossier, order=order), "desk_hop_in_order", HOP)
    allowed_to_the_app(lambda: a_hop(house, dossier, order=3))


@pytest.mark.parametrize(
    "change",
    [
        "step_name = 'Khác'",
        "step_order = 4",
        "power = 'SIGN'",
        "unit_id = (SELECT id FROM units_unit WHERE code = 'phong-khac')",
        "handed_by = repeat('a', 32)",
        "handed_at = now()",
        "due_at = now()",
        "accepted_by = repeat('a', 32)",
        "accepted_at = now()",
        "note = 'lời khác'",
    ],
)
def test_a_hop_that_was_accepted_stays_as_it_was(house: House, change: str) -> None:
    dossier = house.on_the_desk_of_the_specialist()
    a_unit("phong-khac", "000.00.07.H08")
    refused_only_by(setting(change, Hop.objects.get(dossier=dossier, order=2)), "desk_hop_unchanged", HOP)


def test_a_hop_that_was_left_is_not_opened_again(house: House) -> None:
    dossier = house.on_the_desk_of_the_specialist()
    first = Hop.objects.get(dossier=dossier, order=1)
    for change in ("outcome = 'BACK'", "left_at = now()", "note = 'lời khác'"):
        refused_only_by(setting(change, first), "desk_hop_unchanged", HOP)
    with undone():
        sql("DROP INDEX hop_one_open")
        refused_only_by(setting("left_at = NULL, outcome = ''", first), "desk_hop_unchanged", HOP)


def test_a_step_is_taken_only_by_somebody_who_holds_its_right_there_today(house: House) -> None:
    dossier = house.received()
    house.forward(house.town.authority, dossier)
    hop = Hop.objects.get(dossier=dossier, order=2)
    elsewhere = lives.holding(a_unit("phong-khac", "000.00.07.H08"), Power.PROCESS)
    gone = lives.holding(house.town.unit, Power.PROCESS)
    sql(
        "UPDATE units_post SET revoked_at = now(), revoked_by_subject = repeat('b', 32)"
        " WHERE grantee_subject = %s",
        gone.subject,
    )
    over = lives.holding(house.town.unit, Power.PROCESS)
    sql("SET session_replication_role = replica")
    sql("UPDATE units_post SET valid_to = current_date - 2 WHERE grantee_subject = %s", over.subject)
    sql("SET session_replication_role = origin")

    def take(who: str) -> Act:
        return setting(f"accepted_at = now(), accepted_by = '{who}'", hop)

    for who in (house.leader, house.giver, elsewhere, gone, over):
        refused_only_by(take(who.subject), "desk_hop_by_holder", HOP)
    allowed_to_the_app(take(house.specialist.subject))


def test_nobody_takes_a_step_of_the_own_dossier(house: House) -> None:
    dossier = house.received()
    house.forward(house.town.authority, dossier)
    past_the_rules(f"owner_subject = '{house.specialist.subject}'", dossier)
    take = setting(
        f"accepted_at = now(), accepted_by = '{house.specialist.subject}'",
        Hop.objects.get(dossier=dossier, order=2),
    )
    refused_only_by(take, "desk_hop_not_own", HOP)


def test_hops_are_not_deleted(house: House) -> None:
    house.on_the_desk_of_the_specialist()
    kept_even_from_the_owner(lambda: sql("DELETE FROM desk_hop"), "desk_hop_kept", HOP)


def test_when_a_hop_was_taken_and_left_is_the_databases_word(house: House) -> None:
    dossier = house.received()
    house.forward(house.town.authority, dossier)
    hop = Hop.objects.get(dossier=dossier, order=2)
    setting(f"accepted_at = '2020-01-01', accepted_by = '{house.specialist.subject}'", hop)()
    setting("left_at = '2030-01-01', outcome = 'ENDED'", hop)()
    hop.refresh_from_db()
    assert hop.accepted_at is not None and hop.left_at is not None
    assert hop.handed_at <= hop.accepted_at <= hop.left_at <= timezone.now() + timedelta(seconds=1)


def test_where_a_dossier_lies_follows_its_hops(house: House) -> None:
    """Seen red: without the trigger it lies where it lay."""
    dossier = house.received()
    placed = (house.town.unit.pk, "", "Thụ lý")

    def lies() -> tuple[int | None, str, str]:
        row = fresh(dossier)
        return row.at_unit_id, row.at_officer, row.at_step

    before = lies()
    with undone():
        a_hop(house, dossier, order=1)
        assert lies() == placed != before
    with undone():
        sql("ALTER TABLE desk_hop DISABLE TRIGGER desk_hop_places")
        a_hop(house, dossier, order=1)
        assert lies() == before


# -- notices -----------------------------------------------------------------------------------------

#: The state, and what may not be issued in it.
NOT_NOW: Mapping[str, tuple[str, ...]] = {
    "SUPPLEMENT": ("SUPPLEMENT", "APOLOGY"),
    "PAYMENT": ("SUPPLEMENT", "APOLOGY"),
    "DONE": ("SUPPLEMENT", "APOLOGY", "STOP", "REFUSAL", "WITHDRAWAL"),
    "RETURNED": ("SUPPLEMENT", "APOLOGY", "STOP", "REFUSAL", "WITHDRAWAL"),
    "STOPPED": ("SUPPLEMENT", "APOLOGY", "STOP", "REFUSAL", "WITHDRAWAL"),
    "WITHDRAWN": ("SUPPLEMENT", "APOLOGY", "STOP", "REFUSAL", "WITHDRAWAL"),
}


@pytest.mark.parametrize("state", sorted(NOT_NOW))
def test_a_notice_is_issued_only_in_its_state(house: House, state: str) -> None:
    dossier = house.received()
    due = dossier.due_at
    assert due is not None
    dates = {"old_due_at": due, "new_due_at": due + timedelta(days=3)}
    past_the_rules(f"state = '{state}'", dossier)
    for kind in Notice.Kind:
        more = dates if kind == Notice.Kind.APOLOGY else {}

        def issue(kind: Notice.Kind = kind, more: dict[str, Any] = more) -> Notice:
            return a_notice(house, dossier, kind, **more)

        if kind in NOT_NOW[state]:
            refused_only_by(issue, "desk_notice_in_its_state", NOTICE)
        else:
            allowed_to_the_app(issue)


def test_nobody_issues_a_notice_about_the_own_dossier_but_takes_note_of_a_withdrawal(house: House) -> None:
    dossier = house.on_the_desk_of_the_specialist()
    past_the_rules(f"owner_subject = '{house.specialist.subject}'", dossier)
    for kind in (Notice.Kind.SUPPLEMENT, Notice.Kind.REFUSAL, Notice.Kind.STOP):
        refused_only_by(
            lambda kind=kind: a_notice(house, dossier, kind),
            "desk_notice_not_own",
            NOTICE,
        )
    allowed_to_the_app(lambda: a_notice(house, dossier, Notice.Kind.WITHDRAWAL))


def test_an_apology_names_the_due_date_and_comes_a_day_before_it(house: House) -> None:
    dossier = house.on_the_desk_of_the_specialist()

    def apologise(shift: timedelta = timedelta(0)) -> Notice:
        due = fresh(dossier).due_at
        assert due is not None
        old, new = due + shift, due + timedelta(days=30)
        return a_notice(house, dossier, Notice.Kind.APOLOGY, old_due_at=old, new_due_at=new)

    refused_only_by(lambda: apologise(timedelta(days=1)), "desk_apology_of_due_date", NOTICE)
    for hours, early in ((25, True), (23, False), (-1, False)):
        past_the_rules(f"due_at = clock_timestamp() + interval '{hours} hours'", dossier)
        if early:
            allowed_to_the_app(apologise)
        else:
            refused_only_by(apologise, "desk_apology_in_time", NOTICE)


@pytest.mark.parametrize(
    "change",
    [
        "reason = 'Lý do khác hẳn'",
        "items = '[]'",
        "number = '1/2026'",
        "issued_by = repeat('a', 32)",
        "issued_at = now()",
        "answer_by = '2030-01-01'",
        "kind = 'STOP'",
    ],
)
def test_a_notice_stays_as_it_was_issued(house: House, change: str) -> None:
    asked = ask_for_papers(house, house.on_the_desk_of_the_specialist())
    refused_only_by(setting(change, asked), "desk_notice_unchanged", NOTICE)


def test_a_notice_is_answered_once_and_not_deleted(house: House) -> None:
    asked = ask_for_papers(house, house.on_the_desk_of_the_specialist())
    setting("answered_at = '2020-01-01'", asked)()
    asked.refresh_from_db()
    assert asked.answered_at is not None and asked.answered_at > asked.issued_at
    for moment in ("NULL", "now()"):
        refused_only_by(setting(f"answered_at = {moment}", asked), "desk_notice_unchanged", NOTICE)
    kept_even_from_the_owner(lambda: sql("DELETE FROM desk_notice"), "desk_notice_kept", NOTICE)


@pytest.mark.parametrize("kind", list(Notice.Kind))
def test_a_dossier_has_one_notice_of_a_kind(house: House, kind: Notice.Kind) -> None:
    """By a unique row, whoever writes it."""
    dossier = house.on_the_desk_of_the_specialist()
    assert dossier.due_at is not None
    dates = {"old_due_at": dossier.due_at, "new_due_at": dossier.due_at + timedelta(days=1)}
    more: dict[str, object] = {**dates} if kind == Notice.Kind.APOLOGY else {}
    a_notice(house, dossier, kind, **more)
    refused(lambda: a_notice(house, dossier, kind, **more, number="1/2026/A"), "notice_once_of_a_kind")
    with undone():
        sql("ALTER TABLE desk_notice DROP CONSTRAINT notice_once_of_a_kind")
        a_notice(house, dossier, kind, **more, number="1/2026/A")


# -- money, opinions ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change", ["amount_vnd = 1", "kind = 'CHARGE'", "asked_by = repeat('a', 32)", "asked_at = now()"]
)
def test_what_was_asked_for_stays(house: House, change: str) -> None:
    charge = ask_for_money(house, house.on_the_desk_of_the_specialist(), wait=True)
    refused_only_by(setting(change, charge), "desk_charge_unchanged", CHARGE)


@pytest.mark.parametrize(
    "change",
    [
        "amount_vnd = 1",
        "receipt_number = '9/2026/BL'",
        "taken_by = repeat('a', 32)",
        "paid_how = 'TRANSFER'",
        "paid_at = now()",
        "paid_at = NULL, paid_how = '', receipt_number = '', taken_by = ''",
    ],
)
def test_what_was_paid_stays_paid(house: House, change: str) -> None:
    charge = ask_for_money(house, house.on_the_desk_of_the_specialist(), wait=True)
    paid = charging.take(
        authority=house.town.authority,
        charge_id=charge.public_id,
        how=Charge.How.CASH,
        now=timezone.now(),
    )
    refused_only_by(setting(change, paid), "desk_charge_unchanged", CHARGE)
    kept_even_from_the_owner(lambda: sql("DELETE FROM desk_charge"), "desk_charge_kept", CHARGE)


@pytest.mark.parametrize(
    "change", ["content = 'Hỏi việc khác'", "asked_of = 'Sở Y tế'", "due_at = now()", "asked_at = now()"]
)
def test_what_an_agency_was_asked_stays(house: House, change: str) -> None:
    asked = ask_an_agency(house, house.on_the_desk_of_the_specialist())
    refused_only_by(setting(change, asked), "desk_opinion_unchanged", OPINION)


def test_what_an_agency_answered_stays(house: House) -> None:
    asked = ask_an_agency(house, house.on_the_desk_of_the_specialist())
    answer = f"answer = 'Đồng ý', answered_by = '{house.specialist.subject}', answered_at = now()"
    setting(answer, asked)()
    refused_only_by(setting("answer = 'Không đồng ý'", asked), "desk_opinion_unchanged", OPINION)
    gone = setting("answer = '', answered_by = '', answered_at = NULL", asked)
    refused_only_by(gone, "desk_opinion_unchanged", OPINION)
    kept_even_from_the_owner(lambda: sql("DELETE FROM desk_opinion"), "desk_opinion_kept", OPINION)


# -- results -----------------------------------------------------------------------------------------


def test_a_result_is_attached_only_while_the_dossier_is_worked_on(house: House) -> None:
    dossier, draft = house.received(), kept_file()
    past_the_rules("state = 'STOPPED'", dossier)
    refused_only_by(lambda: a_result(house, dossier, draft=draft), "desk_result_while_worked_on", RESULT)


def test_a_result_begins_as_a_draft(house: House) -> None:
    dossier, draft, signed = house.received(), kept_file(), kept_file()
    forged: tuple[dict[str, Any], ...] = (
        {"signed": signed, "signed_at": timezone.now(), "signed_by": house.leader.subject},
        {"withdrawn_at": timezone.now()},
    )
    for more in forged:
        refused_only_by(
            lambda more=more: a_result(house, dossier, draft=draft, **more),
            "desk_result_begins_as_draft",
            RESULT,
        )


def signing(result: Result, by: str, file: StoredFile) -> Act:
    return setting(f"signed_at = now(), signed_by = '{by}', signed_id = {file.pk}", result)


def test_a_result_is_signed_by_somebody_who_may_where_the_dossier_lies(house: House) -> None:
    dossier, file = house.on_the_desk_of_the_specialist(), kept_file()
    draft = house.attach(dossier)
    elsewhere = lives.holding(a_unit("phong-khac", "000.00.07.H08"), Power.SIGN)
    colleague = lives.holding(house.town.unit, Power.PROCESS)
    unposted = authority_of(an_officer(), house.town.unit, Power.SIGN)
    for who in (elsewhere, colleague, unposted):
        refused_only_by(signing(draft, who.subject, file), "desk_result_by_signer", RESULT)
    allowed_to_the_app(signing(draft, house.leader.subject, file))

    past_the_rules(f"owner_subject = '{house.leader.subject}'", dossier)
    refused_only_by(signing(draft, house.leader.subject, file), "desk_result_not_own", RESULT)


def test_a_result_is_not_signed_by_who_made_the_draft(house: House) -> None:
    """By a constraint of the row, whatever posts one person holds."""
    dossier, file = house.on_the_desk_of_the_specialist(), kept_file()
    both = lives.holding(house.town.unit, Power.PROCESS, Power.SIGN)
    draft = a_result(house, dossier, draft=kept_file(), attached_by=both.subject)
    refused(signing(draft, both.subject, file), "result_signed_by_another")
    with undone():
        sql("ALTER TABLE desk_result DROP CONSTRAINT result_signed_by_another")
        signing(draft, both.subject, file)()


@pytest.mark.parametrize(
    "change",
    ["number = '99/QĐ'", "signed_by_name = 'Người khác'", "signed_at = now()", "valid_until = '2030-01-01'"],
)
def test_a_signed_result_stays(house: House, change: str) -> None:
    dossier = house.on_the_desk_of_the_specialist()
    house.attach(dossier)
    house.forward(house.specialist, dossier)
    house.accept(house.leader, dossier)
    signed = house.sign(dossier)
    refused_only_by(setting(change, signed), "desk_result_unchanged", RESULT)


def test_a_result_is_not_taken_back_once_the_work_is_done_nor_deleted(house: House) -> None:
    dossier = house.done()
    result = Result.objects.get(dossier=dossier)
    refused_only_by(setting("withdrawn_at = now()", result), "desk_result_unchanged", RESULT)
    other = kept_file()
    refused_only_by(setting(f"draft_id = {other.pk}", result), "desk_result_unchanged", RESULT)
    kept_even_from_the_owner(lambda: sql("DELETE FROM desk_result"), "desk_result_kept", RESULT)


# -- handing out, rating -----------------------------------------------------------------------------


def handing_out(dossier: Dossier, by: str) -> Act:
    return lambda: HandOut.objects.create(
        dossier=dossier, how="AT_DESK", by=by, by_name="Trần Văn Quầy", to_name="Nguyễn Thị Mẫu"
    )


def handing_out_and_returning(dossier: Dossier, by: str) -> Act:
    def act() -> None:
        handing_out(dossier, by)()
        to("RETURNED", dossier)()

    return act


def test_nothing_is_handed_out_before_it_is_done(house: House) -> None:
    dossier = house.on_the_desk_of_the_specialist()
    refused_only_by(handing_out(dossier, house.giver.subject), "desk_hand_out_when_done", HAND_OUT)


def test_a_result_is_handed_out_by_a_holder_of_the_right_who_is_not_its_owner(house: House) -> None:
    dossier = house.done()
    elsewhere = lives.holding(a_unit("phong-khac", "000.00.07.H08"), Power.HAND_OUT)
    for who in (house.specialist, elsewhere):
        refused_only_by(handing_out(dossier, who.subject), "desk_hand_out_by_holder", HAND_OUT)
    allowed_to_the_app(handing_out_and_returning(dossier, house.giver.subject))
    past_the_rules(f"owner_subject = '{house.giver.subject}'", dossier)
    refused_only_by(handing_out(dossier, house.giver.subject), "desk_hand_out_not_own", HAND_OUT)


def test_a_hand_out_stays_as_it_was_written(house: House) -> None:
    given = HandOut.objects.get(dossier=house.hand_out(house.done()))
    kept_even_from_the_owner(setting("to_name = 'Ai Khác'", given), "desk_hand_out_kept", HAND_OUT)
    kept_even_from_the_owner(lambda: sql("DELETE FROM desk_handout"), "desk_hand_out_kept", HAND_OUT)


def test_a_rating_comes_after_the_result_and_stays(house: House) -> None:
    dossier = house.done()
    early = {"dossier": dossier, "stars": 5}
    refused_only_by(lambda: Rating.objects.create(**early), "desk_rating_after_return", RATING)
    house.hand_out(dossier)
    returning.rate(subject=dossier.owner_subject, dossier_id=dossier.public_id, stars=1, words="Chậm")
    rating = Rating.objects.get(dossier=dossier)
    kept_even_from_the_owner(setting("stars = 5", rating), "desk_rating_kept", RATING)
    kept_even_from_the_owner(lambda: sql("DELETE FROM desk_rating"), "desk_rating_kept", RATING)


# -- nothing of migration 0007 is left out -----------------------------------------------------------


def test_every_rule_of_the_life_is_tried_above() -> None:
    source = inspect.getsource(importlib.import_module("motcua.desk.migrations.0007_rules_of_a_life"))
    tried = inspect.getsource(sys.modules[__name__])
    rules = set(re.findall(r"desk_refuse\('([a-z_]+)'", source))
    assert len(rules) > 25
    assert {rule for rule in rules if f'"{rule}"' not in tried} == set()


def test_a_broken_rule_is_said_in_its_own_sentence(house: House) -> None:
    dossier = house.received()
    with pytest.raises(database_rules.DeskRule) as no, database_rules.spoken(), transaction.atomic():
        to("DONE", dossier)()
    assert no.value.text == "Hồ sơ chỉ xong khi có kết quả đã ký."
    with pytest.raises(IntegrityError), transaction.atomic():
        to("DONE", dossier)()
