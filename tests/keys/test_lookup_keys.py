"""Another key covers the marks: nobody is lost, nobody comes in twice, nobody late is believed (V-36, DP-13)."""

import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import DatabaseError, IntegrityError, connection, transaction

from motcua.accounts import class_checking, founding, hashing, identity, reading
from motcua.accounts.models import Account, DecoyNumber, IdentityDocument, LookUp, PhoneBinding
from motcua.accounts.sealed_data import PersonData, number_fingerprint, phone_fingerprint
from motcua.health import reading as health
from motcua.kernel import key_changes, key_files
from motcua.kernel.key_changes import NotNow
from motcua.kernel.marks import COVERED, NOBODY, MarkClosed
from motcua.kernel.sealing import Keyring
from motcua.keys import covering, lookup_keys, machines, refusing
from motcua.keys.lookup_keys import MachineBehind, NoSuchKey, StillUsed, TooSoon
from motcua.keys.models import BegunLookupKey, KnownLookupKey
from motcua.ops.backup import restoring
from motcua.outbox.models import Message
from motcua.units.models import StaffPhone
from tests.accounts import people
from tests.evidence import figure
from tests.keys import planted
from tests.keys.crowd import crowd
from tests.rule_by_rule import only_by_trigger, rows, said_by

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = int(os.environ.get("V36_PEOPLE", "20"))


@pytest.fixture(autouse=True)
def _keys(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.KEYRING = Keyring.generate(tmp_path / "keys")
    monkeypatch.setattr(lookup_keys, "SLOWEST", timedelta(0))
    monkeypatch.setattr(covering, "_PAUSE", 0.05)
    machines._said.clear()


def change() -> int:
    """A whole change; the number of the key in use afterwards."""
    lookup_keys.add()
    lookup_keys.begin()
    number = lookup_keys.counts()
    lookup_keys.retire(number - 1)
    return number


def kept(table: str, column: str) -> list[bytes]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} ORDER BY 1")
        return [bytes(mark) for (mark,) in cursor.fetchall()]


def lengths() -> set[int]:
    return {len(mark) for mark in kept("accounts_identitydocument", "number_bi")}


def found(person: PersonData) -> set[int]:
    """By every kind of look-up: the ORM, a list of marks, a statement written by hand."""
    by_number = identity.account_by_number(person.citizen_id)
    bound = PhoneBinding.objects.filter(phone_bi__in=[phone_fingerprint(person.phone)], status="active")
    named = class_checking._names([number_fingerprint(person.citizen_id)])
    assert list(named) == [number_fingerprint(person.citizen_id)]
    assert by_number is not None
    return {by_number.pk, bound.get().account_id}


def twice(person: PersonData) -> str:
    """What the database says to a second row of the same number, and of the same phone."""
    said = set()
    document = IdentityDocument.objects.get(number_bi=number_fingerprint(person.citizen_id))
    other = people.data()
    try:
        with transaction.atomic():
            founding.found(
                data=other,
                origin=Account.Origin.SELF,
                source=IdentityDocument.Source.OWNER,
                password=hashing.hashed(people.STRONG),
                verdict="MATCH",
                operator="Viettel",
            )
            IdentityDocument.objects.filter(number_bi=number_fingerprint(other.citizen_id)).update(
                number_bi=document.number_bi
            )
    except IntegrityError as no:
        said.add(said_by(no))
    return said.pop() if said else ""


def test_people_are_found_and_refused_at_every_moment_of_a_change() -> None:
    person = people.data()
    account = people.account(person)
    twin = "identity_number_active_once"

    def holds() -> None:
        assert found(person) == {account.pk}
        assert twice(person) == twin

    holds()
    lookup_keys.add()
    holds()
    second = people.data()
    people.account(second)
    assert lengths() == {32}, "while the key waits rows are as they were"
    lookup_keys.begin()
    assert lengths() == {COVERED}
    holds()
    third = people.data()
    people.account(third)
    assert lengths() == {COVERED}
    lookup_keys.retire(1)
    holds()
    assert all(len(found(each)) == 1 for each in (second, third))
    assert change() == 3
    holds()
    assert {mark[0] for mark in kept("accounts_identitydocument", "number_bi")} == {3}
    assert key_files.read_ring(lookup_keys.path()).live == (3,)


def test_the_key_of_before_and_the_bare_mark_find_nobody_afterwards() -> None:
    person = people.data()
    people.account(person)
    bare = number_fingerprint(person.citizen_id)
    change()
    second = Keyring.from_directory(lookup_keys.path().parent)
    under_second = second.covers.forms(bare)
    assert change() == 3
    rows_now = kept("accounts_identitydocument", "number_bi")
    assert bare not in rows_now and not set(under_second) & set(rows_now)
    with pytest.raises(MarkClosed):
        Keyring.from_directory(lookup_keys.path().parent).covers.read(under_second[0])


def test_a_late_writer_with_the_key_of_before_is_refused(settings: Any) -> None:
    late = Keyring.from_directory(lookup_keys.path().parent)
    late.covers.path = late.covers.path.with_name("nowhere")  # a machine that the file never reached
    change()
    right, settings.KEYRING = settings.KEYRING, late
    person = people.data()
    with pytest.raises(refusing.KeyGone, match="field_key_gone"):
        people.account(person)
    settings.KEYRING = right
    people.account(person)
    settings.KEYRING = late
    with pytest.raises(MarkClosed):
        list(IdentityDocument.objects.all())


def test_only_the_rule_of_the_table_refuses_the_form_of_before() -> None:
    """Seen red: without it a row comes in that nobody finds, and a second one of the same number."""
    mark = number_fingerprint(people.data().citizen_id)
    change()
    DecoyNumber.objects.create(number_bi=mark)

    def late() -> None:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO accounts_decoynumber (number_bi) VALUES (%s)", [mark])

    only_by_trigger("_marks_as_kept", "accounts_decoynumber", late, "mark_under_the_key_that_counts")


@pytest.mark.parametrize("length", [31, 33, 48, 50, 80, 99])
def test_what_is_no_mark_is_refused_by_its_length(length: int) -> None:
    people.account()
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_phonebinding SET phone_bi = %s", [b"\x02" * length])


def test_whoever_has_both_writes_what_counts_whenever_it_changes() -> None:
    """Two forms are sent; before the change the bare one stays, after it the one in its cover."""
    person, other = people.data(), people.data()
    people.account(person)
    lookup_keys.add()
    both = configured.KEYRING.covers.kept(number_fingerprint(other.citizen_id))
    assert len(both) == 32 + COVERED
    DecoyNumber.objects.create(number_bi=number_fingerprint(other.citizen_id))
    assert kept("accounts_decoynumber", "number_bi") == [both[:32]]
    lookup_keys.begin()
    assert kept("accounts_decoynumber", "number_bi") == [both[32:]]
    DecoyNumber.objects.all().delete()
    DecoyNumber.objects.create(number_bi=number_fingerprint(other.citizen_id))
    assert kept("accounts_decoynumber", "number_bi") == [both[32:]]


def test_what_was_forgotten_stays_forgotten() -> None:
    rows(LookUp, 1, number_bi=NOBODY, answer="FOUND")
    rows(DecoyNumber, 1, number_bi=NOBODY)
    change()
    assert kept("accounts_lookup", "number_bi") == [NOBODY] == kept("accounts_decoynumber", "number_bi")
    assert LookUp.objects.get(number_bi=NOBODY).number_bi == NOBODY


def test_tables_that_stand_alone_change_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before they are done, whoever asks finds both kinds; stopped half-way, the command is given again."""
    monkeypatch.setattr(covering, "_PIECE", 2)
    person = people.data()
    account = people.account(person)
    mark = number_fingerprint(person.citizen_id)
    rows(LookUp, 5, number_bi=mark, answer="FOUND")
    planted.plant("outbox_message")
    lookup_keys.add()
    monkeypatch.setattr(covering, "put_in_rest", lambda _: 0)
    lookup_keys.begin()
    monkeypatch.undo()
    monkeypatch.setattr(lookup_keys, "SLOWEST", timedelta(0))
    LookUp.objects.create(number_bi=mark, answer="FOUND", asked_by="a", unit_code="u", purpose="p")
    assert {len(each) for each in kept("accounts_lookup", "number_bi")} == {32, COVERED}
    assert len(reading.own_look_ups(viewer(account))) == 6
    with pytest.raises(StillUsed):
        lookup_keys.retire(1)
    messages = list(Message.objects.order_by("pk").values_list("to_bi", flat=True))
    lookup_keys.begin()
    assert {len(each) for each in kept("accounts_lookup", "number_bi")} == {COVERED}
    assert list(Message.objects.order_by("pk").values_list("to_bi", flat=True)) == messages
    assert len(reading.own_look_ups(viewer(account))) == 6
    lookup_keys.retire(1)
    with pytest.raises(NotNow, match="Không có khóa mới"):
        lookup_keys.begin()


def test_a_row_that_still_has_the_form_of_before_is_saved_without_a_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In a table that stands alone: its rules would refuse another mark of a row that is written once."""
    planted.plant("outbox_message")
    lookup_keys.add()
    monkeypatch.setattr(covering, "put_in_rest", lambda _: 0)
    lookup_keys.begin()
    before = kept("outbox_message", "to_bi")
    Message.objects.get().save(update_fields=["to_bi"])
    assert kept("outbox_message", "to_bi") == before and len(before[0]) == 32


def test_a_stop_after_the_rows_and_before_the_file_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    person = people.data()
    account = people.account(person)
    lookup_keys.add()
    with monkeypatch.context() as broken:
        broken.setattr(key_changes, "begin", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            lookup_keys.begin()
    assert lengths() == {COVERED} and configured.KEYRING.covers.ring.waits
    assert found(person) == {account.pk} and twice(person) == "identity_number_active_once"
    lookup_keys.begin()
    lookup_keys.retire(1)
    assert found(person) == {account.pk}


def test_a_stop_within_leaves_everything_as_it_was() -> None:
    person = people.data()
    account = people.account(person)
    lookup_keys.add()
    with pytest.raises(ZeroDivisionError):
        lookup_keys.begin(written_down=lambda _: 1 / 0)
    assert lengths() == {32} and lookup_keys.counts() == 1
    assert found(person) == {account.pk}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'O'")
        assert cursor.fetchone()[0] == 0, "no rule was left asleep"
    lookup_keys.begin()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'O'")
        assert cursor.fetchone()[0] == 0


def test_it_does_not_keep_writers_waiting_longer_than_they_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    people.account()
    lookup_keys.add()
    monkeypatch.setattr(covering, "MOST_SECONDS", 0.0)
    monkeypatch.setattr(covering, "_all_of", lambda *_: "SELECT pg_sleep(1)")
    with pytest.raises(covering.TooMany):
        lookup_keys.begin()
    assert lookup_keys.counts() == 1 and lengths() == {32}
    monkeypatch.undo()
    monkeypatch.setattr(lookup_keys, "SLOWEST", timedelta(0))
    lookup_keys.begin(at_rest=True)
    assert lengths() == {COVERED}


def test_a_machine_that_has_not_got_the_key_holds_it_back(monkeypatch: pytest.MonkeyPatch) -> None:
    machines.say(1, 1)
    lookup_keys.add()
    with pytest.raises(MachineBehind):
        lookup_keys.begin()
    machines._said.clear()
    machines.say(1, 2)
    monkeypatch.setattr(lookup_keys, "SLOWEST", timedelta(minutes=5))
    with pytest.raises(TooSoon):
        lookup_keys.begin()
    monkeypatch.setattr(lookup_keys, "SLOWEST", timedelta(0))
    assert lookup_keys.counts() == 1
    lookup_keys.begin()


def test_one_after_the_other(settings: Any, tmp_path: Path) -> None:
    with pytest.raises(NotNow):
        lookup_keys.begin()
    for number in (0, 1, 2):
        with pytest.raises(NoSuchKey):
            lookup_keys.retire(number)
    assert health._lookup_key().said == "Dùng khóa số 1; không còn khóa cũ."
    lookup_keys.add()
    assert health._lookup_key().said == "Khóa mới đang chờ."
    with pytest.raises(NotNow, match="đang chờ"):
        lookup_keys.add()
    lookup_keys.begin()
    assert health._lookup_key().said == "Dùng khóa số 2; khóa cũ chưa bỏ."
    with pytest.raises(NotNow, match="chưa bỏ"):
        lookup_keys.add()
    lookup_keys.retire(1)
    assert health._lookup_key().state is health.State.GOOD
    assert list(lookup_keys.standing()) == [(1, "đã bỏ"), (2, "đang dùng")]
    assert list(BegunLookupKey.objects.values_list("number", flat=True)) == [2]
    assert set(KnownLookupKey.objects.values_list("number", flat=True)) == {1, 2}
    settings.KEYRING = Keyring.generate(tmp_path / "of-before")
    assert health._lookup_key().state is health.State.BAD
    with pytest.raises(restoring.NotRight, match="bản sao khóa cùng thời"):
        restoring.fields_open(restoring.Knowing(), lambda _: None)


def viewer(account: Account) -> Any:
    """As much of a visitor as the list of look-ups asks for."""
    return SimpleNamespace(account_id=account.pk)


def closed(act: Callable[[], object]) -> object:
    try:
        return act()
    finally:
        connection.close()


@pytest.mark.race
def test_of_two_with_one_number_one_comes_in_while_the_key_changes() -> None:
    """Eight times a number, four threads each, while the rows change under them."""
    crowd = [people.data() for _ in range(8)]
    lookup_keys.add()
    start = threading.Barrier(5)

    def arrive(nth: int) -> int:
        start.wait(30)
        came = 0
        for person in crowd:
            with suppress(founding.AlreadyHasAccount, founding.PhoneTaken):
                people.account(person)
                came += 1
        return came

    def turn() -> int:
        start.wait(30)
        time.sleep(0.2)
        lookup_keys.begin()
        return 0

    with ThreadPoolExecutor(5) as together:
        came = [together.submit(closed, lambda nth=nth: arrive(nth)) for nth in range(4)]
        turned = together.submit(closed, turn)
        turned.result(60)
        assert sum(int(str(each.result(60))) for each in came) == len(crowd)
    assert lengths() == {COVERED}
    assert IdentityDocument.objects.filter(status="active").count() == len(crowd)
    assert all(len(found(person)) == 1 for person in crowd)


@pytest.mark.race
def test_a_writer_that_came_before_is_waited_for_and_what_it_wrote_changes_too() -> None:
    """It wrote bare in a transaction that is still open; the change waits, and takes its row along."""
    person = people.data()
    lookup_keys.add()
    wrote, done = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            people.account(person)
            wrote.set()
            assert done.wait(30)

    with ThreadPoolExecutor(2) as together:
        writer = together.submit(closed, slow)
        assert wrote.wait(30)
        turning = together.submit(closed, lookup_keys.begin)
        time.sleep(0.5)
        assert not turning.done()
        done.set()
        writer.result(30)
        turning.result(60)
    assert lengths() == {COVERED} and len(found(person)) == 1


@pytest.mark.race
def test_nobody_meets_an_error_while_it_changes() -> None:
    """V-36, DP-13: look-ups and sign-ups go on from before the key is added until the old one is gone."""
    known = crowd(PEOPLE)
    over = threading.Event()
    longest = [0.0, 0.0]

    def look() -> int:
        asked = 0
        while not over.is_set():
            began = time.monotonic()
            assert len(found(known[asked % PEOPLE])) == 1
            longest[0] = max(longest[0], time.monotonic() - began)
            asked += 1
        return asked

    def come() -> int:
        came = 0
        while not over.is_set():
            began = time.monotonic()
            LookUp.objects.create(
                number_bi=number_fingerprint(known[came % PEOPLE].citizen_id),
                answer="FOUND",
                asked_by="a",
                unit_code="u",
                purpose="p",
            )
            people.account()
            longest[1] = max(longest[1], time.monotonic() - began)
            came += 1
        return came

    with ThreadPoolExecutor(3) as together:
        working = [
            together.submit(closed, look),
            together.submit(closed, look),
            together.submit(closed, come),
        ]
        try:
            time.sleep(0.5)
            assert change() == 2
            assert change() == 3
            time.sleep(0.5)
        finally:
            over.set()
        asked, more, came = (int(str(each.result(120))) for each in working)
    assert asked and more and came
    assert {mark[0] for mark in kept("accounts_identitydocument", "number_bi")} == {3}
    figure(
        "V-36",
        "khóa tra cứu đổi hai lần khi đang tra cứu và mở tài khoản; lần chờ lâu nhất (giây)",
        n=asked + more + came,
        measured=round(max(longest), 2),
        limit=10,
        passed=max(longest) < 10,
    )


def test_staff_phones_and_the_counters_own_statements_find_them_too() -> None:
    person, officer = people.data(), planted.plant("units_officer")
    StaffPhone.objects.create(officer_id=officer.pk, phone_bi=phone_fingerprint(person.phone))
    change()
    assert StaffPhone.objects.filter(phone_bi=phone_fingerprint(person.phone)).count() == 1
    assert not StaffPhone.objects.exclude(phone_bi=phone_fingerprint(person.phone)).exists()
