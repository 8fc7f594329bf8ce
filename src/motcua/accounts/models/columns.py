"""Shapes that several tables of the room share; those that other rooms have too lie lower down."""

from django.db import models
from django.db.models import Q

from motcua.keys.columns import (
    ClockTimestamp,
    OctetLengthIs,
    StatementTimestamp,
    fingerprint_is_32_bytes,
    since,
)


def one_of(table: str, column: str, values: list[str]) -> models.CheckConstraint:
    """The column holds one of the words of its list."""
    return models.CheckConstraint(
        name=f"{table}_{column}_known",
        condition=Q(**{f"{column}__in": values}),
        violation_error_message="Giá trị không thuộc danh mục.",
    )


__all__ = [
    "ClockTimestamp",
    "OctetLengthIs",
    "StatementTimestamp",
    "fingerprint_is_32_bytes",
    "one_of",
    "since",
]
