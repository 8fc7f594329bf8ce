"""A page asked for under another host's name is not answered: its links would lead there."""

import pytest
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver

ONLY_HERE = override_settings(ALLOWED_HOSTS=["mot-cua.example.vn"])


def _plain_addresses(patterns: list[URLPattern | URLResolver], before: str = "/") -> list[str]:
    found = []
    for each in patterns:
        address = before + str(each.pattern)
        if isinstance(each, URLResolver):
            found += _plain_addresses(each.url_patterns, address)
        elif "<" not in address:
            found.append(address)
    return found


@ONLY_HERE
@pytest.mark.django_db
def test_every_address_refuses_a_foreign_host() -> None:
    addresses = [*_plain_addresses(get_resolver().url_patterns), "/khong-co-trang-nay/"]
    assert len(addresses) > 20
    client = Client(raise_request_exception=False)
    answers = {address: client.get(address, headers={"host": "ke-la.example"}) for address in addresses}
    assert {a: r.status_code for a, r in answers.items() if r.status_code != 400} == {}
    assert [a for a, r in answers.items() if b"ke-la.example" in r.content] == []


@ONLY_HERE
@pytest.mark.django_db
def test_the_own_host_is_answered() -> None:
    assert Client().get("/healthz", headers={"host": "mot-cua.example.vn"}).status_code == 200
