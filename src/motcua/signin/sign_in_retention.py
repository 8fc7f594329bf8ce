"""What the room forgets of people, and when: requests that are over, sign-ins a month after they began."""

from typing import Final

from django.db import connection, transaction

from motcua.signin import authorising

_AT_ONCE: Final = 500
# A trigger refuses a sign-in of less than 31 days; its refresh tokens are older than 30 days then.
_OLD: Final = """
    WITH old AS (
        SELECT i.id FROM signin_signin i WHERE i.made_at < clock_timestamp() - interval '61 days'
         ORDER BY i.id LIMIT %s
    ), links AS (
        DELETE FROM signin_refreshtoken r USING old WHERE r.sign_in_id = old.id RETURNING r.id
    )
    SELECT id, (SELECT count(*) FROM links) FROM old
"""


def purge_due() -> int:
    """Delete what is past its day; returns how many rows."""
    return authorising.forget_old() + _forget_sign_ins()


@transaction.atomic
def _forget_sign_ins() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_OLD, [_AT_ONCE])
        old = [pk for pk, _ in cursor.fetchall()]
        if old:
            cursor.execute("DELETE FROM signin_signin WHERE id = ANY(%s)", [old])
    return len(old)
