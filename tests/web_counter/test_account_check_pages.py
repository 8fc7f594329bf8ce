"""Phụ lục II, bước 1 to 3: the box, the three answers, thủ tục and quy trình."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from motcua.accounts import sessions
from motcua.accounts.models import Account, IdentityDocument, PhoneBinding
from motcua.desk.answers import NOT_FOUND_WORDS
from motcua.desk.models import AccountCheck, Dossier, Process
from motcua.desk.receipts import ReceiptNotTrusted
from motcua.gateways.vault_local import LocalVault
from motcua.kernel.authority import Power
from motcua.kernel.refusal import Refusal
from motcua.kernel.tax_code import TaxCode
from tests.web_counter.conftest import NAME, ONE_WAY, OWNER, TWO_WAYS, Desk, owner, text_of

TITLE = "Kiểm tra tài khoản công dân trên Cổng Dịch vụ công quốc gia (DVCQG)"
NOBODY = "052190000999"


def age_checks(**ago: float) -> None:
    """Let time pass for every check. The rows are written once, so their trigger rests meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE desk_accountcheck SET checked_at = checked_at - %s", [timedelta(**ago)])
        cursor.execute("SET session_replication_role = origin")


def test_the_home_leads_to_the_box_where_typing_starts_at_once(desk: Desk) -> None:
    home = desk.client.get("/mot-cua/")
    assert 'href="/mot-cua/tiep-nhan/"' in home.content.decode()
    assert "Tiếp nhận hồ sơ" in text_of(home)
    page = desk.client.get("/mot-cua/tiep-nhan/").content.decode()
    assert f"<h1>{TITLE}</h1>" in page
    assert 'for="id_number">CMND/CCCD' in page
    box = page[page.index('name="number"') :]
    assert "autofocus" in box[: box.index(">")]
    assert "Kiểm tra tài khoản</button>" in page


def test_found_says_so_with_masked_name_and_last_three_digits_and_nothing_else(desk: Desk) -> None:
    address = desk.checked()
    assert OWNER not in address
    page = desk.client.get(address)
    words = text_of(page)
    assert "Kiểm tra tài khoản thành công" in words
    assert "001" in words and "Nguyễn" in words
    for hidden in (NAME, "Thị Bích", OWNER, "1990", "0913"):
        assert hidden not in page.content.decode()
    assert "Tiếp tục</button>" in page.content.decode()


def test_awaiting_activation_counts_as_found_and_says_so(desk: Desk) -> None:
    Account.objects.filter(person__documents__last3="001").update(status="pending_activation")
    words = text_of(desk.client.get(desk.checked()))
    assert "Kiểm tra tài khoản thành công" in words
    assert "Tài khoản chờ kích hoạt" in words


def test_a_frozen_phone_is_said_with_what_to_do_and_stops_nobody(desk: Desk) -> None:
    PhoneBinding.objects.filter(account__person__documents__last3="001").update(status="frozen")
    page = desk.client.get(desk.checked())
    assert "Số điện thoại của tài khoản đang tạm ngừng dùng" in text_of(page)
    assert "Đề nghị nhắc chủ hồ sơ đổi số" in text_of(page)
    assert "Tiếp tục</button>" in page.content.decode() and "0913" not in page.content.decode()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"status": "locked", "locked_reason": "LOST_PHONE"}, "đang bị khóa"),
        ({"under_review": True}, "đang chờ xác minh"),
    ],
)
def test_an_account_that_cannot_be_used_is_said_with_the_way_out_and_no_button_leads_on(
    desk: Desk, change: dict[str, Any], said: str
) -> None:
    known = {field.name for field in Account._meta.get_fields()}
    Account.objects.filter(person__documents__last3="001").update(
        **{name: value for name, value in change.items() if name in known}
    )
    page = desk.client.get(desk.checked())
    assert said in text_of(page)
    assert "Đề nghị" in text_of(page)
    assert "Tiếp tục</button>" not in page.content.decode()


def test_a_closed_account_leads_to_registration_and_to_phu_luc_iii(desk: Desk) -> None:
    closed = Account.objects.get(person__documents__last3="001")
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE accounts_account SET status = 'closed' WHERE id = %s", [closed.pk])
        cursor.execute("SET session_replication_role = origin")
    page = desk.client.get(desk.checked())
    assert "đã đóng" in text_of(page) and "Mở trang đăng ký" in text_of(page)
    assert "Tạo tài khoản công dân" not in text_of(page)
    creator = desk.officer(Power.RECEIVE_DOSSIER, Power.OPEN_ACCOUNT)
    assert "Tạo tài khoản công dân" in text_of(creator.get(desk.checked(by=creator)))


def test_not_found_asks_the_sentence_of_the_dispatch_and_keeps_the_number_in_the_box(desk: Desk) -> None:
    page = desk.check(NOBODY)
    body = page.content.decode()
    assert page.status_code == 200
    assert f"<p>{NOT_FOUND_WORDS}</p>" in body
    assert NOT_FOUND_WORDS == (
        "Công dân chưa có tài khoản trên Cổng DVCQG. "
        "Bạn có muốn chuyển đến Cổng Dịch Vụ Công Quốc Gia để tạo tài khoản ?"
    )
    assert '<dialog id="chua-co-tai-khoan"' in body and " open>" in body
    assert 'action="/dang-ky/" target="_blank" rel="noopener"' in body
    assert '<input type="hidden" name="tu" value="mot-cua">' in body
    assert ">OK</button>" in body and ">Hủy</button>" in body
    assert f'value="{NOBODY}"' in body
    assert "Kiểm tra tài khoản thành công" not in body


@pytest.mark.parametrize("number", ["", "12345", "abc", "05219000000\x001", "٠٥٢١٩٠٠٠٠٠٠١", "1" * 5_000])
def test_a_number_that_cannot_be_one_is_said_beside_the_box_or_refused_whole(desk: Desk, number: str) -> None:
    answer = desk.check(number)
    assert answer.status_code in {400, 422}
    assert AccountCheck.objects.count() == 0


def test_a_scanned_card_is_also_looked_up_by_its_old_number(desk: Desk) -> None:
    old = owner("212345678", NAME)
    assert IdentityDocument.objects.filter(person=old.person).exists()
    card = f"052190000777|212345678|{NAME}|01021990|Nữ|Quy Nhơn, Bình Định|01012021"
    typed = desk.check("052190000777")
    assert NOT_FOUND_WORDS in typed.content.decode()
    for sent in (desk.check(card), desk.check("052190000777", card_qr=card)):
        assert sent.status_code == 302
        assert "theo số CMND cũ" in text_of(desk.client.get(sent.headers["Location"]))


def test_a_card_scanned_before_does_not_speak_for_another_number(desk: Desk) -> None:
    owner("212345679", NAME)
    card = f"052190000777|212345679|{NAME}|01021990|Nữ|Quy Nhơn, Bình Định|01012021"
    assert desk.check(NOBODY, card_qr=card).status_code == 200


def test_one_process_is_chosen_without_asking(desk: Desk) -> None:
    answer = desk.client.post(desk.checked(), {"procedure": ONE_WAY})
    assert answer.status_code == 302
    process = Process.objects.get(procedure__code=ONE_WAY)
    assert f"quy-trinh={process.pk}" in answer.headers["Location"]
    part = desk.client.get("/mot-cua/tiep-nhan/quy-trinh/", {"procedure": ONE_WAY}).content.decode()
    assert part.count("<option") == 1 and process.name in part and "(bắt buộc)" not in part


def test_two_processes_are_asked_for_with_and_without_script(desk: Desk) -> None:
    address = desk.checked()
    answer = desk.client.post(address, {"procedure": TWO_WAYS})
    assert answer.status_code == 422
    assert "Đề nghị ông/bà chọn quy trình." in text_of(answer)
    assert f'value="{ONE_WAY}"' in answer.content.decode()  # whoever has to choose again sees all of them
    part = desk.client.get("/mot-cua/tiep-nhan/quy-trinh/", {"procedure": TWO_WAYS}).content.decode()
    assert part.count("<option") == 3 and "<html" not in part
    assert "Quy trình <span" in part and "(bắt buộc)" in part
    second = Process.objects.get(procedure__code=TWO_WAYS, order=2)
    other = Process.objects.get(procedure__code=ONE_WAY)
    wrong = desk.client.post(address, {"procedure": TWO_WAYS, "process": other.pk})
    assert wrong.status_code == 422
    right = desk.client.post(address, {"procedure": TWO_WAYS, "process": second.pk})
    assert right.status_code == 302 and f"quy-trinh={second.pk}" in right.headers["Location"]


def test_a_procedure_that_is_not_the_units_is_refused_in_words(desk: Desk) -> None:
    answer = desk.client.post(desk.checked(), {"procedure": "9.999999"})
    assert answer.status_code == 422
    assert "không tiếp nhận tại đơn vị" in text_of(answer)


def test_a_check_is_nobody_elses_and_a_number_is_never_in_an_address(desk: Desk) -> None:
    address = desk.checked()
    assert desk.officer().get(address).status_code == 404
    assert desk.client.get(f"/mot-cua/tiep-nhan/{uuid.uuid4()}/").status_code == 404
    assert desk.client.get(f"/mot-cua/tiep-nhan/{OWNER}/").status_code == 404


def test_a_check_that_grew_old_is_made_again_on_the_way_to_the_form(desk: Desk) -> None:
    address = desk.checked()
    age_checks(minutes=16)
    answer = desk.client.post(address, {"procedure": ONE_WAY})
    assert answer.status_code == 302
    assert AccountCheck.objects.count() == 2
    form = answer.headers["Location"]
    assert desk.client.post(form, desk.form(form)).status_code == 302
    assert Dossier.objects.count() == 1


def test_a_check_of_yesterday_is_not_made_again(desk: Desk) -> None:
    address = desk.checked()
    age_checks(hours=13)
    answer = desk.client.post(address, {"procedure": ONE_WAY})
    assert answer.status_code == 409
    assert "quá 15 phút" in text_of(answer)


def test_the_officers_own_number_leads_nowhere(desk: Desk) -> None:
    own = "052190000555"
    officer = desk.officer(number=own)
    page = officer.get(desk.checked(own, by=officer))
    assert "Cán bộ không tiếp nhận hồ sơ của chính mình" in text_of(page)
    assert "Tiếp tục</button>" not in page.content.decode()


def test_silence_is_not_the_same_as_no_account(desk: Desk, line: Callable[[str], None]) -> None:
    line("down")
    page = desk.check(NOBODY)
    body = page.content.decode()
    assert NOT_FOUND_WORDS not in body and "<dialog" not in body
    assert "chưa phải là chưa có tài khoản" in text_of(page)
    assert "Kiểm tra lại</button>" in body and "Tiếp nhận tạm</a>" in body
    assert f'value="{NOBODY}"' in body
    line("ok")
    assert NOT_FOUND_WORDS in desk.check(NOBODY).content.decode()


def test_checking_again_needs_no_typing(desk: Desk, line: Callable[[str], None]) -> None:
    line("down")
    desk.check()
    asked = AccountCheck.objects.get()
    line("ok")
    again = desk.client.post(f"/mot-cua/tiep-nhan/{asked.public_id}/kiem-tra-lai/", follow=True)
    assert "Kiểm tra tài khoản thành công" in text_of(again)


def test_only_officers_who_receive_come_in(desk: Desk) -> None:
    leader = desk.officer(Power.SIGN)
    home = leader.get("/mot-cua/")
    assert home.status_code == 200
    assert "Tôi đang giữ" in text_of(home)
    inspector = desk.officer(Power.INSPECT).get("/mot-cua/")
    assert "chưa được phân công tiếp nhận hồ sơ" in text_of(inspector)
    assert "Sang trang Quản trị" in text_of(inspector)
    assert 'href="/mot-cua/tiep-nhan/" autofocus' not in home.content.decode()
    assert leader.get("/mot-cua/tiep-nhan/").status_code == 403
    stranger = type(leader)()
    assert stranger.get("/mot-cua/tiep-nhan/").headers["Location"].startswith("/dang-nhap/")


def test_what_was_begun_is_found_again_on_the_home_page(desk: Desk) -> None:
    address = desk.checked()
    assert address in desk.client.get("/mot-cua/").content.decode()
    desk.received()
    assert "Chưa tiếp nhận xong" in text_of(desk.client.get("/mot-cua/"))  # the first visit still waits
    age_checks(hours=13)
    assert "Chưa tiếp nhận xong" not in text_of(desk.client.get("/mot-cua/"))


def test_no_form_is_reached_or_sent_on_somebody_elses_check_or_without_a_choice(desk: Desk) -> None:
    checked = desk.checked()
    bare = f"{checked}ho-so/?quy-trinh=1"
    assert desk.client.get(bare).headers["Location"] == checked
    address = desk.form_address()
    form = desk.form(address)
    other = desk.officer()
    assert other.get(address).status_code == 404
    assert other.post(address, form).status_code == 404
    plain, _, _ = address.partition("?")
    wrong = Process.objects.filter(procedure__code=TWO_WAYS).first()
    assert wrong is not None
    for process, status in ((str(wrong.pk), 422), ("", 404), ("9" * 30, 404), ("１", 404), ("0 or 1", 404)):
        assert desk.client.post(f"{plain}?quy-trinh={process}", form).status_code == status
    assert Dossier.objects.count() == 0


def test_an_organisation_without_account_gets_no_citizens_dialog(desk: Desk) -> None:
    number = next(f"41000000{i:02d}" for i in range(100) if _is_tax_code(f"41000000{i:02d}"))
    answer = desk.check(number)
    words = text_of(answer)
    assert answer.status_code == 200 and AccountCheck.objects.get().answer == "NOT_FOUND"
    assert "Tổ chức chưa có tài khoản trên Cổng DVCQG." in words
    assert "Phụ lục III" not in words and "<dialog" not in answer.content.decode()
    assert 'href="/huong-dan/"' in answer.content.decode()
    assert 'href="/mot-cua/ngoai-le/them-moi/"' in answer.content.decode()


def test_an_unknown_place_code_is_pointed_out_with_the_answer(desk: Desk) -> None:
    said = "Mã nơi đăng ký khai sinh không có trong danh mục"
    assert said in text_of(desk.check("000190000123"))
    assert said not in text_of(desk.check("052190000123"))


def test_the_desk_leads_to_administration_and_to_the_own_account(desk: Desk) -> None:
    page = desk.officer(Power.APPROVE_EXCEPTION).get("/mot-cua/").content.decode()
    assert 'href="/quan-tri/"' in page and 'href="/ca-nhan/"' in page


def test_a_form_of_another_day_is_not_opened_again(desk: Desk) -> None:
    address = desk.form_address()
    form = desk.form(address)
    age_checks(hours=13)
    assert desk.client.get(address).status_code == 409
    assert desk.client.post(address, form).status_code == 409


def test_the_vault_is_not_asked_with_a_receipt_of_another_day(desk: Desk, monkeypatch: Any) -> None:
    desk.form_address()
    receipt = AccountCheck.objects.filter(answer="FOUND").latest("id").receipt
    asked = {"type_codes": ["don"], "procedure_code": ONE_WAY, "asked_by": "a", "unit_code": "so-gddt"}
    assert list(LocalVault().offer(receipt=receipt, **asked)) == []  # type: ignore[arg-type]
    later = timezone.now() + timedelta(hours=13)
    monkeypatch.setattr("motcua.gateways.portal_receipts.timezone.now", lambda: later)
    with pytest.raises(ReceiptNotTrusted):
        LocalVault().offer(receipt=receipt, **asked)  # type: ignore[arg-type]


def test_another_owners_form_with_the_same_key_is_refused(desk: Desk) -> None:
    owner("052190000022", "Lê Văn Khác")
    first, second = desk.form_address(), desk.form_address(number="052190000022")
    form = desk.form(first)
    assert desk.client.post(first, form).status_code == 302
    answer = desk.client.post(second, {**desk.form(second), "key": form["key"]})
    assert answer.status_code == 409 and "nội dung khác" in text_of(answer)


def test_a_citizens_session_does_not_become_an_officers(desk: Desk) -> None:
    token = desk.client.cookies["phien"].value
    visitor = sessions.visitor_of(token)
    assert visitor is not None
    account = Account.objects.get(pk=visitor.account_id)
    before, _ = sessions.begin(account, audience="CITIZEN", device="may-nha", device_words="Chrome")
    desk.client.cookies["phien"] = before
    answer = desk.client.get("/mot-cua/tiep-nhan/")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/dang-nhap/?tiep=%2Fmot-cua%2Ftiep-nhan%2F&vi_sao=can-bo"
    assert "đăng nhập lại" in text_of(desk.client.get(answer.headers["Location"]))


def _is_tax_code(text: str) -> bool:
    try:
        return bool(TaxCode.parse(text))
    except Refusal:
        return False
