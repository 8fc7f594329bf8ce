"""What a binding gate would have refused last week: counted by unit, procedure and officer, listed by code alone."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.simulated import outside, outside_url
from tests.units import people as officers
from tests.web_counter.conftest import ONE_WAY, Desk, desk
from tests.web_counter.test_warn_period import binds_in, form_of

from motcua.desk import gate_preview
from motcua.desk.models import Dossier
from motcua.kernel.authority import NotAuthorised, Power
from motcua.units.models import Unit

__all__ = ["desk", "outside", "outside_url"]


def unchecked(desk: Desk, name: str) -> Dossier:
    address = form_of(desk)
    done = desk.client.post(address, desk.form(address, owner_name=name))
    assert done.status_code == 302
    return Dossier.objects.latest("pk")


def test_what_would_have_been_refused_is_counted_and_names_no_owner(desk: Desk) -> None:
    binds_in(desk, 30)
    first, second = unchecked(desk, "Lê Thị Chưa Có"), unchecked(desk, "Võ Văn Chưa Có")
    desk.received(ONE_WAY)  # its owner has an account: a binding gate would let it through
    viewer = officers.administrator(desk.unit)

    found = gate_preview.preview(viewer, [desk.unit.pk], now=timezone.now())

    assert found.total == 2
    assert found.by_unit == [(desk.unit.code, 2)]
    assert found.by_officer == [("Trần Văn Quầy", 2)]
    assert [count for _, count in found.by_procedure] == [2]
    assert [row.code for row in found.rows] == [second.code, first.code]
    assert gate_preview.counts(viewer, [desk.unit.pk], now=timezone.now()) == {desk.unit.pk: 2}
    said = repr(found) + "".join(f"{row.code}{row.procedure}{row.officer_name}" for row in found.rows)
    assert "Chưa Có" not in said
    later = timezone.now() + gate_preview.LOOKED_BACK + timedelta(minutes=1)
    assert gate_preview.preview(viewer, [desk.unit.pk], now=later).total == 0


def test_only_own_units_are_looked_at_and_only_by_administrators(desk: Desk) -> None:
    binds_in(desk, 30)
    unchecked(desk, "Lê Thị Chưa Có")
    stranger = officers.administrator(
        Unit.objects.create(code="noi-khac", name="x", short_name="x", kind="SO", valid_from="2020-01-01")
    )
    assert gate_preview.preview(stranger, [desk.unit.pk], now=timezone.now()).total == 0
    assert gate_preview.counts(stranger, [desk.unit.pk], now=timezone.now()) == {}
    clerk = officers.officer()
    officers.post(clerk, desk.unit, Power.RECEIVE_DOSSIER)
    with pytest.raises(NotAuthorised):
        gate_preview.preview(officers.authority_at(clerk, desk.unit), [desk.unit.pk], now=timezone.now())


def test_a_long_list_is_shown_page_by_page(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate_preview, "PAGE", 1)
    binds_in(desk, 30)
    first = unchecked(desk, "Lê Thị Chưa Có")
    unchecked(desk, "Võ Văn Chưa Có")
    viewer = officers.administrator(desk.unit)

    page = gate_preview.preview(viewer, [desk.unit.pk], now=timezone.now(), page=2)

    assert (page.total, [row.code for row in page.rows], page.more) == (2, [first.code], False)
