"""The phones of invented people are of nobody, and a real system has no use for them."""

from typing import Any

import pytest

from motcua.kernel.mobile_prefixes import NEW_PREFIX_OF_OLD, PREFIXES_OF_OPERATOR
from motcua.kernel.phone import TrainingPhone
from motcua.training import invented
from motcua.web.forms_base import PhoneField


def people() -> list[invented.Invented]:
    citizens = [invented.citizen(attempt, part) for attempt in (1, 2, 77_777, 4_000_000) for part in range(4)]
    officers = [
        invented.officer(course, nth, colleague=colleague)
        for course in (1, 2, 9_000)
        for nth in (1, 60)
        for colleague in (False, True)
    ]
    return citizens + officers


def test_no_operator_was_ever_given_their_numbers() -> None:
    given = {prefix for prefixes in PREFIXES_OF_OPERATOR.values() for prefix in prefixes}
    given |= set(NEW_PREFIX_OF_OLD.values())
    assert {each.data.phone.prefix3 for each in people()} == {"030", "031"}
    assert not given & {"030", "031"}
    assert len({each.data.phone for each in people()}) == len(people())


@pytest.mark.parametrize("each", people(), ids=lambda each: each.data.phone.prefix3)
def test_a_real_system_takes_none_of_them(each: invented.Invented, settings: Any) -> None:
    """A trainee in the wrong tab would have a real code sent."""
    field = PhoneField()
    with pytest.raises(TrainingPhone):
        field.parse(each.data.phone.local)
    settings.TRAINING = True
    assert field.parse(each.data.phone.local) == each.data.phone
