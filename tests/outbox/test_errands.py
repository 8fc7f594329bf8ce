"""What was promised is done, once, and given up loudly."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from motcua.outbox import errands
from motcua.outbox.models import Errand

pytestmark = pytest.mark.django_db(transaction=True)

State = Errand.State


def let_time_pass(by: timedelta) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE outbox_errand SET not_before = not_before - make_interval(secs => %s),"
            " lease_until = lease_until - make_interval(secs => %s)",
            [by.total_seconds()] * 2,
        )


def promised(key: str = "put:1", **data: errands.Fact) -> None:
    with transaction.atomic():
        errands.promise("vault.put", key, data or {"paper": 7})


class Hand:
    """A handler that remembers."""

    def __init__(self, *raises: BaseException | None) -> None:
        self.done: list[dict[str, object]] = []
        self.raises = list(raises)

    def __call__(self, data: Mapping[str, errands.Fact]) -> None:
        assert not connection.in_atomic_block
        if self.raises and (failure := self.raises.pop(0)):
            raise failure
        self.done.append(dict(data))


def test_an_errand_is_run_once_with_its_data() -> None:
    promised(paper=7, dossier="H08-1")
    hand = Hand()

    assert errands.run_due({"vault.put": hand}) == 1
    assert errands.run_due({"vault.put": hand}) == 0
    assert hand.done == [{"paper": 7, "dossier": "H08-1"}]


def test_the_same_key_is_the_same_promise() -> None:
    promised()
    promised()

    assert Errand.objects.count() == 1


def test_a_promise_of_a_failed_transaction_is_none() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        errands.promise("vault.put", "k", {})
        raise ZeroDivisionError

    assert errands.run_due({"vault.put": Hand()}) == 0


def test_an_errand_of_an_unknown_kind_waits_for_its_handler() -> None:
    promised()

    assert errands.run_due({"other": Hand()}) == 0
    assert Errand.objects.get().state == State.WAITING


def test_a_handler_that_cannot_yet_is_asked_again_and_never_given_up() -> None:
    promised()
    hand = Hand(*[errands.TryLater(30) for _ in range(30)])
    for _ in range(30):
        assert errands.run_due({"vault.put": hand}) == 0
        assert errands.run_due({"vault.put": hand}) == 0
        let_time_pass(timedelta(seconds=31))

    assert errands.run_due({"vault.put": hand}) == 1


def test_a_handler_that_fails_is_retried_with_pauses_and_given_up_in_the_end(
    caplog: pytest.LogCaptureFixture,
) -> None:
    promised()
    hand = Hand(*[KeyError("Nguyễn Văn A") for _ in range(errands.MAX_ATTEMPTS)])
    for _ in range(errands.MAX_ATTEMPTS):
        errands.run_due({"vault.put": hand})
        errands.run_due({"vault.put": hand})
        let_time_pass(timedelta(hours=2))

    errand = Errand.objects.get()
    assert (errand.state, errand.failure, errand.attempts) == (State.DEAD, "KeyError", errands.MAX_ATTEMPTS)
    assert "Nguyễn" not in caplog.text


def test_an_errand_cut_short_by_a_crash_is_run_again_after_its_lease() -> None:
    promised()
    with pytest.raises(KeyboardInterrupt):
        errands.run_due({"vault.put": Hand(KeyboardInterrupt())})
    hand = Hand()

    assert errands.run_due({"vault.put": hand}) == 0
    let_time_pass(errands.LEASE)
    assert errands.run_due({"vault.put": hand}) == 1


def test_an_errand_that_kills_its_worker_every_time_is_given_up() -> None:
    promised()
    for _ in range(errands.MAX_ATTEMPTS):
        with pytest.raises(KeyboardInterrupt):
            errands.run_due({"vault.put": Hand(KeyboardInterrupt())})
        let_time_pass(errands.LEASE)

    assert errands.run_due({"vault.put": Hand()}) == 0
    assert Errand.objects.get().state == State.DEAD


def test_of_one_line_the_next_waits_for_the_one_before() -> None:
    """News of one person in their order, whoever else's go out meanwhile."""
    for key, line in (("a1", "a"), ("a2", "a"), ("b1", "b"), ("c", "")):
        promised(key, who=key, **({"line": line} if line else {}))
    hand = Hand(errands.TryLater(30))
    assert errands.run_due({"vault.put": hand}) == 2
    assert [data["who"] for data in hand.done] == ["b1", "c"]

    let_time_pass(timedelta(seconds=31))
    assert errands.run_due({"vault.put": hand}) == 2
    assert [data["who"] for data in hand.done] == ["b1", "c", "a1", "a2"]


def test_what_is_given_up_holds_its_line_no_longer() -> None:
    promised("a1", line="a", who="a1")
    promised("a2", line="a", who="a2")
    Errand.objects.filter(key="a1").update(state=State.DEAD)
    hand = Hand()
    assert errands.run_due({"vault.put": hand}) == 1


@pytest.mark.race
def test_workers_at_once_keep_the_order_of_every_line() -> None:
    for number in range(30):
        promised(f"k{number:02d}", line=f"l{number % 3}", nth=number)
    done: list[int] = []

    def work(_: int) -> None:
        while Errand.objects.exclude(state=State.DONE).exists():
            errands.run_due({"vault.put": lambda data: done.append(int(data["nth"]))})
        connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))

    assert len(done) == 30
    for line in range(3):
        mine = [number for number in done if number % 3 == line]
        assert mine == sorted(mine)


def test_the_oldest_of_a_line_is_found_by_its_index() -> None:
    """As it is really asked, over a long queue of which the oldest waits for later."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO outbox_errand (kind, key, data, state, created_at, not_before, attempts, failure)"
            " SELECT 'vault.put', 'k' || n, jsonb_build_object('line', 'l' || n % 3000), 'WAITING', now(),"
            " now() + CASE WHEN n <= 3000 THEN interval '1 hour' ELSE interval '0' END, 0, ''"
            " FROM generate_series(1, 6000) n"
        )
        cursor.execute("ANALYZE outbox_errand")
        with CaptureQueriesContext(connection) as seen:
            assert errands.run_due({"vault.put": Hand()}) == 0
        (asked,) = [query["sql"] for query in seen if "SKIP LOCKED" in query["sql"]]
        cursor.execute(f"EXPLAIN {asked}")
        plan = " ".join(line for (line,) in cursor.fetchall())
    assert "outbox_errand_line" in plan


def test_a_silence_is_asked_about_by_one_errand_and_not_by_all() -> None:
    for number in range(10):
        promised(f"k{number}", nth=number)
    now = 0.0
    rests, hand = errands.Rests(clock=lambda: now), Hand(*[errands.Silence(60) for _ in range(20)])
    for _ in range(100):
        errands.run_due({"vault.put": hand}, rests=rests)
        now += 0.1
    assert 20 - len(hand.raises) <= 8  # ten errands, ten seconds, a hundred rounds

    now += 60
    hand.raises.clear()
    assert errands.run_due({"vault.put": hand}, rests=rests) >= 2  # the untried are due at once
    let_time_pass(timedelta(seconds=60))
    errands.run_due({"vault.put": hand}, rests=rests)
    assert len(hand.done) == 10


def test_a_lost_answer_now_and_then_makes_nobody_rest() -> None:
    for number in range(12):
        promised(f"k{number:02d}", nth=number)
    rests = errands.Rests(clock=lambda: 0.0)
    hand = Hand(*[errands.Silence(60), None, errands.Silence(60), errands.Silence(60), None] * 2)
    assert errands.run_due({"vault.put": hand}, rests=rests) == 6


def test_silence_of_one_kind_is_not_the_others() -> None:
    promised("k1")
    with transaction.atomic():
        errands.promise("other", "k2", {})
    rests, quiet, good = errands.Rests(), Hand(errands.Silence(60)), Hand()
    errands.run_due({"vault.put": quiet, "other": good}, rests=rests)
    assert len(good.done) == 1


def test_a_pause_in_a_silence_grows_with_the_age_of_the_errand_and_is_never_the_same() -> None:
    promised()
    pauses = []
    for hours in (0, 0, 0, 1, 24):
        Errand.objects.update(created_at=timezone.now() - timedelta(hours=hours), not_before=timezone.now())
        errands.run_due({"vault.put": Hand(errands.Silence(60))})
        pauses.append((Errand.objects.get().not_before - timezone.now()).total_seconds())
    assert all(29 < each <= 60 for each in pauses[:3]) and len(set(pauses[:3])) == 3
    assert all(149 < each <= 300 for each in pauses[3:])


@pytest.mark.parametrize("value", ["Nguyễn Văn A", "0900000001", "+84900000001", "052190000001", "a b"])
def test_a_promise_carries_ids_only(value: str) -> None:
    with pytest.raises(ValueError, match="is not an id"):
        errands.promise("vault.put", "k", {"who": value})


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"state": "GONE"}, "outbox_errand_words"),
        ({"state": "RUNNING"}, "outbox_errand_lease"),
        ({"state": "DONE"}, "outbox_errand_done_has_time"),
    ],
)
def test_the_table_of_errands_cannot_lie(change: dict[str, object], rule: str) -> None:
    promised()

    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Errand.objects.update(**change)
    with pytest.raises(Undone), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE outbox_errand DROP CONSTRAINT {rule}")
        Errand.objects.update(**change)
        raise Undone


class Undone(Exception):
    pass
