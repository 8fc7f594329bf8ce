"""A dossier filed under the wrong owner goes to the right one: by two officers, checked, told, and back again."""

import threading
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone
from tests.desk import lives
from tests.desk import town as building
from tests.desk.lives import House, fresh
from tests.desk.town import Town, a_form
from tests.rule_by_rule import only_by_trigger

from motcua.desk import database_rules, dossiers, misfiled, moving, owner_corrections, owner_evidence
from motcua.desk.misfiled import Wish
from motcua.desk.models import AccountCheck, Dossier, DossierEvent, OwnerCorrection
from motcua.desk.owner_corrections import Wanted
from motcua.desk.ports import OwnerStatus, PortalUnavailable
from motcua.desk.submission import HandedIn, How
from motcua.files import keeping
from motcua.files.models import StoredFile
from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.refusal import NotFound

REASON = "Cán bộ nộp nhầm bằng tài khoản khác"
RIGHT = "052190000077"
RIGHT_NAME = "Lê Thị Đúng"


@pytest.fixture
def house(town: Town) -> House:
    town.portal.enrol(RIGHT, RIGHT_NAME)
    return lives.house(town)


def head(house: House) -> Authority:
    return building.head_of(house.town.unit)


def receiver(house: House) -> Authority:
    return lives.holding(house.town.unit, Power.RECEIVE_DOSSIER)


def ask(
    house: House, dossier: Dossier, by: Authority, number: str = RIGHT, *, private: bool = False
) -> OwnerCorrection:
    (said,) = owner_corrections.ask(
        authority=by,
        wanted=[Wanted(dossier.public_id, CitizenId.parse(number), private)],
        reason=REASON,
        evidence=lives.a_pdf(1),
        registry=house.portal,
        now=timezone.now(),
    )
    if said.refusal is not None:
        raise said.refusal
    return OwnerCorrection.objects.filter(dossier=dossier).latest("id")


def approve(house: House, asked: OwnerCorrection, by: Authority) -> None:
    owner_corrections.approve(
        authority=by, correction_id=asked.public_id, registry=house.portal, now=timezone.now()
    )


def with_a_paper(house: House) -> Dossier:
    """Received with one digitised component, which lies in the first owner's vault."""
    scan = a_scan()
    papers = [HandedIn(order=1, how=How.UPLOADED, file=scan), HandedIn(order=2, how=How.SHOWN)]
    dossier = house.town.receive(house.town.draft(house.town.new_owner()), a_form(papers=papers))
    house.run_errands()
    return fresh(dossier)


def a_scan() -> StoredFile:
    return keeping.keep_checked(
        lives.a_pdf(1),
        purpose=StoredFile.Purpose.DOSSIER_COMPONENT,
        purge_after=timezone.now() + timedelta(days=1),
    )


def test_dossier_papers_and_history_follow_to_the_right_owner_and_both_are_told(house: House) -> None:
    dossier = with_a_paper(house)
    wrong = dossier.owner_subject
    right = house.portal.people[RIGHT].subject
    line = dossier.components.get(order=1)
    assert line.delivered_as
    asker, second = receiver(house), head(house)

    asked = ask(house, dossier, asker)
    assert [row.pk for row in misfiled.waiting(second)[0]] == [asked.pk]
    assert fresh(dossier).owner_subject == wrong
    approve(house, asked, second)
    house.run_errands()

    after = fresh(dossier)
    assert (after.owner_subject, after.owner_name, after.owner_last3) == (right, RIGHT_NAME, RIGHT[-3:])
    assert after.account_check is not None and after.account_check.subject == right
    assert after.code == dossier.code and after.received_at == dossier.received_at
    assert house.portal.moves == [(wrong, right, dossier.code)]
    line.refresh_from_db()
    assert line.delivered_as.startswith("moved-")
    told = {(subject, template) for subject, template, _ in house.portal.told}
    assert {(wrong, "dossier_moved_away"), (right, "dossier_moved_here")} <= told
    with pytest.raises(NotFound):
        dossiers.dossier_of_owner(wrong, dossier.public_id)
    assert dossiers.dossier_of_owner(right, dossier.public_id)
    words = [event.words for event in DossierEvent.objects.filter(dossier=dossier).order_by("id")]
    assert words[-2:] == [owner_corrections.ASKED_WORDS, owner_corrections.APPROVED_WORDS]
    assert not any(RIGHT_NAME in line or RIGHT in line for line in words)


def test_it_is_undone_by_the_same_way_back(house: House) -> None:
    wrong_number = house.town.new_owner()
    dossier = house.town.received(wrong_number)
    before = dossier.owner_subject
    approve(house, ask(house, dossier, receiver(house)), head(house))
    approve(house, ask(house, dossier, receiver(house), wrong_number), head(house))
    house.run_errands()

    assert fresh(dossier).owner_subject == before
    rows = list(OwnerCorrection.objects.filter(dossier=dossier).order_by("id"))
    assert rows[0].done_check_id == rows[1].from_check_id
    assert (rows[0].from_subject, rows[1].to_subject) == (before, before)
    assert len(house.portal.moves) == 2


def test_one_officer_alone_and_neither_owner_decides(house: House) -> None:
    dossier = house.received()
    asker = head(house)
    asked = ask(house, dossier, asker)
    with pytest.raises(owner_corrections.AnotherMustApprove):
        approve(house, asked, asker)
    with pytest.raises(NotAuthorised):
        approve(house, asked, receiver(house))

    second = head(house)
    house.portal.enrol("052190000078", "Cán Bộ Mẫu", subject=second.subject)
    other = house.received()
    to_second = ask(house, other, receiver(house), "052190000078", private=True)
    with pytest.raises(owner_corrections.NewOwnerIsYou):
        approve(house, to_second, second)
    assert fresh(dossier).owner_subject == dossier.owner_subject


def test_each_reason_to_refuse_a_new_owner_is_said(house: House) -> None:
    number = house.town.new_owner()
    dossier, asker = house.town.received(number), receiver(house)
    staff = house.specialist
    house.portal.enrol("052190000081", "Người Bị Khóa", status=OwnerStatus.LOCKED)
    house.portal.enrol("052190000082", "Cán Bộ Mẫu", subject=staff.subject)
    house.portal.enrol("052190000083", "Người Nhận", subject=dossier.received_by)
    house.portal.enrol("052190000084", "Người Hỏi", subject=asker.subject)
    for given, no in [
        (number, owner_corrections.NewOwnerIsTheOld),
        ("052190000080", owner_corrections.NewOwnerNotFound),
        ("052190000081", owner_corrections.NewOwnerNotUsable),
        ("052190000082", owner_corrections.NewOwnerIsStaff),
        ("052190000083", owner_corrections.NewOwnerReceived),
        ("052190000084", owner_corrections.NewOwnerIsYou),
    ]:
        with pytest.raises(no):
            ask(house, dossier, asker, given)
    house.portal.down = True
    with pytest.raises(PortalUnavailable):
        ask(house, dossier, asker)
    house.portal.down = False
    ask(house, dossier, asker)
    with pytest.raises(owner_corrections.CorrectionWaiting):
        ask(house, dossier, head(house))
    with pytest.raises(NotFound):
        elsewhere = building.a_unit("phong-khac", "000.00.07.H08")
        ask(house, house.received(), lives.holding(elsewhere, Power.RECEIVE_DOSSIER))


def test_an_account_closed_since_the_request_stops_the_approval(house: House) -> None:
    dossier = house.received()
    asked = ask(house, dossier, receiver(house))
    house.portal.people[RIGHT].subject = uuid.uuid4().hex
    with pytest.raises(owner_corrections.OwnerChangedMeanwhile):
        approve(house, asked, head(house))
    owner_corrections.decline(authority=head(house), correction_id=asked.public_id)
    with pytest.raises(owner_corrections.CorrectionDecided):
        approve(house, asked, head(house))
    assert fresh(dossier).owner_subject == dossier.owner_subject


def test_two_approvers_at_once_make_one_change(house: House) -> None:
    dossier = house.received()
    asked = ask(house, dossier, receiver(house))
    heads = [head(house), head(house)]
    start, outcomes = threading.Barrier(2), []

    def decide(by: Authority) -> None:
        try:
            start.wait()
            approve(house, asked, by)
            outcomes.append("approved")
        except owner_corrections.CorrectionDecided:
            outcomes.append("decided")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=decide, args=(by,)) for by in heads]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["approved", "decided"]
    assert DossierEvent.objects.filter(dossier=dossier, kind="owner_corrected").count() == 1
    assert fresh(dossier).version == dossier.version + 1


def test_dossiers_under_staff_accounts_are_found_and_repaired_together(house: House) -> None:
    clerk = house.specialist
    house.portal.enrol("052190000090", "Phạm Văn Cán", subject=clerk.subject)

    def filed() -> Dossier:
        draft = house.town.draft("052190000090", house.giver)
        return house.town.receive(draft, a_form(private_matter=True), house.giver)

    own, wrong = filed(), [filed(), filed()]
    for each in wrong:  # as it was before the rule
        lives.past_the_rules("private_matter = false", each)
    house.received()
    asker, second = receiver(house), head(house)

    assert {row.pk for row in misfiled.under_staff(second, Wish()).rows} == {each.pk for each in wrong}
    all_of_them = misfiled.under_staff(second, Wish(private_too=True)).rows
    assert {row.pk for row in all_of_them} == {own.pk, *(each.pk for each in wrong)}
    assert [row.pk for row in misfiled.under_staff(second, Wish(code=(wrong[0].code or "")[-4:])).rows] == [
        wrong[0].pk
    ]
    said = owner_corrections.ask(
        authority=asker,
        wanted=[Wanted(each.public_id, CitizenId.parse(RIGHT)) for each in wrong],
        reason=REASON,
        evidence=lives.a_pdf(1),
        registry=house.portal,
        now=timezone.now(),
    )
    assert [one.refusal for one in said] == [None, None]
    waiting, _ = misfiled.waiting(second)
    assert len({row.batch for row in waiting}) == 1 and len({row.evidence_id for row in waiting}) == 1
    assert owner_evidence.opened(second, waiting[0].public_id)[2] == "ket-qua.pdf"
    for row in waiting:
        approve(house, row, second)
    assert misfiled.under_staff(second, Wish()).rows == []


def test_what_waits_is_paged_the_oldest_first_and_searched(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    asker, second = receiver(house), head(house)
    first, then = (house.received() for _ in range(2))
    for dossier in (first, then):
        ask(house, dossier, asker)
    monkeypatch.setattr(misfiled, "PAGE", 1)

    rows, onward = misfiled.waiting(second)
    assert [row.dossier_id for row in rows] == [first.pk] and onward
    rows, end = misfiled.waiting(second, cursor=onward)
    assert [row.dossier_id for row in rows] == [then.pk] and end is None
    found, _ = misfiled.waiting(second, Wish(code=(then.code or "")[-4:], name=then.owner_name.lower()))
    assert [row.dossier_id for row in found] == [then.pk]
    assert misfiled.waiting(second, Wish(name="không có ai")) == ([], None)


def test_a_proof_is_opened_by_those_who_decide_and_by_no_owner(house: House) -> None:
    dossier = house.received()
    asked = ask(house, dossier, receiver(house))
    assert owner_evidence.opened(head(house), asked.public_id)[0].pk == asked.evidence_id
    with pytest.raises(NotAuthorised):
        owner_evidence.opened(house.specialist, asked.public_id)
    elsewhere = building.head_of(building.a_unit("phong-khac", "000.00.07.H08"))
    with pytest.raises(NotFound):
        owner_evidence.opened(elsewhere, asked.public_id)
    wrong_owner = head(house)
    lives.past_the_rules(f"owner_subject = '{wrong_owner.subject}'", dossier)
    again = house.received()
    lives.past_the_rules(f"owner_subject = '{wrong_owner.subject}'", again)
    with pytest.raises(moving.OwnDossier):
        owner_evidence.opened(wrong_owner, ask(house, again, receiver(house)).public_id)


def test_a_proof_that_is_gone_approves_nothing(house: House) -> None:
    asked = ask(house, house.received(), receiver(house))
    sql("UPDATE files_storedfile SET purged_at = now(), wrapped_key = NULL WHERE id = %s", asked.evidence_id)
    with pytest.raises(owner_corrections.EvidenceGone):
        approve(house, asked, head(house))
    owner_corrections.decline(authority=head(house), correction_id=asked.public_id)


def test_of_all_who_decide_at_once_one_is_heard(house: House) -> None:
    """Approved, declined and taken back in the same moment: the owner is who that one decision says."""
    dossier, asker = house.received(), receiver(house)
    asked = ask(house, dossier, asker)
    acts: list[Callable[[], object]] = [
        lambda: approve(house, asked, head(house)),
        lambda: owner_corrections.decline(authority=head(house), correction_id=asked.public_id),
        lambda: owner_corrections.decline(authority=asker, correction_id=asked.public_id),
    ]
    start, outcomes = threading.Barrier(len(acts)), []

    def decide(nth: int) -> None:
        try:
            start.wait(timeout=60)
            acts[nth]()
            outcomes.append(nth)
        except owner_corrections.CorrectionDecided:
            outcomes.append(-1)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=decide, args=(nth,)) for nth in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)

    assert len(outcomes) == 3 and sorted(outcomes)[:2] == [-1, -1]
    asked.refresh_from_db()
    approved = max(outcomes) == 0
    assert (asked.approved_at is not None, asked.declined_at is None) == (approved, approved)
    right = house.portal.people[RIGHT].subject
    assert fresh(dossier).owner_subject == (right if approved else dossier.owner_subject)
    decisions = DossierEvent.objects.filter(dossier=dossier, kind__startswith="owner_correct")
    assert decisions.exclude(kind="owner_correction_asked").count() == 1
    assert house.portal.moves == []
    house.run_errands()
    assert len(house.portal.moves) == int(approved)


def test_an_officer_who_filed_under_the_own_account_asks_and_takes_back_but_never_decides(
    house: House,
) -> None:
    dossier, owner = house.received(), head(house)
    lives.past_the_rules(f"owner_subject = '{owner.subject}'", dossier)
    theirs = ask(house, dossier, owner)
    with pytest.raises(owner_corrections.AnotherMustApprove):
        approve(house, theirs, owner)
    owner_corrections.decline(authority=owner, correction_id=theirs.public_id)
    last = DossierEvent.objects.filter(dossier=dossier).latest("id")
    assert (last.kind, last.words) == ("owner_correction_withdrawn", owner_corrections.WITHDRAWN_WORDS)

    asked = ask(house, dossier, receiver(house))
    for act in (
        approve,
        lambda _, row, by: owner_corrections.decline(authority=by, correction_id=row.public_id),
    ):
        with pytest.raises(owner_corrections.AnotherMustApprove):
            act(house, asked, owner)
    asked.refresh_from_db()
    assert asked.approved_at is None and asked.declined_at is None


def test_a_proof_serves_the_dossiers_of_one_unit(house: House) -> None:
    here = house.received()
    below = building.a_unit("phong-duoi", "000.00.07.H08", parent=house.town.unit)
    there = house.received()
    lives.past_the_rules(f"unit_id = {below.pk}", there)
    above = replace(head(house), subtree=(house.town.unit.pk, below.pk))
    with pytest.raises(owner_corrections.DossiersOfSeveralUnits):
        owner_corrections.ask(
            authority=above,
            wanted=[Wanted(each.public_id, CitizenId.parse(RIGHT)) for each in (here, there)],
            reason=REASON,
            evidence=lives.a_pdf(1),
            registry=house.portal,
            now=timezone.now(),
        )
    assert not OwnerCorrection.objects.exists()


def test_the_proof_of_what_came_to_nothing_is_kept_for_a_month(house: House) -> None:
    chosen = [house.received(), house.received()]
    owner_corrections.ask(
        authority=receiver(house),
        wanted=[Wanted(each.public_id, CitizenId.parse(RIGHT)) for each in chosen],
        reason=REASON,
        evidence=lives.a_pdf(1),
        registry=house.portal,
        now=timezone.now(),
    )
    first, second = OwnerCorrection.objects.order_by("id")
    owner_corrections.decline(authority=head(house), correction_id=first.public_id)
    kept = StoredFile.objects.get(pk=first.evidence_id)
    assert kept.purge_after > timezone.now() + timedelta(days=3000), "the other dossier still needs it"
    owner_corrections.decline(authority=head(house), correction_id=second.public_id)
    kept.refresh_from_db()
    assert kept.purge_after < timezone.now() + timedelta(days=31)


# What the database holds, whoever writes into it.


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET session_replication_role = origin")


def test_the_database_wants_a_proof_of_this_request_that_can_be_opened(house: House) -> None:
    asker = receiver(house)
    done = ask(house, house.received(), asker)
    trigger = "desk_owner_correction_evidence"

    def again(**more: object) -> Callable[[], object]:
        """The same request for another dossier, as a row of its own."""
        other = ask(house, house.received(), asker)
        row = OwnerCorrection.objects.get(pk=other.pk)
        sql("DELETE FROM desk_ownercorrection WHERE id = %s", row.pk)
        row.pk = None
        for name, value in more.items():
            setattr(row, name, value)
        return lambda: OwnerCorrection.objects.bulk_create([row])

    for kept in ("kind = 'docx'", "purpose = 'RESULT'", "purged_at = now(), wrapped_key = NULL"):
        bad = keeping.keep_checked(
            lives.a_pdf(1),
            purpose=StoredFile.Purpose.EVIDENCE,
            purge_after=timezone.now() + timedelta(days=9),
        )
        sql(f"UPDATE files_storedfile SET {kept} WHERE id = %s", bad.pk)
        only_by_trigger(trigger, "desk_ownercorrection", again(evidence_id=bad.pk))
    only_by_trigger(trigger, "desk_ownercorrection", again(evidence_id=None))
    another_request = again(evidence_id=done.evidence_id)
    only_by_trigger(trigger, "desk_ownercorrection", another_request, "desk_owner_correction_own_evidence")
    below = building.a_unit("phong-duoi", "000.00.07.H08", parent=house.town.unit)
    of_another_unit = again(evidence_id=done.evidence_id, batch=done.batch)
    sql("UPDATE desk_dossier SET unit_id = %s WHERE id = %s", below.pk, done.dossier_id)
    only_by_trigger(trigger, "desk_ownercorrection", of_another_unit, "desk_owner_correction_own_evidence")


def test_a_request_from_before_stands_and_is_declined_but_not_approved_without_a_proof(house: House) -> None:
    asked, old = (ask(house, house.received(), receiver(house)) for _ in "ab")
    approve(house, asked, head(house))
    sql("UPDATE desk_ownercorrection SET evidence_id = NULL")
    OwnerCorrection.objects.filter(pk=asked.pk).update(reason=REASON)  # an old decision may be looked through
    with pytest.raises(owner_corrections.EvidenceGone):
        approve(house, old, head(house))
    with connection.cursor() as cursor:  # the other rule speaks first of a check that is not the approver's
        cursor.execute("ALTER TABLE desk_ownercorrection DISABLE TRIGGER desk_owner_correction_guard")
    try:
        later = decided(old, approved_by=head(house).subject)
        only_by_trigger("desk_owner_correction_evidence", "desk_ownercorrection", later)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE desk_ownercorrection ENABLE TRIGGER desk_owner_correction_guard")
    owner_corrections.decline(authority=head(house), correction_id=old.public_id)


def refused(act: Callable[[], object], rule: str) -> None:
    with pytest.raises(IntegrityError) as no, transaction.atomic():
        act()
    assert database_rules.name_of(no.value) == rule


def without(table: str, trigger: str, act: Callable[[], object]) -> None:
    """Seen red: with the trigger away it passes."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
        act()
        transaction.set_rollback(True)


def decided(asked: OwnerCorrection, **more: object) -> Callable[[], object]:
    values = {"approved_by": uuid.uuid4().hex, "approved_at": timezone.now(), "done_check": asked.asked_check}
    return lambda: OwnerCorrection.objects.filter(pk=asked.pk).update(**{**values, **more})


def test_an_approval_without_the_right_or_without_a_fresh_check_is_refused_by_the_database(
    house: House,
) -> None:
    asked = ask(house, house.received(), receiver(house))
    stranger, second = decided(asked), decided(asked, approved_by=head(house).subject)
    refused(stranger, "desk_owner_correction_by_head")
    without("desk_ownercorrection", "desk_owner_correction_guard", stranger)
    # The check of the one who asked is not the approver's own.
    refused(second, "desk_owner_correction_checked")
    without("desk_ownercorrection", "desk_owner_correction_guard", second)
    refused(decided(asked, approved_by=asked.asked_by), "desk_owner_correction_by_head")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE desk_ownercorrection DISABLE TRIGGER desk_owner_correction_guard")
    try:
        refused(decided(asked, approved_by=asked.asked_by), "owner_correction_two_officers")
        refused(decided(asked, approved_by=asked.to_subject), "owner_correction_not_own")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE desk_ownercorrection ENABLE TRIGGER desk_owner_correction_guard")


def test_a_request_is_never_changed_or_removed(house: House) -> None:
    asked = ask(house, house.received(), receiver(house))
    change = lambda: OwnerCorrection.objects.filter(pk=asked.pk).update(to_subject="x")  # noqa: E731
    remove = lambda: OwnerCorrection.objects.filter(pk=asked.pk).delete()  # noqa: E731
    refused(change, "desk_owner_correction_unchanged")
    refused(remove, "desk_owner_correction_kept")
    without("desk_ownercorrection", "desk_owner_correction_guard", change)
    without("desk_ownercorrection", "desk_owner_correction_guard", remove)


def test_the_owner_changes_by_an_approved_correction_only_and_by_no_more_than_it_says(house: House) -> None:
    dossier, other = house.received(), house.received()
    asked = ask(house, dossier, receiver(house))
    check = asked.asked_check

    def change(target: Dossier, **more: object) -> Callable[[], object]:
        values = {
            "owner_subject": check.subject,
            "account_check_id": check.pk,
            "owner_last3": check.last3,
            "owner_number_bi": bytes(check.number_bi),
        }
        return lambda: Dossier.objects.filter(pk=target.pk).update(**{**values, **more})

    refused(change(dossier), "desk_dossier_unchanged")
    approve(house, asked, head(house))
    done = OwnerCorrection.objects.get(pk=asked.pk).done_check
    assert done is not None
    # The approval of one dossier opens no other, and opens its own only once.
    refused(change(other), "desk_dossier_unchanged")
    lives.past_the_rules(
        f"owner_subject = '{dossier.owner_subject}', check_id = {dossier.account_check_id}", dossier
    )
    again = {"account_check_id": done.pk, "owner_number_bi": bytes(done.number_bi), "owner_last3": done.last3}
    refused(change(dossier, **again, due_words="đổi thêm"), "desk_dossier_unchanged")
    refused(change(dossier, **again, code=None), "desk_dossier_unchanged")
    with transaction.atomic():
        change(dossier, **again)()
        transaction.set_rollback(True)
    refused(change(dossier, **{**again, "private_matter": True}), "desk_dossier_unchanged")


def test_a_check_made_for_a_correction_opens_no_gate(house: House) -> None:
    dossier = house.received()
    asked = ask(house, dossier, receiver(house))
    assert asked.asked_check.kind == AccountCheck.Kind.RECHECK
    assert asked.asked_check.spent_at is None
    with pytest.raises(NotFound):
        house.town.choose(asked.asked_check.public_id, by=house.town.authority)


def test_dossiers_that_may_be_another_owners_are_named_while_the_correction_waits(house: House) -> None:
    dossier, other = house.received(), house.received()
    asked = ask(house, dossier, receiver(house))
    assert owner_corrections.waiting_dossiers() == {dossier.code}
    owner_corrections.decline(authority=head(house), correction_id=asked.public_id)
    approve(house, ask(house, other, receiver(house)), head(house))
    assert owner_corrections.waiting_dossiers() == frozenset()
