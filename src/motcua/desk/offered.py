"""What is chosen, in one statement: a process with its procedure and checklist, or a procedure with its processes."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Final

from django.db import connection

from motcua.desk.catalogue_words import Asker
from motcua.desk.models import Component, Procedure, Process
from motcua.desk.rows import Columns

_PROCESS: Final = Columns(Process, "w")
_PROCEDURE: Final = Columns(Procedure, "p")
_COMPONENT: Final = Columns(Component, "j")
_PAPERS: Final = _COMPONENT.all_as_json("desk_component", where="procedure_id = p.id", order='"order"')
_RECEIVED: Final = """
       AND p.valid_from <= %(on)s::date AND (p.valid_to IS NULL OR p.valid_to >= %(on)s::date)
       AND p.levels && ARRAY[%(levels)s::jsonb ->> u.kind]
"""
_OFFERED: Final = f"""SELECT {_PROCESS.sql}, {_PROCEDURE.sql}, {_PAPERS}
      FROM desk_process w
      JOIN desk_procedure p ON p.id = w.procedure_id
      JOIN units_unit u ON u.id = %(unit)s
     WHERE w.id = %(process)s
       AND p.code = coalesce(%(code)s::text, (SELECT b.code FROM desk_procedure b WHERE b.id = %(bound)s::bigint))
       {_RECEIVED}
"""  # noqa: S608 - constants
_WAYS: Final = Columns(Process, "j").all_as_json("desk_process", where="procedure_id = p.id", order='"order"')
_CHOSEN: Final = f"""SELECT {_PROCEDURE.sql}, {_WAYS}
      FROM desk_procedure p
      JOIN units_unit u ON u.id = %(unit)s
     WHERE p.code = %(code)s
       AND (NOT %(organisation)s::boolean OR p.who_may_ask = '{{}}' OR %(asker)s::text = ANY (p.who_may_ask))
       {_RECEIVED}
"""  # noqa: S608 - constants


def process_at(
    unit_id: int, procedure: str | int, process_id: int, *, on: date, levels: Mapping[str, str]
) -> Process | None:
    """The process, if the procedure has it in force on this day and the unit's level receives it.

    ``procedure``: its code, or the key of one of its versions. ``levels``: the catalogue's word for each kind of
    unit. The procedure carries its ``checklist``.
    """
    asked: dict[str, int | str | date | None] = {
        "unit": unit_id,
        "process": process_id,
        "code": procedure if isinstance(procedure, str) else None,
        "bound": procedure if isinstance(procedure, int) else None,
        "on": on,
        "levels": json.dumps(dict(levels)),
    }
    with connection.cursor() as cursor:
        cursor.execute(_OFFERED, asked)
        row = cursor.fetchone()
    if row is None:
        return None
    process, its = _PROCESS.made(row[: len(_PROCESS)]), _PROCEDURE.made(row[len(_PROCESS) : -1])
    vars(its)["checklist"] = [_COMPONENT.made(values) for values in json.loads(row[-1])]
    process.procedure = its
    return process


def procedure_at(
    unit_id: int, code: str, *, on: date, levels: Mapping[str, str], organisation: bool
) -> Procedure | None:
    """The version in force on this day, if the unit's level receives it; it carries its ``ways``, the processes.

    ``organisation``: only if organisations may ask for it.
    """
    asked: dict[str, int | str | date | bool] = {
        "unit": unit_id,
        "code": code,
        "on": on,
        "levels": json.dumps(dict(levels)),
        "organisation": organisation,
        "asker": Asker.ORGANISATION.value,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CHOSEN, asked)
        row = cursor.fetchone()
    if row is None:
        return None
    procedure = _PROCEDURE.made(row[:-1])
    vars(procedure)["ways"] = [_PROCESS.made(values) for values in json.loads(row[-1])]
    return procedure
