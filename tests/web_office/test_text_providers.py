"""“Tin nhắn” and “Chi phí tin nhắn”: seen by whom they concern, switched in two clicks, summed by unit."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from openpyxl import load_workbook

from motcua.journal.models import Event
from motcua.kernel.authority import Power
from motcua.kernel.sms_provider import SmsProvider
from motcua.outbox import sending
from motcua.outbox.models import Provider as Row
from motcua.units.models import Unit
from tests.outbox.providers import Provider, Two, code, let_pass, note, notice
from tests.web_office.desk import Desk, words

pytestmark = pytest.mark.django_db(transaction=True)

LIST = "/quan-tri/tin-nhan/"
COSTS = LIST + "chi-phi/"
ONE, SWITCH = LIST + "mot/xem/", LIST + "mot/doi/"


@pytest.fixture(autouse=True)
def _two_providers(settings: object) -> Iterator[None]:
    settings.SMS_PROVIDERS = tuple(  # type: ignore[attr-defined]
        SmsProvider(code=code, name=name, gateway="x", url="https://x.vn/", secret="x" * 16, receipts=True)
        for code, name in (("mot", "Nhà cung cấp Một"), ("hai", "=HYPERLINK(1)"))
    )
    yield


@pytest.fixture
def province() -> Desk:
    return Desk(Power.CONNECT_SYSTEMS, at="so-mau")


def busy_day() -> None:
    two = Two(first=Provider("dead"))
    for nth in range(30):
        notice(f"n:{nth}", unit="so-mau")
    code("c:1")
    two.work()
    two.work()
    let_pass(1)


@pytest.mark.parametrize(
    ("gateway", "said"),
    [
        ("motcua.gateways.sms_soap.SoapSms", "Cách gửi SOAP (wsCpMt), không báo phát"),
        ("motcua.gateways.sms_smpp.SmppSms", "Cách gửi SMPP 3.4"),
        ("tinh.cua.minh.Sms", "Cách gửi Cổng riêng của nơi cài đặt"),
    ],
)
def test_each_provider_says_how_it_is_reached(province: Desk, settings: Any, gateway: str, said: str) -> None:
    settings.SMS_PROVIDERS = tuple(replace(one, gateway=gateway) for one in settings.SMS_PROVIDERS)
    assert said in words(province.get(ONE))


def test_each_provider_shows_how_it_is_doing_and_what_it_did_today(province: Desk) -> None:
    assert "Chưa gửi tin nào" in words(province.get(LIST))
    busy_day()

    page = words(province.get(LIST))
    assert "Nhà cung cấp Một" in page and "Tạm nghỉ: Không nhận tin" in page
    assert "Đang hoạt động" in page
    assert "15.500 đ" in page


def test_one_provider_shows_its_days_its_failures_and_an_empty_span_says_so(province: Desk) -> None:
    busy_day()
    page = words(province.get(ONE))
    assert "Không kết nối được hoặc bị từ chối" in page and "Thử lại lúc" in page
    assert "Không có tin nào trong 30 ngày này" in words(province.get(ONE + "?den=01/01/2025"))
    assert province.get(ONE + "?den=khong-phai-ngay").status_code == 200
    assert province.get(LIST + "khong-co/xem/").status_code == 404


def test_taking_one_out_of_use_takes_two_clicks_a_reason_and_a_line_in_the_journal(province: Desk) -> None:
    assert "Ngừng dùng…" in words(province.get(ONE))
    assert "không tin nhắn nào được chuyển qua" in words(province.get(SWITCH))
    assert province.post(SWITCH, {"to": "OFF", "reason": "vì"}).status_code == 422
    assert not Row.objects.filter(ruling="OFF").exists()

    done = province.post(SWITCH, {"to": "OFF", "reason": "Nhà cung cấp báo bảo trì đến 22 giờ."})

    assert done["Location"] == f"{ONE}?da=tin-nhan-ngung"
    page = words(province.get(done["Location"]))
    assert "Đã ngừng dùng nhà cung cấp này" in page and "báo bảo trì" in page and "Phạm Văn Cán" in page
    line = Event.objects.get(event="signin.provider.stopped")
    assert (line.actor, line.facts) == (province.subject, {"provider": "mot"})
    two = Two()
    for nth in range(20):
        notice(f"n:{nth}")
    sending.send_due(gateway=two.lines)
    assert (two.first.calls, two.second.calls) == (0, 20)

    back = province.post(SWITCH, {"to": "AUTO", "reason": "Nhà cung cấp báo đã xong."})
    assert back["Location"].endswith("tin-nhan-dung-lai")
    assert Event.objects.filter(event="signin.provider.resumed").exists()


def test_the_last_one_stays_in_use_and_nothing_is_done_twice(province: Desk) -> None:
    reason = "Bảo trì theo kế hoạch."
    assert province.post(SWITCH, {"to": "AUTO", "reason": reason}).status_code == 409
    province.post(LIST + "hai/doi/", {"to": "OFF", "reason": reason})
    refused = province.post(SWITCH, {"to": "OFF", "reason": reason})
    assert refused.status_code == 409
    assert "cuối cùng còn dùng" in words(refused)


def test_a_unit_below_sees_its_own_costs_and_not_the_providers(province: Desk) -> None:
    below = Desk(Power.CONNECT_SYSTEMS, at="truong-mau", parent="so-mau")
    refused = below.get(LIST)
    assert refused.status_code == 403
    assert "chỉ đơn vị cấp tỉnh" in words(refused)
    assert below.post(SWITCH, {"to": "OFF", "reason": "Bảo trì theo kế hoạch."}).status_code == 403
    assert below.get(COSTS).status_code == 200


def test_costs_are_summed_by_unit_searched_sorted_and_leave_as_a_file_that_never_calculates(
    province: Desk,
) -> None:
    below = Desk(Power.CONNECT_SYSTEMS, at="truong-mau", parent="so-mau")
    Unit.objects.filter(code="truong-mau").update(name="=1+1 Trường Mẫu", short_name="=1+1")
    assert "chưa có tin nhắn nào được tính phí" in words(province.get(COSTS))
    two = Two(first=Provider("dead"))
    for nth in range(3):
        notice(f"n:{nth}", unit="truong-mau")
    notice("n:so", unit="so-mau", text="Ă" * 71)
    code("c:1")
    while two.work():
        let_pass(5)

    page = words(province.get(COSTS))
    assert "Tự phục vụ" in page and "=1+1 Trường Mẫu" in page
    assert "Cộng: 5 tin, 3.000 đồng" in page
    assert page.index("=1+1 Trường Mẫu") < page.index("Tự phục vụ (công dân tự làm)", 400)
    assert "Tự phục vụ (" not in words(province.get(COSTS + "?q=truong"))
    assert "Không có đơn vị nào phù hợp" in words(province.get(COSTS + "?q=khong-co-ten"))
    assert "chưa có tin nhắn" in words(province.get(COSTS + "?thang=01/2025"))
    assert "tháng/năm" in words(province.get(COSTS + "?thang=13/2025"))
    assert "so-mau" not in words(below.get(COSTS)) and "Tự phục vụ (" not in words(below.get(COSTS))

    file = province.get(COSTS + "?xuat=excel&xep=NAME")
    sheet = load_workbook(BytesIO(file.content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 4
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert any(str(cell.value).startswith("'=1+1") for cell in cells)


def test_a_long_list_of_units_turns_its_pages(province: Desk) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO outbox_handover (reference, provider, kind, purpose, unit_code, state, tries, parts,"
            " price_vnd, tried_at, taken_at, receipt, failure)"
            " SELECT gen_random_uuid(), 'mot', 'NOTICE', 'x', 'u-' || n, 'TAKEN', 1, 1, n, now(), now(), '', ''"
            " FROM generate_series(1, 25) n"
        )
    for nth in range(1, 26):
        Desk(Power.RECEIVE_DOSSIER, at=f"u-{nth}", parent="so-mau")
    first, second = words(province.get(COSTS)), words(province.get(COSTS + "?trang=2"))
    assert first.count("Sở Giáo dục u-") == 20 and second.count("Sở Giáo dục u-") == 5


def test_news_show_as_delivered(province: Desk) -> None:
    two = Two()
    message = notice("n:1")
    sending.send_due(gateway=two.lines)
    note("mot" if two.first.taken else "hai", str(message.reference), "DELIVERED")
    assert "1 1 0 chưa nhận, 0 không tới" in words(province.get(LIST))


@pytest.mark.race
def test_of_two_who_switch_off_the_last_two_at_once_one_is_refused(province: Desk) -> None:
    other = Desk(Power.CONNECT_SYSTEMS, at="so-mau")

    def off(desk: Desk, provider: str) -> int:
        try:
            answer = desk.post(f"{LIST}{provider}/doi/", {"to": "OFF", "reason": "Bảo trì theo kế hoạch."})
            return int(answer.status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(off, [province, other], ["mot", "hai"]))
    assert answers == [302, 409]
    assert Row.objects.filter(ruling="OFF").count() == 1
