"""One person, one VNeID: also while two accounts are one, and after they are parted again."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from motcua.accounts import joining, merging, sessions, vneid
from motcua.accounts.entering import SignedIn
from motcua.accounts.models import Account, VneidLink
from motcua.kernel.refusal import Refusal
from tests.accounts import merges, people, provider_days
from tests.races.together import together
from tests.rule_by_rule import only_by_trigger, said_by

pytestmark = pytest.mark.django_db(transaction=True)


def enters(data: people.PersonData, tech: str) -> SignedIn:
    signed = vneid.enter(provider_days.person(data.citizen_id, tech=tech), device="may", device_words="")
    assert isinstance(signed, SignedIn)
    return signed


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as no:
        act()
    return no.value.code


def two() -> tuple[people.PersonData, people.PersonData, Account, Account]:
    old, new = people.data(), people.data()
    return old, new, people.account(old), people.account(new)


def test_two_vneids_are_not_merged() -> None:
    provider_days.transition()
    old, new, absorbed, survivor = two()
    enters(old, "mot")
    merge = merges.agreed(survivor, absorbed)
    enters(new, "hai")
    assert refused(lambda: merges.asked(survivor, absorbed)) in ("merge_of_two_vneids", "merge_already_asked")
    merges.rested(merge)
    merging.settle_due()
    merge.refresh_from_db()
    absorbed.refresh_from_db()
    assert merge.state == "LAPSED" and absorbed.merged_into_id is None


def test_the_database_says_so_too() -> None:
    provider_days.transition()
    old, new, absorbed, survivor = two()
    enters(old, "mot")
    merge = merges.agreed(survivor, absorbed)
    merges.rested(merge)
    enters(new, "hai")
    with pytest.raises(IntegrityError) as no, transaction.atomic():
        joining.lock(merge)
        joining.carry_out(merge)
    assert said_by(no.value) == "merge_of_linked"


def test_a_linked_account_that_is_given_up_leads_to_the_survivor_and_takes_no_second_vneid() -> None:
    provider_days.transition()
    old, new, absorbed, survivor = two()
    enters(old, "mot")
    merges.joined(survivor, absorbed)
    assert enters(old, "mot").account_id == survivor.pk
    assert refused(lambda: enters(new, "hai")) == "vneid_linked_to_another"
    only_by_trigger(
        "vneid_link_moves",
        "accounts_vneidlink",
        lambda: VneidLink.objects.create(account=survivor, tech_bi=b"z" * 32, level=2),
        "vneid_link_once_per_person",
    )


def test_parting_ends_what_was_linked_while_they_were_one_and_each_links_anew() -> None:
    provider_days.transition()
    old, new, absorbed, survivor = two()
    merge = merges.joined(survivor, absorbed)
    signed = enters(old, "mot")
    assert signed.account_id == survivor.pk
    merges.parted(merge, survivor, absorbed)

    assert sessions.visitor_of(signed.token) is None
    link = VneidLink.objects.get()
    assert (link.ended_how, link.tech_bi) == ("PARTED", None)
    assert enters(old, "mot").account_id == absorbed.pk
    assert enters(new, "hai").account_id == survivor.pk


def test_parting_leaves_what_was_linked_before() -> None:
    provider_days.transition()
    _, new, absorbed, survivor = two()
    enters(new, "hai")
    merge = merges.joined(survivor, absorbed)
    merges.parted(merge, survivor, absorbed)
    assert enters(new, "hai").account_id == survivor.pk
    assert VneidLink.objects.get().ended_how == ""


def test_a_link_is_called_parted_by_a_parting_only() -> None:
    provider_days.transition()
    old, *_ = two()
    enters(old, "mot")
    only_by_trigger(
        "vneid_link_moves",
        "accounts_vneidlink",
        lambda: VneidLink.objects.update(ended_how="PARTED", ended_at="2026-11-30T00:00:00Z", tech_bi=None),
    )


def test_merging_and_linking_at_once_leave_one_vneid() -> None:
    provider_days.transition()
    for nth in range(3):
        old, new, absorbed, survivor = two()
        enters(old, f"mot-{nth}")
        merge = merges.agreed(survivor, absorbed)
        merges.rested(merge)
        together([merging.settle_due, lambda new=new, nth=nth: enters(new, f"hai-{nth}")])  # type: ignore[misc]
        standing = VneidLink.objects.filter(ended_at=None, account__in=[survivor, absorbed]).count()
        absorbed.refresh_from_db()
        assert standing == 1 if absorbed.merged_into_id else standing == 2
