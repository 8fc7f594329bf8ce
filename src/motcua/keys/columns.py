"""Shapes that tables of several rooms share: the database clock and the length of a digest."""

from typing import Any

from django.db import models
from django.db.models import Func, Q

from motcua.keys.marks import MarkFits


class ClockTimestamp(Func):
    """The database's own clock now, not the start of the transaction (threats C6, mistake 19)."""

    function = "clock_timestamp"
    output_field = models.DateTimeField()


class StatementTimestamp(Func):
    """The database's clock at the start of the statement: two columns of one row agree to the microsecond."""

    function = "statement_timestamp"
    output_field = models.DateTimeField()


def since() -> "models.DateTimeField[Any, Any]":
    """A moment written by the database clock when the row is made."""
    return models.DateTimeField(db_default=StatementTimestamp(), editable=False)


def fingerprint_is_32_bytes(table: str, column: str) -> models.CheckConstraint:
    """A digest holds 32 bytes of HMAC-SHA256 or nothing; a blind index, so much or with its cover (threats C1)."""
    fits = MarkFits(column) if column.endswith("_bi") else OctetLengthIs(column)
    return models.CheckConstraint(
        name=f"{table}_{column}_32",
        condition=Q(**{f"{column}__isnull": True}) | Q(fits),
        violation_error_message="Chỉ mục mã hóa phải dài 32 byte.",
    )


class OctetLengthIs(Func):
    """``octet_length(column) = 32`` as a condition."""

    template = "octet_length(%(expressions)s) = 32"
    output_field = models.BooleanField()


__all__ = ["ClockTimestamp", "OctetLengthIs", "StatementTimestamp", "fingerprint_is_32_bytes", "since"]
