"""The citizen's pages when something has ended: an account that is closed, a dossier that is over."""

from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import connection

from motcua.accounts import identity
from motcua.accounts.models import Account
from motcua.desk.models import Dossier
from motcua.desk.states import State
from tests.desk import town as building
from tests.web_public.visiting import Browser, citizen, errors_of, text_of

pytestmark = pytest.mark.django_db(transaction=True)

OWN_PAGES = (
    "/ca-nhan/",
    "/ca-nhan/ho-so/",
    "/ca-nhan/kho-du-lieu/",
    "/ca-nhan/nhat-ky/",
    "/ca-nhan/phien-dang-nhap/",
    "/ca-nhan/mat-khau/",
    "/ca-nhan/so-dien-thoai/",
)


@pytest.mark.parametrize("status", ["locked", "frozen", "closed"])
def test_an_account_that_ends_leaves_its_pages_at_once(browser: Browser, status: str) -> None:
    person, account = citizen()
    browser.sign_in(person)
    assert browser.get("/ca-nhan/").status_code == 200

    Account.objects.filter(pk=account.pk).update(status=status)

    for address in OWN_PAGES:
        answer = browser.get(address)
        assert answer.status_code == 302 and answer["Location"].startswith("/dang-nhap/"), address
    assert browser.post("/ca-nhan/phien-dang-nhap/ket-thuc/")["Location"].startswith("/dang-nhap/")


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("locked", "Tài khoản đang tạm khóa"),
        ("frozen", "Tài khoản đang tạm khóa"),
        ("closed", "Số CMND/CCCD hoặc mật khẩu không đúng"),
    ],
)
def test_an_account_that_ended_is_not_signed_in_to(browser: Browser, status: str, said: str) -> None:
    person, account = citizen()
    Account.objects.filter(pk=account.pk).update(status=status)

    answer = browser.sign_in(person)

    assert answer.status_code in (401, 403)
    assert said in errors_of(answer)
    assert "phien" not in browser.client.cookies


@pytest.mark.parametrize("state", [State.WITHDRAWN, State.STOPPED, State.RETURNED])
def test_a_dossier_that_is_over_is_still_its_owners(browser: Browser, tmp_path: Path, state: State) -> None:
    person, account = citizen()
    town = building.town(tmp_path)
    town.portal.people[building.OWNER].subject = identity.subject_of(account.public_id, settings.DESK_ID)
    dossier = town.received()
    put_into(dossier, state)
    browser.sign_in(person)

    assert str(state.label) in text_of(browser.get("/ca-nhan/ho-so/"))
    page = text_of(browser.get(f"/ca-nhan/ho-so/{dossier.public_id}/"))
    assert str(state.label) in page and dossier.code in page
    typed = {"code": dossier.code, "check": dossier.track_check}
    assert str(state.label) in text_of(Browser().post("/tra-cuu/", typed))


def put_into(dossier: Dossier, state: State) -> None:
    """The way there has tests of its own."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE desk_dossier SET state = %s WHERE id = %s", [state.value, dossier.pk])
        cursor.execute("SET session_replication_role = origin")


def test_where_browsers_ask_for_the_icon_they_are_led_to_it(browser: Browser) -> None:
    answer = browser.get("/favicon.ico")

    assert answer.status_code == 301
    assert answer["Location"].startswith(settings.STATIC_URL)
    assert answer["Location"].endswith(".svg")
    assert finders.find("motcua/favicon.svg")
