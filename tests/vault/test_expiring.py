"""Giấy tờ sắp hết hạn: one text, thirty days before, to whoever can still do something about it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from tests.accounts import people
from tests.vault import papers
from tests.vault.papers import TODAY

from motcua.accounts.models import Account, PhoneBinding
from motcua.outbox.models import Message
from motcua.vault import expiring, keeping
from motcua.vault.models import ExpiryNotice, Paper

pytestmark = pytest.mark.django_db


def an_owner() -> Account:
    return people.account(people.data())


def texts_sent() -> list[str]:
    return list(
        Message.objects.filter(purpose="papers_expiring").order_by("id").values_list("dedupe_key", flat=True)
    )


@pytest.mark.parametrize(
    ("days", "told"), [(-1, False), (0, True), (1, True), (29, True), (30, True), (31, False), (400, False)]
)
def test_the_owner_hears_of_it_from_the_thirtieth_day_to_the_last(days: int, told: bool) -> None:
    papers.kept(an_owner(), valid_until=TODAY + timedelta(days=days))
    assert expiring.tell_due(on=TODAY) == told
    assert ExpiryNotice.objects.exists() is told


def test_a_paper_without_an_end_is_not_spoken_of() -> None:
    papers.kept(an_owner())
    assert expiring.tell_due(on=TODAY) == 0


def test_once_is_once_on_the_next_day_too() -> None:
    papers.kept(an_owner(), valid_until=TODAY + timedelta(days=20))
    assert [expiring.tell_due(on=TODAY + timedelta(days=later)) for later in (0, 0, 1, 19)] == [1, 0, 0, 0]
    assert len(texts_sent()) == 1


def test_several_papers_of_one_owner_are_one_text_and_another_owner_has_another() -> None:
    first, second = an_owner(), an_owner()
    for days in (3, 9):
        papers.kept(first, valid_until=TODAY + timedelta(days=days))
    papers.kept(second, valid_until=TODAY + timedelta(days=5))
    assert expiring.tell_due(on=TODAY) == 2
    assert ExpiryNotice.objects.count() == 3


def test_a_paper_that_comes_later_has_a_text_of_its_own() -> None:
    account = an_owner()
    papers.kept(account, valid_until=TODAY + timedelta(days=9))
    expiring.tell_due(on=TODAY)
    papers.kept(account, valid_until=TODAY + timedelta(days=12), type_code="CMND")
    assert expiring.tell_due(on=TODAY) == 1
    assert len(texts_sent()) == 2


def test_a_result_that_is_not_handed_out_yet_is_not_betrayed() -> None:
    papers.kept(an_owner(), source=Paper.Source.RESULT, hidden=True, valid_until=TODAY + timedelta(days=5))
    assert expiring.tell_due(on=TODAY) == 0
    keeping.hand_out(
        audience=papers.DESK, dossier_code=papers.DOSSIER, by=papers.OFFICER, unit_code=papers.UNIT
    )
    assert expiring.tell_due(on=TODAY) == 1


def test_an_old_version_is_not_spoken_of() -> None:
    account = an_owner()
    papers.kept(account, number="12", valid_until=TODAY + timedelta(days=5))
    papers.kept(account, number="12", valid_until=TODAY + timedelta(days=500))
    assert expiring.tell_due(on=TODAY) == 0


@pytest.mark.parametrize("status", ["closed", "locked"])
def test_an_account_that_ended_is_not_texted(status: str) -> None:
    account = an_owner()
    papers.kept(account, valid_until=TODAY + timedelta(days=5))
    Account.objects.filter(pk=account.pk).update(status=status)
    assert expiring.tell_due(on=TODAY) == 0


def test_whoever_cannot_be_reached_today_is_told_once_they_can() -> None:
    account = an_owner()
    papers.kept(account, valid_until=TODAY + timedelta(days=5))
    PhoneBinding.objects.filter(account=account).update(status=PhoneBinding.Status.FROZEN)
    assert expiring.tell_due(on=TODAY) == 0
    PhoneBinding.objects.filter(account=account).update(status=PhoneBinding.Status.ACTIVE)
    assert expiring.tell_due(on=TODAY) == 1


def test_the_notice_is_only_ever_added() -> None:
    paper = papers.kept(an_owner(), valid_until=TODAY + timedelta(days=5))
    expiring.tell_due(on=TODAY)
    for said in ("DELETE FROM vault_expirynotice", "UPDATE vault_expirynotice SET told_at = told_at"):
        with (
            pytest.raises((IntegrityError, InternalError)),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(said)
    with pytest.raises(IntegrityError), transaction.atomic():
        ExpiryNotice.objects.create(paper=paper)


def test_neither_the_title_nor_the_owner_is_in_the_journal_line() -> None:
    papers.kept(an_owner(), title="Giấy khai sinh của con", valid_until=TODAY + timedelta(days=5))
    expiring.tell_due(on=TODAY)
    with connection.cursor() as cursor:
        cursor.execute("SELECT j::text FROM journal_event j WHERE j::text LIKE '%vault.expiry.told%'")
        (line,) = [row[0] for row in cursor.fetchall()]
    assert "khai sinh" not in line.lower() and "Mẫu" not in line
