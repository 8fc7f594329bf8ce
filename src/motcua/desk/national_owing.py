"""Each line of a dossier's history is owed to Cổng DVCQG, with the transaction that wrote it."""

import uuid
from typing import Final

from django.conf import settings
from django.db import connection

from motcua.desk.models import Dossier
from motcua.outbox import errands

TELL: Final = "desk.national"

# A provisional reception is the desk's own affair: its lines are told as soon as there is a code, without that one.
_OWE: Final = """
INSERT INTO desk_nationalsync
    (public_id, dossier_id, event_id, version, state, tries, refused_code, refused_words, dropped_by, dropped_reason)
SELECT gen_random_uuid(), e.dossier_id, e.id, %s, 'OWED', 0, '', '', '', ''
  FROM desk_dossierevent e
 WHERE e.dossier_id = %s AND e.to_state <> 'PROVISIONAL'
   AND NOT EXISTS (SELECT 1 FROM desk_nationalsync s WHERE s.event_id = e.id)
 ORDER BY e.id
    ON CONFLICT DO NOTHING
RETURNING event_id
"""


def owe(dossier: Dossier) -> None:
    """Within the transaction that wrote a line of history; whatever was not owed before is owed with it."""
    if not settings.NATIONAL_SYNC or dossier.code is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(_OWE, [dossier.version, dossier.pk])
        written = [event for (event,) in cursor.fetchall()]
    if written:
        promise(dossier.public_id, f"e{max(written)}")


def promise(dossier: uuid.UUID, which: str) -> None:
    """Have what the dossier owes told; ``which`` tells one promise from another."""
    errands.promise(TELL, f"desk.national:{dossier}:{which}", {"dossier": str(dossier)})
