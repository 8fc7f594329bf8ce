"""A quota is counted before anything is done, whoever comes at the same time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from tests import app_role

from motcua.limits import spending, unlocking
from motcua.limits.models import Bucket
from motcua.limits.quotas import Quota
from motcua.limits.spending import CountingUnavailable, TooManyAttempts
from motcua.ops.places import APP_ROLE

pytestmark = pytest.mark.django_db(transaction=True)


def let_time_pass(by: timedelta) -> None:
    """The database's clock cannot be moved, so everything it compares with is."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE limits_bucket SET window_ends_at = window_ends_at - make_interval(secs => %s)",
            [by.total_seconds()],
        )


def allowed(*wants: spending.Want) -> bool:
    try:
        spending.spend(*wants)
    except TooManyAttempts:
        return False
    return True


def in_threads(count: int, act: object) -> list[bool]:
    def run(_: int) -> bool:
        try:
            return bool(act())  # type: ignore[operator]
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=count) as pool:
        return list(pool.map(run, range(count)))


@pytest.mark.race
def test_of_fifty_at_once_exactly_five_pass() -> None:
    assert sum(in_threads(50, lambda: allowed((Quota.SIGN_IN_FAILURES, "thu-thach-1")))) == 5


@pytest.mark.race
def test_the_race_is_real_because_reading_before_writing_lets_more_pass() -> None:
    """Control: the same fifty against a counter that reads, compares and saves. Should this give 5, the race
    above proves nothing."""

    def read_then_save() -> bool:
        bucket, _ = Bucket.objects.get_or_create(
            key=b"doi chung", defaults={"used": 0, "window_ends_at": "2100-01-01T00:00Z"}
        )
        if bucket.used >= 5:
            return False
        bucket.used += 1
        bucket.save()
        return True

    assert sum(in_threads(50, read_then_save)) > 5


@pytest.mark.race
def test_acts_that_share_quotas_in_any_order_never_deadlock() -> None:
    wants: list[spending.Want] = [
        (Quota.SENDS_BY_UNIT, "dv"),
        (Quota.SENDS_FROM_ADDRESS, "ip"),
        (Quota.SENDS_IN_SESSION, "s"),
    ]
    turns = iter([wants, wants[::-1]] * 10)

    in_threads(20, lambda: allowed(*next(turns)))

    assert spending.peek(Quota.SENDS_IN_SESSION, "s").times == 0


def test_a_phone_gets_one_code_in_thirty_seconds_three_in_ten_minutes_and_ten_a_day() -> None:
    phone = (Quota.SENDS_TO_PHONE, "+84900000001")
    assert allowed(phone)
    assert not allowed(phone)

    for _ in range(2):
        let_time_pass(timedelta(seconds=31))
        assert allowed(phone)
    let_time_pass(timedelta(seconds=31))
    assert not allowed(phone)

    sent = 3
    for _ in range(60):
        let_time_pass(timedelta(minutes=15))
        sent += allowed(phone)
    assert sent == 10


def test_the_wait_that_is_shown_is_the_longest_one_and_is_said_in_vietnamese() -> None:
    spending.spend((Quota.SENDS_TO_PHONE, "a"))

    with pytest.raises(TooManyAttempts) as refused:
        spending.spend((Quota.SENDS_TO_PHONE, "a"))

    assert refused.value.details["wait_seconds"] in range(1, 31)
    assert refused.value.status == 429
    assert refused.value.text.endswith(" giây.")


def test_when_one_quota_is_over_none_of_the_others_is_counted() -> None:
    spending.spend((Quota.SENDS_TO_PHONE, "a"))

    assert not allowed(
        (Quota.SENDS_TO_PHONE, "a"), (Quota.SENDS_IN_SESSION, "s"), (Quota.PHONES_BY_OFFICER, "7", "a")
    )

    assert spending.peek(Quota.SENDS_IN_SESSION, "s").times == 10
    assert spending.peek(Quota.PHONES_BY_OFFICER, "7").times == 30


def test_a_refusal_afterwards_does_not_give_the_attempt_back() -> None:
    """Threats M1: the count stands although the request that follows is rolled back."""
    spending.spend((Quota.SIGN_IN_FAILURES, "c"))
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        raise ZeroDivisionError

    assert spending.peek(Quota.SIGN_IN_FAILURES, "c").times == 4


def test_all_windows_of_a_quota_are_counted_by_one_statement_that_is_its_own_transaction() -> None:
    with CaptureQueriesContext(connection) as seen:
        spending.spend((Quota.CHECKS_BY_OFFICER, "officer"))
    assert len(seen.captured_queries) == 1, seen.captured_queries


def test_counting_inside_an_open_transaction_is_a_programming_error() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        spending.spend((Quota.SIGN_IN_FAILURES, "c"))
    with pytest.raises(RuntimeError), transaction.atomic():
        spending.claim_once("x", 60)


def test_different_things_are_counted_once_each() -> None:
    for _ in range(3):
        for phone in range(20):
            spending.spend((Quota.PHONES_IN_PREFIX, "0900000", str(phone)))

    assert not allowed((Quota.PHONES_IN_PREFIX, "0900000", "20"))
    assert allowed((Quota.PHONES_IN_PREFIX, "0900000", "19"))
    let_time_pass(timedelta(minutes=11))
    assert allowed((Quota.PHONES_IN_PREFIX, "0900000", "20"))


@pytest.mark.race
def test_of_thirty_different_phones_at_once_exactly_twenty_pass() -> None:
    phones = iter(range(30))

    assert sum(in_threads(30, lambda: allowed((Quota.PHONES_IN_PREFIX, "0900000", str(next(phones)))))) == 20


def test_a_quota_of_different_things_asks_which_thing() -> None:
    with pytest.raises(ValueError, match="different things"):
        spending.spend((Quota.PHONES_IN_PREFIX, "0900000"))


def test_twenty_wrong_codes_in_a_row_lock_for_thirty_minutes() -> None:
    wrong = (Quota.CODE_FAILURES, "tai-khoan-1")
    for _ in range(20):
        spending.spend(wrong)
    with pytest.raises(TooManyAttempts) as refused:
        spending.spend(wrong)
    assert refused.value.details["wait_seconds"] in range(1700, 1801)

    let_time_pass(timedelta(minutes=31))
    assert allowed(wrong)


def test_an_alarm_is_logged_once_and_refuses_nobody(caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(303):
        spending.spend((Quota.SENDS_BY_UNIT, "don-vi-7"))

    assert [record.message for record in caplog.records] == ["limits.alarm"]
    assert "don-vi-7" not in caplog.text


def test_a_success_starts_the_count_afresh() -> None:
    for _ in range(5):
        spending.spend((Quota.SIGN_IN_FAILURES, "tk"))
    spending.reset(Quota.SIGN_IN_FAILURES, "tk")

    assert spending.peek(Quota.SIGN_IN_FAILURES, "tk") == spending.Left(times=5, wait_seconds=0)


def test_a_marker_is_claimed_by_the_first_only_until_its_time_is_over() -> None:
    assert spending.claim_once("giai-do-1", 60)
    assert not spending.claim_once("giai-do-1", 60)
    assert spending.claim_once("giai-do-2", 60)
    let_time_pass(timedelta(seconds=61))
    assert spending.claim_once("giai-do-1", 60)


@pytest.mark.race
def test_of_thirty_who_claim_at_once_one_gets_it() -> None:
    assert sum(in_threads(30, lambda: spending.claim_once("mot-lan", 60))) == 1


def test_when_the_table_cannot_be_reached_the_attempt_is_refused() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE limits_bucket RENAME TO limits_bucket_gone")
    try:
        with pytest.raises(CountingUnavailable):
            spending.spend((Quota.SIGN_IN_FAILURES, "c"))
        with pytest.raises(CountingUnavailable):
            spending.claim_once("x", 60)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE limits_bucket_gone RENAME TO limits_bucket")


def test_the_table_names_nobody() -> None:
    spending.spend((Quota.SENDS_TO_PHONE, "+84900000001"))

    keys = {bytes(key) for key in Bucket.objects.values_list("key", flat=True)}
    assert {len(key) for key in keys} == {32}
    assert settings.KEYRING.mac("limits", "SENDS_TO_PHONE", "0", "+84900000001") in keys


def test_the_running_system_may_do_all_of_this_with_the_rights_it_has() -> None:
    app_role.give()
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {APP_ROLE}")
    try:
        spending.spend((Quota.SIGN_IN_FAILURES, "c"), (Quota.PHONES_BY_OFFICER, "7", "a"))
        for _ in range(50):
            spending.spend((Quota.CHECKS_BY_OFFICER, "c"))
        unlocking.unlock(
            Quota.CHECKS_BY_OFFICER, "c", by="13", reason="ngày cao điểm", lasts=timedelta(hours=1)
        )
        spending.reset(Quota.SIGN_IN_FAILURES, "c")
        assert not all(allowed((Quota.SIGN_IN_FAILURES, "d")) for _ in range(6))
        assert spending.claim_once("x", 60)
        assert spending.peek(Quota.SIGN_IN_FAILURES, "c").times == 5
        let_time_pass(timedelta(days=1))
        assert spending.sweep() >= 4
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")


def test_buckets_that_are_over_are_swept_and_others_stay() -> None:
    spending.claim_once("cu", 60)
    let_time_pass(timedelta(hours=1))
    spending.claim_once("moi", 60)

    assert spending.sweep() == 1
    assert not spending.claim_once("moi", 60)


@pytest.mark.parametrize("quota", Quota)
def test_every_quota_has_a_sentence_that_ends_and_says_what_to_do(quota: Quota) -> None:
    text = TooManyAttempts(wait_seconds=4000, quota=quota).text

    assert "ề nghị" in text
    assert text.endswith(".")
    assert "{" not in text


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "1 giây"),
        (59, "59 giây"),
        (61, "2 phút"),
        (3540, "59 phút"),
        (3541, "1 giờ"),
        (5400, "1 giờ 30 phút"),
        (82000, "23 giờ"),
    ],
)
def test_a_wait_is_rounded_up(seconds: int, words: str) -> None:
    assert spending.in_words(seconds) == words


def test_many_are_counted_at_once_or_none_of_them() -> None:
    """In every quota that is wanted: what one of them refuses, the other has not counted."""
    unit, officer = (Quota.CLASS_ROWS_BY_UNIT, "truong-1"), (Quota.CLASS_ROWS_BY_OFFICER, "can-bo-1")
    room = Quota.CLASS_ROWS_BY_OFFICER.rule.windows[0].times
    spending.spend_times(room - 10, unit, officer)
    with pytest.raises(TooManyAttempts) as refused:
        spending.spend_times(11, unit, officer)
    assert refused.value.details["wait_seconds"] > 0
    spending.spend_times(10, unit, officer)
    assert spending.peek(*officer).times == 0
    assert spending.peek(*unit).times == Quota.CLASS_ROWS_BY_UNIT.rule.windows[0].times - room

    let_time_pass(timedelta(days=1))
    spending.spend_times(3, officer)
    assert spending.peek(*officer).times == room - 3


def test_many_are_given_back_at_once_and_never_more_than_were_counted() -> None:
    officer, room = (
        (Quota.CLASS_ROWS_BY_OFFICER, "can-bo-2"),
        Quota.CLASS_ROWS_BY_OFFICER.rule.windows[0].times,
    )
    spending.spend_times(50, officer)
    spending.refund(officer, times=20)
    assert spending.peek(*officer).times == room - 30
    spending.refund(officer, times=1_000)
    assert spending.peek(*officer).times == room


def test_many_are_counted_in_a_transaction_of_their_own() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        spending.spend_times(2, (Quota.CLASS_ROWS_BY_OFFICER, "can-bo-3"))
