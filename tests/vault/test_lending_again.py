"""A desk whose errand broke off asks again: one consent, one loan, one look, and no word put into the owner's mouth."""

import pytest
from tests.vault import papers
from tests.vault.papers import DESK, OFFICER, UNIT

from motcua.accounts.models import Account
from motcua.journal.models import Event
from motcua.kernel.refusal import NotFound
from motcua.vault import lending
from motcua.vault.lending import ConsentNeeded, Lent
from motcua.vault.models import Consent, Loan, Look, Paper

pytestmark = pytest.mark.django_db
DOSSIER = "000.00.08.H08-261123-0002"


def lend(account: Account, paper: Paper, **more: str) -> Lent:
    values = {"dossier_code": DOSSIER, "unit_code": UNIT, "by": OFFICER, **more}
    return lending.lend_for_dossier(
        audience=DESK,
        subject=papers.subject_of(account),
        paper_id=paper.public_id,
        purpose="tiep-nhan-ho-so",
        **values,
    )


def written() -> tuple[int, int, int, int]:
    events = Event.objects.filter(event__in=["vault.consent.given", "vault.paper.lent"])
    looks = Look.objects.filter(action=Look.Action.LEND)
    return Consent.objects.count(), Loan.objects.count(), looks.count(), events.count()


def test_asked_again_it_is_the_same_loan() -> None:
    account = papers.owner()
    paper = papers.kept(account)
    assert lend(account, paper) == lend(account, paper)
    assert written() == (1, 1, 1, 2)


def test_two_papers_of_a_dossier_share_a_consent_and_another_dossier_has_its_own() -> None:
    account = papers.owner()
    one, two = papers.kept(account), papers.kept(account, type_code="HOC_BA")
    lend(account, one)
    lend(account, two)
    assert (Consent.objects.count(), Loan.objects.count()) == (1, 2)
    lend(account, one, dossier_code="000.00.08.H08-261123-0003")
    lend(account, one, unit_code="phong-gddt")
    assert (Consent.objects.count(), Loan.objects.count()) == (3, 4)


def test_a_consent_taken_back_is_not_given_anew_by_asking_again() -> None:
    account = papers.owner()
    one, two = papers.kept(account), papers.kept(account, type_code="HOC_BA")
    first = lend(account, one)
    lending.withdraw(account, Consent.objects.get().public_id)
    before = written()
    assert lend(account, one) == first
    with pytest.raises(ConsentNeeded):
        lend(account, two)
    assert written() == before


def test_a_strangers_paper_leaves_no_consent_behind() -> None:
    account, stranger = papers.owner(), papers.owner()
    with pytest.raises(NotFound):
        lend(account, papers.kept(stranger))
    assert written() == (0, 0, 0, 0)
