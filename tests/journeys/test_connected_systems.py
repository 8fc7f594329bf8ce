"""Hệ thống kết nối: asked for, compared and approved by somebody else, used, stopped; on a desk and on a phone.

Where the system's program calls is where visitors begin: at a desk apart that is the desk itself (ADR 0042).
"""

import re
import time
import uuid
from dataclasses import dataclass
from datetime import date, timedelta

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey
from playwright.sync_api import Page, expect

from tests.journeys import townspeople as town_of
from tests.journeys.townspeople import Check
from tests.running_town import Town
from tests.signin import holders
from tests.signin.systems import key_set
from tests.visiting import PHONE, NewPage, assert_quiet, shot

CLIENT, KID = "mot-cua-mau", "khoa-thang-11"


@dataclass
class Program:
    """The system itself, elsewhere, with a key that nobody here has."""

    at: str
    key: ECKey

    @property
    def public(self) -> str:
        return key_set({**holders.public(self.key), "kid": KID})

    def token(self) -> httpx.Response:
        now, address = int(time.time()), f"{self.at}/oauth2/token"
        claims = {
            "iss": CLIENT,
            "sub": CLIENT,
            "aud": self.at,
            "iat": now,
            "exp": now + 60,
            "jti": uuid.uuid4().hex,
        }
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": jwt.encode({"alg": "ES256", "kid": KID}, claims, self.key),
        }
        return httpx.post(address, data=form, headers={"DPoP": holders.proof("POST", address, key=self.key)})

    def units(self, token: str) -> httpx.Response:
        address = f"{self.at}/api/v1/units"
        return httpx.get(address, headers=holders.headers("GET", address, token, key=self.key), timeout=20)


def asked(page: Page, program: Program) -> None:
    page.goto("/quan-tri/ket-noi/")
    page.get_by_role("link", name="Thêm hệ thống").first.click()
    page.get_by_role("button", name="Gửi đăng ký").click()
    expect(page.locator("error-summary")).to_be_focused()
    shot(page, "ket-noi-thieu")
    page.get_by_label("Tên hệ thống").fill("Một cửa điện tử tỉnh Mẫu")
    page.get_by_label("Mã hệ thống").fill(CLIENT)
    page.get_by_label("Mục đích kết nối").fill("Hiển thị danh mục thủ tục, Công văn số 12/STTTT.")
    page.get_by_label("Lấy danh mục đơn vị và thủ tục").check()
    page.get_by_label("Khóa công khai (JWK Set)").fill(program.public)
    page.get_by_label("Địa chỉ mạng được gọi vào").fill("127.0.0.1")
    page.get_by_label("Đơn vị đầu mối").fill("Trung tâm Công nghệ thông tin")
    page.get_by_label("Email đầu mối").fill("truc@example.gov.vn")
    page.get_by_label("Hết hạn ngày").fill(f"{date.today() + timedelta(days=300):%d/%m/%Y}")


def test_a_system_is_connected_by_two_and_stopped_by_one(town: Town, new_page: NewPage, axe: Check) -> None:
    administrator, leader = new_page(), new_page(**PHONE)
    program = Program(town.url, ECKey.generate_key("P-256"))
    town_of.sign_in(administrator, town_of.ADMINISTRATOR)
    town_of.sign_in(leader, town_of.LEADER)
    asked(administrator, program)
    axe(administrator)
    shot(administrator, "ket-noi-them")
    administrator.get_by_role("button", name="Gửi đăng ký").click()
    expect(administrator.get_by_text("Chờ cán bộ khác duyệt.", exact=True)).to_be_visible()
    axe(administrator)
    shot(administrator, "ket-noi-cho-duyet")
    assert program.token().json()["error"] == "invalid_client"

    leader.goto("/quan-tri/ket-noi/")
    town_of.fits(leader)
    axe(leader)
    shot(leader, "ket-noi-danh-sach")
    leader.get_by_role("link", name="Một cửa điện tử tỉnh Mẫu").click()
    expect(leader.get_by_text(KID)).to_be_visible()
    town_of.fits(leader)
    axe(leader)
    leader.get_by_role("button", name="Duyệt", exact=True).click()
    expect(leader.get_by_text("Đã duyệt. Hệ thống được kết nối từ lúc này.")).to_be_visible()
    shot(leader, "ket-noi-dang-chay")
    token = str(program.token().json()["access_token"])
    given = program.units(token).json()["units"]
    assert town_of.DESK in {unit["name"] for unit in given}

    administrator.reload()
    expect(administrator.get_by_text("Lượt gọi gần nhất")).to_be_visible()
    shot(administrator, "ket-noi-mot")
    administrator.locator("summary").filter(has_text="Ngừng ngay").click()
    administrator.get_by_label("Lý do ngừng").fill("Nghi lộ khóa bí mật")
    administrator.get_by_role("button", name="Ngừng ngay").click()
    expect(administrator.get_by_text(re.compile("Đã ngừng kết nối"))).to_be_visible()
    expect(administrator.get_by_text("Không kết nối").first).to_be_visible()
    assert program.units(token).json()["code"] == "client_not_live"
    axe(administrator)
    shot(administrator, "ket-noi-da-ngung")
    for each in (administrator, leader):
        assert_quiet(each)
