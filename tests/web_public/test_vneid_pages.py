"""Signing in with VNeID over HTTP: to a simulated VNeID on a real socket, and back; and the pages of each day."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from motcua.accounts.models import Account, Session, VneidLink
from motcua.accounts.sealed_data import PersonData
from motcua.gateways import vneid
from motcua.health import beating
from motcua.health.models import Kind
from motcua.kernel.authority import Power
from motcua.ops import holding
from motcua.ops.models import Hold
from motcua.web import outages
from motcua.web import outside as wired
from tests.accounts import people, provider_days
from tests.gateways import vneid_party as play
from tests.simulated import outside, outside_url
from tests.web_office.desk import Desk
from tests.web_public.visiting import Browser, citizen, officer, text_of

__all__ = ["outside", "outside_url"]
pytestmark = pytest.mark.django_db(transaction=True)
WAY = "Đăng nhập bằng VNeID"
BACK = "/dang-nhap/vneid/tro-ve/"
OPEN = "/dang-nhap/vneid/mo-tai-khoan/"
OWN = (
    "/ca-nhan/du-lieu/",
    "/ca-nhan/dong-tai-khoan/",
    "/ca-nhan/thong-bao/email/",
    "/ca-nhan/so-dien-thoai/",
)


@pytest.fixture(autouse=True)
def _connected(settings: Any, outside_url: str) -> Iterator[None]:
    settings.VNEID_ISSUER = f"{outside_url}/vneid"
    for each in (vneid.entrance, wired.vneid_sign_in):
        each.cache_clear()
    outages.forget()
    yield
    for each in (vneid.entrance, wired.vneid_sign_in):
        each.cache_clear()
    outages.forget()


def goes(browser: Browser, outside: httpx.Client, number: str, *, query: str = "", deed: str = "co") -> Any:
    """The whole way: our button, VNeID's page, and the answer of the address that VNeID leads back to."""
    begun = browser.get(f"/dang-nhap/vneid/{query}")
    assert begun.status_code == 302, text_of(begun)
    asking = play.read(outside.get(begun["Location"]).text)
    answered = outside.post("/vneid/authorize", data={**asking.fields, "so": number, "viec": deed})
    back = next(link for link in play.read(answered.text).links if BACK in link)
    parts = urlsplit(back)
    return browser.get(f"{parts.path}?{parts.query}")


def enrolled(outside: httpx.Client, person: PersonData, **more: str) -> None:
    play.enrol(
        outside,
        person.citizen_id.value,
        **{"name": person.full_name.value, "born_on": person.born_on.shown, **more},
    )


def test_a_citizen_links_the_account_by_the_first_sign_in_and_lands_where_they_wanted(
    browser: Browser, outside: httpx.Client
) -> None:
    provider_days.transition()
    person, account = citizen()
    enrolled(outside, person)

    answer = goes(browser, outside, person.citizen_id.value, query="?tiep=/ca-nhan/ho-so/")

    assert answer.status_code == 200 and answer["Refresh"] == "0;url=/ca-nhan/ho-so/"
    assert VneidLink.objects.get().account_id == account.pk
    assert browser.get("/ca-nhan/ho-so/").status_code == 200
    assert "vao-vneid" in answer.cookies and answer.cookies["vao-vneid"].value == ""


def test_who_has_no_account_gets_one(browser: Browser, outside: httpx.Client) -> None:
    provider_days.over()
    person = people.data()
    enrolled(outside, person)
    asks = goes(browser, outside, person.citizen_id.value)
    assert "Chưa có tài khoản trên Cổng" in text_of(asks) and not Account.objects.exists()
    told = (person.full_name.value, person.born_on.shown, f"•••{person.citizen_id.value[-3:]}")
    assert all(each in text_of(asks) for each in told) and person.citizen_id.value not in text_of(asks)
    opened = browser.post(OPEN, {"viec": "mo"})
    assert "Refresh" not in opened and 'href="/ca-nhan/"' in opened.content.decode()
    assert all(each in text_of(opened) for each in ("Đã mở tài khoản", "chưa có số điện thoại", *told))
    assert Account.objects.get().origin == "VNEID"
    assert browser.post(OPEN, {"viec": "mo"}).status_code == 400  # once
    own = text_of(browser.get("/ca-nhan/"))
    assert "không có mật khẩu" in own and "Đổi mật khẩu" not in own


def test_who_wants_no_account_gets_none(browser: Browser, outside: httpx.Client) -> None:
    provider_days.over()
    person = people.data()
    enrolled(outside, person)
    goes(browser, outside, person.citizen_id.value)
    answer = browser.post(OPEN, {"viec": "thoi"})
    assert answer["Location"] == "/dang-nhap/" and answer.cookies["mo-vneid"].value == ""
    assert browser.post(OPEN, {"viec": "mo"}).status_code == 400 and not Account.objects.exists()


def test_who_may_have_an_account_by_nine_digits_says_that_it_is_not_theirs(
    browser: Browser, outside: httpx.Client
) -> None:
    citizen(people.data(number="0231" + "45672"))
    provider_days.over()
    person = people.data()
    enrolled(outside, person)
    asks = text_of(goes(browser, outside, person.citizen_id.value))
    assert "Có thể ông/bà đã có tài khoản" in asks and "bổ sung số định danh" in asks
    missed = browser.post(OPEN, {"viec": "mo"})
    assert missed.status_code == 422 and Account.objects.count() == 1
    assert person.full_name.value in text_of(missed)
    opened = browser.post(OPEN, {"viec": "mo", "rieng": "1"})
    assert "Đã mở tài khoản" in text_of(opened) and Account.objects.count() == 2


def test_a_name_told_in_capitals_is_kept_as_people_write_it(browser: Browser, outside: httpx.Client) -> None:
    provider_days.over()
    person = people.data(name="Ngô Thị Mai Mẫu")
    enrolled(outside, person, name="NGÔ THỊ MAI MẪU")
    asks = goes(browser, outside, person.citizen_id.value)
    assert "Ngô Thị Mai Mẫu" in text_of(asks) and "NGÔ" not in text_of(asks)
    browser.post(OPEN, {"viec": "mo"})
    assert Account.objects.get().person.full_name == "Ngô Thị Mai Mẫu"


def test_beside_an_officer_nobody_is_signed_in_and_the_officer_stays(outside: httpx.Client) -> None:
    desk = Desk(Power.OPEN_ACCOUNT)
    provider_days.over()
    person = people.data()
    enrolled(outside, person)
    goes(desk.client, outside, person.citizen_id.value)
    done = desk.client.post(OPEN, {"viec": "mo"})
    assert "Đề nghị đóng trang này" in text_of(done) and "Đã mở tài khoản" in text_of(done)
    assert VneidLink.objects.count() == 1
    assert not Session.objects.filter(provider="VNEID").exists()
    assert desk.get("/quan-tri/lien-ket-vneid/").status_code == 200


def test_a_page_that_the_desk_opened_signs_nobody_in(browser: Browser, outside: httpx.Client) -> None:
    provider_days.over()
    person = people.data()
    enrolled(outside, person)
    led = browser.get("/dang-ky/?tu=mot-cua")["Location"]
    assert "/dang-nhap/vneid/?tu=mot-cua" in browser.get(led).content.decode()
    goes(browser, outside, person.citizen_id.value, query="?tu=mot-cua")
    assert "Đề nghị đóng trang này" in text_of(browser.post(OPEN, {"viec": "mo"}))
    assert VneidLink.objects.count() == 1 and not Session.objects.exists()


def test_without_a_password_the_pages_ask_vneid_again(browser: Browser, outside: httpx.Client) -> None:
    provider_days.over()
    person = people.data()
    enrolled(outside, person)
    goes(browser, outside, person.citizen_id.value)
    browser.post(OPEN, {"viec": "mo"})
    for page in OWN:
        fresh = browser.get(page)
        assert "vừa xác nhận bằng VNeID" in text_of(fresh), page
        assert "Mật khẩu hiện tại" not in text_of(fresh)
    assert browser.get("/ca-nhan/mat-khau/")["Location"] == "/ca-nhan/"
    assert browser.post("/ca-nhan/du-lieu/", {})["Content-Type"] == "application/zip"
    Session.objects.update(vneid_proved_at=timezone.now() - timedelta(minutes=6))
    for page in OWN:
        wanted = browser.get(page).content.decode()
        assert f"/dang-nhap/vneid/?tiep={page}" in wanted and "Xác nhận lại bằng VNeID" in wanted
    assert browser.post("/ca-nhan/du-lieu/", {}).status_code == 403
    again = goes(browser, outside, person.citizen_id.value, query="?tiep=/ca-nhan/du-lieu/")
    assert again["Refresh"] == "0;url=/ca-nhan/du-lieu/"
    assert browser.post("/ca-nhan/du-lieu/", {})["Content-Type"] == "application/zip"


def test_who_is_refused_goes_on_where_they_wanted_to_go(browser: Browser, outside: httpx.Client) -> None:
    provider_days.transition()
    person, _ = citizen()
    enrolled(outside, person)
    query = "?tiep=/ca-nhan/ho-so/&buoc=hai"
    answer = goes(browser, outside, person.citizen_id.value, query=query, deed="khong")
    assert "/dang-nhap/vneid/?tiep=%2Fca-nhan%2Fho-so%2F&amp;buoc=hai" in answer.content.decode()


def test_the_guide_says_that_something_is_over_only_where_it_is(browser: Browser) -> None:
    for why in ("dang-ky", "tao-tai-khoan", "kich-hoat"):
        assert "Không còn" not in text_of(browser.get(f"/huong-dan/vneid/?tu={why}"))
    provider_days.over()
    assert "Không còn đăng ký" in text_of(browser.get("/huong-dan/vneid/?tu=dang-ky"))
    assert "tại quầy." not in text_of(browser.get("/huong-dan/vneid/?tu=tao-tai-khoan")).split("Nếu")[0]
    assert browser.get("/kich-hoat/")["Location"] == "/huong-dan/vneid/?tu=kich-hoat"


def test_a_way_back_that_leads_elsewhere_is_not_followed(browser: Browser, outside: httpx.Client) -> None:
    provider_days.transition()
    person, _ = citizen()
    enrolled(outside, person)
    answer = goes(browser, outside, person.citizen_id.value, query="?tiep=https://khac.example.vn/")
    assert answer["Refresh"] == "0;url=/ca-nhan/"


def test_an_officer_goes_on_to_the_second_step(
    browser: Browser, outside: httpx.Client, settings: Any
) -> None:
    settings.OFFICER_SECOND_FACTOR = True
    provider_days.transition()
    person, _ = officer()
    enrolled(outside, person)
    answer = goes(browser, outside, person.citizen_id.value)
    assert "/dang-nhap/thiet-lap/" in answer["Refresh"] and not Session.objects.exists()


@pytest.mark.parametrize(
    ("more", "said", "status"),
    [
        pytest.param({"level": "1"}, "chưa đạt mức độ 2", 403, id="level"),
        pytest.param({"kind": "2"}, "VNeID của tổ chức", 403, id="organisation"),
        pytest.param({"name": "Lê Thị Khác"}, "để cán bộ điều chỉnh", 409, id="name"),
        pytest.param({"born_on": "03/03/1990"}, "để cán bộ điều chỉnh", 409, id="birth"),
    ],
)
def test_what_is_refused_is_said_with_what_to_do(
    browser: Browser, outside: httpx.Client, more: dict[str, str], said: str, status: int
) -> None:
    provider_days.transition()
    person, _ = citizen()
    enrolled(outside, person, **more)
    answer = goes(browser, outside, person.citizen_id.value)
    assert answer.status_code == status and said in text_of(answer)
    assert not Session.objects.exists() and not VneidLink.objects.exists()


def test_a_person_who_says_no_may_try_again(browser: Browser, outside: httpx.Client) -> None:
    provider_days.transition()
    person, _ = citizen()
    enrolled(outside, person)
    answer = goes(browser, outside, person.citizen_id.value, deed="khong")
    assert answer.status_code == 403 and "chưa hoàn tất" in text_of(answer) and WAY in text_of(answer)


def test_the_answer_of_another_browser_signs_nobody_in(browser: Browser, outside: httpx.Client) -> None:
    provider_days.transition()
    person, _ = citizen()
    enrolled(outside, person)
    attacker = Browser()
    begun = attacker.get("/dang-nhap/vneid/")
    asking = play.read(outside.get(begun["Location"]).text)
    answered = outside.post(
        "/vneid/authorize", data={**asking.fields, "so": person.citizen_id.value, "viec": "co"}
    )
    back = urlsplit(next(link for link in play.read(answered.text).links if BACK in link))
    answer = browser.get(f"{back.path}?{back.query}")
    assert answer.status_code == 400 and not Session.objects.exists()


def test_a_silent_vneid_is_said_plainly(browser: Browser, outside: httpx.Client) -> None:
    provider_days.transition()
    play.fault(outside, "down")
    answer = browser.get("/dang-nhap/vneid/")
    assert answer.status_code == 503 and "VNeID chưa trả lời" in text_of(answer)


def test_a_restored_system_asks_nobody(browser: Browser) -> None:
    provider_days.transition()
    holding.hold(Hold.Door.OUTSIDE, "20261130T000000Z-00000000")
    answer = browser.get("/dang-nhap/vneid/")
    assert answer.status_code == 503 and "vừa được khôi phục" in text_of(answer)


# -- the pages of each day


def test_before_its_day_vneid_is_not_offered(browser: Browser) -> None:
    assert WAY not in text_of(browser.get("/dang-nhap/"))
    assert browser.get("/dang-ky/").status_code == 200
    assert "chưa đăng nhập bằng VNeID được" in text_of(browser.get("/dang-nhap/vneid/"))
    provider_days.arrange(vneid_from=timezone.localdate() + timedelta(days=9))
    day = f"{timezone.localdate() + timedelta(days=9):%d/%m/%Y}"
    assert day in text_of(browser.get("/huong-dan/vneid/"))


def test_in_the_transition_both_ways_stand_and_the_last_day_is_told(browser: Browser) -> None:
    provider_days.transition()
    day = f"{timezone.localdate() + timedelta(days=30):%d/%m/%Y}"
    page = text_of(browser.get("/dang-nhap/?tiep=/ca-nhan/ho-so/"))
    assert WAY in page and day in page and "Hoặc bằng mật khẩu" in page
    html = browser.get("/dang-nhap/?tiep=/ca-nhan/ho-so/").content.decode()
    assert "/dang-nhap/vneid/?tiep=%2Fca-nhan%2Fho-so%2F" in html
    assert day in text_of(browser.get("/dang-ky/"))
    person, _ = citizen()
    assert browser.sign_in(person)["Location"] == "/ca-nhan/"


def test_after_the_last_day_registering_and_passwords_lead_to_vneid(browser: Browser) -> None:
    person, _ = citizen()
    provider_days.over()
    led = browser.get("/dang-ky/")
    assert led["Location"] == "/huong-dan/vneid/?tu=dang-ky"
    assert "Không còn đăng ký" in text_of(browser.get(led["Location"]))
    page = text_of(browser.get("/dang-nhap/"))
    assert "Dành cho cán bộ" in page and "Đăng ký" not in page.split("Dành cho cán bộ")[1]
    answer = browser.sign_in(person)
    assert answer.status_code == 403 and "không đăng nhập bằng mật khẩu nữa" in text_of(answer)
    wrong = browser.post("/dang-nhap/", {"number": person.citizen_id.value, "password": "sai"})
    assert wrong.status_code == 401


def test_after_the_last_day_assisted_creation_leads_to_the_guide() -> None:
    desk = Desk(Power.OPEN_ACCOUNT)
    provider_days.over()
    led = desk.get("/quan-tri/tai-khoan-cong-dan/them-moi/")
    assert led["Location"] == "/huong-dan/vneid/?tu=tao-tai-khoan"
    assert "in trang này" in text_of(desk.get(led["Location"]))


def test_vneids_outage_is_said_before_people_start(browser: Browser) -> None:
    provider_days.transition()
    beating.note(Kind.NEIGHBOUR, "vneid", ok=False, said="ConnectionRefusedError", every=30.0)
    outages.forget()
    assert "VNeID đang chưa trả lời" in text_of(browser.get("/dang-nhap/"))
    for page in ("/dang-ky/", "/quen-mat-khau/"):
        assert "VNeID đang" not in text_of(browser.get(page))
    provider_days.arrange()
    assert "VNeID đang" not in text_of(browser.get("/dang-nhap/"))  # people have never heard of it


def test_when_vneid_is_the_only_way_and_silent_the_page_says_what_else_can_be_done(browser: Browser) -> None:
    provider_days.over()
    beating.note(Kind.NEIGHBOUR, "vneid", ok=False, said="ConnectionRefusedError", every=30.0)
    outages.forget()
    page = text_of(browser.get("/dang-nhap/"))
    assert "lối đăng nhập duy nhất của công dân" in page and "nộp hồ sơ trực tiếp" in page


def test_without_vneid_after_the_last_day_people_are_told_and_officers_sign_in(
    browser: Browser, settings: Any
) -> None:
    provider_days.over()
    settings.VNEID_ISSUER = None
    outages.forget()
    page = text_of(browser.get("/dang-nhap/"))
    assert "Công dân tạm thời chưa đăng nhập được" in page and "Dành cho cán bộ" in page
    assert "Đăng nhập bằng VNeID" not in page and "Đăng ký" not in page
    provider_days.arrange()
    outages.forget()
    page = text_of(browser.get("/dang-nhap/"))
    assert "chưa đăng nhập được" not in page and "Đăng ký" in page


def test_the_page_of_signing_in_asks_the_database_little(browser: Browser) -> None:
    provider_days.transition()
    browser.get("/dang-nhap/")
    with CaptureQueriesContext(connection) as asked:
        browser.get("/dang-nhap/")
    assert len(asked) <= 3


def test_the_owner_sees_the_link_and_how_they_came_in(browser: Browser, outside: httpx.Client) -> None:
    provider_days.transition()
    person, _ = citizen()
    enrolled(outside, person)
    goes(browser, outside, person.citizen_id.value)
    assert "Đã liên kết" in text_of(browser.get("/ca-nhan/"))
