"""Hồ sơ: the list, its search and pages, one dossier; the number of questions to the database stays the same."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from motcua.desk.models import Dossier
from motcua.kernel.authority import Power
from motcua.units import posts
from motcua.units.models import Officer, Unit
from tests.web_counter.conftest import NAME, OWNER, TWO_WAYS, Desk, a_unit, owner, text_of
from tests.web_counter.papers import a_pdf


def copies(count: int) -> None:
    """So many more dossiers like the first, an hour apart, written past the rules that guard their making."""
    first = Dossier.objects.get(code__endswith="-0001")
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for nth in range(2, count + 2):
            copy = Dossier.objects.get(pk=first.pk)
            copy.pk, copy._state.adding = None, True
            copy.public_id, copy.idempotency_key = uuid.uuid4(), uuid.uuid4()
            copy.code = f"{str(first.code)[:-4]}{nth:04d}"
            copy.account_check_id = None
            copy.owner_subject, copy.unchecked = "", True
            copy.arrived_at = first.arrived_at - timedelta(hours=nth)
            copy.save(force_insert=True)
        cursor.execute("SET session_replication_role = origin")


def asked_of(desk: Desk, address: str, **typed: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        answer = desk.client.post(address, typed) if typed else desk.client.get(address)
    assert answer.status_code == 200
    return len(seen)


def test_the_list_asks_as_much_for_one_row_as_for_twenty(desk: Desk) -> None:
    desk.received()
    desk.client.get("/mot-cua/ho-so/")
    one = asked_of(desk, "/mot-cua/ho-so/")
    copies(19)
    assert asked_of(desk, "/mot-cua/ho-so/") == one
    assert one <= 8


def test_pages_go_on_and_back_and_lose_no_dossier(desk: Desk) -> None:
    desk.received()
    copies(44)
    seen: list[str] = []
    trail, trails = "", []
    for _ in range(4):
        answer = desk.client.post("/mot-cua/ho-so/", {"trang": trail})
        trails.append(trail)
        seen += [str(row.code) for row, _ in answer.context["rows"]]
        if not answer.context["onward"]:
            break
        trail = answer.context["onward"]
    assert len(seen) == 45 and len(set(seen)) == 45
    assert answer.context["back"] == trails[-2]
    assert desk.client.post("/mot-cua/ho-so/", {"trang": "rac~rac"}).status_code == 400


@pytest.mark.parametrize(
    ("typed", "hits"),
    [
        ({"name": "nguyen thi bich mau"}, 1),
        ({"name": "Le Van Khac"}, 0),
        ({"number": OWNER}, 1),
        ({"number": "052190000998"}, 0),
        ({"procedure": "2.002479"}, 1),
        ({"procedure": TWO_WAYS}, 0),
        ({"state": "RECEIVED"}, 1),
        ({"state": "DONE"}, 0),
        ({"mine": "on"}, 1),
        ({"code": "-0001"}, 1),
        ({"until": "01/01/2020"}, 0),
    ],
)
def test_the_search_finds_by_each_criterion(desk: Desk, typed: dict[str, str], hits: int) -> None:
    desk.received()
    answer = desk.client.post("/mot-cua/ho-so/", typed)
    assert answer.status_code == 200
    assert len(answer.context["rows"]) == hits
    if not hits:
        assert "Không tìm thấy hồ sơ thỏa mãn các tiêu chí trên" in text_of(answer)


def test_a_wrong_criterion_is_said_beside_its_box(desk: Desk) -> None:
    answer = desk.client.post("/mot-cua/ho-so/", {"number": "12", "since": "32/13/2020"})
    assert answer.status_code == 422
    assert 'id="id_number_error"' in answer.content.decode()


def test_lists_and_pages_mask_the_number(desk: Desk) -> None:
    desk.received(phone="0900000099")
    dossier = Dossier.objects.get()
    for address in ("/mot-cua/ho-so/", f"/mot-cua/ho-so/{dossier.public_id}/"):
        body = desk.client.get(address).content.decode()
        assert OWNER not in body and "*********001" in body
        assert NAME in body
    assert "0900000099" not in desk.client.get("/mot-cua/ho-so/").content.decode()


def test_a_dossier_of_another_unit_is_not_there(desk: Desk) -> None:
    desk.received()
    dossier = Dossier.objects.get()
    elsewhere = desk.officer(unit=a_unit("phong-gddt", "000.05.31.H08"))
    for address in ("", "da-tiep-nhan/", "giay-tiep-nhan.pdf"):
        assert elsewhere.get(f"/mot-cua/ho-so/{dossier.public_id}/{address}").status_code == 404
    assert NAME not in elsewhere.get("/mot-cua/ho-so/").content.decode()
    again = f"/mot-cua/no-xac-thuc/{dossier.public_id}/kiem-tra-lai/"
    assert elsewhere.post(again).status_code == 404


def test_an_inspector_reads_the_code_of_a_dossier_in_the_journal(desk: Desk) -> None:
    desk.received()
    dossier = Dossier.objects.get()
    page = text_of(desk.officer(Power.INSPECT).get("/quan-tri/nhat-ky/"))
    assert f"Tiếp nhận hồ sơ Hồ sơ {dossier.code}" in page
    assert f"Hồ sơ {dossier.public_id}" not in page


def test_the_empty_list_says_so(desk: Desk) -> None:
    assert "Đơn vị chưa có hồ sơ nào" in text_of(desk.client.get("/mot-cua/ho-so/"))
    assert "không có hồ sơ nào nợ xác thực" in text_of(desk.client.get("/mot-cua/no-xac-thuc/"))


def test_the_home_counts_the_day(desk: Desk) -> None:
    desk.received()
    numbers = desk.client.get("/mot-cua/").context["numbers"]
    assert (numbers.received, numbers.received_by_me, numbers.unproven) == (1, 1, 0)
    assert desk.officer().get("/mot-cua/").context["numbers"].received_by_me == 0


def test_an_officer_of_two_units_moves_between_them(desk: Desk) -> None:
    second = a_unit("phong-gddt", "000.05.31.H08", Unit.Kind.PHONG_GDDT)
    officer = Officer.objects.get()
    posts.bootstrap(
        officer_id=officer.pk,
        unit_code=second.code,
        powers=[Power.RECEIVE_DOSSIER],
        valid_from=timezone.localdate(),
        reason="thử",
    )
    home = desk.client.get("/mot-cua/")
    assert "Chuyển đơn vị" in text_of(home)
    assert desk.client.post("/mot-cua/don-vi/", {"unit": second.code}).status_code == 302
    assert desk.client.get("/mot-cua/").context["here"] == second.code
    assert desk.client.post("/mot-cua/don-vi/", {"unit": "noi-khac"}).status_code == 403


def test_the_owner_sees_the_dossier(desk: Desk, settings: Any) -> None:
    from django.test import Client

    from motcua.accounts import sessions
    from motcua.accounts.models import Account

    desk.received()
    account = Account.objects.get(person__documents__last3="001", person__full_name=NAME)
    token, _ = sessions.begin(account, audience="CITIZEN", device="may-nha", device_words="Chrome")
    citizen = Client()
    citizen.cookies["phien"] = token
    assert str(Dossier.objects.get().code) in text_of(citizen.get("/ca-nhan/ho-so/"))
    assert owner("052190000777").pk != account.pk


def test_opening_a_slip_or_a_file_leaves_a_trace_without_a_name(desk: Desk) -> None:
    desk.received(file_1=SimpleUploadedFile("don.pdf", a_pdf(), "application/pdf"))
    dossier = Dossier.objects.get()
    desk.client.get(f"/mot-cua/ho-so/{dossier.public_id}/giay-tiep-nhan.pdf")
    desk.client.get(f"/mot-cua/ho-so/{dossier.public_id}/thanh-phan/1/")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT j::text FROM journal_event j WHERE j::text LIKE %s", [f"%{dossier.public_id}%"]
        )
        lines = [row[0] for row in cursor.fetchall()]
    assert any("desk.slip.printed" in line for line in lines)
    assert any("desk.component.opened" in line for line in lines)
    assert not any(OWNER in line or NAME in line for line in lines)


def test_without_a_contact_the_page_says_where_the_texts_go(desk: Desk) -> None:
    desk.received()
    words = text_of(desk.client.get(f"/mot-cua/ho-so/{Dossier.objects.get().public_id}/"))
    assert "được gửi tới số điện thoại của tài khoản chủ hồ sơ" in words
    assert "không để lại thông tin liên hệ" not in words
