"""How the journal's sealing stands: how old the newest unsealed line is, and how far each witness has come."""

from dataclasses import dataclass
from typing import Final

from django.db import connection

from motcua.journal import witnessing

# A line waits for every transaction that was open beside it, usually seconds.
_STANDING: Final = """
WITH sealed (number, upto) AS (SELECT coalesce(max(id), 0), coalesce(max(last_id), 0) FROM journal_seal)
SELECT number,
       (SELECT extract(epoch FROM clock_timestamp() - at)::float8
          FROM journal_event WHERE id > upto ORDER BY id LIMIT 1)
  FROM sealed
"""


@dataclass(frozen=True, slots=True)
class Witnessed:
    """One witness by its place in the settings: how many of the newest seals it has not heard of."""

    nth: int
    there: bool
    behind: int


@dataclass(frozen=True, slots=True)
class Standing:
    """``unsealed_seconds``: age of the oldest line that no seal covers yet; 0 when there is none."""

    seals: int
    unsealed_seconds: float
    witnesses: tuple[Witnessed, ...]


def standing() -> Standing:
    """One statement, and the last line of each witness."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDING)
        newest, unsealed = cursor.fetchone()
    return Standing(newest, max(0.0, unsealed or 0.0), tuple(_witnesses(newest)))


def _witnesses(newest: int) -> list[Witnessed]:
    found = []
    for nth, witness in enumerate(witnessing.configured(), start=1):
        try:
            last = witness.last()
        except OSError:
            found.append(Witnessed(nth, there=False, behind=newest))
        else:
            found.append(Witnessed(nth, there=True, behind=max(0, newest - (last.number if last else 0))))
    return found
