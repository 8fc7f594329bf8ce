"""“Đóng tài khoản”: read first, password, code; open dossiers keep it; what is kept was said before (DP-17)."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client

from motcua.accounts import identity, own_closing
from motcua.accounts.models import Account, Closure, Passcode, Session
from motcua.desk.models import Dossier
from motcua.journal.models import Event
from motcua.kernel.authority import Power
from motcua.protection import plainly
from tests.accounts import people
from tests.desk import town as building
from tests.desk.test_retention import past_rules
from tests.protection.visitors import signed_in
from tests.web_office.desk import Desk, words

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/ca-nhan/dong-tai-khoan/"
CODE = PAGE + "ma-otp/"


@pytest.fixture
def person() -> Any:
    return people.data()


@pytest.fixture
def account(person: Any) -> Account:
    return people.account(person)


@pytest.fixture
def client(person: Any, account: Account) -> Client:
    return signed_in(person)


def asked(client: Client) -> str:
    answer = client.post(PAGE, {"password": people.STRONG, "understood": "on"})
    assert (answer.status_code, answer["Location"]) == (302, CODE), words(answer)
    return people.newest_code("otp_step_up")


def test_it_is_closed_by_password_and_code(client: Client, account: Account) -> None:
    code = asked(client)
    # The text says which code it is (SPEC 2): whoever is talked into reading it out hears what it would do.
    assert "Ma OTP dong tai khoan" in people.newest_text("otp_step_up")
    shown = words(client.get(CODE))
    assert "Xác nhận đóng tài khoản" in shown
    done = client.post(CODE, {"act": "go", "code": code})

    assert done.status_code == 200 and "Tài khoản đã đóng" in words(done)
    assert done["Clear-Site-Data"]
    account.refresh_from_db()
    assert account.status == Account.Status.CLOSED
    assert (account.closure.how, account.closure.text_version) == ("OWNER", own_closing.TEXT_VERSION)
    assert not Session.objects.filter(account=account, ended_at__isnull=True).exists()
    assert "dong" in people.newest_text("account_closed")
    assert Event.objects.filter(event="accounts.account.closed", subject=f"account:{account.pk}").count() == 1
    assert client.get("/ca-nhan/").status_code == 302


def test_what_stays_and_how_long_is_said_before(client: Client) -> None:
    page = words(client.get(PAGE))
    for what, until, _ in plainly.staying():
        assert " ".join(what.split()) in page and " ".join(until.split()) in page
    assert "Sau 30 ngày" in page and "không mở lại được" in page and "dùng được cho tài khoản khác" in page
    assert "đóng nhầm" not in page
    assert "chính ông/bà đang đóng tài khoản" in page and "bản sao của chính mình" not in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"password": people.STRONG}, "đánh dấu vào ô này"),
        ({"password": "Sai.Mat-Khau-1!", "understood": "on"}, "Mật khẩu hiện tại không đúng"),
        ({}, "Mật khẩu"),
    ],
)
def test_without_reading_or_password_no_code_is_sent(
    client: Client, typed: dict[str, str], said: str
) -> None:
    answer = client.post(PAGE, typed)
    assert answer.status_code == 422 and said in words(answer)
    assert not Passcode.objects.filter(purpose="STEP_UP").exists()
    assert client.get(CODE)["Location"] == PAGE
    assert client.post(CODE, {"act": "resend"})["Location"] == PAGE


def test_a_wrong_code_closes_nothing(client: Client, account: Account) -> None:
    right = asked(client)
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    assert client.post(CODE, {"act": "go", "code": wrong}).status_code == 422
    assert not Closure.objects.exists()


def test_a_code_of_another_session_or_act_closes_nothing(
    person: Any, client: Client, account: Account
) -> None:
    other = signed_in(person)
    code = asked(client)
    assert other.post(CODE, {"act": "go", "code": code})["Location"] == PAGE
    assert not Closure.objects.exists()


def test_open_dossiers_are_named_and_keep_the_account(
    client: Client, account: Account, tmp_path: Path
) -> None:
    code = asked(client)
    town = building.town(tmp_path)
    dossier = town.received()
    mine = identity.subject_of(account.public_id, django_settings.DESK_ID)
    past_rules("UPDATE desk_dossier SET owner_subject = %s WHERE id = %s", mine, dossier.pk)
    before = words(client.get(PAGE))
    assert str(dossier.code) in before and "Gửi mã OTP" not in before and "Xem hồ sơ của tôi" in before
    refused = client.post(PAGE, {"password": people.STRONG, "understood": "on"})
    assert refused.status_code == 409 and "còn 1 hồ sơ" in words(refused)
    late = client.post(CODE, {"act": "go", "code": code})
    assert late.status_code == 409 and not Closure.objects.exists()
    past_rules("UPDATE desk_dossier SET state = 'DONE' WHERE id = %s", dossier.pk)
    assert str(dossier.code) in words(client.get(PAGE)), "its result was not handed out yet"
    assert client.post(CODE, {"act": "go", "code": code}).status_code == 409
    past_rules("UPDATE desk_dossier SET state = 'RETURNED' WHERE id = %s", dossier.pk)
    assert client.post(CODE, {"act": "go", "code": code}).status_code == 200
    assert Dossier.objects.get(pk=dossier.pk).owner_name, "what the law keeps stays"


def test_an_officer_leaves_the_post_first() -> None:
    desk = Desk(Power.RECEIVE_DOSSIER)
    answer = desk.post(PAGE, {"password": people.STRONG, "understood": "on"})
    assert answer.status_code == 409 and "thu hồi vị trí" in words(answer)
    assert not Closure.objects.exists()
