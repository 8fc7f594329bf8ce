"""Vận hành: what was set up, and nobody's data."""

from motcua.kernel.personal_data import CODE, Nobodys, Personal

PERSONAL: tuple[Personal, ...] = ()
NOBODYS = (Nobodys("Milestone: name; Hold: backup", CODE),)
