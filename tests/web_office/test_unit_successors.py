"""Before a unit ends its page says what it leaves; work is left to somebody, and who that is can be named later."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from motcua.kernel.authority import Power
from motcua.units.models import Unit, UnitChange
from tests.desk import lives
from tests.desk import town as building
from tests.desk.lives import House
from tests.desk.test_provisional import take_in
from tests.web_office.desk import Desk, unit, words

LIST = "/quan-tri/don-vi/"
WHY = "Quyết định 1234/QĐ-UBND"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house(transactional_db: None, tmp_path: Path) -> House:
    """A unit with an open dossier, a provisional reception and three officers."""
    house = lives.house(building.town(tmp_path))
    house.on_the_desk_of_the_specialist()
    take_in(house.town, house.town.new_owner())
    return house


@pytest.fixture
def admin(house: House) -> Desk:
    desk = Desk(Power.GRANT)
    top = Unit.objects.get(code="so-mau")
    Unit.objects.filter(code="so-gddt").update(parent=top, kind="PHONG_GDDT", has_desk=False)
    unit("phong-b", "so-mau")
    return desk


def of(code: str, act: str = "") -> str:
    return f"{LIST}ma/{code}/{act}"


def ending(days: int = 20, **more: str) -> dict[str, str]:
    last = timezone.localdate() + timedelta(days=days)
    return {"last_day": f"{last:%d/%m/%Y}", "reason": WHY, **more}


def test_what_is_left_is_said_before(admin: Desk) -> None:
    for act in ("ket-thuc/", "chia-tach/"):
        page = words(admin.get(of("so-gddt", act)))
        assert "Hồ sơ đang ở đơn vị 1" in page and "Tiếp nhận tạm chờ kiểm tra tài khoản 1" in page
        assert "3 cán bộ giữ 3 vị trí" in page and "Cán bộ chỉ có vị trí tại đây 3" in page
        assert "cán bộ của đơn vị kế thừa thấy và giải quyết tiếp" in page
    merging = words(admin.get(LIST + "sap-nhap/"))
    assert "Đơn vị so-gddt: 2 việc, 3 cán bộ" in merging and "phong-b: " not in merging


def test_work_is_not_left_to_nobody(admin: Desk) -> None:
    refused = admin.post(of("so-gddt", "ket-thuc/"), ending(successor=""))
    assert refused.status_code == 422 and "phải có đơn vị kế thừa" in words(refused)
    assert Unit.objects.get(code="so-gddt").valid_to is None
    Unit.objects.filter(code="phong-b").update(has_desk=False)
    assert admin.post(of("phong-b", "ket-thuc/"), ending(successor="")).status_code == 302
    assert admin.post(of("so-gddt", "ket-thuc/"), ending(successor="so-mau")).status_code == 302
    page = words(admin.get(of("so-gddt")))
    assert "2 việc còn lại do Sở Giáo dục so-mau giải quyết" in page
    assert "Ở đó chưa ai có quyền: tiếp nhận hồ sơ, xử lý hồ sơ, ký kết quả, trả kết quả" in page


def test_a_successor_is_named_later_and_written_down(admin: Desk) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    Unit.objects.filter(code="so-gddt").update(valid_to=yesterday)
    page = words(admin.get(of("so-gddt")))
    assert "Chưa có đơn vị làm tiếp" in page and "Giao đơn vị kế thừa" in page
    address = of("so-gddt", "ke-thua/")
    assert admin.post(address, {"successor": "phong-b", "reason": "ngắn"}).status_code == 422
    done = admin.post(address, {"successor": "phong-b", "reason": WHY})
    assert done["Location"] == of("so-gddt") + "?da=don-vi-giao"
    change = UnitChange.objects.get(unit__code="so-gddt", kind="ASSIGNED")
    assert (change.successors, change.by_subject) == (["phong-b"], admin.subject)
    again = admin.post(address, {"successor": "so-mau", "reason": WHY})
    assert again.status_code == 409 and "không giao lại được" in words(again)


def test_nobody_names_a_successor_for_units_of_others(admin: Desk) -> None:
    other = Desk(Power.GRANT, at="so-khac", name="Lê Văn Khác")
    address = of("so-gddt", "ke-thua/")
    assert other.get(address).status_code == 404
    assert other.post(address, {"successor": "so-khac", "reason": WHY}).status_code == 404
    assert Desk(Power.INSPECT, at="so-mau", name="Đỗ Thanh Tra").get(address).status_code == 403


def test_the_page_of_a_merger_costs_the_same_for_many_units(admin: Desk) -> None:
    with CaptureQueriesContext(connection) as few:
        admin.get(LIST + "sap-nhap/")
    for nth in range(8):
        unit(f"truong-{nth}", "phong-b")
    with CaptureQueriesContext(connection) as many:
        admin.get(LIST + "sap-nhap/")
    assert len(few) == len(many)
