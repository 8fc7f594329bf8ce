"""Đăng nhập qua Cổng: a desk with an address of its own signs a citizen and an officer in, in a real browser."""

import threading
from collections.abc import Iterator
from datetime import date, timedelta
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import ECKey
from playwright.sync_api import Page, expect

from motcua.desk.signing_in_port import SignedIn
from motcua.gateways.portal_description import Portal
from motcua.gateways.portal_signin import HttpPortalSignIn
from motcua.gateways.wire import Line
from motcua.kernel.refusal import Refusal
from tests.journeys import townspeople as town_of
from tests.journeys.townspeople import Check
from tests.running_town import Town, free_port
from tests.signin.systems import key_set
from tests.visiting import PHONE, NewPage, assert_quiet, shot


class DeskElsewhere:
    """A desk of a province on a port of its own: “Đăng nhập”, and a page that greets whoever came back."""

    def __init__(self, town: Town) -> None:
        self.key = ECKey.generate_key("P-256", {"kid": "khoa-noi-khac", "use": "sig", "alg": "ES256"})
        self.url = f"http://127.0.0.1:{free_port()}"
        self.came: list[SignedIn] = []
        self.way = HttpPortalSignIn(
            portal=Portal(town.portal_url, line=Line(deadline=20)),
            client_id="mot-cua-noi-khac",
            key=self.key,
            redirect_uri=f"{self.url}/xong",
        )
        port = urlsplit(self.url).port or 0
        self.server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        desk = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                if parts.path == "/dang-nhap":
                    begun = desk.way.begin("/")
                    self.send_response(302)
                    self.send_header("Location", begun.address)
                    self.send_header("Set-Cookie", f"kept={begun.kept}; HttpOnly; Path=/; SameSite=Lax")
                    self.end_headers()
                elif parts.path == "/xong":
                    kept = SimpleCookie(self.headers.get("Cookie", ""))["kept"].value
                    self._page(desk.greeting(parse_qs(parts.query), kept))
                else:
                    self._page("Một cửa nơi khác" if parts.path == "/" else "")

            def _page(self, words: str) -> None:
                body = f"<!doctype html><title>x</title><h1>{words}</h1>".encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: Any) -> None:
                """Quiet."""

        return Handler

    def greeting(self, came: dict[str, list[str]], kept: str) -> str:
        try:
            signed = self.way.finish(came, kept)
        except Refusal as no:
            return f"Chưa đăng nhập: {no.code}"
        self.came.append(signed)
        return f"Xin chào {signed.name}"


@pytest.fixture
def elsewhere(town: Town) -> Iterator[DeskElsewhere]:
    desk = DeskElsewhere(town)
    yield desk
    desk.server.shutdown()
    desk.server.server_close()


def connected(administrator: Page, leader: Page, desk: DeskElsewhere, axe: Check) -> None:
    """Keys and addresses, each asked by one officer and approved by another."""
    page = administrator
    page.goto("/quan-tri/ket-noi/them-moi/")
    page.get_by_label("Tên hệ thống").fill("Một cửa nơi khác")
    page.get_by_label("Mã hệ thống").fill("mot-cua-noi-khac")
    page.get_by_label("Mục đích kết nối").fill("Công dân, cán bộ của tỉnh đăng nhập, Công văn số 14/STTTT.")
    page.get_by_label("Kiểm tra tài khoản của chủ hồ sơ").check()
    page.get_by_label("Khóa công khai (JWK Set)").fill(key_set(desk.key.as_dict(private=False)))
    page.get_by_label("Địa chỉ mạng được gọi vào").fill("127.0.0.0/24")
    page.get_by_label("Đơn vị đầu mối").fill("Trung tâm Công nghệ thông tin")
    page.get_by_label("Email đầu mối").fill("truc@example.gov.vn")
    page.get_by_label("Hết hạn ngày").fill(f"{date.today() + timedelta(days=300):%d/%m/%Y}")
    page.get_by_role("button", name="Gửi đăng ký").click()
    page.get_by_role("link", name="Đăng nhập qua Cổng").click()
    axe(page)
    page.get_by_role("link", name="Đăng ký", exact=True).click()
    page.get_by_label("Địa chỉ quay về sau đăng nhập").fill("http://evil.example/")
    page.get_by_role("button", name="Gửi đăng ký").click()
    expect(page.locator("error-summary")).to_be_focused()
    shot(page, "dang-nhap-qua-cong-sai")
    page.get_by_label("Địa chỉ quay về sau đăng nhập").fill(f"{desk.url}/xong")
    page.get_by_label("Địa chỉ quay về sau đăng xuất").fill(f"{desk.url}/")
    page.get_by_label("Họ và tên").check()
    page.get_by_label("Việc ông/bà đăng nhập với tư cách cán bộ").check()
    axe(page)
    shot(page, "dang-nhap-qua-cong-dang-ky")
    page.get_by_role("button", name="Gửi đăng ký").click()

    system = page.url.partition("?")[0].removesuffix("dang-nhap/")
    leader.goto(system)
    leader.get_by_role("button", name="Duyệt", exact=True).click()
    leader.get_by_role("link", name="Đăng nhập qua Cổng").click()
    town_of.fits(leader)
    axe(leader)
    shot(leader, "dang-nhap-qua-cong-cho-duyet")
    leader.get_by_role("button", name="Duyệt", exact=True).click()
    expect(leader.get_by_text("Người dùng đăng nhập được vào hệ thống này từ lúc này.")).to_be_visible()


def test_a_citizen_and_an_officer_sign_in_at_a_desk_elsewhere(
    town: Town, new_page: NewPage, axe: Check, elsewhere: DeskElsewhere
) -> None:
    administrator, leader = new_page(), new_page(**PHONE)
    town_of.sign_in(administrator, town_of.ADMINISTRATOR)
    town_of.sign_in(leader, town_of.LEADER)
    connected(administrator, leader, elsewhere, axe)

    person = town_of.registered(new_page(), town, "Lê Thị Mẫu")
    citizen = new_page(**PHONE)
    citizen.goto(f"{elsewhere.url}/dang-nhap")
    citizen.get_by_label("Số CMND/CCCD").first.fill(person.number)
    citizen.get_by_role("textbox", name="Mật khẩu").fill(town_of.PASSWORD)
    citizen.get_by_role("button", name="Đăng nhập").click()
    expect(citizen.get_by_role("heading", name="Đồng ý chia sẻ thông tin")).to_be_visible()
    town_of.fits(citizen)
    axe(citizen)
    shot(citizen, "dong-y-dang-nhap")
    citizen.get_by_role("button", name="Đồng ý", exact=True).click()
    expect(citizen.get_by_role("heading", name="Xin chào")).to_be_visible()
    assert not elsewhere.came[0].as_officer

    citizen.goto(f"{elsewhere.url}/dang-nhap")
    expect(citizen.get_by_role("heading", name="Xin chào")).to_be_visible()
    citizen.goto(f"{town.url}/ca-nhan/he-thong-ket-noi/")
    expect(citizen.get_by_role("heading", name="Một cửa nơi khác")).to_be_visible()
    town_of.fits(citizen)
    axe(citizen)
    shot(citizen, "he-thong-ket-noi")
    citizen.get_by_role("button", name="Ngắt kết nối với Một cửa nơi khác").click()
    citizen.get_by_role("dialog").get_by_role("button", name="Ngắt kết nối").click()
    expect(citizen.get_by_text("Đã ngắt kết nối.")).to_be_visible()

    leader.goto(f"{elsewhere.url}/dang-nhap")
    leader.get_by_role("button", name="Không đồng ý").click()
    expect(leader.get_by_text("Chưa đăng nhập: portal_sign_in_not_finished")).to_be_visible()
    leader.goto(f"{elsewhere.url}/dang-nhap")
    leader.get_by_role("button", name="Đồng ý", exact=True).click()
    expect(leader.get_by_role("heading", name="Xin chào")).to_be_visible()
    officer = elsewhere.came[-1]
    assert officer.as_officer
    leader.goto(elsewhere.way.leaving(officer.tokens.id_token, back_to=f"{elsewhere.url}/"))
    expect(leader.get_by_role("heading", name="Một cửa nơi khác")).to_be_visible()
    leader.goto(f"{town.url}/mot-cua/")
    expect(leader.get_by_role("textbox", name="Mật khẩu")).to_be_visible()
    for each in (administrator, citizen, leader):
        assert_quiet(each)
