"""DP-01: every column that could hold a person stands in the register, with purpose, basis, readers and retention."""

import re

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import models

from motcua.files.models import StoredFile
from tests.house import sources
from tests.house.test_floors import ours

_PERSONAL = re.compile(
    r"sealed|_bi\Z|masked|(\A|_)(name|names|folded|phone|email|born|words|number|last3|relation|address|note|proof"
    r"|body|password|device|browser|reason|answer|title|who)(_|\Z)"
)
_KINDS = (
    models.CharField,
    models.TextField,
    models.BinaryField,
    models.DateField,
    models.JSONField,
    ArrayField,
)


def looks_personal(field: "models.Field[object, object]") -> bool:
    """By its name, and because it can hold words, bytes or a day; a moment or a count names nobody."""
    return (
        isinstance(field, _KINDS)
        and not isinstance(field, models.DateTimeField)
        and bool(_PERSONAL.search(field.name))
    )


def personal_columns() -> set[str]:
    return {
        f"{model._meta.label}.{field.name}"
        for model in ours()
        for field in model._meta.concrete_fields
        if looks_personal(field)
    }


def all_columns() -> set[str]:
    return {f"{model._meta.label}.{field.name}" for model in ours() for field in model._meta.concrete_fields}


def register() -> dict[str, list[str]]:
    """Column → purpose, basis, readers, retention."""
    rows = sources.table_rows("data-protection.md", 5)
    return {name.strip("` "): row[1:] for row in rows if "." in row[0] for name in row[0].split(", ")}


def nobodys() -> dict[str, str]:
    """Columns that look personal and are not, and why."""
    return {row[0]: row[1] for row in sources.table_rows("data-protection.md", 2) if "." in row[0]}


def test_every_personal_column_is_in_the_register() -> None:
    assert len(personal_columns()) > 60
    assert sorted(personal_columns() - set(register()) - set(nobodys())) == []


def test_the_register_names_only_columns_that_are_there() -> None:
    assert sorted((set(register()) | set(nobodys())) - all_columns()) == []
    assert set(register()) & set(nobodys()) == set()


def test_every_row_is_whole() -> None:
    assert [name for name, cells in register().items() if not all(cells)] == []
    assert [name for name, why in nobodys().items() if not why] == []


@pytest.mark.parametrize("purpose", StoredFile.Purpose.values)
def test_every_kind_of_document_is_in_the_register(purpose: str) -> None:
    row = next(row for row in sources.table_rows("data-protection.md", 5) if row[0] == purpose)
    assert all(row)


def test_sealed_columns_hold_bytes_and_have_no_plain_twin() -> None:
    """``phone_sealed`` beside ``phone`` would seal nothing."""
    for model in ours():
        columns = {field.name: field for field in model._meta.concrete_fields}
        for name, field in columns.items():
            if name.endswith(("_sealed", "_bi")):
                assert isinstance(field, models.BinaryField), f"{model._meta.label}.{name}"
                assert re.sub(r"_(sealed|bi)\Z", "", name) not in columns, f"{model._meta.label}.{name}"


def test_a_personal_column_is_recognised() -> None:
    seen = [models.TextField(name="mother_name"), models.BinaryField(name="paper_sealed")]
    seen.append(models.DateField(name="born_on"))
    assert all(looks_personal(field) for field in seen)
    assert not looks_personal(models.DateTimeField(name="answered_at"))
    assert not looks_personal(models.IntegerField(name="number"))
