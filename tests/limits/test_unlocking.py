"""A supervisor lets somebody go on for a time; refusals are counted; what is shown is what is counted."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.limits.test_spending import allowed, let_time_pass

from motcua.kernel.refusal import Refusal
from motcua.limits import overview, spending, unlocking
from motcua.limits.described import DESCRIBED, Keyed, numbers
from motcua.limits.models import Bucket, Tally, Unlocking
from motcua.limits.quotas import Quota, Window

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)
WHY = "Ngày cao điểm tuyển sinh lớp 10."
CHECKS = Quota.CHECKS_BY_OFFICER


def used_up(who: str = "12", quota: Quota = CHECKS) -> None:
    for _ in range(quota.rule.windows[0].times):
        spending.spend((quota, who))


def unlock(who: str = "12", by: str = "13", reason: str = WHY, lasts: timedelta = HOUR) -> None:
    unlocking.unlock(CHECKS, who, by=by, reason=reason, lasts=lasts, unit_code="so-mau")


def unlocking_ends() -> None:
    """The database's clock cannot be moved, so the end is."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE limits_bucket SET allowed_until = clock_timestamp() - interval '1 second'")


def test_an_unlocked_officer_has_one_full_budget_more_and_no_second() -> None:
    used_up()
    assert not allowed((CHECKS, "12"))

    unlock()

    assert sum(allowed((CHECKS, "12")) for _ in range(65)) == 60
    kept = Unlocking.objects.get()
    assert (kept.unlocked_by, kept.reason, kept.unit_code) == ("13", WHY, "so-mau")
    assert kept.ends_at - kept.unlocked_at == HOUR


def test_when_it_ends_what_was_counted_stands() -> None:
    used_up()
    unlock()
    assert allowed((CHECKS, "12"))
    unlocking_ends()

    assert not allowed((CHECKS, "12"))


def test_a_new_window_begins_without_what_was_allowed_in_the_old_one() -> None:
    used_up()
    unlock(lasts=timedelta(hours=8))
    let_time_pass(timedelta(minutes=61))

    assert sum(allowed((CHECKS, "12")) for _ in range(65)) == 60
    assert Bucket.objects.filter(quota=CHECKS.name, nth=0).get().allowance == 0


def test_different_things_are_let_through_as_well() -> None:
    phones = Quota.PHONES_BY_OFFICER
    for nth in range(30):
        spending.spend((phones, "12", f"may-{nth}"))
    assert not allowed((phones, "12", "may-moi"))

    unlocking.unlock(phones, "12", by="13", reason=WHY, lasts=HOUR)

    assert sum(allowed((phones, "12", f"them-{nth}")) for nth in range(35)) == 30


def test_a_list_that_was_refused_whole_is_near_the_edge_and_gets_a_full_budget_more() -> None:
    rows = (Quota.CLASS_ROWS_BY_OFFICER, "12")
    spending.spend_times(6_000, rows)
    with pytest.raises(unlocking.NothingToUnlock):
        unlocking.unlock(*rows, by="13", reason=WHY, lasts=HOUR)
    with pytest.raises(spending.TooManyAttempts):
        spending.spend_times(5_000, rows)
    assert overview.uses([rows])[rows].near == 1

    unlocking.unlock(*rows, by="13", reason=WHY, lasts=HOUR)

    assert overview.uses([rows])[rows].near == 0
    spending.spend_times(5_000, rows)
    spending.spend_times(5_000, rows)
    with pytest.raises(spending.TooManyAttempts):
        spending.spend_times(1, rows)


def test_a_refusal_opens_no_budget_that_is_spent_one_by_one_or_of_somebody_else() -> None:
    rows = Quota.CLASS_ROWS_BY_OFFICER
    spending.spend_times(6_000, (rows, "12"))
    spending.spend_times(6_000, (rows, "14"))
    with pytest.raises(spending.TooManyAttempts):
        spending.spend_times(5_000, (rows, "14"))
    with pytest.raises(unlocking.NothingToUnlock):
        unlocking.unlock(rows, "12", by="13", reason=WHY, lasts=HOUR)

    used_up()
    assert not allowed((CHECKS, "12"))
    let_time_pass(timedelta(minutes=61))
    assert allowed((CHECKS, "12"))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM limits_bucket WHERE quota = %s AND nth = 1", [CHECKS.name])
    with pytest.raises(unlocking.NothingToUnlock):
        unlock()


@pytest.mark.parametrize(
    ("more", "no"),
    [
        ({"by": "12"}, unlocking.UnlockedByOneself),
        ({"reason": "vội"}, unlocking.UnlockReasonMissing),
        ({"who": "14"}, unlocking.NothingToUnlock),
    ],
)
def test_what_is_not_to_be_unlocked_is_refused(more: dict[str, str], no: type[Refusal]) -> None:
    used_up()
    with pytest.raises(no):
        unlock(**more)
    assert not Unlocking.objects.exists()


def test_nobody_is_unlocked_twice_at_once_nor_more_than_three_times_a_day() -> None:
    used_up()
    for _ in range(unlocking.MOST_A_DAY):
        unlock()
        with pytest.raises(unlocking.AlreadyUnlocked):
            unlock()
        unlocking_ends()

    with pytest.raises(unlocking.UnlockedTooOften):
        unlock()
    assert Unlocking.objects.count() == unlocking.MOST_A_DAY


@pytest.mark.race
def test_of_ten_supervisors_at_once_one_unlocks() -> None:
    used_up()

    def one(nth: int) -> bool:
        try:
            unlock(by=f"lanh-dao-{nth}")
        except unlocking.AlreadyUnlocked:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(max_workers=10) as pool:
        assert sum(pool.map(one, range(10))) == 1
    assert Unlocking.objects.count() == 1


def test_each_refusal_is_counted_and_survives_the_refusing() -> None:
    used_up()
    assert [allowed((CHECKS, "12")) for _ in range(3)] == [False] * 3

    kept = Tally.objects.get()
    assert (kept.quota, kept.refused, kept.alarms) == (CHECKS.name, 3, 0)
    assert overview.uses([(CHECKS, "12")])[CHECKS, "12"].refused == 3
    assert overview.totals()[CHECKS].refused == 3


def test_a_refusal_of_different_things_is_counted_too() -> None:
    for nth in range(31):
        allowed((Quota.PHONES_BY_OFFICER, "12", f"may-{nth}"))
    assert Tally.objects.get().refused == 1


def test_an_alarm_is_counted_once_a_window_and_refuses_nobody() -> None:
    assert all(allowed((Quota.SENDS_BY_UNIT, "so-mau")) for _ in range(305))
    kept = Tally.objects.get()
    assert (kept.refused, kept.alarms) == (0, 1)
    assert overview.totals()[Quota.SENDS_BY_UNIT].alarms == 1


@pytest.mark.race
def test_refusals_at_once_are_all_counted() -> None:
    used_up()

    def one(_: int) -> bool:
        try:
            return allowed((CHECKS, "12"))
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=20) as pool:
        assert not any(pool.map(one, range(20)))
    assert Tally.objects.get().refused == 20


def test_old_tallies_are_swept_and_todays_stay() -> None:
    used_up()
    allowed((CHECKS, "12"))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO limits_tally (day, quota, who, refused)"
            " SELECT day - 36, quota, who, 1 FROM limits_tally"
        )
    spending.sweep()
    assert Tally.objects.count() == 1


def test_what_is_shown_is_what_is_counted() -> None:
    for _ in range(48):
        spending.spend((CHECKS, "12"))
    used_up("14")
    spending.spend((CHECKS, "15"))

    whole = overview.totals()[CHECKS]
    assert (whole.counted, whole.near, whole.full, whole.share) == (3, 2, 1, 100)
    found = overview.uses([(CHECKS, "12"), (CHECKS, "14"), (CHECKS, "16")])
    near = found[CHECKS, "12"]
    assert (near.share, near.near, near.full, near.used) == (80, 1, 0, {0: 48, 1: 48})
    assert found[CHECKS, "14"].full == 1 and 0 < found[CHECKS, "14"].wait_seconds <= 3600
    assert found[CHECKS, "16"] == overview.Use()
    let_time_pass(timedelta(days=2))
    assert overview.totals()[CHECKS].counted == 0


def test_an_unlocked_officer_is_no_longer_at_the_edge() -> None:
    used_up()
    unlock()
    use = overview.uses([(CHECKS, "12")])[CHECKS, "12"]
    assert (use.full, use.share, use.unlocked_today) == (0, 50, 1)
    assert use.unlocked_until is not None and use.wait_seconds == 0


def test_networks_are_told_apart_by_a_label_that_says_nothing() -> None:
    for _ in range(3):
        spending.spend((Quota.TRACKING_MISSES, "203.0.113.7"))
    ((label, share, used),) = overview.busiest(Quota.TRACKING_MISSES)
    assert (share, used) == (15, 3)
    assert len(label) == 8 and "203" not in label


def test_the_overview_takes_as_many_statements_for_many_as_for_one() -> None:
    with CaptureQueriesContext(connection) as few:
        overview.uses([(CHECKS, "1")])
    with CaptureQueriesContext(connection) as many:
        overview.uses([(quota, str(nth)) for quota in Quota for nth in range(20)])
    assert len(few) == len(many) == 2
    with CaptureQueriesContext(connection) as whole:
        overview.totals()
    assert len(whole) == 2


def test_every_budget_has_its_words_and_the_unlockable_ones_send_to_a_supervisor() -> None:
    assert set(DESCRIBED) == set(Quota)
    assert len({about.title for about in DESCRIBED.values()}) == len(Quota)
    for quota, about in DESCRIBED.items():
        asks = "Đề nghị lãnh đạo bộ phận mở khóa" in quota.rule.sentence
        refuses = not all(window.alarm for window in quota.rule.windows)
        assert about.unlockable == (asks and refuses), quota.name
        assert not about.unlockable or about.keyed is Keyed.OFFICER


@pytest.mark.parametrize(
    ("window", "said"),
    [
        (Window(60, HOUR), "60 lần trong 1 giờ"),
        (Window(1_000_000, timedelta(days=1)), "1.000.000 lần trong 1 ngày"),
        (Window(3, timedelta(minutes=10)), "3 lần trong 10 phút"),
        (Window(1, timedelta(seconds=30)), "1 lần trong 30 giây"),
        (Window(50, timedelta(days=3650)), "50 lần cho đến lần thành công kế tiếp"),
    ],
    ids=["hour", "day", "minutes", "seconds", "for-ever"],
)
def test_the_law_is_said_in_words(window: Window, said: str) -> None:
    assert numbers(window) == said
