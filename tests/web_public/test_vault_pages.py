"""Kho dữ liệu của tôi: looked at page by page, its consents, who looked; and the inspectorate that answers."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from motcua.accounts import identity, sessions
from motcua.accounts.models import Account
from motcua.desk.models import Component, Procedure
from motcua.files import keeping as files
from motcua.gateways.antivirus_none import NotConfigured
from motcua.kernel.authority import Power
from motcua.units.models import Unit
from motcua.vault import history, keeping, lending
from motcua.vault.keeping import NewPaper
from motcua.vault.models import Look, Paper
from tests.files.making import papers, scans
from tests.vault import papers as making
from tests.web_public import visiting
from tests.web_public.visiting import Browser, citizen, text_of

pytestmark = pytest.mark.django_db(transaction=True)

VAULT = "/ca-nhan/kho-du-lieu/"
PURPOSE = "tiep-nhan-ho-so"


def put(account: Account, *, data: bytes = b"", name: str = "ban-quet.pdf", **more: Any) -> UUID:
    checked = files.check(data or scans.saved(scans.blank(3)), name=name, antivirus=NotConfigured())
    values = {"key": str(uuid4()), "type_code": "KHAI_SINH", "title": "Giấy khai sinh", "file": checked}
    (paper_id,) = keeping.put(
        audience=settings.DESK_ID,
        receipt_subject=identity.subject_of(account.public_id, settings.DESK_ID),
        papers=[NewPaper(source=Paper.Source.COMPONENT, **{**values, **more})],
        dossier_code=making.DOSSIER,
        digitised_by=making.OFFICER,
        unit_code=making.UNIT,
    )
    return paper_id


def consent(account: Account, paper_id: UUID) -> UUID:
    there = {
        "audience": settings.DESK_ID,
        "subject": identity.subject_of(account.public_id, settings.DESK_ID),
        "unit_code": making.UNIT,
        "dossier_code": making.DOSSIER,
    }
    given = lending.record_consent(**there, purpose=PURPOSE, recorded_by=making.OFFICER)
    lending.lend(**there, paper_id=paper_id, consent=given, by=making.OFFICER)
    return given


@pytest.fixture
def owner(browser: Browser) -> Account:
    person, account = citizen()
    browser.sign_in(person)
    return account


def test_a_page_is_a_picture_that_nothing_keeps(browser: Browser, owner: Account) -> None:
    paper = put(owner)
    answer = browser.get(f"{VAULT}{paper}/trang/2/")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/jpeg" and answer.content.startswith(b"\xff\xd8\xff")
    assert "no-store" in answer["Cache-Control"]
    assert (
        answer["Content-Security-Policy"]
        == "sandbox; default-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Content-Disposition" not in answer


@pytest.mark.parametrize("page", ["0", "4", "01", "-1", "1000", "052190000001"])
def test_a_page_that_is_not_there_is_not_found(browser: Browser, owner: Account, page: str) -> None:
    assert browser.get(f"{VAULT}{put(owner)}/trang/{page}/").status_code == 404


def test_the_viewer_shows_one_page_and_the_way_to_its_neighbours(browser: Browser, owner: Account) -> None:
    paper = put(owner)
    body = browser.get(f"{VAULT}{paper}/xem/?trang=2").content.decode()
    assert body.count("<img src=") == 1 and f"{VAULT}{paper}/trang/2/" in body
    assert 'alt="Giấy khai sinh, trang 2 trên 3, bản quét"' in body
    assert 'rel="prev" href="?trang=1"' in body and 'rel="next" href="?trang=3"' in body
    for given, shown in (("99", 3), ("x", 1), ("0", 1)):
        assert f"Trang {shown}/3" in text_of(browser.get(f"{VAULT}{paper}/xem/?trang={given}"))


def test_another_owners_paper_shows_no_page(browser: Browser, owner: Account) -> None:
    _, stranger = citizen()
    paper = put(stranger)
    for part in ("", "xem/", "trang/1/", "tai-ve/"):
        assert browser.get(f"{VAULT}{paper}/{part}").status_code == 404
    assert Look.objects.count() == 0


def test_a_word_file_is_only_downloaded_and_the_page_says_so(browser: Browser, owner: Account) -> None:
    word = next(papers.good()).data
    paper = put(owner, data=word, name="don.docx")
    for part in ("", "xem/"):
        page = browser.get(f"{VAULT}{paper}/{part}")
        assert "không xem được từng trang" in text_of(page)
        assert "<img src=" not in page.content.decode()
    assert browser.get(f"{VAULT}{paper}/trang/1/").status_code == 422
    assert browser.get(f"{VAULT}{paper}/tai-ve/").content == word


def test_the_original_is_downloaded_unchanged(browser: Browser, owner: Account) -> None:
    data = scans.saved(scans.blank(2))
    answer = browser.get(f"{VAULT}{put(owner, data=data)}/tai-ve/")
    assert answer.content == data
    assert answer["Content-Disposition"].startswith("attachment")


def test_turning_all_pages_is_one_look_and_a_download_another(browser: Browser, owner: Account) -> None:
    paper = put(owner)
    for page in (1, 2, 3, 2):
        browser.get(f"{VAULT}{paper}/trang/{page}/")
    browser.get(f"{VAULT}{paper}/tai-ve/")
    assert sorted(Look.objects.values_list("action", flat=True)) == ["DOWNLOAD", "VIEW"]


def test_the_list_says_how_long_each_paper_is_good(browser: Browser, owner: Account) -> None:
    today = timezone.localdate()
    for title, days in (("Đã qua", -1), ("Sắp tới", 12), ("Còn lâu", 400)):
        put(owner, title=title, type_code=f"LOAI_{days + 1}", valid_until=today + timedelta(days=days))
    put(owner, title="Mãi mãi")
    page = text_of(browser.get(VAULT))
    for words in ("Hết hạn từ", "Sắp hết hạn:", "Còn hiệu lực đến", "Không thời hạn"):
        assert words in page
    over = text_of(browser.post(VAULT, {"loc": "het-han"}))
    assert "Đã qua" in over and "Mãi mãi" not in over and "Sắp tới" not in over
    good = text_of(browser.post(VAULT, {"loc": "con-han"}))
    assert "Đã qua" not in good and "Mãi mãi" in good and "Còn lâu" in good


def test_searching_and_going_on_keeps_the_filter(browser: Browser, owner: Account) -> None:
    for nth in range(23):
        put(owner, title=f"Học bạ lớp {nth}", data=scans.saved(scans.blank(1)), type_code=f"HOC_BA_{nth}")
    put(owner, title="Bằng tốt nghiệp")
    first = browser.post(VAULT, {"tim": "hoc ba", "xep": "TITLE"}).content.decode()
    assert first.count("Học bạ lớp") >= 20 and "Bằng tốt nghiệp" not in first
    after = first.split('name="sau" value="')[1].split('"')[0]
    second = browser.post(VAULT, {"tim": "hoc ba", "xep": "TITLE", "sau": after}).content.decode()
    assert "Bằng tốt nghiệp" not in second and 'name="sau"' not in second
    assert second.count('data-label="Giấy tờ"') == 3


def test_a_consent_is_shown_and_taken_back_once(browser: Browser, owner: Account) -> None:
    given = consent(owner, put(owner))
    page = text_of(browser.get(f"{VAULT}dong-y/"))
    assert making.DOSSIER in page and "Đang đồng ý" in page and "Giấy khai sinh" in page
    assert "ghi tên và mã băm" in page
    answer = browser.post(f"{VAULT}dong-y/{given}/rut-lai/")
    assert answer.status_code == 302
    page = text_of(browser.get(answer["Location"]))
    assert "Đã rút lại" in page and "Đang đồng ý" not in page
    assert browser.post(f"{VAULT}dong-y/{given}/rut-lai/").status_code == 404


def test_nobody_takes_back_anothers_consent(browser: Browser, owner: Account) -> None:
    _, stranger = citizen()
    given = consent(stranger, put(stranger))
    assert browser.post(f"{VAULT}dong-y/{given}/rut-lai/").status_code == 404
    assert making.DOSSIER not in text_of(browser.get(f"{VAULT}dong-y/"))


def looked_at(paper_id: UUID, times: int = 1, unit: str = making.UNIT, by: str = making.OFFICER) -> Look:
    paper = Paper.objects.get(public_id=paper_id)
    for _ in range(times):
        history.note(
            [paper],
            actor=by,
            role=Look.Role.OFFICER,
            action=Look.Action.VIEW,
            purpose=PURPOSE,
            unit_code=unit,
            dossier_code=making.DOSSIER,
        )
    return Look.objects.latest("id")


def test_the_history_is_filtered_and_paged_without_gap(browser: Browser, owner: Account) -> None:
    paper = put(owner)
    looked_at(paper, 45)
    browser.get(f"{VAULT}{paper}/tai-ve/")
    shown, address, pages = 0, "/ca-nhan/nhat-ky/?viec=VIEW", 0
    while address:
        body = browser.get(address).content.decode()
        shown += body.count('data-label="Việc đã làm"')
        pages += 1
        older = body.split("Lượt xem cũ hơn")[0].rsplit('href="', 1)[-1].split('"')[0]
        address = f"/ca-nhan/nhat-ky/{older.replace('&amp;', '&')}" if "Lượt xem cũ hơn" in body else ""
    assert (shown, pages) == (45, 3)
    downloads = "/ca-nhan/nhat-ky/?viec=DOWNLOAD"
    assert "Không có lượt xem nào phù hợp" in text_of(browser.get(downloads))
    assert 'data-label="Việc đã làm"' in browser.get(f"{downloads}&ca-toi=1").content.decode()


def an_inspector(account: Account, unit: Unit) -> Browser:
    browser = Browser()
    token, _ = sessions.begin(
        account, audience="OFFICER", device="may-thu", device_words="Chrome", unit_code=unit.code
    )
    browser.client.cookies["phien"] = token
    return browser


def a_unit_below(above: Unit) -> Unit:
    return Unit.objects.create(
        code=f"{above.code}-duoi",
        name="Phòng Giáo dục Mẫu",
        short_name="Phòng GDĐT Mẫu",
        kind="PHONG_GDDT",
        parent=above,
        has_desk=True,
        dossier_prefix="000.77.77.H08",
        valid_from=above.valid_from,
    )


def test_a_contest_goes_up_is_answered_there_and_its_owner_is_told(browser: Browser, owner: Account) -> None:
    _, above = visiting.officer(Power.INSPECT)
    _, same = visiting.officer(Power.INSPECT)
    top = Unit.objects.get(code=f"don-vi-{above.pk}")
    below = a_unit_below(top)
    look = looked_at(put(owner, type_code="giay-khai-sinh"), unit=below.code)
    sent = browser.post(f"/ca-nhan/nhat-ky/{look.pk}/phan-anh/", {"words": "Tôi không đến quầy hôm đó."})
    assert sent.status_code == 302
    assert "chờ trả lời" in text_of(browser.get(sent["Location"]))

    elsewhere = an_inspector(same, Unit.objects.get(code=f"don-vi-{same.pk}"))
    number = look.contest.pk
    assert "Không có phản ánh nào" in text_of(elsewhere.get("/quan-tri/phan-anh/"))
    assert elsewhere.get(f"/quan-tri/phan-anh/{number}/").status_code == 404

    named = Procedure.objects.create(
        code="thu-tuc-mau", name="Thủ tục mẫu", levels=["so"], valid_from=top.valid_from
    )
    Component.objects.create(
        procedure=named, order=1, name="Giấy khai sinh hoặc trích lục", type_code="giay-khai-sinh"
    )
    inspector = an_inspector(above, top)
    assert "Phòng GDĐT Mẫu" in text_of(inspector.get("/quan-tri/phan-anh/"))
    page = inspector.get(f"/quan-tri/phan-anh/{number}/")
    assert "Tôi không đến quầy hôm đó." in text_of(page)
    assert "Giấy khai sinh hoặc trích lục" in text_of(page) and "giay-khai-sinh" not in text_of(page)
    assert inspector.post(f"/quan-tri/phan-anh/{number}/", {"words": " "}).status_code == 422
    done = inspector.post(f"/quan-tri/phan-anh/{number}/", {"words": "Đã yêu cầu đơn vị giải trình."})
    assert done.status_code == 302
    assert inspector.post(f"/quan-tri/phan-anh/{number}/", {"words": "Lần hai."}).status_code == 404
    assert "Không có phản ánh nào" in text_of(inspector.get("/quan-tri/phan-anh/"))
    assert "Đã trả lời" in text_of(inspector.get("/quan-tri/phan-anh/?loc=tat-ca"))

    assert "Đã yêu cầu đơn vị giải trình." in text_of(browser.get("/ca-nhan/nhat-ky/"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM outbox_message WHERE purpose = 'contest_answered'")
        assert cursor.fetchone()[0] == 1


def test_the_unit_that_looked_neither_sees_nor_answers(browser: Browser, owner: Account) -> None:
    _, same = visiting.officer(Power.INSPECT)
    unit = Unit.objects.get(code=f"don-vi-{same.pk}")
    look = looked_at(put(owner), unit=unit.code)
    browser.post(f"/ca-nhan/nhat-ky/{look.pk}/phan-anh/", {"words": "Không đúng."})
    inspector = an_inspector(same, unit)
    assert "Không có phản ánh nào" in text_of(inspector.get("/quan-tri/phan-anh/"))
    number = look.contest.pk
    assert inspector.get(f"/quan-tri/phan-anh/{number}/").status_code == 404
    assert inspector.post(f"/quan-tri/phan-anh/{number}/", {"words": "Không có gì."}).status_code == 404


def test_contests_are_paged_the_oldest_first(owner: Account) -> None:
    _, above = visiting.officer(Power.INSPECT)
    top = Unit.objects.get(code=f"don-vi-{above.pk}")
    paper, below = put(owner), a_unit_below(top)
    for nth in range(23):
        history.contest(owner, looked_at(paper, unit=below.code).pk, f"Lần {nth}.")
    inspector = an_inspector(above, top)
    first = inspector.get("/quan-tri/phan-anh/").content.decode()
    after = first.split("?sau=")[1].split('"')[0]
    second = inspector.get(f"/quan-tri/phan-anh/?sau={after}").content.decode()
    assert (first.count('data-label="Trạng thái"'), second.count('data-label="Trạng thái"')) == (20, 3)


def test_without_the_right_the_contests_are_closed() -> None:
    _, officer = visiting.officer(Power.RECEIVE_DOSSIER)
    browser = an_inspector(officer, Unit.objects.get(code=f"don-vi-{officer.pk}"))
    assert browser.get("/quan-tri/phan-anh/").status_code == 403
