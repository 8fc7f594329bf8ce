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
    founding,
    hashing,
    identity,
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
from motcua.journal.models import Event
from motcua.kernel.authority import NotAuthorised, Power
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.refusal import NotFound, Refusal
from motcua.outbox.models import Message
from tests.accounts import desk, merges, people
from tests.accounts.merges import REASON
from tests.accounts.test_adjustment_rules import asked, sql

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


def test_the_phone_given_up_is_free_and_comes_back_unless_somebody_answers_to_it(matter: Matter) -> None:
    merge = merges.joined(matter.new, matter.old)
    assert identity.primary_phone(matter.old) == matter.new_data.phone, "news go to the account that stays"
    merges.parted(merge, matter.old)
    assert identity.primary_phone(matter.old) == matter.old_data.phone

    again = merges.joined(matter.new, matter.old)
    other = people.account(people.data(phone=matter.old_data.phone.local))
    merges.parted(again, matter.old)
    assert identity.primary_phone(matter.old) is None
    assert identity.primary_phone(other) == matter.old_data.phone


def test_parting_puts_everything_back(matter: Matter) -> None:
    before = (matter.old.status, *matter.holders())
    merge = merges.joined(matter.new, matter.old)
    merges.parted(merge, matter.old)

    assert (matter.old.status, *matter.holders()) == before
    assert matter.old.merged_into_id is None
    assert not merge_state.stands(merge)
    assert Message.objects.filter(purpose="accounts_parted").count() == 2
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


def test_an_owner_who_objects_afterwards_locks_the_account_that_stayed(matter: Matter) -> None:
    merges.joined(matter.new, matter.old)
    assert Message.objects.filter(purpose="accounts_merged").count() == 2
    for link in Disavowal.objects.filter(about="accounts_merged"):
        assert link.account_id == matter.new.pk
    token = people.newest_text("accounts_merged").rsplit("/k/", 1)[1]
    notices.disavow(token=token)
    matter.new.refresh_from_db()
    assert matter.new.status == "locked"


def test_one_phone_for_both_waits_for_nobody(matter: Matter) -> None:
    PhoneBinding.objects.filter(account=matter.old).update(status="closed")
    bound = PhoneBinding.objects.get(account=matter.new)
    allowed = PhoneException.objects.create(
        phone_bi=bound.phone_bi, reason="cùng một người", requested_by="a", approved_by="b"
    )
    founding.bind_phone(
        matter.old, matter.new_data.phone, verdict="MATCH", operator="Viettel", exception=allowed
    )
    merge = merges.agreed(matter.new, matter.old)
    assert merges.fresh(merge, matter.old, matter.new).state == State.DONE
    assert Message.objects.filter(purpose="accounts_merged").count() == 1


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
    Account.objects.filter(pk=matter.old.pk).update(
        origin="ASSISTED", vouched_by=creator.subject, vouching_unit_code=merges.UNIT
    )
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
    merges.joined(matter.new, matter.old)
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
