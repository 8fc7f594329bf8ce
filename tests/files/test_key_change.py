"""The key that wraps the keys of files is changed while files are kept and read; nobody meets an error (V-36)."""

import os
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from tests.evidence import figure
from tests.rule_by_rule import Rule, constraints_of, only_by_trigger, triggers_of, two_rows, wrong_of
from tests.vault import papers

from motcua.files import keeping, key_change
from motcua.files.keeping import FileUnreadable
from motcua.files.key_change import NoSuchKey, StillUsed, TooSoon
from motcua.files.models import KnownFileKey, RetiredFileKey, StoredFile
from motcua.kernel import key_changes
from motcua.kernel.key_changes import NotNow
from motcua.kernel.sealing import Keyring

pytestmark = pytest.mark.django_db(transaction=True)
FILES = int(os.environ.get("V36_FILES", "60"))


@pytest.fixture(autouse=True)
def _keys(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.KEYRING = Keyring.generate(tmp_path / "keys")
    monkeypatch.setattr(key_change, "SLOWEST", timedelta(0))


def kept(words: str = "") -> StoredFile:
    scan = papers.scan(words)
    return keeping.keep_checked(scan, purpose="VAULT_PAPER", purge_after=timezone.now())


def number_of(stored: StoredFile) -> int:
    stored.refresh_from_db()
    return bytes(stored.wrapped_key or b"")[1]


def rewrap_all() -> int:
    return sum(iter(lambda: key_change.rewrap_due(7), 0))


def test_after_a_change_new_files_use_the_new_key_and_old_ones_are_wrapped_anew() -> None:
    old = [kept() for _ in range(10)]
    assert rewrap_all() == 0, "with one key there is nothing to do"
    key_changes.add(key_change.path(), waits=False)
    new = kept()
    assert [number_of(each) for each in (*old, new)] == [1] * 10 + [2]
    assert all(keeping.read(each) for each in old), "the old key still opens"
    assert list(key_change.standing()) == [(1, "còn mở được", 10), (2, "đang dùng", 1)]
    with pytest.raises(StillUsed, match="file_key_still_used"):
        key_change.retire(1)

    assert rewrap_all() == 10
    assert key_change.used() == {2: 11}
    key_change.retire(1)
    assert all(keeping.read(StoredFile.objects.get(pk=each.pk)) for each in (*old, new))
    assert [word for _, word, _ in key_change.standing()] == ["đã bỏ", "đang dùng"]
    again = Keyring.from_directory(key_change.path().parent)
    assert again.file_keys.live == (2,)


def test_another_process_opens_what_a_key_after_its_start_wrapped() -> None:
    """Two nodes: the second one learns of the new key when it meets it, or when it keeps a file itself."""
    other = Keyring.from_directory(key_change.path().parent)
    key_changes.add(key_change.path(), waits=False)
    wrapped = configured.KEYRING.wrap(b"k" * 32, context="x")
    assert wrapped[1] == 2
    assert other.unwrap(wrapped, context="x") == b"k" * 32
    third = Keyring.from_directory(key_change.path().parent)
    key_changes.add(key_change.path(), waits=False)
    assert third.wrap(b"k" * 32, context="x")[1] == 3


def test_a_key_that_waits_opens_and_does_not_wrap_until_it_begins() -> None:
    stored = kept()
    key_changes.add(key_change.path(), waits=True)
    assert number_of(kept()) == 1
    with pytest.raises(NotNow, match="đang chờ"):
        key_changes.add(key_change.path(), waits=False)
    assert rewrap_all() == 0
    key_changes.begin(key_change.path())
    assert rewrap_all() == 2 and number_of(stored) == 2
    with pytest.raises(NotNow, match="Không có khóa mới"):
        key_changes.begin(key_change.path())


def test_the_key_in_use_and_one_that_never_was_are_not_retired() -> None:
    for number in (0, 1, 2):
        with pytest.raises(NoSuchKey):
            key_change.retire(number)
    with pytest.raises(NotNow):
        key_changes.forget(key_change.path(), 1)
    assert not RetiredFileKey.objects.exists()


def test_right_after_a_change_nothing_is_retired(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody may still be writing what was wrapped with the key of before."""
    monkeypatch.setattr(key_change, "SLOWEST", timedelta(hours=1))
    key_changes.add(key_change.path(), waits=False)
    with pytest.raises(TooSoon):
        key_change.retire(1)
    hours_ago = timezone.now().timestamp() - 7200
    os.utime(key_change.path(), (hours_ago, hours_ago))
    key_change.retire(1)


def test_a_file_purged_while_it_is_wrapped_anew_gets_no_key_again(monkeypatch: pytest.MonkeyPatch) -> None:
    stored = kept()
    key_changes.add(key_change.path(), waits=False)
    unwrap = Keyring.unwrap

    def and_its_day_comes(self: Keyring, *given: Any, **more: Any) -> bytes:
        monkeypatch.setattr(Keyring, "unwrap", unwrap)
        assert keeping.purge_due(timezone.now()) == 1
        return unwrap(self, *given, **more)

    monkeypatch.setattr(Keyring, "unwrap", and_its_day_comes)
    assert key_change.rewrap_due() == 0
    stored.refresh_from_db()
    assert stored.wrapped_key is None
    with pytest.raises(FileUnreadable):
        keeping.read(stored)


def test_whoever_wrapped_before_and_commits_after_the_key_is_gone_is_refused() -> None:
    """The race that would lose a file: wrapped with the old key, not yet in the table when the count is taken."""
    wrapped, retired = threading.Event(), threading.Event()

    def slow() -> str:
        try:
            with transaction.atomic():
                row = StoredFile(**_sound(configured.KEYRING.wrap(b"k" * 32, context="x")))
                wrapped.set()
                assert retired.wait(60)
                row.save(force_insert=True)
        except IntegrityError as no:
            return str(no)
        finally:
            connection.close()
        return "kept"

    with ThreadPoolExecutor(1) as elsewhere:
        late = elsewhere.submit(slow)
        assert wrapped.wait(60)
        key_changes.add(key_change.path(), waits=False)
        key_change.retire(1)
        retired.set()
        assert "đã bỏ" in late.result()
    assert StoredFile.objects.count() == 0


def test_a_writer_inside_its_transaction_makes_the_retiring_wait_and_count_it() -> None:
    written, answers = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with transaction.atomic():
                StoredFile(**_sound(configured.KEYRING.wrap(b"k" * 32, context="x"))).save(force_insert=True)
                written.set()
                answers.wait(1)  # long enough for the other to ask for its lock; either order must end well
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as elsewhere:
        writing = elsewhere.submit(slow)
        assert written.wait(60)
        key_changes.add(key_change.path(), waits=False)
        with pytest.raises(StillUsed):
            key_change.retire(1)
        writing.result()
    assert key_change.used() == {1: 1}


def another_machine(tmp_path: Path, settings: Any) -> Keyring:
    """With the same keys as ours, until somebody changes them there."""
    folder = tmp_path / "another machine"
    shutil.copytree(key_change.path().parent, folder)
    return Keyring.from_directory(folder)


def test_a_second_machine_that_adds_a_key_of_its_own_is_refused_before_it_wraps_anything(
    tmp_path: Path, settings: Any
) -> None:
    """Both would call it number two, and each would wrap what the other cannot open."""
    other, ours = another_machine(tmp_path, settings), settings.KEYRING
    key_change.add(waits=False)
    settings.KEYRING = other
    before = key_change.path().read_bytes()
    with pytest.raises(NotNow, match=r"Khóa số 2 trong file\.key ở máy này khác"):
        key_change.add(waits=False)
    assert key_change.path().read_bytes() == before and KnownFileKey.objects.count() == 2

    key_changes.add(key_change.path(), waits=False)  # somebody edited the file by hand
    stored = kept()
    with pytest.raises(NotNow):
        key_change.rewrap_due()
    with pytest.raises(NotNow):
        key_change.retire(1)
    settings.KEYRING = ours
    assert number_of(stored) == 2


def test_a_key_that_waits_begins_only_where_it_is_the_same(tmp_path: Path, settings: Any) -> None:
    other, ours = another_machine(tmp_path, settings), settings.KEYRING
    key_changes.add(other.file_keys_path, waits=True)
    key_change.add(waits=True)
    settings.KEYRING = other
    with pytest.raises(NotNow, match="Hãy chép"):
        key_change.begin()
    assert other.file_keys.waits
    shutil.copy(ours.file_keys_path, other.file_keys_path)
    assert key_change.begin().sealing == 2
    settings.KEYRING = ours
    assert key_change.begin().sealing == 2, "each machine for itself"
    assert all(bytes(known.check_value) not in ours.file_keys.keys for known in KnownFileKey.objects.all())


def test_what_a_key_still_wraps_is_found_by_an_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        try:
            for statement, values in ((key_change._OTHERS, [2, 10]), (key_change._IN_USE, [1])):
                cursor.execute(f"EXPLAIN {statement}", values)
                plan = "\n".join(line for (line,) in cursor.fetchall())
                assert "stored_file_by_key" in plan and "Sort" not in plan, plan
        finally:
            cursor.execute("RESET enable_seqscan")


def test_who_asks_too_early_makes_no_writer_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    kept()
    key_changes.add(key_change.path(), waits=False)
    monkeypatch.setattr(key_change, "_WRITERS_WAIT", "SELECT 1/0")
    with pytest.raises(StillUsed):
        key_change.retire(1)


def _sound(wrapped_key: bytes) -> dict[str, object]:
    return {
        "purpose": "VAULT_PAPER",
        "kind": "pdf",
        "size": 100,
        "sha256": bytes(32),
        "name_sealed": b"x",
        "wrapped_key": wrapped_key,
        "place": "00/00/" + "0" * 32,
        "scan_status": "CLEAN",
        "antivirus": "CLEAN",
        "purge_after": timezone.now(),
    }


RULES: list[Rule] = [
    ("files_retiredfilekey", "retired_file_key_is_a_byte", "number = number + 255"),
    ("files_knownfilekey", "known_file_key_is_a_byte", "number = number + 255"),
    ("files_knownfilekey", "known_file_key_check_is_32_bytes", "check_value = 'x'"),
]


def test_each_rule_of_retired_and_known_keys_refuses_under_its_name() -> None:
    with transaction.atomic():
        two_rows(RetiredFileKey, number=lambda nth: nth)
        two_rows(KnownFileKey, number=lambda nth: nth, check_value=lambda nth: bytes([nth]) * 32)
        assert wrong_of(RULES) == []
        transaction.set_rollback(True)
    with transaction.atomic():
        stored = kept()
        RetiredFileKey.objects.create(number=1)
        only_by_trigger(
            "file_key_not_retired", "files_storedfile", lambda: stored.save(update_fields=["wrapped_key"])
        )
        only_by_trigger("file_key_stays_retired", "files_retiredfilekey", RetiredFileKey.objects.all().delete)
        KnownFileKey.objects.create(number=1, check_value=bytes(32))
        only_by_trigger("file_key_known_for_good", "files_knownfilekey", KnownFileKey.objects.all().delete)
        transaction.set_rollback(True)
    assert triggers_of("files") == {
        "file_key_not_retired",
        "file_key_stays_retired",
        "file_key_known_for_good",
    }
    assert {rule for _, rule, _ in RULES} <= constraints_of("files")


def gone(number: int) -> bool:
    try:
        key_change.retire(number)
    except StillUsed:
        return False
    return True


@pytest.mark.race
def test_v36_the_key_is_changed_under_readers_and_writers_without_an_error() -> None:
    files = [kept(f"%PDF-1.7 {nth}") for nth in range(FILES)]
    stop, errors, reads = threading.Event(), list[str](), list[int]()

    def use(nth: int) -> None:
        count = 0
        try:
            while not stop.is_set():
                each = StoredFile.objects.get(pk=files[count * 7 % len(files)].pk)
                assert keeping.read(each).startswith(b"%PDF")
                if count % 10 == nth:
                    kept()
                count += 1
        except Exception as error:
            errors.append(f"{type(error).__name__}: {error}")
        finally:
            reads.append(count)
            connection.close()

    with ThreadPoolExecutor(3) as users:
        running = [users.submit(use, nth) for nth in range(3)]
        try:
            for number in (1, 2):
                key_changes.add(key_change.path(), waits=False)
                while not gone(number):
                    rewrap_all()
        finally:
            stop.set()
        for each in running:
            each.result()
    assert sum(reads) > 0
    assert set(key_change.used()) == {3}
    passed = errors == []
    figure(
        "V-36", "lỗi khi đổi khóa bọc tệp hai lần", n=sum(reads), measured=len(errors), limit=0, passed=passed
    )
