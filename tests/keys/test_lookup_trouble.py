"""What goes wrong while the key of look-ups changes: it is said rightly, and nobody hears “no such person” for it."""

import os
import shutil
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import connection, transaction

from motcua.accounts.models import LookUp, PhoneBinding
from motcua.accounts.sealed_data import number_fingerprint
from motcua.health import reading as health
from motcua.kernel import key_changes
from motcua.kernel.key_changes import NotNow
from motcua.kernel.marks import MarkClosed
from motcua.kernel.sealing import Keyring
from motcua.keys import covering, lookup_keys, machines
from motcua.ops import health as ready
from motcua.ops import lookups_fit, working
from motcua.ops.places import CannotStart
from tests.accounts import people
from tests.keys import planted
from tests.rule_by_rule import rows

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _keys(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.KEYRING = Keyring.generate(tmp_path / "keys")
    monkeypatch.setattr(lookup_keys, "SLOWEST", timedelta(0))
    monkeypatch.setattr(covering, "_PAUSE", 0.05)
    machines._said.clear()


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def closed(act: Callable[[], object]) -> object:
    try:
        return act()
    finally:
        connection.close()


def test_a_file_that_appears_half_written_or_for_all_to_read_changes_nothing_until_it_is_right(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    other = Keyring.from_directory(shutil.copytree(tmp_path / "keys", tmp_path / "app2"))
    mark = number_fingerprint(people.data().citizen_id)
    lookup_keys.add()
    there = tmp_path / "app2" / "lookup.key"
    there.touch(mode=0o600)
    assert other.covers.forms(mark) == (mark,)
    there.write_bytes(lookup_keys.path().read_bytes()[:60])
    assert other.covers.kept(mark) == mark
    there.write_bytes(lookup_keys.path().read_bytes())
    there.chmod(0o644)
    assert other.covers.live() == (1,)
    there.chmod(0o600)
    assert other.covers.forms(mark) == configured.KEYRING.covers.forms(mark) != (mark,)
    said = [record.message for record in caplog.records if record.name == "motcua.keys"]
    assert said == ["keys not read, those in hand go on"], "once a minute"


def test_a_machine_without_the_key_that_counts_serves_nothing(
    settings: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    people.account()
    of_before = Keyring.from_directory(shutil.copytree(tmp_path / "keys", tmp_path / "app2"))
    lookup_keys.add()
    lookup_keys.begin()
    lookups_fit.refuse()
    assert ready._keys() and not lookups_fit.miss()
    settings.KEYRING = of_before
    done: list[int] = []
    assert lookups_fit.miss() and not ready._keys()
    with pytest.raises(CannotStart, match=r"lookup\.key"):
        lookups_fit.refuse()
    assert working._try(working.Round("message", lambda: done.append(1) or 1, 0)) == 0 and done == []
    with pytest.raises(MarkClosed):
        list(PhoneBinding.objects.all())
    told = [record for record in caplog.records if record.message == "mark does not open"]
    assert [getattr(record, "reference", "") for record in told] == ["2"]


def test_another_key_under_the_same_number_serves_nothing_either(settings: Any, tmp_path: Path) -> None:
    shutil.copytree(tmp_path / "keys", tmp_path / "app2")
    lookup_keys.add()
    lookup_keys.begin()
    path = tmp_path / "app2" / "lookup.key"
    first = lookup_keys.path().read_bytes().split()[0]
    path.write_bytes(first + b"\n" + b"A" * 43 + b"=\n")
    path.chmod(0o600)
    settings.KEYRING = Keyring.from_directory(tmp_path / "app2")
    assert lookups_fit.miss()


def test_long_tables_that_are_busy_are_told_after_what_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    people.account()
    rows(LookUp, 2, answer="FOUND")
    lookup_keys.add()
    said: list[int] = []
    with monkeypatch.context() as busy:
        busy.setattr(covering, "_TRIES", 0)
        busy.setattr(
            covering, "put_in", lambda number, **_: covering._put_in(number, lambda: 0, at_rest=False)
        )
        with pytest.raises(lookup_keys.RestLeft, match="lookup_key_rest_left"):
            lookup_keys.begin(in_use=said.append)
    assert said == [2] and lookup_keys.counts() == 2
    assert health._lookup_key().said == "Dùng khóa số 2; các bảng dài còn dòng dùng khóa cũ."
    lookup_keys.begin(in_use=said.append)
    assert health._lookup_key().said == "Dùng khóa số 2; khóa cũ chưa bỏ."


def test_a_machine_whose_file_is_behind_is_told_to_take_the_newer_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lookup_keys.add()
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(key_changes, "begin", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            lookup_keys.begin()
    found = health._lookup_key()
    assert "còn ghi khóa đó đang chờ" in found.said and "Chép lookup.key từ máy" in found.act


def test_a_restore_of_the_minutes_between_wants_both_keys(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows(LookUp, 2, answer="FOUND")
    lookup_keys.add()
    monkeypatch.setattr(covering, "put_in_rest", lambda _: 0)
    lookup_keys.begin()
    lookup_keys.must_fit(long_tables_too=True)
    key_changes.forget(lookup_keys.path(), 1)
    settings.KEYRING = Keyring.from_directory(lookup_keys.path().parent)
    lookup_keys.must_fit()
    with pytest.raises(NotNow, match=r"khóa tra cứu số 1.*bản sao khóa cùng thời"):
        lookup_keys.must_fit(long_tables_too=True)


def test_a_restore_from_before_the_first_change_says_to_take_the_file_away() -> None:
    lookup_keys.add()
    lookup_keys.begin()
    lookup_keys.retire(1)
    sql("TRUNCATE keys_begunlookupkey, keys_knownlookupkey")
    with pytest.raises(NotNow, match=r"chuyển lookup\.key ra khỏi KEYS_DIR"):
        lookup_keys.must_fit(long_tables_too=True)


def test_what_piled_up_meanwhile_is_prepared_outside_of_the_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    prepare = covering.prepare

    def and_then_somebody_comes(number: int) -> int:
        done = prepare(number)
        people.account()
        return done

    people.account()
    lookup_keys.add()
    monkeypatch.setattr(covering, "_FEW", 0)
    monkeypatch.setattr(covering, "prepare", and_then_somebody_comes)
    with monkeypatch.context() as once:
        once.setattr(covering, "_TRIES", 1)
        with pytest.raises(covering.TooMany):
            lookup_keys.begin()
    lookup_keys.begin()
    assert lookup_keys.counts() == 2 and not covering.left(2)


@pytest.mark.parametrize("and_then", ["SELECT 1", ""], ids=["in a statement", "before the commit"])
def test_the_last_statement_and_the_commit_are_in_time_too(
    monkeypatch: pytest.MonkeyPatch, and_then: str
) -> None:
    people.account()
    lookup_keys.add()

    def late(_: int) -> None:
        monkeypatch.setattr(covering, "MOST_SECONDS", 0.0)
        if and_then:
            sql(and_then)

    with pytest.raises(covering.TooMany):
        lookup_keys.begin(written_down=late)
    assert lookup_keys.counts() == 1


def test_what_the_key_of_before_covers_holds_it_back_but_not_an_emptied_paper() -> None:
    planted.plant("vault_paper")
    lookup_keys.add()
    lookup_keys.begin()
    with transaction.atomic():
        sql("SET LOCAL session_replication_role = replica")
        sql("UPDATE vault_paper SET same_paper_bi = sha256('x')")
    with pytest.raises(lookup_keys.StillUsed):
        lookup_keys.retire(1)
    with transaction.atomic():
        sql("SET LOCAL session_replication_role = replica")
        sql("UPDATE vault_paper SET title = '', folded_title = '', issuer = ''")
    lookup_keys.retire(1)


def test_a_file_that_cannot_be_replaced_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    lookup_keys.add()
    lookup_keys.begin()
    with monkeypatch.context() as broken:
        broken.setattr(key_changes, "forget", full)
        with pytest.raises(lookup_keys.NotGone, match="lookup_key_not_gone"):
            lookup_keys.retire(1)
    lookup_keys.retire(1)


@pytest.mark.race
def test_of_two_changes_at_once_one_is_refused() -> None:
    lookup_keys.add()
    here, over = threading.Event(), threading.Event()

    def first() -> None:
        with covering.one_at_a_time():
            here.set()
            assert over.wait(30)

    with ThreadPoolExecutor(1) as beside:
        running = beside.submit(closed, first)
        assert here.wait(30)
        with pytest.raises(covering.BeingDone, match="lookup_key_being_changed"):
            lookup_keys.begin()
        over.set()
        running.result(30)
    lookup_keys.begin()


@pytest.mark.race
def test_whoever_holds_one_table_for_over_a_second_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """As an autovacuum is, which PostgreSQL sends away only after a second of waiting."""
    monkeypatch.setattr(covering, "_TRIES", 1)
    lookup_keys.add()
    here = threading.Event()

    def hold() -> None:
        with transaction.atomic():
            sql("LOCK TABLE accounts_phonebinding IN SHARE UPDATE EXCLUSIVE MODE")
            here.set()
            threading.Event().wait(1.2)

    with ThreadPoolExecutor(1) as beside:
        holding = beside.submit(closed, hold)
        assert here.wait(30)
        lookup_keys.begin()
        holding.result(30)
    assert lookup_keys.counts() == 2
