"""The tree of offices, and the sample it starts from."""

from datetime import date, timedelta

import pytest
from django.test import override_settings
from tests.units import people
from tests.units.people import TODAY

from motcua.kernel.refusal import NotFound
from motcua.units import sample, tree
from motcua.units.models import Unit

pytestmark = pytest.mark.django_db


def test_the_sample_is_the_so_its_departments_districts_schools_and_centres() -> None:
    added = sample.load(people.UNITS_FILE)

    so = tree.unit("binhdinh-sgddt")
    kinds = [unit.kind for unit in Unit.objects.all()]
    assert added == len(kinds)
    assert kinds.count("PHONG_GDDT") == 11
    assert kinds.count("THPT") + kinds.count("TRUC_THUOC") == 28
    assert {kind: kinds.count(kind) for kind in ("SO", "PHONG_CM", "GDTX", "GDNN_GDTX")} == {
        "SO": 1,
        "PHONG_CM": 4,
        "GDTX": 1,
        "GDNN_GDTX": 10,
    }
    assert set(tree.subtree_ids(so.pk)) == set(Unit.objects.values_list("pk", flat=True))


def test_loading_the_sample_again_keeps_what_was_edited() -> None:
    sample.load(people.UNITS_FILE)
    Unit.objects.filter(code="binhdinh-sgddt").update(phone="0256 000 0099", has_desk=False)

    assert sample.load(people.UNITS_FILE) == 0
    assert tree.unit("binhdinh-sgddt").phone == "0256 000 0099"


def test_desks_of_the_citizens_district_come_first() -> None:
    sample.load(people.UNITS_FILE)

    near = tree.desks("Hoai Nhon", on=TODAY)

    first = [desk.district for desk in near[:6]]
    assert set(first) == {"Hoài Nhơn"}
    assert {desk.unit_code for desk in near} == {desk.unit_code for desk in tree.desks(on=TODAY)}
    assert tree.desks(on=TODAY)[0].unit_code == "binhdinh-sgddt"


def test_a_closed_desk_is_not_recommended() -> None:
    people.unit("dong", has_desk=True, dossier_prefix="000.00.01.H08", valid_to=TODAY - timedelta(days=1))
    people.unit("mo", has_desk=True, dossier_prefix="000.00.02.H08", valid_to=TODAY)
    people.unit("khong-quay")

    assert [desk.unit_code for desk in tree.desks(on=TODAY)] == ["mo"]


def test_a_unit_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        tree.unit("khong-co")


def test_two_sample_desks_still_warn_where_a_day_is_given() -> None:
    day = TODAY + timedelta(days=60)
    sample.load(people.UNITS_FILE, warning_until=day)
    warning = Unit.objects.exclude(gate_binds_from=None).values_list("code", "gate_binds_from")
    assert dict(warning) == dict.fromkeys(sample.STILL_WARNING, day)
    assert not any(unit.gate_binds(TODAY) for unit in Unit.objects.filter(code__in=sample.STILL_WARNING))


def test_the_gate_binds_from_the_units_own_day_or_the_provinces() -> None:
    early = people.unit("som", gate_binds_from=date(2022, 7, 1))
    plain = people.unit("thuong")

    with override_settings(GATE_BINDS_FROM="2022-07-20"):
        assert early.gate_binds(date(2022, 7, 1))
        assert not early.gate_binds(date(2022, 6, 30))
        assert plain.gate_binds(date(2022, 7, 20))
        assert not plain.gate_binds(date(2022, 7, 19))
