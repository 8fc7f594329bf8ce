"""L16 at the counter: each file is counted before it is looked at, for its dossier and for its officer."""

import re

from django.core.files.uploadedfile import SimpleUploadedFile

from motcua.desk.models import AccountCheck, Dossier
from motcua.files.models import StoredFile
from motcua.limits import spending
from motcua.limits.quotas import Quota
from tests.web_counter.conftest import Desk, boxes_of, text_of
from tests.web_counter.papers import a_pdf

OF_A_DOSSIER = "Hồ sơ này đã tải lên quá nhiều tệp."
OF_AN_OFFICER = "Cán bộ đã tải lên quá nhiều tệp."


def scan(name: str, data: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, a_pdf() if data is None else data, "application/pdf")


def use(quota: Quota, who: str, *, leave: int) -> None:
    for _ in range(quota.rule.windows[0].times - leave):
        spending.spend((quota, who))


def test_the_file_too_many_is_said_beside_its_component_and_nothing_typed_is_lost(desk: Desk) -> None:
    address = desk.form_address()
    use(Quota.UPLOADS_TO_DOSSIER, address.split("/")[3], leave=1)
    typed = desk.form(address, file_1=scan("mot.pdf"), file_2=scan("hai.pdf"), note="Ghi nhớ của tôi")
    answer = desk.client.post(address, typed)
    body = answer.content.decode()
    assert answer.status_code == 422
    beside = re.search(r'id="id_file_2_error"[^>]*>(.*?)</', body, re.DOTALL)
    assert beside is not None and OF_A_DOSSIER in body and 'id="id_file_1_error"' not in body
    assert "Ghi nhớ của tôi" in body and "Đã nhận tệp mot.pdf" in text_of(answer)
    assert StoredFile.objects.count() == 1
    again = boxes_of(body)
    assert desk.client.post(address, {**again, "how_2": "PAPER"}).status_code == 302
    assert Dossier.objects.count() == 1


def test_a_new_form_of_the_same_check_counts_on(desk: Desk) -> None:
    address = desk.form_address()
    use(Quota.UPLOADS_TO_DOSSIER, address.split("/")[3], leave=0)
    for _ in range(2):  # each page has a key of its own
        answer = desk.client.post(address, desk.form(address, file_1=scan("mot.pdf")))
        assert answer.status_code == 422 and OF_A_DOSSIER in text_of(answer)
    assert StoredFile.objects.count() == 0


def test_files_that_are_refused_count_and_an_officers_files_count_together(desk: Desk) -> None:
    address = desk.form_address()
    officer = AccountCheck.objects.values_list("officer_subject", flat=True).latest("id")
    use(Quota.UPLOADS_BY_OFFICER, officer, leave=1)
    bad = desk.client.post(address, desk.form(address, file_1=scan("mot.pdf", b"MZ not a pdf")))
    assert bad.status_code == 422 and OF_AN_OFFICER not in text_of(bad)
    other = desk.form_address()
    good = desk.client.post(other, desk.form(other, file_1=scan("hai.pdf")))
    assert good.status_code == 422 and OF_AN_OFFICER in text_of(good)
    colleague = desk.officer()
    elsewhere = desk.form_address(by=colleague)
    kept = colleague.post(elsewhere, desk.form(elsewhere, by=colleague, file_1=scan("ba.pdf")))
    assert kept.status_code == 302, text_of(kept)
