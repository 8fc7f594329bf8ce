"""An organisation's papers are lent under a mandate that stood for the procedure, whoever writes the consent (C16)."""

import uuid

import pytest
from django.db import IntegrityError, connection
from tests.accounts import mandates, people
from tests.accounts.desk import authority_at
from tests.rule_by_rule import only_by_trigger
from tests.vault import papers

from motcua.accounts import organisations
from motcua.accounts.models import Account, Mandate
from motcua.kernel.authority import Power
from motcua.kernel.tax_code import TaxCode
from motcua.vault import lending, offering
from motcua.vault.mandated import MandateWanted, Under
from motcua.vault.models import Consent

pytestmark = pytest.mark.django_db(transaction=True)
PROCEDURE, OTHER = "trung-tam-ngoai-ngu", "2.001914"


@pytest.fixture
def centre() -> Account:
    by = authority_at(mandates.UNIT, Power.OPEN_ACCOUNT)
    organisation = organisations.register(
        authority=by, tax_code=TaxCode.parse("0100233488"), name="Trung tâm Ngoại ngữ Mẫu"
    )
    papers.put(organisation, papers.new_paper())
    return organisation


@pytest.fixture
def mandate(centre: Account) -> Mandate:
    holder = people.data(name="Lê Văn Đại")
    people.account(holder)
    by = authority_at(mandates.UNIT, Power.OPEN_ACCOUNT)
    return mandates.granted(by, centre, mandates.granting(holder.citizen_id, scope=(PROCEDURE,)))


def used(mandate: Mandate) -> None:
    organisations.use_row(
        mandate,
        procedure_code=PROCEDURE,
        asked_by=papers.OFFICER,
        unit_code=papers.UNIT,
        audience=papers.DESK,
    )


def agreed(owner: Account, under: Under | None) -> uuid.UUID:
    return lending.record_consent(
        audience=papers.DESK,
        subject=papers.subject_of(owner),
        unit_code=papers.UNIT,
        dossier_code=papers.DOSSIER,
        purpose="tiep-nhan-ho-so",
        recorded_by=papers.OFFICER,
        under=under,
    )


def offered(owner: Account, under: Under | None) -> list[offering.Offer]:
    return offering.offer(
        audience=papers.DESK,
        subject=papers.subject_of(owner),
        wanted=["KHAI_SINH"],
        purpose="tiep-nhan-ho-so",
        asked_by=papers.OFFICER,
        unit_code=papers.UNIT,
        on=papers.TODAY,
        under=under,
    )


def test_a_mandate_counts_once_it_was_asked_about_for_this_procedure(
    centre: Account, mandate: Mandate
) -> None:
    here = Under(mandate.public_id, PROCEDURE)
    for act in (agreed, offered):
        with pytest.raises(MandateWanted):
            act(centre, here)
    used(mandate)

    assert offered(centre, here)
    consent = Consent.objects.get(public_id=agreed(centre, here))
    assert (consent.mandate, consent.procedure_code) == (mandate.public_id, PROCEDURE)
    for act in (agreed, offered):
        with pytest.raises(MandateWanted):
            act(centre, Under(mandate.public_id, OTHER))


def test_what_was_agreed_to_while_it_stood_is_lent_and_nothing_more_is_offered(
    centre: Account, mandate: Mandate
) -> None:
    here = Under(mandate.public_id, PROCEDURE)
    used(mandate)
    organisations.revoke(
        authority=authority_at(mandates.UNIT, Power.OPEN_ACCOUNT),
        organisation=centre.public_id,
        mandate=mandate.public_id,
        why="Nghỉ việc",
    )

    assert agreed(centre, here), "the dossier was received while the mandate stood; its papers come later"
    with pytest.raises(MandateWanted):
        offered(centre, here)


def test_an_organisation_agrees_through_somebody_and_a_person_alone(
    centre: Account, mandate: Mandate
) -> None:
    used(mandate)
    with pytest.raises(MandateWanted):
        agreed(centre, None)
    with pytest.raises(MandateWanted):
        agreed(papers.owner(), Under(mandate.public_id, PROCEDURE))
    assert agreed(papers.owner(), None)


WRONG = {
    "no mandate": "mandate = NULL, procedure_code = ''",
    "another mandate": "mandate = gen_random_uuid()",
    "another procedure": f"procedure_code = '{OTHER}'",
    "a person under a mandate": "owner_id = (SELECT max(id) FROM accounts_account)",
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG.keys())
def test_the_database_refuses_whoever_writes_it(centre: Account, mandate: Mandate, change: str) -> None:
    used(mandate)
    agreed(centre, Under(mandate.public_id, PROCEDURE))
    papers.owner()

    def written() -> None:
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMP TABLE said ON COMMIT DROP AS SELECT * FROM vault_consent")
            cursor.execute(
                "UPDATE said SET id = id + 1000, public_id = gen_random_uuid(), dossier_code = 'x', " + change
            )
            cursor.execute("INSERT INTO vault_consent SELECT * FROM said")

    only_by_trigger("consent_under_mandate", "vault_consent", written)


def test_a_mandate_without_a_procedure_says_nothing(centre: Account, mandate: Mandate) -> None:
    used(mandate)
    agreed(centre, Under(mandate.public_id, PROCEDURE))
    with (
        pytest.raises(IntegrityError, match="consent_mandate_for_a_procedure"),
        connection.cursor() as cursor,
    ):
        cursor.execute("ALTER TABLE vault_consent DISABLE TRIGGER USER")
        try:
            cursor.execute("UPDATE vault_consent SET procedure_code = ''")
        finally:
            cursor.execute("ALTER TABLE vault_consent ENABLE TRIGGER USER")
