"""DP-24: nobody who holds a post is signed in by a password alone; what is enrolled opens once, for its owner."""

import re
from collections.abc import Iterator
from typing import Any

import pyotp
import pytest
from django.db import connection
from django.urls import get_resolver

from motcua.accounts import emails, entering, sessions
from motcua.accounts.models import (
    Account,
    Authenticator,
    KnownDevice,
    NoticeChoice,
    RecoveryCode,
    Session,
    SignIn,
)
from motcua.journal.models import Event
from motcua.kernel.authority import Power
from motcua.kernel.email_address import EmailAddress
from motcua.outbox.models import Letter, Message
from tests.accounts import people
from tests.accounts.people import STRONG
from tests.web_public.visiting import Browser, citizen, let_pass, officer, text_of

pytestmark = pytest.mark.django_db(transaction=True)
STEP, ENROL = "/dang-nhap/buoc-hai/", "/dang-nhap/thiet-lap/"
WRONG = "000000"


@pytest.fixture(autouse=True)
def _factor_on(settings: Any) -> Iterator[None]:
    settings.OFFICER_SECOND_FACTOR = True
    yield


def secret_on(page: Any) -> str:
    found = re.search(
        r'<code class="number text-body" translate="no">([A-Z2-7 ]+)</code>', page.content.decode()
    )
    assert found, text_of(page)
    return found[1].replace(" ", "")


def code_of(secret: str, steps: int = 0) -> str:
    """What the app shows now, ``steps`` half minutes on; by the database clock, which decides."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())::bigint")
        now: int = cursor.fetchone()[0]
    return pyotp.TOTP(secret).at(now, counter_offset=steps)


def codes_on(page: Any) -> list[str]:
    return re.findall(r'<code class="number">([a-z0-9]{5}-[a-z0-9]{5})</code>', page.content.decode())


def enrolled(browser: Browser, person: people.PersonData) -> tuple[str, list[str]]:
    """Signed in for the first time: the app's secret and the ten codes."""
    answer = browser.sign_in(person)
    assert answer["Location"] == ENROL
    secret = secret_on(browser.get(ENROL))
    done = browser.post(ENROL, {"act": "app", "code": code_of(secret)})
    assert done.status_code == 200, text_of(done)
    return secret, codes_on(done)


def half_minutes_pass() -> None:
    """The code used before is of another time."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE accounts_authenticator SET last_step = last_step - 3")
        cursor.execute("SET session_replication_role = origin")


def signed_in(browser: Browser) -> bool:
    return bool(browser.get("/mot-cua/").status_code == 200)


def test_the_first_time_an_officer_enrols_before_anything_else(browser: Browser) -> None:
    person, account = officer()

    answer = browser.sign_in(person, tiep="/mot-cua/ho-so/")

    assert answer["Location"] == f"{ENROL}?tiep=%2Fmot-cua%2Fho-so%2F"
    assert Session.objects.count() == 0 and not signed_in(browser)
    assert browser.get(STEP).status_code == 200  # the other page says how things stand, and lets nobody in
    page = browser.get(answer["Location"])
    assert "Thiết lập xác thực hai bước" in text_of(page) and "data:image/svg+xml" in page.content.decode()

    secret = secret_on(page)
    done = browser.post(ENROL, {"act": "app", "code": code_of(secret), "tiep": "/mot-cua/ho-so/"})

    assert len(codes_on(done)) == 10 and 'href="/mot-cua/ho-so/"' in done.content.decode()
    assert signed_in(browser)
    session = Session.objects.get()
    assert (session.audience, session.factor, session.account_id) == ("OFFICER", "TOTP", account.pk)
    kept = Authenticator.objects.get()
    assert secret.encode() not in bytes(kept.secret_sealed or b"")
    assert "buoc-hai" not in {name for name, one in browser.client.cookies.items() if one.value}
    assert people.newest_text("factor_changed").startswith("Xac thuc hai buoc")


def test_looking_at_the_page_twice_shows_one_secret_and_writes_nothing(browser: Browser) -> None:
    person, _ = officer()
    browser.sign_in(person)

    assert secret_on(browser.get(ENROL)) == secret_on(browser.get(ENROL))
    assert Authenticator.objects.count() == 0
    other = Browser()
    other.sign_in(person)
    assert secret_on(other.get(ENROL)) != secret_on(browser.get(ENROL))


def test_from_then_on_the_password_leads_to_the_second_step_only(browser: Browser) -> None:
    person, _ = officer()
    secret, _ = enrolled(browser, person)
    other = Browser()

    answer = other.sign_in(person)

    assert answer["Location"] == STEP and not signed_in(other)
    assert other.get(ENROL)["Location"] == STEP, "enrolling anew needs more than the password"
    assert other.post(ENROL, {"act": "app", "code": code_of(secret, 1)})["Location"] == STEP
    entered = other.post(STEP, {"act": "app", "code": code_of(secret, 1)})
    assert entered["Location"] == "/mot-cua/" and signed_in(other)


def test_a_code_is_accepted_once(browser: Browser) -> None:
    person, _ = officer()
    secret, _ = enrolled(browser, person)
    used = code_of(secret)
    other = Browser()
    other.sign_in(person)

    again = other.post(STEP, {"act": "app", "code": used})

    assert again.status_code == 401 and "đã dùng" in text_of(again)
    assert not signed_in(other)
    assert other.post(STEP, {"act": "app", "code": code_of(secret, 1)}).status_code == 302


@pytest.mark.parametrize(("steps", "status"), [(-2, 401), (-1, 302), (0, 302), (1, 302), (2, 401)])
def test_a_clock_may_be_one_step_slow_or_fast(browser: Browser, steps: int, status: int) -> None:
    person, _ = officer()
    secret, _ = enrolled(browser, person)
    half_minutes_pass()
    other = Browser()
    other.sign_in(person)

    assert other.post(STEP, {"act": "app", "code": code_of(secret, steps)}).status_code == status


def test_tries_are_counted_and_committed_before_they_are_refused(browser: Browser) -> None:
    person, account = officer()
    secret, _ = enrolled(browser, person)
    half_minutes_pass()
    other = Browser()
    other.sign_in(person)

    said = [other.post(STEP, {"act": "app", "code": WRONG}).status_code for _ in range(5)]
    right = other.post(STEP, {"act": "app", "code": code_of(secret)})

    assert said == [401] * 5
    assert right.status_code == 429 and "Bước xác thực thứ hai không thành công quá nhiều lần" in text_of(
        right
    )
    assert SignIn.objects.filter(account=account, result="WRONG", how="TOTP").count() == 5
    assert Event.objects.filter(event="accounts.factor.refused").count() == 5
    let_pass("limits_bucket", 16 * 60, "window_ends_at")
    assert other.post(STEP, {"act": "app", "code": code_of(secret)}).status_code == 302


def test_another_browser_does_not_begin_the_count_anew(browser: Browser) -> None:
    person, _ = officer()
    enrolled(browser, person)
    for _ in range(5):
        other = Browser()
        other.sign_in(person)
        other.post(STEP, {"act": "app", "code": WRONG})
    last = Browser()
    last.sign_in(person)
    assert last.post(STEP, {"act": "app", "code": WRONG}).status_code == 429


def test_a_recovery_code_opens_once_and_its_owner_hears_of_it(browser: Browser) -> None:
    person, account = officer()
    _, codes = enrolled(browser, person)
    other, third = Browser(), Browser()
    other.sign_in(person)
    third.sign_in(person)

    first = other.post(STEP, {"act": "recovery", "recovery": codes[0].upper().replace("-", " ")})
    second = third.post(STEP, {"act": "recovery", "recovery": codes[0]})

    assert first.status_code == 302 and second.status_code == 401
    assert "con 9 ma" in people.newest_text("recovery_code_used")
    assert RecoveryCode.objects.filter(account=account, used_at__isnull=True).count() == 9
    kept = {bytes(row.code_mac) for row in RecoveryCode.objects.all()}
    assert all(code.replace("-", "").encode() not in mac for mac in kept for code in codes)


def test_the_step_is_of_one_browser_ten_minutes_and_one_session(browser: Browser) -> None:
    person, _ = officer()
    secret, codes = enrolled(browser, person)
    other, thief = Browser(), Browser()
    other.sign_in(person)
    thief.get("/dang-nhap/")
    thief.client.cookies["buoc-hai"] = other.client.cookies["buoc-hai"].value
    stolen = thief.post(STEP, {"act": "recovery", "recovery": codes[0]})
    assert stolen["Location"] == "/dang-nhap/?vi_sao=buoc-hai"
    assert "đăng nhập lại từ đầu" in text_of(thief.get(stolen["Location"]))

    token = other.client.cookies["buoc-hai"].value
    assert other.post(STEP, {"act": "app", "code": code_of(secret, 1)}).status_code == 302
    other.client.cookies["buoc-hai"] = token
    assert other.post(STEP, {"act": "recovery", "recovery": codes[1]})["Location"].startswith("/dang-nhap/?")

    late = Browser()
    late.sign_in(person)
    let_pass("accounts_secondstep", 600, "created_at", "expires_at")
    assert late.get(STEP)["Location"] == "/dang-nhap/?vi_sao=buoc-hai"


def test_a_password_changed_meanwhile_ends_the_step(browser: Browser) -> None:
    person, account = officer()
    secret, _ = enrolled(browser, person)
    other = Browser()
    other.sign_in(person)
    changed = browser.post(
        "/ca-nhan/mat-khau/",
        {"current": STRONG, "password": "Nui.Ba-Hoa-1986!", "again": "Nui.Ba-Hoa-1986!"},
    )
    assert changed.status_code == 200
    half_minutes_pass()
    assert other.post(STEP, {"act": "app", "code": code_of(secret)})["Location"].startswith("/dang-nhap/?")
    assert Account.objects.get(pk=account.pk).status == "active"


def test_a_citizen_signs_in_as_before(browser: Browser) -> None:
    person, _ = citizen()
    assert browser.sign_in(person)["Location"] == "/ca-nhan/"
    assert Session.objects.get().factor == ""


def test_no_other_way_in_leads_past_it(browser: Browser) -> None:
    """A session of an officer without a factor opens nothing, and the room begins none."""
    _, account = officer()
    with pytest.raises(entering.FactorNotProved):
        entering.enter(account, device="may", device_words="Chrome")
    token, _ = sessions.begin(account, audience="OFFICER", device="may", device_words="Chrome")
    assert sessions.visitor_of(token) is None


def test_every_browser_that_is_new_is_told_of_by_the_owners_channels(browser: Browser) -> None:
    person, account = officer()
    secret, _ = enrolled(browser, person)
    emails._bind(account, EmailAddress.parse("mau@example.vn"))
    NoticeChoice.objects.create(account=account, channels="BOTH", words="thử")
    half_minutes_pass()
    other = Browser()
    other.sign_in(person)
    other.post(STEP, {"act": "app", "code": code_of(secret)})

    assert KnownDevice.objects.filter(account=account).count() == 2
    assert Message.objects.filter(purpose="new_device").count() == 1
    assert Letter.objects.filter(purpose="new_device").count() == 1


# -- proving it afresh ---------------------------------------------------------------------------------------

EXPORT = "/quan-tri/tai-khoan-cong-dan/ket-xuat/"


def proof_grows_old() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_session SET proved_at = proved_at - interval '5 minutes 1 second'")


def test_an_export_wants_the_factor_within_five_minutes_and_goes_on_where_it_was(browser: Browser) -> None:
    person, _ = officer(Power.EXPORT, Power.OPEN_ACCOUNT)
    secret, _ = enrolled(browser, person)
    assert "Kết xuất danh sách tài khoản" in text_of(browser.get(EXPORT)), "proved a moment ago"
    proof_grows_old()
    before = browser.client.cookies["phien"].value

    asked = browser.get(f"{EXPORT}?tim=x")
    assert "Xác thực lại" in text_of(asked) and "Kết xuất danh sách tài khoản" not in text_of(asked)
    wrong = browser.post(EXPORT, {"xac-thuc-act": "app", "xac-thuc-code": WRONG, "xac-thuc-xem": "1"})
    assert wrong.status_code == 401
    right = browser.post(
        f"{EXPORT}?tim=x",
        {"xac-thuc-act": "app", "xac-thuc-code": code_of(secret, 1), "xac-thuc-xem": "1"},
    )

    assert right["Location"] == f"{EXPORT}?tim=x"
    assert browser.client.cookies["phien"].value != before, "another token (A-60)"
    assert "Kết xuất danh sách tài khoản" in text_of(browser.get(EXPORT))
    stale = Browser()
    stale.client.cookies["phien"] = before
    assert stale.get(EXPORT)["Location"].startswith("/dang-nhap/")
    assert SignIn.objects.filter(result="AGAIN").count() == 1


def test_what_was_typed_comes_through_the_proof(browser: Browser) -> None:
    person, _ = officer(Power.EXPORT, Power.OPEN_ACCOUNT)
    _, codes = enrolled(browser, person)
    proof_grows_old()
    typed = {"reason": "Báo cáo tháng 11", "full_name": "Nguyễn Văn Mẫu"}

    asked = browser.post(EXPORT, typed)
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', asked.content.decode()))
    assert {key: hidden[key] for key in typed} == typed
    done = browser.post(EXPORT, {**typed, "xac-thuc-act": "recovery", "xac-thuc-recovery": codes[3]})

    assert done["Content-Type"].startswith("application/vnd.openxmlformats")


def test_without_the_factor_nothing_is_exported_whatever_is_posted(browser: Browser) -> None:
    person, _ = officer(Power.EXPORT, Power.OPEN_ACCOUNT)
    enrolled(browser, person)
    proof_grows_old()
    for more in ({}, {"xac-thuc-act": "app"}, {"xac-thuc-act": "passkey", "xac-thuc-passkey": "{}"}):
        answer = browser.post(EXPORT, {"reason": "Báo cáo tháng 11", **more})
        assert not answer["Content-Type"].startswith("application/vnd"), more
    assert not Event.objects.filter(event__contains="export").exists()


def test_which_pages_want_it_fresh_is_a_list() -> None:
    found = set()
    for room in get_resolver().url_patterns:
        for pattern in getattr(room, "url_patterns", []):
            view = getattr(pattern, "callback", None)
            while view is not None:
                if getattr(view, "steps_up", False):
                    found.add(f"{room.namespace}:{pattern.name}")
                view = getattr(view, "__wrapped__", None)
    assert {"office:export", "office:system", "counter:register"} <= found
