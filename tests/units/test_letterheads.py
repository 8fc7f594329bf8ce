"""What stands at the head of a paper, and when its desk is open."""

from datetime import date
from typing import Any

import pytest
from tests.units import people

from motcua.kernel.collation import collation_key
from motcua.units import sample, tree
from motcua.units.letterheads import letterhead_of, opening_hours

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


def test_the_topmost_unit_stands_below_the_province() -> None:
    sample.load(people.UNITS_FILE)

    head = letterhead_of(tree.unit("binhdinh-sgddt"))

    assert head["agency_above"] == "Ủy ban nhân dân tỉnh Bình Định"
    assert head["agency"] == "Sở Giáo dục và Đào tạo Bình Định"
    assert head["place"] == "Quy Nhơn"
    assert letterhead_of(None) == head


def test_a_unit_below_names_the_one_above_and_its_own_place() -> None:
    sample.load(people.UNITS_FILE)

    head = letterhead_of(tree.unit("binhdinh-pgddt-phu-cat"))

    assert head["agency_above"] == "Sở Giáo dục và Đào tạo Bình Định"
    assert head["place"] == "Phù Cát"


def test_before_there_is_a_unit_the_province_alone_is_named(settings: Any) -> None:
    settings.DESK_NAME = "tỉnh Thử"

    assert letterhead_of(None) == {"agency_above": "Ủy ban nhân dân tỉnh Thử", "agency": "", "place": ""}


def test_the_hours_of_a_desk_are_those_that_deadlines_count_with() -> None:
    assert opening_hours(on=TODAY) == "thứ Hai đến thứ Sáu: 07:00–11:30 và 13:30–17:00"


def test_desks_and_units_are_listed_as_the_alphabet_has_them() -> None:
    sample.load(people.UNITS_FILE)

    names = [desk.name for desk in tree.desks(on=TODAY)][1:]

    assert names == sorted(names, key=collation_key)
    assert names.index("Phòng Giáo dục và Đào tạo huyện An Lão") < names.index(
        "Phòng Giáo dục và Đào tạo huyện Phù Cát"
    )
    assert names[0].startswith("Phòng")
