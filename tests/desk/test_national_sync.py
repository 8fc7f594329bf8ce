"""What is owed to Cổng DVCQG: in order, at least once on the wire, once in effect, and never quietly forgotten."""

import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from tests.desk import lives
from tests.desk.fake_register import FakeRegister
from tests.desk.lives import House
from tests.desk.test_gate_rules import refused, sql, undone
from tests.desk.test_provisional import again, take_in
from tests.desk.town import Town, a_unit, authority_of, head_of
from tests.rule_by_rule import two_rows, wrong_of

from motcua.desk import moving, national, promises
from motcua.desk.models import Dossier, DossierEvent, NationalSync
from motcua.desk.national import SyncInHand, SyncSettled
from motcua.desk.ports_national import NationalRefused
from motcua.desk.provisional import Outcome
from motcua.journal.models import Event
from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.refusal import NotFound
from motcua.outbox import errands
from motcua.outbox.models import Errand

State = NationalSync.State


@pytest.fixture
def house(town: Town, settings: Any) -> House:
    settings.NATIONAL_SYNC = True
    return lives.house(town)


@pytest.fixture
def register() -> FakeRegister:
    return FakeRegister()


@pytest.fixture
def keeper(house: House) -> Authority:
    """Somebody of the IT department."""
    return authority_of(lives.an_officer(), house.town.unit, Power.CONNECT_SYSTEMS)


def run(register: FakeRegister) -> None:
    """Whatever is owed; what waits for later is brought forward, a few times over."""
    waiting = Errand.objects.filter(kind=national.TELL, state="WAITING")
    for _ in range(8):
        waiting.update(not_before=timezone.now())
        errands.run_due(promises.national_handlers(register), limit=50)


def rows(dossier: Dossier) -> list[NationalSync]:
    return list(NationalSync.objects.filter(dossier=dossier).order_by("id"))


def states(dossier: Dossier) -> list[str]:
    return [row.state for row in rows(dossier)]


def moments(register: FakeRegister) -> list[object]:
    return [step.at for step in register.steps]


def test_nothing_is_owed_while_nobody_connected(town: Town) -> None:
    house = lives.house(town)
    house.done()
    assert not NationalSync.objects.exists()
    assert not Errand.objects.filter(kind=national.TELL).exists()


def test_a_whole_life_is_told_line_by_line_in_its_order(house: House, register: FakeRegister) -> None:
    dossier = house.hand_out(house.done())
    run(register)

    history = list(DossierEvent.objects.filter(dossier=dossier).order_by("id"))
    assert moments(register) == [event.at for event in history]
    assert [step.state for step in register.steps] == [event.to_state for event in history]
    told = register.dossiers[dossier.code or ""]
    assert (told.state, told.owner_name) == ("RETURNED", dossier.owner_name)
    assert told.owner_number.startswith("05219") and told.owner_subject == dossier.owner_subject
    assert told.handed_out_at is not None and [result.name for result in told.results]
    assert set(states(dossier)) == {State.TOLD}
    assert register.calls.count("dossier False") == 1
    assert "knows" not in register.calls  # nothing was lost, so nothing has to be asked


def test_what_happened_later_is_not_told_with_an_earlier_line(house: House, register: FakeRegister) -> None:
    house.hand_out(house.done())
    seen: list[tuple[str, bool]] = []
    tell = register.tell_dossier

    def watched(told, *, known):  # type: ignore[no-untyped-def]
        seen.append((told.state, told.handed_out_at is not None))
        tell(told, known=known)

    register.tell_dossier = watched  # type: ignore[method-assign]
    run(register)
    assert [handed for state, handed in seen if state != "RETURNED"] == [False] * (len(seen) - 1)
    assert seen[-1] == ("RETURNED", True)


def test_a_provisional_reception_is_told_when_it_has_a_code(house: House, register: FakeRegister) -> None:
    waiting = take_in(house.town)
    assert not NationalSync.objects.exists()
    assert again(house.town, waiting) is Outcome.CONFIRMED
    run(register)

    assert [step.state for step in register.steps] == ["RECEIVED"]


def test_silence_loses_nothing_and_doubles_nothing(house: House, register: FakeRegister) -> None:
    register.down = True
    dossier = house.on_the_desk_of_the_specialist()
    run(register)
    assert set(states(dossier)) == {State.OWED}

    register.down = False
    run(register)

    assert set(states(dossier)) == {State.TOLD}
    assert len(register.steps) == DossierEvent.objects.filter(dossier=dossier).count()


@pytest.mark.parametrize("lost", [1, 2, 3, 4])
def test_an_answer_that_is_lost_is_asked_about_and_nothing_is_doubled(
    house: House, register: FakeRegister, lost: int
) -> None:
    """The dossier may have been taken, or the line, when the answer went missing."""
    register.loses = lost
    dossier = house.on_the_desk_of_the_specialist()
    run(register)

    assert set(states(dossier)) == {State.TOLD}
    assert len(register.steps) == DossierEvent.objects.filter(dossier=dossier).count()
    assert "knows" in register.calls


def test_a_refusal_is_parked_with_its_words_and_holds_back_what_follows(
    house: House, register: FakeRegister
) -> None:
    register.refuses = [NationalRefused("-6", "Công dân 052190000001 (CMND 211 000 001) không hợp lệ.")]
    dossier = house.on_the_desk_of_the_specialist()
    run(register)

    first, *others = rows(dossier)
    assert (first.state, first.refused_code) == (State.REFUSED, "-6")
    assert first.refused_words == "Công dân ••• (CMND •••) không hợp lệ."
    assert {row.state for row in others} == {State.OWED} and register.steps == []
    assert not Errand.objects.filter(kind=national.TELL, state="WAITING").exists()  # nobody asks in vain


def test_another_dossier_is_not_held_back(house: House, register: FakeRegister) -> None:
    register.refuses = [NationalRefused("-6", "Không hợp lệ.")]
    house.received()
    second = house.received()
    run(register)
    assert states(second) == [State.TOLD]


def test_what_was_refused_is_sent_again_as_it_is_now(
    house: House, register: FakeRegister, keeper: Authority
) -> None:
    register.refuses = [NationalRefused("-6", "Không hợp lệ.")]
    dossier = house.on_the_desk_of_the_specialist()
    run(register)

    national.send_again(authority=keeper, sync_id=rows(dossier)[0].public_id)
    run(register)

    assert set(states(dossier)) == {State.TOLD}
    assert len(register.steps) == len(rows(dossier))
    assert Event.objects.filter(event="desk.sync.sent_again", actor=keeper.subject).count() == 1


def test_what_is_given_up_lets_the_rest_go_on(
    house: House, register: FakeRegister, keeper: Authority
) -> None:
    register.refuses = [NationalRefused("-6", "Không hợp lệ.")]
    dossier = house.on_the_desk_of_the_specialist()
    run(register)

    national.drop(authority=keeper, sync_id=rows(dossier)[0].public_id, reason="Đã nhập tay trên Cổng.")
    run(register)

    first, *others = rows(dossier)
    assert (first.state, first.dropped_by) == (State.DROPPED, keeper.subject)
    assert {row.state for row in others} == {State.TOLD}
    with pytest.raises(SyncSettled):
        national.send_again(authority=keeper, sync_id=first.public_id)
    with pytest.raises(SyncSettled):
        national.drop(authority=keeper, sync_id=others[0].public_id, reason="Không cần nữa.")


def test_what_is_in_hand_is_not_given_up(house: House, register: FakeRegister, keeper: Authority) -> None:
    dossier = house.received()
    row = rows(dossier)[0]
    sql("UPDATE desk_nationalsync SET lease = gen_random_uuid(), lease_until = now() + interval '1 minute'")
    with pytest.raises(SyncInHand):
        national.drop(authority=keeper, sync_id=row.public_id, reason="Không cần nữa.")


def test_a_worker_that_died_holds_a_line_no_longer_than_its_lease(
    house: House, register: FakeRegister
) -> None:
    dossier = house.received()
    sql("UPDATE desk_nationalsync SET lease = gen_random_uuid(), lease_until = now() + interval '1 minute'")
    errands.run_due(promises.national_handlers(register))
    assert register.calls == []

    sql("UPDATE desk_nationalsync SET lease_until = now() - interval '1 second'")
    run(register)
    assert states(dossier) == [State.TOLD]


def test_no_transaction_is_open_while_dvcqg_is_asked(house: House, register: FakeRegister) -> None:
    house.received()
    tell = register.tell_dossier

    def watched(told, *, known):  # type: ignore[no-untyped-def]
        assert not connection.in_atomic_block
        tell(told, known=known)

    register.tell_dossier = watched  # type: ignore[method-assign]
    run(register)
    assert len(register.steps) == 1


def test_only_who_connects_systems_here_sends_again(house: House, register: FakeRegister) -> None:
    dossier = house.received()
    sync = rows(dossier)[0].public_id
    elsewhere = a_unit("phong-khac", "000.01.06.H08")
    stranger = authority_of(lives.an_officer(), elsewhere, Power.CONNECT_SYSTEMS)
    acts: list[Callable[[Authority], object]] = [
        lambda who: national.send_again(authority=who, sync_id=sync),
        lambda who: national.drop(authority=who, sync_id=sync, reason="Không cần nữa."),
    ]
    for act in acts:
        with pytest.raises(NotAuthorised):
            act(head_of(house.town.unit))
        with pytest.raises(NotFound):
            act(stranger)
    with pytest.raises(NotFound):
        national.send_again(authority=authority_of(lives.an_officer(), house.town.unit, Power.CONNECT_SYSTEMS),
                            sync_id=uuid.uuid4())  # fmt: skip


def test_a_reception_that_is_undone_owes_nothing(house: House) -> None:
    dossier = house.received()
    before = NationalSync.objects.count()
    with pytest.raises(RuntimeError), transaction.atomic():
        moving.note(dossier, "corrected", "Đính chính.", by="", unit_code=dossier.unit_code)
        raise RuntimeError
    assert NationalSync.objects.count() == before


@pytest.mark.race
def test_of_workers_at_once_each_line_is_told_once_and_in_order(house: House, register: FakeRegister) -> None:
    dossier = house.on_the_desk_of_the_specialist()
    data = {"dossier": str(dossier.public_id)}
    gate = threading.Barrier(6)

    def work() -> None:
        gate.wait()
        for _ in range(200):
            try:
                national.tell(data, register=register)
                break
            except errands.TryLater:
                continue
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    history = list(DossierEvent.objects.filter(dossier=dossier).order_by("id").values_list("at", flat=True))
    assert moments(register) == history
    assert register.calls.count("step") == len(history)
    assert set(states(dossier)) == {State.TOLD}


TABLE, GUARD = "desk_nationalsync", "desk_national_sync_guard"
DONE = "UPDATE desk_nationalsync SET state = 'TOLD', told_at = now()"


def only_by_guard(act: Callable[[], object], rule: str) -> None:
    """Refused under this name; without the guard it would have happened (seen red)."""
    refused(act, rule)
    with undone():
        sql(f"ALTER TABLE {TABLE} DISABLE TRIGGER {GUARD}")
        act()


def test_the_database_keeps_the_order(house: House) -> None:
    house.on_the_desk_of_the_specialist()
    last = "id = (SELECT max(id) FROM desk_nationalsync)"
    only_by_guard(lambda: sql(f"{DONE} WHERE {last}"), "desk_national_sync_in_order")


def test_the_database_lets_nothing_be_told_that_was_refused(house: House) -> None:
    house.received()
    sql("UPDATE desk_nationalsync SET state = 'REFUSED', refused_at = now(), refused_code = '-6'")
    only_by_guard(lambda: sql(DONE), "desk_national_sync_sent_again")


def test_the_database_keeps_what_is_settled(house: House) -> None:
    house.received()
    sql(DONE)
    for change in ("told_at = NULL, state = 'OWED'", "version = 9", "public_id = gen_random_uuid()"):
        only_by_guard(
            lambda change=change: sql(f"UPDATE {TABLE} SET {change}"),  # type: ignore[misc]
            "desk_national_sync_written_once",
        )
    only_by_guard(lambda: sql(f"DELETE FROM {TABLE}"), "desk_national_sync_kept")


def test_the_database_wants_a_line_of_the_dossiers_own_history(house: House) -> None:
    first, second = house.received(), house.received()
    theirs = DossierEvent.objects.filter(dossier=second).values_list("pk", flat=True)[0]
    sql(f"ALTER TABLE {TABLE} DISABLE TRIGGER {GUARD}")
    sql(f"DELETE FROM {TABLE}")
    sql(f"ALTER TABLE {TABLE} ENABLE TRIGGER {GUARD}")
    insert = (
        f"INSERT INTO {TABLE} (public_id, dossier_id, event_id, version, state, tries, refused_code, refused_words,"
        f" dropped_by, dropped_reason) VALUES (gen_random_uuid(), {first.pk}, {theirs}, 1, 'OWED', 0, '', '', '', '')"
    )
    only_by_guard(lambda: sql(insert), "desk_national_sync_of_its_event")


def test_what_was_said_of_a_person_goes_with_the_dossier(house: House) -> None:
    dossier = house.received()
    sql(
        "UPDATE desk_nationalsync SET state='REFUSED', refused_at=now(), refused_code='1', refused_words='Ai đó'"
    )
    touch = "UPDATE desk_nationalsync SET version = version"
    sql(touch)
    assert rows(dossier)[0].refused_words == "Ai đó"  # its day has not come

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE desk_dossier SET state='WITHDRAWN', arrived_at = now() - interval '11 years'")
        cursor.execute("UPDATE desk_dossierevent SET at = now() - interval '11 years'")
        cursor.execute("SET LOCAL session_replication_role = origin")
    sql(touch)
    assert rows(dossier)[0].refused_words == ""
    assert "desk_zz_national_sync_forgotten" in _triggers()


def _triggers() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = 'desk_nationalsync'::regclass")
        return {name for (name,) in cursor.fetchall()}


RULES = [
    (TABLE, "national_sync_state_known", "state = 'LOST'"),
    (TABLE, "national_sync_told_at", "told_at = now()"),
    (TABLE, "national_sync_told_at", "state = 'TOLD'"),
    (TABLE, "national_sync_refused_why", "state = 'REFUSED'"),
    (TABLE, "national_sync_refused_why", "state = 'REFUSED', refused_at = now()"),
    (TABLE, "national_sync_dropped_by", "dropped_at = now()"),
    (TABLE, "national_sync_dropped_by", "state = 'DROPPED', dropped_at = now(), dropped_by = 'x'"),
    (TABLE, "national_sync_lease", "lease = gen_random_uuid()"),
]


@pytest.mark.django_db
def test_each_row_keeps_its_rules() -> None:
    two_rows(NationalSync, state="OWED")
    assert wrong_of(RULES) == []
