"""Tập huấn: invented people only; in a real installation the tables stay empty (a rule of the database)."""

from motcua.kernel.personal_data import CODE, POINTER, Nobodys, Personal

PERSONAL: tuple[Personal, ...] = ()
NOBODYS = (
    Nobodys("Course: name last_day unit_code; Trainee: unit_code; Attempt: task answers verdicts", CODE),
    Nobodys("Course: trainer_subject; Trainee: subject colleague_subject", POINTER),
)
