"""Before the unit's binding day the gate only warns: received all the same, and marked."""

import re
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from motcua.desk.models import AccountCheck, Dossier
from motcua.units.models import Unit
from tests.web_counter.conftest import ONE_WAY, OWNER, Desk, text_of
from tests.web_counter.test_account_check_pages import age_checks

NOBODY = "052190000011"
MARK = "Chưa xác thực tài khoản"
WAY = "Tiếp nhận khi chưa có tài khoản"


def binds_in(desk: Desk, days: int) -> str:
    """Set the binding day; as it is shown."""
    day = timezone.localdate() + timedelta(days=days)
    with connection.cursor() as cursor:  # a binding gate is not moved back but by a superuser
        cursor.execute("SET session_replication_role = replica")
        Unit.objects.filter(pk=desk.unit.pk).update(gate_binds_from=day)
        cursor.execute("SET session_replication_role = origin")
    return f"{day:%d/%m/%Y}"


def way_on(desk: Desk) -> str:
    """The address behind “Tiếp nhận khi chưa có tài khoản”."""
    found = re.search(rf'href="([^"]+)">{WAY}', desk.check(NOBODY).content.decode())
    assert found is not None
    return found[1]


def form_of(desk: Desk) -> str:
    answer = desk.client.post(way_on(desk), {"procedure": ONE_WAY})
    assert answer.status_code == 302, text_of(answer)
    return str(answer.headers["Location"])


def test_before_the_day_the_desk_warns_and_receives_with_a_mark(desk: Desk) -> None:
    day = binds_in(desk, 1)
    warning = f"Từ ngày {day} đơn vị chỉ tiếp nhận hồ sơ khi chủ hồ sơ đã có tài khoản."
    page = desk.check(NOBODY)
    assert warning in text_of(page) and "Bạn có muốn chuyển đến Cổng" in text_of(page)
    assert warning in text_of(desk.client.get(way_on(desk)))
    address = form_of(desk)
    nameless = desk.client.post(address, desk.form(address))
    assert nameless.status_code == 422 and Dossier.objects.count() == 0
    done = desk.client.post(address, desk.form(address, owner_name="Lê Thị Chưa Có"))
    assert done.status_code == 302, text_of(done)
    dossier = Dossier.objects.get()
    assert (dossier.state, dossier.unchecked, dossier.owner_subject) == ("RECEIVED", True, "")
    assert dossier.owner_name == "Lê Thị Chưa Có"
    assert dossier.code in text_of(desk.client.get(done.headers["Location"]))
    assert MARK in text_of(desk.client.get(f"/mot-cua/ho-so/{dossier.public_id}/"))
    assert MARK in text_of(desk.client.get("/mot-cua/ho-so/"))
    assert desk.client.post("/mot-cua/ho-so/", {"number": NOBODY}).content.decode().count(MARK) == 1


def test_a_checked_dossier_has_no_such_mark(desk: Desk) -> None:
    binds_in(desk, 1)
    desk.received()
    assert MARK not in text_of(desk.client.get("/mot-cua/ho-so/"))
    assert MARK not in text_of(desk.client.get(f"/mot-cua/ho-so/{Dossier.objects.get().public_id}/"))


def test_sent_twice_it_is_received_once(desk: Desk) -> None:
    binds_in(desk, 30)
    address = form_of(desk)
    typed = desk.form(address, owner_name="Lê Thị Chưa Có")
    first, second = desk.client.post(address, typed), desk.client.post(address, typed)
    assert first.headers["Location"] == second.headers["Location"]
    assert Dossier.objects.count() == 1


def test_from_the_day_on_neither_the_button_nor_the_address_works(desk: Desk) -> None:
    binds_in(desk, 1)
    choice, address = way_on(desk), form_of(desk)
    typed = desk.form(address, owner_name="Lê Thị Chưa Có")
    binds_in(desk, 0)
    page = text_of(desk.check(NOBODY))
    assert WAY not in page and "Từ ngày" not in page
    for answer in (
        desk.client.get(choice),
        desk.client.post(choice, {"procedure": ONE_WAY}),
        desk.client.get(address),
        desk.client.post(address, typed),
    ):
        assert answer.status_code == 409 and "kiểm tra tài khoản" in text_of(answer)
    assert Dossier.objects.count() == 0


def test_only_the_officers_own_recent_check_that_found_nobody_leads_there(desk: Desk) -> None:
    binds_in(desk, 30)
    address = form_of(desk)
    assert desk.officer().get(address).status_code == 404
    found = f"{desk.checked(OWNER)}chua-co-tai-khoan/"
    assert desk.client.get(found).status_code == 404
    assert desk.client.post(found, {"procedure": ONE_WAY}).status_code == 404
    assert desk.client.get(address).status_code == 200
    age_checks(minutes=13 * 60)
    assert desk.client.get(address).status_code == 409
    assert AccountCheck.objects.filter(answer="NOT_FOUND").exists()
