"""What is kept is sealed, is what was given, and is gone for good on its day."""

import os
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from tests.files.making import papers, scans

from motcua.files import keeping, storing
from motcua.files.keeping import FileUnreadable
from motcua.files.models import StoredFile
from motcua.files.reasons import FileRefused, HasMacro
from motcua.gateways.antivirus_none import NotConfigured
from motcua.kernel.sealing import SealBroken

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
LATER = NOW + timedelta(days=90)
NAME = "Căn cước Nguyễn Thị Mẫu.pdf"
PDF = scans.by_hand("1.4", objects="(SECRET-MARK-OF-THE-TEST)")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files_dir(settings, tmp_path: Path) -> Path:
    settings.FILES_DIR = tmp_path / "files"
    return tmp_path / "files"


def kept(
    data: bytes = PDF, name: str = NAME, purpose: str = "ID_SCAN", until: datetime = LATER
) -> StoredFile:
    return keeping.keep(data, name=name, purpose=purpose, purge_after=until, antivirus=NotConfigured())


def on_disk(files_dir: Path) -> list[Path]:
    return [path for path in files_dir.rglob("*") if path.is_file()]


def test_a_kept_file_is_read_again_as_it_was() -> None:
    row = kept()
    row.refresh_from_db()

    assert keeping.read(row) == PDF
    assert keeping.name_of(row) == NAME
    assert (row.kind, row.size, row.page_count) == ("pdf", len(PDF), 1)
    assert (row.scan_status, row.antivirus) == ("CLEAN", "NOT_CONFIGURED")
    assert row.kept_at is not None


def test_neither_disk_nor_row_shows_content_or_name(files_dir: Path) -> None:
    row = kept()
    row.refresh_from_db()

    [path] = on_disk(files_dir)
    assert b"SECRET-MARK" not in path.read_bytes()
    assert b"%PDF" not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0
    shown = f"{row} {row!r} {path} {bytes(row.name_sealed)!r} {row.place}"
    assert "Mẫu" not in shown and "Mẫu".encode() not in bytes(row.name_sealed)
    assert str(row) == f"file:{row.public_id}"


def test_the_same_bytes_kept_twice_are_sealed_with_two_keys(files_dir: Path) -> None:
    first, second = kept(), kept()

    one, two = (settings_path(files_dir, row).read_bytes() for row in (first, second))
    assert one != two
    assert bytes(first.wrapped_key or b"") != bytes(second.wrapped_key or b"")


def settings_path(files_dir: Path, row: StoredFile) -> Path:
    return files_dir / row.place


def test_swapped_bytes_never_open() -> None:
    rows = [kept(), kept(papers.zipped(papers.parts()), "b.docx"), kept(name="c.pdf")]

    for first in rows:
        for second in rows:
            if first.pk == second.pk:
                continue
            moved = StoredFile.objects.get(pk=first.pk)
            moved.place = second.place
            with pytest.raises(FileUnreadable):
                keeping.read(moved)


def test_swapping_place_and_key_together_does_not_open_either() -> None:
    first, second = kept(), kept()
    first.place, first.wrapped_key = second.place, second.wrapped_key

    with pytest.raises(FileUnreadable):
        keeping.read(first)


def test_the_bytes_are_bound_to_the_file_even_if_the_key_were_known(settings) -> None:
    first, second = kept(), kept()
    key = settings.KEYRING.unwrap(second.wrapped_key, context=str(second.public_id))
    first.place, first.wrapped_key = second.place, settings.KEYRING.wrap(key, context=str(first.public_id))

    with pytest.raises(FileUnreadable):
        keeping.read(first)


def test_a_name_moved_to_another_file_does_not_open() -> None:
    first, second = kept(), kept()
    first.name_sealed = second.name_sealed

    with pytest.raises(SealBroken):
        keeping.name_of(first)


@pytest.mark.parametrize("at", [0, 5, 12, 200, -1])
def test_one_changed_bit_on_disk_is_noticed(files_dir: Path, at: int) -> None:
    row = kept()
    path = settings_path(files_dir, row)
    sealed = bytearray(path.read_bytes())
    sealed[at] ^= 1
    path.write_bytes(bytes(sealed))

    with pytest.raises(FileUnreadable):
        keeping.read(row)


def test_a_hash_that_does_not_fit_is_noticed() -> None:
    row = kept()
    row.sha256 = bytes(32)

    with pytest.raises(FileUnreadable):
        keeping.read(row)


@pytest.mark.parametrize("status", ["PENDING", "REFUSED"])
def test_only_a_clean_file_is_read(status: str) -> None:
    row = kept()
    StoredFile.objects.filter(pk=row.pk).update(scan_status=status)
    row.refresh_from_db()

    with pytest.raises(FileUnreadable):
        keeping.read(row)


def test_a_refused_file_leaves_nothing_behind(files_dir: Path) -> None:
    with pytest.raises(HasMacro):
        kept(papers.zipped(papers.parts({"word/vbaProject.bin": b"x"})), "don.docx")

    assert StoredFile.objects.count() == 0
    assert not files_dir.exists()


def test_a_kind_the_form_does_not_take_is_refused_with_those_it_takes() -> None:
    with pytest.raises(FileRefused) as no:
        keeping.check(PDF, name="a.pdf", antivirus=NotConfigured(), kinds=("doc", "docx"))

    assert "doc, docx" in no.value.text


def test_a_shared_file_has_its_own_key_and_outlives_the_first() -> None:
    first = kept(until=NOW)
    copy = keeping.share(first, "VAULT_PAPER", LATER)

    assert keeping.purge_due(NOW) == 1
    copy.refresh_from_db()

    assert keeping.read(copy) == PDF
    assert keeping.name_of(copy) == NAME
    assert (copy.purpose, copy.page_count, bytes(copy.sha256)) == ("VAULT_PAPER", 1, bytes(first.sha256))


def test_what_cannot_be_read_cannot_be_shared() -> None:
    row = kept(until=NOW)
    keeping.purge_due(NOW)
    row.refresh_from_db()

    with pytest.raises(FileUnreadable):
        keeping.share(row, "VAULT_PAPER", LATER)


def test_a_purged_file_cannot_be_read_even_from_a_backup_of_its_bytes(files_dir: Path) -> None:
    row = kept(until=NOW)
    path = settings_path(files_dir, row)
    backup = path.read_bytes()

    assert keeping.purge_due(NOW) == 1
    assert not path.exists()
    path.write_bytes(backup)
    row.refresh_from_db()

    with pytest.raises(FileUnreadable):
        keeping.read(row)
    assert row.wrapped_key is None
    assert row.purged_at is not None
    assert keeping.name_of(row) == ""


def test_a_purged_file_leaves_its_hash_and_dates_as_evidence() -> None:
    row = kept(until=NOW)
    before = bytes(row.sha256)

    keeping.purge_due(NOW)
    row.refresh_from_db()

    assert bytes(row.sha256) == before
    assert (row.kind, row.size) == ("pdf", len(PDF))


def test_only_files_whose_day_has_come_are_purged_and_only_once() -> None:
    kept(until=NOW + timedelta(seconds=1))
    kept(until=NOW)
    kept(until=NOW - timedelta(days=1))

    assert keeping.purge_due(NOW) == 2
    assert keeping.purge_due(NOW) == 0


def test_a_file_whose_day_was_moved_meanwhile_is_not_purged(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list of due files is old by the time each is purged: the UPDATE asks again."""
    row = kept(until=NOW)
    stale = [(row.pk, row.place)]
    StoredFile.objects.filter(pk=row.pk).update(purge_after=LATER)

    assert [keeping._purge(pk, place, NOW) for pk, place in stale] == [0]
    row.refresh_from_db()
    assert keeping.read(row) == PDF


def test_bytes_of_a_failed_transaction_are_swept_and_kept_ones_are_not(files_dir: Path) -> None:
    row = kept()
    with pytest.raises(RuntimeError), transaction.atomic():
        kept()
        raise RuntimeError
    unfinished = settings_path(files_dir, row).with_suffix(".part")
    unfinished.write_bytes(b"half")
    two_days_ago = (NOW - timedelta(days=2)).timestamp()
    for path in on_disk(files_dir):
        os.utime(path, (two_days_ago, two_days_ago))

    assert keeping.sweep(NOW) == 2
    assert on_disk(files_dir) == [settings_path(files_dir, row)]
    assert keeping.read(row) == PDF


def test_sweeping_leaves_what_is_being_written_now(files_dir: Path) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        kept()
        raise RuntimeError

    assert keeping.sweep(datetime.now(UTC)) == 0
    assert len(on_disk(files_dir)) == 1


@pytest.mark.parametrize("place", ["../../etc/passwd", "/etc/passwd", "ab/cd/../x", "", "ab/cd/" + "g" * 32])
def test_no_other_place_on_disk_can_be_named(place: str) -> None:
    with pytest.raises(ValueError, match="place"):
        storing.read(place)


def test_an_unknown_purpose_is_our_bug() -> None:
    with pytest.raises(ValueError, match="PARTY"):
        kept(purpose="PARTY")
    assert uuid.UUID(str(kept().public_id)).version == 4
