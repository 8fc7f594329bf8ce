"""Trả lời đã giữ: a write asked twice under one key is done once, and answered the same (threats C13, M7).

Problem: the line breaks after the act and before its answer, and the caller asks again. Choice: the caller names
each write by a key; the key is claimed first, in a transaction of its own, and the answer kept sealed under it.
Twins: one holds the claim, the other is told to come back. A claim whose holder died is taken over when its lease
is out; the act itself is harmless twice, because the rooms keep keys of their own. Price: two short writes.
"""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from uuid import uuid4

from django.conf import settings
from django.db import connection, transaction

from motcua.kernel.refusal import Refusal
from motcua.signin.models import KeptAnswer

#: Longer than any write takes, short enough that a caller outlives it.
LEASE: Final = timedelta(seconds=60)
#: How long the same key is the same write; the database keeps the same least (migration 0004).
KEPT: Final = timedelta(days=2)
_FIELD: Final = "signin_keptanswer.answer"


class KeyOfAnotherWrite(Refusal):
    code = "idempotency_key_reused"
    status = 422
    message = "Mã chống gửi lặp này đã dùng cho một nội dung khác. Đề nghị tạo mã mới cho mỗi việc mới."


class WriteUnderWay(Refusal):
    """``details``: ``wait_seconds``."""

    code = "write_under_way"
    status = 409
    message = (
        "Việc này đang được thực hiện bởi một lời gọi khác cùng mã. Đề nghị gọi lại với cùng mã sau giây lát."
    )


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to act under a key; ``answer`` is there when somebody did already."""

    row: int
    sealed_for: str
    answer: Answer | None = field(default=None, repr=False)


def claim(*, client_pk: int, key: str, operation: str, body: bytes) -> Claim:
    """Begin a write, or hear what it was answered. Raises KeyOfAnotherWrite, WriteUnderWay."""
    mac: bytes = settings.KEYRING.mac("signin-idempotency", operation, body)
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(_CLAIM, [uuid4(), client_pk, key, operation, mac, LEASE.total_seconds()])
        new = cursor.fetchone()
        if new is not None:
            return Claim(row=new[0], sealed_for=str(new[1]))
        cursor.execute(_HELD, [client_pk, key])
        held = cursor.fetchone()
        if held is None:  # let go of between the two statements
            raise WriteUnderWay(wait_seconds=1)
        row, public_id, said_mac, status, sealed, seconds = held
        if bytes(said_mac) != mac:
            raise KeyOfAnotherWrite
        if status is not None:
            kept = json.loads(settings.KEYRING.open(_FIELD, str(public_id), sealed))
            return Claim(row=row, sealed_for=str(public_id), answer=Answer(status, kept))
        if seconds > 0:
            raise WriteUnderWay(wait_seconds=min(seconds, 2))
        cursor.execute(_TAKE_OVER, [LEASE.total_seconds(), row])
        return Claim(row=row, sealed_for=str(public_id))


_CLAIM: Final = """
    INSERT INTO signin_keptanswer (public_id, client_id, key, operation, body_mac, lease_until)
    VALUES (%s, %s, %s, %s, %s, clock_timestamp() + make_interval(secs => %s))
    ON CONFLICT (client_id, key) DO NOTHING RETURNING id, public_id
"""
_HELD: Final = """
    SELECT id, public_id, body_mac, status, answer_sealed,
           ceil(extract(epoch FROM lease_until - clock_timestamp()))::int
      FROM signin_keptanswer WHERE client_id = %s AND key = %s FOR UPDATE
"""
_TAKE_OVER: Final = """
    UPDATE signin_keptanswer SET lease_until = clock_timestamp() + make_interval(secs => %s) WHERE id = %s
"""


def keep(claimed: Claim, answer: Answer) -> None:
    """What the write was answered, sealed: it may hold a name."""
    sealed = settings.KEYRING.seal(_FIELD, claimed.sealed_for, json.dumps(answer.body, separators=(",", ":")))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE signin_keptanswer SET status = %s, answer_sealed = %s, answered_at = clock_timestamp()"
            " WHERE id = %s AND answered_at IS NULL",
            [answer.status, sealed, claimed.row],
        )


def let_go(claimed: Claim) -> None:
    """The write was refused or broke: nothing was done, and the same key may try again."""
    KeptAnswer.objects.filter(pk=claimed.row, answered_at=None).delete()
