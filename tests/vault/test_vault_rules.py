"""What the vault can never hold; each rule is seen to be the one that refuses."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction
from tests.vault import papers
from tests.vault.papers import DESK, DOSSIER, OFFICER, UNIT

from motcua.vault import lending
from motcua.vault.models import Consent, Contest, Correction, Loan, Look, Paper

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, tzinfo=UTC)
COLLEAGUE = "1e" * 16


def refused(rule: str, write: Callable[[], object], *, trigger: str = "") -> None:
    """The write is refused by this very rule, and passes once the rule (or the trigger that speaks it) is gone."""
    with pytest.raises(DatabaseError) as no, transaction.atomic():
        write()
    assert no.value.__cause__.diag.constraint_name == rule
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(_without(trigger or rule))
        write()
        transaction.set_rollback(True)


def _without(rule: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass FROM pg_trigger WHERE tgname = %s", [rule])
        if row := cursor.fetchone():
            return f"DROP TRIGGER {rule} ON {row[0]}"
        cursor.execute("SELECT conrelid::regclass FROM pg_constraint WHERE conname = %s", [rule])
        if row := cursor.fetchone():
            return f"ALTER TABLE {row[0]} DROP CONSTRAINT {rule}"
    return f"DROP INDEX {rule}"


def insert(**more: object) -> Callable[[], Paper]:
    """A paper written past the use case, as a forgetful programmer would."""
    account = papers.owner()
    values: dict[str, object] = {
        "owner": account,
        "receipt_audience": DESK,
        "receipt_subject": papers.subject_of(account),
        "put_key": "k",
        "type_code": "T",
        "title": "Giấy",
        "folded_title": "giay",
        "same_paper_bi": b"1" * 32,
        "source": "COMPONENT",
        "digitised_by_subject": OFFICER,
        "visible_from": NOW,
    }
    return lambda: Paper.objects.create(**{**values, **more})


def given(account: object, dossier: str = DOSSIER) -> Consent:
    public_id = lending.record_consent(
        audience=DESK,
        subject=papers.subject_of(account),
        unit_code=UNIT,
        dossier_code=dossier,
        purpose="tiep-nhan-ho-so",
        recorded_by=OFFICER,
    )
    return Consent.objects.get(public_id=public_id)


def look(paper: Paper, **more: object) -> Look:
    values = {
        "role": "OFFICER",
        "action": "VIEW",
        "unit_code": UNIT,
        "purpose": "xu-ly",
        "owner": paper.owner,
    }
    return Look.objects.create(paper=paper, actor_subject=OFFICER, **{**values, **more})


def test_a_paper_of_the_receipts_subject_is_kept() -> None:
    assert insert()().pk


def test_the_owner_is_whom_the_receipt_names_and_not_the_officer_in_session() -> None:
    officer = papers.owner()
    refused("paper_owner_from_receipt", insert(owner=officer))


def test_a_receipt_of_another_desk_or_of_nobody_names_no_owner() -> None:
    refused("paper_owner_from_receipt", insert(receipt_audience="tinh-khac"))
    refused("paper_owner_from_receipt", insert(receipt_subject="e" * 32))


def test_the_hash_of_a_paper_is_the_hash_of_its_file() -> None:
    stored = papers.kept(papers.owner()).file
    refused_first = insert(file=stored, sha256=b"0" * 32, put_key="k2")
    with pytest.raises(DatabaseError) as no, transaction.atomic():
        refused_first()
    assert no.value.__cause__.diag.constraint_name == "paper_owner_from_receipt"


def test_a_version_follows_the_version_before_it_of_the_same_owner() -> None:
    account, other = papers.owner(), papers.owner()
    old, foreign = papers.kept(account), papers.kept(other)
    mine = {"owner": account, "receipt_subject": papers.subject_of(account)}
    refused("paper_owner_from_receipt", insert(**mine, replaces=foreign, version=2))
    refused("paper_owner_from_receipt", insert(**mine, replaces=old, version=7))
    refused("paper_versions_count_up", insert(**mine, replaces=None, version=2))


@pytest.mark.parametrize(
    "change",
    [
        {"owner_id": 1},
        {"receipt_subject": "e" * 32},
        {"receipt_audience": "tinh-khac"},
        {"sha256": b"2" * 32},
        {"title": "Giấy khác"},
        {"kept_at": NOW},
        {"put_key": "khác"},
        {"visible_from": NOW},
    ],
)
def test_a_kept_paper_does_not_change(change: dict[str, object]) -> None:
    paper = papers.kept(papers.owner())
    if "owner_id" in change:
        change = {"owner_id": papers.owner().pk}
    refused("paper_written_once", lambda: Paper.objects.filter(pk=paper.pk).update(**change))


def test_the_file_of_a_kept_paper_does_not_change() -> None:
    paper, other = papers.kept(papers.owner()), papers.kept(papers.owner())
    with pytest.raises(DatabaseError) as no, transaction.atomic():
        Paper.objects.filter(pk=paper.pk).update(file=other.file)
    assert no.value.__cause__.diag.constraint_name == "paper_written_once"


def test_a_kept_paper_is_not_deleted_and_an_old_version_does_not_come_back() -> None:
    paper = insert()()
    refused("paper_written_once", lambda: Paper.objects.filter(pk=paper.pk).delete(), trigger="paper_stays")
    Paper.objects.filter(pk=paper.pk).update(state="SUPERSEDED")
    refused("paper_written_once", lambda: Paper.objects.filter(pk=paper.pk).update(state="CURRENT"))


def test_a_paper_is_emptied_only_when_its_owner_was_forgotten() -> None:
    paper = insert()()
    refused("paper_forgotten", lambda: Paper.objects.filter(pk=paper.pk).update(title=""))


def test_a_paper_moves_only_by_a_correction_that_a_second_officer_approved() -> None:
    paper, right = papers.kept(papers.owner()), papers.owner()
    refused("paper_written_once", lambda: Paper.objects.filter(pk=paper.pk).update(state="MOVED"))
    asked = _correction(paper, right)
    refused("paper_written_once", lambda: Paper.objects.filter(pk=paper.pk).update(state="MOVED"))
    Correction.objects.filter(pk=asked.pk).update(approved_by_subject=COLLEAGUE, approved_at=NOW)
    assert Paper.objects.filter(pk=paper.pk).update(state="MOVED") == 1


def test_a_correction_has_two_officers_and_neither_gains() -> None:
    paper, right = papers.kept(papers.owner()), papers.owner()
    asked = _correction(paper, right)

    def approved_by(who: str) -> Callable[[], int]:
        return lambda: Correction.objects.filter(pk=asked.pk).update(approved_by_subject=who, approved_at=NOW)

    refused("correction_two_officers", approved_by(OFFICER))
    refused("correction_not_to_oneself", approved_by(papers.subject_of(right)))
    refused(
        "correction_done_when_approved",
        lambda: Correction.objects.filter(pk=asked.pk).update(approved_at=NOW),
    )


def test_what_two_officers_decided_stays_and_what_waits_may_go() -> None:
    paper, right = papers.kept(papers.owner()), papers.owner()
    asked = _correction(paper, right)
    rows = Correction.objects.filter(pk=asked.pk)
    refused("correction_written_once", lambda: rows.update(paper=papers.kept(papers.owner())))
    rows.update(approved_by_subject=COLLEAGUE, approved_at=NOW)
    refused("correction_written_once", lambda: rows.update(approved_by_subject=f"{7:032x}"))
    refused("correction_written_once", lambda: rows.update(reason="Lý do khác."))
    refused("correction_written_once", lambda: rows.delete())
    moved = papers.kept(right)
    assert rows.update(new_paper=moved) == 1
    refused("correction_written_once", lambda: rows.update(new_paper=papers.kept(right)))
    other = _correction(papers.kept(papers.owner()), right)
    assert Correction.objects.filter(pk=other.pk).delete()[0] == 1


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("paper_same_paper_bi_32", {"same_paper_bi": b"1" * 31}),
        ("paper_hash_with_file", {"sha256": b"1" * 32}),
        ("paper_source_known", {"source": "KHAC"}),
        ("paper_state_known", {"state": "KHAC"}),
        ("paper_hidden_only_result", {"visible_from": None}),
        ("paper_of_dossier_names_digitiser", {"digitised_by_subject": ""}),
    ],
)
def test_a_paper_is_well_formed(rule: str, values: dict[str, object]) -> None:
    refused(rule, insert(**values))


def test_a_dossiers_paper_is_not_digitised_by_its_owner() -> None:
    account = papers.owner()
    subject = papers.subject_of(account)
    refused(
        "paper_of_dossier_names_digitiser",
        insert(owner=account, receipt_subject=subject, digitised_by_subject=subject),
    )


def test_a_delivery_key_and_a_current_version_are_there_once() -> None:
    account = papers.owner()
    mine = {"owner": account, "receipt_subject": papers.subject_of(account)}
    insert(**mine)()
    refused("paper_put_once", insert(**mine, same_paper_bi=b"2" * 32))
    refused("paper_one_current_version", insert(**mine, put_key="k2"))


def test_a_loan_stands_on_a_consent_of_the_owner_for_that_dossier() -> None:
    account, stranger = papers.owner(), papers.owner()
    paper = papers.kept(account)
    withdrawn = given(account, "000.00.08.H08-261123-0007")
    lending.withdraw(account, withdrawn.public_id)

    for consent, dossier in (
        (given(stranger), DOSSIER),
        (given(account), "000.00.08.H08-261123-0008"),
        (withdrawn, withdrawn.dossier_code),
    ):
        refused("loan_by_consent", lambda c=consent, d=dossier: _lend(c, paper, d))
    assert _lend(given(account), paper, DOSSIER).pk


def test_a_hidden_or_replaced_paper_is_not_lent() -> None:
    account = papers.owner()
    hidden = papers.kept(account, source=Paper.Source.RESULT, hidden=True)
    old = papers.kept(account, number="B1")
    papers.kept(account, number="B1")
    for paper in (hidden, old):
        refused("loan_by_consent", lambda p=paper: _lend(given(account), p, DOSSIER))


def test_a_loan_without_consent_cannot_be_written_even_without_the_trigger() -> None:
    paper = papers.kept(papers.owner())
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("DROP TRIGGER loan_by_consent ON vault_loan")
    with pytest.raises(DatabaseError) as no, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO vault_loan (paper_id, dossier_code) VALUES (%s, %s)", [paper.pk, DOSSIER])
    assert no.value.__cause__.diag.column_name == "consent_id"


def test_a_paper_is_lent_once_per_consent() -> None:
    account = papers.owner()
    paper, consent = papers.kept(account), given(account)
    _lend(consent, paper, DOSSIER)
    refused("loan_once", lambda: _lend(consent, paper, DOSSIER))


def test_a_consent_says_for_what_and_by_whom_it_was_recorded() -> None:
    account = papers.owner()

    def write(**more: str) -> Callable[[], Consent]:
        values = {
            "owner_subject": papers.subject_of(account),
            "recipient_audience": DESK,
            "recipient_unit_code": UNIT,
            "purpose": "p",
            "dossier_code": DOSSIER,
            "given_how": "IN_PERSON",
            "recorded_by_subject": OFFICER,
            "text_version": "1",
        }
        return lambda: Consent.objects.create(owner=account, **{**values, **more})

    refused("consent_recorded_by_an_officer", write(recorded_by_subject=""))
    refused("consent_recorded_by_an_officer", write(recorded_by_subject=papers.subject_of(account)))
    refused("consent_recorded_by_an_officer", write(given_how="ONLINE"))
    refused("consent_says_what_for", write(dossier_code=""))
    write()()
    refused("consent_one_standing", write())


def test_a_consent_is_only_ever_withdrawn() -> None:
    account = papers.owner()
    consent = given(account)
    rows = Consent.objects.filter(pk=consent.pk)
    refused("consent_written_once", lambda: rows.update(dossier_code="khác"))
    refused("consent_written_once", lambda: rows.delete())
    lending.withdraw(account, consent.public_id)
    refused("consent_written_once", lambda: rows.update(withdrawn_at=None))


def test_looks_and_loans_are_only_added() -> None:
    account = papers.owner()
    seen = look(papers.kept(account))
    lent = _lend(given(account), papers.kept(account), DOSSIER)
    refused("look_append_only", lambda: Look.objects.filter(pk=seen.pk).update(unit_code="khác"))
    refused("look_append_only", lambda: Look.objects.filter(pk=seen.pk).delete())
    refused("loan_append_only", lambda: Loan.objects.filter(pk=lent.pk).delete())


def test_a_look_belongs_to_the_papers_owner_and_says_from_where() -> None:
    paper, stranger = papers.kept(papers.owner()), papers.owner()
    refused("look_of_the_papers_owner", lambda: look(paper, owner=stranger))
    refused("look_of_officer_names_unit", lambda: look(paper, unit_code=""))
    refused("look_of_officer_names_unit", lambda: look(paper, purpose=""))
    refused("look_role_known", lambda: look(paper, role="KHAC"))
    refused("look_action_known", lambda: look(paper, action="KHAC"))


def test_a_contest_is_the_owners_and_another_unit_answers_it_once() -> None:
    paper, stranger = papers.kept(papers.owner()), papers.owner()
    seen = look(paper)
    refused(
        "contest_of_the_looks_owner",
        lambda: Contest.objects.create(look=seen, owner=stranger, unit_code=UNIT, words_sealed=b"x"),
    )
    raised = Contest.objects.create(look=seen, owner=paper.owner, unit_code=UNIT, words_sealed=b"x")
    rows = Contest.objects.filter(pk=raised.pk)
    said = {"answered_at": NOW, "answered_by_subject": OFFICER, "answer": "Đã xử lý."}
    refused("contest_answered_by_another_unit", lambda: rows.update(**said, answered_unit_code=UNIT))
    rows.update(**said, answered_unit_code=f"{UNIT}-thanh-tra")
    refused("contest_written_once", lambda: rows.update(answer="Khác."))
    refused("contest_written_once", lambda: rows.delete())


def _lend(consent: Consent, paper: Paper, dossier: str) -> Loan:
    return Loan.objects.create(consent=consent, paper=paper, dossier_code=dossier)


def _correction(paper: Paper, right: object) -> Correction:
    return Correction.objects.create(
        paper=paper,
        to_audience=DESK,
        to_subject=papers.subject_of(right),
        reason="nhầm chủ hồ sơ",
        asked_by_subject=OFFICER,
        asked_unit_code=UNIT,
    )
