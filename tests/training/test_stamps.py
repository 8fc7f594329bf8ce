"""TẬP HUẤN on everything that leaves: each page, paper, text, letter, workbook, file name, receipt and evidence."""

import ast
import io
import re
from typing import Any

import pikepdf
import pypdfium2
import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from motcua import press
from motcua.accounts import identity, sessions
from motcua.desk import receipts
from motcua.desk.models import AccountCheck
from motcua.kernel.authority import Authority, Power
from motcua.kernel.email_address import EmailAddress
from motcua.kernel.phone import Phone
from motcua.kernel.training_stamp import STAMP, stamped_text
from motcua.outbox import mailing, samples, sending
from motcua.outbox.gsm7 import SEGMENT, septets
from motcua.press.forms import FORMS
from motcua.press.workbooks import Book
from motcua.training import invented
from motcua.web import context
from tests.house import sources
from tests.house.test_authorisation_matrix import addresses
from tests.house.test_routes import ALL
from tests.press import samples as press_samples
from tests.training.courses import a_course, seat
from tests.training.outside import PhonesInMemory
from tests.training.solving import Solver

BAND = 'class="training-band"'


def pages_of(pdf: bytes) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]


@pytest.mark.parametrize("form", sorted(FORMS))
def test_every_page_of_every_paper_carries_it(training_world: None, form: str) -> None:
    pdf = press.render(form, press_samples.FORMS[form])
    pages = pages_of(pdf)
    assert pages and all(STAMP in page for page in pages)


@pytest.mark.parametrize("form", sorted(FORMS))
def test_a_real_paper_carries_none(form: str) -> None:
    of_training = {"giay-to-mau", "phieu-dang-nhap-tap-huan", "ket-qua-tap-huan"}
    if form not in of_training:
        assert not any(STAMP in page for page in pages_of(press.render(form, press_samples.FORMS[form])))


def test_a_stamped_paper_is_still_archival_and_its_title_says_it(training_world: None) -> None:
    pdf = press.render("giay-tiep-nhan", press_samples.FORMS["giay-tiep-nhan"])
    with pikepdf.open(io.BytesIO(pdf)) as document, document.open_metadata() as told:
        assert (told.get("pdfaid:part"), told.get("pdfuaid:part")) == ("2", "1")
        assert str(told.get("dc:title")).startswith(STAMP)


@pytest.mark.parametrize("told", samples.registered(), ids=lambda told: told.kind)
def test_every_text_carries_it_within_one_segment(told: Any) -> None:
    text = stamped_text(told.example, SEGMENT)
    assert text.startswith("TAP HUAN: ")
    assert septets(text) <= SEGMENT
    for code in re.findall(r"\b[0-9]{6}\b", told.example.split("\n")[0]):
        assert code in text
    if link := re.search(r" \S*/\S*\Z", told.example):
        assert text.endswith(link[0])


@pytest.mark.parametrize("length", [0, 1, 149, 150, 151, 160])
def test_a_text_of_any_length_stays_in_one_segment(length: int) -> None:
    words = ("ma " * 80)[:length]
    for text in (words, f"{words[:130]} cong.vn/k/abcdef", f"{words[:140]}\n@cong.vn #123456"):
        assert septets(stamped_text(text, SEGMENT)) <= SEGMENT
    assert stamped_text("Ma OTP: 123456.\n@cong.vn #123456", SEGMENT).endswith("#123456")


@pytest.mark.django_db
def test_texts_and_letters_leave_with_it_and_real_ones_without(settings: Any) -> None:
    def sent(key: str) -> tuple[str, str]:
        keyring = django_settings.KEYRING
        text = sending.enqueue(
            to=Phone.parse("0912345678"), text="Ho so da xong.", purpose="dossier", dedupe_key=key
        )
        letter = mailing.enqueue(
            to=EmailAddress.parse("mau@vi-du.vn"), subject="Tin", text="Xong.", purpose="x", dedupe_key=key
        )
        return (
            keyring.open("outbox.body", str(text.reference), text.body_sealed),
            keyring.open("outbox.subject", str(letter.reference), letter.subject_sealed),
        )

    assert sent("that") == ("Ho so da xong.", "Tin")
    settings.TRAINING = True
    assert sent("tap-huan") == ("TAP HUAN: Ho so da xong.", f"[{STAMP}] Tin")


def test_every_workbook_of_the_house_is_a_stamped_one(settings: Any) -> None:
    makers = [
        module.where
        for module in sources.modules()
        if re.search(r"\bWorkbook\(|import Workbook\b", ast.unparse(module.tree))
        and "press/workbooks" not in module.where
    ]
    assert makers == []
    for training in (True, False):
        settings.TRAINING = training
        book = Book(write_only=True)
        book.create_sheet("Thủ tục").append(["=1+1"])
        kept = io.BytesIO()
        book.save(kept)
        read = load_workbook(kept)
        assert read.worksheets[0].title == "Thủ tục" and read.worksheets[0]["A1"].value == "=1+1"
        assert (STAMP in read.sheetnames) is training
        assert (STAMP in str(read.worksheets[0].oddHeader.center.text)) is training


def signed_in(subject: str, *, officer: bool = True) -> Client:
    account = identity.account_of_subject(subject)
    token, _ = sessions.begin(
        account, audience="OFFICER" if officer else "CITIZEN", device="d" * 32, device_words="Chrome"
    )
    client = Client(raise_request_exception=False)
    client.cookies["phien"] = token
    return client


@pytest.mark.timeout(900)
def test_every_page_carries_it_whoever_opens_it(trainer: Authority, phones: PhonesInMemory) -> None:
    """A crawl of every address, as a stranger, a trainee and an officer with every right."""
    solver = Solver(phones, a_course(trainer))
    solver.begin("iii-da-co-tai-khoan")
    boss = seat(solver.course)
    Posts(boss.colleague_subject, boss.unit_code).with_every_power()
    visitors = {
        "stranger": Client(raise_request_exception=False),
        "trainee": signed_in(boss.subject),
        "everything": signed_in(boss.colleague_subject),
        "citizen": signed_in(boss.subject, officer=False),
    }
    wrong, seen = [], 0
    known = {"public_id": str(solver.attempt.public_id)}  # type: ignore[union-attr]
    for route, path in addresses([each for each in ALL if each.of_people], **known):
        for who, client in visitors.items():
            answer = client.get(path)
            kind = answer.headers.get("Content-Type", "")
            page = answer.content.decode() if kind.startswith("text/html") and not answer.streaming else ""
            if "<html" in page:
                seen += 1
                if page.count(BAND) != 1:
                    wrong.append((who, route.name))
            named = answer.headers.get("Content-Disposition", "TAP-HUAN-")
            if "TAP-HUAN-" not in named:
                wrong.append((who, route.name))
    assert wrong == []
    assert seen > 300


class Posts:
    """An officer who may do everything, for looking at every page."""

    def __init__(self, subject: str, unit_code: str) -> None:
        self._subject, self._unit = subject, unit_code

    def with_every_power(self) -> None:
        from motcua.units import granting
        from motcua.units.models import Officer, Post

        post = Post.objects.get(grantee_subject=self._subject, revoked_at=None)
        granting.end_post(post, by="system", reason="thay")
        granting.bootstrap(
            officer_id=Officer.objects.get(subject=self._subject).pk,
            unit_code=self._unit,
            powers=list(Power),
            valid_from=timezone.localdate(),
            reason="xem mọi trang",
        )


def test_even_the_page_of_a_breakdown_carries_it(training_world: None) -> None:
    from django.template.loader import render_to_string

    assert BAND in render_to_string("500.html", {"request_id": "x", **context.standing()})


def test_a_real_page_carries_none(client: Client, db: None) -> None:
    page = client.get("/").content.decode()
    assert BAND not in page and STAMP not in page


def test_a_receipt_of_the_training_is_believed_by_no_real_desk(
    trainer: Authority, phones: PhonesInMemory, settings: Any
) -> None:
    solver = Solver(phones, a_course(trainer))
    solver.begin("ii-da-co-tai-khoan")
    solver.check()
    receipt = AccountCheck.objects.latest("pk").receipt
    assert receipts.of_the_portal(receipt, now=timezone.now()).subject
    # Another installation has other keys as well; the issuer alone is enough to be refused.
    settings.PORTAL_ISSUER = settings.PORTAL_URL
    with pytest.raises(receipts.ReceiptNotTrusted):
        receipts.of_the_portal(receipt, now=timezone.now())


def test_codes_lead_to_the_training_only(trainer: Authority, phones: PhonesInMemory, settings: Any) -> None:
    import zxingcpp

    settings.PUBLIC_URL = settings.DESK_URL = settings.PORTAL_URL = "http://tap-huan.vi-du.vn:8010"
    from motcua.desk import slips

    solver = Solver(phones, a_course(trainer))
    solver.begin("ii-da-co-tai-khoan")
    dossier = solver.receive()
    pdf = press.render(*slips.to_print(solver.me, dossier.public_id))
    picture = pypdfium2.PdfDocument(io.BytesIO(pdf))[0].render(scale=3).to_pil()
    told = [code.text for code in zxingcpp.read_barcodes(picture)]
    assert told and all("tap-huan.vi-du.vn" in text for text in told)


def test_the_card_of_a_task_is_read_as_a_card(trainer: Authority, phones: PhonesInMemory) -> None:
    from motcua.files import card_scan
    from motcua.training import staging

    solver = Solver(phones, a_course(trainer))
    attempt = solver.begin("iii-tao-tai-quay")
    read = card_scan.read_card_qr(staging.card(attempt.pk), "pdf")
    assert read == invented.citizen(attempt.pk, 0).card_qr
