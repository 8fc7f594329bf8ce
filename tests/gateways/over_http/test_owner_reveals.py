"""A desk apart shows an owner's number or phone: the portal answers of its own dossiers' owners, once per key."""

import uuid
from typing import Any

import pytest
from django.db import connection
from tests.accounts import people
from tests.gateways.over_http.conftest import OverHttp

from motcua.accounts import identity, owner_reveals
from motcua.accounts.models import Account, LookUp
from motcua.desk.ports import PortalUnavailable
from motcua.desk.ports_reveals import RevealRefused
from motcua.gateways import reveals_http
from motcua.gateways.reveals_http import HttpReveals
from motcua.journal.models import Event
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.limits.spending import TooManyAttempts
from motcua.signin import answers
from motcua.signin.models import Client, DeskDossier, KeptAnswer, Registration

CODE = "000.00.08.H08-261130-0001"


@pytest.fixture(autouse=True)
def _no_portal_of_another_test() -> None:
    reveals_http._calls.cache_clear()


class Told:
    """Somebody of whom the desk has told an open dossier."""

    def __init__(self, settings: Any) -> None:
        self.person = people.data()
        self.account = people.account(self.person)
        self.subject = identity.name_to(self.account, settings.DESK_ID).subject
        client = Client.objects.get(client_id=settings.PORTAL_CLIENT_ID)
        DeskDossier.objects.create(
            client=client,
            reference=uuid.uuid4(),
            account=self.account,
            code=CODE,
            procedure_code="1.004440",
            procedure_name="Thủ tục",
            state="PROCESSING",
            arrived_on="2026-11-30",
            is_open=True,
            line=1,
        )

    def ask(self, **more: str) -> str:
        wanted = {
            "subject": self.subject,
            "dossier_code": CODE,
            "what": "NUMBER",
            "asked_by": "a" * 32,
            "unit_code": "binhdinh-sgddt",
            "key": f"owner-reveal:{uuid.uuid4()}",
            **more,
        }
        return HttpReveals().reveal(**wanted)


@pytest.fixture
def told(over_http: OverHttp, settings: Any) -> Told:
    return Told(settings)


def written() -> tuple[int, int]:
    own = LookUp.objects.filter(purpose__startswith="xem-so-").count()
    return Event.objects.filter(event="accounts.owner.revealed").count(), own


def test_what_is_asked_under_one_key_is_one_look(told: Told) -> None:
    for _ in range(3):
        assert told.ask(key="owner-reveal:mot-lan") == told.person.citizen_id.value
    assert written() == (1, 1)
    assert told.ask(what="PHONE") == told.person.phone.local
    assert written() == (2, 2)
    event = Event.objects.filter(event="accounts.owner.revealed").order_by("id").first()
    assert event is not None
    assert event.subject == f"account:{told.account.pk}" and event.facts["what"] == "NUMBER"


def test_only_of_whoever_has_an_open_dossier_there(told: Told, settings: Any) -> None:
    other = people.account(people.data())
    with pytest.raises(RevealRefused):
        told.ask(subject=identity.name_to(other, settings.DESK_ID).subject)
    with pytest.raises(RevealRefused):
        told.ask(subject="f" * 32)
    with pytest.raises(RevealRefused):
        told.ask(dossier_code="000.00.08.H08-261130-0002")
    DeskDossier.objects.update(is_open=False)
    with pytest.raises(RevealRefused):
        told.ask()
    assert written() == (0, 0)


def test_of_an_account_no_longer_in_use_nothing_is_told(told: Told) -> None:
    Account.objects.filter(pk=told.account.pk).update(status="locked")
    with pytest.raises(RevealRefused):
        told.ask()
    assert written() == (0, 0)


def test_a_system_is_bounded_whoever_it_says_is_asking(told: Told, settings: Any) -> None:
    spending.spend_times(60, (Quota.OWNER_REVEALS_BY_SYSTEM, settings.DESK_ID))
    with pytest.raises(TooManyAttempts):
        told.ask(asked_by="b" * 32)
    assert written() == (0, 0)


def test_silence_is_said_as_silence(told: Told, over_http: OverHttp) -> None:
    over_http.cut()
    reveals_http._calls.cache_clear()
    with pytest.raises(PortalUnavailable):
        told.ask()
    assert written() == (0, 0)


def test_after_an_answer_that_was_never_kept_the_retry_is_the_same_look(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process dies between the act and its answer: the owner's line and the journal's stay one each."""
    kept = answers.keep

    def dies(*_: Any) -> None:
        raise RuntimeError("mất điện")

    monkeypatch.setattr(answers, "keep", dies)
    with pytest.raises((PortalUnavailable, RuntimeError)):
        told.ask(key="owner-reveal:mat-dien")
    assert written() == (1, 1)
    monkeypatch.setattr(answers, "keep", kept)
    KeptAnswer.objects.all().delete()
    assert told.ask(key="owner-reveal:mat-dien") == told.person.citizen_id.value
    assert written() == (1, 1)


def test_without_the_journals_line_there_is_none_of_the_owners(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: Any, **__: Any) -> None:
        raise RuntimeError("mất điện")

    monkeypatch.setattr(owner_reveals.journal, "record", dies)
    with pytest.raises((PortalUnavailable, RuntimeError)):
        told.ask(key="owner-reveal:mot-nua")
    assert written() == (0, 0)


def test_to_check_accounts_is_not_to_see_them(told: Told) -> None:
    """A desk that was never approved for whole numbers and phones is shown none, whatever else it may."""
    others = [scope for scope in Registration.Scope.values if scope != Registration.Scope.OWNER_REVEAL]
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE signin_registration SET scopes = %s", [others])
        cursor.execute("SET session_replication_role = origin")
    with pytest.raises(PortalUnavailable):
        told.ask()
    assert written() == (0, 0)
