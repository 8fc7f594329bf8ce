"""A file is opened only for who may hand it in, and so many times; reading others' papers is counted (L16, L18)."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from motcua.desk.models import Dossier, Result
from motcua.kernel.authority import Power
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.units.models import Officer
from tests.web_counter.conftest import Desk, text_of
from tests.web_counter.papers import a_pdf
from tests.web_counter.test_working_on_a_dossier import at, do, received, scan

ATTACH = "dinh-kem-ket-qua"


def latest_officer() -> str:
    return Officer.objects.latest("id").subject


def left(quota: Quota, who: str) -> int:
    return spending.peek(quota, who).times


@pytest.fixture
def with_specialist(desk: Desk) -> Iterator[tuple[Dossier, Any, str]]:
    dossier = received(desk)
    specialist = desk.officer(Power.PROCESS)
    subject = latest_officer()
    do(desk.client, dossier, "chuyen")
    do(specialist, dossier, "nhan-xu-ly")
    yield dossier, specialist, subject


def test_who_may_not_attach_has_no_file_opened_and_nothing_counted(
    desk: Desk, with_specialist: tuple[Dossier, Any, str]
) -> None:
    """A file that no inspection lets pass: were it opened, the answer would name its fault."""
    dossier, specialist, _ = with_specialist
    colleague = desk.officer(Power.PROCESS)
    before = left(Quota.UPLOADS_BY_OFFICER, latest_officer())
    broken = SimpleUploadedFile("du-thao.pdf", b"%PDF-broken", "application/pdf")

    answer = colleague.post(at(dossier, ATTACH), {"file": broken})

    assert answer.status_code == 409
    assert "cán bộ khác giữ" in text_of(answer)
    assert left(Quota.UPLOADS_BY_OFFICER, latest_officer()) == before
    same = SimpleUploadedFile("du-thao.pdf", b"%PDF-broken", "application/pdf")
    assert "cán bộ khác giữ" not in text_of(specialist.post(at(dossier, ATTACH), {"file": same}))


def test_each_upload_is_counted_and_the_last_is_refused_unopened(
    with_specialist: tuple[Dossier, Any, str],
) -> None:
    dossier, specialist, subject = with_specialist
    before = left(Quota.UPLOADS_BY_OFFICER, subject)
    do(specialist, dossier, ATTACH, file=scan())
    assert left(Quota.UPLOADS_BY_OFFICER, subject) == before - 1
    do(specialist, dossier, "thu-hoi-ket-qua", reason="Sửa lại nội dung")
    for _ in range(29):
        spending.spend((Quota.UPLOADS_TO_DOSSIER, str(dossier.public_id)))

    answer = specialist.post(
        at(dossier, ATTACH), {"file": SimpleUploadedFile("a.pdf", b"%PDF-broken", "application/pdf")}
    )

    assert answer.status_code == 429
    assert "quá nhiều tệp" in text_of(answer)
    assert Result.objects.count() == 1


def test_reading_a_result_or_a_component_counts_and_turning_pages_counts_once(desk: Desk) -> None:
    desk.received(
        file_1=SimpleUploadedFile("don.pdf", a_pdf(), "application/pdf"), how_2="SHOWN", how_3="SHOWN"
    )
    dossier = Dossier.objects.latest("id")
    subject = Officer.objects.earliest("id").subject
    before = left(Quota.PAPERS_OPENED_BY_OFFICER, subject)
    paper = f"{at(dossier)}thanh-phan/1/"

    assert desk.client.get(paper).status_code == 200
    assert left(Quota.PAPERS_OPENED_BY_OFFICER, subject) == before - 1
    for _ in range(3):
        assert desk.client.get(f"{paper}trang/1/").status_code == 200
    assert left(Quota.PAPERS_OPENED_BY_OFFICER, subject) == before - 2
    while left(Quota.PAPERS_OPENED_BY_OFFICER, subject):
        spending.spend((Quota.PAPERS_OPENED_BY_OFFICER, subject))
    assert desk.client.get(paper).status_code == 429


def test_reading_a_result_counts(with_specialist: tuple[Dossier, Any, str]) -> None:
    dossier, specialist, subject = with_specialist
    do(specialist, dossier, ATTACH, file=scan())
    before = left(Quota.PAPERS_OPENED_BY_OFFICER, subject)
    read = specialist.get(f"{at(dossier)}ket-qua.pdf")
    assert read.status_code == 200 and io.BytesIO(read.content).read(4) == b"%PDF"
    assert left(Quota.PAPERS_OPENED_BY_OFFICER, subject) == before - 1
