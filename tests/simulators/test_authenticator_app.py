"""The simulated authenticator app shows what a real one would."""

import httpx
import pyotp
import pytest

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def test_the_app_shows_the_code_of_now(outside_url: str) -> None:
    told = httpx.get(f"{outside_url}/ung-dung-xac-thuc/{SECRET}.json").json()
    assert pyotp.TOTP(SECRET).verify(told["code"], valid_window=1)
    assert 0 < told["seconds"] <= 30
    page = httpx.get(f"{outside_url}/ung-dung-xac-thuc/{SECRET}").text
    assert "Mã xác thực" in page


def test_a_secret_is_typed_with_its_spaces(outside_url: str) -> None:
    answer = httpx.get(f"{outside_url}/ung-dung-xac-thuc/", params={"khoa": "jbsw y3dp ehpk 3pxp"})
    assert answer.headers["location"] == "/ung-dung-xac-thuc/JBSWY3DPEHPK3PXP"


@pytest.mark.parametrize("wrong", ["x", "JBSWY3DPEHPK3PX1", "JBSWY3DPEHPK3PXP/su-co"])
def test_what_is_no_secret_is_not_found(outside_url: str, wrong: str) -> None:
    answer = httpx.get(f"{outside_url}/ung-dung-xac-thuc/{wrong}")
    assert answer.status_code == 404
