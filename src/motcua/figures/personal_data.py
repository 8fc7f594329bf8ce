"""Số liệu: counts by day and unit; nobody is in them."""

from motcua.kernel.personal_data import CODE, Nobodys, Personal

PERSONAL: tuple[Personal, ...] = ()
NOBODYS = (Nobodys("DayFigure: day unit_code figure key; MonthFigure: month unit_code figure key", CODE),)
