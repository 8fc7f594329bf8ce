"""An officer looks at the papers of a dossier page by page: own copies and lent ones; the owner sees it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from motcua.accounts.models import Account
from motcua.desk.models import Dossier
from motcua.journal.models import Event
from motcua.kernel.authority import Power
from motcua.ops import handlers
from motcua.outbox import errands
from motcua.vault import lending
from motcua.vault.models import Consent, Look, Paper
from tests.files.making import scans
from tests.web_counter.conftest import NAME, OWNER, Desk, a_unit, text_of


def with_a_scan(desk: Desk) -> Dossier:
    data = scans.saved(scans.blank(3))
    desk.received(file_1=SimpleUploadedFile("don.pdf", data, "application/pdf"))
    return Dossier.objects.latest("id")


def page_of(dossier: Dossier, page: int = 1, order: int = 1) -> str:
    return f"/mot-cua/ho-so/{dossier.public_id}/thanh-phan/{order}/trang/{page}/"


def errands_done() -> None:
    errands.run_due(handlers.handlers(), limit=50)


def test_a_page_of_a_component_is_a_picture_that_nothing_keeps(desk: Desk) -> None:
    dossier = with_a_scan(desk)
    answer = desk.client.get(page_of(dossier, 2))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/jpeg" and answer.content.startswith(b"\xff\xd8\xff")
    assert "no-store" in answer["Cache-Control"]
    assert (
        answer["Content-Security-Policy"]
        == "sandbox; default-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert desk.client.get(page_of(dossier, 4)).status_code == 404
    assert desk.client.get(page_of(dossier, 1, 2)).status_code == 404


def test_the_page_around_it_leads_to_the_neighbours_and_the_original(desk: Desk) -> None:
    dossier = with_a_scan(desk)
    assert "Xem" in text_of(desk.client.get(f"/mot-cua/ho-so/{dossier.public_id}/"))
    body = desk.client.get(f"/mot-cua/ho-so/{dossier.public_id}/thanh-phan/1/xem/?trang=2").content.decode()
    assert page_of(dossier, 2) in body and "Trang 2/3" in body
    assert 'rel="prev" href="?trang=1"' in body and 'rel="next" href="?trang=3"' in body
    assert "Tải bản gốc" in body


def test_the_data_of_the_dossier_stand_beside_its_paper_and_that_is_a_look(desk: Desk) -> None:
    dossier = with_a_scan(desk)
    look = f"/mot-cua/ho-so/{dossier.public_id}/thanh-phan/1/xem/"
    seen = Event.objects.filter(event="desk.dossier.seen")
    before = seen.count()
    body = text_of(desk.client.get(look))
    assert NAME in body and (dossier.code or "") in body and OWNER not in body
    assert dossier.procedure.name in body and dossier.components.get(order=1).name in body
    assert seen.count() == before + 1
    desk.client.get(
        page_of(dossier)
    )  # the picture: from here on it is this paper's look that is written down
    for page in (2, 3):
        desk.client.get(f"{look}?trang={page}")
    assert seen.count() == before + 1


def test_turning_the_pages_is_one_look_that_the_owner_sees(desk: Desk) -> None:
    dossier = with_a_scan(desk)
    for page in (1, 2, 3, 1):
        assert desk.client.get(page_of(dossier, page)).status_code == 200
    errands_done()
    errands_done()
    look = Look.objects.get()
    assert (look.role, look.action, look.dossier_code) == ("OFFICER", "VIEW", dossier.code)
    desk.client.get(f"/mot-cua/ho-so/{dossier.public_id}/thanh-phan/1/")
    errands_done()
    assert sorted(Look.objects.values_list("action", flat=True)) == ["DOWNLOAD", "VIEW"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM journal_event j WHERE j::text LIKE '%desk.component.viewed%'")
        assert cursor.fetchone()[0] == 4
        cursor.execute("SELECT count(*) FROM journal_event j WHERE j::text LIKE %s", [f"%{NAME}%"])
        assert cursor.fetchone()[0] == 0


def test_another_unit_and_another_right_see_no_page(desk: Desk) -> None:
    dossier = with_a_scan(desk)
    elsewhere = desk.officer(unit=a_unit("phong-gddt", "000.05.31.H08"))
    assert elsewhere.get(page_of(dossier)).status_code == 404
    assert desk.officer(Power.GRANT).get(page_of(dossier)).status_code == 403
    errands_done()
    assert not Look.objects.exists()


def lent(desk: Desk) -> Dossier:
    """The first dossier's scan lies in the vault; the second dossier of the owner takes it from there."""
    with_a_scan(desk)
    errands_done()
    assert Paper.objects.count() == 1
    desk.received(consent="on")
    errands_done()
    return Dossier.objects.latest("id")


@pytest.fixture
def borrowing(desk: Desk) -> Dossier:
    return lent(desk)


def test_a_lent_paper_is_looked_at_from_the_vault(desk: Desk, borrowing: Dossier) -> None:
    before = Look.objects.filter(action="VIEW").count()
    for page in (1, 2, 3):
        assert desk.client.get(page_of(borrowing, page)).status_code == 200
    assert Look.objects.filter(action="VIEW").count() == before + 1
    page = text_of(desk.client.get(f"/mot-cua/ho-so/{borrowing.public_id}/thanh-phan/1/xem/"))
    assert "Trang 1/3" in page and "Kho dữ liệu của chủ hồ sơ" in page


def test_a_consent_taken_back_ends_the_looking_at_once(desk: Desk, borrowing: Dossier) -> None:
    owner = Account.objects.get(subjects__subject=borrowing.owner_subject)
    assert desk.client.get(page_of(borrowing)).status_code == 200
    lending.withdraw(owner, Consent.objects.get().public_id)
    refused = desk.client.get(page_of(borrowing))
    assert refused.status_code == 410 and "rút lại sự đồng ý" in text_of(refused)
    assert desk.client.get(page_of(borrowing)).status_code == 410
    assert borrowing.events.filter(kind="loan_ended").count() == 1
    page = desk.client.get(f"/mot-cua/ho-so/{borrowing.public_id}/")
    assert "Đã rút đồng ý" in text_of(page) and "Xem thành phần 1" not in text_of(page)
    assert "yêu cầu bổ sung giấy tờ" in text_of(page)
    assert Dossier.objects.get(pk=borrowing.pk).components.filter(how="VAULT").exists()


def test_nobody_elses_number_fits_into_the_address(desk: Desk) -> None:
    dossier = with_a_scan(desk)
    for wrong in (OWNER, "0", "1000"):
        address = f"/mot-cua/ho-so/{dossier.public_id}/thanh-phan/1/trang/{wrong}/"
        assert desk.client.get(address).status_code == 404
