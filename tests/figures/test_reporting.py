"""Sums of a period, beside the one before; of nothing there is no share."""

import random
from datetime import date, timedelta

import pytest

from motcua.figures import reporting
from motcua.figures.models import DayFigure, MonthFigure
from motcua.figures.reporting import Period, PeriodWrong, Sums
from motcua.kernel.authority import Authority, NotAuthorised, Power

VIEWER = Authority(1, "f" * 32, 1, "so", frozenset({Power.INSPECT}), (1,))
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


def day(on: date, figure: str, value: int, unit: str = "u0", key: str = "") -> None:
    DayFigure.objects.create(day=on, unit_code=unit, figure=figure, key=key, value=value)
    of = {"month": on.replace(day=1), "unit_code": unit, "figure": figure, "key": key}
    row, _ = MonthFigure.objects.get_or_create(**of, defaults={"value": 0})
    MonthFigure.objects.filter(pk=row.pk).update(value=row.value + value)


@pytest.mark.django_db
def test_a_period_is_summed_by_unit_and_its_days_are_whole() -> None:
    for on, value in (
        (date(2026, 2, 28), 100),
        (date(2026, 3, 1), 3),
        (date(2026, 3, 31), 4),
        (date(2026, 4, 1), 50),
    ):
        day(on, "received", value)
    day(date(2026, 3, 1), "checked", 2)
    day(date(2026, 3, 1), "received", 9, unit="u1")

    found = reporting.sums(VIEWER, ["u0"], MARCH)

    assert set(found) == {"u0"} and found["u0"].of("received") == 7
    assert found["u0"].share("checked", "received") == 28.6
    days = reporting.days(VIEWER, ["u0"], MARCH)
    assert len(days) == 31 and days[0].share == 66.7 and days[1].share is None and days[30].received == 4
    assert reporting.sums(VIEWER, ["u0"], MARCH.before)["u0"].of("received") == 100


@pytest.mark.django_db
def test_any_period_is_the_sum_of_its_days() -> None:
    """Months and the days at both ends: for periods drawn by lot, and those that touch a month's first and last."""
    chance = random.Random(11)
    values = {date(2025, 10, 1) + timedelta(days=n): chance.randrange(1, 50) for n in range(200)}
    for on, value in values.items():
        day(on, "received", value)
    starts = sorted(values)
    picked = [sorted(chance.sample(starts, 2)) for _ in range(25)]
    picked += [[date(2025, 11, 1), date(2025, 11, 30)], [date(2025, 11, 1), date(2025, 12, 31)]]
    picked += [[date(2025, 11, 1), date(2025, 11, 1)], [date(2025, 11, 30), date(2025, 11, 30)]]
    picked += [[date(2025, 11, 15), date(2025, 12, 15)], [date(2025, 11, 2), date(2025, 11, 29)]]
    for since, until in picked:
        wanted = sum(value for on, value in values.items() if since <= on <= until)
        assert reporting.sums(VIEWER, ["u0"], Period(since, until))["u0"].of("received") == wanted, (
            since,
            until,
        )


@pytest.mark.django_db
def test_only_inspectors_read_figures() -> None:
    clerk = Authority(1, "f" * 32, 1, "so", frozenset({Power.GRANT}), (1,))
    for read in (reporting.sums, reporting.days):
        with pytest.raises(NotAuthorised):
            read(clerk, ["u0"], MARCH)


@pytest.mark.parametrize(("waits", "median", "p95"), [
    ({}, None, None), ({"3": 1}, 3, 3), ({"1": 50, "10": 45, "60": 5}, 1, 10), ({"0": 1, "2": 1, "30": 2}, 2, 30),
])  # fmt: skip
def test_minutes_at_the_gate(waits: dict[str, int], median: int | None, p95: int | None) -> None:
    sums = Sums()
    for minutes, value in waits.items():
        sums.add("minutes", minutes, value)
    assert (sums.minutes(0.5), sums.minutes(0.95)) == (median, p95)


def test_the_period_before_has_as_many_days_and_touches() -> None:
    assert MARCH.before == Period(date(2026, 1, 29), date(2026, 2, 28))


@pytest.mark.parametrize(
    ("since", "until"), [(date(2026, 2, 2), date(2026, 2, 1)), (date(2020, 1, 1), date(2026, 1, 1))]
)
def test_a_wrong_period_is_refused(since: date, until: date) -> None:
    with pytest.raises(PeriodWrong):
        Period(since, until)


def test_nothing_has_no_share() -> None:
    assert Sums().share("checked", "received") is None
