"""“Đăng nhập qua Cổng”: where a system brings people back to, asked by one officer and agreed by another."""

import pytest

from motcua.kernel.authority import Power
from motcua.signin.models import Client, SignInRegistration
from tests.web_office.desk import Desk, words
from tests.web_office.test_systems import NEW, given, page_of

BACK = "https://mot-cua.example.gov.vn/xong"
pytestmark = pytest.mark.django_db(transaction=True)


def wanted(**more: object) -> dict[str, object]:
    return {"redirect_uris": BACK, "scopes": ["profile", "desk.officer"], "of_state": "on", **more}


@pytest.fixture
def officers() -> tuple[Desk, Desk]:
    one, two = Desk(Power.CONNECT_SYSTEMS), Desk(Power.CONNECT_SYSTEMS)
    one.post(NEW, given())
    return one, two


def test_from_the_systems_page_to_an_agreement_and_its_end(officers: tuple[Desk, Desk]) -> None:
    one, two = officers
    system = page_of(Client.objects.get())
    page = system + "dang-nhap/"
    assert "Đăng nhập qua Cổng" in words(one.get(system))
    assert "chưa được đăng nhập qua Cổng" in words(one.get(page))
    assert one.post(page + "dang-ky/", wanted())["Location"] == f"{page}?da=ket-noi"
    row = SignInRegistration.objects.get()
    assert (row.scopes, row.of_state) == (["desk.officer", "openid", "profile"], True)
    mine, theirs = words(one.get(page)), words(two.get(page))
    assert "Rút đăng ký" in mine and "Không duyệt" not in mine
    assert BACK in theirs and "Họ và tên" in theirs and "Không duyệt" in theirs

    deciding = {"act": "approve", "entry": str(row.public_id)}
    assert one.post(page, deciding).status_code == 403
    assert two.post(page, deciding)["Location"] == f"{page}?da=dang-nhap-duyet"
    assert two.post(page, deciding).status_code == 409
    again = one.get(page + "dang-ky/")
    assert BACK in words(again) or BACK in again.content.decode()
    assert two.post(page, {"act": "stop", "reason": "a"}).status_code == 422
    assert (
        two.post(page, {"act": "stop", "reason": "Đổi máy chủ"})["Location"] == f"{page}?da=dang-nhap-ngung"
    )
    assert "Đổi máy chủ" in words(one.get(page))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"redirect_uris": "http://mot-cua.example.gov.vn/"}, "bắt đầu bằng https"),
        ({"redirect_uris": ""}, "Cần sửa"),
        ({"logout_uri": "https://a@b.example.vn/"}, "bắt đầu bằng https"),
        ({"desk": "Một cửa"}, "Mã Bộ phận một cửa không dùng được"),
        ({"scopes": ["openid", "everything"]}, "Cần sửa"),
    ],
)
def test_what_cannot_be_agreed_to_is_said_beside_its_box(
    officers: tuple[Desk, Desk], more: dict[str, object], said: str
) -> None:
    sent = officers[0].post(page_of(Client.objects.get()) + "dang-nhap/dang-ky/", wanted(**more))
    assert sent.status_code in (409, 422) and said in words(sent)
    assert not SignInRegistration.objects.exists()


def test_a_no_has_a_reason_and_a_strangers_button_finds_nothing(officers: tuple[Desk, Desk]) -> None:
    one, two = officers
    page = page_of(Client.objects.get()) + "dang-nhap/"
    one.post(page + "dang-ky/", wanted())
    row = SignInRegistration.objects.get()
    declining = {"act": "decline", "entry": str(row.public_id)}
    assert two.post(page, declining).status_code == 422
    assert two.post(page, {**declining, "reason": "Chưa có văn bản"})["Location"] == f"{page}?da=ket-noi-thoi"
    assert two.post(page, {"act": "approve", "entry": "x"}).status_code == 404
    assert "Chưa có văn bản" in words(one.get(page))
