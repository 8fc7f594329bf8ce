"""Sổ theo dõi: the unit's own dossiers in order; a file leaves with the right, a reason and a line in the journal."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from tests.desk.lives import House, house
from tests.desk.town import OWNER, a_form, a_unit, authority_of, town

from motcua.desk import register
from motcua.desk.models import RegisterExport
from motcua.desk.moving import ReasonWanted
from motcua.desk.register import Kind, RegisterTooLong, Wanted
from motcua.desk.states import State
from motcua.desk.submission import Contact
from motcua.journal.models import Event
from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.phone import Phone

pytestmark = pytest.mark.django_db(transaction=True)
REASON = "Báo cáo quý theo yêu cầu của Sở"


@pytest.fixture
def here(tmp_path: Path) -> House:
    return house(town(tmp_path))


def exporter(here: House, *more: Power) -> Authority:
    return authority_of(here.town.officer, here.town.unit, Power.EXPORT, *more)


def out(
    here: House, wanted: Wanted | None = None, by: Authority | None = None, **more: Any
) -> list[register.Line]:
    values = {"kind": Kind.XLSX, "reason": REASON, **more}
    return list(register.take_out(by or exporter(here), wanted or Wanted(), **values))


def test_the_register_lists_received_dossiers_in_order_with_who_took_the_result(here: House) -> None:
    given = here.done()
    here.hand_out(given)
    waiting = here.town.received(here.town.new_owner())
    first, second = out(here)
    assert (first.code, second.code) == (given.code, waiting.code)
    assert first.returned and first.taker == given.owner_name and first.how == "Tại bộ phận một cửa"
    assert (second.returned, second.taker, second.note) == ("", "", State.RECEIVED.label)
    assert len(first.cells(1)) == len(register.HEADINGS)


def test_screen_and_file_say_the_same(here: House) -> None:
    here.hand_out(here.done())
    here.received()
    found = register.page_of(here.giver, Wanted(), cursor=None, now=timezone.now())
    assert register.lines_of(list(found.rows)) == out(here)


def test_phones_are_masked_and_numbers_are_not_there(here: House) -> None:
    contact = Contact(Phone.parse("0900000045"), "", "Xã Cát Hưng")
    here.town.receive(here.town.draft(OWNER), a_form(contact=contact))
    (line,) = out(here)
    assert line.phone == Phone.parse("0900000045").masked and line.address == "Xã Cát Hưng"
    assert OWNER not in str(line.cells(1)) and "0900000045" not in str(line.cells(1))


def test_each_filter_narrows_the_file(here: House) -> None:
    dossier = here.received()
    today = timezone.localdate()
    for wanted, hits in (
        (Wanted(from_day=today, to_day=today), 1),
        (Wanted(from_day=today + timedelta(days=1)), 0),
        (Wanted(to_day=today - timedelta(days=1)), 0),
        (Wanted(procedure_code=dossier.procedure.code), 1),
        (Wanted(procedure_code="2.002479"), 0),
        (Wanted(state=State.RECEIVED), 1),
        (Wanted(state=State.DONE), 0),
    ):
        assert len(out(here, wanted)) == hits, wanted


def test_another_units_dossiers_stay_out(here: House) -> None:
    here.received()
    elsewhere = a_unit("phong-gddt", "000.05.31.H08")
    stranger = authority_of(here.town.officer, elsewhere, Power.EXPORT)
    assert out(here, by=stranger) == []


def test_taking_out_needs_the_right_and_a_reason_and_leaves_a_trace(here: House) -> None:
    here.received()
    with pytest.raises(NotAuthorised):
        out(here, by=here.giver)
    with pytest.raises(ReasonWanted):
        out(here, reason=" ")
    assert not RegisterExport.objects.exists()
    out(here, kind=Kind.PDF)
    kept = RegisterExport.objects.get()
    assert (kept.rows, kept.kind, kept.reason) == (1, "pdf", REASON)
    assert Event.objects.filter(event="desk.register.exported").latest("id").facts == {
        "rows": 1,
        "kind": "pdf",
    }
    with (
        pytest.raises(IntegrityError, match="không được sửa"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE desk_registerexport SET reason = 'lý do khác'")


def test_a_printed_register_is_short(here: House, monkeypatch: pytest.MonkeyPatch) -> None:
    here.received()
    here.received()
    monkeypatch.setattr(register, "MOST_PRINTED", 1)
    with pytest.raises(RegisterTooLong) as no:
        out(here, kind=Kind.PDF)
    assert "1 hồ sơ" in no.value.text
    assert len(out(here)) == 2


def test_the_sheet_is_todays_form(here: House) -> None:
    here.received()
    lines = register.take_out(exporter(here), Wanted(), kind=Kind.PDF, reason=REASON)
    form, data = register.sheet_of(here.giver, Wanted(from_day=timezone.localdate()), lines)
    assert form == "so-theo-doi" and data["version"] == "Mẫu số 07, Thông tư 03/2025/TT-VPCP"
    assert data["total"] == "1 hồ sơ"
