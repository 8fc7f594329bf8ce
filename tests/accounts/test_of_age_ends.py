"""What a guardian had asked for ends on the day, and whom it concerns is told (the rules seen red)."""

import pytest
from django.db import connection
from django.utils import timezone

from motcua.accounts import (
    adjusting,
    assistance,
    guardianships,
    mandate_requests,
    of_age_news,
    organisations,
    vneid_links,
)
from motcua.accounts.adjusting import Wanted
from motcua.accounts.assistance import Filled
from motcua.accounts.models import Account, Adjustment, AssistApplication, MandateRequest, Merge, VneidLink
from motcua.accounts.of_age_ends import BY_THE_DAY
from motcua.journal.models import Event
from motcua.kernel.authority import Power
from motcua.kernel.tax_code import TaxCode
from motcua.outbox.models import Message
from tests.accounts import guards, mandates, merges, people, provider_days
from tests.accounts.desk import authority_at
from tests.rule_by_rule import only_by_trigger

pytestmark = pytest.mark.django_db(transaction=True)


class Asked:
    """An account that a parent holds, with everything that may wait for it, asked by one officer."""

    def __init__(self) -> None:
        self.by = authority_at(mandates.UNIT, Power.OPEN_ACCOUNT)
        self.person = guards.child(of_age_in=100)
        self.account = guards.guarded(self.person)
        wanted = Wanted(kind="CLOSE", reason="Mẹ đề nghị đóng tài khoản")
        self.closing = adjusting.ask(authority=self.by, account=self.account, wanted=wanted, evidence=None)
        organisation = organisations.register(
            authority=self.by, tax_code=TaxCode.parse("0100233488"), name="Trung tâm Mẫu"
        )
        self.mandate = mandates.asked(self.by, organisation, mandates.granting(self.person.citizen_id))
        self.other = guards.guarded(guards.child(of_age_in=100))
        born = guards.child(of_age_in=100).born_on
        for account in (self.account, self.other):
            guards.born_on(account, born)
        self.merge = merges.agreed(self.account, self.other)

    def comes_of_age(self) -> None:
        """Today, and all of it was asked before."""
        guards.born_on(self.account, guards.child(of_age_in=0).born_on)
        for table in ("accounts_adjustment", "accounts_mandaterequest", "accounts_merge"):
            guards.past_the_rules(
                f"UPDATE {table} SET asked_at = asked_at - interval '2 days' WHERE %s = 1", [1]
            )


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_it_ends_on_the_day_and_each_is_told_once() -> None:
    asked = Asked()
    asked.comes_of_age()
    assert of_age_news.tell_due() >= 1
    closing = Adjustment.objects.get(pk=asked.closing.pk)
    assert (closing.decision, closing.decided_by) == ("DECLINED", BY_THE_DAY)
    request = MandateRequest.objects.get(pk=asked.mandate.pk)
    assert (request.decision, request.decided_by) == ("DECLINED", BY_THE_DAY)
    assert Merge.objects.get(pk=asked.merge.pk).state == Merge.State.LAPSED
    assert "3 de nghi" in people.newest_text("guardian_requests_ended")
    assert Message.objects.filter(purpose="officer_requests_ended").count() == 2  # the merge was another's
    assert "2 de nghi" in texts_of("officer_requests_ended")
    assert Message.objects.filter(purpose="merge_stopped").count() == 1
    line = Event.objects.filter(event="accounts.guardianship.requests_ended").get()
    assert line.facts == {"count": 3}
    of_age_news.tell_due()
    assert Event.objects.filter(event="accounts.guardianship.requests_ended").count() == 1


def texts_of(purpose: str) -> str:
    """All texts of a purpose."""
    from django.conf import settings

    found = Message.objects.filter(purpose=purpose)
    return " ".join(
        str(settings.KEYRING.open("outbox.body", str(each.reference), each.body_sealed)) for each in found
    )


def test_nobody_agrees_to_it_before_anything_has_run() -> None:
    asked = Asked()
    asked.comes_of_age()
    another = authority_at(mandates.UNIT, Power.OPEN_ACCOUNT)
    with pytest.raises(guardianships.RequestOfGuardian):
        adjusting.approve(authority=another, public_id=asked.closing.public_id)
    with pytest.raises(guardianships.RequestOfGuardian):
        mandate_requests.approve(authority=mandates.approver(), request=asked.mandate.public_id)
    decided = "decided_by = 'b', decided_at = now()"
    only_by_trigger(
        "adjustment_ended_with_guardian",
        "accounts_adjustment",
        lambda: sql(
            f"UPDATE accounts_adjustment SET decision = 'APPROVED', {decided} WHERE id = {asked.closing.pk}"
        ),
        rule="request_ended_with_guardian",
    )
    only_by_trigger(
        "mandate_request_ended_with_guardian",
        "accounts_mandaterequest",
        lambda: sql(
            f"UPDATE accounts_mandaterequest SET decision = 'APPROVED', {decided} WHERE id = {asked.mandate.pk}"
        ),
        rule="request_ended_with_guardian",
    )


def test_whoever_takes_the_account_over_first_ends_it_too_and_what_the_owner_asked_goes_on() -> None:
    person = guards.child(of_age_in=-3)
    account = guards.guarded(person)
    wanted = Wanted(kind="CLOSE", reason="Chủ tài khoản đề nghị đóng")
    officer = authority_at(guards.UNIT, Power.OPEN_ACCOUNT)
    fresh = adjusting.ask(authority=officer, account=account, wanted=wanted, evidence=None)
    guards.taken_over(authority_at(guards.UNIT, Power.OPEN_ACCOUNT), guards.own_phone(person))
    assert Adjustment.objects.get(pk=fresh.pk).decision == "WAITING"  # asked since the day: the owner's own

    person = guards.child(of_age_in=-3)
    account = guards.guarded(person)
    old = adjusting.ask(authority=officer, account=account, wanted=wanted, evidence=None)
    guards.past_the_rules(
        "UPDATE accounts_adjustment SET asked_at = asked_at - interval '9 days' WHERE id = %s", [old.pk]
    )
    guards.taken_over(authority_at(guards.UNIT, Power.OPEN_ACCOUNT), guards.own_phone(person))
    assert Adjustment.objects.get(pk=old.pk).decision == "DECLINED"
    assert Message.objects.filter(purpose="guardian_requests_ended").count() == 1
    assert Account.objects.get(pk=account.pk).status == Account.Status.PENDING


def test_a_phone_change_that_was_begun_before_is_cancelled() -> None:
    person = guards.child(of_age_in=50)
    account = guards.guarded(person)
    application = assistance.start(
        authority=authority_at(guards.UNIT, Power.OPEN_ACCOUNT),
        filled=Filled(guards.own_phone(person), "CANNOT_ALONE", held_by="PARENT"),
        kind=AssistApplication.Kind.PHONE,
    )
    guards.past_the_rules(
        "UPDATE accounts_assistapplication SET created_at = created_at - interval '2 days',"
        " expires_at = expires_at - interval '2 days' WHERE id = %s",
        [application.pk],
    )
    guards.born_on(account, guards.child(of_age_in=0).born_on)
    of_age_news.tell_due()
    assert AssistApplication.objects.get(pk=application.pk).status == "cancelled"


def test_an_unlinking_that_a_guardian_had_asked_for_is_agreed_to_by_nobody_and_ends() -> None:
    provider_days.transition()
    one, other = (authority_at(mandates.UNIT, Power.OPEN_ACCOUNT) for _ in range(2))
    person = guards.child(of_age_in=100)
    account = guards.guarded(person)
    link = VneidLink.objects.create(account=account, tech_bi=b"t" * 32, level=2)
    link = vneid_links.ask(authority=one, number=person.citizen_id, reason="Mẹ đề nghị gỡ")
    guards.born_on(account, guards.child(of_age_in=0).born_on)
    guards.past_the_rules(
        "UPDATE accounts_vneidlink SET asked_at = asked_at - interval '2 days' WHERE id = %s", [link.pk]
    )
    with pytest.raises(guardianships.RequestOfGuardian):
        vneid_links.approve(authority=other, link_id=link.public_id)
    only_by_trigger(
        "unlinking_ended_with_guardian",
        "accounts_vneidlink",
        lambda: VneidLink.objects.filter(pk=link.pk).update(
            ended_how="DESK", ended_by="b", ended_at=timezone.now(), tech_bi=None
        ),
        rule="request_ended_with_guardian",
    )
    # Whoever was told before requests ended with the notice: theirs end in the next round all the same.
    guards.past_the_rules("UPDATE accounts_guardianship SET told = 3 WHERE account_id = %s", [account.pk])
    assert of_age_news.tell_due() == 1
    assert VneidLink.objects.get(pk=link.pk).asked_by == ""
    assert of_age_news.tell_due() == 0


def test_of_whoever_was_told_before_everything_left_over_ends() -> None:
    asked = Asked()
    asked.comes_of_age()
    guards.past_the_rules("UPDATE accounts_guardianship SET told = 3 WHERE %s = 1", [1])
    assert of_age_news.tell_due() >= 1
    assert Adjustment.objects.get(pk=asked.closing.pk).decision == "DECLINED"
    assert MandateRequest.objects.get(pk=asked.mandate.pk).decision == "DECLINED"
    assert Merge.objects.get(pk=asked.merge.pk).state == Merge.State.LAPSED
    assert of_age_news.tell_due() == 0
