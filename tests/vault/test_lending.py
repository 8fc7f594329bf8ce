"""What need not be handed in again: offered without bytes, lent by consent, opened only while it stands."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection
from tests.vault import papers
from tests.vault.papers import DESK, OFFICER, TODAY, UNIT

from motcua.accounts.models import Account
from motcua.files import keeping as files
from motcua.kernel.refusal import NotFound
from motcua.vault import correcting, history, lending, offering, viewing
from motcua.vault.models import Consent, Loan, Look, Paper
from motcua.vault.offering import Offer, OfferState

pytestmark = pytest.mark.django_db
NEW_DOSSIER = "000.00.08.H08-261123-0002"


def offer(account: Account, *wanted: str) -> list[Offer]:
    return offering.offer(
        audience=DESK,
        subject=papers.subject_of(account),
        wanted=wanted,
        purpose="tiep-nhan-ho-so",
        asked_by=OFFICER,
        unit_code=UNIT,
        on=TODAY,
    )


def consent(account: Account, **more: str) -> object:
    values = {
        "unit_code": UNIT,
        "dossier_code": NEW_DOSSIER,
        "purpose": "tiep-nhan-ho-so",
        "recorded_by": OFFICER,
    }
    return lending.record_consent(audience=DESK, subject=papers.subject_of(account), **{**values, **more})


def lend(account: Account, paper: Paper, given: object, **more: str) -> lending.Lent:
    values = {"dossier_code": NEW_DOSSIER, "by": OFFICER, "unit_code": UNIT, **more}
    return lending.lend(
        audience=DESK, subject=papers.subject_of(account), paper_id=paper.public_id, consent=given, **values
    )


def test_each_wanted_type_is_still_valid_expired_or_not_there() -> None:
    account = papers.owner()
    last_day = papers.kept(account, type_code="XAC_NHAN", valid_until=TODAY)
    papers.kept(account, type_code="HO_NGHEO", valid_until=TODAY - timedelta(days=1))
    forever = papers.kept(account, type_code="KHAI_SINH")

    answers = offer(account, "XAC_NHAN", "HO_NGHEO", "KHAI_SINH", "HOC_BA")

    assert [(answer.type_code, answer.state) for answer in answers] == [
        ("XAC_NHAN", OfferState.AVAILABLE),
        ("HO_NGHEO", OfferState.EXPIRED),
        ("KHAI_SINH", OfferState.AVAILABLE),
        ("HOC_BA", OfferState.NONE),
    ]
    assert (answers[0].paper_id, answers[0].valid_until) == (last_day.public_id, TODAY)
    assert (answers[2].paper_id, answers[2].valid_until) == (forever.public_id, None)


def test_a_valid_paper_is_offered_before_a_newer_expired_one_and_each_child_has_its_own() -> None:
    account = papers.owner()
    valid = papers.kept(account, type_code="T", issued_on=TODAY - timedelta(days=90))
    papers.kept(
        account, type_code="T", issued_on=TODAY - timedelta(days=9), valid_until=TODAY - timedelta(days=1)
    )
    of_child = papers.kept(account, type_code="T", held_for="Nguyễn Văn Con")

    answers = offer(account, "T")

    assert {answer.paper_id for answer in answers} == {valid.public_id, of_child.public_id}
    assert {answer.held_for_masked for answer in answers} - {""} != {"Nguyễn Văn Con"}


def test_nothing_hidden_foreign_or_without_file_is_offered() -> None:
    account, stranger = papers.owner(), papers.owner()
    papers.kept(account, source=Paper.Source.RESULT, hidden=True)
    papers.kept(account, file=None)
    papers.kept(stranger)
    assert [answer.state for answer in offer(account, "KHAI_SINH")] == [OfferState.NONE]


def test_a_consented_paper_is_lent_once_and_seen_by_its_owner() -> None:
    account = papers.owner()
    paper = papers.kept(account, file=papers.scan("%PDF khai sinh"))
    given = consent(account)

    lent, again = lend(account, paper, given), lend(account, paper, given)

    assert files.read(lent.file) == b"%PDF khai sinh"
    assert lent.sha256 == again.sha256
    assert Loan.objects.count() == 1
    looks = history.looks_of(account)
    assert [(look.action, look.unit_code, look.dossier_code) for look in looks] == [
        (Look.Action.LEND, UNIT, NEW_DOSSIER)
    ]


def test_without_a_standing_consent_for_this_dossier_and_unit_nothing_is_lent() -> None:
    account, stranger = papers.owner(), papers.owner()
    paper = papers.kept(account)
    other_dossier = consent(account, dossier_code="000.00.08.H08-261123-0009")
    other_unit = consent(account, unit_code="binhdinh-thpt-tay-son")
    of_stranger = consent(stranger)
    withdrawn = consent(account)
    lending.withdraw(account, withdrawn)

    for given in (uuid4(), other_dossier, other_unit, of_stranger, withdrawn):
        with pytest.raises(lending.ConsentNeeded):
            lend(account, paper, given)
    assert not Loan.objects.exists()


def test_another_owners_paper_is_as_absent_as_none() -> None:
    account, stranger = papers.owner(), papers.owner()
    theirs = papers.kept(stranger)
    given = consent(account)

    with pytest.raises(NotFound) as foreign:
        lend(account, theirs, given)
    theirs.public_id = uuid4()
    with pytest.raises(NotFound) as absent:
        lend(account, theirs, given)
    assert foreign.value.text == absent.value.text


@pytest.mark.django_db(transaction=True)  # quotas are counted in a transaction of their own
def test_a_lent_paper_that_turned_out_to_be_somebody_elses_is_opened_no_more() -> None:
    """Whoever held it by mistake agreed; its true owner did not, and would not see the look."""
    account = papers.owner()
    paper = papers.kept(account)
    lend(account, paper, consent(account))
    correcting.move_dossier(
        audience=DESK,
        from_subject=papers.subject_of(account),
        to_subject=papers.subject_of(papers.owner()),
        dossier_code=papers.DOSSIER,
        reason="Ghi nhầm chủ hồ sơ",
        asked_by=OFFICER,
        approved_by="d" * 32,
        unit_code=UNIT,
    )
    ask = {"audience": DESK, "paper_id": paper.public_id, "dossier_code": NEW_DOSSIER, "by": OFFICER}

    with pytest.raises(NotFound):
        lending.open_lent(**ask, unit_code=UNIT)
    with pytest.raises(NotFound):
        viewing.view_lent(**ask, lent_to=UNIT, unit_code=UNIT)


@pytest.mark.django_db(transaction=True)  # quotas are counted in a transaction of their own
def test_the_borrowing_unit_opens_a_lent_paper_until_the_consent_is_withdrawn() -> None:
    account = papers.owner()
    paper = papers.kept(account)
    given = consent(account)
    lend(account, paper, given)
    ask = {"audience": DESK, "paper_id": paper.public_id, "dossier_code": NEW_DOSSIER, "by": OFFICER}

    assert lending.open_lent(**ask, unit_code=UNIT).paper_id == paper.public_id
    with pytest.raises(NotFound):
        lending.open_lent(**ask, unit_code="binhdinh-thpt-tay-son")
    lending.withdraw(account, given)
    with pytest.raises(NotFound):
        lending.open_lent(**ask, unit_code=UNIT)
    assert [look.action for look in history.looks_of(account)] == [Look.Action.VIEW, Look.Action.LEND]


def test_a_consent_is_withdrawn_by_its_owner_once() -> None:
    account, stranger = papers.owner(), papers.owner()
    given = consent(account)

    with pytest.raises(NotFound):
        lending.withdraw(stranger, given)
    lending.withdraw(account, given)
    with pytest.raises(NotFound):
        lending.withdraw(account, given)
    assert consent(account) != given


def test_an_officer_does_not_record_own_consent_and_an_online_one_names_no_officer() -> None:
    account = papers.owner()
    with pytest.raises(lending.OwnConsent):
        consent(account, recorded_by=papers.subject_of(account))
    consent(account, recorded_by="")
    assert Consent.objects.get().given_how == Consent.How.ONLINE


def test_the_journal_holds_each_act_and_nobodys_name() -> None:
    account = papers.owner()
    paper = papers.kept(account)
    offer(account, "KHAI_SINH")
    given = consent(account)
    lend(account, paper, given)
    lending.withdraw(account, given)

    with connection.cursor() as cursor:
        cursor.execute("SELECT event FROM journal_event ORDER BY id")
        assert [row[0] for row in cursor.fetchall()] == [
            "vault.paper.kept",
            "vault.paper.offered",
            "vault.consent.given",
            "vault.paper.lent",
            "vault.consent.withdrawn",
        ]


def test_the_database_itself_refuses_a_loan_without_consent() -> None:
    account = papers.owner()
    paper = papers.kept(account)
    with pytest.raises(DatabaseError) as no, connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO vault_loan (paper_id, dossier_code) VALUES (%s, %s)", [paper.pk, NEW_DOSSIER]
        )
    assert no.value.__cause__.diag.constraint_name == "loan_by_consent"
