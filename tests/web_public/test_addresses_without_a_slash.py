import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address", ["/dang-ky", "/dang-nhap", "/kich-hoat", "/tra-cuu", "/huong-dan", "/quen-mat-khau"]
)
def test_an_address_typed_without_its_last_slash_leads_there(address: str) -> None:
    response = Client().get(address, follow=True)
    assert (response.status_code, response.request["PATH_INFO"]) == (200, f"{address}/")
    assert response.redirect_chain == [(f"{address}/", 301)]


def test_an_answer_says_how_long_it_is() -> None:
    response = Client().get("/dang-nhap/")
    assert int(response["Content-Length"]) == len(response.content)


def test_a_strange_host_gets_no_page() -> None:
    assert Client().get("/dang-nhap/", headers={"host": "evil.example"}).status_code == 400
