"""Bảo vệ dữ liệu: what the room itself holds about people."""

from motcua.kernel.personal_data import CODE, Nobodys, Personal

PERSONAL: tuple[Personal, ...] = ()
NOBODYS: tuple[Nobodys, ...] = (Nobodys("ChoreRun: chore", CODE),)
