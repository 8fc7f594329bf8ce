"""After the last day of passwords the guides and their sheets say what is true then; before it, nothing of it."""

from typing import Any

import pytest
from django.test import Client
from pypdfium2 import PdfDocument

from tests.accounts import provider_days
from tests.guides.places import words_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def configured(settings: Any) -> None:
    settings.VNEID_ISSUER = "https://vneid.example.vn"


def sheet(address: str) -> str:
    pages = PdfDocument(Client().get(address).content)
    return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in pages)


def test_before_the_last_day_the_guides_are_those_of_the_appendices(client: Client) -> None:
    provider_days.transition()
    assert "bằng số điện thoại chính chủ" in words_of(client.get("/huong-dan/cong-dan/"))
    assert "Hỗ trợ tạo tài khoản công dân" in words_of(client.get("/huong-dan/tao-tai-khoan/"))


@pytest.mark.parametrize("prefix", ["", "en/"], ids=["vi", "en"])
def test_after_it_they_lead_to_vneid(client: Client, prefix: str) -> None:
    provider_days.over()
    page = words_of(client.get(f"/huong-dan/{prefix}cong-dan/"))
    assert "Đăng nhập bằng VNeID" in page and "1414" not in page and "Nhập OTP" not in page
    page = words_of(client.get(f"/huong-dan/{prefix}tao-tai-khoan/"))
    assert "Đăng nhập bằng VNeID" in page and "Gửi mã OTP" not in page
    assert "chưa xác thực" in words_of(client.get(f"/huong-dan/{prefix}can-bo/"))
    assert "VNeID" in words_of(client.get(f"/huong-dan/{prefix}"))
    assert "VNeID" in sheet(f"/huong-dan/{prefix}cong-dan/to-roi-a4.pdf")


def test_the_words_of_the_screen_stand_on_the_page_they_lead_to(client: Client) -> None:
    provider_days.over()
    assert "Đăng nhập bằng VNeID" in words_of(client.get("/dang-nhap/"))
    page = words_of(client.get("/quen-mat-khau/"))
    assert "Công dân không dùng mật khẩu nữa" in page and "chỉ dành cho cán bộ" in page
