"""The desk against the real portal in the same process: one reception from the question to the owner's phone."""

from django.utils import timezone
from tests.accounts import people
from tests.desk import town as building
from tests.desk.counting import statements
from tests.desk.town import Town, a_form

from motcua.accounts.models import Account
from motcua.desk import checks, promises
from motcua.gateways.portal_local import LocalPortal
from motcua.gateways.vault_local import LocalVault
from motcua.outbox import errands
from motcua.outbox.models import Message


def test_a_reception_through_the_real_portal(town: Town) -> None:
    person = people.data()
    account: Account = people.account(person)
    portal = LocalPortal()

    with statements() as seen:
        view = checks.check_owner(
            authority=town.authority, number=person.citizen_id, registry=portal, now=timezone.now()
        )
    assert view.can_receive, view.words
    assert len(seen) <= 5, seen

    town.portal = portal  # type: ignore[assignment]
    draft = town.choose(view.public_id)
    assert draft.owner_name == account.person.full_name
    dossier = town.receive(draft.check_id, a_form())
    errands.run_due(promises.handlers(registry=portal, vault=LocalVault()))

    assert dossier.code
    assert Message.objects.filter(purpose="dossier_received").count() == 1
    assert town.check("052190999999").answer == "NOT_FOUND"
    assert building.PREFIX in dossier.code
