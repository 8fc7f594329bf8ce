"""SPEC 4 over HTTP: who gets in, who is put out, and what a stranger learns."""

import re
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone

from motcua.accounts import assistance, creation, identity, sessions
from motcua.accounts.models import Account, Disavowal, Session
from motcua.kernel.authority import Power
from motcua.outbox.models import Message
from tests.accounts import people
from tests.accounts.desk import authority_at, scan_of
from tests.web_public import outside
from tests.web_public.visiting import Browser, citizen, errors_of, let_pass, officer, text_of

pytestmark = pytest.mark.django_db(transaction=True)
NEW = "Nui.Ba-Hoa-1986!"


def budgets_rest() -> None:
    let_pass("limits_bucket", 86_400, "window_ends_at")


def forget(browser: Browser, person: people.PersonData, born: str = "") -> Any:
    return browser.fill(
        "/quen-mat-khau/",
        {"number": person.citizen_id.value, "born_on": born or person.born_on.shown},
    )


# -- in and out -----------------------------------------------------------------------------------------


def test_a_citizen_signs_in_and_lands_where_they_wanted(browser: Browser) -> None:
    person, _ = citizen()
    wanted = browser.get("/ca-nhan/ho-so/")
    assert wanted["Location"] == "/dang-nhap/?tiep=%2Fca-nhan%2Fho-so%2F"

    page = browser.get(wanted["Location"])
    assert 'value="/ca-nhan/ho-so/"' in page.content.decode()
    answer = browser.sign_in(person, tiep="/ca-nhan/ho-so/")

    assert answer["Location"] == "/ca-nhan/ho-so/"
    assert browser.get("/ca-nhan/ho-so/").status_code == 200


def test_an_officer_lands_at_the_desk_with_a_strict_cookie(browser: Browser) -> None:
    person, _ = officer()

    answer = browser.sign_in(person)

    assert answer["Location"] == "/mot-cua/"
    cookie = answer.cookies["phien"]
    assert (cookie["samesite"], cookie["httponly"], cookie["path"]) == ("Strict", True, "/")
    assert cookie["max-age"] == ""


@override_settings(COOKIE_SECURE=True, COOKIE_PREFIX="__Host-")
def test_in_production_cookies_are_secure_and_bound_to_the_host(browser: Browser) -> None:
    person, _ = citizen()

    answer = browser.sign_in(person)

    for name in ("__Host-phien", "__Host-thiet-bi"):
        cookie = answer.cookies[name]
        assert (cookie["secure"], cookie["httponly"], cookie["path"], cookie["domain"]) == (
            True,
            True,
            "/",
            "",
        )


def test_signing_out_ends_the_session_on_the_server_and_clears_the_browser(browser: Browser) -> None:
    person, _ = citizen()
    browser.sign_in(person)
    token = browser.client.cookies["phien"].value
    assert browser.get("/dang-xuat/").status_code == 405

    answer = browser.post("/dang-xuat/")

    assert answer["Location"] == "/"
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    browser.client.cookies["phien"] = token
    assert browser.get("/ca-nhan/")["Location"].startswith("/dang-nhap/")


def test_signing_in_again_ends_the_session_before(browser: Browser) -> None:
    person, _ = citizen()
    browser.sign_in(person)
    before = browser.client.cookies["phien"].value
    browser.sign_in(person)

    assert browser.client.cookies["phien"].value != before
    assert sessions.visitor_of(before) is None


def test_a_wrong_password_and_an_unknown_number_get_one_answer(browser: Browser) -> None:
    person, _ = citizen()
    wrong = browser.sign_in(person, password="Sai.Mat-Khau-1")
    unknown = Browser().sign_in(people.data(), password="Sai.Mat-Khau-1")

    assert wrong.status_code == unknown.status_code == 401
    assert errors_of(wrong) == errors_of(unknown)
    assert "Quên mật khẩu" in errors_of(wrong)
    assert "Sai.Mat-Khau-1" not in wrong.content.decode()


def test_after_five_failures_even_the_right_password_waits(browser: Browser) -> None:
    person, _ = citizen()
    for _ in range(5):
        browser.sign_in(person, password="Sai.Mat-Khau-1")

    answer = browser.sign_in(person)

    assert answer.status_code == 429
    assert "thử lại sau" in errors_of(answer)


@pytest.mark.parametrize(
    ("seconds", "column", "goes_on"),
    [
        (29 * 60 + 50, "seen_at", True),
        (30 * 60 + 5, "seen_at", False),
        (12 * 3600 + 5, "created_at", False),
    ],
)
def test_a_citizens_session_ends_after_half_an_hour_idle_or_twelve_hours(
    browser: Browser, seconds: int, column: str, goes_on: bool
) -> None:
    person, _ = citizen()
    browser.sign_in(person)
    let_pass("accounts_session", seconds, column, *(["created_at"] if column == "seen_at" else []))

    assert browser.get("/ca-nhan/").status_code == (200 if goes_on else 302)


@pytest.mark.parametrize(("seconds", "goes_on"), [(14 * 60 + 50, True), (15 * 60 + 5, False)])
def test_an_officers_session_ends_after_a_quarter_of_an_hour_idle(
    browser: Browser, seconds: int, goes_on: bool
) -> None:
    person, _ = officer()
    browser.sign_in(person)
    let_pass("accounts_session", seconds, "seen_at", "created_at")

    assert browser.get("/ca-nhan/").status_code == (200 if goes_on else 302)


def test_a_locked_account_is_out_at_the_next_request(browser: Browser) -> None:
    person, account = citizen()
    browser.sign_in(person)
    Account.objects.filter(pk=account.pk).update(status="locked")

    assert browser.get("/ca-nhan/").status_code == 302


# -- own account ----------------------------------------------------------------------------------------


def test_a_changed_password_ends_the_other_sessions_and_tells_the_owner(browser: Browser) -> None:
    person, _ = citizen()
    elsewhere = Browser()
    elsewhere.sign_in(person)
    browser.sign_in(person)

    answer = browser.post("/ca-nhan/mat-khau/", {"current": people.STRONG, "password": NEW, "again": NEW})

    assert answer.status_code == 200
    assert "Mật khẩu đã được đổi" in text_of(answer)
    assert elsewhere.get("/ca-nhan/").status_code == 302
    assert browser.get("/ca-nhan/").status_code == 200
    assert Message.objects.filter(purpose="password_changed").count() == 1
    assert Browser().sign_in(person, password=NEW).status_code == 302


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"current": "sai", "password": NEW, "again": NEW}, "Mật khẩu hiện tại không đúng"),
        ({"current": people.STRONG, "password": "ngan", "again": "ngan"}, "8 ký tự"),
        ({"current": people.STRONG, "password": "Matkhau@123", "again": "Matkhau@123"}, ""),
        ({"current": people.STRONG, "password": NEW, "again": "khac"}, "không giống nhau"),
        ({"current": people.STRONG}, "nhập mật khẩu"),
    ],
)
def test_a_password_that_does_not_do_is_said_beside_its_box(
    browser: Browser, data: dict[str, str], said: str
) -> None:
    person, _ = citizen()
    browser.sign_in(person)

    answer = browser.post("/ca-nhan/mat-khau/", data)

    assert answer.status_code == 422
    assert said.lower() in errors_of(answer).lower()
    assert "field--wrong" in answer.content.decode()


def test_changing_the_phone_asks_the_operator_and_tells_the_old_one(browser: Browser) -> None:
    person, account = citizen()
    moved = people.data(number=person.citizen_id.value)
    outside.knows(moved)
    browser.sign_in(person)

    asked = browser.post("/ca-nhan/so-dien-thoai/", {"password": people.STRONG, "phone": moved.phone.local})
    page = text_of(browser.get(asked["Location"]))
    assert moved.phone.masked in page
    assert "Gửi lại OTP" in page
    answer = browser.post(asked["Location"], {"code": people.newest_code("otp_change_phone"), "act": "go"})

    assert "Đã đổi số điện thoại" in text_of(answer)
    assert identity.primary_phone(account) == moved.phone
    old = Message.objects.get(purpose="phone_changed")
    assert old.to_masked == person.phone.masked
    assert browser.get("/ca-nhan/").status_code == 200


def test_a_phone_of_somebody_else_is_not_taken(browser: Browser) -> None:
    person, account = citizen()
    browser.sign_in(person)
    phone = people.data().phone

    asked = browser.post("/ca-nhan/so-dien-thoai/", {"password": people.STRONG, "phone": phone.local})
    answer = browser.post(asked["Location"], {"code": people.newest_code("otp_change_phone"), "act": "go"})

    assert answer.status_code == 422
    assert "không khớp với thông tin thuê bao tại nhà mạng Viettel" in text_of(answer)
    assert "Soạn tin TTTB gửi 1414" in text_of(answer)
    assert "Hỏi lại nhà mạng" not in text_of(answer)
    assert identity.primary_phone(account) == person.phone


def test_an_operator_that_is_down_keeps_the_phone_change(browser: Browser) -> None:
    person, account = citizen()
    moved = people.data(number=person.citizen_id.value)
    outside.knows(moved)
    outside.operator.down = True
    browser.sign_in(person)
    asked = browser.post("/ca-nhan/so-dien-thoai/", {"password": people.STRONG, "phone": moved.phone.local})
    down = browser.post(asked["Location"], {"code": people.newest_code("otp_change_phone"), "act": "go"})
    assert down.status_code == 200
    assert "Nhà mạng chưa trả lời" in text_of(down)
    assert "Hỏi lại nhà mạng" in text_of(down)

    outside.operator.down = False
    browser.post(asked["Location"], {"act": "again"})

    assert identity.primary_phone(account) == moved.phone


def test_the_owner_sees_and_ends_the_own_sessions(browser: Browser) -> None:
    person, _ = citizen()
    phone, tablet = Browser(user_agent="Mozilla/5.0 (Android) Chrome/130"), Browser()
    for one in (phone, tablet, browser):
        one.sign_in(person)
    page = browser.get("/ca-nhan/phien-dang-nhap/").content.decode()
    assert "Chrome trên Android" in page
    assert "Thiết bị này" in page
    address = re.findall(r"/ca-nhan/phien-dang-nhap/[0-9a-f-]{36}/ket-thuc/", page)
    assert len(address) == 2
    of_phone = Session.objects.get(device_words="Chrome trên Android").public_id

    browser.post(f"/ca-nhan/phien-dang-nhap/{of_phone}/ket-thuc/")
    assert phone.get("/ca-nhan/").status_code == 302
    assert tablet.get("/ca-nhan/").status_code == 200
    browser.post("/ca-nhan/phien-dang-nhap/ket-thuc/")

    assert tablet.get("/ca-nhan/").status_code == 302
    assert browser.get("/ca-nhan/").status_code == 200


def test_nobody_ends_a_session_of_somebody_else(browser: Browser) -> None:
    person, _ = citizen()
    victim, _ = citizen()
    other = Browser()
    other.sign_in(victim)
    browser.sign_in(person)
    theirs = Session.objects.order_by("id")[0].public_id

    assert browser.post(f"/ca-nhan/phien-dang-nhap/{theirs}/ket-thuc/").status_code == 404
    assert other.get("/ca-nhan/").status_code == 200


def test_not_me_locks_the_account_only_when_confirmed(browser: Browser) -> None:
    person, account = citizen()
    Browser().sign_in(person)
    browser.sign_in(person)
    text = people.newest_text("new_device")
    address = text[text.index("/k/") :].split()[0].rstrip(".")

    page = Browser().get(address)
    assert page.status_code == 200
    assert browser.get("/ca-nhan/").status_code == 200
    done = Browser().post(address)

    assert "tạm khóa" in text_of(done)
    assert browser.get("/ca-nhan/").status_code == 302
    account.refresh_from_db()
    assert account.status == Account.Status.LOCKED
    assert Browser().get(address).status_code == 404
    assert "tạm khóa" in errors_of(Browser().sign_in(person))
    assert Disavowal.objects.filter(used_at__isnull=False).count() == 1


# -- forgotten password ---------------------------------------------------------------------------------


def test_a_forgotten_password_is_set_anew_with_number_birth_date_and_code(browser: Browser) -> None:
    person, _ = citizen()
    outside.knows(person)
    elsewhere = Browser()
    elsewhere.sign_in(person)

    asked = forget(browser, person)
    proved = browser.post(asked["Location"], {"code": people.newest_code("otp_reset"), "act": "go"})
    answer = browser.post(proved["Location"], {"password": NEW, "again": NEW})

    assert "Mật khẩu đã được đổi" in text_of(answer)
    assert elsewhere.get("/ca-nhan/").status_code == 302
    assert browser.get("/ca-nhan/").status_code == 302
    assert Browser().sign_in(person, password=people.STRONG).status_code == 401
    assert Browser().sign_in(person, password=NEW).status_code == 302


def test_the_password_page_is_closed_until_the_code_is_right(browser: Browser) -> None:
    person, _ = citizen()
    code = forget(browser, person)["Location"]
    page = code.replace("ma-otp", "mat-khau")

    assert browser.get(page)["Location"] == code
    assert browser.post(page, {"password": NEW, "again": NEW})["Location"] == code
    assert Browser().get(code).status_code == 404
    assert Browser().post(page, {"password": NEW, "again": NEW}).status_code == 404
    assert Browser().sign_in(person).status_code == 302


@pytest.mark.parametrize("who", ["unknown", "wrong birth date"])
def test_forgotten_looks_the_same_for_those_who_have_no_account(who: str) -> None:
    person, _ = citizen()
    stranger = people.data()
    known, unknown = Browser(), Browser()

    pairs = [
        (forget(known, person), forget(unknown, stranger))
        if who == "unknown"
        else (forget(known, person), forget(unknown, citizen()[0], born="02/02/1990"))
    ]
    address, other = (answer["Location"] for answer in pairs[0])
    pairs.append((known.get(address), unknown.get(other)))
    code = people.newest_code("otp_reset")
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for _ in range(6):
        pairs.append(
            (
                known.post(address, {"code": wrong, "act": "go"}),
                unknown.post(other, {"code": wrong, "act": "go"}),
            )
        )
    pairs.append((known.post(address, {"act": "resend"}), unknown.post(other, {"act": "resend"})))

    for one, another in pairs:
        assert plain(one) == plain(another)
        assert len(neutral(one)) == len(neutral(another))
    assert Message.objects.filter(purpose="otp_reset").count() == 1


def neutral(answer: Any) -> str:
    """The page without what differs between any two answers."""
    page = re.sub(
        r'(csrfmiddlewaretoken" value|data-challenge|nonce)="[^"]*"', r'\1="…"', answer.content.decode()
    )
    page = re.sub(r'data-seconds="[0-9]+"', 'data-seconds="…"', page)
    page = re.sub(r"thử lại sau [0-9]+ giây", "thử lại sau", page)
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "…", page)


def plain(answer: Any) -> tuple[int, dict[str, str], str]:
    kept = {
        name: re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "…", re.sub(r"'nonce-[^']+'", "", value))
        for name, value in answer.headers.items()
        if name.lower() not in ("date", "set-cookie", "retry-after", "x-request-id", "content-length")
    }
    return answer.status_code, kept, neutral(answer)


# -- activation -----------------------------------------------------------------------------------------


def one_time_password(person: people.PersonData) -> str:
    """An officer opened the account; what the citizen reads on the phone."""
    authority = authority_at("don-vi-mau", Power.OPEN_ACCOUNT)
    application = assistance.start(authority=authority, filled=assistance.Filled(person, "PHONE_MISMATCH"))
    assistance.attach_scan(authority=authority, application=application, scan=scan_of("a"), qr_text=None)
    creation.paper(authority=authority, application=application, now=timezone.now())
    application.refresh_from_db()
    creation.send_code(authority=authority, application=application)
    code = people.newest_code("otp_assist")
    creation.create(authority=authority, application=application, code=code, registry=outside.operator)
    return people.newest_text("one_time_password").split(": ", 1)[1].split(" ")[0]


def activating(person: people.PersonData, one_time: str) -> dict[str, str]:
    return {
        "number": person.citizen_id.value,
        "one_time": one_time,
        "born_on": person.born_on.shown,
        "password": NEW,
        "again": NEW,
    }


def test_number_and_one_time_password_lead_to_activation(browser: Browser) -> None:
    person = people.data()
    one_time = one_time_password(person)

    answer = browser.sign_in(person, password=one_time)
    assert answer["Location"].startswith("/kich-hoat/")
    assert "phien" not in browser.client.cookies
    page = browser.get(answer["Location"])
    assert "mật khẩu dùng một lần" in text_of(page)
    # The number comes along, in no address, and only once.
    number = person.citizen_id.value
    assert f'value="{number}"' in page.content.decode() and number not in answer["Location"]
    assert number not in browser.get(answer["Location"]).content.decode()
    assert number not in browser.get("/kich-hoat/").content.decode()
    done = browser.post("/kich-hoat/", activating(person, one_time))

    assert "Kích hoạt tài khoản thành công" in text_of(done)
    assert browser.get("/ca-nhan/").status_code == 302
    assert browser.sign_in(person, password=one_time).status_code == 401
    assert browser.sign_in(person, password=NEW)["Location"] == "/ca-nhan/"


@pytest.mark.parametrize(
    "changed",
    [{"born_on": "02/02/1990"}, {"one_time": "Sai.Roi-123"}, {"number": "052090999999"}],
)
def test_activation_refuses_with_one_answer(browser: Browser, changed: dict[str, str]) -> None:
    person = people.data()
    one_time = one_time_password(person)

    answer = browser.post("/kich-hoat/", {**activating(person, one_time), **changed})

    assert answer.status_code == 422
    assert "Thông tin kích hoạt không đúng hoặc mật khẩu một lần đã hết hạn (24 giờ)" in errors_of(answer)
    assert one_time not in answer.content.decode()


def test_activation_does_not_happen_beside_an_officer(browser: Browser) -> None:
    person = people.data()
    one_time = one_time_password(person)
    browser.sign_in(officer()[0])

    answer = browser.post("/kich-hoat/", activating(person, one_time))

    assert answer.status_code == 403
    assert "đang có cán bộ đăng nhập" in errors_of(answer)
