"""Tiếp nhận tạm: silence of the portal, and what happens when it speaks again."""

import uuid
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from tests.accounts import people
from tests.desk import town as building
from tests.desk.test_gate_rules import shifted, sql, warns
from tests.desk.test_reception import at_once
from tests.desk.town import NAME, OWNER, PREFIX, Town, a_form

from motcua.desk import checks, dossiers, exceptions, promises, provisional, slips
from motcua.desk.database_rules import DeskRule
from motcua.desk.models import AccountCheck, Dossier
from motcua.desk.ports import OwnerStatus
from motcua.desk.provisional import Outcome
from motcua.desk.states import State
from motcua.desk.submission import Contact, Submission
from motcua.kernel.authority import NotAuthorised, Power
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.phone import Phone
from motcua.kernel.refusal import NotFound
from motcua.outbox import errands
from motcua.outbox.models import Errand, Message

PHONE = Contact(phone=Phone.parse("0900000011"))


def take_in(town: Town, number: str = OWNER, form: Submission | None = None) -> Dossier:
    town.portal.down = True
    draft = town.choose(town.check(number).public_id)
    assert draft.provisional and draft.owner_name == ""
    dossier = provisional.receive_provisionally(
        authority=town.authority,
        check_id=draft.check_id,
        owner_name="nguyễn thị mẫu",
        form=form or a_form(contact=PHONE),
        now=timezone.now(),
    )
    town.portal.down = False
    return dossier


def again(town: Town, dossier: Dossier, now: datetime | None = None) -> Outcome:
    return provisional.recheck(dossier_id=dossier.public_id, registry=town.portal, now=now or timezone.now())


def test_silence_gives_a_number_and_a_slip_but_no_code_and_no_deadline(town: Town) -> None:
    dossier = take_in(town)

    assert dossier.state == State.PROVISIONAL and dossier.code is None and dossier.due_at is None
    assert (dossier.provisional_number or "").startswith(f"TN-{PREFIX}-")
    slip = slips.provisional_data(dossier)
    assert slip["arrived_at"] == dossier.arrived_at and slip["number"] == dossier.provisional_number
    assert slips.slip_of(dossier)[0] == "phieu-tiep-nhan-tam"
    assert Message.objects.filter(purpose="provisional").count() == 1


def test_found_later_draws_the_code_and_the_deadline_runs_from_then(town: Town) -> None:
    dossier = take_in(town)
    sql("SET session_replication_role = replica")
    sql("UPDATE desk_dossier SET arrived_at = arrived_at - interval '3 days'")
    sql("SET session_replication_role = origin")
    later = timezone.now()

    assert again(town, dossier, later) is Outcome.CONFIRMED

    dossier.refresh_from_db()
    assert dossier.state == State.RECEIVED and (dossier.code or "").endswith("-0001")
    assert dossier.received_at == later and dossier.due_at is not None and dossier.due_at > later
    assert dossier.owner_name == NAME
    check = AccountCheck.objects.get(pk=dossier.account_check_id)
    assert check.kind == "RECHECK" and check.for_dossier == dossier.public_id and check.spent_at
    errands.run_due(promises.handlers(registry=town.portal, vault=town.portal))
    assert [template for _, template, _ in town.portal.told] == ["dossier_confirmed"]


def test_the_worker_asks_again_by_itself(town: Town) -> None:
    dossier = take_in(town)
    town.portal.down = True
    handlers = promises.handlers(registry=town.portal, vault=town.portal)
    errands.run_due(handlers)
    assert Dossier.objects.get(pk=dossier.pk).recheck_answer == "UNKNOWN"

    town.portal.down = False
    Errand.objects.update(not_before=timezone.now())
    errands.run_due(handlers)
    assert Dossier.objects.get(pk=dossier.pk).state == State.RECEIVED


def test_still_no_account_asks_the_owner_once_and_stays_in_the_list(town: Town) -> None:
    number = "052190000300"
    dossier = take_in(town, number)
    assert again(town, dossier) is Outcome.NOT_FOUND
    assert again(town, dossier) is Outcome.NOT_FOUND

    assert Message.objects.filter(purpose="account_wanted").count() == 1
    page = dossiers.owed(town.authority, now=timezone.now())
    assert [(row.pk, row.recheck_answer) for row in page.rows] == [(dossier.pk, "NOT_FOUND")]

    town.portal.enrol(number, NAME)
    assert again(town, dossier) is Outcome.CONFIRMED
    assert dossiers.owed(town.authority, now=timezone.now()).rows == []


def test_an_owner_who_is_not_linked_to_vneid_is_told_and_listed_as_such(town: Town) -> None:
    number = "052190000300"
    dossier = take_in(town, number)
    subject = town.portal.enrol(number, NAME, status=OwnerStatus.UNLINKED).subject
    assert again(town, dossier) is Outcome.NOT_LINKED
    assert again(town, dossier) is Outcome.NOT_LINKED

    assert Message.objects.filter(purpose="account_wanted").count() == 1
    assert "bang VNeID" in people.newest_text("account_wanted")
    page = dossiers.owed(town.authority, now=timezone.now())
    assert [(row.pk, row.recheck_answer) for row in page.rows] == [(dossier.pk, "UNLINKED")]
    town.portal.enrol(number, NAME, subject=subject)
    assert again(town, dossier) is Outcome.CONFIRMED


def test_after_ten_working_days_it_is_closed_with_notice(town: Town) -> None:
    dossier = take_in(town, "052190000301")
    assert again(town, dossier, timezone.now() + timedelta(days=9)) is Outcome.NOT_FOUND
    assert again(town, dossier, timezone.now() + timedelta(days=17)) is Outcome.CLOSED

    dossier.refresh_from_db()
    assert dossier.state == State.NOT_ACCEPTED and dossier.code is None
    assert Message.objects.filter(purpose="provisional_closed").count() == 1
    assert again(town, dossier) is Outcome.OVER


def test_a_locked_account_does_not_confirm(town: Town) -> None:
    town.portal.people[OWNER].status = OwnerStatus.LOCKED
    dossier = take_in(town)
    assert again(town, dossier) is Outcome.NOT_USABLE
    assert Dossier.objects.get(pk=dossier.pk).state == State.PROVISIONAL


def test_the_officers_own_papers_are_not_confirmed(town: Town) -> None:
    town.portal.people[OWNER].subject = town.authority.subject
    dossier = take_in(town)
    assert again(town, dossier) is Outcome.NOT_USABLE
    dossier.refresh_from_db()
    assert dossier.state == State.PROVISIONAL and "cán bộ khác" in dossier.closed_reason.lower()


def test_it_is_only_for_silence(town: Town) -> None:
    for number in (OWNER, "052190000302"):
        check = town.check(number)
        with pytest.raises((provisional.NotUnknown, NotFound)):
            provisional.receive_provisionally(
                authority=town.authority,
                check_id=check.public_id,
                owner_name=NAME,
                form=a_form(),
                now=timezone.now(),
            )


def test_silence_long_ago_or_heard_by_another_does_not_count(town: Town) -> None:
    town.portal.down = True
    draft = town.choose(town.check().public_id)
    colleague = building.authority_of(building.an_officer(), town.unit)
    with pytest.raises(NotFound):
        provisional.receive_provisionally(
            authority=colleague, check_id=draft.check_id, owner_name=NAME, form=a_form(), now=timezone.now()
        )
    shifted(AccountCheck.objects.get(public_id=draft.check_id), 901)
    with pytest.raises(checks.CheckTooOld):
        provisional.receive_provisionally(
            authority=town.authority,
            check_id=draft.check_id,
            owner_name=NAME,
            form=a_form(),
            now=timezone.now(),
        )


def test_the_database_wants_the_silence_too(town: Town) -> None:
    """The same insert passes with the trigger gone: it is the trigger that refuses (seen red)."""
    dossier = take_in(town)
    found = AccountCheck.objects.get(public_id=town.draft())
    sql("UPDATE desk_accountcheck SET spent_at = now() WHERE id = %s", found.pk)

    def copy() -> None:
        other = Dossier.objects.get(pk=dossier.pk)
        other.pk, other.public_id, other.idempotency_key = None, uuid.uuid4(), uuid.uuid4()
        other.provisional_number = (other.provisional_number or "")[:-4] + "0777"
        other.unknown_check_id = found.pk
        other.save(force_insert=True)

    from tests.desk.test_gate_rules import only_by_trigger

    only_by_trigger(copy, "desk_provisional_after_unknown")


@pytest.mark.race
def test_ten_workers_confirm_one_dossier_once(town: Town) -> None:
    dossier = take_in(town)
    ends = at_once(10, lambda _: again(town, dossier))
    assert sum(end is Outcome.CONFIRMED for end in ends) == 1, ends
    assert Dossier.objects.exclude(code=None).count() == 1


def test_an_exception_is_received_only_on_the_word_of_the_head(town: Town) -> None:
    asked = building.an_exception(town)
    with pytest.raises(DeskRule):
        exceptions.receive(
            authority=town.authority, exception_id=asked.public_id, form=a_form(), now=timezone.now()
        )
    head = building.head_of(town.unit)
    with pytest.raises(NotAuthorised):
        exceptions.approve(authority=town.authority, exception_id=asked.public_id)
    both = building.authority_of(town.officer, town.unit, Power.APPROVE_EXCEPTION, Power.RECEIVE_DOSSIER)
    with pytest.raises(exceptions.ApprovedByOneself):
        exceptions.approve(authority=both, exception_id=asked.public_id)
    assert [row.pk for row in exceptions.waiting(head)] == [asked.pk]

    exceptions.approve(authority=head, exception_id=asked.public_id)
    with pytest.raises(exceptions.AlreadyDecided):
        exceptions.decline(authority=head, exception_id=asked.public_id)
    form = a_form()
    dossier = exceptions.receive(
        authority=town.authority, exception_id=asked.public_id, form=form, now=timezone.now()
    )

    assert dossier.code and dossier.owner_subject == "" and dossier.owner_name == "Anna Mẫu"
    with pytest.raises(Exception, match=r"desk_rule|exception_id"):
        exceptions.receive(
            authority=town.authority, exception_id=asked.public_id, form=a_form(), now=timezone.now()
        )


def test_before_the_binding_day_the_gate_warns_and_marks(town: Town) -> None:
    asked = town.check("052190000077")
    assert asked.answer == AccountCheck.Answer.NOT_FOUND

    def receive() -> Dossier:
        return exceptions.receive_unchecked(
            authority=town.authority,
            check_id=asked.public_id,
            owner_name=NAME,
            form=a_form(),
            now=timezone.now(),
        )

    with pytest.raises(exceptions.GateBinds):
        receive()
    warns(town.unit)
    dossier = receive()
    assert dossier.unchecked and "Chưa kiểm tra tài khoản" in slips.receipt_data(dossier)["request"]
    assert bytes(dossier.owner_number_bi or b"") == checks.fingerprint_of(CitizenId.parse("052190000077"))


def test_another_units_dossier_is_not_there_to_be_rechecked(town: Town) -> None:
    dossier = take_in(town)
    elsewhere = building.a_unit("phong-gddt", "000.05.31.H08")
    with pytest.raises(NotFound):
        provisional.recheck_at_desk(
            authority=building.authority_of(building.an_officer(), elsewhere),
            dossier_id=dossier.public_id,
            registry=town.portal,
            now=timezone.now(),
        )
    with pytest.raises(NotFound):
        provisional.recheck_at_desk(
            authority=town.authority, dossier_id=uuid.uuid4(), registry=town.portal, now=timezone.now()
        )
    assert Dossier.objects.get().state == State.PROVISIONAL
