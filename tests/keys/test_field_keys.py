"""Another key for the fields of rows: added, begun, retired; nobody meets an error, nobody late is believed (V-36)."""

import os
import shutil
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from motcua.accounts import founding, hashing, identity
from motcua.accounts.models import Account, IdentityDocument, PhoneBinding
from motcua.accounts.sealed_data import PersonData
from motcua.desk.ports import OwnerStatus
from motcua.gateways import dvcqg_receipts
from motcua.health import reading
from motcua.kernel import key_changes
from motcua.kernel.key_changes import NotNow
from motcua.kernel.phone import Phone
from motcua.kernel.sealing import Keyring, SealBroken
from motcua.keys import field_keys, opening, registry, resealing
from motcua.keys.field_keys import NoSuchKey, StillUsed, TablesBusy, TooSoon
from motcua.keys.models import KnownFieldKey, RetiredFieldKey
from motcua.ops.backup import restoring
from motcua.outbox import sending
from motcua.outbox.models import Message
from motcua.units.models import Officer
from tests.accounts import people
from tests.evidence import figure
from tests.keys import planted
from tests.rule_by_rule import said_by

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = int(os.environ.get("V36_PEOPLE", "20"))


@pytest.fixture(autouse=True)
def _keys(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.KEYRING = Keyring.generate(tmp_path / "keys")
    monkeypatch.setattr(field_keys, "patience", lambda: timedelta(0))
    resealing._closed.clear()


def reseal_all() -> int:
    return sum(iter(lambda: resealing.reseal_due(7), 0))


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


def test_every_value_is_opened_before_a_key_goes_and_after_a_restore() -> None:
    broken, sound = planted.plant("units_officer"), planted.plant("vault_paper")
    assert opening.look_at_all() == opening.Looked(3, {})
    Officer.objects.filter(pk=broken.pk).update(phone_sealed=b"\x01\x01" + bytes(40))
    assert opening.look_at_all() == opening.Looked(2, {"units_officer.phone_sealed": 1})
    with pytest.raises(restoring.NotRight, match=r"units_officer\.phone_sealed.*--resume --lost-files"):
        restoring._fields(restoring.Knowing(), lambda _: None)
    assert restoring._fields(restoring.Knowing(lost_files=True), lambda _: None) == 1
    Officer.objects.filter(pk=broken.pk).delete()
    assert restoring._fields(restoring.Knowing(), lambda _: None) == 0
    assert sound.pk and KnownFieldKey.objects.get().number == 1


def test_rows_of_an_older_backup_are_sealed_with_the_key_of_today(tmp_path: Path, settings: Any) -> None:
    """The database is from before the second key, ``field.key`` from after it: a restore tells the one of the other."""
    officer = planted.plant("vault_contest")
    key_changes.add(field_keys.path(), waits=False)
    with pytest.raises(NotNow, match="chưa được ghi nhận"):
        reseal_all()
    restoring._fields(restoring.Knowing(), lambda _: None)
    assert reseal_all() == 1
    assert planted.numbers(officer, planted.table_of("vault_contest").columns) == [2]
    shutil.copytree(field_keys.path().parent, tmp_path / "of-another-house")
    (tmp_path / "of-another-house" / "field.key").unlink()
    settings.KEYRING = Keyring.generate(tmp_path / "of-another-house")
    with pytest.raises(restoring.NotRight, match="Hãy chép"):
        restoring._fields(restoring.Knowing(), lambda _: None)


def test_the_health_page_says_how_far_it_is() -> None:
    def said() -> tuple[str, str]:
        part = next(part for part in reading._keys())
        return part.state.value, part.said

    planted.plant("units_officer")
    assert said() == ("GOOD", "Dùng khóa số 1; không còn khóa cũ.")
    field_keys.add(waits=True)
    assert said() == ("WARNING", "Khóa mới đang chờ.")
    field_keys.begin()
    assert said() == ("WARNING", "Còn 1 dòng dùng khóa cũ.")
    reseal_all()
    assert said() == ("WARNING", "Không còn dòng nào dùng khóa cũ.")
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


@pytest.mark.race
def test_whoever_sealed_before_and_comes_after_the_key_is_gone_is_refused() -> None:
    """The race that would lose a phone: sealed with the old key, not yet in the table when the count is taken."""
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


def gone(number: int) -> bool:
    try:
        field_keys.retire(number)
    except StillUsed:
        return False
    return True


@pytest.mark.race
def test_v36_the_key_is_changed_under_look_ups_and_edits_without_an_error() -> None:
    """People are found, read and change their phone while their key is changed twice; each time the old one goes."""
    known, password = [people.data() for _ in range(PEOPLE)], hashing.hashed(people.STRONG)
    for each in known:
        founding.found(
            data=each,
            origin=Account.Origin.SELF,
            source=IdentityDocument.Source.OWNER,
            password=password,
            verdict="MATCH",
            operator="Viettel",
        )
    stop, errors, waits = threading.Event(), list[str](), list[float]()

    def use(nth: int) -> None:
        count = nth
        try:
            while not stop.is_set():
                began = time.monotonic()
                look_up(known[count * 7 % len(known)])
                waits.append(time.monotonic() - began)
                if count % 10 == nth:
                    promise(count * 10 + nth)
                count += 3
        except Exception as error:
            errors.append(f"{type(error).__name__}: {error}")
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as users:
        running = [users.submit(use, nth) for nth in range(3)]
        try:
            for number in (1, 2):
                field_keys.add(waits=False)
                while not gone(number):
                    while resealing.reseal_due():
                        pass
        finally:
            stop.set()
        for one in running:
            one.result()
    assert len(waits) > 0
    with connection.cursor() as cursor:
        left = {number for _, number, _ in resealing.counted(cursor)}
    assert left == {3}, "the counter: nothing is sealed with a key of before"
    passed = errors == []
    slowest = sorted(waits)[int(len(waits) * 0.95)]
    figure("V-36", f"lỗi khi đổi khóa trường hai lần với {PEOPLE} người (p95 {slowest * 1000:.0f} ms)",
           n=len(waits), measured=len(errors), limit=0, passed=passed)  # fmt: skip


def look_up(person: PersonData) -> None:
    account = identity.account_by_number(person.citizen_id)
    assert account is not None
    document = IdentityDocument.objects.get(person_id=account.person_id)
    assert identity.number_of(document) == person.citizen_id.value
    assert identity.phone_of(PhoneBinding.objects.get(account=account)) == person.phone


def promise(nth: int) -> None:
    key = f"v36:{nth}:{time.monotonic_ns()}"
    sending.enqueue(to=Phone.parse("0913000001"), text="Ho so cua ong/ba", purpose="v36", dedupe_key=key)
