"""Số điện thoại dùng chung: who is a grown-up and shares a phone, seen by the head of the unit."""

import dataclasses

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from motcua.accounts import founding
from motcua.accounts.models import Account, PhoneException
from motcua.accounts.sealed_data import phone_fingerprint
from motcua.kernel.authority import Power
from tests.accounts import guards, people
from tests.web_office.desk import Desk, words

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/quan-tri/tai-khoan-cong-dan/so-dung-chung/"


def here(head: Desk, account: Account) -> Account:
    """Opened at the head's unit."""
    guards.past_the_rules(
        "UPDATE accounts_account SET origin = 'ASSISTED', vouched_by = 'c', vouching_unit_id = %s,"
        " vouching_unit_code = %s WHERE id = %s",
        [head.authority.unit_id, head.unit_code, account.pk],
    )
    return account


def sharing(first: people.PersonData, second: people.PersonData) -> Account:
    """``second`` answers to the phone of ``first``, as two officers approved."""
    approved = PhoneException.objects.create(
        phone_bi=phone_fingerprint(first.phone), reason="nhà", requested_by="a" * 32, approved_by="b" * 32
    )
    account = people.account(second)
    account.phones.update(status="closed")
    founding.bind_phone(account, first.phone, verdict="MISMATCH", operator="", exception=approved)
    return account


@pytest.fixture
def head() -> Desk:
    return Desk(Power.APPROVE_EXCEPTION, Power.OPEN_ACCOUNT)


def test_grown_ups_are_listed_masked_with_what_to_do(head: Desk) -> None:
    assert "Không có người đủ 18 tuổi nào dùng chung" in words(head.get(LIST))
    wife, man = people.data(name="Đỗ Thị Chung Mẫu"), people.data(name="Đỗ Văn Chồng")
    here(head, people.account(wife))
    here(head, sharing(wife, man))
    mother, child = people.data(name="Lý Thị Mẹ"), guards.child(of_age_in=40, name="Lý Con")
    here(head, people.account(mother))
    here(head, sharing(mother, child))
    here(head, people.account(people.data(name="Trần Một Mình")))
    page = words(head.get(LIST))
    assert page.count("Mời đến đổi số") == 2 and page.count("Không phải làm gì") == 1
    assert "1 người đủ 18 tuổi khác" in page and "1 người chưa đủ 18 tuổi" in page
    assert "Lý Con" not in page and "Một Mình" not in page and "Thị Chung" not in page
    for person in (wife, man, mother):
        assert person.citizen_id.value not in page and person.phone.local not in page
    only = words(head.post(LIST, {"words": "do van", "sort": "-ten"}))
    assert only.count("Mời đến đổi số") == 1
    assert "Không có tài khoản nào phù hợp" in words(head.post(LIST, {"words": "khong ai"}))
    assert head.post(LIST, {"sort": "khac"}).status_code == 422


def test_who_came_of_age_with_a_guardians_phone_takes_the_account_over(head: Desk) -> None:
    mother, child = people.data(), guards.child(of_age_in=20)
    people.account(mother)
    account = here(head, sharing(mother, child))
    guards.born_on(account, guards.child(of_age_in=-1).born_on)
    assert "Chờ chủ tài khoản nhận" in words(head.get(LIST)).split("Việc cần làm", 2)[-1]


def test_only_the_own_unit_and_who_may(head: Desk) -> None:
    first, second = people.data(), people.data()
    people.account(first)
    here(head, sharing(first, second))
    elsewhere = Desk(Power.APPROVE_EXCEPTION, at="so-khac-nhanh", parent="so-mau")
    assert "Không có người đủ 18 tuổi nào" in words(elsewhere.get(LIST))
    assert Desk(Power.OPEN_ACCOUNT).get(LIST).status_code == 403
    assert Client().get(LIST).status_code == 302


def test_the_list_leads_nobody_where_they_may_not_go(head: Desk) -> None:
    leader = Desk(Power.APPROVE_EXCEPTION).get(LIST).content.decode()
    assert "/quan-tri/du-18-tuoi/" not in leader and "“Tài khoản đủ 18 tuổi”" in leader
    assert "thủ tục tại <a" in head.get(LIST).content.decode()


def test_the_list_costs_the_same_for_one_and_for_many(head: Desk) -> None:
    def one_more() -> None:
        first = people.data()
        people.account(first)
        here(head, sharing(first, dataclasses.replace(people.data())))

    one_more()
    head.get(LIST)
    with CaptureQueriesContext(connection) as few:
        head.get(LIST)
    for _ in range(6):
        one_more()
    head.get(LIST)  # what a session renews now and then is no cost of the list
    with CaptureQueriesContext(connection) as many:
        head.get(LIST)
    assert len(many) == len(few)
