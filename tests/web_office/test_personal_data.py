"""“Dữ liệu cá nhân”: the register of purposes and the periods, for administrators and inspectors."""

import pytest
from django.db import connection
from django.test import Client

from motcua.accounts.models import Passcode
from motcua.kernel.authority import Power
from motcua.protection import register, running
from tests.rule_by_rule import two_rows
from tests.web_office.desk import Desk, words

LIST = "/quan-tri/du-lieu-ca-nhan/"
PERIODS = LIST + "thoi-han/"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def inspector() -> Desk:
    return Desk(Power.INSPECT, name="Lê Thị Tra")


def test_every_line_of_the_register_is_on_one_of_the_pages(inspector: Desk) -> None:
    shown, number = "", 1
    while 'rel="next"' in (page := inspector.get(f"{LIST}?trang={number}").content.decode()):
        shown, number = shown + page, number + 1
    shown += page
    assert number > 3
    assert [column for column in register.columns() if column not in shown] == []


def test_it_is_searched_without_diacritics_and_narrowed(inspector: Desk) -> None:
    page = words(inspector.get(LIST + "?q=ai+da+tra+cuu"))
    assert "accounts.LookUp.asked_by" in page and "accounts.Person.full_name" not in page
    page = words(inspector.get(LIST + "?phong=vault&het=xoa"))
    assert "vault.Look.actor_subject" in page and "accounts." not in page.split("Loại tài liệu")[0]
    assert "Không có mục đích nào phù hợp" in words(inspector.get(LIST + "?q=khongcogi"))
    assert inspector.get(LIST + "?trang=99999&phong=khac&xep=la").status_code == 200
    first = words(inspector.get(LIST + "?xep=muc-dich"))
    assert "muc dich" not in first


def test_an_administrator_reads_it_and_a_receiver_does_not() -> None:
    assert Desk(Power.GRANT, at="so-hai").get(LIST).status_code == 200
    receiver = Desk(Power.RECEIVE_DOSSIER, at="so-ba")
    assert receiver.get(LIST).status_code == receiver.get(PERIODS).status_code == 403
    assert Client().get(LIST).status_code == 302


def test_the_periods_show_what_ran_and_what_is_left(inspector: Desk) -> None:
    page = words(inspector.get(PERIODS))
    assert "lapsed_data" in page and "chưa chạy" in page and "chạy trễ hoặc không xong" in page
    for name in [chore for chore in page.split() if chore in {"lapsed_data", "old_look", "file"}]:
        running.noted(name, lambda: 3)()
    two_rows(Passcode, attempts=0)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE accounts_passcode SET created_at = created_at - interval '2 days',"
            " expires_at = expires_at - interval '2 days'"
        )
        cursor.execute("SET session_replication_role = origin")
    page = words(inspector.get(PERIODS))
    assert "3 dòng 3 2 Chờ lượt kế tiếp" in page
    assert "3 dòng 3 0 Đúng hạn" in page
