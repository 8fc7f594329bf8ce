"""A process with its procedure and checklist in one statement: every page of a reception begins with it."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Final

from django.db import connection

from motcua.desk.models import Component, Procedure, Process
from motcua.desk.rows import Columns

_PROCESS: Final = Columns(Process, "w")
_PROCEDURE: Final = Columns(Procedure, "p")
_COMPONENT: Final = Columns(Component, "j")
_PAPERS: Final = _COMPONENT.all_as_json("desk_component", where="procedure_id = p.id", order='"order"')
_OFFERED: Final = f"""SELECT {_PROCESS.sql}, {_PROCEDURE.sql}, {_PAPERS}
      FROM desk_process w
      JOIN desk_procedure p ON p.id = w.procedure_id
      JOIN units_unit u ON u.id = %(unit)s
     WHERE w.id = %(process)s AND p.code = %(code)s
       AND p.valid_from <= %(on)s::date AND (p.valid_to IS NULL OR p.valid_to >= %(on)s::date)
       AND p.levels && ARRAY[%(levels)s::jsonb ->> u.kind]
"""  # noqa: S608 - constants


def process_at(
    unit_id: int, code: str, process_id: int, *, on: date, levels: Mapping[str, str]
) -> Process | None:
    """The process, if the procedure ``code`` has it in force on this day and the unit's level receives it.

    ``levels``: the catalogue's word for each kind of unit. The procedure carries its ``checklist``.
    """
    asked: dict[str, int | str | date] = {
        "unit": unit_id,
        "process": process_id,
        "code": code,
        "on": on,
        "levels": json.dumps(dict(levels)),
    }
    with connection.cursor() as cursor:
        cursor.execute(_OFFERED, asked)
        row = cursor.fetchone()
    if row is None:
        return None
    process, procedure = _PROCESS.made(row[: len(_PROCESS)]), _PROCEDURE.made(row[len(_PROCESS) : -1])
    vars(procedure)["checklist"] = [_COMPONENT.made(values) for values in json.loads(row[-1])]
    process.procedure = procedure
    return process
