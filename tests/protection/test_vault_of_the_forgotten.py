"""What of a closed account's vault stays: what was lent, what is somebody else's, what may be (DP-17, C9)."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.utils import timezone

from motcua.accounts import closing, identity
from motcua.accounts.models import Account, Closure
from motcua.desk import owner_corrections
from motcua.files import keeping
from motcua.files.keeping import FileUnreadable
from motcua.kernel.refusal import NotFound
from motcua.protection import erasing
from motcua.vault import lending, viewing
from motcua.vault.models import Correction, Paper, PaperReport
from tests.accounts import people
from tests.accounts.test_closures import aged
from tests.desk.test_retention import past_rules
from tests.vault import papers

pytestmark = pytest.mark.django_db(transaction=True)
LATER = "000.00.08.H08-261123-0002"


@pytest.fixture(autouse=True)
def _ledgers(settings: Any, tmp_path: Path) -> None:
    settings.ERASURE_LEDGERS = [str(tmp_path / "one.jsonl")]


@pytest.fixture
def account() -> Account:
    account = people.account()
    identity.subject_of(account.public_id, papers.DESK)
    return account


def lent(account: Account, paper: Paper) -> None:
    subject = papers.subject_of(account)
    asked = {"audience": papers.DESK, "subject": subject, "dossier_code": LATER, "unit_code": papers.UNIT}
    given = lending.record_consent(**asked, purpose="tiep-nhan-ho-so", recorded_by=papers.OFFICER)
    lending.lend(**asked, paper_id=paper.public_id, consent=given, by=papers.OFFICER)


def looked_at(paper: Paper) -> bytes:
    return keeping.read(
        viewing.view_lent(
            audience=papers.DESK,
            paper_id=paper.public_id,
            dossier_code=LATER,
            by=papers.OFFICER,
            lent_to=papers.UNIT,
            unit_code=papers.UNIT,
        )
    )


def forgotten(account: Account) -> None:
    closing.close(account, how=Closure.How.DESK)
    aged(account, 31)
    assert erasing.forget_due() == 1


def title_of(paper: Paper) -> str:
    return Paper.objects.get(pk=paper.pk).title


def test_what_was_lent_is_opened_for_its_dossier_for_ten_years_and_the_rest_is_gone(account: Account) -> None:
    reused, other = papers.kept(account), papers.kept(account)
    assert reused.file and other.file
    lent(account, reused)
    forgotten(account)
    assert keeping.purge_due(timezone.now()) == 1

    assert (title_of(reused), title_of(other)) == ("", "")
    assert looked_at(reused)
    other.file.refresh_from_db()
    with pytest.raises(FileUnreadable):
        keeping.read(other.file)
    assert keeping.purge_due(timezone.now() + timedelta(days=3649)) == 0
    assert keeping.purge_due(timezone.now() + timedelta(days=3651)) == 1
    with pytest.raises(FileUnreadable):
        looked_at(reused)


def test_what_was_not_lent_to_a_dossier_is_still_not_there_for_it(account: Account) -> None:
    paper = papers.kept(account)
    forgotten(account)
    with pytest.raises(NotFound):
        looked_at(paper)


def test_a_paper_about_a_child_waits_for_the_childs_vault(account: Account) -> None:
    childs = papers.kept(account, title="Giấy khai sinh của con", held_for="Trần Văn Con")
    own = papers.kept(account)
    forgotten(account)
    keeping.purge_due(timezone.now())
    assert (title_of(childs), title_of(own)) == ("Giấy khai sinh của con", "")
    assert childs.file and keeping.read(childs.file)
    assert erasing.overdue(10) == 0
    past_rules("UPDATE vault_paper SET state = 'MOVED' WHERE id = %s", childs.pk)
    assert erasing.overdue(10) == 1 and erasing.forget_due() == 1
    assert title_of(childs) == ""


def test_a_paper_that_two_officers_are_moving_waits_for_them(account: Account) -> None:
    paper = papers.kept(account)
    Correction.objects.create(
        paper=paper,
        to_audience=papers.DESK,
        to_subject="d" * 32,
        reason="Hồ sơ của người cùng tên",
        asked_by_subject=papers.OFFICER,
        asked_unit_code=papers.UNIT,
    )
    forgotten(account)
    assert title_of(paper) and paper.file and keeping.purge_due(timezone.now()) == 0
    assert erasing.overdue(10) == 0


def test_a_paper_that_its_owner_reported_waits_for_the_answer(account: Account) -> None:
    paper = papers.kept(account)
    PaperReport.objects.create(
        paper=paper, owner=account, unit_code=papers.UNIT, fault="VAULT", words_sealed=b"x"
    )
    forgotten(account)
    assert title_of(paper) and erasing.forget_due() == 0


def test_papers_of_a_dossier_whose_owner_is_being_put_right_wait_for_it(account: Account) -> None:
    paper = papers.kept(account)
    waiting = frozenset({papers.DOSSIER})
    with mock.patch.object(owner_corrections, "waiting_dossiers", return_value=waiting):
        forgotten(account)
        assert title_of(paper) and erasing.overdue(10) == 0 and erasing.forget_due() == 0
    assert erasing.overdue(10) == 1 and erasing.forget_due() == 1
    assert title_of(paper) == ""


def test_what_a_desk_delivers_after_the_forgetting_is_forgotten_with_the_next_round(account: Account) -> None:
    forgotten(account)
    late = papers.kept(account)
    assert late.file and erasing.overdue(10) == 1
    assert erasing.forget_due() == 1
    assert title_of(late) == "" and keeping.purge_due(timezone.now()) == 1
    assert (erasing.overdue(10), erasing.forget_due()) == (0, 0)


def test_one_that_cannot_be_forgotten_keeps_nobody_else_and_is_heard(account: Account) -> None:
    other = people.account()
    for each in (account, other):
        closing.close(each, how=Closure.How.DESK)
        aged(each, 31)
    whole = closing.forget

    def broken(one: Account) -> bool:
        if one.pk == account.pk:
            raise ValueError("không xóa được")
        return whole(one)

    with mock.patch.object(closing, "forget", broken), pytest.raises(ValueError, match="không xóa được"):
        erasing.forget_due()
    done = Closure.objects.filter(forgotten_at__isnull=False)
    assert [each.account_id for each in done] == [other.pk]
