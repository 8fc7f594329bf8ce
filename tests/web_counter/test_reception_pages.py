"""Phụ lục II, bước 3.1 from “Tiếp tục” on: the form, its papers, its refusals, the slip."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from motcua.accounts import sessions
from motcua.accounts.models import Account
from motcua.desk import deliveries, promises, slips
from motcua.desk.models import AccountCheck, Component, Dossier, DossierComponent, Process
from motcua.desk.ports import LONGEST_PAPER_NAME, LentPaper
from motcua.desk.provisional import recheck
from motcua.files.models import StoredFile
from motcua.gateways.portal_local import LocalPortal
from motcua.gateways.vault_local import LocalVault
from motcua.journal.models import Event
from motcua.kernel.authority import Power
from motcua.outbox import errands
from motcua.outbox.models import Errand
from motcua.units import calendar_editing, work_calendar
from motcua.vault.models import Consent, Loan, Look, Paper
from motcua.web.counter import vault_answers
from tests.units.people import editor
from tests.web_counter.conftest import NAME, ONE_WAY, OWNER, TWO_WAYS, Desk, a_unit, text_of
from tests.web_counter.papers import a_pdf
from tests.web_counter.test_account_check_pages import age_checks


def scan(name: str = "don-xin-hoc.pdf", data: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, a_pdf() if data is None else data, "application/pdf")


def test_the_form_shows_owner_procedure_checklist_and_fee(desk: Desk) -> None:
    page = desk.client.get(desk.form_address())
    words = text_of(page)
    for said in (
        NAME,
        "Tiếp nhận học sinh về nước",
        "Đơn xin học",
        "Giấy giới thiệu chuyển trường",
        "Theo quy định",
        "Kho dữ liệu: chưa có",
        "Tư cách người nộp",
        "Nhận kết quả",
    ):
        assert said in words
    assert OWNER not in page.content.decode()
    assert "Tiếp nhận</button>" in page.content.decode()


def test_nothing_is_handed_in_before_the_officer_says_how(desk: Desk) -> None:
    address = desk.form_address()
    form = desk.untouched(address)
    assert {
        name: value for name, value in form.items() if re.match("how|originals|certified|copies", name)
    } == {f"{box}_{nth}": "" for nth in (1, 2) for box in ("how", "originals", "certified", "copies")}
    answer = desk.client.post(address, {**form, "note": "Ghi nhớ của tôi", "how_2": "SHOWN"})
    body = answer.content.decode()
    assert answer.status_code == 422 and "Đề nghị ông/bà chọn cách nộp của thành phần 1." in text_of(answer)
    assert 'id="id_how_1_error"' in body and 'id="id_how_2_error"' not in body
    assert "Ghi nhớ của tôi" in body and form_of(answer)["how_2"] == "SHOWN"
    assert Dossier.objects.count() == 0


def test_paper_without_numbers_is_as_many_as_the_catalogue_wants(desk: Desk) -> None:
    Component.objects.filter(procedure__code=ONE_WAY, order=2).update(originals=0, copies=2)
    desk.received(how_1="PAPER", how_2="PAPER")
    lines = DossierComponent.objects.order_by("order").values_list("how", "originals", "certified", "copies")
    assert list(lines) == [("PAPER", 1, 0, 0), ("PAPER", 0, 0, 2)]


def test_numbers_that_were_typed_are_the_numbers(desk: Desk) -> None:
    desk.received(how_1="PAPER", certified_1="3", how_2="SHOWN", copies_2="4")
    lines = DossierComponent.objects.order_by("order").values_list("how", "originals", "certified", "copies")
    assert list(lines) == [("PAPER", 0, 3, 0), ("SHOWN", 0, 0, 0)]


def test_no_sheet_of_paper_at_all_is_not_a_paper_handed_in(desk: Desk) -> None:
    address = desk.form_address()
    answer = desk.client.post(address, desk.form(address, originals_1="0", certified_1="0", copies_1="0"))
    assert answer.status_code == 422 and "nhập số bản giấy đã nhận" in text_of(answer)


def test_a_scan_needs_no_way_to_be_chosen_and_brings_no_paper(desk: Desk) -> None:
    address = desk.form_address()
    form = {**desk.untouched(address), "file_1": scan(), "how_2": "PAPER", "file_2": scan("b.pdf")}
    assert desk.client.post(address, form).status_code == 302
    lines = DossierComponent.objects.order_by("order").values_list("how", "originals", "copies")
    assert list(lines) == [("UPLOADED", 0, 0), ("UPLOADED", 0, 0)]


def test_what_only_some_bring_begins_as_not_brought_and_a_necessary_one_cannot_be_left_out(
    desk: Desk,
) -> None:
    Component.objects.filter(procedure__code=ONE_WAY, order=2).update(
        necessity="CONDITIONAL", asked_when="Khi chuyển trường"
    )
    address = desk.form_address()
    form = desk.untouched(address)
    assert (form["how_1"], form["how_2"]) == ("", "NONE")
    forced = desk.client.post(address, {**form, "how_1": "NONE"})
    assert forced.status_code == 422 and "cách nộp của thành phần 1" in text_of(forced)
    assert desk.client.post(address, {**form, "how_1": "PAPER"}).status_code == 302
    assert DossierComponent.objects.get(order=2).how == "NONE"


def test_received_shows_code_day_track_check_and_the_slip_to_print(desk: Desk) -> None:
    answer = desk.client.get(desk.received())
    dossier = Dossier.objects.get()
    words = text_of(answer)
    assert re.fullmatch(r"000\.00\.06\.H08-[0-9]{6}-0001", dossier.code or "")
    for said in (dossier.code, dossier.track_check, "Theo thông báo của cơ quan", "Tiếp nhận hồ sơ khác",
                 "Tiếp nhận thêm hồ sơ cho người này"):  # fmt: skip
        assert str(said) in words
    body = answer.content.decode()
    slip = f"/mot-cua/ho-so/{dossier.public_id}/giay-tiep-nhan.pdf"
    assert re.search(rf'href="{re.escape(slip)}" target="_blank" rel="noopener" autofocus', body)
    pdf = desk.client.get(slip)
    assert pdf.headers["Content-Type"] == "application/pdf" and pdf.content.startswith(b"%PDF-")
    assert "inline" in pdf.headers["Content-Disposition"]


def test_sent_twice_is_received_once(desk: Desk) -> None:
    address = desk.form_address()
    form = desk.form(address)
    first, second = desk.client.post(address, form), desk.client.post(address, form)
    assert first.headers["Location"] == second.headers["Location"]
    assert Dossier.objects.count() == 1


def test_the_back_button_leads_to_what_was_received(desk: Desk) -> None:
    address = desk.form_address()
    done = desk.client.post(address, desk.form(address)).headers["Location"]
    assert desk.client.get(address).headers["Location"] == done


def test_another_form_on_the_same_check_is_refused_in_words(desk: Desk) -> None:
    address = desk.form_address()
    first, other = desk.form(address), desk.form(address)
    desk.client.post(address, first)
    answer = desk.client.post(address, other)
    assert answer.status_code == 409
    assert "đã dùng cho một hồ sơ khác" in text_of(answer)
    assert Dossier.objects.count() == 1


def test_a_form_that_takes_longer_renews_its_check_by_itself(desk: Desk) -> None:
    address = desk.form_address()
    form = desk.form(address)
    age_checks(minutes=45)
    assert desk.client.post(address, form).status_code == 302
    assert AccountCheck.objects.filter(renewed_from__isnull=False).count() == 1


def test_a_further_dossier_of_the_same_visit_needs_no_number(desk: Desk) -> None:
    page = desk.client.get(desk.received()).content.decode()
    further = re.search(r'href="(/mot-cua/tiep-nhan/[0-9a-f-]{36}/)"', page)
    assert further is not None
    form = desk.client.post(further[1], {"procedure": ONE_WAY}).headers["Location"]
    assert desk.client.post(form, desk.form(form)).status_code == 302
    codes = Dossier.objects.order_by("code").values_list("code", flat=True)
    assert [str(code)[-4:] for code in codes] == ["0001", "0002"]


def test_several_dossiers_of_a_visit_have_one_receipt(desk: Desk) -> None:
    first = desk.client.get(desk.received()).content.decode()
    assert "In một giấy cho các hồ sơ" not in first
    further = re.search(r'href="(/mot-cua/tiep-nhan/[0-9a-f-]{36}/)"', first)
    assert further is not None
    form = desk.client.post(further[1], {"procedure": ONE_WAY}).headers["Location"]
    last = desk.client.get(desk.client.post(form, desk.form(form)).headers["Location"]).content.decode()
    joint = re.search(r'href="(/mot-cua/luot/[0-9a-f-]{36}/giay-tiep-nhan.pdf)"', last)
    assert joint is not None and "In một giấy cho các hồ sơ của lượt này" in last
    assert desk.client.get(joint[1]).content.startswith(b"%PDF-")


def no_work_today(desk: Desk) -> None:
    today = timezone.localdate()
    if work_calendar.calendar_of(desk.unit.pk).is_working_day(today):
        entry = calendar_editing.Entry(today, True, "Nghỉ hoán đổi", "Công văn mẫu")
        calendar_editing.add_day(authority=editor(desk.unit), entry=entry)


def test_a_dossier_of_a_day_off_says_in_words_from_when_the_term_counts(desk: Desk) -> None:
    no_work_today(desk)
    said = re.compile("Nhận vào ngày nghỉ: thời hạn tính từ [0-9]{2} giờ [0-9]{2} ngày [0-9/]{10}")
    process = Process.objects.get(procedure__code=TWO_WAYS, order=1)
    chosen = {"procedure": TWO_WAYS, "process": process.pk}
    address = desk.client.post(desk.checked(), chosen).headers["Location"]
    assert said.search(text_of(desk.client.get(address)))
    done = desk.client.get(desk.client.post(address, desk.form(address)).headers["Location"])
    assert said.search(text_of(done))
    assert said.search(str(slips.receipt_data(Dossier.objects.get())["term"]))


def test_a_scan_is_kept_and_goes_to_the_owners_vault(desk: Desk) -> None:
    desk.received(file_1=scan(), file_2=scan("giay-gioi-thieu.pdf"))
    line = DossierComponent.objects.get(order=1)
    assert line.how == "UPLOADED" and line.file is not None and line.originals == 0
    assert Event.objects.get(event="desk.dossier.received").facts["scanned"] == 2
    errands.run_due({deliveries.VAULT: lambda data: deliveries.fill_vault(data, vault=LocalVault())}, 10)
    assert not DossierComponent.objects.filter(delivered_as="").exists()
    dossier = Dossier.objects.get()
    page = desk.client.get(f"/mot-cua/ho-so/{dossier.public_id}/").content.decode()
    address = f"/mot-cua/ho-so/{dossier.public_id}/thanh-phan/1/"
    assert address in page
    assert desk.client.get(address).content == a_pdf()
    assert desk.officer(Power.HAND_OUT).get(address).status_code == 403
    elsewhere = desk.officer(unit=a_unit("phong-gddt", "000.05.31.H08"))
    assert elsewhere.get(address).status_code == 404


def test_a_name_that_is_longer_than_a_vault_keeps_arrives_shortened() -> None:
    """A catalogue's may have 500 letters (procedures/columns.py)."""
    assert deliveries._shortened("Giấy tờ " + "x" * 492, LONGEST_PAPER_NAME) == "Giấy tờ " + "x" * 291 + "…"
    assert deliveries._shortened("x" * LONGEST_PAPER_NAME, LONGEST_PAPER_NAME) == "x" * LONGEST_PAPER_NAME


def test_what_the_vault_has_is_offered_and_not_asked_again(desk: Desk) -> None:
    desk.received(file_1=scan())
    errands.run_due({deliveries.VAULT: lambda data: deliveries.fill_vault(data, vault=LocalVault())}, 10)
    address = desk.form_address()
    page = desk.client.get(address)
    assert "Kho dữ liệu: đã có, hợp lệ" in text_of(page)
    offered = re.search(r'value="(VAULT:[0-9a-f-]{36})"', page.content.decode())
    assert offered is not None
    form = desk.form(address, how_1=offered[1])
    answer = desk.client.post(address, form)
    assert answer.status_code == 422 and "sự đồng ý của chủ hồ sơ" in text_of(answer)
    assert desk.client.post(address, {**form, "consent": "on"}).status_code == 302
    assert DossierComponent.objects.filter(how="VAULT").count() == 1


class BrokenOff(Exception):
    pass


class BreaksOffAfterLending(LocalVault):
    """The process ends between the loan and the desk's note of it."""

    def lend(self, **asked: Any) -> LentPaper:
        super().lend(**asked)
        raise BrokenOff


def test_an_errand_that_broke_off_after_lending_lends_nothing_twice(desk: Desk) -> None:
    desk.received(file_1=scan())
    errands.run_due({deliveries.VAULT: lambda data: deliveries.fill_vault(data, vault=LocalVault())}, 10)
    address = desk.form_address()
    offered = re.search(r'value="(VAULT:[0-9a-f-]{36})"', desk.client.get(address).content.decode())
    assert offered is not None
    desk.client.post(address, desk.form(address, how_1=offered[1], consent="on"))
    line = DossierComponent.objects.get(how="VAULT")
    owed = {"dossier": str(line.dossier.public_id)}
    with pytest.raises(BrokenOff):
        deliveries.fill_vault(owed, vault=BreaksOffAfterLending())
    deliveries.fill_vault(owed, vault=LocalVault())
    line.refresh_from_db()
    assert line.delivered_as == line.vault_paper_id
    looks = Look.objects.filter(action=Look.Action.LEND)
    assert (Consent.objects.count(), Loan.objects.count(), looks.count()) == (1, 1, 1)


def test_papers_of_two_children_are_told_apart(desk: Desk) -> None:
    for child in ("Nguyễn Văn An", "Nguyễn Văn Bình"):
        desk.received(file_1=scan(f"{child.split()[-1]}.pdf", a_pdf(child)), standing="PARENT",
                      proof="PARENT.giay-khai-sinh", proof_number="12", proof_on="10/06/2015",
                      person_name=child, person_born="01/06/2015", person_relation="con")  # fmt: skip
        errands.run_due({deliveries.VAULT: lambda data: deliveries.fill_vault(data, vault=LocalVault())}, 10)
    page = desk.client.get(desk.form_address())
    words = text_of(page)
    assert "Đơn xin học (của Nguyễn V** An)" in words and "Đơn xin học (của Nguyễn V** Bình)" in words
    assert re.search(r"hợp lệ, của 2 người \(Nguyễn V\*\* \w+; Nguyễn V\*\* \w+\)", words)
    assert "Nguyễn Văn" not in words


def test_a_bad_file_is_said_beside_its_component_and_the_good_one_stays(desk: Desk) -> None:
    address = desk.form_address()
    form = desk.form(
        address, file_1=scan(), file_2=scan("hoc-ba.pdf", b"MZ not a pdf"), note="Ghi nhớ của tôi"
    )
    answer = desk.client.post(address, form)
    body = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="id_file_2_error"' in body and 'id="id_file_1_error"' not in body
    assert "Đã nhận tệp don-xin-hoc.pdf" in text_of(answer)
    assert "Ghi nhớ của tôi" in body
    again = form_of(answer)
    assert again["how_1"] == "UPLOADED" and again["kept_1"]
    assert desk.client.post(address, {**again, "how_2": "PAPER"}).status_code == 302
    assert DossierComponent.objects.get(order=1).how == "UPLOADED"
    assert StoredFile.objects.count() == 1


def test_a_kept_file_belongs_to_its_form_and_officer(desk: Desk) -> None:
    address = desk.form_address()
    kept = form_of(desk.client.post(address, desk.form(address, file_1=scan(), result_wanted="POST")))[
        "kept_1"
    ]
    assert kept
    other = desk.form_address()
    answer = desk.client.post(other, desk.form(other, how_1="UPLOADED", kept_1=kept))
    assert answer.status_code == 422
    assert "chọn tệp bản quét" in text_of(answer)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"result_wanted": "POST"}, "nhập địa chỉ nhận kết quả"),
        ({"filer_name": "Lê Văn Nộp"}, "chọn tư cách nộp hồ sơ"),
        ({"standing": "PARENT"}, "họ và tên người được giải quyết"),
        ({"how_1": "UPLOADED"}, "chọn tệp bản quét"),
        ({"originals_1": "-1"}, "từ 0 đến 999"),
        ({"copies_1": "nhiều"}, "từ 0 đến 999"),
        ({"phone": "12"}, "điện thoại"),
        ({"note": "a\x07b"}, "ký tự"),
    ],
)
def test_what_is_missing_is_said_beside_its_box_and_nothing_is_lost(
    desk: Desk, typed: dict[str, str], said: str
) -> None:
    address = desk.form_address()
    answer = desk.client.post(address, desk.form(address, email="mau@example.vn", **typed))
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert "mau@example.vn" in answer.content.decode()
    assert Dossier.objects.count() == 0


def test_somebody_else_may_file_with_a_paper_that_proves_it(desk: Desk) -> None:
    desk.received(
        standing="AUTHORISED", filer_name="Lê Văn Nộp", proof="AUTHORISED.giay-uy-quyen", proof_number="01",
        proof_on="10/06/2015", right_until=f"{timezone.localdate():%d/%m/%Y}",
        person_name="Nguyễn Bé Mẫu", person_born="01/06/2015", person_relation="con",
        phone="0900000099", result_wanted="POST", address="12 Trần Phú, Quy Nhơn",
    )  # fmt: skip
    dossier = Dossier.objects.get()
    assert dossier.owner_name == NAME
    assert (dossier.filer_name, dossier.person_name) == ("Lê Văn Nộp", "Nguyễn Bé Mẫu")
    assert dossier.filer_relation == "Người được ủy quyền"
    assert dossier.filer_proof.startswith("Giấy ủy quyền có chứng thực số 01 ngày 10/06/2015, đến hết ngày ")


def test_another_officer_as_owner_needs_the_mark_of_a_private_matter(desk: Desk) -> None:
    number = "052190000556"
    desk.officer(number=number)
    address = desk.form_address(number=number)
    form = desk.form(address)
    answer = desk.client.post(address, form)
    assert answer.status_code == 422
    assert "việc riêng" in text_of(desk.client.get(address)).lower()
    assert desk.client.post(address, {**form, "private_matter": "on"}).status_code == 302


def test_a_silent_portal_leads_to_a_provisional_number_and_later_to_a_code(
    desk: Desk, line: Callable[[str], None]
) -> None:
    line("down")
    desk.check()
    check = AccountCheck.objects.get()
    page = desk.client.get(f"/mot-cua/tiep-nhan/{check.public_id}/")
    assert "Tiếp nhận tạm" in text_of(page)
    address = desk.client.post(f"/mot-cua/tiep-nhan/{check.public_id}/", {"procedure": ONE_WAY}).headers[
        "Location"
    ]
    form = desk.form(address, owner_name=NAME, phone="0900000099")
    done = desk.client.get(desk.client.post(address, form).headers["Location"])
    dossier = Dossier.objects.get()
    assert str(dossier.provisional_number).startswith("TN-000.00.06.H08-") and dossier.code is None
    assert str(dossier.provisional_number) in text_of(done)
    assert "In phiếu tiếp nhận tạm" in text_of(done)
    slip = f"/mot-cua/ho-so/{dossier.public_id}/giay-tiep-nhan.pdf"
    assert desk.client.get(slip).content.startswith(b"%PDF-")
    debts = desk.client.get("/mot-cua/no-xac-thuc/")
    assert str(dossier.provisional_number) in text_of(debts)
    assert "10 ngày làm việc" in text_of(debts)
    again = f"/mot-cua/no-xac-thuc/{dossier.public_id}/kiem-tra-lai/"
    assert "vẫn chưa trả lời" in text_of(desk.client.post(again, follow=True))
    line("ok")
    asked = desk.client.post(again)
    # A page loaded again asks nobody again, and its address can be opened.
    assert (asked.status_code, again in asked["Location"]) == (302, False)
    assert "tiếp nhận chính thức" in text_of(desk.client.get(asked["Location"]))
    dossier.refresh_from_db()
    assert dossier.code
    assert "không còn nợ xác thực" in text_of(desk.client.post(again, follow=True))


def test_a_provisional_form_sent_late_asks_the_portal_first(desk: Desk, line: Callable[[str], None]) -> None:
    line("down")
    desk.check()
    check = AccountCheck.objects.get()
    address = desk.client.post(f"/mot-cua/tiep-nhan/{check.public_id}/", {"procedure": ONE_WAY}).headers[
        "Location"
    ]
    form = desk.form(address, owner_name=NAME, note="Ghi nhớ của tôi")
    age_checks(minutes=20)
    line("ok")
    answer = desk.client.post(address, form)
    assert answer.status_code == 200
    assert "Cổng DVCQG đã trả lời" in text_of(answer)
    body = answer.content.decode()
    assert "Ghi nhớ của tôi" in body
    newer = re.search(r'action="(/mot-cua/tiep-nhan/[^"]+)"', body)
    assert newer is not None
    assert desk.client.post(newer[1], form_of(answer)).status_code == 302
    assert Dossier.objects.get().code


def test_someone_without_an_account_is_received_on_a_leaders_word(desk: Desk) -> None:
    leader = desk.officer(Power.APPROVE_EXCEPTION)
    asked = {
        "owner_name": "Anna Mẫu",
        "reason_kind": "PASSPORT",
        "reason": "Người nước ngoài\r\nchỉ có hộ chiếu",
        "paper": "Hộ chiếu X0000001",
    }
    short = desk.client.post("/mot-cua/ngoai-le/them-moi/", {**asked, "reason": "không"})
    assert short.status_code == 422 and "ghi rõ lý do" in text_of(short)
    assert desk.client.post("/mot-cua/ngoai-le/them-moi/", asked).status_code == 302
    waiting = leader.get("/mot-cua/ngoai-le/").content.decode()
    assert "Người nước ngoài<br>chỉ có hộ chiếu" in waiting
    decide = re.search(r'action="(/mot-cua/ngoai-le/[0-9a-f-]{36}/quyet-dinh/)"', waiting)
    assert decide is not None
    exception = decide[1].removesuffix("quyet-dinh/")
    assert desk.client.get(exception).status_code == 404
    assert desk.client.post(decide[1], {"act": "approve"}).status_code == 403
    assert leader.post(decide[1], {"act": "approve"}).status_code == 302
    address = desk.client.post(exception, {"procedure": ONE_WAY}).headers["Location"]
    done = desk.client.post(address, desk.form(address))
    assert done.status_code == 302
    dossier = Dossier.objects.get()
    assert dossier.exception_id is not None and dossier.owner_subject == ""
    assert "ngoại lệ" in text_of(desk.client.get(f"/mot-cua/ho-so/{dossier.public_id}/"))


def test_the_worker_confirms_what_the_portal_could_not(desk: Desk, line: Callable[[str], None]) -> None:
    line("down")
    desk.check()
    check = AccountCheck.objects.get()
    address = desk.client.post(f"/mot-cua/tiep-nhan/{check.public_id}/", {"procedure": ONE_WAY}).headers[
        "Location"
    ]
    desk.client.post(address, desk.form(address, owner_name=NAME))
    line("ok")
    dossier = Dossier.objects.get()
    recheck(dossier_id=dossier.public_id, registry=LocalPortal(), now=timezone.now())
    page = desk.client.get(f"/mot-cua/ho-so/{dossier.public_id}/")
    assert "tiếp nhận chính thức" in text_of(page)


def form_of(answer: object) -> dict[str, object]:
    from tests.web_counter.conftest import boxes_of

    return boxes_of(answer.content.decode())  # type: ignore[attr-defined]


def test_the_owner_sees_that_an_officer_opened_a_component(desk: Desk) -> None:
    """SPEC 8. Opened before it was delivered: noted as soon as it is; the same errand twice is one look."""
    desk.received(file_1=scan())
    dossier = Dossier.objects.get()
    address = f"/mot-cua/ho-so/{dossier.public_id}/thanh-phan/1/"
    assert desk.client.get(address).status_code == 200
    handlers = promises.handlers(registry=LocalPortal(), vault=LocalVault())
    errands.run_due({deliveries.LOOK: handlers[deliveries.LOOK]})
    assert not Look.objects.exists()

    errands.run_due(handlers)
    assert desk.client.get(address).status_code == 200
    Errand.objects.filter(state=Errand.State.WAITING).update(not_before=timezone.now())
    errands.run_due(handlers)
    owed = Errand.objects.filter(kind=deliveries.LOOK)
    for errand in owed:
        handlers[deliveries.LOOK](errand.data)
    looks = Look.objects.filter(action=Look.Action.DOWNLOAD, role=Look.Role.OFFICER)
    assert [look.dossier_code for look in looks] == [dossier.code, dossier.code]

    token, _ = sessions.begin(
        Account.objects.get(pk=looks[0].owner_id),
        audience="CITIZEN",
        device="may-nha",
        device_words="Chrome",
    )
    owner = Client()
    owner.cookies["phien"] = token
    words = text_of(owner.get("/ca-nhan/nhat-ky/"))
    assert str(dossier.code) in words and "Tải xuống" in words and desk.unit.short_name in words


def lay_a_paper_in_the_vault(desk: Desk) -> str:
    """The owner's own, for the first component; its value in “Cách nộp”."""
    desk.received(file_1=scan())
    errands.run_due({deliveries.VAULT: lambda data: deliveries.fill_vault(data, vault=LocalVault())}, 10)
    return f"VAULT:{Paper.objects.get().public_id}"


def good_until(day: date) -> None:
    """Every paper, as if it had been kept with that day: the database lets nobody change one afterwards."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE vault_paper DISABLE TRIGGER USER")
        cursor.execute("UPDATE vault_paper SET valid_until = %s", [day])
        cursor.execute("ALTER TABLE vault_paper ENABLE TRIGGER USER")


def test_a_valid_paper_of_the_owner_is_chosen_before_anything_is_typed(desk: Desk) -> None:
    paper = lay_a_paper_in_the_vault(desk)
    good_until(timezone.localdate() + timedelta(days=40))
    form = desk.form(desk.form_address())
    assert form["how_1"] == paper and form["originals_1"] == ""
    until = timezone.localdate() + timedelta(days=40)
    assert f"Kho dữ liệu: đã có, hợp lệ đến {until:%d/%m/%Y}" in text_of(desk.client.get(desk.form_address()))


def test_an_expired_paper_is_said_and_cannot_be_chosen(desk: Desk) -> None:
    paper = lay_a_paper_in_the_vault(desk)
    good_until(timezone.localdate() - timedelta(days=1))
    address = desk.form_address()
    page = desk.client.get(address)
    assert "Kho dữ liệu: hết hạn" in text_of(page) and paper not in page.content.decode()
    forced = desk.client.post(address, desk.form(address, how_1=paper, consent="on"))
    assert forced.status_code == 422
    assert not DossierComponent.objects.filter(how="VAULT").exists()


def test_a_scan_over_a_paper_of_the_vault_needs_no_consent(desk: Desk) -> None:
    paper = lay_a_paper_in_the_vault(desk)
    address = desk.form_address()
    assert desk.client.post(address, desk.form(address, how_1=paper, file_1=scan())).status_code == 302
    assert not DossierComponent.objects.filter(how="VAULT").exists()


def asked_of_the_vault() -> int:
    return Look.objects.filter(action=Look.Action.OFFER).count()


def test_looking_at_a_form_again_does_not_ask_the_vault_again(desk: Desk) -> None:
    paper = lay_a_paper_in_the_vault(desk)
    address = desk.form_address()
    before = asked_of_the_vault()
    first = desk.client.get(address)
    assert asked_of_the_vault() == before + 1
    again = desk.client.get(address)
    assert paper in again.content.decode() and asked_of_the_vault() == before + 1
    cookie = first.cookies["kho"]
    assert cookie["path"] == address.split("?")[0] and cookie["httponly"] and cookie["samesite"] == "Strict"
    assert desk.client.post(address, desk.form(address, consent="on")).status_code == 302
    assert asked_of_the_vault() == before + 2, "the reception itself makes sure, once"


def test_the_answer_of_the_vault_opens_for_its_own_form_only(desk: Desk) -> None:
    lay_a_paper_in_the_vault(desk)
    desk.client.get(desk.form_address())
    before = asked_of_the_vault()
    desk.client.get(desk.form_address())
    assert asked_of_the_vault() == before + 1
    desk.client.cookies["kho"] = "khong-phai-cua-ai"
    assert desk.client.get(desk.form_address()).status_code == 200


def test_the_answer_of_the_vault_is_kept_for_ten_minutes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    lay_a_paper_in_the_vault(desk)
    address = desk.form_address()
    desk.client.get(address)
    before = asked_of_the_vault()
    monkeypatch.setattr(vault_answers, "KEPT_FOR", timedelta(seconds=-1))
    desk.client.get(address)
    assert asked_of_the_vault() == before + 1


def test_a_paper_that_runs_out_meanwhile_is_not_offered_from_memory(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = lay_a_paper_in_the_vault(desk)
    good_until(timezone.localdate())
    address = desk.form_address()
    assert paper in desk.client.get(address).content.decode()
    tomorrow = timezone.localdate() + timedelta(days=1)
    monkeypatch.setattr(vault_answers.timezone, "localdate", lambda *_: tomorrow)
    assert paper not in desk.client.get(address).content.decode()


def test_a_late_provisional_form_counts_its_files_once(desk: Desk, line: Callable[[str], None]) -> None:
    line("down")
    desk.check()
    check = AccountCheck.objects.get()
    address = desk.client.post(f"/mot-cua/tiep-nhan/{check.public_id}/", {"procedure": ONE_WAY}).headers[
        "Location"
    ]
    form = desk.form(address, owner_name=NAME, file_1=scan())
    age_checks(minutes=20)
    line("ok")
    answer = desk.client.post(address, form)
    assert "Đã nhận tệp don-xin-hoc.pdf" in text_of(answer)
    assert StoredFile.objects.count() == 1


def test_an_officer_without_the_right_reads_which_one_and_who_gives_it(desk: Desk) -> None:
    answer = desk.officer(Power.HAND_OUT).get("/mot-cua/tiep-nhan/")
    assert answer.status_code == 403
    words = text_of(answer)
    assert "chưa được cấp quyền “Tiếp nhận hồ sơ”" in words and "quản trị đơn vị" in words


def test_a_citizen_at_the_desks_door_is_told_whose_it_is(desk: Desk) -> None:
    token, _ = sessions.begin(
        Account.objects.order_by("pk")[0], audience="CITIZEN", device="may-nha", device_words="Chrome"
    )
    client = Client()
    client.cookies["phien"] = token
    for address in ("/mot-cua/", "/quan-tri/"):
        answer = client.get(address)
        assert answer.status_code == 403 and "dành cho cán bộ" in text_of(answer)
