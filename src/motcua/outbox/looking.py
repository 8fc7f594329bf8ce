"""Whether anything is to be done: one statement without a transaction, asked several times a second.

An idle worker asks this and no more. A look may say yes too often (somebody else is faster, a provider rests); it says
no only where the work would change nothing.
"""

from typing import Any, Final

from django.db import connection

from motcua.outbox.sending import LAST_MOMENT, WORDS_KEPT

_TEXTS: Final = """
    SELECT EXISTS (
        SELECT 1 FROM outbox_message
        WHERE state = 'WAITING'
                AND (not_before <= clock_timestamp() OR expires_at <= clock_timestamp() + %(last_moment)s)
            OR state = 'SENDING' AND lease_until <= clock_timestamp()
    ) OR EXISTS (
        SELECT 1 FROM outbox_message
        WHERE state = 'SENT' AND body_sealed IS NOT NULL
            AND (expires_at <= clock_timestamp() + %(last_moment)s
                OR expires_at IS NULL AND sent_at <= clock_timestamp() - %(kept)s)
    )
"""
_LETTERS: Final = """
    SELECT EXISTS (
        SELECT 1 FROM outbox_letter
        WHERE state = 'WAITING'
                AND (not_before <= clock_timestamp() OR expires_at <= clock_timestamp() + %(last_moment)s)
            OR state = 'SENDING' AND lease_until <= clock_timestamp()
    )
"""
_ERRANDS: Final = """
    SELECT EXISTS (
        SELECT 1 FROM outbox_errand
        WHERE state = 'WAITING' AND not_before <= clock_timestamp()
            OR state = 'RUNNING' AND lease_until <= clock_timestamp()
    )
"""


def texts() -> bool:
    """Whether ``sending.send_due`` would find a text to send, to give up or to erase."""
    return _says(_TEXTS)


def letters() -> bool:
    """Whether ``mailing.send_due`` would find a letter to send or to give up."""
    return _says(_LETTERS)


def errands() -> bool:
    """Whether ``errands.run_due`` would find an errand of any kind."""
    return _says(_ERRANDS)


def _says(question: str) -> bool:
    spans: dict[str, Any] = {"last_moment": LAST_MOMENT, "kept": WORDS_KEPT}
    with connection.cursor() as cursor:
        cursor.execute(question, spans)
        (said,) = cursor.fetchone()
    return bool(said)
