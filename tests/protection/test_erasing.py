"""Who was forgotten stays forgotten when an older backup comes back (DP-17, DP-23)."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from motcua.accounts import closing, identity
from motcua.accounts.models import Account, Closure, Person
from motcua.files import keeping
from motcua.files.keeping import FileUnreadable
from motcua.files.models import StoredFile
from motcua.protection import erasing, ledger
from motcua.protection.ledger import LedgerBroken
from motcua.vault.models import Paper
from tests.accounts import merges, people
from tests.accounts.test_closures import aged
from tests.vault import papers

pytestmark = pytest.mark.django_db(transaction=True)
_TABLES = (
    "accounts_person",
    "accounts_identitydocument",
    "accounts_account",
    "accounts_phonebinding",
    "vault_paper",
)


@pytest.fixture(autouse=True)
def _ledgers(settings: Any, tmp_path: Path) -> None:
    settings.ERASURE_LEDGERS = [str(tmp_path / "one.jsonl"), str(tmp_path / "two.jsonl")]


def with_a_paper() -> Account:
    account = people.account()
    subject = identity.subject_of(account.public_id, papers.DESK)
    assert subject
    papers.put(account, papers.new_paper(title="Giấy khai sinh của Mẫu", number="12/2015"))
    return account


def closed_long_ago(account: Account) -> None:
    closing.close(account, how=Closure.How.DESK)
    aged(account, 31)


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def dump() -> None:
    """A backup: the rows as they are now."""
    for table in _TABLES:
        sql(f"CREATE TEMP TABLE backup_{table} AS TABLE {table}")


def restore() -> None:
    """The older backup over everything; what was written since is gone, the closure too."""
    sql("SET session_replication_role = replica")
    sql("DELETE FROM accounts_closure")
    for table in reversed(_TABLES):
        sql(f"DELETE FROM {table}")
    for table in _TABLES:
        sql(f"INSERT INTO {table} SELECT * FROM backup_{table}")
        sql(f"DROP TABLE backup_{table}")
    sql("SET session_replication_role = origin")


def said_of(account: Account) -> tuple[str, list[str]]:
    titles = Paper.objects.filter(owner=account).values_list("title", flat=True)
    return Person.objects.get(pk=account.person_id).full_name, list(titles)


def test_who_closed_the_account_is_forgotten_in_the_vault_too_and_the_file_cannot_be_opened() -> None:
    account = with_a_paper()
    kept = StoredFile.objects.get()
    assert keeping.read(kept)
    closed_long_ago(account)
    assert erasing.overdue(10) == 1
    assert erasing.forget_due() == 1

    assert said_of(account) == ("", [""])
    paper = Paper.objects.get()
    assert (bytes(paper.number_sealed), paper.folded_title, paper.issuer) == (b"", "", "")
    assert bytes(paper.sha256) == bytes(kept.sha256)
    assert erasing.overdue(10) == 0
    assert keeping.purge_due(timezone.now()) == 1
    kept.refresh_from_db()
    with pytest.raises(FileUnreadable):
        keeping.read(kept)


def test_an_account_that_was_not_closed_keeps_everything() -> None:
    account = with_a_paper()
    assert erasing.forget_due() == 0
    assert all(said_of(account))


def test_after_the_restore_of_an_older_backup_the_erased_stay_erased() -> None:
    gone, stays = with_a_paper(), with_a_paper()
    dump()
    closed_long_ago(gone)
    assert erasing.forget_due() == 1
    restore()
    gone = Account.objects.get(pk=gone.pk)
    assert gone.status == Account.Status.ACTIVE and all(said_of(gone)), "the backup brought the person back"

    done = erasing.replay()

    assert (done.again, done.already, done.unknown) == (1, 0, 0)
    assert said_of(gone) == ("", [""])
    assert all(said_of(stays))
    gone.refresh_from_db()
    assert (gone.status, gone.password, gone.closure.how) == ("closed", "", "REPLAY")
    again = erasing.replay()
    assert (again.again, again.already) == (0, 1)


def test_a_restore_closes_nobody_whom_the_ledger_does_not_name() -> None:
    """The backup is from a day on which the two were joined; they were parted since, and one of them closed."""
    stays, gone = with_a_paper(), with_a_paper()
    numbers = {each.pk: each.person.documents.get().number_bi for each in (stays, gone)}
    merges.joined(stays, gone)
    ledger.write_down(gone.public_id, timezone.now() - timedelta(days=40))

    assert erasing.replay().again == 1

    stays.refresh_from_db()
    gone.refresh_from_db()
    assert (stays.status, gone.status, gone.merged_into_id) == ("active", "closed", None)
    assert all(said_of(stays)) and said_of(gone) == ("", [""])
    left = stays.person.documents.values_list("number_bi", flat=True)
    assert [bytes(each) for each in left] == [bytes(numbers[stays.pk])]
    assert not Closure.objects.filter(account=stays).exists()


def test_a_restore_closes_both_where_the_ledger_names_both() -> None:
    stays, gone = with_a_paper(), with_a_paper()
    merges.joined(stays, gone)
    for each in (gone, stays):
        ledger.write_down(each.public_id, timezone.now() - timedelta(days=40))
    assert erasing.replay().again == 2
    assert said_of(stays) == said_of(gone) == ("", [""])


def test_without_the_ledger_the_backup_would_have_brought_them_back(settings: Any, tmp_path: Path) -> None:
    gone = with_a_paper()
    dump()
    closed_long_ago(gone)
    erasing.forget_due()
    restore()
    settings.ERASURE_LEDGERS = [str(tmp_path / "empty.jsonl")]
    assert erasing.replay().again == 0
    assert all(said_of(gone))


def test_a_broken_or_missing_ledger_forgets_nobody_until_the_whole_one_is_named(settings: Any) -> None:
    gone = with_a_paper()
    dump()
    closed_long_ago(gone)
    erasing.forget_due()
    restore()
    first, second = (Path(path) for path in settings.ERASURE_LEDGERS)
    whole = first.read_text(encoding="utf-8")
    first.write_text(whole.replace('"mark": "', '"mark": "0'), encoding="utf-8")
    with pytest.raises(LedgerBroken):
        erasing.replay()
    assert all(said_of(gone))
    first.unlink()
    with pytest.raises(LedgerBroken, match="thiếu 1 người"):
        erasing.replay()
    assert all(said_of(gone))
    settings.ERASURE_LEDGERS = [str(second)]
    assert erasing.replay().again == 1


def test_a_ledger_that_cannot_be_written_keeps_the_person(settings: Any, tmp_path: Path) -> None:
    """Written down first: an erasure that no ledger knows would come back with the next restore."""
    account = with_a_paper()
    closed_long_ago(account)
    (tmp_path / "in-the-way").write_text("", encoding="utf-8")
    settings.ERASURE_LEDGERS = [str(tmp_path / "in-the-way" / "one.jsonl")]
    with pytest.raises(OSError, match="in-the-way"):
        erasing.forget_due()
    assert all(said_of(account))


def test_the_ledgers_lie_beside_the_witnesses_when_nothing_is_said(settings: Any) -> None:
    settings.ERASURE_LEDGERS = []
    assert {each.path.parent.name for each in ledger.configured()} == {"witness-1", "witness-2"}
