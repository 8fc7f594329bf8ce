"""Whoever comes to a wrong door stays in the system they work in, reads why, and finds the way on."""

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from motcua.kernel.authority import Power
from tests.web_office.desk import Desk, words

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_officer_at_an_address_that_is_not_there_keeps_the_menu() -> None:
    clerk = Desk(Power.RECEIVE_DOSSIER, Power.OPEN_ACCOUNT)
    office, counter = clerk.get("/quan-tri/khong-co/"), clerk.get("/mot-cua/khong-co/")
    assert (office.status_code, counter.status_code) == (404, 404)
    assert "Quản trị hệ thống" in words(office) and "Về trang đầu Quản trị" in words(office)
    assert "Tiếp nhận hồ sơ" in words(counter) and "Về trang đầu Một cửa" in words(counter)
    plain = Client().get("/mot-cua/khong-co/")
    assert plain.status_code == 404 and "Tiếp nhận hồ sơ" not in words(plain)


def test_a_right_that_is_missing_leads_to_where_another_unit_is_chosen() -> None:
    answer = Desk(Power.RECEIVE_DOSSIER).get("/quan-tri/nhat-ky/")
    assert answer.status_code == 403 and "người giữ quyền “Cấp, thu hồi quyền”" in words(answer)
    assert 'href="/mot-cua/"' in answer.content.decode()
    assert "Quản trị hệ thống" in words(answer)


def test_who_gives_rights_is_not_sent_to_themselves() -> None:
    answer = Desk(Power.GRANT).get("/quan-tri/nhat-ky/")
    assert answer.status_code == 403
    assert "một quản trị viên khác" in words(answer) and "liên hệ quản trị đơn vị" not in words(answer)


def test_the_address_of_a_button_is_a_page_with_the_way_back() -> None:
    clerk = Desk(Power.RECEIVE_DOSSIER)
    answer = clerk.get(f"/mot-cua/no-xac-thuc/{uuid4()}/kiem-tra-lai/")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "không mở trực tiếp được" in words(answer)
    assert 'href="/mot-cua/no-xac-thuc/"' in answer.content.decode()


def _addresses(patterns: list[URLPattern | URLResolver], before: str = "/") -> Iterator[str]:
    """Every address without a parameter."""
    for each in patterns:
        address = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _addresses(each.url_patterns, address)
        elif not re.search(r"[<(\[^$\\]", address):
            yield address


def test_every_address_that_takes_no_visit_says_so_on_a_page() -> None:
    clerk = Desk(*Power)
    refused = []
    for address in _addresses(get_resolver().url_patterns):
        if address.startswith("/api/"):
            continue
        answer = clerk.get(address)
        if answer.status_code == 405:
            refused.append(address)
            assert "không mở trực tiếp được" in words(answer), address
    assert "/dang-xuat/" in refused or len(refused) > 1
