"""What was promised is done, once, and given up loudly."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

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
