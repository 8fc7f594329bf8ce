"""“Cán bộ”: found, added, granted, revoked, confirmed and stopped; never oneself, never beyond the own units."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from motcua.accounts.models import LookUp
from motcua.kernel.authority import Power
from motcua.units.models import GrantRequest, Officer, Post
from tests.accounts import people
from tests.web_office.desk import Desk, unit, words

LIST = "/quan-tri/can-bo/"
REQUESTS = LIST + "de-nghi/"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def admin() -> Desk:
    return Desk(Power.GRANT, name="Lê Quản Trị")


def page_of(desk: Desk) -> str:
    return f"{LIST}{Officer.objects.get(subject=desk.subject).pk}/"


def given(*powers: Power, **more: object) -> dict[str, object]:
    return {
        "unit": "so-mau",
        "powers": [power.value for power in powers],
        "valid_from": f"{timezone.localdate():%d/%m/%Y}",
        "reason": "Quyết định phân công",
        **more,
    }


def test_a_citizen_becomes_an_officer_and_sees_who_asked(admin: Desk) -> None:
    person = people.data(name="Trần Thị Mới")
    people.account(person)
    sent = admin.post(LIST + "them-moi/", given(Power.RECEIVE_DOSSIER, number=person.citizen_id.value))
    assert sent.status_code == 302 and sent["Location"].endswith("?da=quyen-cap")
    page = words(admin.get(sent["Location"]))
    assert "Trần Thị Mới" in page and "Tiếp nhận hồ sơ" in page and "Đang giữ" in page
    assert LookUp.objects.filter(purpose="cap-quyen-can-bo", asked_by=admin.subject).count() == 1
    again = admin.post(LIST + "them-moi/", given(Power.SIGN, number=person.citizen_id.value))
    assert again.status_code == 409 and "đã có vị trí tại đơn vị" in words(again)
    assert Officer.objects.filter(full_name="Trần Thị Mới").count() == 1


def test_who_waits_for_a_second_administrator_does_not_work_here_yet(admin: Desk) -> None:
    person = people.data(name="Trần Thị Chờ")
    people.account(person)
    sent = admin.post(LIST + "them-moi/", given(Power.EXPORT, number=person.citizen_id.value))
    assert sent["Location"].endswith("?da=quyen-cho"), words(sent)
    page = words(admin.get(sent["Location"]))
    assert "Tình trạng Chờ duyệt" in page and "Đang làm việc" not in page


def test_a_stranger_to_the_portal_and_oneself_are_refused(admin: Desk) -> None:
    nobody = admin.post(LIST + "them-moi/", given(Power.SIGN, number=people.data().citizen_id.value))
    assert nobody.status_code == 422 and "chưa có tài khoản đang dùng được" in words(nobody)
    mine = admin.post(LIST + "them-moi/", given(Power.SIGN, number=admin.person.citizen_id.value))
    assert mine.status_code == 403 and "không được tự cấp" in words(mine)
    assert admin.post(page_of(admin), given(Power.SIGN, act="grant")).status_code == 403


def test_nobody_becomes_an_officer_by_a_post_that_was_refused(admin: Desk) -> None:
    person = people.data(name="Hồ Chưa Nhận")
    people.account(person)
    wrong = given(Power.SIGN, number=person.citizen_id.value, valid_from="02/02/2026", valid_to="01/01/2026")
    answer = admin.post(LIST + "them-moi/", wrong)
    assert answer.status_code == 422 and "Ngày kết thúc phải từ ngày bắt đầu" in words(answer)
    assert not Officer.objects.filter(full_name="Hồ Chưa Nhận").exists()
    assert LookUp.objects.filter(purpose="cap-quyen-can-bo").count() == 1, (
        "the question was asked all the same"
    )


def test_a_privileged_right_waits_for_a_second_administrator(admin: Desk) -> None:
    second, clerk = (
        Desk(Power.GRANT, name="Võ Thứ Hai"),
        Desk(Power.RECEIVE_DOSSIER, at="truong", parent="so-mau"),
    )
    wanted = given(Power.EXPORT, unit="truong", act="grant", replacing="on")
    assert admin.post(page_of(clerk), wanted)["Location"].endswith("?da=quyen-cho")
    row = GrantRequest.objects.get().pk
    assert "Rút đề nghị" in words(admin.get(REQUESTS)) and "Duyệt cho" not in words(admin.get(REQUESTS))
    assert admin.post(REQUESTS, {"act": "approve", "row": row}).status_code == 403
    assert "Duyệt cho Phạm Văn Cán" in words(second.get(REQUESTS))
    assert second.post(REQUESTS, {"act": "approve", "row": row})["Location"] == REQUESTS + "?da=quyen-duyet"
    assert "Kết xuất danh sách" in words(admin.get(page_of(clerk)))
    late = second.post(REQUESTS, {"act": "approve", "row": row})
    assert late.status_code == 409 and "tải lại danh sách" in words(late)


def test_who_does_not_agree_to_a_right_says_why_and_whoever_asked_reads_it(admin: Desk) -> None:
    second = Desk(Power.GRANT, name="Võ Thứ Hai")
    clerk = Desk(Power.RECEIVE_DOSSIER, at="truong", parent="so-mau")
    admin.post(page_of(clerk), given(Power.EXPORT, unit="truong", act="grant", replacing="on"))
    row = GrantRequest.objects.get().pk
    without = second.post(REQUESTS, {"act": "decline", "row": row, "reason": " "})
    assert without.status_code == 422 and "ghi lý do không duyệt" in words(without)
    assert f'href="#dn-{row}-reason"' in without.content.decode()
    declined = second.post(REQUESTS, {"act": "decline", "row": row, "reason": "Đã đủ người\r\nkết xuất."})
    assert declined["Location"] == REQUESTS + "?da=quyen-thoi"
    page = words(admin.get(REQUESTS))
    assert "Không duyệt trong 30 ngày qua" in page and "Lý do không duyệt Đã đủ người kết xuất." in page
    assert "Đã đủ người" not in words(Desk(Power.GRANT, at="so-khac").get(REQUESTS))


def test_whoever_asked_takes_it_back_without_a_reason(admin: Desk) -> None:
    clerk = Desk(Power.RECEIVE_DOSSIER, at="truong", parent="so-mau")
    admin.post(page_of(clerk), given(Power.EXPORT, unit="truong", act="grant", replacing="on"))
    taken = admin.post(REQUESTS, {"act": "decline", "row": GrantRequest.objects.get().pk})
    assert taken["Location"] == REQUESTS + "?da=quyen-thoi"
    assert "30 ngày" not in words(admin.get(REQUESTS))


def test_a_revoked_right_and_a_stopped_officer_are_out_with_the_next_click(admin: Desk) -> None:
    clerk = Desk(Power.INSPECT, Power.RECEIVE_DOSSIER)
    assert clerk.get("/quan-tri/nhat-ky/").status_code == 200
    post = Post.objects.get(grantee_subject=clerk.subject).pk
    short = admin.post(page_of(clerk), {"act": "revoke", "row": post, "reason": "x"})
    assert short.status_code == 422 and "ít nhất 05 ký tự" in words(short)
    assert (
        admin.post(page_of(clerk), {"act": "revoke", "row": post, "reason": "Chuyển công tác"}).status_code
        == 302
    )
    assert clerk.get("/quan-tri/nhat-ky/").status_code == 403
    assert "Chuyển công tác" in words(admin.get(page_of(clerk)))

    other = Desk(Power.INSPECT, name="Đỗ Nghỉ Hưu")
    stopped = admin.post(page_of(other), {"act": "stop", "reason": "Nghỉ hưu từ hôm nay"})
    assert stopped["Location"].endswith("?da=can-bo-thoi")
    assert other.get("/quan-tri/nhat-ky/").status_code in {302, 403}
    assert "Đã thôi làm việc" in words(admin.get(page_of(other)))


def test_posts_are_confirmed_from_the_list_and_the_page(admin: Desk) -> None:
    clerk = Desk(Power.SIGN, name="Bùi Chờ Xác Nhận")
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE units_post SET granted_at = %s", [timezone.now() - timedelta(days=350)])
        cursor.execute("SET session_replication_role = origin")
    page = LIST + "xac-nhan-lai/"
    assert "Bùi Chờ Xác Nhận" in words(admin.get(page)) and "Người khác xác nhận" in words(admin.get(page))
    row = Post.objects.get(grantee_subject=clerk.subject).pk
    assert admin.post(page, {"row": row})["Location"] == page + "?da=vi-tri-xac-nhan"
    assert "Bùi Chờ Xác Nhận" not in words(admin.get(page))
    assert admin.post(page_of(clerk), {"act": "confirm", "row": row}).status_code == 302
    assert "Xác nhận lại" in words(admin.get(page_of(clerk)))
    own = Post.objects.get(grantee_subject=admin.subject).pk
    assert admin.post(page, {"row": own}).status_code == 403
    assert admin.post(page, {"row": "x"}).status_code == 404


def searched(desk: Desk, **typed: str) -> str:
    """The list, without the name of who looks."""
    page = words(desk.get(desk.post(LIST, typed)["Location"]))
    return page[page.index("Các quyền") :]


def test_officers_are_found_by_name_unit_and_right_and_turned_over(admin: Desk) -> None:
    Desk(Power.SIGN, name="Đặng Ký Tên", at="truong", parent="so-mau")
    assert "Đặng Ký Tên" in searched(admin, words="dang ky") and "Lê Quản Trị" not in searched(
        admin, words="dang ky"
    )
    assert "Đặng Ký Tên" in searched(admin, unit="truong") and "Đặng Ký Tên" not in searched(
        admin, power="GRANT"
    )
    assert "Không có cán bộ nào phù hợp" in searched(admin, words="không ai")
    with CaptureQueriesContext(connection) as few:
        admin.get(LIST)
    for number in range(31):
        Desk(Power.SIGN, name=f"Nguyễn Văn {'ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFG'[number]}")
    admin.get(LIST)  # the session is kept alive every few seconds: one statement that is not the page's
    with CaptureQueriesContext(connection) as many:
        page = admin.get(LIST)
    assert len(few) == len(many) and 'rel="next"' in page.content.decode()
    assert "Trang 2" in words(admin.get(LIST + "?trang=2"))
    for wrong in ("?trang=x", "?tim=x", "?xep=x", "?trang=0"):
        assert admin.get(LIST + wrong).status_code == 200


def test_no_page_opens_for_another_unit_or_another_right(admin: Desk) -> None:
    clerk = Desk(Power.SIGN)
    stranger, inspector = Desk(Power.GRANT, at="so-khac"), Desk(Power.INSPECT)
    assert stranger.get(page_of(clerk)).status_code == 404
    assert stranger.post(page_of(clerk), given(Power.SIGN, act="grant")).status_code == 404
    assert stranger.post(LIST, {"unit": "so-mau"}).status_code == 422
    for address in (
        LIST,
        LIST + "them-moi/",
        REQUESTS,
        LIST + "xac-nhan-lai/",
        LIST + "quyen/",
        page_of(clerk),
    ):
        assert inspector.get(address).status_code == 403
    unit("truong", "so-mau")
    outside = admin.post(page_of(clerk), given(Power.SIGN, act="grant", unit="so-khac"))
    assert outside.status_code == 422


def test_each_right_is_told_in_words(admin: Desk) -> None:
    page = words(admin.get(LIST + "quyen/"))
    assert "Đọc nhật ký, hồ sơ của đơn vị" in page and "Cần người thứ hai duyệt" in page
