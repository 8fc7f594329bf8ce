"""Two accounts of one person: asked, agreed, rested, joined, parted; each number leads to exactly one account."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from motcua.accounts import (
    check,
    closing,
    emails,
    founding,
    hashing,
    identity,
    inspected,
    merge_objections,
    merge_reading,
    merge_state,
    merging,
    notices,
    sessions,
    signing_in,
)
from motcua.accounts.check import Standing
from motcua.accounts.models import (
    Account,
    Closure,
    Disavowal,
    IdentityDocument,
    Merge,
    PairwiseSubject,
    PhoneBinding,
    PhoneException,
    Session,
    Suspicion,
)
from motcua.accounts.revealing import What
from motcua.files.models import StoredFile
from motcua.journal.models import Event
from motcua.kernel.authority import NotAuthorised, Power
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.email_address import EmailAddress
from motcua.kernel.refusal import NotFound, Refusal
from motcua.outbox.models import Letter, Message
from tests.accounts import desk, merges, people
from tests.accounts.merges import REASON
from tests.accounts.test_adjustment_rules import asked, sql
from tests.accounts.test_closures import aged

pytestmark = pytest.mark.django_db(transaction=True)
State = Merge.State


class Matter:
    """One person with an old account and a newer one."""

    def __init__(self) -> None:
        self.old_data, self.new_data = people.data(), people.data()
        self.old, self.new = people.account(self.old_data), people.account(self.new_data)
        self.old_number, self.new_number = self.old_data.citizen_id, self.new_data.citizen_id

    def holders(self) -> list[int | None]:
        found = [identity.account_by_number(each) for each in (self.old_number, self.new_number)]
        return [account.pk if account else None for account in found]


@pytest.fixture
def matter() -> Matter:
    return Matter()


def checked(number: CitizenId) -> check.Known:
    known = check.check(
        number=number,
        old_number=None,
        purpose="tiep-nhan-ho-so",
        asked_by="a" * 32,
        unit_code="so-mau",
        reference="r",
        audience=settings.DESK_ID,
        now=timezone.now(),
    )
    assert known is not None
    return known


def test_nothing_changes_before_a_second_officer_agrees_and_three_days_are_over(matter: Matter) -> None:
    merge = merges.agreed(matter.new, matter.old)

    assert merge.due_at - merge.decided_at == timedelta(days=3)  # type: ignore[operator]
    assert merging.settle_due() == 0
    assert matter.holders() == [matter.old.pk, matter.new.pk]
    assert sorted(
        Message.objects.filter(purpose="merge_rests").values_list("to_masked", flat=True)
    ) == sorted([matter.old_data.phone.masked, matter.new_data.phone.masked])


def test_both_numbers_lead_to_the_account_that_stays_whoever_asks(matter: Matter) -> None:
    old_subject = checked(matter.old_number).subject
    merges.joined(matter.new, matter.old)

    assert matter.holders() == [matter.new.pk, matter.new.pk]
    assert checked(matter.old_number).subject == checked(matter.new_number).subject
    assert checked(matter.old_number).standing is Standing.USABLE
    assert identity.account_of_subject(old_subject).pk == matter.new.pk
    assert identity.is_usable(old_subject, settings.DESK_ID)
    assert identity.usable_among([old_subject], settings.DESK_ID) == {old_subject: True}
    assert (matter.old.status, matter.old.merged_into_id) == ("merged", matter.new.pk)


def test_the_survivors_password_opens_and_the_others_does_not(matter: Matter) -> None:
    given_up = "Khac.Han-Mat-Khau-73!"
    Account.objects.filter(pk=matter.old.pk).update(password=hashing.hashed(given_up))
    merges.joined(matter.new, matter.old)

    def sign_in(number: CitizenId, password: str) -> object:
        return signing_in.sign_in(
            number=number, password=password, device="may-mot", device_words="Firefox", address="192.0.2.1"
        )

    with pytest.raises(signing_in.WrongPassword):
        sign_in(matter.old_number, given_up)
    sign_in(matter.old_number, people.STRONG)
    assert Session.objects.get(ended_at=None).account_id == matter.new.pk


def test_whoever_was_signed_in_at_the_account_given_up_is_signed_out(matter: Matter) -> None:
    token, _ = sessions.begin(matter.old, audience="CITIZEN", device="d", device_words="Firefox")
    merges.joined(matter.new, matter.old)
    assert sessions.visitor_of(token) is None
    assert Session.objects.get(account=matter.old).ended_why == "merged"


def test_the_phone_given_up_is_free_and_stays_frozen_until_the_desk_asks_whose_it_is(matter: Matter) -> None:
    merge = merges.joined(matter.new, matter.old)
    assert identity.primary_phone(matter.old) == matter.new_data.phone, "news go to the account that stays"
    other = people.account(people.data(phone=matter.old_data.phone.local))
    merges.parted(merge, matter.old)
    assert matter.old.status == "active"
    assert identity.primary_phone(matter.old) is None
    assert identity.primary_phone(other) == matter.old_data.phone


def test_a_parting_rests_and_can_be_objected_to_as_a_merge_can(matter: Matter) -> None:
    merge = merges.joined(matter.new, matter.old)
    undo = merging.ask_undo(authority=merges.officer(), merge=merge.public_id, reason=REASON)
    merging.approve(authority=merges.officer(), public_id=undo.public_id)
    undo = merges.fresh(undo, matter.old)
    assert (undo.state, matter.old.status) == (State.AGREED, "merged")
    assert merging.settle_due() == 0
    token = people.newest_text("merge_rests").rsplit("/k/", 1)[1]
    assert notices.meaning(notices.disavowal(token)) == notices.Meaning.STOPS_PARTING
    assert notices.disavow(token=token) == notices.Meaning.STOPS_PARTING
    merges.rested(undo)
    assert merging.settle_due() == 0
    assert merges.fresh(undo, matter.old).state == State.OBJECTED
    assert matter.old.status == "merged"


def test_parting_puts_everything_back(matter: Matter) -> None:
    before = (matter.old.status, *matter.holders())
    merge = merges.joined(matter.new, matter.old)
    merges.parted(merge, matter.old)

    assert (matter.old.status, *matter.holders()) == before
    assert matter.old.merged_into_id is None
    assert not merge_state.stands(merge)
    assert Message.objects.filter(purpose="accounts_parted").count() == 1, "the other phone is frozen"
    with pytest.raises(merging.NotMergedAnyMore):
        merging.ask_undo(authority=merges.officer(), merge=merge.public_id, reason=REASON)


def test_a_number_added_after_the_merge_stays_with_the_survivor(matter: Matter) -> None:
    merge = merges.joined(matter.new, matter.old)
    later = people.data().citizen_id
    row = asked(matter.new, "ADD_NUMBER")
    with transaction.atomic():
        sql(
            "UPDATE accounts_adjustment SET decision = 'APPROVED', decided_by = repeat('b', 32),"
            f" decided_at = now() WHERE id = {row.pk}"
        )
        founding.link_number(matter.new.person, later, IdentityDocument.Source.OFFICER)
    merges.parted(merge, matter.old)
    holder = identity.account_by_number(later)
    assert holder is not None and holder.pk == matter.new.pk
    assert matter.holders() == [matter.old.pk, matter.new.pk]


@pytest.mark.parametrize("which", ["survivor", "absorbed"])
def test_an_owner_who_objects_stops_what_rests_and_keeps_the_account(matter: Matter, which: str) -> None:
    merge = merges.agreed(matter.new, matter.old)
    account = getattr(merge, which)
    purpose_text = [
        str(settings.KEYRING.open("outbox.body", str(message.reference), message.body_sealed))
        for message in Message.objects.filter(purpose="merge_rests", dedupe_key__contains=f":{account.pk}:")
    ]
    token = purpose_text[0].rsplit("/k/", 1)[1]
    notices.disavow(token=token)

    merges.rested(merge)
    assert merging.settle_due() == 0
    assert merges.fresh(merge, matter.old, matter.new).state == State.OBJECTED
    assert (matter.old.status, matter.new.status) == ("active", "active")
    assert Event.objects.filter(event="accounts.merge.objected").count() == 1


def test_an_owner_who_objects_afterwards_locks_the_account_that_stayed_and_its_phone(matter: Matter) -> None:
    merge = merges.joined(matter.new, matter.old)
    token, _ = sessions.begin(matter.new, audience="CITIZEN", device="d", device_words="Firefox")
    assert Message.objects.filter(purpose="accounts_merged").count() == 2
    for link in Disavowal.objects.filter(about="accounts_merged"):
        assert (link.account_id, link.merge_id) == (matter.new.pk, merge.pk)
    link = people.newest_text("accounts_merged").rsplit("/k/", 1)[1]
    assert notices.disavow(token=link) == notices.Meaning.CONTESTS_MERGE
    matter.new.refresh_from_db()
    assert matter.new.status == "locked"
    assert sessions.visitor_of(token) is None
    assert identity.primary_phone(matter.new) is None, "no forgotten password opens it before the desk does"


def test_officers_find_what_an_owner_contests_and_part_it(matter: Matter) -> None:
    merge = merges.joined(matter.new, matter.old)
    merges.joined(*merges.pair())
    officer = merges.officer()
    wanted = merge_reading.Wanted(state=merge_reading.CONTESTED)
    assert merge_reading.listing(officer, wanted) == ([], "")
    link = Message.objects.get(purpose="accounts_merged", dedupe_key__contains=f":{matter.old.pk}:")
    notices.disavow(token=text_of(link).rsplit("/k/", 1)[1])
    rows, _ = merge_reading.listing(officer, wanted)
    assert [row.pk for row in rows] == [merge.pk]
    merges.parted(merge, matter.old)
    assert matter.old.status == "active"
    assert merge_reading.listing(officer, wanted) == ([], "")


def text_of(message: Message) -> str:
    return str(settings.KEYRING.open("outbox.body", str(message.reference), message.body_sealed))


def test_a_link_of_a_merge_that_was_done_meanwhile_says_so_and_contests_it(matter: Matter) -> None:
    merge = merges.joined(matter.new, matter.old)
    resting = Message.objects.get(purpose="merge_rests", dedupe_key__contains=f":{matter.old.pk}:")
    token = text_of(resting).rsplit("/k/", 1)[1]
    assert notices.meaning(notices.disavowal(token)) == notices.Meaning.CONTESTS_MERGE
    merges.parted(merge, matter.old, matter.new)
    with pytest.raises(notices.LinkNotValid):
        notices.meaning(notices.disavowal(token))
    with pytest.raises(notices.LinkNotValid):
        notices.disavow(token=token)
    assert (matter.old.status, matter.new.status) == ("active", "active")


def test_one_phone_for_both_rests_as_well(matter: Matter) -> None:
    """Only what two officers allowed lets two accounts answer to one phone: a child and a parent, husband and wife."""
    PhoneBinding.objects.filter(account=matter.old).update(status="closed")
    bound = PhoneBinding.objects.get(account=matter.new)
    allowed = PhoneException.objects.create(
        phone_bi=bound.phone_bi, reason="con chưa thành niên", requested_by="a", approved_by="b"
    )
    founding.bind_phone(
        matter.old, matter.new_data.phone, verdict="MATCH", operator="Viettel", exception=allowed
    )
    merge = merges.agreed(matter.new, matter.old)
    assert merge.due_at - merge.decided_at == timedelta(days=3)  # type: ignore[operator]
    assert merges.fresh(merge, matter.old, matter.new).state == State.AGREED


def test_it_rests_longer_where_one_of_the_two_cannot_be_told(matter: Matter) -> None:
    PhoneBinding.objects.filter(account=matter.old).update(status="frozen")
    merge = merges.agreed(matter.new, matter.old)
    assert merge.due_at - merge.decided_at == timedelta(days=7)  # type: ignore[operator]


def test_who_has_no_phone_any_more_hears_by_email(matter: Matter) -> None:
    address = EmailAddress.parse("mau@example.vn")
    emails._bind(matter.old, address)
    PhoneBinding.objects.filter(account=matter.old).update(status="frozen")
    merge = merges.agreed(matter.new, matter.old)
    assert merge.due_at - merge.decided_at == timedelta(days=3)  # type: ignore[operator]
    assert Letter.objects.get(purpose="merge_rests").to_masked == address.masked


def test_the_owner_who_is_signed_in_stops_it_too(matter: Matter) -> None:
    merge = merges.agreed(matter.new, matter.old)
    token, _ = sessions.begin(matter.old, audience="CITIZEN", device="d", device_words="Firefox")
    mine = sessions.visitor_of(token)
    token, _ = sessions.begin(people.account(), audience="CITIZEN", device="d", device_words="Firefox")
    stranger = sessions.visitor_of(token)
    assert mine is not None and stranger is not None
    assert merge_objections.resting_of(stranger) == []
    refused(NotFound, lambda: merge_objections.object_signed_in(stranger, merge.public_id))
    assert merge_objections.resting_of(mine) == [merge]
    merge_objections.object_signed_in(mine, merge.public_id)
    assert merges.fresh(merge).state == State.OBJECTED
    refused(NotFound, lambda: merge_objections.object_signed_in(mine, merge.public_id))


def test_an_active_account_is_not_given_up_for_one_that_nobody_activated(matter: Matter) -> None:
    Account.objects.filter(pk=matter.new.pk).update(status="pending_activation")
    matter.new.refresh_from_db()
    refused(merging.ActiveAccountStays, lambda: merges.asked(matter.new, matter.old))
    merges.asked(matter.old, matter.new)


def test_who_was_born_on_another_day_is_put_right_first(matter: Matter) -> None:
    in_table(f"UPDATE accounts_person SET born_on = born_on - 1 WHERE id = {matter.old.person_id}")
    old = Account.objects.select_related("person").get(pk=matter.old.pk)
    refused(merging.BornOnOtherDays, lambda: merges.asked(matter.new, old))
    in_table(f"UPDATE accounts_person SET born_year_only = true WHERE id = {matter.old.person_id}")
    merges.asked(matter.new, Account.objects.select_related("person").get(pk=matter.old.pk))


def in_table(statement: str) -> None:
    with transaction.atomic():
        sql("SET LOCAL session_replication_role = replica")
        sql(statement)
        sql("SET LOCAL session_replication_role = origin")


def test_whoever_signed_in_as_an_officer_keeps_that_account(matter: Matter) -> None:
    sessions.begin(matter.old, audience="OFFICER", device="d", device_words="Firefox", unit_code="so-mau")
    refused(merging.OfficersAccountStays, lambda: merges.asked(matter.new, matter.old))
    merges.asked(matter.old, matter.new)


def test_what_only_the_database_sees_is_said_in_words(matter: Matter) -> None:
    merge = merges.asked(matter.new, matter.old)
    in_table(f"UPDATE files_storedfile SET scan_status = 'PENDING' WHERE id = {merge.evidence_id}")
    refused(
        merging.MergeEvidenceMissing,
        lambda: merging.approve(authority=merges.officer(), public_id=merge.public_id),
    )
    assert merges.fresh(merge).state == State.WAITING


def test_the_scan_is_kept_for_ninety_days_or_for_seven_when_nothing_came_of_it(matter: Matter) -> None:
    def days(merge: Merge) -> int:
        stored = StoredFile.objects.get(pk=merge.evidence_id)
        return round((stored.purge_after - timezone.now()) / timedelta(days=1))

    declined = merges.asked(matter.new, matter.old)
    merging.decline(authority=merges.officer(), public_id=declined.public_id, reason="ảnh trên hai thẻ khác")
    assert days(declined) == 7
    stopped = merges.agreed(matter.new, matter.old)
    assert merge_objections.object_to(stopped, "account:1") and days(stopped) == 7
    merge = merges.joined(matter.new, matter.old)
    assert days(merge) == 90
    merges.long_ago(merge)
    closing.close(matter.new, how=Closure.How.DESK)
    aged(matter.new, 31)
    assert closing.forget(matter.new) and days(merge) == 0


def test_the_account_that_stays_is_not_closed_while_the_two_may_be_parted(matter: Matter) -> None:
    merge = merges.joined(matter.new, matter.old)
    refused(closing.MayBeParted, lambda: closing.close(matter.new, how=Closure.How.DESK))
    merges.long_ago(merge)
    undo = merging.ask_undo(authority=merges.officer(), merge=merge.public_id, reason=REASON)
    refused(closing.MayBeParted, lambda: closing.close(matter.new, how=Closure.How.DESK))
    merging.decline(authority=merges.officer(), public_id=undo.public_id, reason="hai thẻ của một người")
    assert closing.close(matter.new, how=Closure.How.DESK)


def test_two_families_phone_is_revealed_of_the_account_it_was_bound_to(matter: Matter) -> None:
    merge = merges.joined(matter.new, matter.old)
    undo = merging.ask_undo(authority=merges.officer(), merge=merge.public_id, reason=REASON)
    shown = merge_reading.reveal(
        authority=merges.officer(),
        public_id=undo.public_id,
        survivor=False,
        what=What.PHONE,
        reason="đối chiếu số điện thoại cũ trên đơn",
    )
    assert shown.text == matter.old_data.phone.local


def test_an_inspector_finds_the_lines_of_both_accounts_and_of_the_merge(matter: Matter) -> None:
    merge = merges.joined(matter.new, matter.old)
    found = inspected.ask(desk.authority_at(merges.UNIT, Power.INSPECT), matter.old_number)
    assert {f"account:{matter.new.pk}", f"account:{matter.old.pk}", f"merge:{merge.public_id}"} <= set(
        found.subjects
    )


def refused(kind: type[Refusal], act: Callable[[], object]) -> None:
    with pytest.raises(kind):
        act()


def test_it_takes_two_officers_who_are_neither_owner_nor_creator(matter: Matter) -> None:
    first = merges.officer()
    merge = merging.ask(
        authority=first, survivor=matter.new, absorbed=matter.old, reason=REASON, evidence=merges.scan()
    )
    refused(
        merging.MergeSecondOfficerNeeded,
        lambda: merging.approve(authority=first, public_id=merge.public_id),
    )
    creator = merges.officer()
    merges.made_by(matter.old, creator.subject)
    refused(merging.MergeByCreator, lambda: merging.approve(authority=creator, public_id=merge.public_id))
    elsewhere = desk.authority_at("noi-khac", Power.OPEN_ACCOUNT)
    refused(NotFound, lambda: merging.approve(authority=elsewhere, public_id=merge.public_id))
    powerless = desk.authority_at(merges.UNIT, Power.RECEIVE_DOSSIER)
    refused(NotAuthorised, lambda: merging.approve(authority=powerless, public_id=merge.public_id))
    assert merges.fresh(merge).state == State.WAITING


def test_an_officer_merges_no_account_of_their_own(matter: Matter) -> None:
    authority = merges.officer()
    own = identity.subject_of(matter.old.public_id, settings.DESK_ID)
    me = replace(authority, subject=own)
    refused(
        merging.MergeOfOwnAccount,
        lambda: merging.ask(
            authority=me, survivor=matter.new, absorbed=matter.old, reason=REASON, evidence=merges.scan()
        ),
    )
    assert not Merge.objects.exists()
    assert PairwiseSubject.objects.filter(subject=own).exists()


@pytest.mark.parametrize("status", ["locked", "frozen", "closed"])
def test_an_account_that_is_not_usable_is_not_merged(matter: Matter, status: str) -> None:
    Account.objects.filter(pk=matter.old.pk).update(status=status)
    matter.old.refresh_from_db()
    refused(merging.NotToBeMerged, lambda: merges.asked(matter.new, matter.old))
    refused(merging.NotToBeMerged, lambda: merges.asked(matter.old, matter.new))


def test_what_was_locked_while_it_rested_lapses(matter: Matter) -> None:
    merge = merges.agreed(matter.new, matter.old)
    Account.objects.filter(pk=matter.new.pk).update(status="locked")
    merges.rested(merge)
    assert merging.settle_due() == 1
    assert merges.fresh(merge).state == State.LAPSED
    assert matter.holders() == [matter.old.pk, matter.new.pk]


def test_nobody_is_led_further_than_one_step(matter: Matter) -> None:
    third = people.account()
    merges.joined(matter.new, matter.old)
    refused(merging.OthersWereMergedIntoIt, lambda: merges.asked(third, matter.new))
    merges.joined(matter.new, third)
    assert sorted(identity.with_merged(matter.new.pk)) == sorted([matter.new.pk, matter.old.pk, third.pk])


def test_one_open_request_for_an_account(matter: Matter) -> None:
    merges.asked(matter.new, matter.old)
    refused(merging.MergeAlreadyAsked, lambda: merges.asked(people.account(), matter.old))


def test_a_no_is_given_with_its_reason_and_who_asked_takes_it_back(matter: Matter) -> None:
    merge = merges.asked(matter.new, matter.old)
    officer = merges.officer()
    refused(
        merging.MergeReasonMissing,
        lambda: merging.decline(authority=officer, public_id=merge.public_id, reason="sai"),
    )
    merging.decline(authority=officer, public_id=merge.public_id, reason="ảnh trên hai thẻ khác nhau")
    assert merges.fresh(merge).state == State.DECLINED
    refused(merging.MergeGone, lambda: merging.approve(authority=merges.officer(), public_id=merge.public_id))


def test_closing_the_account_that_stays_closes_and_forgets_both(matter: Matter) -> None:
    merges.long_ago(merges.joined(matter.new, matter.old))
    assert closing.close(matter.new, how=Closure.How.DESK)
    matter.old.refresh_from_db()
    assert (matter.old.status, matter.old.closure.how) == ("closed", "DESK")


def test_an_account_given_up_is_not_closed_on_its_own(matter: Matter) -> None:
    stale = Account.objects.get(pk=matter.old.pk)
    merges.joined(matter.new, matter.old)
    assert not closing.close(stale, how=Closure.How.DESK)
    assert not Closure.objects.exists()


def test_a_suspicion_about_the_two_is_settled_by_the_merge(matter: Matter) -> None:
    doubt = Suspicion.objects.get(person=matter.new.person, other=matter.old.person)
    merge = merges.joined(matter.new, matter.old)
    doubt.refresh_from_db()
    assert doubt.settled_by == merge.decided_by


def test_the_journal_tells_each_step_in_ids(matter: Matter) -> None:
    merges.parted(merges.joined(matter.new, matter.old))
    told = list(
        Event.objects.filter(event__startswith="accounts.merge.")
        .order_by("pk")
        .values_list("event", flat=True)
    )
    assert told == [
        "accounts.merge.asked",
        "accounts.merge.agreed",
        "accounts.merge.completed",
        "accounts.merge.asked",
        "accounts.merge.agreed",
        "accounts.merge.completed",
    ]
