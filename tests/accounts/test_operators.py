"""Operators are counted by a code and read by the name that they write."""

import pytest

from motcua.accounts import operators

pytestmark = pytest.mark.django_db


def test_each_operator_that_is_counted_is_read_by_its_own_name() -> None:
    operators.load_known()
    named = operators.names_by_code()
    assert named["viettel"] == "Viettel"
    assert all(operators.code_of(name) == code for code, name in named.items()) and len(named) > 3
