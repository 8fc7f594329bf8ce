"""A row in a log, a traceback or a shell names nobody."""

import ast
import re
import uuid

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import models

from tests.house import sources
from tests.house.test_floors import ours

PERSON = ("Nguyễn Thị Mẫu", "052190000123", "0900000012", "+84900000012")
FULL = " ".join(PERSON)

#: Columns that are codes of things, not of people, and that a row prints as its name.
CODES = {
    ("units.Unit", "code"),
    ("desk.Procedure", "code"),
    ("accounts.Operator", "name"),
    ("accounts.OperatorPrefix", "prefix"),
    ("journal.Event", "event"),
    ("outbox.Errand", "kind"),
    ("outbox.Provider", "code"),
    ("outbox.Handover", "provider"),
    ("ops.Milestone", "name"),
}


def filled(model: type[models.Model]) -> models.Model:
    """A row whose every text says who it is about."""
    values: dict[str, object] = {}
    for field in model._meta.concrete_fields:
        if (model._meta.label, field.name) in CODES:
            continue
        if isinstance(field, models.CharField | models.TextField):
            values[field.attname] = FULL
        elif isinstance(field, models.BinaryField):
            values[field.attname] = FULL.encode()
        elif isinstance(field, ArrayField):
            values[field.attname] = [FULL]
        elif isinstance(field, models.JSONField):
            values[field.attname] = {"name": FULL}
    return model(**values)


def given_away(row: object) -> list[str]:
    return [shown for shown in (str(row), repr(row), f"{row}") if any(part in shown for part in PERSON)]


@pytest.mark.parametrize("model", ours(), ids=lambda model: model._meta.label)
def test_printing_a_row_never_prints_a_person(model: type[models.Model]) -> None:
    assert given_away(filled(model)) == []


def test_a_row_that_prints_a_person_is_seen() -> None:
    class Careless:
        def __str__(self) -> str:
            return PERSON[0]

    assert len(given_away(Careless())) == 2


@pytest.mark.parametrize(("label", "column"), sorted(CODES))
def test_what_is_excused_is_really_printed(label: str, column: str) -> None:
    model = next(model for model in ours() if model._meta.label == label)
    mark = uuid.uuid4().hex[:8]
    assert mark in str(model(**{column: mark}))


_PERSONAL = re.compile(
    r"(full|owner|filer|person|citizen)_name|(\A|_)(number|phone|born|born_on|email|password|passcode|one_time)\Z"
)
#: Of an office, of this machine's own database, or not a person's at all.
NOBODYS = {
    "units/tree.py Desk.phone",
    "units/sample.py _Planned.phone",
    "ops/embedded.py Embedded.password",
}


def talkative(where: str, tree: ast.AST) -> list[str]:
    """Dataclasses and tuples whose automatic repr would print a person."""
    return [
        f"{where} {holder.name}.{field.target.id}"
        for holder in ast.walk(tree)
        if isinstance(holder, ast.ClassDef) and _prints_its_fields(holder)
        for field in holder.body
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and _PERSONAL.search(field.target.id)
        and not re.search(r"(request|provisional|dossier|row)_number", field.target.id)
        # A value of the kernel masks itself; a plain text, date or bytes does not.
        and re.match(r"str|bytes|date\b", ast.unparse(field.annotation))
        and "repr=False" not in ast.unparse(field)
    ]


def _prints_its_fields(holder: ast.ClassDef) -> bool:
    made = [ast.unparse(one) for one in [*holder.decorator_list, *holder.bases]]
    by_itself = any(("dataclass" in one and "repr=False" not in one) or "NamedTuple" in one for one in made)
    own = any(isinstance(one, ast.FunctionDef) and one.name == "__repr__" for one in holder.body)
    return by_itself and not own


def test_no_value_that_travels_prints_a_person() -> None:
    found = [line for module in sources.modules() for line in talkative(module.where, module.tree)]
    assert set(found) - NOBODYS == set()


def test_a_talkative_value_is_seen() -> None:
    told = (
        "@dataclass(frozen=True)\nclass Owner:\n    full_name: str\n    phone: Phone\n    number: str | None"
    )
    assert talkative("x.py", ast.parse(told)) == ["x.py Owner.full_name", "x.py Owner.number"]
    assert talkative("x.py", ast.parse(told.replace("frozen", "repr=False, frozen"))) == []
