"""Online filing over HTTP: a citizen's browser and an officer's, with the real portal and vault behind them."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from motcua.accounts.models import Account
from motcua.accounts.sealed_data import PersonData
from motcua.desk import promises, sample
from motcua.desk.models import AccountCheck, Component, Dossier, FilingDraft, FilingFile, Procedure
from motcua.desk.states import State
from motcua.kernel.authority import Power
from motcua.outbox import errands
from motcua.units.models import Unit
from motcua.vault.models import Consent, Loan, Look, Paper
from motcua.web import outside
from tests.desk import town as building
from tests.files.making import scans
from tests.web_public.visiting import Browser, citizen, errors_of, officer, text_of

pytestmark = pytest.mark.django_db(transaction=True)

CODE = building.PROCEDURE


class Desk:
    """A unit with an officer who receives, and one procedure."""

    def __init__(self, tmp_path: Path) -> None:
        import json

        catalogue = tmp_path / "procedures.json"
        catalogue.write_text(json.dumps(building.CATALOGUE), encoding="utf-8")
        sample.load(catalogue)
        Component.objects.update(not_reused=False)  # here the vault has the first component
        self.person, self.account = officer(Power.RECEIVE_DOSSIER)
        self.unit = Unit.objects.get(code=f"don-vi-{self.account.pk}")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def a_scan(name: str = "don.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, scans.saved(scans.blank(1)), content_type="application/pdf")


def signed_in(person: PersonData) -> Browser:
    browser = Browser()
    browser.sign_in(person)
    return browser


def begun(browser: Browser, desk: Desk) -> str:
    """The address of a new draft."""
    answer = browser.post(f"/ca-nhan/nop-ho-so/thu-tuc/{CODE}/", {"unit": desk.unit.code})
    assert answer.status_code == 302, text_of(answer)
    return str(answer["Location"])


def filled(**more: Any) -> dict[str, Any]:
    return {
        "version": str(Procedure.objects.get(code=CODE).pk),
        "how_1": "UPLOADED",
        "how_2": "SHOWN",
        "how_3": "SHOWN",
        "result_wanted": "AT_DESK",
        "note": "Sai ngày sinh",
        "pledge": "on",
        "act": "gui",
        **more,
    }


def sent(browser: Browser, address: str, **more: Any) -> str:
    """The address of the dossier that the draft became."""
    answer = browser.post(address, filled(file_1=a_scan(), **more))
    assert answer.status_code == 302, errors_of(answer)
    found = re.match(r"/ca-nhan/ho-so/[0-9a-f-]{36}/", answer["Location"])
    assert found, answer["Location"]
    return found[0]


def test_a_citizen_files_an_officer_accepts_and_the_owner_sees_code_and_day(desk: Desk) -> None:
    person, _ = citizen()
    browser = signed_in(person)
    assert "Chỉnh sửa nội dung văn bằng" in text_of(
        browser.post("/ca-nhan/nop-ho-so/", {"words": "chinh sua"})
    )
    page = text_of(browser.get(f"/ca-nhan/nop-ho-so/thu-tuc/{CODE}/"))
    assert (
        "05 ngày làm việc" in page
        and "Theo nghị quyết của Hội đồng nhân dân tỉnh" in page
        and "Cha, mẹ hoặc người giám hộ" in page
    )

    dossier = sent(browser, begun(browser, desk))

    page = text_of(browser.get(dossier + "?da=gui"))
    assert "Đã gửi hồ sơ" in page and "Mới đăng ký" in page and "Rút hồ sơ" in page
    assert browser.get(dossier + "giay-tiep-nhan.pdf").status_code == 404
    at_desk = signed_in(desk.person)
    queue = at_desk.get("/mot-cua/truc-tuyen/")
    assert person.full_name.value in text_of(queue)
    assert person.citizen_id.value not in queue.content.decode()
    one = dossier.replace("/ca-nhan/ho-so/", "/mot-cua/truc-tuyen/")
    assert "Sai ngày sinh" in text_of(at_desk.get(one))
    row = Dossier.objects.get()
    file = at_desk.get(f"/mot-cua/ho-so/{row.public_id}/thanh-phan/1/")
    assert file.content.startswith(b"%PDF")
    assert at_desk.post(one).status_code == 302

    row.refresh_from_db()
    assert row.state == State.RECEIVED and row.code
    page = text_of(browser.get(dossier))
    assert row.code in page and "Được tiếp nhận" in page and row.due_words in page
    assert browser.get(dossier + "giay-tiep-nhan.pdf").content.startswith(b"%PDF")
    assert "Không có hồ sơ trực tuyến nào chờ tiếp nhận" in text_of(at_desk.get("/mot-cua/truc-tuyen/"))
    check = AccountCheck.objects.get(dossier=row)
    assert check.kind == "SIGN_IN" and check.number_bi == row.owner_number_bi


def test_what_is_only_shown_has_no_file_box_and_the_summary_names_papers_first(desk: Desk) -> None:
    Component.objects.filter(order=2).update(shown_only=True, digitise=False)
    browser = signed_in(citizen()[0])
    address = begun(browser, desk)
    page = browser.get(address).content.decode()
    assert 'name="file_1"' in page and 'name="file_2"' not in page

    refused = browser.post(address, {**filled(), "pledge": ""})
    said = errors_of(refused)
    assert "chọn tệp của thành phần 1" in said and said.index("thành phần 1") < said.index("cam đoan")


def run_errands() -> None:
    handlers = promises.handlers(registry=outside.account_registry(), vault=outside.owners_vault())
    while errands.run_due(handlers, limit=50):
        pass


def test_accepted_papers_lie_in_the_owners_vault_and_the_next_filing_takes_them_from_there(
    desk: Desk,
) -> None:
    person, account = citizen()
    browser, at_desk = signed_in(person), signed_in(desk.person)
    first = sent(browser, begun(browser, desk))
    at_desk.post(first.replace("/ca-nhan/ho-so/", "/mot-cua/truc-tuyen/"))
    run_errands()
    paper = Paper.objects.get()
    assert paper.owner == account

    address = begun(browser, desk)
    page = browser.get(address).content.decode()
    assert "đã có, hợp lệ" in page and f'value="VAULT:{paper.public_id}" selected' in page
    assert not Look.objects.exists()  # the owner's own list is nobody's look
    choice = {"how_1": f"VAULT:{paper.public_id}"}
    refused = browser.post(address, filled(**choice))
    assert refused.status_code == 422 and "đánh dấu đồng ý" in errors_of(refused)
    answer = browser.post(address, filled(**choice, consent="on"))
    second = answer["Location"].partition("?")[0]
    assert not Consent.objects.exists()
    at_desk.post(second.replace("/ca-nhan/ho-so/", "/mot-cua/truc-tuyen/"))
    run_errands()

    consent = Consent.objects.get()
    assert (consent.given_how, consent.recorded_by_subject) == ("ONLINE", "")
    assert Loan.objects.get().paper == paper
    assert Paper.objects.count() == 1


def test_a_draft_is_saved_as_it_is_and_found_again_and_deleted(desk: Desk) -> None:
    browser = signed_in(citizen()[0])
    address = begun(browser, desk)

    answer = browser.post(
        address, {**filled(act="luu", note="Để sau", phone="không phải số"), "file_1": a_scan()}
    )

    assert answer.status_code == 302
    page = browser.get(answer["Location"]).content.decode()
    assert "Đã lưu bản nháp" in page and "Để sau" in page and "không phải số" in page and "don.pdf" in page
    assert "Chỉnh sửa nội dung văn bằng" in text_of(browser.get("/ca-nhan/nop-ho-so/"))
    found = re.search(r"/ca-nhan/nop-ho-so/[0-9a-f-]+/tep/[0-9a-f-]+/", page)
    assert found and browser.get(found[0]).content.startswith(b"%PDF")
    assert browser.post(address, {**filled(act="bo-tep-1")}).status_code == 302
    assert not FilingFile.objects.exists()
    assert browser.post(address + "xoa/").status_code == 302
    assert not FilingDraft.objects.exists()
    assert browser.get(address).status_code == 404


def test_a_form_with_mistakes_says_them_beside_the_boxes_and_loses_nothing(desk: Desk) -> None:
    browser = signed_in(citizen()[0])
    address = begun(browser, desk)

    answer = browser.post(address, {**filled(pledge="", result_wanted="POST", standing="PARENT")})

    assert answer.status_code == 422
    said = errors_of(answer)
    assert "chọn tệp của thành phần 1" in said
    assert "địa chỉ nhận kết quả" in said
    assert "đánh dấu vào ô này" in said
    assert "họ và tên người được giải quyết" in said
    answer = browser.post(
        address, {**filled(), "file_1": SimpleUploadedFile("don.pdf", b"MZ program", "application/pdf")}
    )
    assert answer.status_code == 422
    assert not Dossier.objects.exists()
    assert "Sai ngày sinh" in browser.get(address).content.decode()


def test_sending_again_leads_to_the_dossier_that_was_made(desk: Desk) -> None:
    browser = signed_in(citizen()[0])
    address = begun(browser, desk)
    dossier = sent(browser, address)

    assert browser.get(address)["Location"] == dossier
    assert browser.post(address, filled())["Location"] == dossier
    assert Dossier.objects.count() == 1


def test_strangers_and_other_citizens_see_nothing(desk: Desk) -> None:
    browser = signed_in(citizen()[0])
    address = begun(browser, desk)
    dossier = sent(browser, begun(browser, desk))
    other, stranger = signed_in(citizen()[0]), Browser()

    places = [
        address,
        address + "xoa/",
        dossier,
        dossier + "bo-sung/",
        dossier + "rut/",
        dossier + "danh-gia/",
    ]
    for place in [*places, dossier + "ket-qua.pdf"]:
        assert other.get(place).status_code == 404, place
        assert stranger.get(place)["Location"].startswith("/dang-nhap/"), place
    for place in places[:1] + places[3:]:
        assert other.post(place, filled(reason="Tôi muốn rút", stars="5")).status_code == 404, place
    assert FilingDraft.objects.count() == 1
    assert Dossier.objects.get().state == State.NEW


def test_officers_without_the_right_and_of_other_units_do_not_accept(desk: Desk, tmp_path: Path) -> None:
    browser = signed_in(citizen()[0])
    one = sent(browser, begun(browser, desk)).replace("/ca-nhan/ho-so/", "/mot-cua/truc-tuyen/")
    specialist, elsewhere = signed_in(officer(Power.PROCESS)[0]), signed_in(officer(Power.RECEIVE_DOSSIER)[0])

    assert specialist.get("/mot-cua/truc-tuyen/").status_code == 403
    assert specialist.post(one).status_code == 403
    assert browser.get("/mot-cua/truc-tuyen/").status_code == 403
    assert elsewhere.get(one).status_code == 404
    assert elsewhere.post(one).status_code == 404
    assert Dossier.objects.get().state == State.NEW


def test_an_officer_files_the_own_matter_only_and_does_not_accept_it(desk: Desk) -> None:
    browser = signed_in(desk.person)
    address = begun(browser, desk)
    page = text_of(browser.get(address))
    assert "việc riêng của tôi" in page and "Người được giải quyết không phải" not in page

    refused = browser.post(address, {**filled(person_name="Nguyễn Văn Con"), "file_1": a_scan()})
    assert refused.status_code == 422 and not Dossier.objects.exists()
    dossier = sent(browser, address, private_matter="on", person_name="Nguyễn Văn Con")

    assert Dossier.objects.get().person_name == ""
    one = dossier.replace("/ca-nhan/ho-so/", "/mot-cua/truc-tuyen/")
    assert "hồ sơ của chính ông/bà" in text_of(browser.get(one))
    assert browser.post(one).status_code == 403
    assert Dossier.objects.get().state == State.NEW


def test_an_account_locked_after_filing_is_not_received_for(desk: Desk) -> None:
    person, account = citizen()
    browser = signed_in(person)
    one = sent(browser, begun(browser, desk)).replace("/ca-nhan/ho-so/", "/mot-cua/truc-tuyen/")
    Account.objects.filter(pk=account.pk).update(status="locked")

    answer = signed_in(desk.person).post(one)

    assert answer.status_code == 409
    assert "Tài khoản của chủ hồ sơ đã bị khóa" in text_of(answer)


def test_an_owner_withdraws_what_waits(desk: Desk) -> None:
    browser = signed_in(citizen()[0])
    dossier = sent(browser, begun(browser, desk))

    assert browser.post(dossier + "rut/", {"reason": ""}).status_code == 422
    assert browser.post(dossier + "rut/", {"reason": "Nộp nhầm thủ tục"}).status_code == 302

    page = text_of(browser.get(dossier + "?da=rut"))
    assert "Nộp nhầm thủ tục" in page and "Không được tiếp nhận" in page
    assert "Việc ông/bà có thể làm" not in page


def test_empty_lists_say_what_to_do(desk: Desk) -> None:
    browser = signed_in(citizen()[0])

    assert "Không tìm thấy thủ tục" in text_of(browser.post("/ca-nhan/nop-ho-so/", {"words": "xyz"}))
    assert "ngay sau khi ông/bà gửi trực tuyến" in text_of(browser.get("/ca-nhan/ho-so/"))
    Procedure.objects.update(term_online_amount=0, term_online_unit="")
    assert "Chưa có thủ tục nào nhận hồ sơ trực tuyến" in text_of(browser.get("/ca-nhan/nop-ho-so/"))


def test_the_queue_and_the_draft_ask_the_database_as_often_for_many_as_for_one(
    desk: Desk, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    at_desk = signed_in(desk.person)
    browser = signed_in(citizen()[0])

    def asked(by: Browser, address: str) -> int:
        by.get(address)
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert by.get(address).status_code == 200
        # That the session was used is noted every five seconds, whatever the page.
        return len([each for each in caught if "SET seen_at" not in each["sql"]])

    sent(browser, begun(browser, desk))
    draft = begun(browser, desk)
    one = (
        asked(at_desk, "/mot-cua/truc-tuyen/"),
        asked(browser, "/ca-nhan/nop-ho-so/"),
        asked(browser, draft),
    )
    for _ in range(3):
        sent(browser, begun(browser, desk))
        begun(browser, desk)
    browser.post(draft, {**filled(act="luu"), "file_1": a_scan()})
    many = (asked(at_desk, "/mot-cua/truc-tuyen/"), asked(browser, "/ca-nhan/nop-ho-so/"))

    assert many == one[:2]
    assert asked(browser, draft) <= one[2]
