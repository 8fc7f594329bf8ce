"""What desks tell: each rule of the two tables refuses under its own name."""

import uuid

import pytest
from tests.rule_by_rule import Rule, two_rows, wrong_of

from motcua.signin.models import DeskDossier, DeskProcedure

pytestmark = pytest.mark.django_db
RULES: list[Rule] = [
    ("signin_deskprocedure", "desk_procedure_once", "client_id = 1, code = 'ma-chung'"),
    ("signin_deskprocedure", "desk_procedure_code", "code = 'không đúng'"),
    ("signin_deskprocedure", "desk_procedure_code", "name = ''"),
    (
        "signin_deskdossier",
        "desk_dossier_once",
        "client_id = 1, reference = '00000000-0000-0000-0000-000000000001'",
    ),
    ("signin_deskdossier", "desk_dossier_words", "code = ''"),
    ("signin_deskdossier", "desk_dossier_words", "state = 'lost'"),
    ("signin_deskdossier", "desk_dossier_words", "line = 0"),
]


def test_each_rule_refuses_under_its_own_name() -> None:
    two_rows(DeskProcedure, code=lambda nth: f"ma-{nth}", name="Thủ tục")
    two_rows(DeskDossier, reference=lambda nth: uuid.UUID(int=nth + 1), state="PROCESSING", line=1)
    assert wrong_of(RULES) == []
