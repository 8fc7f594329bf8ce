"""Phụ lục III over HTTP: labels and messages to the letter, and every way in which it must say no."""

import re
import threading
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.utils import timezone

from motcua.accounts.models import Account, AssistApplication, Passcode, PhoneBinding, Registration
from motcua.files.models import StoredFile
from motcua.kernel.authority import Power
from motcua.outbox.models import Message
from motcua.units import posts
from tests.accounts import people
from tests.web_office import desk as at
from tests.web_office import operators, scans
from tests.web_office.desk import ADD, LIST, PHONE, Desk, address_in, in_hand, typed, words

pytestmark = pytest.mark.django_db(transaction=True)


def hidden(answer: Any, name: str) -> str:
    """What a hidden box of the page carries."""
    value: str = answer.content.decode().split(f'name="{name}" value="')[1].split('"')[0]
    return value


def wait_out_the_resend(desk: Desk) -> None:
    """Thirty seconds pass for the budget of texts."""
    from motcua.limits.models import Bucket

    Bucket.objects.all().delete()


def test_the_form_has_the_words_of_the_dispatch(desk: Desk) -> None:
    page = words(desk.get(ADD))
    for wanted in (
        "Tạo tài khoản công dân",
        "Thông tin công dân",
        "Số CMND/CCCD * (bắt buộc) Tra cứu tài khoản",
        "Họ và tên * (bắt buộc)",
        "Ngày sinh * (bắt buộc)",
        "Số điện thoại * (bắt buộc)",
        "Email",
        "Đính kèm CCCD/CMND * (bắt buộc)",
        "Đề nghị đính kèm 1 file định dạng file doc, docx, pdf gồm 2 mặt CCCD/CMND",
        "Thông tin cán bộ",
        "Cán bộ",
        "Đơn vị * (bắt buộc)",
        "Thời gian tạo",
        "Anh/chị nhập mã OTP gồm 6 số đã được gửi tới số điện thoại đăng ký của công dân "
        "(OTP chỉ có hiệu lực trong vòng 2 phút)",
        "Nhập OTP * (bắt buộc)",
        "Tải xuống",
        "Gửi mã OTP",
        "Tạo tài khoản",
    ):
        assert wanted in page
    assert "autofocus" in desk.get(ADD).content.decode().split('name="citizen_id"')[1][:400]


def test_an_account_is_created_and_no_password_is_ever_shown(desk: Desk) -> None:
    person = people.data()
    address, code = desk.ready(person)

    page = words(desk.get(address))
    assert "File đính kèm: CCCD.pdf" in page
    assert "Chưa nối phần mềm diệt vi-rút (bản chạy thử)" in page
    assert "Giấy đề nghị có giá trị" in page
    assert "(lần 1)" in page and person.phone.masked in page and "Còn 5 lần nhập" in page
    answer = desk.press("create", {**typed(person), "code": code}, address)

    assert answer["Location"] == address + "xong/"
    shown = desk.get(answer["Location"])
    assert "mật khẩu một lần tới điện thoại" in words(shown) and "24 giờ" in words(shown)
    assert f"Mở địa chỉ {settings.PUBLIC_URL}/kich-hoat/ trên" in words(shown)
    assert person.phone.masked in words(shown)
    one_time = people.newest_text("one_time_password").split(": ", 1)[1].split(" ")[0]
    assert one_time not in shown.content.decode()
    account = Account.objects.get(origin="ASSISTED")
    assert (account.status, account.vouched_by) == ("pending_activation", desk.subject)
    kept = in_hand(address)
    assert kept.scan is not None
    assert kept.scan.purge_after > timezone.now() + timedelta(days=89)


def test_the_paper_is_a_download_and_fits_only_the_data_it_was_printed_for(desk: Desk) -> None:
    person = people.data()
    address = desk.begun(person)
    assert desk.get(address + "giay-de-nghi.pdf").status_code == 422

    answer = desk.press("paper", typed(person), address)
    assert answer["Location"] == address + "?da=giay"
    assert address + "giay-de-nghi.pdf" in desk.get(answer["Location"]).content.decode()
    paper = desk.get(address + "giay-de-nghi.pdf")
    assert paper["Content-Type"] == "application/pdf" and paper.content.startswith(b"%PDF")
    assert paper["Content-Disposition"].startswith("attachment")

    assert desk.press("save", {**typed(person), "full_name": "Nguyễn Văn Khác"}, address).status_code == 302
    assert "Giấy đề nghị đã hết giá trị" in words(desk.get(address))
    assert desk.get(address + "giay-de-nghi.pdf").status_code == 422


def test_looking_up_says_whether_there_is_an_account(desk: Desk) -> None:
    known, free = people.data(), people.data()
    people.account(known)

    exists = desk.press("look_up", {"citizen_id": known.citizen_id.value, "full_name": "Đang Gõ"})
    assert "Số CMND/CCCD này đã có tài khoản trên Cổng Dịch vụ công quốc gia." in words(exists)
    assert 'value="Đang Gõ"' in exists.content.decode()
    new = desk.press("look_up", {"citizen_id": free.citizen_id.value})
    assert "Chưa có tài khoản. Ông/bà có thể tạo mới." in words(new)
    part = desk.client.post(
        ADD, {"act": "look_up", "citizen_id": free.citizen_id.value}, headers={"HX-Request": "true"}
    )
    assert words(part) == "Chưa có tài khoản. Ông/bà có thể tạo mới."
    # Enter in the first box of an empty form presses the hidden first button.
    assert "Chưa có tài khoản." in words(desk.press("enter", {"citizen_id": free.citizen_id.value}))
    assert desk.press("look_up", {"citizen_id": "12345"}).status_code == 422


def test_looking_up_says_that_the_phone_is_frozen_and_what_to_do(desk: Desk) -> None:
    known = people.data()
    PhoneBinding.objects.filter(account=people.account(known)).update(status=PhoneBinding.Status.FROZEN)

    answer = desk.press("look_up", {"citizen_id": known.citizen_id.value})

    assert "Số CMND/CCCD này đã có tài khoản trên Cổng Dịch vụ công quốc gia." in words(answer)
    assert "Số điện thoại của tài khoản đã tạm ngừng dùng" in words(answer)
    assert f'href="{PHONE}"' in answer.content.decode()


def test_creation_is_refused_where_there_is_an_account(desk: Desk) -> None:
    known = people.data()
    people.account(known)
    answer = desk.press("send", {**typed(known), "scan": scans.pdf()})
    assert answer.status_code == 409
    assert "Số CMND/CCCD này đã có tài khoản trên Cổng Dịch vụ công quốc gia." in words(answer)
    assert "File đính kèm: CCCD.pdf" in words(answer)
    assert AssistApplication.objects.get().refused_code == "account_exists"


def test_a_scanned_card_fills_the_empty_boxes(desk: Desk) -> None:
    raw = "052090123456|212345678|Nguyễn Văn Mẫu|01021990|Nam|Quy Nhơn, Bình Định|01012022"
    page = desk.press("look_up", {"citizen_id": raw, "unit": "so-mau"}).content.decode()
    for value in ("052090123456", "212345678", "Nguyễn Văn Mẫu", "01/02/1990"):
        assert f'value="{value}"' in page
    assert raw not in page


@pytest.mark.parametrize(
    ("box", "value"),
    [
        ("full_name", "Nguyễn Văn Khác"),
        ("born_on", "02/02/1990"),
        ("phone", "0913888777"),
        ("citizen_id", "052090888777"),
        ("unit", "so-hai"),
        ("scan", None),
    ],
)
def test_a_change_between_code_and_creation_is_refused(desk: Desk, box: str, value: str | None) -> None:
    """T-03 through the page: nothing is created, nothing is sent to another phone."""
    at.unit("so-hai")
    posts.bootstrap(
        officer_id=desk.authority.officer_id,
        unit_code="so-hai",
        powers=[Power.OPEN_ACCOUNT],
        valid_from=timezone.localdate(),
        reason="thử",
    )
    person = people.data()
    address, code = desk.ready(person)
    sent = Message.objects.count()

    changed: dict[str, Any] = {**typed(person), box: value or scans.pdf(note="khác"), "code": code}
    answer = desk.press("create", changed, address)

    assert answer.status_code == 422
    assert "thông tin đã thay đổi sau khi tải" in words(answer).lower()
    assert Message.objects.count() == sent
    assert not Account.objects.filter(origin="ASSISTED").exists()


def test_an_officer_of_two_units_chooses_one_and_goes_on(desk: Desk) -> None:
    at.unit("so-hai")
    posts.bootstrap(
        officer_id=desk.authority.officer_id,
        unit_code="so-hai",
        powers=[Power.OPEN_ACCOUNT],
        valid_from=timezone.localdate(),
        reason="thử",
    )
    person = people.data()
    given = typed(person, "so-hai")
    address = address_in(desk.press("paper", {**given, "scan": scans.pdf()}))
    assert desk.get(address + "giay-de-nghi.pdf").status_code == 200
    assert desk.press("send", given, address).status_code == 302
    code = people.newest_code("otp_assist")
    assert desk.press("create", {**given, "code": code}, address).status_code == 302
    account = Account.objects.get(origin="ASSISTED")
    assert account.vouching_unit_code == "so-hai"
    assert desk.get(f"{LIST}{account.public_id}/").status_code == 200


def test_saving_says_when_the_paper_and_the_code_no_longer_fit(desk: Desk) -> None:
    person = people.data()
    address = address_in(desk.press("save", {**typed(person), "scan": scans.pdf()}))
    email = {"email": "khac@example.vn"}
    assert desk.press("save", {**typed(person), **email}, address)["Location"] == address + "?da=luu", (
        "none was out"
    )
    desk.press("paper", {**typed(person), **email}, address)
    desk.press("send", {**typed(person), **email}, address)
    assert desk.press("save", {**typed(person), **email}, address)["Location"] == address + "?da=luu", (
        "the same"
    )
    changed = desk.press("save", typed(person), address)
    assert changed["Location"] == address + "?da=luu-doi"
    page = words(desk.get(changed["Location"]))
    assert "giấy đề nghị và mã OTP trước đó không còn dùng được" in page
    assert "Giấy đề nghị đã hết giá trị" in page
    assert desk.press("save", typed(person), address)["Location"] == address + "?da=luu", "said once"


def test_the_same_scan_again_voids_nothing(desk: Desk) -> None:
    person = people.data()
    address, code = desk.ready(person)
    answer = desk.press("create", {**typed(person), "scan": scans.pdf(), "code": code}, address)
    assert answer["Location"] == address + "xong/"


def test_pressing_create_twice_gives_one_account_and_one_text(desk: Desk) -> None:
    person = people.data()
    address, code = desk.ready(person)
    given = {**typed(person), "code": code}
    first, second = desk.press("create", given, address), desk.press("create", given, address)
    assert first["Location"] == address + "xong/"
    assert second["Location"] == address + "xong/"
    assert Account.objects.filter(origin="ASSISTED").count() == 1
    assert Message.objects.filter(purpose="one_time_password").count() == 1


@pytest.mark.race
def test_enter_after_the_code_creates_the_account_and_before_it_only_keeps_what_was_typed(desk: Desk) -> None:
    person = people.data()
    address, code = desk.ready(person)
    kept = desk.press("enter", typed(person), address)
    assert kept["Location"] == address + "?da=luu"
    assert not in_hand(address).is_finished
    made = desk.press("enter", {**typed(person), "code": code}, address)
    assert made["Location"] == address + "xong/"
    assert in_hand(address).is_finished


def test_two_presses_at_the_same_moment_give_one_account_and_one_text(desk: Desk) -> None:
    person = people.data()
    address, code = desk.ready(person)
    start = threading.Barrier(4)
    statuses: list[int] = []

    def press() -> None:
        start.wait()
        statuses.append(desk.press("create", {**typed(person), "code": code}, address).status_code)
        connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 302 in statuses
    assert Account.objects.filter(origin="ASSISTED").count() == 1
    assert Message.objects.filter(purpose="one_time_password").count() == 1


def test_the_first_press_sent_twice_starts_one_request(desk: Desk) -> None:
    person = people.data()
    first = desk.begun(person)
    assert desk.begun(person) == first
    assert AssistApplication.objects.count() == 1


@pytest.mark.parametrize(
    "spelling",
    [
        "0905123456",
        "0905 123 456",
        "0905.123.456",
        "+84905123456",
        "84905123456",
        "+84 905 123 456",
        "0905-123-456",
        " 0905123456 ",
        "(+84) 905123456",
        "0084905123456",
    ],
)
def test_a_staff_phone_is_refused_however_it_is_spelled(desk: Desk, spelling: str) -> None:
    """T-01: ten spellings of one officer's phone."""
    from motcua.kernel.phone import Phone
    from motcua.units import officers

    colleague = people.data(phone="0905123456")
    officers.register(subject="ab" * 16, full_name=colleague.full_name, phone=Phone.parse("0905123456"))
    person = people.data()
    answer = desk.press("send", {**typed(person), "phone": spelling, "scan": scans.pdf()})
    assert answer.status_code == 422
    assert not AssistApplication.objects.filter(status="draft").exists()
    assert Message.objects.count() == 0


@pytest.mark.parametrize(
    ("scan", "said"),
    [
        (scans.html_called_pdf, "Tệp mang tên .pdf nhưng nội dung không phải PDF."),
        (scans.too_big, "Tệp vượt quá 5 MB."),
        (lambda: scans.pdf("CCCD.exe"), "Chỉ nhận tệp"),
        (None, "Đề nghị ông/bà chọn tệp “Đính kèm CCCD/CMND”."),
    ],
)
def test_a_refused_scan_keeps_what_was_typed(desk: Desk, scan: Any, said: str) -> None:
    person = people.data()
    answer = desk.press("paper", {**typed(person), **({"scan": scan()} if scan else {})})
    assert answer.status_code == 422
    assert said in words(answer)
    page = answer.content.decode()
    for value in (person.citizen_id.value, person.full_name.value, person.born_on.shown, person.phone.local):
        assert f'value="{value}"' in page
    assert not StoredFile.objects.exists()


def test_a_good_scan_survives_a_mistake_in_another_box(desk: Desk) -> None:
    person = people.data()
    answer = desk.press("paper", {**typed(person), "phone": "12", "scan": scans.pdf("hai mặt.pdf")})
    assert answer.status_code == 422
    assert "File đính kèm: hai mặt.pdf" in words(answer)
    held = {name: hidden(answer, name) for name in ("kept_scan", "form_key")}

    elsewhere = desk.press("paper", {**typed(person), **held, "form_key": str(uuid.uuid4())})
    assert "Đề nghị ông/bà chọn tệp" in words(elsewhere), "a ticket of another form"
    again = desk.press("save", {**typed(person), **held})
    kept = in_hand(address_in(again))
    assert kept.scan is not None
    assert StoredFile.objects.count() == 1

    other = people.data()
    stranger = Desk(Power.OPEN_ACCOUNT, at="so-khac")
    moved = stranger.press("paper", {**typed(other, "so-khac"), **held})
    assert "Đề nghị ông/bà chọn tệp" in words(moved)


def test_a_scan_kept_with_one_request_is_not_taken_into_another(desk: Desk) -> None:
    one, other = people.data(), people.data()
    first = desk.begun(one)
    answer = desk.press("save", {**typed(one), "phone": "12", "scan": scans.pdf(note="mới")}, first)
    held = {name: hidden(answer, name) for name in ("kept_scan", "form_key")}
    assert held["kept_scan"]

    for address in (ADD, address_in(desk.press("save", typed(other)))):
        moved = desk.press("paper", {**typed(other), **held}, address)
        assert "Đề nghị ông/bà chọn tệp" in words(moved)


def test_a_form_sent_again_for_another_citizen_does_not_take_the_first_ones_scan(desk: Desk) -> None:
    """Back to the form, another citizen typed over the first, the scan still in the hidden box."""
    one, other = people.data(), people.data()
    answer = desk.press("paper", {**typed(one), "phone": "12", "scan": scans.pdf()})
    held = {name: hidden(answer, name) for name in ("kept_scan", "form_key")}
    assert desk.press("save", {**typed(one), **held}).status_code == 302

    answer = desk.press("save", {**typed(other), **held})
    assert answer.status_code == 409
    assert "Tệp này đã được dùng cho một yêu cầu khác." in words(answer)
    assert hidden(answer, "kept_scan") == "" and "File đính kèm" not in words(answer)
    again = desk.press("paper", {**typed(other), **held, "kept_scan": "", "scan": scans.pdf(note="khác")})
    assert again.status_code == 302, words(again)


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("too_big", "Tệp vượt quá 5 MB. Đề nghị ông/bà chọn tệp nhỏ hơn."),
        ("ending", "Chỉ nhận tệp .pdf, .docx, .doc. Đề nghị ông/bà chọn tệp khác."),
    ],
)
def test_what_the_browser_refused_is_said_by_the_page_that_answers(desk: Desk, why: str, said: str) -> None:
    person = people.data()
    answer = desk.press("paper", {**typed(person), "scan-left-out": why})
    assert answer.status_code == 422
    assert said in words(answer) and "Đề nghị ông/bà chọn tệp “" not in words(answer)
    # A file that did come is what counts; a word nobody knows says nothing.
    assert desk.press("save", {**typed(person), "scan-left-out": why, "scan": scans.pdf()}).status_code == 302
    assert desk.press("save", {**typed(people.data()), "scan-left-out": "x"}).status_code == 302


def test_every_empty_box_is_asked_for_beside_it(desk: Desk) -> None:
    answer = desk.press("create", {"unit": "so-mau"})
    assert answer.status_code == 422
    page = answer.content.decode()
    for box in ("citizen_id", "full_name", "born_on", "phone", "scan", "reason", "code"):
        assert f'id="id_{box}_error"' in page
    assert "<title>Cần sửa:" in page


@pytest.mark.parametrize("address", [ADD, PHONE])
def test_why_an_officer_helps_is_chosen_by_nobody_but_the_officer(desk: Desk, address: str) -> None:
    page = desk.client.get(address).content.decode()
    assert re.search(r'<select name="reason".*?<option value="" selected>-- Chọn lý do --', page, re.DOTALL)
    answer = desk.press("save", {**typed(people.data()), "reason": ""}, address)
    assert answer.status_code == 422 and 'id="id_reason_error"' in answer.content.decode()
    assert not AssistApplication.objects.exists()


def test_the_same_box_sent_twice_is_refused(desk: Desk) -> None:
    body = "act=look_up&citizen_id=052090000001&citizen_id=052090000002"
    answer = desk.client.post(ADD, body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400


def test_a_birth_date_that_contradicts_the_number_needs_a_reason(desk: Desk) -> None:
    person = people.data(born="01/02/1989")
    assert "Lý do xác nhận khác biệt" not in words(desk.get(ADD))
    answer = desk.press("save", typed(person))
    assert answer.status_code == 422
    assert "Ngày sinh không khớp với số CCCD" in words(answer)
    assert 'name="override_reason"' in answer.content.decode()
    again = desk.press("save", {**typed(person), "override_reason": "Khai sinh đăng ký lại"})
    assert again.status_code == 302


def test_the_code_is_refused_in_the_words_of_what_is_wrong_with_it(desk: Desk) -> None:
    person = people.data()
    address, first = desk.ready(person)
    given = typed(person)
    wrong = "000000" if first != "000000" else "000001"

    answer = desk.press("create", {**given, "code": wrong}, address)
    assert "Mã OTP không đúng. Ông/bà còn 4 lần nhập." in words(answer)
    wait_out_the_resend(desk)
    assert desk.press("send", given, address).status_code == 302
    assert "(lần 2)" in words(desk.get(address))
    answer = desk.press("create", {**given, "code": first}, address)
    assert "Đã có mã OTP mới hơn mã vừa nhập." in words(answer)
    for _ in range(4):
        answer = desk.press("create", {**given, "code": wrong}, address)
    assert "Ông/bà đã nhập sai 5 lần" in words(answer)
    assert "Gửi lại OTP" not in words(answer) and "bấm “Gửi mã OTP”" in words(answer)


def test_an_expired_code_is_refused(desk: Desk) -> None:
    person = people.data()
    address, code = desk.ready(person)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        past = timezone.now() - timedelta(seconds=1)
        Passcode.objects.update(created_at=past - timedelta(seconds=120), expires_at=past)
        cursor.execute("SET session_replication_role = origin")
    answer = desk.press("create", {**typed(person), "code": code}, address)
    assert "Mã OTP đã hết hiệu lực." in words(answer)
    assert not Account.objects.filter(origin="ASSISTED").exists()


def test_asking_for_a_code_again_at_once_says_how_long_to_wait(desk: Desk) -> None:
    person = people.data()
    address, _code = desk.ready(person)
    answer = desk.press("send", typed(person), address)
    assert answer.status_code == 429
    assert "Đã gửi quá nhiều mã OTP." in words(answer)


def test_a_request_of_another_officer_or_unit_is_not_there(desk: Desk) -> None:
    address = desk.begun(people.data())
    for other in (Desk(Power.OPEN_ACCOUNT, at="so-khac"), Desk(Power.OPEN_ACCOUNT)):
        for tail in ("", "xong/"):
            assert other.get(address + tail).status_code == 404
        for tail in ("", "huy/", "giay-da-ky/", "dung-chung-so/"):
            assert other.post(address + tail).status_code == 404
    assert Desk(Power.OPEN_ACCOUNT, at="so-khac").get(address + "giay-de-nghi.pdf").status_code == 404


def test_the_number_is_prepared_at_one_desk_at_a_time(desk: Desk) -> None:
    person = people.data()
    desk.begun(person)
    other = Desk(Power.OPEN_ACCOUNT, at="so-khac")
    answer = other.press("save", typed(person, "so-khac"))
    assert answer.status_code == 409
    assert "Tài khoản cho số này đang được xử lý tại đơn vị Sở Giáo dục so-mau." in words(answer)


def test_a_lapsed_reservation_is_taken_up_again_when_the_number_is_free(desk: Desk) -> None:
    person = people.data()
    address = desk.begun(person)
    AssistApplication.objects.update(status="lapsed")
    assert "Đã hết 30 phút giữ chỗ" in words(desk.get(address))
    assert address.rsplit("/", 2)[1] in desk.get("/quan-tri/").content.decode()
    assert desk.press("save", typed(person), address).status_code == 302
    assert in_hand(address).status == "draft"


def test_a_request_is_over_after_24_hours_and_when_cancelled(desk: Desk) -> None:
    address = desk.begun(people.data())
    answer = desk.post(address + "huy/")
    assert answer["Location"] == "/quan-tri/?da=huy"
    assert in_hand(address).status == "cancelled"
    assert desk.get(address).status_code == 409
    old = desk.begun(people.data())
    AssistApplication.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert desk.get(old).status_code == 409


def test_the_slip_of_a_mismatch_fills_in_the_reason_only(desk: Desk) -> None:
    person = people.data()
    registration = people.registration(person)
    Registration.objects.filter(pk=registration.pk).update(state="MISMATCH", slip_code="ABCD2345")

    page = desk.press("slip", {"slip": "http://127.0.0.1/p/ABCD2345", "unit": "so-mau"}).content.decode()
    assert "Mã phiếu ABCD2345 dùng được" in page
    assert '<option value="PHONE_MISMATCH" selected>' in page
    assert person.citizen_id.value not in page and person.full_name.value not in page
    # Whatever is pressed, a code that stands in the box is read: it is never ignored without a word.
    other = desk.press("save", {"slip": "ABCD2345", "unit": "so-mau"}).content.decode()
    assert "Mã phiếu ABCD2345 dùng được" in other
    wrong = desk.press("slip", {"slip": "ZZZZ9999", "reason": "OTHER"})
    assert wrong.status_code == 422
    assert "Mã phiếu không đúng hoặc đã hết hạn" in words(wrong)


def test_a_phone_of_another_account_needs_a_second_officer(desk: Desk) -> None:
    mother = people.data()
    people.account(mother)
    child = people.data(phone=mother.phone.local)
    address = desk.begun(child)
    assert "Số điện thoại này đã gắn với một tài khoản khác" in words(desk.get(address))
    refused = desk.press("send", typed(child), address)
    assert refused.status_code == 409
    assert "Số điện thoại này đã gắn với một tài khoản khác" in words(refused)

    asked = desk.post(address + "dung-chung-so/", {"shared_reason": "Mẹ giám hộ con"})
    assert asked["Location"] == address + "?da=chung"
    chief = Desk(Power.APPROVE_EXCEPTION)
    waiting = words(chief.get(LIST + "dung-chung-so/"))
    assert "Mẹ giám hộ con" in waiting and child.citizen_id.value not in waiting
    assert "1 đề nghị dùng chung số chờ ông/bà duyệt" in words(chief.get("/quan-tri/"))
    stranger = Desk(Power.APPROVE_EXCEPTION, at="so-khac")
    decide = LIST + f"dung-chung-so/{in_hand(address).public_id}/"
    assert stranger.post(decide, {"act": "approve"}).status_code == 404
    assert chief.post(decide, {"act": "approve"}).status_code == 302
    assert chief.post(decide, {"act": "approve"}).status_code == 409

    assert "Đã được duyệt dùng chung số điện thoại" in words(desk.get(address))
    assert desk.press("send", typed(child), address).status_code == 302


def test_an_approval_does_not_follow_to_another_phone(desk: Desk) -> None:
    one, two = people.data(), people.data()
    people.account(one)
    people.account(two)
    child = people.data(phone=one.phone.local)
    address = desk.begun(child)
    desk.post(address + "dung-chung-so/", {"shared_reason": "Mẹ giám hộ con"})
    chief = Desk(Power.APPROVE_EXCEPTION)
    chief.post(LIST + f"dung-chung-so/{in_hand(address).public_id}/", {"act": "approve"})

    answer = desk.press("send", {**typed(child), "phone": two.phone.local}, address)
    assert answer.status_code == 409
    assert in_hand(address).phone_exception_id is None


def test_nobody_approves_their_own_request() -> None:
    both = Desk(Power.OPEN_ACCOUNT, Power.APPROVE_EXCEPTION)
    mother = people.data()
    people.account(mother)
    address = both.begun(people.data(phone=mother.phone.local))
    both.post(address + "dung-chung-so/", {"shared_reason": "Mẹ giám hộ con"})
    decide = LIST + f"dung-chung-so/{in_hand(address).public_id}/"
    assert both.post(decide, {"act": "approve"}).status_code == 403


def test_the_signed_paper_is_attached_before_and_after(desk: Desk) -> None:
    person = people.data()
    application = desk.created(person)
    address = LIST + f"yeu-cau/{application.public_id}/"
    bad = desk.post(address + "giay-da-ky/", {"signed": scans.html_called_pdf()})
    assert bad.status_code == 422 and "nội dung không phải PDF" in words(bad)
    good = desk.post(address + "giay-da-ky/", {"signed": scans.pdf("da-ky.pdf")})
    assert good["Location"] == address + "xong/?da=giay-ky"
    assert "File đính kèm: da-ky.pdf" in words(desk.get(address + "xong/"))
    draft = desk.begun(people.data())
    assert desk.post(draft + "giay-da-ky/", {"signed": scans.pdf("x.pdf")}).status_code == 302
    assert "File đính kèm: x.pdf" in words(desk.get(draft))


def test_a_lost_phone_is_changed_with_the_same_steps(desk: Desk) -> None:
    person = people.data()
    people.account(person)
    new = {**typed(person), "phone": "0913777666", "reason": "PHONE_LOST"}
    page = words(desk.get(PHONE))
    assert "Đổi số điện thoại cho công dân" in page and "Lý do đổi số điện thoại" in page

    stranger = desk.press("save", {**new, "full_name": "Lê Thị Khác", "scan": scans.pdf()}, PHONE)
    assert stranger.status_code == 422 and "không khớp với tài khoản" in words(stranger)
    address = address_in(desk.press("save", {**new, "scan": scans.pdf()}, PHONE))
    assert desk.press("paper", new, address).status_code == 302
    assert desk.press("send", new, address).status_code == 302
    code = people.newest_code("otp_assist")
    answer = desk.press("create", {**new, "code": code}, address)
    assert answer["Location"] == address + "xong/"
    assert "Đổi số điện thoại thành công" in words(desk.get(answer["Location"]))
    none = desk.press("save", {**typed(people.data()), "reason": "PHONE_LOST"}, PHONE)
    assert none.status_code == 409 and "Chưa có tài khoản" in words(none)


def test_a_silent_operator_never_blocks(desk: Desk) -> None:
    operators.operator.down = True
    assert desk.created(people.data()).verdict == "UNKNOWN"


@pytest.mark.parametrize("address", [LIST, ADD, PHONE, LIST + "dung-chung-so/", LIST + "ket-xuat/"])
def test_an_officer_without_the_right_is_told_whom_to_ask(address: str) -> None:
    clerk = Desk(Power.RECEIVE_DOSSIER)
    answer = clerk.get(address)
    assert answer.status_code == 403
    assert "chưa được cấp quyền" in words(answer) and "quản trị đơn vị" in words(answer)
    assert clerk.get("/quan-tri/").status_code == 200


def test_no_address_ever_holds_personal_data(desk: Desk) -> None:
    person = people.data()
    address, code = desk.ready(person)
    answers = [
        desk.press("save", typed(person), address),
        desk.press("create", {**typed(person), "code": code}, address),
        desk.post(LIST, {"full_name": person.full_name.value, "phone": person.phone.local}),
        desk.post(LIST, {"number": person.citizen_id.value}),
    ]
    for answer in answers:
        told = answer["Location"]
        for secret in (person.citizen_id.value, person.phone.local[1:], "Nguy", code):
            assert secret not in told
        page = desk.get(told).content.decode()
        assert person.citizen_id.value not in "".join(part.split('"')[0] for part in page.split('href="')[1:])
