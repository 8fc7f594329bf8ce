"""A column by which somebody is found: the program has the mark bare, the row holds it as the keys of today say.

Nothing but this file and ``covering`` knows how a mark lies in a row. A statement that is written by hand asks with
``forms``, writes ``kept`` and reads with ``read``.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import lookups


def forms(*marks: bytes) -> list[bytes]:
    """All under which rows may hold these marks, for ``= ANY(%s)``."""
    return [form for mark in marks for form in settings.KEYRING.covers.forms(bytes(mark))]


def kept(mark: bytes) -> bytes:
    """What a statement writes; the rule of the table takes from it what the row holds."""
    written: bytes = settings.KEYRING.covers.kept(bytes(mark))
    return written


def read(value: bytes | memoryview) -> bytes:
    """The bare mark of a row. Raises MarkClosed."""
    mark: bytes = settings.KEYRING.covers.read(bytes(value))
    return mark


if TYPE_CHECKING:
    _Bytes = models.BinaryField[Any, Any]
else:
    _Bytes = models.BinaryField


class MarkField(_Bytes):
    """32 bytes for whoever reads and asks; 32 or 49 in the row (kernel/marks.py).

    ``alone``: neither a rule nor a statement compares it with the mark of another row or table. Such tables are
    long, and their rows change little by little; all others in one transaction (``covering``).
    ``emptied``: SQL of a row that was forgotten, in which a rule of its table put 32 bytes that are nobody's mark.
    """

    def __init__(self, *args: Any, alone: bool = False, emptied: str = "", **kwargs: Any) -> None:
        self.alone = alone
        self.emptied = emptied
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """Migrations see bytes: how they are read is no matter of the table."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.BinaryField", args, kwargs

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> bytes | None:
        return None if value is None else read(value)

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if value is not None and not hasattr(value, "as_sql"):
            value = kept(value)
        return super().get_db_prep_save(value, connection)


class MarkFits(models.Func):
    """As a condition: a mark, bare or in its cover."""

    template = "octet_length(%(expressions)s) IN (32, 49)"
    output_field = models.BooleanField()


@MarkField.register_lookup
class IsMark(lookups.Exact):
    """Equal to the mark, in whichever form the row has it."""

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        if not self.rhs_is_direct_value() or self.rhs is None:
            return super().as_sql(compiler, connection)
        return _among(self.lhs, [self.rhs]).as_sql(compiler, connection)


@MarkField.register_lookup
class IsOneOfMarks(lookups.In):
    """As ``IsMark``, of several. Against another column, the database compares the forms: only within one change."""

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        if not self.rhs_is_direct_value():
            return super().as_sql(compiler, connection)
        return _among(self.lhs, self.rhs).as_sql(compiler, connection)


def _among(column: Any, marks: Iterable[Any]) -> Any:
    found = forms(*(mark for mark in marks if mark is not None))
    return lookups.Exact(column, found[0]) if len(found) == 1 else lookups.In(column, found)
