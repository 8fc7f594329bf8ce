"""Người giữ tài khoản: written down and taken back from the page of an account that the unit knows."""

from typing import Any

import pytest
from django.test import Client

from motcua.accounts.models import Account, Guardianship
from motcua.kernel.authority import Power
from tests.accounts import guards, people
from tests.protection.visitors import signed_in
from tests.web_office.desk import LIST, Desk, words

pytestmark = pytest.mark.django_db(transaction=True)


def opened(desk: Desk, person: people.PersonData) -> str:
    """By this desk, as its officers opened it; the address of its page."""
    account = people.account(person)
    guards.past_the_rules(
        "UPDATE accounts_account SET origin = 'ASSISTED', vouched_by = %s, vouching_unit_id = %s,"
        " vouching_unit_code = %s WHERE id = %s",
        [desk.subject, desk.authority.unit_id, desk.unit_code, account.pk],
    )
    return f"{LIST}{account.public_id}/"


def test_an_officer_writes_it_down_and_takes_it_back(desk: Desk) -> None:
    person = guards.child(of_age_in=90)
    at = opened(desk, person)
    assert "Ghi người giữ tài khoản" in words(desk.get(at))
    page = words(desk.get(f"{at}nguoi-giu/"))
    assert "Chính chủ tài khoản" in page and person.phone.local not in page
    answer = desk.post(f"{at}nguoi-giu/", {"act": "write", "kind": "", "reason": "abc"})
    assert answer.status_code == 422 and "Người dùng số này" in words(answer)
    answer = desk.post(f"{at}nguoi-giu/", {"act": "write", "kind": "PARENT", "reason": "abc"})
    assert answer.status_code == 422 and "ghi căn cứ và giấy tờ đã xem" in words(answer)

    given = {"act": "write", "kind": "PARENT", "reason": "Mẹ cho xem thẻ"}
    answer = desk.post(f"{at}nguoi-giu/", given)
    assert answer.status_code == 302, words(answer)
    page = words(desk.get(answer["Location"]))
    assert "Đã ghi người giữ tài khoản" in page and "Cha hoặc mẹ, đến trước ngày" in page
    answer = desk.post(f"{at}nguoi-giu/", given)
    assert answer.status_code == 409 and "đã ghi người giữ" in words(answer)

    assert "Bỏ ghi người giữ" in words(desk.get(f"{at}nguoi-giu/"))
    answer = desk.post(f"{at}nguoi-giu/", {"act": "take-back", "reason": "SIM đứng tên con"})
    assert answer.status_code == 302, words(answer)
    page = words(desk.get(answer["Location"]))
    assert "Đã bỏ ghi người giữ tài khoản" in page and "Ghi người giữ tài khoản" in page
    assert Guardianship.objects.get().taken_back_by == desk.subject

    own = words(signed_in(person).get("/ca-nhan/"))
    assert "Ghi người giữ tài khoản" in own and "Bỏ ghi người giữ tài khoản" in own


def test_nobody_of_age_has_a_guardian_to_write_down(desk: Desk) -> None:
    at = opened(desk, people.data())
    assert "Ghi người giữ tài khoản" not in words(desk.get(at))
    answer = desk.post(f"{at}nguoi-giu/", {"act": "write", "kind": "PARENT", "reason": "Mẹ cho xem thẻ"})
    assert answer.status_code == 422 and "Công dân đã đủ 18 tuổi" in words(answer)


def test_only_of_the_own_unit_and_by_who_may(desk: Desk) -> None:
    at = opened(desk, guards.child(of_age_in=90))
    elsewhere = Desk(Power.OPEN_ACCOUNT, at="so-khac")
    assert elsewhere.get(f"{at}nguoi-giu/").status_code == 404
    assert Desk(Power.RECEIVE_DOSSIER).get(f"{at}nguoi-giu/").status_code == 403
    assert Client().get(f"{at}nguoi-giu/").status_code == 302
    assert Account.objects.filter(guardianships__isnull=False).count() == 0


def test_writing_it_down_wants_the_second_factor_just_proved(desk: Desk, settings: Any) -> None:
    at = opened(desk, guards.child(of_age_in=90))
    settings.OFFICER_SECOND_FACTOR = True
    desk.post(f"{at}nguoi-giu/", {"act": "write", "kind": "PARENT", "reason": "Mẹ cho xem thẻ"})
    assert not Guardianship.objects.exists()
