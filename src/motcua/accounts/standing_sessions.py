"""Whether a session that something hangs on still stands: asked at each use, by the database's clock."""

import uuid
from datetime import timedelta
from typing import Final

from django.db import connection

from motcua.accounts.models import Session
from motcua.kernel.scope import Scope

# Not idle time: whoever uses the other system does not look at this one meanwhile.
_STANDS: Final = """
    SELECT 1 FROM accounts_session s JOIN accounts_account a ON a.id = s.account_id
     WHERE s.public_id = %s AND s.ended_at IS NULL AND s.created_at > clock_timestamp() - make_interval(secs => %s)
       AND (a.status = 'active' OR s.mandate_id IS NOT NULL AND a.status = 'pending_activation')
       AND (s.mandate_id IS NULL OR accounts_mandate_stands(s.mandate_id, '',
                (clock_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date))
       AND NOT accounts_waits_for_owner(a.id)
       AND (s.audience <> 'CITIZEN' OR s.provider <> 'DVCQG' OR NOT accounts_own_ended('CITIZEN'))
"""


def stands(session: uuid.UUID, *, longest: timedelta) -> bool:
    """Not ended, not older than ``longest``, its account is still in use, and so is a citizen's way of signing in."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDS, [session, longest.total_seconds()])
        return cursor.fetchone() is not None


def scope_of(session: uuid.UUID) -> Scope:
    """In which procedures whoever is in this session acts; everything, unless it is under a narrower mandate."""
    return Scope.of(
        Session.objects.filter(public_id=session).values_list("mandate__scope", flat=True).first()
    )
