"""Tài khoản đủ 18 tuổi: the list, the screen that hands an account over, and what the owner sees afterwards."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from motcua.accounts.models import Account, AssistApplication, Guardianship
from motcua.kernel.authority import Power
from motcua.units.models import Unit
from motcua.vault import coming_to_own
from tests.accounts import flow, guards, people
from tests.protection.visitors import signed_in
from tests.vault import papers
from tests.vault.test_owners_come_of_age import agreed, lend, long_ago
from tests.web_office import operators, scans
from tests.web_office.desk import Desk, words

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/quan-tri/du-18-tuoi/"
TAKE = f"{LIST}nhan-tai-khoan/"
BEFORE = "/ca-nhan/truoc-khi-nhan/"
NEW = "Rieng.Cua-Con-2026!"


def here(desk: Desk, account: Account) -> None:
    """As recorded at this desk."""
    unit = Unit.objects.get(code=desk.unit_code)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_guardianship DISABLE TRIGGER guardianship_moves")
        cursor.execute(
            "UPDATE accounts_guardianship SET unit_id = %s, unit_code = %s WHERE account_id = %s",
            [unit.pk, unit.code, account.pk],
        )
        cursor.execute("ALTER TABLE accounts_guardianship ENABLE TRIGGER guardianship_moves")


def test_the_list_says_who_waits_and_what_to_do(desk: Desk) -> None:
    assert "Không có tài khoản nào sắp đủ hoặc đã đủ 18 tuổi" in words(desk.get(LIST))
    waits, soon = (
        guards.child(of_age_in=-2, name="Đỗ Văn Chờ Mẫu"),
        guards.child(of_age_in=9, name="Lý Thị Sắp"),
    )
    for person in (waits, soon):
        here(desk, guards.guarded(person))
    page = words(desk.get(LIST))
    assert (
        "Đủ 18 tuổi được 2 ngày, chưa nhận" in page
        and "Còn 9 ngày nữa đủ 18 tuổi" in page
        and "Giao tài khoản" in page
    )
    for person in (waits, soon):
        assert person.citizen_id.value not in page and person.phone.local not in page
        assert person.citizen_id.last3 in page and person.phone.masked in page
    assert "Văn Chờ" not in page  # inner words are masked
    only = words(desk.post(LIST, {"words": "ly thi", "shown": "SAP_DU", "sort": "-ten"}))
    assert "Còn 9 ngày" in only and "chưa nhận" not in only.split("Tình trạng", 2)[-1].split("Còn 9 ngày")[1]
    assert "Không có tài khoản nào phù hợp" in words(desk.post(LIST, {"words": "khong ai"}))
    assert desk.post(LIST, {"shown": "KHAC"}).status_code == 422


def test_who_may_not_is_told_so_and_who_only_grants_hands_nothing_over() -> None:
    receiver, manager = Desk(Power.RECEIVE_DOSSIER), Desk(Power.GRANT)
    assert receiver.get(LIST).status_code == 403
    page = words(manager.get(LIST))
    assert "Việc giao tài khoản do cán bộ được cấp quyền tạo tài khoản thực hiện" in page
    assert manager.get(TAKE).status_code == 403
    assert Client().get(LIST).status_code == 302


def test_the_list_costs_the_same_for_one_and_for_many(desk: Desk) -> None:
    here(desk, guards.guarded(guards.child(of_age_in=-2)))
    desk.get(LIST)
    with CaptureQueriesContext(connection) as few:
        desk.get(LIST)
    for _ in range(8):
        here(desk, guards.guarded(guards.child(of_age_in=-2)))
    with CaptureQueriesContext(connection) as many:
        desk.get(LIST)
    assert len(many) == len(few)


def typed(desk: Desk, person: people.PersonData, **more: Any) -> dict[str, Any]:
    return {
        "citizen_id": person.citizen_id.value,
        "full_name": person.full_name.value,
        "born_on": person.born_on.shown,
        "phone": person.phone.local,
        "reason": "OF_AGE",
        "unit": desk.unit_code,
        **more,
    }


def knows(person: people.PersonData) -> None:
    """The operator says that the phone is this person's."""
    operators.operator.enrol(
        person.phone, operator="Viettel", full_name=person.full_name.value, born_on=person.born_on.shown,
        citizen_ids=(person.citizen_id,),
    )  # fmt: skip


def handed_over(desk: Desk, person: people.PersonData) -> Any:
    answer = desk.post(TAKE, typed(desk, person, act="paper", scan=scans.pdf()))
    assert answer.status_code == 302, words(answer)
    at = answer["Location"].split("?")[0]
    flow.forget_budgets()
    knows(person)
    assert desk.post(at, typed(desk, person, act="send")).status_code == 302
    code = people.newest_code("otp_assist")
    answer = desk.post(at, typed(desk, person, act="create", code=code))
    assert answer.status_code == 302, words(answer)
    return desk.get(answer["Location"])


def test_an_account_is_handed_over_on_the_screen_and_the_owner_decides_what_stays(desk: Desk) -> None:
    person = guards.child(of_age_in=-1)
    account = guards.guarded(person)
    guards.born_on(account, guards.child(of_age_in=40).born_on)
    paper, consent = papers.kept(account), agreed(account)
    lend(account, paper, consent)
    guards.born_on(account, person.born_on)
    long_ago(account)
    person = guards.own_phone(person)
    done = words(handed_over(desk, person))
    assert "Đã giao tài khoản cho chủ tài khoản" in done and "chọn giữ hoặc rút từng sự đồng ý" in done

    browser = Client()
    flow.forget_budgets()
    answer = browser.post(
        "/kich-hoat/",
        {
            "number": person.citizen_id.value,
            "one_time": flow.one_time_password(),
            "born_on": person.born_on.shown,
            "password": NEW,
            "again": NEW,
        },
    )
    assert "Kích hoạt tài khoản thành công" in words(answer)
    account.refresh_from_db()
    assert account.status == Account.Status.ACTIVE
    flow.forget_budgets()
    browser = Client()
    answer = browser.post("/dang-nhap/", {"number": person.citizen_id.value, "password": NEW})
    assert "truoc-khi-nhan" in answer["Location"], words(answer)

    page = words(browser.get(BEFORE))
    assert "Chờ ông/bà quyết định" in page and "Giấy khai sinh" in page and "Tôi đã xem" in page
    answer = browser.post(f"{BEFORE}{consent.public_id}/giu/", {"tiep": "/ca-nhan/kho-du-lieu/"})
    assert answer.status_code == 302 and "tiep=%2Fca-nhan%2Fkho-du-lieu%2F" in answer["Location"]
    assert coming_to_own.how_many_asked(account) == 0
    assert "Ông/bà đồng ý" in words(browser.get(f"{BEFORE}?da=giu"))
    assert browser.post(f"{BEFORE}{consent.public_id}/rut/").status_code == 302
    assert "Đã hết hiệu lực" in words(browser.get(BEFORE))
    assert browser.post(BEFORE, {"tiep": "/ca-nhan/kho-du-lieu/"})["Location"] == "/ca-nhan/kho-du-lieu/"
    assert "Tôi đã xem" not in words(browser.get(BEFORE))
    assert "Nhận tài khoản khi đủ 18 tuổi" in words(browser.get("/ca-nhan/"))


def test_the_button_of_a_line_says_whose_account_and_fills_in_nothing(desk: Desk) -> None:
    person = guards.child(of_age_in=-4, name="Đỗ Văn Chờ Mẫu")
    account = guards.guarded(person)
    here(desk, account)
    line = Guardianship.objects.get(account=account).public_id
    assert f"{TAKE}?dong={line}" in desk.get(LIST).content.decode()
    answer = desk.get(f"{TAKE}?dong={line}")
    page = words(answer)
    assert "Giao tài khoản của Đỗ" in page and person.citizen_id.last3 in page
    assert "Văn Chờ" not in page and person.citizen_id.value not in answer.content.decode()
    assert "Lý do" not in page and "Thời gian lập" in page and "Thời gian tạo" not in page
    assert "sau 24 giờ" in page and f'href="{LIST}"' in answer.content.decode()
    again = desk.post(f"{TAKE}?dong={line}", typed(desk, person, act="save", full_name=""))
    assert again.status_code == 422 and "Giao tài khoản của Đỗ" in words(again)
    for nonsense in ("khong-co", "11111111-1111-4111-8111-111111111111"):
        assert "Giao tài khoản của" not in words(desk.get(f"{TAKE}?dong={nonsense}"))


def test_another_name_after_the_opening_is_refused_on_the_screen(desk: Desk) -> None:
    person = guards.child(of_age_in=-1, name="Hồ Thị Mười Tám")
    account = guards.guarded(person)
    own = guards.own_phone(person)
    at = desk.post(TAKE, typed(desk, own, act="paper", scan=scans.pdf()))["Location"].split("?")[0]
    for act in ("save", "paper", "send", "create"):
        flow.forget_budgets()
        answer = desk.post(at, typed(desk, own, act=act, full_name="Hồ Thị Mười Chín", code="123456"))
        assert answer.status_code == 422 and "không khớp với tài khoản" in words(answer), act
    assert not account.guardianships.exclude(settled_at=None).exists()


def test_no_code_goes_to_the_guardians_phone_without_a_word(desk: Desk) -> None:
    person = guards.child(of_age_in=-1)
    guards.guarded(person)
    at = desk.post(TAKE, typed(desk, person, act="paper", scan=scans.pdf()))["Location"].split("?")[0]
    answer = desk.post(at, typed(desk, person, act="send"))
    assert answer.status_code == 409 and "nên chưa gửi mã OTP" in words(answer)
    assert "Lý do xác nhận khác biệt" in words(answer)
    flow.forget_budgets()
    answer = desk.post(at, typed(desk, person, act="send", override_reason="Đã sang tên cho con"))
    assert answer.status_code == 302
    assert "Đã sang tên cho con" in words(desk.get(at))


def test_the_parent_reads_that_nothing_typed_is_wrong() -> None:
    person = guards.child(of_age_in=-1)
    guards.guarded(person)
    flow.forget_budgets()
    answer = Client().post("/dang-nhap/", {"number": person.citizen_id.value, "password": people.STRONG})
    page = words(answer)
    assert "Ông/bà chưa đăng nhập được" in page and "Chủ tài khoản đã đủ 18 tuổi" in page
    assert "Thông tin chưa hợp lệ" not in page
    flow.forget_budgets()
    answer = Client().post("/dang-nhap/", {"number": person.citizen_id.value, "password": "Khong.Phai-1!aaa"})
    assert "Thông tin chưa hợp lệ" in words(answer)


def test_the_screen_says_why_not(desk: Desk) -> None:
    young = guards.child(of_age_in=12)
    guards.guarded(young)
    answer = desk.post(TAKE, typed(desk, guards.own_phone(young), act="paper", scan=scans.pdf()))
    assert answer.status_code == 409 and "từ ngày đó mới làm thủ tục" in words(answer)
    assert not AssistApplication.objects.filter(status="draft").exists()
    alone = people.data()
    people.account(alone)
    answer = desk.post(TAKE, typed(desk, guards.own_phone(alone), act="paper", scan=scans.pdf()))
    assert answer.status_code == 409 and "không do cha, mẹ hoặc người giám hộ giữ" in words(answer)


def test_whose_phone_it_is_stands_on_the_form_of_a_new_account(desk: Desk) -> None:
    page = words(desk.get("/quan-tri/tai-khoan-cong-dan/them-moi/"))
    assert "Người dùng số này" in page and "Người giám hộ của công dân" in page
    assert "Người dùng số này" not in words(desk.get(TAKE))
    young = guards.child(of_age_in=300)
    given = typed(desk, young, act="save", reason="PHONE_MISMATCH")
    answer = desk.post("/quan-tri/tai-khoan-cong-dan/them-moi/", given)
    assert answer.status_code == 422 and "Đề nghị chọn người dùng số điện thoại này" in words(answer)
    grown_up = people.data()
    given = typed(desk, grown_up, act="save", held_by="PARENT", reason="PHONE_MISMATCH")
    answer = desk.post("/quan-tri/tai-khoan-cong-dan/them-moi/", given)
    assert answer.status_code == 422 and "Công dân đã đủ 18 tuổi" in words(answer)
    assert not Guardianship.objects.exists()


def test_nobody_elses_page_has_anything_to_show() -> None:
    person = people.data()
    people.account(person)
    browser = signed_in(person)
    assert "chưa từng do cha, mẹ" in words(browser.get(BEFORE))
    assert re.search("truoc-khi-nhan", words(browser.get("/ca-nhan/"))) is None
