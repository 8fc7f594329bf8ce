"""“Hệ thống kết nối”: asked by one officer, agreed by another, stopped by either."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from motcua.kernel.authority import Power
from motcua.signin import clients
from motcua.signin.models import Client, Registration
from tests.signin.systems import jwk, key_set, wanted
from tests.web_office.desk import Desk, words

LIST = "/quan-tri/ket-noi/"
NEW = LIST + "them-moi/"
pytestmark = pytest.mark.django_db(transaction=True)


def given(**more: object) -> dict[str, object]:
    until = timezone.localdate() + timedelta(days=300)
    return {
        "name": "Một cửa điện tử tỉnh Mẫu",
        "client_id": "mot-cua-mau",
        "purpose": "Kiểm tra tài khoản theo Công văn 12.",
        "scopes": ["account.check"],
        "jwks": key_set(jwk("khoa-1")),
        "addresses": "203.0.113.0/24",
        "per_minute": "300",
        "per_day": "20000",
        "contact_office": "Trung tâm CNTT",
        "contact_email": "truc@example.gov.vn",
        "expires_on": f"{until:%d/%m/%Y}",
        **more,
    }


def page_of(client: Client) -> str:
    return f"{LIST}{client.public_id}/"


def test_from_the_empty_list_to_a_connection_and_its_end() -> None:
    one, two = Desk(Power.CONNECT_SYSTEMS), Desk(Power.CONNECT_SYSTEMS)
    assert "Chưa có hệ thống nào được đăng ký" in words(one.get(LIST))
    sent = one.post(NEW, given())
    client, row = Client.objects.get(), Registration.objects.get()
    page = page_of(client)
    assert sent["Location"] == f"{page}?da=ket-noi"
    mine, theirs = words(one.get(page)), words(two.get(page))
    assert "Rút đăng ký" in mine and "Không duyệt" not in mine
    assert "Không duyệt" in theirs and "khoa-1" in theirs and "203.0.113.0/24" in theirs

    deciding = {"act": "approve", "registration": str(row.public_id)}
    assert one.post(page, deciding).status_code == 403
    assert two.post(page, deciding)["Location"] == f"{page}?da=ket-noi-duyet"
    assert "Đang kết nối" in words(one.get(LIST))
    late = two.post(page, deciding)
    assert late.status_code == 409 and "tải lại trang" in words(late)

    short = two.post(page, {"act": "stop", "reason": "a"})
    assert short.status_code == 422 and "ít nhất 05 ký tự" in words(short)
    assert two.post(page, {"act": "stop", "reason": "Khóa bị lộ"})["Location"] == f"{page}?da=ket-noi-ngung"
    stopped = words(one.get(page))
    assert "Không kết nối" in stopped and "Khóa bị lộ" in stopped and "Đăng ký lại" in stopped


def test_the_list_says_who_may_still_show_tokens_without_a_key_and_until_when() -> None:
    one, two = Desk(Power.CONNECT_SYSTEMS), Desk(Power.CONNECT_SYSTEMS)
    one.post(NEW, given())
    row = Registration.objects.get()
    two.post(page_of(row.client), {"act": "approve", "registration": str(row.public_id)})
    assert "không gắn khóa dùng được" not in words(one.get(LIST))
    assert "Không có hệ thống nào phù hợp" in words(one.get(f"{LIST}?tt=UNBOUND"))
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        Registration.objects.update(bearer_until=row.expires_on)
        cursor.execute("SET session_replication_role = origin")

    said = words(one.get(f"{LIST}?tt=UNBOUND"))
    assert f"Thẻ không gắn khóa dùng được đến hết ngày {row.expires_on:%d/%m/%Y}" in said


def test_a_change_is_filled_in_with_what_is_agreed_and_waits() -> None:
    one, two = Desk(Power.CONNECT_SYSTEMS), Desk(Power.CONNECT_SYSTEMS)
    one.post(NEW, given())
    page = page_of(Client.objects.get())
    two.post(page, {"act": "approve", "registration": str(Registration.objects.get().public_id)})
    form = one.get(page + "dang-ky-lai/")
    assert form.status_code == 200 and "khoa-1" in words(form) and "203.0.113.0/24" in words(form)
    assert one.post(page + "dang-ky-lai/", given(per_minute="9"))["Location"] == f"{page}?da=ket-noi"
    assert "Có thay đổi chờ duyệt" in words(one.get(LIST))
    again = one.post(page + "dang-ky-lai/", given())
    assert again.status_code == 409 and "đang có một đăng ký chờ duyệt" in words(again)
    declined = {"act": "decline", "registration": str(Registration.objects.latest("id").public_id)}
    no_reason = two.post(page, declined)
    assert no_reason.status_code == 422 and "ghi rõ lý do" in words(no_reason)
    assert two.post(page, {**declined, "reason": "Chưa có văn bản"})["Location"] == f"{page}?da=ket-noi-thoi"
    assert "Đang kết nối" in words(one.get(LIST))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"client_id": "Mot Cua"}, "Mã hệ thống gồm 3 đến 40"),
        ({"jwks": "{}"}, "Bộ khóa không dùng được"),
        ({"jwks": key_set({**jwk(), "d": "x"})}, "khóa bí mật"),
        ({"addresses": "0.0.0.0/0"}, "không rộng quá /20"),
        ({"expires_on": "01/01/2020"}, "không quá hai năm"),
        ({"per_minute": "0"}, "1"),
        ({"scopes": []}, "Phạm vi"),
        ({"contact_email": "x"}, "email không đúng"),
        ({"purpose": ""}, "Mục đích"),
        ({"name": "a\u202eb"}, "ký tự ẩn"),
    ],
)
def test_what_is_wrong_is_said_at_its_box_and_nothing_is_kept(more: dict[str, object], said: str) -> None:
    answer = Desk(Power.CONNECT_SYSTEMS).post(NEW, given(**more))
    assert answer.status_code == 422 and said in words(answer)
    assert Client.objects.count() == 0


def test_a_name_that_is_taken_is_said() -> None:
    desk = Desk(Power.CONNECT_SYSTEMS)
    desk.post(NEW, given())
    answer = desk.post(NEW, given())
    assert answer.status_code == 409 and "Mã hệ thống này đã có" in words(answer)


def test_it_is_found_by_words_and_state_and_turned_over() -> None:
    desk = Desk(Power.CONNECT_SYSTEMS)
    for number in range(21):
        desk.post(NEW, given(client_id=f"he-thong-{number}"))
    with CaptureQueriesContext(connection) as first:
        assert "Trang 1" in words(desk.get(LIST))
    assert "Trang 2" in words(desk.get(LIST + "?trang=2"))
    found = words(desk.get(LIST + "?q=mot+cua+dien+tu+-20&tt=WAITING&xep=NEWEST"))
    assert "he-thong-20" in found and "he-thong-19" not in found
    with CaptureQueriesContext(connection) as few:
        assert "Không có hệ thống nào phù hợp" in words(desk.get(LIST + "?tt=LIVE"))
    assert len(first) == len(few)
    for wrong in ("?tt=x", "?xep=x", "?trang=0", "?trang=99999", "?q=" + "a" * 300):
        assert desk.get(LIST + wrong).status_code == 200


def test_another_unit_and_another_right_find_nothing() -> None:
    desk = Desk(Power.CONNECT_SYSTEMS)
    desk.post(NEW, given())
    page = page_of(Client.objects.get())
    stranger = Desk(Power.CONNECT_SYSTEMS, at="so-khac")
    assert "Chưa có hệ thống nào" in words(stranger.get(LIST))
    for address in (page, page + "dang-ky-lai/"):
        assert stranger.get(address).status_code == 404
        assert stranger.post(address, given()).status_code == 404
        assert Desk(Power.GRANT).get(address).status_code == 403
    assert desk.post(page, {"act": "approve", "registration": "x"}).status_code == 404
    assert desk.post(page, {"act": "x"}).status_code == 404


def test_a_page_with_a_long_history_costs_as_much_as_with_a_short_one() -> None:
    desk = Desk(Power.CONNECT_SYSTEMS)
    desk.post(NEW, given())
    client = Client.objects.get()
    counted = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            desk.get(page_of(client))
        counted.append(len(queries))
        for _ in range(3):
            waiting = client.registrations.get(decision="WAITING")
            clients.decline(authority=desk.authority, registration=waiting.public_id, reason="")
            clients.ask_again(authority=desk.authority, client=client.public_id, wanted=wanted())
    assert counted[0] == counted[1]
