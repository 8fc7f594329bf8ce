"""The administration of a desk whose accounts are elsewhere: whom it asks, what it is told, what it has of its own."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from motcua.accounts.models import LookUp
from motcua.desk.officer_reset_tables import OfficerReset
from motcua.journal.models import Event
from motcua.kernel.authority import Power
from motcua.units.models import Officer
from motcua.web import outside
from tests.accounts import people
from tests.desk.fake_portal import FakePortal
from tests.web_office.desk import Desk, words

STAFF, JOURNAL = "/quan-tri/can-bo/", "/quan-tri/nhat-ky/"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def apart(settings: Any) -> Iterator[None]:
    """As far as pages look at it: accounts are asked for at the desk's port only."""
    settings.HOSTS_PORTAL = False
    settings.OFFICER_SECOND_FACTOR = False
    kept = outside.account_registry
    kept.cache_clear()
    yield
    kept.cache_clear()


@pytest.fixture
def silent(apart: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "account_registry", lambda: FakePortal(down=True))


@pytest.fixture
def admin() -> Desk:
    return Desk(Power.GRANT, name="Lê Quản Trị")


def wanted(person: Any, **more: str) -> dict[str, object]:
    return {
        "unit": "so-mau",
        "powers": [Power.RECEIVE_DOSSIER.value],
        "valid_from": f"{timezone.localdate():%d/%m/%Y}",
        "reason": "Quyết định phân công",
        "number": person.citizen_id.value,
        "full_name": person.full_name.value,
        "phone": person.phone.local,
        **more,
    }


def test_an_officer_is_taken_on_by_number_name_and_work_phone(admin: Desk, apart: None) -> None:
    person = people.data(name="Trần Thị Mới")
    people.account(person)
    sent = admin.post(STAFF + "them-moi/", wanted(person, full_name="TRẦN THỊ MỚI"))
    assert sent.status_code == 302, words(sent)
    page = words(admin.get(sent["Location"]))
    assert "TRẦN THỊ MỚI" in page and "Đang giữ" in page
    assert LookUp.objects.filter(purpose="bo-nhiem-can-bo", asked_by=admin.subject).count() == 1
    line = Event.objects.get(event="desk.person.asked")
    assert (line.actor, line.facts["answer"]) == (admin.subject, "FOUND")
    assert person.citizen_id.value not in str(line.facts) + line.subject
    inspector = Desk(Power.INSPECT, name="Đỗ Thanh Tra")
    found = inspector.get(search(inspector, person.citizen_id.value)["Location"])
    assert "Hỏi Cổng người mang một số" in words(found), "found again by the number"


def test_a_name_that_does_not_fit_the_account_takes_nobody_on(admin: Desk, apart: None) -> None:
    person = people.data(name="Trần Thị Mới")
    people.account(person)
    sent = admin.post(STAFF + "them-moi/", wanted(person, full_name="Nguyễn Văn Khác"))
    assert sent.status_code == 422 and "không khớp với tài khoản" in words(sent)
    assert not Officer.objects.filter(full_name__in=["Trần Thị Mới", "Nguyễn Văn Khác"]).exists()
    nobody = admin.post(STAFF + "them-moi/", wanted(people.data(name="Hồ Chưa Có")))
    assert nobody.status_code == 422 and "chưa có tài khoản đang dùng được" in words(nobody)


def test_a_silent_portal_takes_nobody_on_and_says_so(admin: Desk, silent: None) -> None:
    sent = admin.post(STAFF + "them-moi/", wanted(people.data(name="Trần Thị Mới")))
    assert sent.status_code == 503 and "Cổng DVCQG chưa trả lời" in words(sent)
    assert Event.objects.get(event="desk.person.asked").facts["answer"] == "UNKNOWN"
    assert not Officer.objects.filter(full_name="Trần Thị Mới").exists()


def search(inspector: Desk, number: str) -> Any:
    return inspector.post(JOURNAL, {"number": number, "reason": "Theo quyết định kiểm tra 12"})


def test_an_inspector_reads_the_desks_lines_of_a_person_who_sees_it(apart: None) -> None:
    inspector = Desk(Power.INSPECT, Power.RECEIVE_DOSSIER, name="Đỗ Thanh Tra")
    person = people.data(name="Trần Thị Chủ")
    people.account(person)
    inspector.post("/mot-cua/tiep-nhan/", {"number": person.citizen_id.value})
    assert Event.objects.filter(event="desk.account.checked").count() == 1

    answer = search(inspector, person.citizen_id.value)

    assert answer.status_code == 302, words(answer)
    assert person.citizen_id.value not in answer["Location"]
    page = words(inspector.get(answer["Location"]))
    assert "Kiểm tra tài khoản" in page
    assert LookUp.objects.filter(purpose="thanh-tra-nhat-ky", asked_by=inspector.subject).count() == 1


def test_while_the_portal_is_silent_nobody_is_read_about(silent: None) -> None:
    inspector = Desk(Power.INSPECT, name="Đỗ Thanh Tra")
    answer = search(inspector, people.data().citizen_id.value)
    assert answer.status_code == 422 and "Cổng DVCQG chưa trả lời" in words(answer)


@pytest.mark.parametrize(
    "address",
    ["", "don-vi/", "can-bo/", "nhat-ky/", "bao-cao/", "bao-cao/tep/", "san-sang/", "han-muc/", "ra-soat/"],
)
def test_each_page_of_the_desks_own_is_drawn_without_accounts(address: str, apart: None) -> None:
    every = Desk(*Power, name="Lê Toàn Quyền")
    answer = every.get("/quan-tri/" + address)
    assert answer.status_code == 200
    if not address.endswith("tep/"):
        page = words(answer)
        assert "Quản trị Một cửa" in page and "Tài khoản cán bộ tạo" not in page


def test_readiness_asks_a_desk_apart_for_nothing_that_only_the_portal_knows(apart: None) -> None:
    every = Desk(*Power, name="Lê Toàn Quyền")
    page = words(every.get("/quan-tri/san-sang/"))
    assert "cần 2 cán bộ tiếp nhận" in page
    assert "cán bộ tạo tài khoản" not in page and "chưa xác thực hai bước" not in page


RESETS = "/quan-tri/dat-lai-xac-thuc/"
WHY = "Mất điện thoại ngày 12/5, đã đối chiếu thẻ căn cước."


@pytest.mark.urls("tests.web_office.desk_urls")
def test_two_administrators_have_an_officers_second_factor_started_anew(admin: Desk, apart: None) -> None:
    second, clerk = Desk(Power.GRANT, name="Võ Thứ Hai"), Desk(Power.RECEIVE_DOSSIER, name="Trần Thị Nhận")
    assert "Chưa có đề nghị nào" in words(admin.get(RESETS))
    short = admin.post(RESETS, {"officer": clerk.subject, "reason": "mất"})
    assert short.status_code == 422 and "ghi rõ lý do" in words(short)
    assert admin.post(RESETS, {"officer": admin.subject, "reason": WHY}).status_code == 422, "not offered"

    assert admin.post(RESETS, {"officer": clerk.subject, "reason": WHY})["Location"].endswith("?da=dat-lai")

    row = OfficerReset.objects.get()
    page = words(admin.get(RESETS))
    assert "Trần Thị Nhận" in page and "Rút đề nghị" in page and "Lê Quản Trị" in page
    assert admin.post(f"{RESETS}{row.public_id}/", {"act": "approve"}).status_code == 403
    done = second.post(f"{RESETS}{row.public_id}/", {"act": "approve"})
    assert done["Location"].endswith("?da=dat-lai-cong")
    assert "Đang báo cho Cổng" in words(second.get(done["Location"]))
    OfficerReset.objects.update(answered_at=timezone.now(), refused_code="factor_reset_people_refused")
    assert "chưa từng đăng ký chỉ cần đăng nhập" in words(second.get(RESETS))
    assert admin.post(f"{RESETS}{row.public_id}/", {"act": "decline"}).status_code == 409


@pytest.mark.urls("tests.web_office.desk_urls")
def test_whoever_may_not_grant_is_shown_nothing_of_it(apart: None) -> None:
    assert Desk(Power.RECEIVE_DOSSIER).get(RESETS).status_code == 403
