"""“Sự cố dữ liệu”: an inspector at the top finds whom a breach concerns, another decides whether they are told."""

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from motcua.accounts import looking_up
from motcua.journal.models import Event
from motcua.kernel.authority import Power
from motcua.outbox.models import Errand
from motcua.protection import breach_keeping, breaches
from motcua.protection.models import Breach
from tests.accounts import people
from tests.web_office.desk import Desk, words

pytestmark = pytest.mark.django_db(transaction=True)
ALL = "/quan-tri/su-co/"
WHY = "Quyết định kiểm tra số 12/QĐ-SGDĐT."


@pytest.fixture
def town() -> dict[str, Desk]:
    return {
        "inspector": Desk(Power.INSPECT, at="tinh-mau", name="Tạ Thị Tra"),
        "second": Desk(Power.GRANT, at="tinh-mau", name="Vũ Văn Hai"),
        "busy": Desk(Power.OPEN_ACCOUNT, at="don-vi-a", parent="tinh-mau", name="Ngô Thị Bận"),
        "below": Desk(Power.INSPECT, at="don-vi-a", parent="tinh-mau", name="Lê Thị Dưới"),
    }


def typed(**more: str) -> dict[str, str]:
    now = timezone.localtime()
    return {
        "officer": "Ngô Thị Bận",
        "system": "",
        "since": f"{now - timedelta(days=1):%d/%m/%Y %H:%M}",
        "until": "",
        "aware_at": f"{now:%d/%m/%Y %H:%M}",
        "happened": "Mật khẩu của một cán bộ bị lộ.",
        "measures": "Đã khóa tài khoản cán bộ.",
        "reason": WHY,
        **more,
    }


def looked_up(by: Desk, name: str = "Trịnh Thị Ảnh Hưởng") -> Any:
    data = people.data(name=name)
    people.account(data)
    looking_up.account_asked_about(by.authority, data.citizen_id, "tao-tai-khoan")
    return data


def made(by: Desk, **more: str) -> str:
    answer = by.post(f"{ALL}lap/", typed(**more))
    assert answer.status_code == 302, words(answer)
    for errand in Errand.objects.filter(kind=breach_keeping.FIND):
        breach_keeping.find(errand.data)
    return str(answer["Location"].partition("?")[0])


def test_an_inspector_finds_the_people_and_another_officer_has_them_told(town: dict[str, Desk]) -> None:
    data = looked_up(town["busy"])
    page = made(town["inspector"])

    waits = words(town["inspector"].get(page))
    assert "Trịnh Thị Ảnh Hưởng" not in waits and "mở cho người lập khi người thứ hai đã duyệt" in waits
    assert "người lập không tự duyệt" in waits and "Danh sách (Excel)" not in waits
    shown = words(town["second"].get(page))
    assert "Trịnh Thị Ảnh Hưởng" in shown and "Ngô Thị Bận" in shown and "Tra cứu, kiểm tra" in shown
    assert data.citizen_id.value not in shown and data.phone.local not in shown
    second = town["second"]
    assert "Duyệt báo tin" in words(second.get(page))
    answer = second.post(f"{page}quyet-dinh/", {"act": "duyet", "why": "Đã đối chiếu danh sách."})
    assert answer["Location"].endswith("?da=su-co-duyet")
    assert Errand.objects.filter(kind=breaches.TELL).count() == 1
    assert "Đã duyệt" in words(second.get(page))
    assert "Trịnh Thị Ảnh Hưởng" in words(town["inspector"].get(page))
    assert Event.objects.filter(event="protection.breach.listed").count() == 4


def test_until_the_worker_found_the_people_the_page_says_so(town: dict[str, Desk]) -> None:
    looked_up(town["busy"])
    answer = town["inspector"].post(f"{ALL}lap/", typed())
    page = answer["Location"].partition("?")[0]
    for desk in (town["inspector"], town["second"]):
        shown = words(desk.get(page))
        assert "Hệ thống đang đọc nhật ký" in shown and "Duyệt báo tin" not in shown
        assert "Trịnh Thị Ảnh Hưởng" not in shown and "Báo cáo (PDF)" not in shown
    assert town["second"].get(f"{page}danh-sach/").status_code == 409
    assert town["second"].get(f"{page}bao-cao.pdf").status_code == 409
    early = town["second"].post(f"{page}quyet-dinh/", {"act": "duyet", "why": WHY})
    assert early.status_code == 409 and "Hệ thống đang tìm người bị ảnh hưởng" in words(early)
    assert "Đang tìm người bị ảnh hưởng" in words(town["second"].get(f"{ALL}?tt=FINDING"))


def test_who_made_it_is_refused_kindly_and_nobody_is_told(town: dict[str, Desk]) -> None:
    page = made(town["inspector"])
    answer = town["inspector"].post(f"{page}quyet-dinh/", {"act": "duyet", "why": "Đã đối chiếu danh sách."})
    assert answer.status_code == 403 and "Đề nghị người thứ hai duyệt" in words(answer)
    short = town["second"].post(f"{page}quyet-dinh/", {"act": "duyet", "why": "vội"})
    assert short.status_code == 422 and not Errand.objects.filter(kind=breaches.TELL).exists()


def test_without_the_second_officers_yes_nobody_is_told(town: dict[str, Desk]) -> None:
    page = made(town["inspector"])
    answer = town["second"].post(
        f"{page}quyet-dinh/", {"act": "khong", "why": "Không có người bị ảnh hưởng."}
    )
    assert answer["Location"].endswith("?da=su-co-khong")
    assert not Errand.objects.filter(kind=breaches.TELL).exists()


def test_the_list_and_the_report_leave_as_files(town: dict[str, Desk]) -> None:
    looked_up(town["busy"])
    page = made(town["inspector"])
    for early in (
        town["inspector"].get(f"{page}danh-sach/"),
        town["inspector"].post(f"{page}danh-sach/", {"reason": WHY}),
    ):
        assert early.status_code == 403 and "khi người thứ hai đã duyệt" in words(early)
    second = town["second"]
    assert "Lý do kết xuất" in words(second.get(f"{page}danh-sach/"))
    refused = second.post(f"{page}danh-sach/", {"reason": "vội"})
    assert refused.status_code == 422
    assert not Event.objects.filter(event="protection.breach.exported").exists()
    answer = second.post(f"{page}danh-sach/", {"reason": WHY})
    rows = list(load_workbook(BytesIO(answer.content))["Người bị ảnh hưởng"].iter_rows(values_only=True))
    assert [row[1] for row in rows] == ["Họ tên", "Trịnh Thị Ảnh Hưởng"]
    assert town["inspector"].get(f"{page}bao-cao.pdf").content.startswith(b"%PDF")


@pytest.mark.parametrize("who", ["below", "busy"], ids=["inspector-below-the-top", "no-inspector"])
def test_below_the_top_nothing_is_seen_or_made(town: dict[str, Desk], who: str) -> None:
    page = made(town["inspector"])
    for address in (ALL, f"{ALL}lap/", page, f"{page}bao-cao.pdf", f"{page}danh-sach/"):
        assert town[who].get(address).status_code == 403, address
    assert town[who].post(f"{ALL}lap/", typed()).status_code == 403
    assert town[who].post(f"{page}quyet-dinh/", {"act": "duyet", "why": WHY}).status_code == 403
    assert Breach.objects.count() == 1 and not Errand.objects.filter(kind=breaches.TELL).exists()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"officer": "Không Có Ai"}, "Có 0 cán bộ khớp"),
        ({"officer": "Ngô Thị Bận", "since": "hôm qua"}, "dd/mm/yyyy HH:MM"),
        ({"until": "01/01/2020"}, "kết thúc sau khi bắt đầu"),
        ({"until": "01/01/2090"}, "không ở tương lai"),
        ({"aware_at": "01/01/2090"}, "Lúc biết sự cố không ở tương lai"),
        ({"officer": "", "since": "01/01/2000"}, "không quá 90 ngày"),
        ({"reason": "vội"}, "ít nhất 10 ký tự"),
        ({"happened": "lộ"}, "ít nhất 10 ký tự"),
        ({"system": "khong-co"}, ""),
    ],
    ids=[
        "no-such-officer",
        "no-moment",
        "ends-before",
        "ends-ahead",
        "known-ahead",
        "everybody-ever",
        "no-reason",
        "no-words",
        "no-such-system",
    ],
)
def test_what_cannot_be_found_is_said_beside_the_box(
    town: dict[str, Desk], more: dict[str, str], said: str
) -> None:
    answer = town["inspector"].post(f"{ALL}lap/", typed(**more))
    assert answer.status_code == 422 and said in words(answer)
    assert not Breach.objects.exists()


def test_an_officer_is_found_by_number_where_names_are_the_same(town: dict[str, Desk]) -> None:
    twin = Desk(Power.OPEN_ACCOUNT, at="don-vi-a", parent="tinh-mau", name="Ngô Thị Bận")
    assert "Có 2 cán bộ" in words(town["inspector"].post(f"{ALL}lap/", typed()))
    chosen = f"Ngô Thị Bận (cán bộ số {twin.authority.officer_id})"
    assert f'<option value="{chosen}">' in town["inspector"].get(f"{ALL}lap/").content.decode()
    made(town["inspector"], officer=chosen)
    assert Breach.objects.get().about_officer == twin.subject


def test_both_lists_are_filtered_sorted_and_paged(town: dict[str, Desk]) -> None:
    inspector = town["inspector"]
    assert "Chưa có hồ sơ sự cố nào." in words(inspector.get(ALL))
    for nth in range(31):
        looked_up(town["busy"], name=f"Trịnh Thị {chr(65 + nth // 26)}{chr(65 + nth % 26).lower()}")
    page = made(inspector)

    assert "Ngô Thị Bận" in words(inspector.get(f"{ALL}?tt=WAITING&xep=cu"))
    assert "Không có hồ sơ sự cố nào phù hợp" in words(inspector.get(f"{ALL}?tt=DECLINED"))
    second = town["second"]
    first = second.get(page).content.decode()
    assert len(re.findall('data-label="Người"', first)) == 30 and "trang=2" in first
    assert len(re.findall('data-label="Người"', second.get(f"{page}?trang=2").content.decode())) == 1
    assert "31 người phù hợp" in words(second.get(f"{page}?viec=ASKED&xep=moi"))
    assert "Không có người nào phù hợp" in words(second.get(f"{page}?loai=SCAN"))


def test_whoever_it_is_about_finds_nothing_at_its_address(town: dict[str, Desk]) -> None:
    meant = Desk(Power.INSPECT, at="tinh-mau", name="Mai Văn Xét")
    page = made(town["inspector"], officer="Mai Văn Xét")
    for address in (page, f"{page}bao-cao.pdf", f"{page}danh-sach/"):
        assert meant.get(address).status_code == 404, address
    assert meant.post(f"{page}quyet-dinh/", {"act": "khong", "why": WHY}).status_code == 404
    assert "Chưa có hồ sơ sự cố nào." in words(meant.get(ALL))


def test_the_way_there_is_shown_at_the_top_only(town: dict[str, Desk]) -> None:
    assert ALL in town["inspector"].get("/quan-tri/du-lieu-ca-nhan/").content.decode()
    assert ALL not in town["below"].get("/quan-tri/du-lieu-ca-nhan/").content.decode()


def test_making_one_wants_the_second_factor_again(town: dict[str, Desk], settings: Any) -> None:
    settings.OFFICER_SECOND_FACTOR = True
    town["inspector"].post(f"{ALL}lap/", typed())
    assert not Breach.objects.exists()
