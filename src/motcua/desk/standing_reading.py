"""Đã báo Cổng đến đâu: what a desk apart has still to tell of its dossiers, when it could last, what was refused."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from motcua.desk.standing_tables import StandingMark

#: Counted no further: what matters is that it is many.
_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Owed:
    """``lines`` of history that the portal has not heard of, of how many dossiers, the oldest since when.

    ``refused`` counts refusals: a dossier is told again at each of its events, and may be refused each time.
    """

    lines: int
    dossiers: int
    oldest_at: datetime | None
    told_at: datetime | None
    silent_at: datetime | None
    refused: int
    refused_at: datetime | None
    refused_code: str

    @property
    def lines_words(self) -> str:
        """How many wait; beyond what is counted, that it is at least so many."""
        return f"{_MOST:,} trở lên".replace(",", ".") if self.lines >= _MOST else str(self.lines)

    @property
    def stuck(self) -> bool:
        """Something waits, and the portal was silent since it last took anything."""
        silent_since = self.silent_at is not None and (self.told_at is None or self.silent_at > self.told_at)
        return self.lines > 0 and silent_since


def owed() -> Owed:
    """Two statements, the first no further than ten thousand lines."""
    mark = StandingMark.objects.filter(pk=1).first()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*)::int, count(DISTINCT e.dossier_id)::int, min(e.at) FROM"
            " (SELECT dossier_id, at FROM desk_dossierevent WHERE id > %s ORDER BY id LIMIT %s) e",
            [mark.upto if mark else 0, _MOST],
        )
        lines, dossiers, oldest_at = cursor.fetchone()
    if mark is None:
        return Owed(lines, dossiers, oldest_at, None, None, 0, None, "")
    return Owed(
        lines,
        dossiers,
        oldest_at,
        mark.told_at,
        mark.silent_at,
        mark.refused,
        mark.refused_at,
        mark.refused_code,
    )
