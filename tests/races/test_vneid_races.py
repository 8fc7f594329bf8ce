"""Many at once by VNeID: one account, one link, one decision; with the rules taken away more get through."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from motcua.accounts import provider_changes, providers, vneid, vneid_links
from motcua.accounts.models import Account, ProviderChange, ProviderPeriod, VneidLink
from motcua.kernel.authority import Power
from tests.accounts import people, provider_days
from tests.races.together import Outcome, together
from tests.units import people as officers

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
WHY = "Nghị định 69/2024/NĐ-CP"


def said(outcomes: list[Outcome]) -> list[str]:
    return sorted(one.refusal.code if one.refusal else "" for one in outcomes)


def enter(who: object, device: str) -> object:
    return vneid.enter(who, device=device, device_words="", may_open=True)  # type: ignore[arg-type]


def test_one_person_in_many_browsers_gets_one_account_and_one_link() -> None:
    provider_days.transition()
    who = provider_days.person(people.data().citizen_id)
    outcomes = together([lambda n=n: enter(who, f"may-{n}") for n in range(20)])
    assert said(outcomes) == [""] * 20
    assert (Account.objects.count(), VneidLink.objects.count()) == (1, 1)


def test_of_many_vneids_one_takes_an_account() -> None:
    provider_days.transition()
    data = people.data()
    people.account(data)
    whos = [provider_days.person(data.citizen_id, tech=f"nguoi-{n}") for n in range(20)]
    outcomes = together([lambda who=who: enter(who, "may") for who in whos])
    assert said(outcomes) == [""] + ["vneid_linked_to_another"] * 19
    assert VneidLink.objects.count() == 1


def test_control_without_the_rule_more_than_one_takes_it() -> None:
    """Seen red: reading before writing alone lets several through."""
    provider_days.transition()
    data = people.data()
    people.account(data)
    with connection.cursor() as cursor:
        cursor.execute('DROP INDEX "vneid_link_once_per_account"')
    try:
        whos = [provider_days.person(data.citizen_id, tech=f"nguoi-{n}") for n in range(20)]
        together([lambda who=who: enter(who, "may") for who in whos])
        assert VneidLink.objects.count() > 1
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute("DELETE FROM accounts_vneidlink")
            cursor.execute("SET session_replication_role = origin")
            cursor.execute(
                'CREATE UNIQUE INDEX "vneid_link_once_per_account" ON accounts_vneidlink (account_id)'
                " WHERE ended_at IS NULL"
            )


def test_registering_and_vneid_at_once_make_one_account() -> None:
    provider_days.transition()
    data = people.data()
    who = provider_days.person(data.citizen_id)
    acts = [lambda: enter(who, "may"), lambda: people.account(data)] * 6
    outcomes = together(acts)
    assert Account.objects.count() == 1 and VneidLink.objects.count() == 1
    assert set(said(outcomes)) <= {"", "account_exists"}


def test_a_link_is_taken_away_once() -> None:
    provider_days.transition()
    data = people.data()
    people.account(data)
    enter(provider_days.person(data.citizen_id), "may")
    unit = officers.unit("so-mau")
    clerks = [provider_days.holder(unit, Power.OPEN_ACCOUNT) for _ in range(8)]
    asked = together(
        [
            lambda by=by: vneid_links.ask(authority=by, number=data.citizen_id, reason="Đã xem thẻ căn cước")
            for by in clerks
        ]
    )
    assert said(asked) == [""] + ["unlink_already_asked"] * 7
    link = VneidLink.objects.get()
    others = [by for by in clerks if by.subject != link.asked_by]
    decided = together(
        [
            lambda by=by, act=act: act(authority=by, link_id=link.public_id)
            for by, act in zip(others, [vneid_links.approve, vneid_links.decline] * 4, strict=False)
        ]
    )
    assert said(decided).count("") == 1


def test_of_many_administrators_one_asks_and_one_decides(settings: object) -> None:
    settings.VNEID_ISSUER = "https://vneid.example.vn"  # type: ignore[attr-defined]
    top, today = officers.unit("so-mau"), timezone.localdate()
    admins = [provider_days.holder(top, Power.CONNECT_SYSTEMS) for _ in range(8)]
    term = provider_changes.Term("CITIZEN", "VNEID", today + timedelta(days=10), None)
    asked = together(
        [lambda by=by: provider_changes.ask(authority=by, term=term, reason=WHY, on=today) for by in admins]
    )
    assert said(asked) == [""] + ["provider_change_waits"] * 7
    change = ProviderChange.objects.get()
    others = [by for by in admins if by.subject != change.asked_by]
    decided = together(
        [
            lambda by=by: provider_changes.approve(authority=by, change_id=change.public_id, on=today)
            for by in others
        ]
    )
    assert said(decided).count("") == 1
    assert set(said(decided)) <= {"", "provider_change_decided", "provider_unchanged"}


def test_two_terms_that_leave_no_gap_each_leave_none_together() -> None:
    """Without the lock of the trigger both would be written: each sees the other's term as it was."""
    today = timezone.localdate()
    provider_days.arrange(own_until=today + timedelta(days=40), vneid_from=today + timedelta(days=30))

    def approved(provider: str, first: object, last: object) -> ProviderChange:
        change = ProviderChange.objects.create(
            owner_kind="CITIZEN", provider=provider, valid_from=first, valid_to=last, reason=WHY,
            asked_by="a" * 32, asked_unit_code="so-mau",
        )  # fmt: skip
        ProviderChange.objects.filter(pk=change.pk).update(
            state="APPROVED", decided_by="b" * 32, decided_at=timezone.now()
        )
        return change

    later = approved("VNEID", today + timedelta(days=41), None)
    sooner = approved("DVCQG", None, today + timedelta(days=29))

    def write(change: ProviderChange) -> None:
        try:
            ProviderPeriod.objects.filter(owner_kind="CITIZEN", provider=change.provider).update(
                valid_from=change.valid_from, valid_to=change.valid_to, change=change
            )
        except Exception as no:
            raise provider_changes.ProviderGap from no

    outcomes = together([lambda: write(later), lambda: write(sooner)])
    assert said(outcomes) == ["", "provider_gap"]
    assert not providers.arrangement().has_gap
