"""“Sửa giấy tờ trong kho”: reported by the owner, asked at the desk with evidence, decided by another officer."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from motcua.accounts import identity, sessions
from motcua.journal.models import Event
from motcua.kernel.authority import Power
from motcua.vault import keeping
from motcua.vault.models import Look, Paper, PaperCorrection, PaperReport
from tests.accounts import people
from tests.files.making import scans
from tests.vault import papers
from tests.web_office.desk import Desk, words

PAGE = "/quan-tri/giay-to-sai/"
REASON = "Đã xem bản chính"


def pdf(name: str = "chung-cu.pdf", data: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data or scans.saved(scans.blank(2)), "application/pdf")


class Town:
    """An owner with a paper in the vault, another person, and the officers of one unit."""

    def __init__(self, settings: Any) -> None:
        self.owner, self.other = people.data(name="Lê Thị Chủ"), people.data(name="Trần Thị Đúng")
        self.account = people.account(self.owner)
        people.account(self.other)
        self.receiver, self.head = Desk(Power.RECEIVE_DOSSIER), Desk(Power.APPROVE_EXCEPTION)
        (public_id,) = keeping.put(
            audience=settings.DESK_ID,
            receipt_subject=identity.name_to(self.account, settings.DESK_ID).subject,
            papers=[papers.new_paper(number="A 1")],
            dossier_code=papers.DOSSIER,
            digitised_by=papers.OFFICER,
            unit_code="so-mau",
        )
        self.paper = Paper.objects.get(public_id=public_id)
        self.asking = f"{PAGE}giay-to/{public_id}/"

    def browser(self) -> Client:
        token, _ = sessions.begin(self.account, audience="CITIZEN", device="d" * 32, device_words="Chrome")
        client = Client()
        client.cookies["phien"] = token
        return client

    def moving(self, **more: Any) -> dict[str, Any]:
        wanted = {"to": self.other.citizen_id.value, "reason": REASON, "evidence": pdf(), **more}
        return {"act": "chuyen", **{f"kho-{name}": value for name, value in wanted.items()}}

    def righting(self, **more: Any) -> dict[str, Any]:
        wanted = {
            "type_code": "KHAI_SINH",
            "number_of_paper": "B 2",
            "issued_on": "12/03/2020",
            "valid_until": "",
            "held_for": "",
            "reason": REASON,
            "evidence": pdf(),
            **more,
        }
        return {"act": "sua", **{f"tin-{name}": value for name, value in wanted.items()}}


@pytest.fixture
def town(transactional_db: None, settings: Any) -> Town:
    return Town(settings)


def test_an_owner_reports_an_officer_asks_another_agrees_and_the_owner_reads_it(town: Town) -> None:
    browser = town.browser()
    own = f"/ca-nhan/kho-du-lieu/{town.paper.public_id}/"
    assert "Báo giấy tờ này" in words(browser.get(own))
    nothing = browser.post(f"{own}bao-sai/", {"words": ""})
    assert nothing.status_code == 422
    sent = browser.post(f"{own}bao-sai/", {"fault": "FACTS", "words": "Số đúng là B 2"})
    assert sent["Location"] == f"{own}?da=bao" and "Đã gửi" in words(browser.get(sent["Location"]))
    again = browser.post(f"{own}bao-sai/", {"fault": "FACTS", "words": "Số đúng là B 2"})
    assert again.status_code == 409 and "đã báo giấy tờ này" in words(again)

    assert "Lê Thị Chủ" in words(town.receiver.get(PAGE))
    reported = f"{PAGE}bao/{PaperReport.objects.get().public_id}/"
    assert "Số đúng là B 2" in words(town.receiver.get(reported))
    page = words(town.receiver.get(town.asking))
    assert "Số đúng là B 2" in page and "A 1" in page
    asked = town.receiver.post(town.asking, town.righting())
    assert asked.status_code == 302, words(asked)
    address = asked["Location"].partition("?")[0]
    shown = words(town.head.get(address))
    assert "Sửa thành" in shown and "B 2" in shown and "12/03/2020" in shown and "Số đúng là B 2" in shown
    picture = town.head.get(f"{address}trang/2/")
    assert picture.status_code == 200 and picture["Cache-Control"] == "no-store, private"
    assert Event.objects.filter(event="vault.paper_evidence.viewed").count() == 1

    assert town.receiver.post(address, {"act": "approve"}).status_code == 403
    assert town.head.post(address, {"act": "decline", "reason": ""}).status_code == 422
    done = town.head.post(address, {"act": "approve"})
    assert done["Location"] == PAGE + "?da=giay-to-sai-duyet"
    right = Paper.objects.get(state="CURRENT")
    read = words(browser.get(f"/ca-nhan/kho-du-lieu/{right.public_id}/"))
    assert "B 2" in read and "Các phiên bản" in read
    assert "Đã sửa theo đề nghị" in words(browser.get(own))
    assert town.head.post(address, {"act": "decline", "reason": "Đến muộn"}).status_code == 409
    assert "Đã duyệt" in words(town.head.post(PAGE, {"shown": "ALL"}))


def test_at_the_desk_the_owners_number_finds_the_papers_and_one_goes_to_the_right_vault(town: Town) -> None:
    found = town.receiver.post(f"{PAGE}chu-kho/", {"chu-number": town.owner.citizen_id.value})
    assert found.status_code == 200 and "Giấy khai sinh" in words(found)
    assert town.owner.citizen_id.value not in words(found)
    assert "Sửa giấy tờ trong kho" in words(town.browser().get("/ca-nhan/nhat-ky/"))
    none = town.receiver.post(f"{PAGE}chu-kho/", {"chu-number": town.other.citizen_id.value})
    assert none.status_code == 409 and "không có giấy tờ nào do đơn vị số hóa" in words(none)

    asked = town.receiver.post(town.asking, town.moving())
    assert asked.status_code == 302, words(asked)
    listed = words(town.head.get(PAGE))
    assert "Nằm nhầm kho, chuyển cho Trần Thị Đúng" in listed
    assert "Không có đề nghị nào phù hợp" in words(town.head.post(PAGE, {"words": "không ai"}))
    address = asked["Location"].partition("?")[0]
    assert town.head.post(address, {"act": "approve"}).status_code == 302
    assert Paper.objects.filter(owner=town.account).get().state == "MOVED"
    assert town.browser().get(f"/ca-nhan/kho-du-lieu/{town.paper.public_id}/").status_code == 404


def test_a_look_at_the_paper_itself_is_the_owners_to_see(town: Town) -> None:
    drawn = Paper.objects.get(pk=town.paper.pk)
    assert town.receiver.get(f"{PAGE}giay-to/{drawn.public_id}/").status_code == 200
    assert Look.objects.filter(paper=drawn, purpose="sua-giay-to", action="VIEW").count() == 1


def test_another_unit_and_another_right_find_nothing(town: Town) -> None:
    asked = town.receiver.post(town.asking, town.moving())
    address = asked["Location"].partition("?")[0]
    elsewhere = Desk(Power.RECEIVE_DOSSIER, Power.APPROVE_EXCEPTION, at="so-khac")
    for place in (address, f"{address}trang/1/", town.asking, f"{town.asking}trang/1/"):
        assert elsewhere.get(place).status_code == 404
    assert elsewhere.post(address, {"act": "approve"}).status_code == 404
    assert "Không có đề nghị nào chờ duyệt" in words(elsewhere.get(PAGE))
    assert Desk(Power.OPEN_ACCOUNT).get(PAGE).status_code == 403


def test_what_is_wrong_is_said_beside_its_box_and_nothing_is_asked(town: Town) -> None:
    nobody = people.data().citizen_id.value
    for wrong, box, said in (
        (town.moving(to=nobody), "to", "chưa có tài khoản dùng được"),
        (town.moving(to=town.owner.citizen_id.value), "to", "đã ở trong kho của người này"),
        (town.moving(reason="ạ"), "reason", "ít nhất 05 ký tự"),
        (town.moving(evidence=pdf(data=b"<html>%PDF-1.7")), "evidence", ""),
        (town.righting(valid_until="01/01/2000"), "valid_until", "không thể trước ngày cấp"),
        (town.righting(issued_on="31/02/2020"), "issued_on", ""),
        (town.righting(evidence=""), "evidence", ""),
    ):
        answer = town.receiver.post(town.asking, wrong)
        assert answer.status_code in {409, 422} and said in words(answer)
        assert box in answer.context["form"].errors
    same = town.receiver.post(town.asking, town.righting(number_of_paper="A 1", issued_on=""))
    assert same.status_code == 422 and "giống thông tin đang ghi" in words(same)
    assert not PaperCorrection.objects.exists()


def test_an_owner_is_answered_when_nothing_is_to_be_put_right(town: Town) -> None:
    own = f"/ca-nhan/kho-du-lieu/{town.paper.public_id}/"
    town.browser().post(f"{own}bao-sai/", {"fault": "VAULT", "words": "Không phải của tôi"})
    reported = f"{PAGE}bao/{PaperReport.objects.get().public_id}/"
    assert town.head.post(reported, {"words": ""}).status_code == 422
    answered = town.head.post(reported, {"words": "Bản chính đứng tên ông/bà"})
    assert answered["Location"] == PAGE + "?da=giay-to-sai-dap"
    assert "Bản chính đứng tên ông/bà" in words(town.browser().get(own))
    assert town.head.get(reported).status_code == 404


def test_the_one_who_asked_takes_it_back(town: Town) -> None:
    address = town.receiver.post(town.asking, town.moving())["Location"].partition("?")[0]
    assert "Rút đề nghị" in words(town.receiver.get(address))
    assert town.head.post(address, {"act": "withdraw"}).status_code == 404
    assert town.receiver.post(address, {"act": "withdraw"})["Location"] == PAGE + "?da=giay-to-sai-rut"
    assert PaperCorrection.objects.get().decision == "WITHDRAWN"
