"""Who comes with too little gets form 02 to take home; nothing is received and nothing of a person is kept."""

import pypdfium2 as pdfium

from motcua.desk.models import AccountCheck, Dossier
from motcua.journal.models import Event
from motcua.kernel.authority import Power
from tests.web_counter.conftest import NAME, OWNER, Desk, owner, text_of


def printed(data: bytes) -> str:
    pages = pdfium.PdfDocument(data)
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in pages).split())


def guidance_of(address: str) -> str:
    return address.replace("/ho-so/", "/phieu-bo-sung.pdf")


def test_what_has_no_way_is_on_the_paper_and_nothing_was_received(desk: Desk) -> None:
    address = desk.form_address()
    form = desk.form(address)
    missing = next(name for name in form if name.startswith("how_"))
    page = desk.client.get(address).content.decode()
    assert f'formaction="{guidance_of(address)}"' in page and 'formtarget="_blank"' in page
    # Enter sends the first button of a form: that is the reception, never the paper.
    assert page.index(">Tiếp nhận</button>") < page.index("formaction=")

    answer = desk.client.post(guidance_of(address), {**form, missing: ""})

    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    words = printed(answer.content)
    assert "bổ sung, hoàn thiện hồ sơ" in words.lower() and NAME in words and OWNER not in words
    assert "chưa được tiếp nhận" in words
    assert not Dossier.objects.exists()
    line = Event.objects.get(event="desk.visitor.guided")
    assert line.facts["missing"] == 1
    assert NAME not in str(line.facts)
    # The same visit goes on: with the paper it is received.
    assert desk.client.post(address, desk.form(address)).status_code == 302


def test_nothing_missing_is_no_paper(desk: Desk) -> None:
    address = desk.form_address()

    answer = desk.client.post(guidance_of(address), desk.form(address))

    assert answer.status_code == 422
    assert "không có nội dung để in phiếu" in text_of(answer)
    assert not Event.objects.filter(event="desk.visitor.guided").exists()


def test_a_check_of_somebody_else_prints_nothing(desk: Desk) -> None:
    address = desk.form_address()
    colleague = desk.officer()
    stranger = desk.officer(Power.PROCESS)

    assert colleague.post(guidance_of(address), {}).status_code == 404
    assert stranger.post(guidance_of(address), {}).status_code == 403
    assert desk.client.get(guidance_of(address)).status_code == 405


def test_a_name_typed_for_a_silent_portal_is_printed_and_what_is_no_name_is_not(
    desk: Desk, line: object
) -> None:
    owner("052190000002")
    line("down")  # type: ignore[operator]
    desk.check("052190000002")
    check = AccountCheck.objects.latest("id")
    chosen = desk.client.post(f"/mot-cua/tiep-nhan/{check.public_id}/", {"procedure": "2.002479"})
    assert chosen.status_code == 302
    address = guidance_of(str(chosen.headers["Location"]))

    named = printed(desk.client.post(address, {"owner_name": "Lê Thị Gõ Mẫu"}).content)
    assert "Lê Thị Gõ Mẫu" in named
    broken = desk.client.post(address, {"owner_name": "12<b>"})
    assert broken.status_code == 200 and "<b>" not in printed(broken.content)
