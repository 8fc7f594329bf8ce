"""Which provider is good on which day: two people agree, never for a day that has come, and no day is left out."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from motcua.accounts import provider_changes, providers
from motcua.accounts.models import ProviderChange, ProviderPeriod
from motcua.accounts.provider_changes import Term
from motcua.accounts.providers import Arrangement, Phase
from motcua.journal.models import Event
from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.refusal import NotFound, Refusal
from tests.accounts import provider_days
from tests.rule_by_rule import only_by_trigger, said_by
from tests.units import people as officers

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WHY = "Nghị định 69/2024/NĐ-CP, điều 40"


@pytest.fixture(autouse=True)
def _connected(settings: object) -> None:
    settings.VNEID_ISSUER = "https://vneid.example.vn"  # type: ignore[attr-defined]


def two() -> tuple[Authority, Authority]:
    top = officers.unit("so-mau")
    return provider_days.holder(top, Power.CONNECT_SYSTEMS), provider_days.holder(top, Power.CONNECT_SYSTEMS)


def day(days: int) -> date:
    return timezone.localdate() + days * DAY


def agreed(provider: str, first: date | None, last: date | None, kind: str = "CITIZEN") -> None:
    one, other = two() if not _pair else _pair[0]
    _pair[:] = [(one, other)]
    change = provider_changes.ask(
        authority=one, term=Term(kind, provider, first, last), reason=WHY, on=timezone.localdate()
    )
    provider_changes.approve(authority=other, change_id=change.public_id, on=timezone.localdate())


_pair: list[tuple[Authority, Authority]] = []


@pytest.fixture(autouse=True)
def _nobody_of_another_test() -> None:
    _pair.clear()


def test_vneid_begins_and_passwords_end_as_two_administrators_agreed() -> None:
    agreed("VNEID", day(10), None)
    agreed("DVCQG", None, day(40))

    found = providers.arrangement()
    assert found == Arrangement(own_until=day(40), vneid_from=day(10))
    assert [found.phase(day(n)) for n in (0, 9, 10, 40, 41)] == [
        Phase.OWN, Phase.OWN, Phase.BOTH, Phase.BOTH, Phase.VNEID,
    ]  # fmt: skip
    assert list(found.steps(day(0))) == [
        (day(0), Phase.OWN), (day(10), Phase.BOTH), (day(41), Phase.VNEID),
    ]  # fmt: skip
    assert providers.phase(day(41), "ORGANISATION") == Phase.OWN
    written = [event.event for event in Event.objects.order_by("id")]
    assert written.count("accounts.provider_change.approved") == 2


def test_an_end_that_lies_ahead_may_be_moved_but_leaves_no_gap() -> None:
    agreed("VNEID", day(10), None)
    agreed("DVCQG", None, day(9))
    agreed("DVCQG", None, day(20))

    one, _ = _pair[0]
    with pytest.raises(provider_changes.ProviderGap):
        provider_changes.ask(
            authority=one, term=Term("CITIZEN", "VNEID", day(22), None), reason=WHY, on=day(0)
        )
    with pytest.raises(provider_changes.ProviderGap):
        provider_changes.ask(
            authority=one, term=Term("CITIZEN", "VNEID", day(10), day(90)), reason=WHY, on=day(0)
        )


@pytest.mark.parametrize(
    ("term", "code"),
    [
        pytest.param(("DVCQG", None, 30), "provider_gap", id="nobody-after"),
        pytest.param(("VNEID", None, None), "provider_day_wanted", id="no-first-day"),
        pytest.param(("VNEID", 0, None), "provider_day_past", id="from-today"),
        pytest.param(("VNEID", -1, None), "provider_day_past", id="from-yesterday"),
        pytest.param(("VNEID", 9, 8), "provider_days_crossed", id="crossed"),
        pytest.param(("DVCQG", None, None), "provider_unchanged", id="unchanged"),
    ],
)
def test_what_cannot_be_asked(term: tuple[str, int | None, int | None], code: str) -> None:
    one, _ = two()
    provider, first, last = term
    wanted = Term(
        "CITIZEN",
        provider,
        day(first) if first is not None else None,
        day(last) if last is not None else None,
    )
    with pytest.raises(Refusal) as no:
        provider_changes.ask(authority=one, term=wanted, reason=WHY, on=day(0))
    assert no.value.code == code


def test_without_a_connection_vneid_gets_no_day(settings: object) -> None:
    settings.VNEID_ISSUER = None  # type: ignore[attr-defined]
    one, _ = two()
    with pytest.raises(provider_changes.VneidNotConnected):
        provider_changes.ask(
            authority=one, term=Term("CITIZEN", "VNEID", day(10), None), reason=WHY, on=day(0)
        )


def test_who_asked_does_not_decide_and_a_decision_is_final() -> None:
    one, other = two()
    term = Term("CITIZEN", "VNEID", day(10), None)
    change = provider_changes.ask(authority=one, term=term, reason=WHY, on=day(0))
    with pytest.raises(provider_changes.ProviderChangeWaits):
        provider_changes.ask(authority=other, term=term, reason=WHY, on=day(0))
    with pytest.raises(provider_changes.ProviderSecondPerson):
        provider_changes.approve(authority=one, change_id=change.public_id, on=day(0))
    with pytest.raises(NotFound):
        provider_changes.withdraw(authority=other, change_id=change.public_id)
    with pytest.raises(provider_changes.ProviderWhyNotWanted):
        provider_changes.decline(authority=other, change_id=change.public_id, reason="  vì ")
    provider_changes.decline(authority=other, change_id=change.public_id, reason="Chưa có nghị định.")
    change.refresh_from_db()
    assert (change.state, change.decided_reason) == ("DECLINED", "Chưa có nghị định.")
    with pytest.raises(provider_changes.ProviderChangeDecided):
        provider_changes.approve(authority=other, change_id=change.public_id, on=day(0))
    assert providers.arrangement() == Arrangement()


def test_only_the_top_of_the_tree_with_the_right_looks_and_asks() -> None:
    top = officers.unit("so-mau")
    below = officers.unit("phong-mau", parent=top)
    with pytest.raises(provider_changes.ProvidersForTheTopOnly):
        provider_changes.changes(provider_days.holder(below, Power.CONNECT_SYSTEMS))
    with pytest.raises(NotAuthorised):
        provider_changes.changes(provider_days.holder(top, Power.GRANT))


def approved(provider: str, first: date | None, last: date | None) -> ProviderChange:
    """Agreed upon, and not yet written: what only the database can refuse."""
    change = ProviderChange.objects.create(
        owner_kind="CITIZEN",
        provider=provider,
        valid_from=first,
        valid_to=last,
        reason=WHY,
        asked_by="a" * 32,
        asked_unit_code="so-mau",
    )
    ProviderChange.objects.filter(pk=change.pk).update(
        state="APPROVED", decided_by="b" * 32, decided_at=timezone.now()
    )
    return change


def written(change: ProviderChange) -> None:
    ProviderPeriod.objects.update_or_create(
        owner_kind=change.owner_kind,
        provider=change.provider,
        defaults={"valid_from": change.valid_from, "valid_to": change.valid_to, "change": change},
    )


def test_the_database_lets_nobody_write_a_day_that_has_come() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    only_by_trigger(
        "provider_period_moves",
        "accounts_providerperiod",
        lambda: written(approved("VNEID", day(0), None)),
        "provider_period_not_retroactive",
    )
    provider_days.transition()
    for wrong in (("VNEID", day(5), None), ("VNEID", day(-40), None)):
        with pytest.raises(IntegrityError) as no, transaction.atomic():
            written(approved(*wrong))
        assert said_by(no.value) == "provider_period_not_retroactive"
    provider_days.over()
    with pytest.raises(IntegrityError) as no, transaction.atomic():
        written(approved("DVCQG", None, day(30)))
    assert said_by(no.value) == "provider_period_not_retroactive"


def test_the_database_leaves_no_day_without_a_provider() -> None:
    only_by_trigger(
        "provider_no_gap", "accounts_providerperiod", lambda: written(approved("DVCQG", None, day(30)))
    )
    written(approved("VNEID", day(10), None))
    written(approved("DVCQG", None, day(9)))
    with pytest.raises(IntegrityError) as no, transaction.atomic():
        written(approved("VNEID", day(11), None))
    assert said_by(no.value) == "provider_no_gap"


def test_an_approval_that_another_followed_is_used_up() -> None:
    first = approved("VNEID", day(30), None)
    written(first)
    written(approved("VNEID", day(60), None))
    only_by_trigger("provider_period_moves", "accounts_providerperiod", lambda: written(first))


def test_organisations_come_in_by_their_citizens_vneid() -> None:
    with pytest.raises(provider_changes.ProviderGap):
        agreed_organisations_without_citizens()
    agreed("VNEID", day(10), None)
    agreed("DVCQG", None, day(9), "ORGANISATION")
    one, _ = _pair[0]
    later = Term("CITIZEN", "VNEID", day(11), None)
    with pytest.raises(provider_changes.ProviderGap):
        provider_changes.ask(authority=one, term=later, reason=WHY, on=day(0))
    only_by_trigger(
        "provider_no_gap", "accounts_providerperiod", lambda: written(approved("VNEID", day(11), None))
    )


def agreed_organisations_without_citizens() -> None:
    agreed("VNEID", day(10), None, "ORGANISATION")
    agreed("DVCQG", None, day(9), "ORGANISATION")


def test_on_its_last_day_an_end_is_still_put_off_and_a_day_later_no_more() -> None:
    provider_days.arrange(own_until=day(0), vneid_from=day(-9))
    agreed("DVCQG", None, day(30))
    assert providers.arrangement().own_until == day(30)
    provider_days.over()
    one, _ = _pair[0]
    with pytest.raises(provider_changes.ProviderDayPast):
        provider_changes.ask(
            authority=one, term=Term("CITIZEN", "DVCQG", None, day(30)), reason=WHY, on=day(0)
        )


def test_a_term_is_written_from_an_approved_change_only_and_stays() -> None:
    change = approved("VNEID", day(10), None)
    written(change)
    for act in (
        lambda: ProviderPeriod.objects.update(valid_from=day(12)),
        lambda: ProviderPeriod.objects.all().delete(),
        lambda: ProviderPeriod.objects.update(owner_kind="ORGANISATION"),
    ):
        with pytest.raises(IntegrityError) as no, transaction.atomic():
            act()
        assert said_by(no.value) == "provider_period_moves"


def test_a_decided_change_is_neither_changed_nor_deleted() -> None:
    change = approved("VNEID", day(10), None)
    only_by_trigger(
        "provider_change_moves",
        "accounts_providerchange",
        lambda: ProviderChange.objects.filter(pk=change.pk).update(valid_from=day(3)),
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        change.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        ProviderChange.objects.create(
            owner_kind="CITIZEN", provider="VNEID", valid_from=day(9), reason=WHY, asked_by="a" * 32,
            asked_unit_code="so-mau", state="APPROVED", decided_by="b" * 32, decided_at=timezone.now(),
        )  # fmt: skip


def test_the_database_wants_the_reason_of_a_refusal_and_of_nothing_else() -> None:
    one, other = two()
    term = Term("CITIZEN", "VNEID", day(10), None)
    change = provider_changes.ask(authority=one, term=term, reason=WHY, on=day(0))
    row = ProviderChange.objects.filter(pk=change.pk)
    decided = {"decided_by": other.subject, "decided_at": timezone.now()}
    for state, reason in (
        ("DECLINED", ""),
        ("DECLINED", "    "),
        ("APPROVED", "Đã xem kỹ."),
        ("APPROVED", "ừ"),
    ):
        only_by_trigger(
            "provider_change_declined_says_why",
            "accounts_providerchange",
            lambda state=state, reason=reason: row.update(state=state, decided_reason=reason, **decided),
        )
    only_by_trigger(
        "provider_change_declined_says_why",
        "accounts_providerchange",
        lambda: ProviderChange.objects.create(
            owner_kind="ORGANISATION", provider="VNEID", valid_from=day(9), reason=WHY, asked_by="a" * 32,
            asked_unit_code="so-mau", decided_reason="Đã có sẵn.",
        ),
    )  # fmt: skip
    assert row.update(state="DECLINED", decided_reason="Chưa có nghị định.", **decided) == 1
    with pytest.raises(IntegrityError, match="không được sửa"), transaction.atomic():
        row.update(decided_reason="Vì lý do khác.")
