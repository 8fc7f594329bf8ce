"""News of an organisation's dossier goes to whoever acts for it: it has no phone of its own."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from tests.accounts import people
from tests.accounts.desk import authority_at

from motcua.accounts import identity, notice_channels, organisations
from motcua.accounts.models import Account, Mandate
from motcua.gateways.portal_local import LocalPortal
from motcua.journal.models import Event
from motcua.kernel.authority import Power
from motcua.kernel.tax_code import TaxCode
from motcua.outbox.models import Message

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def organisation() -> Account:
    by = authority_at("so-gddt", Power.OPEN_ACCOUNT)
    return organisations.register(
        authority=by, tax_code=TaxCode.parse("0100233488"), name="Trung tâm Ngoại ngữ Mẫu"
    )


def acts_for(organisation: Account, scope: tuple[str, ...] = (), days: int = 30) -> tuple[Account, Mandate]:
    """A citizen with an account of their own, and the mandate."""
    person = people.data()
    holder = people.account(person)
    today = timezone.localdate()
    mandate = Mandate.objects.create(
        organisation=organisation,
        representative=holder,
        basis=Mandate.Basis.AUTHORISED,
        scope=list(scope),
        valid_from=today - timedelta(days=60),
        valid_to=today + timedelta(days=days),
        proof="Giấy ủy quyền số 01",
        proof_on=today - timedelta(days=60),
        granted_by="a" * 32,
        granted_unit_code="so-gddt",
    )
    return holder, mandate


def tell(account: Account, key: str = "k1") -> None:
    LocalPortal().tell(
        subject=identity.subject_of(account.public_id, settings.DESK_ID),
        template="dossier_moved",
        params={"code": "000.00.08.H08-261124-0001", "state": "PROCESSING"},
        key=key,
    )


def test_each_representative_is_told_once(organisation: Account) -> None:
    first, _ = acts_for(organisation)
    second, _ = acts_for(organisation)
    tell(organisation)
    tell(organisation)  # the errand is run again

    assert Message.objects.filter(dedupe_key__startswith="tell:k1").count() == 2
    assert {one.pk for one in notice_channels.readers(organisation)} == {first.pk, second.pk}


def test_who_may_act_in_one_matter_only_hears_where_nobody_may_in_all(organisation: Account) -> None:
    limited, _ = acts_for(organisation, scope=("trung-tam-ngoai-ngu",))
    assert notice_channels.readers(organisation) == [limited]

    whole, _ = acts_for(organisation)
    assert notice_channels.readers(organisation) == [whole]


def test_whose_mandate_is_over_hears_nothing_more(organisation: Account) -> None:
    acts_for(organisation, days=-1)
    tell(organisation)

    assert not Message.objects.filter(dedupe_key__startswith="tell:k1").exists()
    assert Event.objects.filter(event="accounts.owner.not_reached").count() == 1


def test_a_citizen_is_told_as_ever() -> None:
    account = people.account(people.data())
    assert notice_channels.readers(account) == [account]
