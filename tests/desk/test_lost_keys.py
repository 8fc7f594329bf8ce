"""The portal lost the key that signed: what was received keeps standing, and what is owed still arrives."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.accounts import people
from tests.accounts.test_receipt_keys import pass_by
from tests.desk.test_owner_corrections import a_scan
from tests.desk.test_receipt_audit import past_the_rules
from tests.desk.town import Town, a_form

from motcua.accounts import receipt_keys, receipt_rotation
from motcua.accounts.models import LookUp
from motcua.accounts.sealed_data import PersonData
from motcua.desk import checks, promises, receipt_audit
from motcua.desk.models import AccountCheck, DossierComponent
from motcua.desk.submission import HandedIn, How
from motcua.gateways import portal_line
from motcua.gateways.portal_local import LocalPortal
from motcua.gateways.vault_local import LocalVault
from motcua.journal.models import Event
from motcua.outbox import errands
from motcua.outbox.models import Errand
from motcua.vault.models import Paper

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def person() -> PersonData:
    known = people.data()
    people.account(known)
    return known


@pytest.fixture
def dossier(town: Town, person: PersonData) -> uuid.UUID:
    """Received through the real portal with one scanned paper, which is still owed to the owner's vault."""
    town.portal = LocalPortal()  # type: ignore[assignment]
    view = checks.check_owner(
        authority=town.authority, number=person.citizen_id, registry=town.portal, now=timezone.now()
    )
    papers = [
        HandedIn(order=1, how=How.UPLOADED, file=a_scan()),
        HandedIn(order=2, how=How.SHOWN),
    ]
    received = town.receive(town.choose(view.public_id).check_id, a_form(papers=papers))
    return uuid.UUID(str(received.public_id))


def deliver() -> None:
    errands.run_due(promises.handlers(registry=LocalPortal(), vault=LocalVault()))


def test_a_paper_that_is_owed_reaches_the_vault_though_its_receipt_is_believed_no_more(
    dossier: uuid.UUID, person: PersonData
) -> None:
    receipt_rotation.rotate(lost=True)
    before = LookUp.objects.count()
    deliver()
    assert Paper.objects.count() == 1
    assert DossierComponent.objects.get(dossier__public_id=dossier, order=1).delivered_as
    assert LookUp.objects.count() == before + 1, "the owner sees that it was asked again"
    assert Event.objects.filter(event="desk.check.asked_anew", subject=f"dossier:{dossier}").count() == 1


def test_after_an_ordinary_change_nobody_asks_anew(dossier: uuid.UUID) -> None:
    receipt_rotation.rotate()
    pass_by(120)
    before = LookUp.objects.count()
    deliver()
    assert (Paper.objects.count(), LookUp.objects.count()) == (1, before)


def test_nothing_is_laid_in_for_somebody_else(dossier: uuid.UUID, person: PersonData) -> None:
    """The number leads to another account meanwhile: refused by the portal, and seen by people."""
    receipt_rotation.rotate(lost=True)
    past_the_rules("UPDATE accounts_identitydocument SET number_bi = decode(repeat('ab', 32), 'hex')")
    deliver()
    assert Paper.objects.count() == 0
    owed = Errand.objects.get(kind="desk.vault")
    assert (owed.state, owed.attempts) == ("WAITING", 1)
    assert not Event.objects.filter(event="desk.check.asked_anew").exists()


def test_a_portal_that_is_silent_is_waited_for(dossier: uuid.UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    receipt_rotation.rotate(lost=True)
    monkeypatch.setattr(portal_line, "line_is_up", lambda: False)
    deliver()
    assert Errand.objects.get(kind="desk.vault").state == "WAITING"


def untrue() -> receipt_audit.Untrue | None:
    return receipt_audit.audit(None, None).untrue


def test_receipts_of_retired_and_lost_keys_are_right_if_they_were_looked_at_in_time(
    town: Town, dossier: uuid.UUID
) -> None:
    receipt_rotation.rotate()
    pass_by(80)  # an hour until it signs, twenty minutes until what the old one signed has lapsed
    assert [key["lost"] for key in receipt_keys.retired()] == [False]
    assert untrue() is None, "retired"
    receipt_rotation.rotate(lost=True)
    receipt_keys.forget()
    assert untrue() is None, "lost, after it was looked at"


@pytest.mark.parametrize("lost", [False, True])
def test_what_a_key_signed_after_its_time_is_found(town: Town, person: PersonData, lost: bool) -> None:
    """Whoever has the old key and may write to the table makes a row that every rule lets pass."""
    town.portal = LocalPortal()  # type: ignore[assignment]
    receipt_rotation.rotate(lost=lost)
    pass_by(120)
    _as_if_lost_earlier(timedelta(minutes=30))
    forged = _with_the_old_key(town, person)
    receipt_keys.forget()
    assert untrue() == receipt_audit.Untrue(forged.public_id, "signature")


def _as_if_lost_earlier(ago: timedelta) -> None:
    past_the_rules("UPDATE accounts_receiptkey SET lost_at = lost_at - %s WHERE lost_at IS NOT NULL", ago)
    receipt_keys.forget()


def _with_the_old_key(town: Town, person: PersonData) -> AccountCheck:
    from tests.desk.fake_portal import claims, signed

    view = checks.check_owner(
        authority=town.authority, number=person.citizen_id, registry=town.portal, now=timezone.now()
    )
    row = AccountCheck.objects.get(public_id=view.public_id)
    told: dict[str, Any] = claims(row.subject, row.status, row.purpose, jti=row.jti)
    past_the_rules("UPDATE desk_accountcheck SET receipt = %s WHERE id = %s", signed(told), row.pk)
    return row
