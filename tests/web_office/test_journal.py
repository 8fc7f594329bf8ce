"""“Nhật ký”: an inspector searches by person, officer, unit, act and time, and takes evidence out."""

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from motcua import journal
from motcua.accounts.models import Account, LookUp
from motcua.journal import evidence_check, witnessing
from motcua.journal.models import Event, Inspection
from motcua.kernel.authority import Power
from tests.accounts import people
from tests.journal.conftest import seal_all
from tests.web_office.desk import Desk, words

LIST = "/quan-tri/nhat-ky/"
FILE = LIST + "chung-cu/"
WHY = "Theo Quyết định 12/QĐ-TTr"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _witnesses(settings: Any, tmp_path: Path) -> None:
    settings.JOURNAL_WITNESSES = [str(tmp_path / "one.jsonl"), str(tmp_path / "two.jsonl")]


@pytest.fixture
def inspector() -> Desk:
    return Desk(Power.INSPECT, at="thanh-tra", name="Lê Thị Tra")


@pytest.fixture
def school(inspector: Desk) -> Desk:
    """An officer of a unit below the inspector's, who did something."""
    desk = Desk(Power.RECEIVE_DOSSIER, at="truong-mau", parent="thanh-tra", name="Đỗ Quầy Một")
    note("desk.dossier.received", "dossier:11", desk)
    return desk


def note(event: str, subject: str, desk: Desk) -> None:
    journal.record(event, subject=subject, actor=desk.subject, unit_code=desk.unit_code, facts={"papers": 3})


def searched(desk: Desk, **typed: str) -> str:
    """What the page shows after this search."""
    answer = desk.post(LIST, typed)
    assert answer.status_code == 302, words(answer)
    return words(desk.get(answer["Location"]))


def body(page: str) -> str:
    return page[page.index("Dòng số") :] if "Dòng số" in page else ""


def test_lines_are_read_in_words(inspector: Desk, school: Desk) -> None:
    page = words(inspector.get(LIST))
    assert "Tiếp nhận hồ sơ Hồ sơ 11 Đỗ Quầy Một Sở truong-mau số giấy tờ: 3" in page


def test_a_code_is_read_in_words_and_an_officers_account_by_name(inspector: Desk, school: Desk) -> None:
    citizen = people.account(people.data(name="Nguyễn Thị Mẫu"))
    officer = Account.objects.get(subjects__subject=school.subject)
    for account, kind in ((officer, "OFFICER"), (citizen, "CITIZEN")):
        me = f"account:{account.pk}"
        facts = {"as": kind, "factor": "none"}
        journal.record("accounts.session.begun", subject=me, actor=me, unit_code="truong-mau", facts=facts)
    page = words(inspector.get(LIST))
    assert f"Đăng nhập Cán bộ Đỗ Quầy Một (Tài khoản {officer.pk})" in page
    assert "với tư cách: cán bộ (OFFICER); cách xác thực: chỉ mật khẩu (none)" in page
    assert f"Tài khoản {citizen.pk}" in page and "Nguyễn Thị Mẫu" not in page


def test_they_are_found_by_officer_unit_act_and_day(inspector: Desk, school: Desk) -> None:
    note("desk.dossier.returned", "dossier:12", inspector)
    day = f"{datetime.now(tz=UTC).astimezone(witness_zone()):%d/%m/%Y}"
    assert "dossier" not in (found := body(searched(inspector, officer="do quay")))
    assert "Hồ sơ 11" in found and "Hồ sơ 12" not in found
    assert "Hồ sơ 12" not in body(searched(inspector, unit="truong-mau"))
    assert "Hồ sơ 11" not in body(searched(inspector, event="desk.dossier.returned"))
    assert "Hồ sơ 11" in body(searched(inspector, since=day, until=day))
    assert "Không có dòng nhật ký nào phù hợp" in searched(inspector, until="01/01/2020")
    assert "Không có dòng nhật ký nào phù hợp" in searched(inspector, officer="không ai tên vậy")


def witness_zone() -> Any:
    from zoneinfo import ZoneInfo

    return ZoneInfo(django_settings.TIME_ZONE)


def test_a_person_is_found_by_number_with_a_reason_and_sees_that(inspector: Desk, school: Desk) -> None:
    citizen = people.data(name="Nguyễn Thị Mẫu")
    account = people.account(citizen)
    journal.record("accounts.name.shown", subject=f"account:{account.pk}", unit_code="truong-mau")

    answer = inspector.post(LIST, {"number": citizen.citizen_id.value, "reason": WHY})

    assert citizen.citizen_id.value not in answer["Location"]
    found = body(words(inspector.get(answer["Location"])))
    assert "Xem họ tên chủ tài khoản" in found and "Hồ sơ 11" not in found
    asked = Inspection.objects.get()
    assert (asked.reason, asked.officer_subject) == (WHY, inspector.subject)
    assert Event.objects.filter(event="journal.inspection.begun").count() == 1
    assert LookUp.objects.filter(purpose="thanh-tra-nhat-ky", asked_by=inspector.subject).count() == 1
    from django.test import Client

    own = Client()
    own.post("/dang-nhap/", {"number": citizen.citizen_id.value, "password": people.STRONG})
    assert "Thanh tra kiểm tra nhật ký" in words(own.get("/ca-nhan/nhat-ky/"))
    # Turning the page is not asking again.
    inspector.get(answer["Location"])
    assert LookUp.objects.filter(purpose="thanh-tra-nhat-ky").count() == 1


def test_without_a_reason_nobody_is_asked_about(inspector: Desk) -> None:
    number = people.data().citizen_id.value
    for reason in ("", "ngắn"):
        answer = inspector.post(LIST, {"number": number, "reason": reason})
        assert answer.status_code == 422 and "ghi rõ lý do, ít nhất 10 ký tự" in words(answer)
    assert not LookUp.objects.exists() and not Inspection.objects.exists()


def test_a_number_that_is_nobodys_is_answered_the_same_way(inspector: Desk) -> None:
    assert "Đang xem các dòng về một người" in searched(
        inspector, number=people.data().citizen_id.value, reason=WHY
    )
    assert Inspection.objects.count() == 1


def test_another_inspector_cannot_open_the_search_by_its_address(inspector: Desk, school: Desk) -> None:
    other = Desk(Power.INSPECT, at="thanh-tra")
    address = inspector.post(LIST, {"number": people.data().citizen_id.value, "reason": WHY})["Location"]
    assert "Đang xem các dòng về một người" not in words(other.get(address))


def test_units_do_not_see_each_other_and_other_rights_see_nothing(inspector: Desk, school: Desk) -> None:
    beside = Desk(Power.INSPECT, at="so-khac")
    below = Desk(Power.INSPECT, at="truong-mau", parent="thanh-tra")
    note("desk.dossier.returned", "dossier:12", inspector)
    assert "Hồ sơ 11" not in words(beside.get(LIST))
    assert "Hồ sơ 12" not in body(words(below.get(LIST)))
    assert beside.post(LIST, {"unit": "truong-mau"}).status_code == 422
    for right in (Power.GRANT, Power.RECEIVE_DOSSIER):
        desk = Desk(right)
        assert desk.get(LIST).status_code == 403 and desk.post(FILE, {"reason": WHY}).status_code == 403


def test_lines_of_no_unit_are_read_at_the_top_only(inspector: Desk, school: Desk) -> None:
    below = Desk(Power.INSPECT, at="truong-mau", parent="thanh-tra")
    journal.record("accounts.registration.begun", subject="registration:77")
    assert "Lượt tự đăng ký 77" in words(inspector.get(LIST))
    assert "Lượt tự đăng ký 77" not in words(below.get(LIST))


def test_pages_are_turned_and_cost_the_same(inspector: Desk, school: Desk) -> None:
    with CaptureQueriesContext(connection) as few:
        inspector.get(LIST)
    for number in range(100, 175):
        note("desk.dossier.seen", f"dossier:{number}", school)
    with CaptureQueriesContext(connection) as many:
        first = inspector.get(LIST)
    # What a page names (officers, dossiers) is asked about once for all of its lines.
    assert len(many) <= len(few)
    assert "Hồ sơ 174" in words(first) and 'rel="next"' in first.content.decode()
    oldest = words(inspector.get(LIST + "?xep=cu-nhat"))
    assert "Hồ sơ 174" not in oldest and "xếp mới nhất trước" in oldest
    for wrong in ("?sau=x", "?truoc=-1", "?tim=x", "?xep=x", "?sau=" + "9" * 40):
        assert inspector.get(LIST + wrong).status_code == 200


def test_evidence_is_taken_out_with_a_reason_and_proves_itself(inspector: Desk, school: Desk) -> None:
    key = django_settings.KEYRING.journal_key
    seal_all(datetime.now(tz=UTC), key, witnessing.configured())
    search = inspector.post(LIST, {"unit": "truong-mau"})["Location"].partition("tim=")[2]
    page = words(inspector.get(f"{FILE}?tim={search}"))
    assert "Sở truong-mau" in page and "1000 dòng đã niêm" in page.replace(".", "")

    short = inspector.post(FILE, {"tim": search, "reason": "ngắn"})
    assert short.status_code == 422 and "ít nhất 10 ký tự" in words(short)
    answer = inspector.post(FILE, {"tim": search, "reason": WHY})

    assert answer.status_code == 200 and answer["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        told = archive.read("chung-cu.json")
    assert evidence_check.problems(told, key.public_key()) == []
    assert b"dossier:11" in told and WHY.encode() not in told
    row = Inspection.objects.get(kind="EVIDENCE")
    assert row.rows == told.count(b'"text"') and row.reason == WHY


def test_nothing_sealed_yet_is_said_kindly(inspector: Desk) -> None:
    answer = inspector.post(FILE, {"reason": WHY})
    assert answer.status_code == 409 and "Dòng mới được niêm sau ít giây" in words(answer)
    assert not Inspection.objects.exists()
