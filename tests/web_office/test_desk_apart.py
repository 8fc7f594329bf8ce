"""The administration of a desk whose accounts are elsewhere: whom it asks, what it is told, what it has of its own."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import get_resolver
from django.utils import timezone

from motcua.accounts.models import LookUp
from motcua.desk import notices, standing_reading
from motcua.desk import standing as telling
from motcua.desk.feed import SETTLED
from motcua.desk.notices import Item
from motcua.desk.officer_reset_tables import OfficerReset
from motcua.desk.ports import PortalUnavailable
from motcua.desk.ports_standing import StandingRefused
from motcua.journal.models import Event
from motcua.kernel.authority import Power
from motcua.signin.clients import AudienceTaken
from motcua.signin.models import Registration
from motcua.units import granting, posts
from motcua.units.models import GrantRequest, Officer
from motcua.web import outside
from motcua.web.office.systems_forms import New
from tests.accounts import people
from tests.desk import lives
from tests.desk import town as building
from tests.desk.fake_portal import FakePortal
from tests.desk.lives import House
from tests.signin import systems
from tests.signin.systems import key_set
from tests.web_office.desk import Desk, words

STAFF, JOURNAL = "/quan-tri/can-bo/", "/quan-tri/nhat-ky/"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def apart(settings: Any) -> Iterator[None]:
    """As far as pages look at it: accounts are asked for at the desk's port only."""
    get_resolver()._populate()  # under both systems, as the other tests of this process need them
    settings.HOSTS_PORTAL = False
    settings.OFFICER_SECOND_FACTOR = False
    kept = outside.account_registry
    kept.cache_clear()
    yield
    kept.cache_clear()


@pytest.fixture
def house(transactional_db: None, tmp_path: Path) -> House:
    return lives.house(building.town(tmp_path))


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
        "birth_year": str(person.born_on.on.year),
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


def test_a_number_that_does_not_fit_the_year_on_the_card_takes_nobody_on(admin: Desk, apart: None) -> None:
    """A slip in the first digits is found by the year on the card, before anybody is asked about."""
    person = people.data(name="Trần Thị Mới")
    people.account(person)
    for more, said in (
        ({"birth_year": "1991"}, "Năm sinh không khớp với số định danh"),
        ({"number": "052000999"}, "Số CMND 9 chữ số không thể hiện năm sinh"),
        ({"birth_year": ""}, "Năm sinh"),
    ):
        sent = admin.post(STAFF + "them-moi/", wanted(person, **more))
        assert sent.status_code == 422 and said in words(sent)
    assert not Event.objects.filter(event="desk.person.asked").exists(), "nobody was asked about"
    assert not Officer.objects.filter(full_name="Trần Thị Mới").exists()


def test_an_account_that_carries_another_number_is_not_taken_for_the_one_typed(
    admin: Desk, apart: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = people.data(name="Trần Thị Mới")
    other = f"{(int(person.citizen_id.value[-3:]) + 1) % 1000:03d}"
    portal = FakePortal()
    portal.enrol(person.citizen_id.value, person.full_name.value)
    asked = portal.check

    def of_another(**question: Any) -> Any:
        return replace(asked(**question), last3=other)

    monkeypatch.setattr(portal, "check", of_another)
    monkeypatch.setattr(outside, "account_registry", lambda: portal)
    sent = admin.post(STAFF + "them-moi/", wanted(person))
    assert sent.status_code == 422 and f"kết thúc bằng {other}" in words(sent)


def test_a_right_that_does_nothing_here_is_neither_offered_nor_granted(admin: Desk, apart: None) -> None:
    page = words(admin.get(STAFF + "them-moi/"))
    assert "Tiếp nhận hồ sơ" in page and "Tạo tài khoản cho công dân" not in page
    person = people.data(name="Trần Thị Mới")
    people.account(person)
    both = [Power.RECEIVE_DOSSIER.value, Power.OPEN_ACCOUNT.value]
    assert admin.post(STAFF + "them-moi/", {**wanted(person), "powers": both}).status_code == 422
    worker = Desk(Power.RECEIVE_DOSSIER, Power.OPEN_ACCOUNT, name="Vũ Văn Cũ")
    listed = words(admin.get(STAFF))
    assert "Tạo tài khoản công dân (không có tác dụng tại đây)" in listed
    authority = posts.authority_of(admin.subject, on=timezone.localdate())
    with pytest.raises(granting.RightWithoutEffect) as no:
        granting.grant(
            authority=authority,
            officer_id=Officer.objects.get(subject=worker.subject).pk,
            unit_code="so-mau",
            powers=[Power.OPEN_ACCOUNT],
            valid_from=timezone.localdate(),
            replacing=True,
            on=timezone.localdate(),
        )
    assert "Tạo tài khoản công dân" in no.value.text


@pytest.mark.urls("tests.web_office.desk_urls")
def test_who_looks_after_the_desks_links_is_appointed_there_too(admin: Desk, apart: None) -> None:
    assert f'value="{Power.CONNECT_SYSTEMS.value}"' in admin.get(STAFF + "them-moi/").content.decode()
    keeper = Desk(Power.CONNECT_SYSTEMS, name="Vũ Văn Nối")
    for address in ("/quan-tri/doi-soat/", "/quan-tri/dong-bo/"):
        assert keeper.get(address).status_code == 200
    assert "không có tác dụng" not in words(admin.get(STAFF))
    asked = granting.grant(
        authority=posts.authority_of(admin.subject, on=timezone.localdate()),
        officer_id=Officer.objects.get(subject=keeper.subject).pk,
        unit_code="so-mau",
        powers=[Power.CONNECT_SYSTEMS],
        valid_from=timezone.localdate(),
        replacing=True,
        on=timezone.localdate(),
    )
    assert isinstance(asked, GrantRequest)


def test_where_accounts_are_the_right_is_granted_as_ever(admin: Desk) -> None:
    assert granting.without_effect() == frozenset()
    assert "Tạo tài khoản cho công dân" in words(admin.get(STAFF + "them-moi/"))


class Portal:
    """The other side of the telling: takes, is silent, or takes one of them not."""

    def __init__(self) -> None:
        self.silent = False
        self.told: list[str] = []

    def tell_dossiers(self, rows: Any) -> None:
        if self.silent:
            raise PortalUnavailable
        if any(row.state == "SUPPLEMENT" for row in rows):
            raise StandingRefused("request_invalid")
        self.told += [row.code for row in rows]


def test_the_page_of_health_says_what_the_portal_has_not_heard_of(
    apart: None, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "SETTLED", "true")
    monkeypatch.setattr(telling, "_NEXT", telling._NEXT.replace(SETTLED, "true"))
    boss = Desk(Power.GRANT, name="Lê Quản Trị", at="so-gddt")
    portal = Portal()
    one = house.received()
    portal.silent = True
    assert telling.tell_due(portal) == 0
    page = words(boss.get("/quan-tri/tinh-trang/"))
    assert "Cổng chưa phản hồi" in page and "của 1 hồ sơ" in page and "Chưa có" in page
    portal.silent = False
    assert telling.tell_due(portal) == 1 and portal.told == [one.code]
    owed = standing_reading.owed()
    assert (owed.lines, owed.refused, owed.stuck) == (0, 0, False) and owed.told_at is not None
    assert "Đã báo hết" in words(boss.get("/quan-tri/tinh-trang/"))
    two = house.on_the_desk_of_the_specialist()
    notices.ask_supplement(
        authority=house.specialist,
        dossier_id=two.public_id,
        items=[Item("Đơn đề nghị", "Thiếu chữ ký")],
        reason="Đơn chưa ký tên",
        answer_by=None,
        now=timezone.now(),
    )
    telling.tell_due(portal)
    owed = standing_reading.owed()
    assert (owed.lines, owed.refused, owed.refused_code) == (0, 1, "request_invalid")
    assert "request_invalid" in words(boss.get("/quan-tri/tinh-trang/"))


def test_where_both_systems_are_nothing_is_told_and_nothing_is_said_of_it(admin: Desk) -> None:
    assert "Báo tình trạng hồ sơ cho Cổng" not in words(admin.get("/quan-tri/tinh-trang/"))


SYSTEMS = "/quan-tri/ket-noi/"


def test_a_desk_apart_offers_a_system_what_is_the_desks(apart: None) -> None:
    officer = Desk(Power.CONNECT_SYSTEMS)
    page = officer.get(f"{SYSTEMS}them-moi/").content.decode()

    offered = set(re.findall(r'name="scopes" value="([a-z.]+)"', page))
    assert offered == {"dossier.events", "catalogue.read", "catalogue.write"}
    assert 'name="audience"' not in page
    assert SYSTEMS in officer.get("/quan-tri/").content.decode()


def typed(**more: object) -> dict[str, object]:
    return {
        "name": "Báo điện tử tỉnh",
        "client_id": "bao-dien-tu",
        "purpose": "Hiển thị danh mục thủ tục.",
        "scopes": ["catalogue.read"],
        "jwks": key_set(),
        "addresses": "203.0.113.7",
        "per_minute": "60",
        "per_day": "1000",
        "contact_office": "Tòa soạn",
        "contact_email": "truc@example.vn",
        "expires_on": f"{timezone.localdate() + timedelta(days=30):%d/%m/%Y}",
        **more,
    }


def test_a_system_of_a_desk_apart_acts_for_itself_and_signs_nobody_in(apart: None) -> None:
    officer = Desk(Power.CONNECT_SYSTEMS)
    refused = officer.post(f"{SYSTEMS}them-moi/", typed(scopes=["account.check"]))
    answer = officer.post(f"{SYSTEMS}them-moi/", typed())

    assert refused.status_code == 422 and not Registration.objects.filter(scopes=["account.check"]).exists()
    assert answer.status_code == 302, words(answer)
    page = officer.get(answer["Location"]).content.decode()
    assert "Chờ cán bộ khác duyệt." in page and "Lấy danh mục đơn vị và thủ tục" in page
    assert "Đăng nhập qua Cổng" not in page and "Mã bộ phận một cửa" not in page
    assert Registration.objects.get().audience == "bao-dien-tu"


def test_the_desks_own_id_is_no_systems_and_the_page_says_so_beside_it(apart: None, settings: Any) -> None:
    officer = Desk(Power.CONNECT_SYSTEMS)
    answer = officer.post(f"{SYSTEMS}them-moi/", typed(client_id=settings.DESK_ID))

    assert answer.status_code == 409 and "mã của chính hệ thống một cửa tại đây" in words(answer)
    assert 'id="id_client_id_error"' in answer.content.decode()
    assert not Registration.objects.exists()


def test_a_refusal_about_a_box_that_is_not_shown_is_said_on_top(apart: None) -> None:
    """A rule may speak of what a desk apart does not ask for."""
    form = New(typed())
    assert form.is_valid() and "audience" not in form.fields
    form.refuse(AudienceTaken(), "audience")
    assert form.non_field_errors() == [AudienceTaken().text]


def test_the_list_and_a_systems_page_speak_of_this_desk(apart: None, settings: Any) -> None:
    officer = Desk(Power.CONNECT_SYSTEMS)
    listing = officer.get(SYSTEMS)
    assert "được gọi vào hệ thống một cửa này" in words(listing)
    assert 'value="UNBOUND"' not in listing.content.decode()

    second = systems.connector(officer.unit_code)
    client, _ = systems.connected(officer.authority, second, scopes=("catalogue.read",))
    systems.let_in(client, "catalogue.read")
    page = officer.get(f"{SYSTEMS}{client.public_id}/")
    assert "Bị từ chối" in words(page) and "Số mồi" not in words(page) and "Không tìm thấy" not in words(page)
    settings.HOSTS_PORTAL = True
    assert "Số mồi" in words(officer.get(f"{SYSTEMS}{client.public_id}/"))
    assert 'value="UNBOUND"' in officer.get(SYSTEMS).content.decode()
