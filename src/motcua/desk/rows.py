"""Models out of a statement of our own: on the hottest paths building a query by the ORM costs more than asking it."""

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from django.db import models

from motcua.keys import marks

M = TypeVar("M", bound=models.Model)


class Columns(Generic[M]):
    """All columns of a model under an alias, whatever they are by now, and the model made of their values."""

    def __init__(self, model: type[M], alias: str) -> None:
        self._model = model
        self._fields = model._meta.concrete_fields
        self.names = tuple(field.attname for field in self._fields)
        self._marks = [nth for nth, field in enumerate(self._fields) if isinstance(field, marks.MarkField)]
        if any(
            hasattr(field, "from_db_value")
            for nth, field in enumerate(self._fields)
            if nth not in self._marks
        ):
            raise TypeError(f"{model.__name__}: a column that has to be converted is read by the ORM")
        self.sql = ", ".join(f'{alias}."{field.column}"' for field in self._fields)

    def __len__(self) -> int:
        return len(self.names)

    def made(self, values: Sequence[Any]) -> M:
        """The model, as if the ORM had read it."""
        row = list(values)
        for nth in self._marks:
            row[nth] = None if row[nth] is None else marks.read(row[nth])
        return self._model.from_db("default", self.names, row)

    def all_as_json(self, table: str, *, where: str, order: str) -> str:
        """A sub-select: the rows as one jsonb array of arrays; for columns that are numbers, words or yes and no."""
        columns = ", ".join(f'j."{field.column}"' for field in self._fields)
        rows = f"jsonb_agg(jsonb_build_array({columns}) ORDER BY j.{order})"
        return f"(SELECT coalesce({rows}, '[]') FROM {table} j WHERE j.{where})"  # noqa: S608 - constants
