"""Two accounts become one while others close, sign in, check, put and object: a number opens one, no paper is lost."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from motcua.accounts import check, closing, identity, merge_objections, merging, sessions, signing_in
from motcua.accounts.models import Account, Closure, Merge
from motcua.kernel.citizen_id import CitizenId
from motcua.vault import reading
from motcua.vault.models import Paper
from tests.accounts import merges, people
from tests.races.together import Outcome, together
from tests.vault import papers

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 3
State = Merge.State


def rested(survivor: Account, absorbed: Account) -> Merge:
    merge = merges.agreed(survivor, absorbed)
    merges.rested(merge)
    return merge


def nobody_is_led_further_than_one_step() -> None:
    assert not Account.objects.filter(merged_into__merged_into__isnull=False).exists()


def test_of_officers_who_agree_at_once_one_has_agreed() -> None:
    merge = merges.asked(*merges.pair())
    officers = [merges.officer() for _ in range(6)]
    acts: list[Callable[[], object]] = [
        lambda one=one: merging.approve(authority=one, public_id=merge.public_id)  # type: ignore[misc]
        for one in officers
    ]
    outcomes = together(acts)
    lost = [outcome.refusal for outcome in outcomes if outcome.refusal is not None]
    assert len(outcomes) - len(lost) == 1
    assert {no.code for no in lost} == {"merge_gone"}


@pytest.mark.parametrize("shape", ["there_and_back", "in_a_row"])
def test_of_two_merges_that_cross_one_is_done_and_the_other_lapses(shape: str) -> None:
    for _ in range(ROUNDS):
        first, second = merges.pair()
        before = {row.pk for row in Merge.objects.all()}
        rested(first, second)
        rested(second if shape == "there_and_back" else people.account(), first)
        together([merging.settle_due for _ in range(4)])
        mine = Merge.objects.exclude(pk__in=before).values_list("state", flat=True)
        assert sorted(mine) == [State.DONE, State.LAPSED]
        nobody_is_led_further_than_one_step()


@pytest.mark.parametrize("which", ["survivor", "absorbed"])
def test_a_merge_and_a_closing_come_one_after_the_other(which: str) -> None:
    for _ in range(ROUNDS):
        survivor, absorbed = merges.pair()
        merge = rested(survivor, absorbed)
        closed = survivor if which == "survivor" else absorbed
        _, done = together([merging.settle_due, lambda who=closed: closing.close(who, how=Closure.How.DESK)])  # type: ignore[misc]
        merges.fresh(merge, survivor, absorbed)
        state = Merge.objects.get(pk=merge.pk).state
        if which == "absorbed":
            assert (state, absorbed.status, done.value) in [
                (State.DONE, "merged", False),
                (State.LAPSED, "closed", True),
            ]
        else:
            no = done.refusal.code if done.refusal is not None else ""
            assert (state, absorbed.status, survivor.status, no) in [
                (State.DONE, "merged", "active", "closing_waits_for_parting"),
                (State.LAPSED, "active", "closed", ""),
            ]
        assert Closure.objects.count() == Account.objects.filter(status="closed").count()


def test_whoever_signs_in_at_that_moment_is_in_at_the_account_that_stays_or_out() -> None:
    data = people.data()
    survivor, absorbed = people.account(), people.account(data)
    rested(survivor, absorbed)

    def sign_in() -> object:
        return signing_in.sign_in(
            number=data.citizen_id,
            password=people.STRONG,
            device="may-mot",
            device_words="Firefox",
            address="192.0.2.1",
        )

    outcomes = together([sign_in, sign_in, merging.settle_due, sign_in, sign_in])
    absorbed.refresh_from_db()
    assert absorbed.status == "merged"
    for outcome in outcomes:
        token = getattr(outcome.value, "token", "")
        visitor = sessions.visitor_of(token) if token else None
        assert visitor is None or visitor.account_id == survivor.pk


def test_a_check_at_that_moment_names_somebody_who_leads_to_the_account_that_stays() -> None:
    data = people.data()
    survivor, absorbed = people.account(), people.account(data)
    rested(survivor, absorbed)

    def checked() -> check.Known | None:
        return _checked(data.citizen_id)

    outcomes = together([checked, checked, merging.settle_due, checked, checked])
    known = [outcome.value for outcome in outcomes if isinstance(outcome.value, check.Known)]
    assert len(known) == 4
    for each in known:
        assert each.standing is check.Standing.USABLE
        assert identity.account_of_subject(each.subject).pk == survivor.pk
        assert identity.is_usable(each.subject, settings.DESK_ID)


def _checked(number: CitizenId) -> check.Known | None:
    return check.check(
        number=number,
        old_number=None,
        purpose="tiep-nhan-ho-so",
        asked_by="a" * 32,
        unit_code="so-mau",
        reference="r",
        audience=settings.DESK_ID,
        now=timezone.now(),
    )


def test_papers_that_come_at_that_moment_are_the_persons_however_it_ends() -> None:
    survivor, absorbed = merges.pair()
    for account in (survivor, absorbed):
        identity.name_to(account, papers.DESK)
    rested(survivor, absorbed)

    def put(account: Account) -> Callable[[], object]:
        return lambda: papers.put(account, papers.new_paper())

    together([put(absorbed), put(survivor), merging.settle_due, put(absorbed), put(survivor), put(absorbed)])
    seen = {line.paper_id for line in reading.papers_of(survivor, limit=100).papers}
    assert seen == set(Paper.objects.values_list("public_id", flat=True))
    assert len(seen) == 5


def test_an_objection_and_the_merge_come_one_after_the_other() -> None:
    for _ in range(ROUNDS):
        survivor, absorbed = merges.pair()
        merge = rested(survivor, absorbed)

        def objected(row: Merge = merge) -> bool:
            with transaction.atomic():
                return merge_objections.object_to(row, "account:1")

        outcomes: list[Outcome] = together([objected, merging.settle_due])
        state = merges.fresh(merge, absorbed).state
        assert (state, absorbed.status, outcomes[0].value) in [
            (State.OBJECTED, "active", True),
            (State.DONE, "merged", False),
        ]
