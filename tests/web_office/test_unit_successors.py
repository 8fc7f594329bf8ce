"""Before a unit ends its page says what it leaves; work is left to somebody, and who that is can be named later."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from motcua.desk import exceptions, workload
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
    Unit.objects.filter(pk=unit("phong-b", "so-mau").pk).update(has_desk=False)
    return desk


def of(code: str, act: str = "") -> str:
    return f"{LIST}ma/{code}/{act}"


def ending(days: int = 20, **more: Any) -> dict[str, Any]:
    last = timezone.localdate() + timedelta(days=days)
    return {"last_day": f"{last:%d/%m/%Y}", "reason": WHY, **more}


def test_what_is_left_is_said_before(admin: Desk) -> None:
    for act in ("ket-thuc/", "chia-tach/"):
        page = words(admin.get(of("so-gddt", act)))
        assert "Hồ sơ đang ở đơn vị 1" in page and "Tiếp nhận tạm chờ kiểm tra tài khoản 1" in page
        assert "3 cán bộ giữ 3 vị trí" in page and "Cán bộ chỉ có vị trí tại đây 3" in page
        assert "cán bộ của đơn vị kế thừa thấy và giải quyết tiếp" in page
    address = LIST + "sap-nhap/"
    assert "Việc còn lại" not in words(admin.get(address)).replace("Xem việc còn lại", "")
    wanted = ending(codes=["so-gddt", "phong-b"], into="so-mau")
    shown = admin.post(address, wanted)
    merging = words(shown)
    assert shown.status_code == 200 and Unit.objects.get(code="so-gddt").valid_to is None
    assert "Sáp nhập 2 đơn vị" in merging and "2 việc, 3 cán bộ" in merging and "0 việc, 0 cán bộ" in merging
    assert "Hồ sơ đang ở đơn vị 1" in merging and "3 cán bộ giữ 3 vị trí" in merging
    other = admin.post(address, {**wanted, "codes": ["so-gddt"], "seen": "phong-b,so-gddt"})
    assert other.status_code == 200, "what is merged was shown"
    seen = re.search(r'name="seen" value="([^"]+)"', shown.content.decode())
    assert seen is not None
    assert admin.post(address, {**wanted, "seen": seen[1]}).status_code == 302
    assert Unit.objects.get(code="so-gddt").successor == Unit.objects.get(code="so-mau")


def test_work_is_not_left_to_nobody(admin: Desk) -> None:
    refused = admin.post(of("so-gddt", "ket-thuc/"), ending(successor=""))
    assert refused.status_code == 422 and "phải có đơn vị kế thừa" in words(refused)
    assert Unit.objects.get(code="so-gddt").valid_to is None
    Unit.objects.filter(code="phong-b").update(has_desk=False)
    assert admin.post(of("phong-b", "ket-thuc/"), ending(successor="")).status_code == 302
    assert admin.post(of("so-gddt", "ket-thuc/"), ending(successor="so-mau")).status_code == 302
    page = words(admin.get(of("so-gddt")))
    assert "2 việc còn lại do Sở Giáo dục so-mau giải quyết" in page
    assert "Đến ngày đó ở đó chưa ai có quyền: tiếp nhận hồ sơ, xử lý hồ sơ, ký kết quả, trả kết quả" in page


def test_a_successor_is_named_later_and_written_down(admin: Desk) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    Unit.objects.filter(code="so-gddt").update(valid_to=yesterday)
    page = words(admin.get(of("so-gddt")))
    assert "Chưa có đơn vị làm tiếp" in page and "Chỉ định đơn vị kế thừa" in page
    address = of("so-gddt", "ke-thua/")
    assert admin.post(address, {"successor": "phong-b", "reason": "ngắn"}).status_code == 422
    done = admin.post(address, {"successor": "phong-b", "reason": WHY})
    assert done["Location"] == of("so-gddt") + "?da=don-vi-giao"
    change = UnitChange.objects.get(unit__code="so-gddt", kind="ASSIGNED")
    assert (change.successors, change.by_subject) == (["phong-b"], admin.subject)
    again = admin.post(address, {"successor": "so-mau", "reason": WHY})
    assert again.status_code == 409 and "không chỉ định lại được" in words(again)


def test_nobody_names_a_successor_for_units_of_others(admin: Desk) -> None:
    other = Desk(Power.GRANT, at="so-khac", name="Lê Văn Khác")
    address = of("so-gddt", "ke-thua/")
    assert other.get(address).status_code == 404
    assert other.post(address, {"successor": "so-khac", "reason": WHY}).status_code == 404
    assert Desk(Power.INSPECT, at="so-mau", name="Đỗ Thanh Tra").get(address).status_code == 403


def test_the_page_of_a_merger_costs_the_same_for_many_units(admin: Desk) -> None:
    codes = ["so-gddt", "phong-b"]
    with CaptureQueriesContext(connection) as few:
        admin.post(LIST + "sap-nhap/", ending(codes=codes, into="so-mau"))
    for nth in range(8):
        unit(f"truong-{nth}", "phong-b")
    codes += [f"truong-{nth}" for nth in range(8)]
    with CaptureQueriesContext(connection) as many:
        admin.post(LIST + "sap-nhap/", ending(codes=codes, into="so-mau"))
    assert len(few) == len(many)


def test_a_unit_leaves_what_it_took_over_as_well(admin: Desk) -> None:
    """The chain: so-gddt ended in phong-b, which has nothing of its own and is to end with nobody after it."""
    yesterday = timezone.localdate() - timedelta(days=1)
    Unit.objects.filter(code="so-gddt").update(valid_to=yesterday, successor=Unit.objects.get(code="phong-b"))
    page = words(admin.get(of("phong-b", "ket-thuc/")))
    assert "Hồ sơ đang ở đơn vị 1" in page and "Tiếp nhận tạm chờ kiểm tra tài khoản 1" in page
    refused = admin.post(of("phong-b", "ket-thuc/"), ending(successor=""))
    assert refused.status_code == 422 and "phải có đơn vị kế thừa" in words(refused)
    assert Unit.objects.get(code="phong-b").valid_to is None
    assert "Hồ sơ đang giải quyết 1" in words(admin.get(of("phong-b")))


def test_a_dossier_of_two_units_of_one_chain_is_counted_where_it_lies(admin: Desk) -> None:
    b = Unit.objects.get(code="phong-b")
    old = Unit.objects.get(code="so-gddt")
    Unit.objects.filter(pk=old.pk).update(valid_to=timezone.localdate() - timedelta(days=1), successor=b)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE desk_dossier SET at_unit_id = %s WHERE at_unit_id = %s", [b.pk, old.pk])
        cursor.execute("SET session_replication_role = origin")
    found = workload.left_at({b.pk: (b.pk, old.pk)})[b.pk]
    assert (found.open, found.away, found.provisional, found.any) == (1, 0, 1, 2)
    assert workload.left_at({old.pk: (old.pk,)})[old.pk].away == 1


def test_the_hands_at_the_successor_are_those_of_the_day_on_which_the_work_comes(admin: Desk) -> None:
    carried = admin.post(of("so-gddt", "ket-thuc/"), ending(successor="so-mau", carry="on"))
    assert carried.status_code == 302
    page = words(admin.get(of("so-gddt")))
    assert "tiếp nhận hồ sơ 1" in page and "Đến ngày đó ở đó chưa ai có quyền: tiếp nhận" not in page


def test_work_that_came_after_it_was_counted_is_shown_until_somebody_has_it(
    admin: Desk, house: House
) -> None:
    asker = lives.holding(Unit.objects.get(code="so-gddt"), Power.RECEIVE_DOSSIER)
    exceptions.ask(
        authority=asker,
        reason_kind="CANNOT",
        reason="Cụ bà đã 95 tuổi, không có điện thoại.",
        owner_name="Nguyễn Thị Cụ",
    )
    assert "Trường hợp ngoại lệ đã đề nghị, chưa có hồ sơ 1" in words(admin.get(of("so-gddt", "ket-thuc/")))
    assert "Việc chưa có đơn vị làm tiếp" not in words(admin.get(LIST))
    Unit.objects.filter(code="so-gddt").update(valid_to=timezone.localdate() - timedelta(days=1))
    page = words(admin.get(LIST))
    assert "Việc chưa có đơn vị làm tiếp" in page and "Đơn vị so-gddt : 2 việc" in page.replace(
        "so-gddt:", "so-gddt :"
    )
    assert admin.post(of("so-gddt", "ke-thua/"), {"successor": "phong-b", "reason": WHY}).status_code == 302
    assert "Việc chưa có đơn vị làm tiếp" not in words(admin.get(LIST))
