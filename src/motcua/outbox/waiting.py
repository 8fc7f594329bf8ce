"""What waits to leave: how many, and for how long the oldest has; by the clock of the database that wrote the times."""

from dataclasses import dataclass
from typing import Final

from django.db import connection

_QUEUES: Final = """
SELECT 'message', count(*) FILTER (WHERE state IN ('WAITING', 'SENDING')), count(*) FILTER (WHERE state = 'FAILED'),
       max(extract(epoch FROM clock_timestamp() - greatest(created_at, not_before)))
           FILTER (WHERE state IN ('WAITING', 'SENDING') AND not_before <= clock_timestamp())
  FROM outbox_message WHERE state IN ('WAITING', 'SENDING', 'FAILED')
UNION ALL
SELECT 'letter', count(*) FILTER (WHERE state IN ('WAITING', 'SENDING')), count(*) FILTER (WHERE state = 'FAILED'),
       max(extract(epoch FROM clock_timestamp() - greatest(created_at, not_before)))
           FILTER (WHERE state IN ('WAITING', 'SENDING') AND not_before <= clock_timestamp())
  FROM outbox_letter WHERE state IN ('WAITING', 'SENDING', 'FAILED')
UNION ALL
SELECT 'errand', count(*) FILTER (WHERE state IN ('WAITING', 'RUNNING')), count(*) FILTER (WHERE state = 'DEAD'),
       max(extract(epoch FROM clock_timestamp()
                   - (CASE failure WHEN 'try_later' THEN not_before ELSE created_at END)))
           FILTER (WHERE state IN ('WAITING', 'RUNNING')
                     AND (failure <> 'try_later' OR not_before <= clock_timestamp()))
  FROM outbox_errand WHERE state IN ('WAITING', 'RUNNING', 'DEAD')
"""


@dataclass(frozen=True, slots=True)
class Queue:
    """``given_up``: will not leave any more unless somebody sends it again.

    ``oldest_seconds`` of an errand that was put off, and did not fail, counts from when it is due again;
    0: nothing is due.
    """

    name: str
    waiting: int
    given_up: int
    oldest_seconds: float


def queues() -> list[Queue]:
    """Texts, letters, errands; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_QUEUES)
        return [Queue(name, waiting, dead, max(0.0, float(age or 0))) for name, waiting, dead, age in cursor]
