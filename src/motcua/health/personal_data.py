"""Tình trạng: processes, jobs and neighbours; nothing of a person."""

from motcua.kernel.personal_data import CODE, Nobodys, Personal

PERSONAL: tuple[Personal, ...] = ()
NOBODYS: tuple[Nobodys, ...] = (Nobodys("Pulse: kind name said every_seconds took_seconds", CODE),)
