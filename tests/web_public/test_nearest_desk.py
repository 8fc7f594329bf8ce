"""Nơi gần nhất: a citizen finds the desk of the own district, or sees all of them."""

import re
from datetime import date
from urllib.parse import quote

import pytest

from motcua.units.models import Unit
from tests.web_public.visiting import Browser, text_of

pytestmark = pytest.mark.django_db(transaction=True)
DISTRICTS = ("Huyện An Lão", "Huyện Phù Cát", "Thành phố Quy Nhơn", "Thị xã An Nhơn")


@pytest.fixture(autouse=True)
def _desks() -> None:
    for nth in range(12):
        district = DISTRICTS[nth % 4]
        Unit.objects.create(
            code=f"mau-{nth:02d}",
            name=f"Phòng mẫu {nth:02d}",
            short_name=f"Phòng {nth:02d}",
            kind=Unit.Kind.PHONG_GDDT,
            has_desk=True,
            dossier_prefix=f"900.{nth:02d}.00.H08",
            district=district,
            address=f"{nth} đường Mẫu, {district}",
            phone="(0256) 3 800 001",
            valid_from=date(2020, 1, 1),
        )


def names_on(page: str) -> list[str]:
    return re.findall(r"Phòng mẫu [0-9]{2}", page)


def test_a_few_are_shown_until_all_are_asked_for(browser: Browser) -> None:
    first = browser.get("/").content.decode()
    every = browser.get("/?quay=tat-ca").content.decode()

    assert len(names_on(first)) < 12
    assert re.search(r'href="/\?quay=tat-ca#quay">Xem tất cả<', first)
    assert set(names_on(every)) == {f"Phòng mẫu {nth:02d}" for nth in range(12)}
    assert "Xem tất cả" not in text_of(browser.get("/?quay=tat-ca"))


def test_a_district_shows_its_own_desks_and_the_way_to_all(browser: Browser) -> None:
    page = browser.get("/?huyen=huyen-phu-cat")

    assert names_on(page.content.decode()) == ["Phòng mẫu 01", "Phòng mẫu 05", "Phòng mẫu 09"]
    assert "3 quầy ở Huyện Phù Cát" in text_of(page)
    assert "Xem tất cả" in text_of(page)
    assert 'value="huyen-phu-cat" selected' in page.content.decode()


@pytest.mark.parametrize("asked", ["", "khong-co", "<script>", "%F0"])
def test_a_district_that_there_is_not_is_no_district(browser: Browser, asked: str) -> None:
    page = browser.get("/?huyen=" + quote(asked))

    assert page.status_code == 200
    assert names_on(page.content.decode()) == names_on(browser.get("/").content.decode())


def test_the_districts_stand_as_the_alphabet_has_them(browser: Browser) -> None:
    offered = re.findall(r'<option value="[a-z-]+"[^>]*>([^<]+)</option>', browser.get("/").content.decode())

    assert [one for one in offered if one in DISTRICTS] == list(DISTRICTS)


def test_a_number_to_call_has_no_space_in_its_link(browser: Browser) -> None:
    page = browser.get("/?quay=tat-ca").content.decode()

    assert 'href="tel:02563800001"' in page
    assert all(re.fullmatch(r"[+]?[0-9]+", number) for number in re.findall(r'href="tel:([^"]*)"', page))


def test_a_button_that_leads_somewhere_leaves_no_question_mark(browser: Browser) -> None:
    page = browser.get("/").content.decode()

    assert '<a role="button" href="/dang-ky/"' in page
    assert 'action="/dang-ky/"' not in page
