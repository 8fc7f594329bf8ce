"""Another key for the fields of rows: added, begun, retired; nobody meets an error, nobody late is believed (V-36)."""

import os
import shutil
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from motcua.accounts import identity
from motcua.accounts.models import IdentityDocument, PhoneBinding
from motcua.accounts.sealed_data import PersonData
from motcua.desk.ports import OwnerStatus
from motcua.gateways import dvcqg_receipts
from motcua.health import beating, reading
from motcua.health.models import Kind
from motcua.kernel import key_changes
from motcua.kernel.key_changes import NotNow
from motcua.kernel.person_name import PersonName
from motcua.kernel.phone import Phone
from motcua.kernel.sealing import Keyring, SealBroken
from motcua.keys import field_keys, machines, opening, registry, resealing
from motcua.keys.field_keys import NoSuchKey, StillSealing, StillUsed, TablesBusy, TooSoon
from motcua.keys.models import KnownFieldKey, Machine, RetiredFieldKey
from motcua.ops.backup import restoring
from motcua.outbox import sending
from motcua.outbox.models import Message
from motcua.units import officers
from motcua.units.models import Officer
from motcua.vault.models import Paper
from tests.evidence import figure
from tests.keys import planted
from tests.keys.crowd import crowd
from tests.rule_by_rule import said_by

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = int(os.environ.get("V36_PEOPLE", "20"))
JUDGED_FROM = 1000
#: Seconds of the same use before the key changes, to compare with.
BEFORE = 2.0 if PEOPLE < JUDGED_FROM else 10.0


@pytest.fixture(autouse=True)
def _keys(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.KEYRING = Keyring.generate(tmp_path / "keys")
    monkeypatch.setattr(field_keys, "patience", lambda: timedelta(0))
    monkeypatch.setattr(field_keys, "_PAUSE", 0.05)
    resealing._closed.clear()
    resealing._held.clear()
    machines._said.clear()


def reseal_all() -> int:
    """In many small portions where there are few rows, in the worker's own where there are many."""
    portion = 7 if PEOPLE < JUDGED_FROM else 200
    return sum(iter(lambda: resealing.reseal_due(portion), 0))


def key_of(officer: Officer) -> int:
    officer.refresh_from_db()
    return bytes(officer.phone_sealed)[1]


def test_a_key_goes_when_nothing_is_left_under_it() -> None:
    officer = planted.plant("units_officer")
    field_keys.add(waits=False)
    assert list(field_keys.standing()) == [(1, "còn mở được", 1), (2, "đang dùng", 0)]
    with pytest.raises(StillUsed, match="field_key_still_used"):
        field_keys.retire(1)
    assert not RetiredFieldKey.objects.exists(), "nobody is refused while something is left"

    assert reseal_all() == 1
    field_keys.retire(1)
    assert list(field_keys.standing()) == [(1, "đã bỏ", 0), (2, "đang dùng", 1)]
    assert Keyring.from_directory(field_keys.path().parent).field_keys.live == (2,)
    assert planted.readers()["units_officer.phone_sealed"](officer) == Phone.parse(planted.PHONE)


def test_what_was_read_before_it_was_sealed_anew_still_opens_for_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    officer = planted.plant("units_officer")
    held = bytes(officer.phone_sealed)
    field_keys.add(waits=False)
    reseal_all()
    field_keys.retire(1)
    assert configured.KEYRING.seal("a", "1", "x")[1] == 2, "this process has read the file again"
    assert configured.KEYRING.open("officer.phone", officer.subject, held) == planted.PHONE
    later = time.monotonic() + 301
    monkeypatch.setattr(time, "monotonic", lambda: later)
    with pytest.raises(SealBroken):
        configured.KEYRING.open("officer.phone", officer.subject, held)


def test_a_key_that_waits_opens_and_does_not_seal_until_it_begins() -> None:
    officer = planted.plant("units_officer")
    field_keys.add(waits=True)
    assert configured.KEYRING.seal("a", "1", "x")[1] == 1
    assert reseal_all() == 0
    field_keys.begin()
    assert reseal_all() == 1 and key_of(officer) == 2
    with pytest.raises(NotNow, match="Không có khóa mới"):
        field_keys.begin()


def test_the_key_in_use_and_one_that_never_was_are_not_retired(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in (0, 1, 2):
        with pytest.raises(NoSuchKey):
            field_keys.retire(number)
    field_keys.add(waits=False)
    monkeypatch.setattr(field_keys, "patience", lambda: timedelta(hours=1))
    with pytest.raises(TooSoon):
        field_keys.retire(1)
    ago = timezone.now().timestamp() - 7200
    os.utime(field_keys.path(), (ago, ago))
    field_keys.retire(1)


def test_cookies_and_receipts_are_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    longest = max(each.lasts for each in registry.carried())
    assert field_keys.patience() == longest >= timedelta(minutes=30) > field_keys.SLOWEST


def test_a_machine_with_another_key_is_refused(tmp_path: Path, settings: Any) -> None:
    officer, ours = planted.plant("units_officer"), settings.KEYRING
    shutil.copytree(ours.field_keys_path.parent, tmp_path / "other")
    other = Keyring.from_directory(tmp_path / "other")
    field_keys.add(waits=False)
    key_changes.add(other.field_keys_path, waits=False)
    settings.KEYRING = other
    for act in (
        field_keys.begin,
        reseal_all,
        lambda: field_keys.add(waits=False),
        lambda: field_keys.retire(1),
    ):
        with pytest.raises(NotNow):
            act()
    settings.KEYRING = ours
    assert key_of(officer) == 1
    assert all(bytes(known.check_value) not in ours.field_keys.keys for known in KnownFieldKey.objects.all())


def test_a_row_that_does_not_open_is_passed_over_and_keeps_its_key() -> None:
    broken, sound = planted.plant("units_officer"), planted.plant("vault_contest")
    Officer.objects.filter(pk=broken.pk).update(phone_sealed=b"\x01\x01" + bytes(40))
    field_keys.add(waits=False)
    assert reseal_all() == 1, "the other one"
    assert planted.numbers(sound, planted.table_of("vault_contest").columns) == [2]
    with pytest.raises(StillUsed):
        field_keys.retire(1)
    assert configured.KEYRING.field_keys.live == (1, 2)


def test_a_table_of_which_too_much_does_not_open_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Wrong keys: nobody wants a line for each row of a province, every five seconds."""
    monkeypatch.setattr(resealing, "_MOST_CLOSED", 1)
    broken_value(planted.plant("units_officer"))
    other = planted.plant("vault_contest")
    field_keys.add(waits=False)
    assert reseal_all() == 1 and planted.numbers(other, planted.table_of("vault_contest").columns) == [2]
    assert reseal_all() == 0
    assert [record.message for record in caplog.records if record.name == "motcua.keys"] == [
        "sealed value does not open",
        "too many rows stay under an older key",
    ]


def broken_value(officer: Officer) -> None:
    Officer.objects.filter(pk=officer.pk).update(phone_sealed=b"\x01\x01" + bytes(40))


def restored(knowing: restoring.Knowing, settings: Any) -> int:
    """The part of a restore that looks at the keys, and the one that opens the doors."""
    lost = restoring.fields_open(knowing, lambda _: None)
    report = restoring.Report(
        "b", "t", 0, 0, (), "", 0, 0, 0, 0, lost_values=lost, values_given_up=knowing.lost_values is not None
    )
    with transaction.atomic():
        restoring._take_keys(report)
    return lost


def test_every_value_is_opened_before_a_key_goes_and_after_a_restore(settings: Any) -> None:
    broken, sound = planted.plant("units_officer"), planted.plant("vault_paper")
    assert opening.look_at_all() == opening.Looked(3, {})
    broken_value(broken)
    found = opening.look_at_all()
    assert found == opening.Looked(2, {"units_officer.phone_sealed": 1})
    assert found.rows == {"units_officer.phone_sealed": [broken.pk]}
    for knowing in (
        restoring.Knowing(),
        restoring.Knowing(lost_files=True),
        restoring.Knowing(lost_values=2),
    ):
        with pytest.raises(restoring.NotRight, match="--resume --lost-values 1"):
            restoring.fields_open(knowing, lambda _: None)
    assert not KnownFieldKey.objects.exists(), "nothing is believed of keys that do not open everything"
    Officer.objects.filter(pk=broken.pk).delete()
    assert restored(restoring.Knowing(), settings) == 0
    assert sound.pk and KnownFieldKey.objects.get().number == 1


def test_a_loss_that_was_accepted_holds_no_key(settings: Any) -> None:
    """Of a table that is written once, too: nobody can write its value anew, and the next key goes all the same."""
    officer, paper, whole = (
        planted.plant(each) for each in ("units_officer", "vault_paper", "vault_contest")
    )
    garbage = b"\x01\x01" + bytes(40)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        Paper.objects.filter(pk=paper.pk).update(number_sealed=garbage)
    broken_value(officer)
    with pytest.raises(opening.NotAsMany):
        opening.give_up(1)
    assert restored(restoring.Knowing(lost_values=2), settings) == 2
    paper.refresh_from_db()
    assert bytes(paper.number_sealed) == b"\x00" + garbage[1:], (
        "what else it says stays, should its key be found"
    )
    assert opening.look_at_all() == opening.Looked(2, {}, 2)
    for number in (1, 2):
        field_keys.add(waits=False)
        reseal_all()
        field_keys.retire(number)
    assert planted.numbers(whole, planted.table_of("vault_contest").columns) == [3]
    assert restored(restoring.Knowing(), settings) == 0, "and a later backup brings it back without a word"


def test_what_somebody_writes_while_a_loss_is_written_down_is_no_loss(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    officer = planted.plant("units_officer")
    whole = bytes(officer.phone_sealed)
    broken_value(officer)
    mark = opening._mark

    def late(*given: Any) -> int:
        Officer.objects.filter(pk=officer.pk).update(phone_sealed=whole)
        return mark(*given)

    monkeypatch.setattr(opening, "_mark", late)
    with pytest.raises(opening.NotAsMany):
        opening.give_up(1)
    Officer.objects.filter(pk=officer.pk).update(phone_sealed=whole)
    assert opening.look_at_all() == opening.Looked(1)


def test_rows_of_an_older_backup_are_sealed_with_the_key_of_today(tmp_path: Path, settings: Any) -> None:
    """The database is from before the second key, ``field.key`` from after it: a restore tells the one of the other."""
    officer = planted.plant("vault_contest")
    key_changes.add(field_keys.path(), waits=False)
    with pytest.raises(NotNow, match="chưa được ghi nhận"):
        reseal_all()
    assert restored(restoring.Knowing(), settings) == 0
    assert reseal_all() == 1
    assert planted.numbers(officer, planted.table_of("vault_contest").columns) == [2]


@pytest.mark.parametrize("rotated", [False, True])
def test_a_restore_with_wrong_keys_and_then_the_right_ones_spoils_no_number(
    tmp_path: Path, settings: Any, rotated: bool
) -> None:
    """Wrong: made anew for an empty directory, or the file of today where the backup is from before a key went."""
    planted.plant("units_officer")
    right, wrong = settings.KEYRING, Keyring.generate(tmp_path / "wrong")
    if rotated:
        key_changes.add(wrong.field_keys_path, waits=False)
        key_changes.forget(wrong.field_keys_path, 1)
        wrong = Keyring.from_directory(tmp_path / "wrong")
    settings.KEYRING = wrong
    with pytest.raises(restoring.NotRight, match="--lost-values 1"):
        restored(restoring.Knowing(), settings)
    settings.KEYRING = right
    assert restored(restoring.Knowing(), settings) == 0
    assert field_keys.add(waits=False).sealing == 2
    assert reseal_all() == 1
    field_keys.retire(1)


def test_where_only_wrong_keys_are_left_they_are_the_keys_from_then_on(tmp_path: Path, settings: Any) -> None:
    """The database knows two keys and that one is gone; what lies here is one key of another house."""
    officer = planted.plant("units_officer")
    field_keys.add(waits=False)
    reseal_all()
    field_keys.retire(1)
    settings.KEYRING = Keyring.generate(tmp_path / "of-another-house")
    with pytest.raises(restoring.NotRight, match="--lost-values 1"):
        restored(restoring.Knowing(), settings)
    assert restored(restoring.Knowing(lost_values=1), settings) == 1
    assert list(KnownFieldKey.objects.values_list("number", flat=True)) == [1]
    assert not RetiredFieldKey.objects.exists()
    whole = planted.plant("vault_contest")
    field_keys.add(waits=False)
    assert reseal_all() == 1 and planted.numbers(whole, planted.table_of("vault_contest").columns) == [2]
    field_keys.retire(1)
    officer.refresh_from_db()
    assert bytes(officer.phone_sealed)[:2] == b"\x00\x02"


def test_keys_from_before_one_went_do_not_begin_again(settings: Any, tmp_path: Path) -> None:
    """Empty tables, so everything opens; but the key that would seal is one that each table refuses."""
    shutil.copytree(field_keys.path().parent, tmp_path / "older")
    field_keys.add(waits=False)
    field_keys.retire(1)
    settings.KEYRING = Keyring.from_directory(tmp_path / "older")
    with pytest.raises(restoring.NotRight, match="mới hơn"):
        restored(restoring.Knowing(), settings)
    assert restored(restoring.Knowing(lost_values=0), settings) == 0
    planted.plant("units_officer").save()


def test_one_whose_commit_failed_gets_known_by_begin() -> None:
    officer = planted.plant("units_officer")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        field_keys.add(waits=False)
        raise ZeroDivisionError
    assert not KnownFieldKey.objects.exists() and configured.KEYRING.seal("a", "1", "x")[1] == 2
    with pytest.raises(NotNow, match="chưa được ghi nhận"):
        reseal_all()
    assert next(iter(reading._keys())).state is reading.State.BAD
    field_keys.begin()
    assert reseal_all() == 1 and key_of(officer) == 2
    with pytest.raises(NotNow, match="Không có khóa mới"):
        field_keys.begin()


def test_a_machine_that_seals_with_a_key_of_before_keeps_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator forgot to copy the file to it, or let the key begin there a minute ago."""
    machines.say(1)
    monkeypatch.setattr(machines, "name", lambda: "app2")
    machines.say(1)
    field_keys.add(waits=False)
    monkeypatch.undo()
    monkeypatch.setattr(field_keys, "patience", lambda: timedelta(0))
    reseal_all()
    with pytest.raises(StillSealing) as no:
        field_keys.retire(1)
    assert "app2" in no.value.text and configured.KEYRING.field_keys.live == (1, 2)
    assert not RetiredFieldKey.objects.exists(), "nobody's write is refused"
    monkeypatch.setattr(machines, "name", lambda: "app2")
    machines.say(2)
    ago = timezone.now().timestamp() - 7200
    os.utime(field_keys.path(), (ago, ago))
    monkeypatch.setattr(field_keys, "patience", lambda: timedelta(hours=1))
    with pytest.raises(TooSoon):
        field_keys.retire(1)
    Machine.objects.update(since=timezone.now() - timedelta(hours=2))
    field_keys.retire(1)


def test_a_machine_that_is_off_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    Machine.objects.create(
        name="gone", number=1, since=timezone.now(), seen_at=timezone.now() - machines.FORGOTTEN_AFTER
    )
    field_keys.add(waits=False)
    field_keys.retire(1)


def test_a_key_that_went_does_not_go_again() -> None:
    field_keys.add(waits=False)
    lines = list[str]()
    field_keys.retire(1, written_down=lambda: lines.append("first"))
    stamp = field_keys.path().stat().st_mtime_ns
    with pytest.raises(NoSuchKey):
        field_keys.retire(1, written_down=lambda: lines.append("second"))
    assert (lines, field_keys.path().stat().st_mtime_ns) == (["first"], stamp)


def test_the_line_is_on_the_disk_before_the_key_goes() -> None:
    """Rows are sealed anew by commits that do not wait for the disk; the last one before the key goes does."""
    planted.plant("units_officer")
    field_keys.add(waits=False)
    reseal_all()
    seen = list[object]()

    def looks() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('synchronous_commit'), pg_current_wal_insert_lsn()")
            seen.extend(cursor.fetchone())
        assert configured.KEYRING.field_keys.live == (1, 2)

    field_keys.retire(1, written_down=looks)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_flush_lsn() >= %s::pg_lsn", [seen[1]])
        assert (seen[0], cursor.fetchone()[0]) == ("on", True)

    def fails() -> None:
        raise ZeroDivisionError

    field_keys.add(waits=False)
    reseal_all()
    with pytest.raises(ZeroDivisionError):
        field_keys.retire(2, written_down=fails)
    assert configured.KEYRING.field_keys.live == (2, 3), "no line, and the key is still there"
    with pytest.raises(RuntimeError), transaction.atomic():
        field_keys.retire(2)
    field_keys.retire(2)


def test_a_row_that_its_table_refuses_stops_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    """Seen with a rule whose line is missing: told once by table and key, the others are sealed anew."""
    refused, other = planted.plant("units_officer"), planted.plant("vault_contest")
    field_keys.add(waits=False)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION units_stubborn() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'Không.'"
            " USING ERRCODE = 'check_violation'; END $$; CREATE TRIGGER stubborn BEFORE UPDATE ON units_officer"
            " FOR EACH ROW EXECUTE FUNCTION units_stubborn()"
        )
        try:
            assert reseal_all() == 1
        finally:
            cursor.execute("DROP TRIGGER stubborn ON units_officer; DROP FUNCTION units_stubborn()")
    assert planted.numbers(other, planted.table_of("vault_contest").columns) == [2]
    told = [record for record in caplog.records if "a rule of its table refused" in record.message]
    assert [(each.kind, each.reference) for each in told] == [("units_officer", str(refused.pk))]  # type: ignore[attr-defined]
    resealing._closed.clear()
    assert reseal_all() == 1


def test_a_row_that_somebody_holds_is_passed_over_for_a_while() -> None:
    held_row, other = planted.plant("units_officer"), planted.plant("vault_contest")
    field_keys.add(waits=False)
    held, done = threading.Event(), threading.Event()

    def holds() -> None:
        with transaction.atomic():
            Officer.objects.select_for_update().get(pk=held_row.pk)
            held.set()
            done.wait(20)

    with ThreadPoolExecutor(1) as somebody:
        writer = somebody.submit(closed, holds)
        try:
            assert held.wait(20)
            began = time.monotonic()
            assert resealing.reseal_due() == 1, "the other one"
            assert resealing.reseal_due() == 0
            assert time.monotonic() - began < 1.5, "nobody waits for that row again so soon"
        finally:
            done.set()
        writer.result()
    assert planted.numbers(other, planted.table_of("vault_contest").columns) == [2]
    resealing._held.clear()
    assert reseal_all() == 1 and key_of(held_row) == 2


def test_a_key_that_changes_while_a_row_is_sealed_anew_leaves_that_row(and_meanwhile: Any) -> None:
    officer = planted.plant("units_officer")
    field_keys.add(waits=False)
    and_meanwhile(lambda: key_changes.add(field_keys.path(), waits=False))
    assert resealing.reseal_due() == 0
    assert key_of(officer) == 1 and not resealing._closed["units_officer"]


def test_the_health_page_says_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def said() -> tuple[str, str]:
        part = next(part for part in reading._keys())
        return part.state.value, part.said

    planted.plant("units_officer")
    assert said() == ("GOOD", "Dùng khóa số 1; không còn khóa cũ.")
    field_keys.add(waits=True)
    assert said() == ("WARNING", "Khóa mới đang chờ.")
    field_keys.begin()
    assert said() == ("WARNING", "Còn 1 dòng dùng khóa cũ.")
    ago = timezone.now().timestamp() - 600
    os.utime(field_keys.path(), (ago, ago))
    beating.note(Kind.JOB, "field_key", ok=True, done=0)
    assert said() == (
        "WARNING",
        "Còn 1 dòng dùng khóa cũ; lần chạy cuối của worker không mã hóa lại được dòng nào.",
    )
    planted.plant("vault_contest")
    monkeypatch.setattr(reading, "_MOST_ROWS", 0)
    assert said()[1].startswith("Còn hơn 0 dòng")
    reseal_all()
    assert said() == ("WARNING", "Không còn dòng nào dùng khóa cũ.")
    field_keys.path().chmod(0o644)
    assert said() == ("BAD", "Không đọc được field.key.")
    field_keys.path().chmod(0o600)
    field_keys.retire(1)
    assert said() == ("GOOD", "Dùng khóa số 2; không còn khóa cũ.")


def test_a_receipt_of_dvcqg_is_read_for_years_and_its_number_for_hours(settings: Any, tmp_path: Path) -> None:
    account = dvcqg_receipts.Account("mot-ma", "1", True, planted.NUMBER)
    receipt = dvcqg_receipts.sign(
        account, purpose="tiep-nhan-ho-so", status=OwnerStatus.USABLE, now=timezone.now()
    )
    field_keys.add(waits=False)
    assert dvcqg_receipts.account_in(receipt) == account
    field_keys.retire(1)
    settings.KEYRING = Keyring.from_directory(tmp_path / "keys")
    assert dvcqg_receipts.account_in(receipt) == replace(account, number="")


@pytest.fixture
def and_meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Between the reading of a row and its writing somebody else does this."""
    anew = resealing._anew

    def happens(act: Callable[[], object]) -> None:
        def slow(*given: Any) -> bytes:
            monkeypatch.setattr(resealing, "_anew", anew)
            with ThreadPoolExecutor(1) as other:
                other.submit(closed, act).result()
            return anew(*given)

        monkeypatch.setattr(resealing, "_anew", slow)

    return happens


def closed(act: Callable[[], object]) -> None:
    try:
        act()
    finally:
        connection.close()


@pytest.mark.race
def test_an_edit_meanwhile_stays(and_meanwhile: Any) -> None:
    officer = planted.plant("units_officer")
    field_keys.add(waits=False)
    changed = configured.KEYRING.seal("officer.phone", officer.subject, "+84987000002")
    and_meanwhile(lambda: Officer.objects.filter(pk=officer.pk).update(phone_sealed=changed))
    assert resealing.reseal_due() == 0
    officer.refresh_from_db()
    assert bytes(officer.phone_sealed) == changed
    assert reseal_all() == 0


@pytest.mark.race
def test_a_purge_meanwhile_stays(and_meanwhile: Any) -> None:
    message = planted.plant("outbox_message", state="SENT", sent_at=timezone.now())
    field_keys.add(waits=False)
    and_meanwhile(lambda: Message.objects.filter(pk=message.pk).update(body_sealed=None))
    assert resealing.reseal_due() == 0
    message.refresh_from_db()
    assert message.body_sealed is None
    assert reseal_all() == 1, "found again, and sealed anew for what was left"
    message.refresh_from_db()
    assert message.body_sealed is None
    assert bytes(message.to_sealed)[1] == 2


@pytest.mark.race
def test_a_row_deleted_meanwhile_does_not_come_back(and_meanwhile: Any) -> None:
    search = planted.plant("units_searchmemory")
    field_keys.add(waits=False)
    and_meanwhile(lambda: type(search).objects.filter(pk=search.pk).delete())
    assert reseal_all() == 0
    assert not type(search).objects.exists()


def test_whoever_sealed_before_and_comes_after_the_key_is_gone_is_refused() -> None:
    """What would lose a phone, in its order: sealed with the old key, not yet in the table when the count is taken."""
    officer = planted.plant("units_officer")
    late = bytes(officer.phone_sealed)
    field_keys.add(waits=False)
    reseal_all()
    field_keys.retire(1)
    with pytest.raises(IntegrityError) as no:
        Officer.objects.filter(pk=officer.pk).update(phone_sealed=late)
    assert said_by(no.value) == "field_key_not_retired"
    assert key_of(officer) == 2


@pytest.mark.race
def test_whoever_wrote_before_and_commits_after_the_count_is_waited_for() -> None:
    """Written with the old key in a transaction that still stands: the key stays until it has been looked at."""
    officer = planted.plant("units_officer")
    late = bytes(officer.phone_sealed)
    field_keys.add(waits=False)
    reseal_all()
    wrote, may_commit = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            Officer.objects.filter(pk=officer.pk).update(phone_sealed=late)
            wrote.set()
            may_commit.wait(20)

    with ThreadPoolExecutor(2) as two:
        writer = two.submit(closed, slow)
        assert wrote.wait(20)
        retiring = two.submit(closed, lambda: field_keys.retire(1))
        until = time.monotonic() + 10
        while not RetiredFieldKey.objects.exists() and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(0.2)
        assert not retiring.done(), "it waits for the writer"
        may_commit.set()
        writer.result()
        with pytest.raises(StillUsed):
            retiring.result()
    assert configured.KEYRING.field_keys.live == (1, 2), "the key is still there for what came late"
    assert reseal_all() == 1 and key_of(officer) == 2
    field_keys.retire(1)


def test_a_table_that_stays_busy_is_said_and_the_key_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    planted.plant("units_officer")
    field_keys.add(waits=False)
    reseal_all()
    monkeypatch.setattr(field_keys, "_PATIENCE_FOR_LOCKS", "100ms")
    monkeypatch.setattr(field_keys, "_TRIES", 2)
    held, done = threading.Event(), threading.Event()

    def holds() -> None:
        with transaction.atomic():
            Officer.objects.update(active=True)
            held.set()
            done.wait(20)

    with ThreadPoolExecutor(1) as other:
        writer = other.submit(closed, holds)
        assert held.wait(20)
        with pytest.raises(TablesBusy):
            field_keys.retire(1)
        done.set()
        writer.result()
    assert configured.KEYRING.field_keys.live == (1, 2)
    field_keys.retire(1)


def test_whoever_writes_meanwhile_stands_behind_the_count_for_a_moment_only() -> None:
    """Somebody left a transaction open on the table; a third one writes there while the key is to go."""
    first, second = planted.plant("units_officer"), planted.plant("units_officer", subject=f"{9:032x}")
    field_keys.add(waits=False)
    reseal_all()
    held, done, tried, waited = threading.Event(), threading.Event(), threading.Event(), list[float]()

    def holds() -> None:
        with transaction.atomic():
            Officer.objects.filter(pk=first.pk).update(active=True)
            held.set()
            done.wait(30)

    def writes() -> None:
        tried.wait(20)
        while not done.is_set():
            began = time.monotonic()
            Officer.objects.filter(pk=second.pk).update(active=True)
            waited.append(time.monotonic() - began)

    def retires() -> None:
        tried.set()
        try:
            with pytest.raises(TablesBusy):
                field_keys.retire(1)
        finally:
            done.set()

    with ThreadPoolExecutor(3) as three:
        writer = three.submit(closed, holds)
        assert held.wait(20)
        third, retiring = three.submit(closed, writes), three.submit(closed, retires)
        retiring.result()
        writer.result()
        third.result()
    assert 0 < max(waited) < 2
    field_keys.retire(1)


@pytest.mark.race
def test_edits_by_many_while_two_workers_seal_anew_and_the_key_goes_lose_nothing() -> None:
    """Each writes its own row again and again and reads back what it wrote; no value is lost, none stays behind."""
    rows = [planted.plant("units_officer", subject=f"{nth:032x}") for nth in range(1, 5)]
    errors, stop = list[str](), threading.Event()
    wrote = {row.subject: planted.PHONE for row in rows}

    def edits(nth: int) -> None:
        row, count = rows[nth], 0
        while not stop.is_set():
            said = f"+8498700{nth}{count % 1000:03}"
            try:
                Officer.objects.filter(pk=row.pk).update(
                    phone_sealed=configured.KEYRING.seal("officer.phone", row.subject, said)
                )
                wrote[row.subject] = said
            except (
                IntegrityError
            ) as no:  # sealed before the key changed, written after it went: said, not lost
                if said_by(no) != "field_key_not_retired":
                    errors.append(said_by(no))
            if officers.phone_of(row.subject).value != wrote[row.subject]:
                errors.append(f"{nth}: another value")
            count += 1

    def seals() -> None:
        while not stop.is_set():
            with suppress(NotNow):  # between the key's line and its row; the worker's round comes again
                resealing.reseal_due(3)

    with ThreadPoolExecutor(6) as all_of_them:
        running = [all_of_them.submit(closed, partial(edits, nth)) for nth in range(4)]
        running += [all_of_them.submit(closed, seals) for _ in range(2)]
        try:
            for number in (1, 2, 3):
                change_the_key(number, time.sleep)
        finally:
            stop.set()
        for one in running:
            one.result()
    assert errors == []
    assert configured.KEYRING.field_keys.live == (4,)
    reseal_all()
    fresh = Keyring.from_directory(field_keys.path().parent)
    assert {row.subject: fresh.open("officer.phone", row.subject, sealed_of(row)) for row in rows} == wrote


def sealed_of(officer: Officer) -> bytes:
    officer.refresh_from_db()
    return bytes(officer.phone_sealed)


def change_the_key(number: int, meanwhile: Callable[[float], object]) -> None:
    field_keys.add(waits=False)
    until = time.monotonic() + 60 + PEOPLE
    while not gone(number) and time.monotonic() < until:
        meanwhile(0.02)


def gone(number: int) -> bool:
    try:
        field_keys.retire(number)
    except (StillUsed, StillSealing, TablesBusy):
        return False
    return True


@pytest.mark.race
def test_v36_the_key_is_changed_under_look_ups_and_edits_without_an_error() -> None:
    """People are found and read, officers change their phone, while the key changes twice and the old ones go."""
    known = crowd(PEOPLE)
    for nth in range(3):
        officers.register(
            subject=f"{nth:032x}", full_name=PersonName.parse("Nguyễn Văn Mẫu"), phone=phone(nth, 0)
        )
    stop, errors, waits = threading.Event(), list[str](), list[float]()

    def use(nth: int) -> None:
        count = nth
        try:
            while not stop.is_set():
                began = time.monotonic()
                look_up(known[count * 7 % len(known)])
                if count % 10 == nth:
                    change(nth, count + 1)
                    promise(count * 10 + nth)
                waits.append(time.monotonic() - began)
                count += 3
        except Exception as error:
            errors.append(f"{type(error).__name__}: {error}")
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as users:
        running = [users.submit(use, nth) for nth in range(3)]
        try:
            time.sleep(BEFORE)
            before = p95(waits[20:])
            since = len(waits)
            for number in (1, 2):
                change_the_key(number, lambda _: reseal_all())
        finally:
            stop.set()
        for one in running:
            one.result()
    meanwhile = p95(waits[since:])
    with connection.cursor() as cursor:
        left = {number for _, number, _ in resealing.counted(cursor)}
    assert left == {3}, "the counter: nothing is sealed with a key of before"
    figure("V-36", f"lỗi khi đổi khóa trường hai lần với {PEOPLE} người",
           n=len(waits), measured=len(errors), limit=0, passed=errors == [])  # fmt: skip
    # A handful of people change their key in a second: too short for a figure, so only a large run is judged by it.
    figure("V-36", f"p95 khi đổi khóa trường / lúc thường ({meanwhile * 1000:.0f} / {before * 1000:.0f} ms)",
           n=len(waits) - since, measured=round(meanwhile / before, 2), limit=1.2,
           passed=PEOPLE < JUDGED_FROM or meanwhile <= before * 1.2)  # fmt: skip


def p95(waits: list[float]) -> float:
    return sorted(waits)[int(len(waits) * 0.95)]


def phone(nth: int, count: int) -> Phone:
    return Phone.parse(f"0987{nth}{count:05}")


def change(nth: int, count: int) -> None:
    subject = f"{nth:032x}"
    officers.change_phone(subject=subject, phone=phone(nth, count), by="system")
    assert officers.phone_of(subject) == phone(nth, count)


def look_up(person: PersonData) -> None:
    account = identity.account_by_number(person.citizen_id)
    assert account is not None
    document = IdentityDocument.objects.get(person_id=account.person_id)
    assert identity.number_of(document) == person.citizen_id.value
    assert identity.phone_of(PhoneBinding.objects.get(account=account)) == person.phone


def promise(nth: int) -> None:
    key = f"v36:{nth}:{time.monotonic_ns()}"
    sending.enqueue(to=Phone.parse("0913000001"), text="Ho so cua ong/ba", purpose="v36", dedupe_key=key)
