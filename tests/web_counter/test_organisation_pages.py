"""An organisation on screen: registered at the desk, received through its representative, filed for online, revoked."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from motcua.accounts import sessions
from motcua.accounts.models import Mandate, MandateRequest
from motcua.desk import slips
from motcua.desk.models import AccountCheck, Dossier, Procedure
from motcua.journal.models import Event
from motcua.kernel.authority import Power
from tests.accounts import people
from tests.files.making import scans
from tests.web_counter.conftest import ONE_WAY, TWO_WAYS, Desk, a_unit, text_of

TAX_CODE = "0100233488"
NAME = "Trung tâm Ngoại ngữ Mẫu"


class Town:
    def __init__(self, desk: Desk) -> None:
        Procedure.objects.filter(code=ONE_WAY).update(
            who_may_ask=["ORGANISATION"], term_online_unit="SAME_DAY"
        )
        self.desk = desk
        self.registrar = desk.officer(Power.OPEN_ACCOUNT)
        self.head = desk.officer(Power.APPROVE_EXCEPTION)
        self.holder = people.data(name="Lê Văn Đại")
        self.account = people.account(self.holder)

    def registered(self) -> str:
        """The address of the organisation."""
        unknown = self.registrar.post("/quan-tri/to-chuc/", {"tax_code": TAX_CODE})
        assert "chưa có tài khoản tổ chức" in text_of(unknown)
        made = self.registrar.post(
            "/quan-tri/to-chuc/", {"tax_code": TAX_CODE, "name": NAME, "act": "dang-ky"}
        )
        assert made.status_code == 302, text_of(made)
        found = self.registrar.post("/quan-tri/to-chuc/", {"tax_code": "0100-233-488"})
        assert found.headers["Location"] == made.headers["Location"]
        return str(made.headers["Location"])

    def granted(self, **more: object) -> str:
        return self.granted_again(self.registered(), **more)

    def typed(self, **more: object) -> dict[str, object]:
        return {
            "representative": self.holder.citizen_id.value,
            "basis": "LEGAL",
            "proof": "Giấy chứng nhận đăng ký số 77",
            "proof_on": "01/02/2020",
            "valid_from": f"{timezone.localdate():%d/%m/%Y}",
            "reach": "ALL",
            "scan": SimpleUploadedFile("giay.pdf", scans.saved(scans.blank(1)), "application/pdf"),
            **more,
        }

    def asked(self, address: str, **more: object) -> str:
        """The address of the request that waits."""
        answer = self.registrar.post(address, self.typed(**more))
        assert answer.status_code == 302, text_of(answer)
        waits = MandateRequest.objects.get(decision="WAITING")
        return f"/quan-tri/to-chuc/de-nghi/{waits.public_id}/"

    def granted_again(self, address: str, **more: object) -> str:
        request = self.asked(address, **more)
        answer = self.head.post(request, {"act": "approve"})
        assert answer.status_code == 302, text_of(answer)
        return address

    def browser(self) -> Client:
        token, _ = sessions.begin(self.account, audience="CITIZEN", device="d" * 32, device_words="Chrome")
        client = Client()
        client.cookies["phien"] = token
        return client

    def revoke(self, address: str) -> None:
        mandate = Mandate.objects.get(revoked_at=None)
        answer = self.registrar.post(f"{address}{mandate.public_id}/thu-hoi/", {"why": "Thôi việc"})
        assert answer.status_code == 302


@pytest.fixture
def town(desk: Desk) -> Town:
    return Town(desk)


def test_an_organisation_is_received_through_its_representative_and_the_slip_says_both(town: Town) -> None:
    town.granted()
    address = town.desk.form_address(number=TAX_CODE)
    assert "Số CMND/CCCD của người đại diện" in text_of(town.desk.client.get(address))
    empty = town.desk.client.post(address, town.desk.form(address))
    assert empty.status_code == 422 and "số CMND/CCCD của người đại diện" in text_of(empty)

    stranger = people.data()
    people.account(stranger)
    wrong = town.desk.client.post(address, town.desk.form(address, representative=stranger.citizen_id.value))
    assert wrong.status_code == 409 and "không có quyền đại diện còn hiệu lực" in text_of(wrong)
    right = town.desk.client.post(
        address, town.desk.form(address, representative=town.holder.citizen_id.value)
    )
    assert right.status_code == 302, text_of(right)

    dossier = Dossier.objects.get()
    assert dossier.representation is not None and dossier.representation.kind == "ORGANISATION"
    data = slips.receipt_data(dossier)
    assert (data["owner_name"], data["owner_number"]) == (NAME, TAX_CODE)
    assert data["filer_name"] == "Lê Văn Đại"
    assert data["filer_standing"] == (
        "Người đại diện của tổ chức, Đại diện theo pháp luật: Giấy chứng nhận đăng ký số 77 ngày 01/02/2020"
    )


def test_a_silent_portal_lets_an_organisation_wait_until_its_representative_is_confirmed(
    town: Town, line: Callable[[str], None]
) -> None:
    organisation, client = town.granted(), town.desk.client
    line("down")
    town.desk.check(TAX_CODE)
    chosen = f"/mot-cua/tiep-nhan/{AccountCheck.objects.get().public_id}/"
    address = client.post(chosen, {"procedure": ONE_WAY}).headers["Location"]
    page = text_of(client.get(address))
    assert "Tên tổ chức" in page and "Số CMND/CCCD của người đại diện" in page
    typed = {"representative": town.holder.citizen_id.value, "phone": "0900000099"}
    nameless = client.post(address, town.desk.form(address, **typed))
    assert nameless.status_code == 422 and "nhập tên tổ chức" in text_of(nameless)
    done = client.post(address, town.desk.form(address, owner_name=NAME, **typed))
    assert done.status_code == 302, text_of(done)
    dossier = Dossier.objects.get()
    assert dossier.provisional_number and dossier.owner_name == NAME
    number = town.holder.citizen_id.value
    slip = f"/mot-cua/ho-so/{dossier.public_id}/giay-tiep-nhan.pdf"
    assert client.get(slip).content.startswith(b"%PDF-")
    for address in (
        done.headers["Location"],
        f"/mot-cua/ho-so/{dossier.public_id}/",
        "/mot-cua/no-xac-thuc/",
    ):
        assert number not in text_of(client.get(address)) and TAX_CODE not in text_of(client.get(address))

    line("ok")
    town.revoke(organisation)
    again = f"/mot-cua/no-xac-thuc/{dossier.public_id}/kiem-tra-lai/"
    client.post(again)
    assert "không có quyền đại diện còn hiệu lực" in text_of(
        client.get(f"/mot-cua/ho-so/{dossier.public_id}/")
    )
    town.granted_again(organisation)
    assert "tiếp nhận chính thức" in text_of(client.post(again, follow=True))
    dossier.refresh_from_db()
    assert dossier.code and dossier.filer_name == "Lê Văn Đại" and dossier.representation is not None


def test_a_mandate_taken_back_while_the_form_is_open_receives_nothing(town: Town) -> None:
    organisation = town.granted()
    address = town.desk.form_address(number=TAX_CODE)
    form = town.desk.form(address, representative=town.holder.citizen_id.value)
    town.revoke(organisation)
    assert town.desk.client.post(address, form).status_code == 409
    assert not Dossier.objects.exists()


def test_a_person_does_not_ask_for_what_organisations_ask_for(town: Town) -> None:
    address = town.desk.form_address()
    answer = town.desk.client.post(address, town.desk.form(address))
    assert answer.status_code == 422 and "chỉ nhận hồ sơ của: tổ chức" in text_of(answer)


def test_the_representative_files_online_for_the_organisation_until_revoked(town: Town) -> None:
    organisation = town.granted()
    browser = town.browser()
    page = text_of(browser.get("/ca-nhan/to-chuc/"))
    assert NAME in page and "Đang có hiệu lực" in page
    mandate = Mandate.objects.get()
    acting = browser.post(f"/ca-nhan/to-chuc/{mandate.public_id}/lam-viec-thay/")
    assert acting.status_code == 302
    assert "đang làm việc thay tổ chức" in text_of(browser.get("/ca-nhan/to-chuc/"))
    for own in ("/ca-nhan/", "/ca-nhan/mat-khau/", "/ca-nhan/so-dien-thoai/", "/ca-nhan/phien-dang-nhap/"):
        assert browser.get(own).headers["Location"] == "/ca-nhan/to-chuc/"
    assert browser.get("/mot-cua/").status_code == 403

    draft = browser.post(f"/ca-nhan/nop-ho-so/thu-tuc/{ONE_WAY}/", {"unit": "so-gddt"})
    address = str(draft.headers["Location"])
    answer = browser.post(address, filing())
    assert answer.status_code == 302, text_of(answer)
    dossier = Dossier.objects.get()
    assert (dossier.owner_name, dossier.filer_name) == (NAME, "Lê Văn Đại")
    assert dossier.representation is not None and dossier.representation.mandate == mandate.public_id
    assert NAME not in text_of(town.browser().get("/ca-nhan/ho-so/"))  # the person's own list is their own

    second = str(
        browser.post(f"/ca-nhan/nop-ho-so/thu-tuc/{ONE_WAY}/", {"unit": "so-gddt"}).headers["Location"]
    )
    town.revoke(organisation)
    assert "/dang-nhap/" in browser.post(second, filing()).headers["Location"]
    assert Dossier.objects.count() == 1
    assert "Đã thu hồi" in text_of(town.browser().get("/ca-nhan/to-chuc/"))


def test_a_mandate_for_other_procedures_files_nothing_here(town: Town) -> None:
    Procedure.objects.filter(code=TWO_WAYS).update(who_may_ask=["ORGANISATION"])
    town.granted(reach="SOME", scope=[TWO_WAYS])
    browser = town.browser()
    browser.post(f"/ca-nhan/to-chuc/{Mandate.objects.get().public_id}/lam-viec-thay/")
    begin = browser.post(f"/ca-nhan/nop-ho-so/thu-tuc/{ONE_WAY}/", {"unit": "so-gddt"})
    assert begin.status_code == 404 and not Dossier.objects.exists()
    back = browser.post("/ca-nhan/to-chuc/thoi/")
    assert back.status_code == 302 and browser.get("/ca-nhan/").status_code == 200


def test_a_mandate_waits_on_a_list_and_is_looked_at_and_agreed_to_by_another_officer(town: Town) -> None:
    address = town.registered()
    request = town.asked(address)
    said = text_of(town.registrar.get(f"{address}?da=dai-dien-xin"))
    assert "chưa duyệt thì chưa có hiệu lực" in said and "Chờ duyệt" in said
    assert "Đề nghị ghi nhận" in text_of(town.browser().get("/ca-nhan/to-chuc/"))

    assert town.desk.client.get("/quan-tri/to-chuc/de-nghi/").status_code == 403
    listed = text_of(town.head.get("/quan-tri/to-chuc/de-nghi/"))
    assert NAME in listed and "Lê Văn Đại" in listed
    nothing = text_of(town.head.post("/quan-tri/to-chuc/de-nghi/", {"words": "không có ai"}))
    assert "Không có đề nghị nào phù hợp" in nothing

    page = text_of(town.head.get(request))
    assert "Giấy chứng nhận đăng ký số 77" in page and "Trang 1/1" in page
    picture = town.head.get(f"{request}trang/1/")
    assert picture.status_code == 200 and picture.headers["Cache-Control"] == "no-store, private"
    assert "default-src 'none'" in picture.headers["Content-Security-Policy"]
    assert Event.objects.filter(event="accounts.mandate_proof.viewed").count() == 1
    assert town.head.get(f"{request}trang/2/").status_code == 404

    unnamed = town.head.post(request, {"act": "decline", "reason": ""})
    assert unnamed.status_code == 422 and "ghi rõ vì sao không duyệt" in text_of(unnamed)
    assert town.registrar.post(request, {"act": "approve"}).status_code == 403
    assert town.head.post(request, {"act": "withdraw"}).status_code == 403
    assert not Mandate.objects.exists()
    assert town.head.post(request, {"act": "approve"}).status_code == 302
    assert "Đang có hiệu lực" in text_of(town.registrar.get(address))
    late = town.head.post(request, {"act": "decline", "reason": "Đến muộn"})
    assert late.status_code == 409 and "đã được quyết định" in text_of(late)
    assert "Không có đề nghị nào chờ duyệt" in text_of(town.head.get("/quan-tri/to-chuc/de-nghi/"))
    assert NAME in text_of(town.head.post("/quan-tri/to-chuc/de-nghi/", {"shown": "ALL"}))


def test_what_another_unit_asked_is_seen_to_wait_and_not_opened(town: Town) -> None:
    address = town.registered()
    request = town.asked(address)
    elsewhere = town.desk.officer(
        Power.OPEN_ACCOUNT, Power.APPROVE_EXCEPTION, unit=a_unit("phong-gddt", "000.05.31.H08")
    )
    page = elsewhere.get(address)
    assert "do đơn vị khác gửi" in text_of(page) and request not in page.content.decode()
    assert elsewhere.get(request).status_code == 404
    assert elsewhere.post(request, {"act": "approve"}).status_code == 404
    assert request in town.registrar.get(address).content.decode()


def test_what_is_declined_is_told_with_its_reason_and_what_is_taken_back_too(town: Town) -> None:
    address = town.registered()
    request = town.asked(address)
    declined = town.head.post(request, {"act": "decline", "reason": "Bản quét mờ"})
    assert declined.status_code == 302
    assert "Bản quét mờ" in text_of(town.browser().get("/ca-nhan/to-chuc/"))
    assert "Bản quét mờ" in text_of(town.registrar.get(request))
    again = town.asked(address)
    assert town.registrar.post(again, {"act": "withdraw"}).status_code == 302
    assert not Mandate.objects.exists()


def test_a_proof_is_judged_by_what_is_inside(town: Town) -> None:
    address = town.registered()
    for name, data in (("giay.pdf", b"<html>%PDF-1.7"), ("giay.docx", b"PK"), ("giay.pdf", b"")):
        wrong = SimpleUploadedFile(name, data, "application/pdf")
        answer = town.registrar.post(address, town.typed(scan=wrong))
        assert answer.status_code == 422, name
    answer = town.registrar.post(address, {**town.typed(), "scan": ""})
    assert answer.status_code == 422 and "Bản quét giấy tờ" in text_of(answer)
    assert not MandateRequest.objects.exists()


def test_what_is_wrong_with_a_mandate_is_said_beside_its_box(town: Town) -> None:
    address = town.registered()
    answer = town.registrar.post(
        address,
        {
            "representative": town.holder.citizen_id.value,
            "basis": "AUTHORISED",
            "proof": "Giấy ủy quyền số 9",
            "proof_on": "01/01/2999",
            "valid_from": "hôm nay",
        },
    )
    said = text_of(answer)
    assert answer.status_code == 422
    assert "Ngày cấp không thể sau hôm nay" in said and "ngày hết hiệu lực của việc ủy quyền" in said
    assert "Ngày chưa đúng" in said
    assert town.desk.client.get(address).status_code == 403


def filing(code: str = ONE_WAY) -> dict[str, Any]:
    procedure = Procedure.objects.get(code=code)
    papers = {
        f"how_{each.order}": "SHOWN" if each.name.startswith("Xuất trình") else "UPLOADED"
        for each in procedure.components.all()
    }
    files = {
        f"file_{each.order}": SimpleUploadedFile("don.pdf", scans.saved(scans.blank(1)), "application/pdf")
        for each in procedure.components.all()
        if papers[f"how_{each.order}"] == "UPLOADED"
    }
    return {
        "version": str(procedure.pk),
        **papers,
        **files,
        "result_wanted": "AT_DESK",
        "pledge": "on",
        "act": "gui",
    }


def test_a_mandate_is_revoked_on_the_page_of_its_own_organisation_only(town: Town) -> None:
    address = town.granted()
    mandate = Mandate.objects.get(revoked_at=None)
    other = town.registrar.post(
        "/quan-tri/to-chuc/", {"tax_code": "0101243150", "name": "Trung tâm Khác", "act": "dang-ky"}
    ).headers["Location"]
    assert other != address

    assert town.registrar.post(f"{other}{mandate.public_id}/thu-hoi/", {"why": "Nhầm"}).status_code == 404
    assert Mandate.objects.filter(pk=mandate.pk, revoked_at=None).exists()
    town.revoke(address)
    assert not Mandate.objects.filter(revoked_at=None).exists()


def test_how_far_a_mandate_reaches_is_chosen_by_name_and_never_made_up(town: Town) -> None:
    address = town.registered()
    page = text_of(town.registrar.get(address))
    assert f"Tiếp nhận học sinh về nước ({ONE_WAY})" in page
    assert "chỉ nộp, xem, bổ sung, rút, nộp phí và đánh giá hồ sơ của các thủ tục đó" in page
    for wrong, said in (
        ({"reach": ""}, "phạm vi đại diện"),
        ({"reach": "SOME"}, "chọn ít nhất một thủ tục"),
        ({"reach": "ALL", "scope": [ONE_WAY]}, "chọn “Chỉ một số thủ tục”"),
        ({"reach": "SOME", "scope": ["9.999999"]}, "không có trong danh sách"),
    ):
        answer = town.registrar.post(address, town.typed(**wrong))
        assert answer.status_code == 422 and said in text_of(answer), (wrong, text_of(answer)[:4000])
    assert not MandateRequest.objects.exists()

    request = town.asked(address, reach="SOME", scope=[ONE_WAY])
    assert MandateRequest.objects.get().scope == [ONE_WAY]
    for page in (
        town.head.get(request),
        town.registrar.get(address),
        town.browser().get("/ca-nhan/to-chuc/"),
    ):
        assert f"Tiếp nhận học sinh về nước ( {ONE_WAY} )" in text_of(page)


def test_a_procedure_for_persons_only_is_no_scope_of_an_organisation(town: Town) -> None:
    Procedure.objects.filter(code=TWO_WAYS).update(who_may_ask=["OWNER"])
    page = text_of(town.registrar.get(town.registered()))
    assert f"({ONE_WAY})" in page and f"({TWO_WAYS})" not in page
