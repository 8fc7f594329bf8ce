"""A unit that had a dossier once, and what the pages write down of who looked."""

from datetime import date

import pytest
from django.db import connection
from django.utils import timezone

from motcua.desk.models import Dossier
from motcua.kernel.authority import Power
from motcua.units.models import Unit
from tests.web_counter.conftest import OWNER, Desk, text_of
from tests.web_counter.test_working_on_a_dossier import at, do, received, scan


def seen() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM journal_event WHERE event = 'desk.dossier.seen'")
        return int(cursor.fetchone()[0])


@pytest.fixture
def room(desk: Desk) -> Unit:
    return Unit.objects.create(
        code="phong-1",
        name="Phòng thử",
        short_name="phong-1",
        kind=Unit.Kind.PHONG_CM,
        parent=desk.unit,
        valid_from=date(2020, 1, 1),
    )


def test_a_dossier_that_has_gone_on_shows_its_course_and_nothing_of_its_people(
    desk: Desk, room: Unit
) -> None:
    desk.officer(Power.PROCESS)
    clerk = desk.officer(Power.PROCESS, Power.RECEIVE_DOSSIER, unit=room)
    desk.received(how_1="SHOWN", how_2="SHOWN", how_3="SHOWN", phone="0900000054")
    dossier = Dossier.objects.latest("id")
    do(desk.client, dossier, "chuyen", unit="phong-1")
    do(clerk, dossier, "nhan-xu-ly")
    do(clerk, dossier, "dinh-kem-ket-qua", file=scan())
    whole = text_of(clerk.get(at(dossier)))
    assert "0900000054" in whole and dossier.track_check in whole
    do(clerk, dossier, "chuyen")

    page = clerk.get(at(dossier))

    assert page.status_code == 200
    words = text_of(page)
    assert "đã chuyển khỏi đơn vị" in words and "Lịch sử" in words
    for personal in ("0900000054", dossier.track_check, dossier.owner_name, "CMND/CCCD", "Liên hệ "):
        assert personal not in words.replace("đề nghị liên hệ", "")
    assert "giay-tiep-nhan.pdf" not in page.content.decode()
    for more in ("giay-tiep-nhan.pdf", "ket-qua.pdf", "phieu-kiem-soat.pdf", "viec/rut-ho-so/"):
        assert clerk.get(f"{at(dossier)}{more}").status_code == 404, more


def test_each_page_of_a_dossier_leaves_a_line(desk: Desk) -> None:
    dossier = received(desk)
    before = seen()
    desk.client.get(at(dossier))
    desk.client.get(f"{at(dossier)}da-tiep-nhan/")
    assert seen() == before + 2


def test_a_search_by_number_leaves_a_line_and_a_plain_list_none(desk: Desk) -> None:
    received(desk)
    desk.client.get("/mot-cua/ho-so/")
    assert desk.client.post("/mot-cua/ho-so/", {"number": OWNER}).status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("SELECT facts::text, at FROM journal_event WHERE event = 'desk.person.searched'")
        ((facts, moment),) = cursor.fetchall()
    assert '"by": "number"' in facts and OWNER not in facts
    assert moment <= timezone.now()


@pytest.mark.parametrize("power", sorted(Power), ids=lambda power: str(power.value))
def test_the_menu_offers_the_list_of_dossiers_to_those_who_may_open_it(desk: Desk, power: Power) -> None:
    client = desk.officer(power)

    menu = client.get("/mot-cua/").content.decode()

    assert ('<a href="/mot-cua/ho-so/"' in menu) == (client.get("/mot-cua/ho-so/").status_code == 200)
