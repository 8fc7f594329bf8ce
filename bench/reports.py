"""A year's report of a province: sums and days out of the counted days, and counting new lines of the journal."""

import time
from datetime import date, timedelta
from typing import Any, Final

from bench.lists import waits_of
from bench.report import Aim, Figure

_ROUNDS: Final = 20
_DAYS: Final = 1095
# 60 units × 1,095 days × 40 figures: three years of a province of ten million dossiers.
_GROW: Final = """
INSERT INTO figures_dayfigure (day, unit_code, figure, key, value)
SELECT date '2024-01-01' + d, 'u' || u, CASE k WHEN 0 THEN 'received' WHEN 1 THEN 'checked' ELSE 'minutes' END,
       CASE WHEN k < 2 THEN '' ELSE k::text END, 150
  FROM generate_series(0, %(days)s - 1) d, generate_series(0, 59) u, generate_series(0, 39) k
"""


_MONTHS: Final = """
INSERT INTO figures_monthfigure (month, unit_code, figure, key, value)
SELECT date_trunc('month', day)::date, unit_code, figure, key, sum(value) FROM figures_dayfigure GROUP BY 1, 2, 3, 4
"""


def figures() -> list[Figure]:
    """Three years of figures, then a month, a year and three years of all units."""
    from django.db import connection

    from motcua.figures import reporting
    from motcua.figures.reporting import Period

    with connection.cursor() as cursor:
        cursor.execute(_GROW, {"days": _DAYS})
        cursor.execute(_MONTHS)
        cursor.execute("VACUUM ANALYZE figures_dayfigure")
        cursor.execute("ANALYZE figures_monthfigure")
    viewer, units = _inspector(), [f"u{n}" for n in range(60)]
    last = date(2024, 1, 1) + timedelta(days=_DAYS - 1)
    found = []
    for words, days in (("a month", 30), ("a year", 365)):
        period = Period(last - timedelta(days=days - 1), last)
        waits = []
        for _ in range(_ROUNDS):
            begun = time.perf_counter()
            reporting.sums(viewer, units, period)
            reporting.sums(viewer, units, period.before)
            reporting.days(viewer, units, period)
            waits.append(1000 * (time.perf_counter() - begun))
        what = f"report of {words}, 60 units, beside the period before, p95"
        found.append(Figure(what, waits_of(words, waits).p95, "ms", Aim(1000), "2,628,000 counted rows"))
    return found


def _inspector() -> Any:
    from motcua.kernel.authority import Authority, Power

    return Authority(1, "f" * 32, 1, "u0", frozenset({Power.INSPECT}), (1,))
