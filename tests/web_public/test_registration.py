"""Phụ lục I over HTTP: the steps, their words, and what does not work."""

import re
from typing import Any

import pytest
from django.db import connection

from motcua.accounts import identity, opening
from motcua.accounts.models import Account, Passcode, Registration
from motcua.accounts.sealed_data import PersonData
from motcua.outbox.health import GRACE, DbClock
from motcua.outbox.models import Message
from motcua.web import outages
from tests.accounts import people
from tests.web_public import outside
from tests.web_public.visiting import Browser, citizen, errors_of, let_pass, officer, solved, text_of, typed

pytestmark = pytest.mark.django_db(transaction=True)

STEPS = ("ma-otp", "nha-mang", "khong-khop", "da-co-tai-khoan", "mat-khau", "thanh-cong")
PAGE_OF = dict(
    zip(
        ("TYPED", "PHONE_PROVED", "MISMATCH", "EXISTS", "MATCHED", "DONE"), STEPS[:4] + STEPS[4:], strict=True
    )
)


def code_page(public_id: str) -> str:
    return f"/dang-ky/{public_id}/ma-otp/"


def enter(browser: Browser, public_id: str, code: str | None = None) -> Any:
    return browser.post(code_page(public_id), {"code": code or people.newest_code(), "act": "go"})


def ask_again(browser: Browser, public_id: str) -> Any:
    return browser.post(code_page(public_id), {"act": "resend"})


def test_a_citizen_registers_and_is_signed_in(browser: Browser) -> None:
    person = people.data()
    outside.knows(person)

    form = text_of(browser.get("/dang-ky/"))
    for label in ("Họ và tên", "Ngày sinh", "Số CMND/CCCD", "Số điện thoại", "Email"):
        assert label in form
    public_id = browser.begun(person)
    page = text_of(browser.get(code_page(public_id)))
    for words in ("Nhập OTP", "Gửi lại OTP", "Tiếp tục", person.phone.masked, "Xóa và bắt đầu lại"):
        assert words in page
    assert enter(browser, public_id)["Location"] == f"/dang-ky/{public_id}/mat-khau/"
    page = text_of(browser.get(f"/dang-ky/{public_id}/mat-khau/"))
    for words in ("Nhập mật khẩu", "Xác nhận mật khẩu", "Đăng ký", "Sử dụng 8 ký tự trở lên"):
        assert words in page
    answer = browser.post(
        f"/dang-ky/{public_id}/mat-khau/", {"password": people.STRONG, "again": people.STRONG}
    )

    assert answer["Location"] == f"/dang-ky/{public_id}/thanh-cong/"
    assert "ông/bà đã đăng ký tài khoản thành công" in text_of(browser.get(answer["Location"]))
    assert person.full_name.value in text_of(browser.get("/ca-nhan/"))


def test_a_mismatch_says_the_dispatchs_sentence_and_gives_a_slip(browser: Browser) -> None:
    person = people.data()
    outside.operator.enrol(
        person.phone, operator="Vinaphone", full_name="Lê Văn Khác", born_on="01/01/1970", citizen_ids=()
    )
    public_id = browser.proved(person)

    page = browser.get(f"/dang-ky/{public_id}/khong-khop/")

    words = text_of(page)
    assert (
        "Thông tin đăng ký không khớp với thông tin thuê bao tại nhà mạng Vinaphone, "
        "vui lòng kiểm tra/ đăng ký lại với nhà mạng!"
    ) in words
    assert 'href="sms:1414?body=TTTB"' in page.content.decode()
    assert "Soạn tin TTTB gửi 1414" in words
    assert "tổng đài Vinaphone" in words
    assert "Liên hệ Bộ phận một cửa gần nhất để được hỗ trợ đăng ký tài khoản" in words
    assert "Tải phiếu mang đến quầy" in words
    assert person.full_name.value not in words
    slip = browser.get(f"/dang-ky/{public_id}/phieu.pdf")
    assert slip.content.startswith(b"%PDF")
    assert "attachment" in slip["Content-Disposition"]
    code = Registration.objects.get(public_id=public_id).slip_code
    assert "không khớp" in text_of(browser.get(f"/p/{code}"))
    anything = text_of(browser.get("/p/AAAAAAAAAA"))
    assert "Trang này không tra cứu mã phiếu" in anything and "24 giờ" not in anything


def test_an_operator_that_is_down_loses_nothing(browser: Browser) -> None:
    person = people.data()
    outside.knows(person)
    outside.operator.down = True
    public_id = browser.begun(person)

    answer = enter(browser, public_id)

    assert answer.status_code == 200  # an answer that was expected, not a breakdown
    assert "Nhà mạng chưa trả lời" in text_of(answer)
    assert "Hỏi nhà mạng lần gần nhất lúc" in text_of(answer)
    assert "không phải nhập lại thông tin" in text_of(browser.get(f"/dang-ky/{public_id}/nha-mang/"))
    outside.operator.down = False
    again = browser.post(f"/dang-ky/{public_id}/nha-mang/")
    assert again["Location"] == f"/dang-ky/{public_id}/mat-khau/"


def test_a_number_that_has_an_account_is_told_only_after_the_phone_is_proved(browser: Browser) -> None:
    person, _ = citizen()
    outside.knows(person)

    public_id = browser.begun(person)
    assert "đã có tài khoản" not in text_of(browser.get(code_page(public_id))).lower()
    answer = enter(browser, public_id)

    page = text_of(browser.get(answer["Location"]))
    assert "Số CMND/CCCD này đã có tài khoản" in page
    assert "Đăng nhập" in page
    assert "Quên mật khẩu" in page


@pytest.mark.parametrize("state", list(PAGE_OF))
@pytest.mark.parametrize("step", STEPS)
def test_no_step_can_be_entered_by_its_address(browser: Browser, state: str, step: str) -> None:
    person = people.data()
    public_id = browser.begun(person)
    account = people.account() if state == "DONE" else None
    Registration.objects.filter(public_id=public_id).update(
        state=state, account=account, slip_code="ABCDEFGHJK" if state == "MISMATCH" else ""
    )
    Passcode.objects.update(consumed_at=None if state == "TYPED" else opening.ClockTimestamp())
    accounts = Account.objects.count()
    address = f"/dang-ky/{public_id}/{step}/"

    got = browser.get(address)
    sent = browser.post(address, {"password": "x", "again": "x", "code": "", "act": "go"})

    if PAGE_OF[state] == step:
        assert got.status_code == 200
    else:
        assert got["Location"] == f"/dang-ky/{public_id}/{PAGE_OF[state]}/"
        assert sent.status_code in (302, 405)
    assert Registration.objects.get(public_id=public_id).state in (state, "MISMATCH")
    assert Account.objects.count() == accounts


@pytest.mark.parametrize("step", [*STEPS, "", "xoa", "phieu.pdf"])
def test_another_browser_sees_nothing_of_a_registration(browser: Browser, step: str) -> None:
    public_id = browser.begun(people.data())
    stranger = Browser()
    stranger.begun(people.data())
    address = f"/dang-ky/{public_id}/{step}{'' if step in ('', 'phieu.pdf') else '/'}"

    for answer in (
        stranger.get(address),
        stranger.post(address, {"code": people.newest_code(), "act": "go"}),
    ):
        assert answer.status_code in (404, 405)
    assert Registration.objects.get(public_id=public_id).state == "TYPED"


def test_two_tabs_with_two_people_do_not_mix(browser: Browser) -> None:
    one, other = people.data(name="Trần Thị Một"), people.data(name="Lê Văn Hai")
    outside.knows(one)
    outside.knows(other)
    first = browser.begun(one)
    code_of_one = people.newest_code()
    second = browser.begun(other)

    assert "Mã OTP không đúng" in text_of(enter(browser, second, code_of_one))
    enter(browser, second)
    enter(browser, first, code_of_one)
    for public_id in (second, first):
        browser.post(f"/dang-ky/{public_id}/mat-khau/", {"password": people.STRONG, "again": people.STRONG})

    for person in (one, other):
        account = identity.account_by_number(person.citizen_id)
        assert account is not None
        assert account.person.full_name == person.full_name.value


def test_a_registration_is_resumed_elsewhere_only_with_a_fresh_code(browser: Browser) -> None:
    person = people.data()
    outside.knows(person)
    browser.begun(person)
    elsewhere = Browser()
    let_budgets_recover()

    answer = elsewhere.fill(
        "/dang-ky/tiep-tuc/", {"citizen_id": person.citizen_id.value, "phone": person.phone.local}
    )
    page = elsewhere.get(answer["Location"])
    assert person.full_name.value not in page.content.decode()
    assert person.citizen_id.value not in page.content.decode()
    assert person.phone.local not in page.content.decode()
    public_id = answer["Location"].split("/")[2]

    confirming = f"/dang-ky/{public_id}/nha-mang/"
    assert enter(elsewhere, public_id)["Location"] == confirming
    shown = text_of(elsewhere.get(confirming))
    assert person.full_name.value in shown and person.born_on.shown in shown
    assert person.citizen_id.value not in shown
    assert (
        elsewhere.post(confirming, seen(elsewhere, confirming))["Location"]
        == f"/dang-ky/{public_id}/mat-khau/"
    )


@pytest.mark.parametrize("sent", [{}, {"seen": ""}, {"seen": "0" * 64}, {"seen": "đã xem"}, {"act": "go"}])
def test_what_was_resumed_is_not_sent_to_the_operator_unseen(browser: Browser, sent: dict[str, str]) -> None:
    person = people.data()
    outside.knows(person)
    browser.begun(person)
    elsewhere, confirming = resumed_elsewhere(person)

    answer = elsewhere.post(confirming, sent)

    assert answer["Location"] == confirming
    assert outside.operator.calls == 0
    assert Registration.objects.latest("id").state == "PHONE_PROVED"


def test_what_was_seen_of_another_registration_confirms_nothing(browser: Browser) -> None:
    persons = people.data(), people.data()
    for person in persons:
        outside.knows(person)
        browser.begun(person)
    (one, first), (other, second) = (resumed_elsewhere(person) for person in persons)

    assert one.post(first, seen(other, second))["Location"] == first
    assert outside.operator.calls == 0


def test_an_operator_that_is_down_is_asked_again_about_what_was_resumed(browser: Browser) -> None:
    person = people.data()
    outside.knows(person)
    browser.begun(person)
    elsewhere, confirming = resumed_elsewhere(person)
    outside.operator.down = True
    assert elsewhere.post(confirming, seen(elsewhere, confirming)).status_code == 200
    outside.operator.down = False

    assert elsewhere.post(confirming)["Location"] == confirming.replace("nha-mang", "mat-khau")


def resumed_elsewhere(person: PersonData) -> tuple[Browser, str]:
    """A browser that has proved the phone anew, and the page that shows what was typed before."""
    elsewhere = Browser()
    let_budgets_recover()
    answer = elsewhere.fill(
        "/dang-ky/tiep-tuc/", {"citizen_id": person.citizen_id.value, "phone": person.phone.local}
    )
    confirming = str(enter(elsewhere, answer["Location"].split("/")[2])["Location"])
    assert confirming.endswith("/nha-mang/")
    return elsewhere, confirming


def seen(browser: Browser, confirming: str) -> dict[str, str]:
    """What “Tiếp tục” sends from the page that shows what was resumed."""
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', browser.get(confirming).content.decode())
    assert found
    return {"seen": found[1]}


# -- a staff member's phone ------------------------------------------------------------------------------


def test_a_staff_phone_is_told_apart_from_no_other_before_the_code(browser: Browser) -> None:
    colleague, _ = officer()
    pages = []
    for phone in (colleague.phone.local, people.data().phone.local):
        person = people.data(phone=phone)
        other = Browser()
        answer = other.begin(person)
        assert answer.status_code == 302
        page = text_of(other.get(answer["Location"]))
        pages.append((page.replace(person.phone.masked, ""), sorted(answer.headers)))
        assert Message.objects.latest("id").purpose == "otp_register"

    assert pages[0] == pages[1]


def test_a_staff_phone_is_refused_to_whoever_holds_it(browser: Browser) -> None:
    colleague, _ = officer()
    person = people.data(phone=colleague.phone.local)
    outside.knows(person)
    public_id = browser.begun(person)

    refused = enter(browser, public_id)["Location"]

    assert refused == f"/dang-ky/{public_id}/nha-mang/"
    for answer in (browser.get(refused), browser.post(refused, follow=True)):
        assert "Số điện thoại này là số của cán bộ" in text_of(answer)
        assert "Đăng ký bằng số điện thoại khác" in text_of(answer)
    assert outside.operator.calls == 0
    assert identity.account_by_number(person.citizen_id) is None


def test_a_staff_phone_is_refused_in_a_resumed_registration_too(browser: Browser) -> None:
    colleague, _ = officer()
    person = people.data(phone=colleague.phone.local)
    browser.begun(person)
    elsewhere, page = resumed_elsewhere(person)

    shown = text_of(elsewhere.get(page))
    assert "Số điện thoại này là số của cán bộ" in shown
    assert person.full_name.value not in shown


def test_resuming_what_is_not_there_looks_the_same_and_sends_nothing(browser: Browser) -> None:
    person, nobody = people.data(), people.data()
    browser.begun(person)
    let_budgets_recover()
    pages = []
    for asked in (person, nobody):
        elsewhere = Browser()
        answer = elsewhere.fill(
            "/dang-ky/tiep-tuc/", {"citizen_id": asked.citizen_id.value, "phone": asked.phone.local}
        )
        assert answer.status_code == 302
        page = text_of(elsewhere.get(answer["Location"]))
        pages.append(page.replace(asked.phone.masked, "").replace("đang được gửi", "đã được gửi"))

    assert pages[0] == pages[1]


def test_an_old_proof_does_not_open_the_password_page(browser: Browser) -> None:
    person = people.data()
    outside.knows(person)
    public_id = browser.proved(person)
    let_pass("accounts_passcode", 31 * 60, "created_at", "expires_at", "consumed_at")

    for answer in (
        browser.get(f"/dang-ky/{public_id}/mat-khau/"),
        browser.post(f"/dang-ky/{public_id}/mat-khau/", {"password": people.STRONG, "again": people.STRONG}),
    ):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/dang-ky/tiep-tuc/")
    assert identity.account_by_number(person.citizen_id) is None


def test_a_registration_is_gone_after_24_hours(browser: Browser) -> None:
    public_id = browser.begun(people.data())
    let_pass("accounts_registration", 24 * 3600 + 5, "created_at", "expires_at")

    assert browser.get(code_page(public_id)).status_code == 404


def test_start_over_deletes_what_was_typed(browser: Browser) -> None:
    person = people.data()
    public_id = browser.begun(person)

    assert browser.get(f"/dang-ky/{public_id}/xoa/").status_code == 405
    answer = browser.post(f"/dang-ky/{public_id}/xoa/")

    assert answer["Location"] == "/dang-ky/"
    assert not Registration.objects.filter(data_sealed__isnull=False).exists()
    assert browser.get(code_page(public_id)).status_code == 404


@pytest.mark.parametrize("beside_officer", [True, False])
def test_nobody_is_signed_in_where_an_officer_works_or_the_desk_opened_the_page(
    browser: Browser, beside_officer: bool
) -> None:
    person = people.data(name="Công Dân Mới")
    outside.knows(person)
    if beside_officer:
        browser.sign_in(officer()[0])
        session = browser.client.cookies["phien"].value
    answer = browser.register(person, "" if beside_officer else "?tu=mot-cua")

    assert "Đề nghị đóng trang này" in text_of(browser.get(answer["Location"]))
    if beside_officer:
        assert browser.client.cookies["phien"].value == session
        assert person.full_name.value not in text_of(browser.get("/"))
    else:
        assert "phien" not in browser.client.cookies
        assert browser.get("/ca-nhan/").status_code == 302


def test_whoever_was_signed_in_before_leaves(browser: Browser) -> None:
    earlier, _ = citizen()
    browser.sign_in(earlier)
    token = browser.client.cookies["phien"].value
    person = people.data()
    outside.knows(person)

    browser.register(person)

    old = Browser()
    old.client.cookies["phien"] = token
    assert old.get("/ca-nhan/").status_code == 302
    assert person.full_name.value in text_of(browser.get("/ca-nhan/"))


BAD = [
    ("full_name", "", "họ và tên"),
    ("full_name", "<script>alert(1)</script>", ""),
    ("born_on", "31/02/1990", ""),
    ("born_on", "01/02/1991", "Ngày sinh không khớp với số CCCD"),
    ("citizen_id", "12345", ""),
    ("citizen_id", "٠٥٢٠٩٠٠٠٠٠٠١", ""),
    ("phone", "0243825000", ""),
    ("phone", "+1 415 555 0100", ""),
    ("email", "khong-phai-email", "email"),
    ("proof", "", "Trình duyệt chưa kiểm tra xong"),
    ("proof", "e30=", "Trình duyệt chưa kiểm tra xong"),
]


@pytest.mark.parametrize(("field", "value", "said"), BAD)
def test_bad_input_is_said_beside_the_field_and_nothing_is_lost(
    browser: Browser, field: str, value: str, said: str
) -> None:
    person = people.data()
    proof = solved(browser.get("/dang-ky/").content.decode())

    answer = browser.post("/dang-ky/", {**typed(person), "proof": proof, field: value})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert said.lower() in errors_of(answer).lower()
    assert 'tabindex="-1"' in page
    assert "<title>Cần sửa:" in page
    if field != "proof":
        assert "field--wrong" in page
    for name, kept in typed(person).items():
        if name != field and kept:
            assert f'value="{kept}"' in page, name
    assert not Registration.objects.exists()


def test_all_mistakes_are_said_in_one_round(browser: Browser) -> None:
    proof = solved(browser.get("/dang-ky/").content.decode())
    wrong = {"phone": "0243825000", "born_on": "01/02/1991", "proof": proof}
    answer = browser.post("/dang-ky/", {**typed(people.data()), **wrong})
    said = errors_of(answer)
    assert "Ngày sinh không khớp với số CCCD" in said and "Số điện thoại" in said


@pytest.mark.parametrize("value", ["a\x00b", "x" * 1_000_000, "x" * 30_000, "\udcff"])
@pytest.mark.parametrize(
    "address", ["/dang-ky/", "/dang-nhap/", "/quen-mat-khau/", "/kich-hoat/", "/tra-cuu/"]
)
def test_poison_is_refused_in_vietnamese(browser: Browser, address: str, value: str) -> None:
    names = ("full_name", "citizen_id", "number", "password", "code", "born_on")
    body = "&".join(f"{name}={quoted(value)}" for name in names)

    answer = browser.post(address, body, content_type="application/x-www-form-urlencoded")

    assert 400 <= answer.status_code < 500
    assert "Đề nghị ông/bà" in text_of(answer)


@pytest.mark.parametrize(
    "address", ["/dang-ky/", "/dang-nhap/", "/quen-mat-khau/", "/kich-hoat/", "/tra-cuu/"]
)
def test_the_same_box_twice_is_refused(browser: Browser, address: str) -> None:
    answer = browser.post(
        address,
        "number=1&number=2&phone=1&phone=2&code=1&code=2",
        content_type="application/x-www-form-urlencoded",
    )

    assert answer.status_code == 400
    assert "hai lần" in text_of(answer)


def quoted(value: str) -> str:
    from urllib.parse import quote

    return quote(value, errors="surrogateescape")


# -- the six messages about a code ----------------------------------------------------------------------


def let_budgets_recover() -> None:
    """As if a day had passed for the budgets."""
    let_pass("limits_bucket", 86_400, "window_ends_at")


def test_a_wrong_code_says_how_many_tries_are_left(browser: Browser) -> None:
    public_id = browser.begun(people.data())
    answer = enter(browser, public_id, other_than(people.newest_code()))

    assert answer.status_code == 422
    assert "Mã OTP không đúng. Ông/bà còn 4 lần nhập." in errors_of(answer)


def test_an_expired_code_says_so(browser: Browser) -> None:
    public_id = browser.begun(people.data())
    let_pass("accounts_passcode", 121, "created_at", "expires_at")

    assert "Mã OTP đã hết hiệu lực" in errors_of(enter(browser, public_id))


def test_a_superseded_code_says_that_there_is_a_newer_one(browser: Browser) -> None:
    public_id = browser.begun(people.data())
    old = people.newest_code()
    let_budgets_recover()
    assert ask_again(browser, public_id).status_code == 302

    assert "Đã có mã OTP mới hơn" in errors_of(enter(browser, public_id, old))
    assert "lần 2" in text_of(browser.get(code_page(public_id)))


def test_a_used_code_says_so(browser: Browser) -> None:
    person = people.data()
    outside.operator.down = True
    public_id = browser.begun(person)
    enter(browser, public_id)
    Registration.objects.update(state="TYPED")

    assert "đã được sử dụng" in errors_of(enter(browser, public_id))


def test_after_five_wrong_codes_the_right_one_is_dead(browser: Browser) -> None:
    public_id = browser.begun(people.data())
    right = people.newest_code()
    for _ in range(5):
        enter(browser, public_id, other_than(right))

    assert "nhập sai 5 lần" in errors_of(enter(browser, public_id, right))


def test_a_code_that_was_never_sent_says_so(browser: Browser) -> None:
    public_id = browser.begun(people.data())
    Passcode.objects.all().delete()

    assert "Chưa có mã OTP nào được gửi" in errors_of(enter(browser, public_id, "123456"))
    assert "Chưa có mã OTP nào được gửi" in text_of(browser.get(code_page(public_id)))


def test_a_second_code_within_half_a_minute_is_refused_with_the_wait(browser: Browser) -> None:
    public_id = browser.begun(people.data())

    answer = ask_again(browser, public_id)

    assert answer.status_code == 429
    assert re.search(r"thử lại sau [0-9]+ giây", errors_of(answer))


def test_the_screen_says_when_the_text_could_not_be_sent(browser: Browser) -> None:
    public_id = browser.begun(people.data())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE outbox_message SET state = 'FAILED', body_sealed = NULL")

    assert "Tin nhắn chưa gửi được" in text_of(browser.get(code_page(public_id)))


def test_the_screen_asks_for_news_while_the_text_waits_and_never_says_it_was_sent(browser: Browser) -> None:
    public_id = browser.begun(people.data())
    Message.objects.filter(kind=Message.Kind.OTP).update(state="WAITING", created_at=DbClock() - GRACE)
    outages.forget()
    waiting = browser.get(code_page(public_id))
    assert f'hx-get="{code_page(public_id)}"' in waiting.content.decode()
    assert "Tin nhắn OTP đang chậm" in text_of(waiting) and "đã được gửi" not in text_of(waiting)

    with connection.cursor() as cursor:
        cursor.execute("UPDATE outbox_message SET state = 'FAILED', body_sealed = NULL")
    outages.forget()
    assert "hx-get" not in browser.get(code_page(public_id)).content.decode()


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def test_the_home_pages_way_back_is_only_ours(browser: Browser) -> None:
    person: PersonData = people.data()
    outside.knows(person)
    answer = browser.register(person, "?quay-lai=/tra-cuu/")

    assert 'href="/tra-cuu/"' in browser.get(answer["Location"]).content.decode()
