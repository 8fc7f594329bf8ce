"""Who may see and change what notices say, and what the page makes of it."""

from typing import Any

import pytest

from motcua.journal.models import Event
from motcua.kernel.authority import Power
from motcua.outbox import sending, wordings
from motcua.outbox.models import NoticeWording
from tests.fakes import FakeSms
from tests.web_office.desk import Desk, unit, words

pytestmark = pytest.mark.django_db(transaction=True)
HERE = "/quan-tri/mau-thong-bao/"
ONE = HERE + "dossier_moved/sms/"
LETTER = HERE + "dossier_moved/email/"


@pytest.fixture
def editor() -> Desk:
    return Desk(Power.MANAGE_CATALOGUE)


def send(desk: Desk, act: str, body: str, address: str = ONE, **more: str) -> Any:
    return desk.post(address, {"act": act, "body": body, "reason": "Theo góp ý", **more})


def said() -> str:
    return wordings.in_force("dossier_moved", "SMS").text


def test_every_notice_and_channel_can_be_opened(editor: Desk) -> None:
    page = words(editor.get(HERE))
    assert "Đã tiếp nhận hồ sơ" in page and "Yêu cầu bổ sung giấy tờ" in page
    assert "Tham số được dùng" in words(editor.get(ONE))
    assert "Tiêu đề thư" in words(editor.get(LETTER))
    for missing in (HERE + "khong-co/sms/", HERE + "dossier_moved/zalo/"):
        assert editor.get(missing).status_code == 404


def test_a_wording_is_saved_sent_shown_and_journalled(editor: Desk) -> None:
    answer = send(editor, "save", "Ho so {ma_ho_so} nay {trang_thai}")

    assert answer["Location"] == f"{ONE}?da=luu"
    page = words(editor.get(answer["Location"]))
    assert "Đã ghi mẫu thông báo." in page and "Đang dùng" in page and "Theo góp ý" in page
    assert said() == "Ho so {ma_ho_so} nay {trang_thai}"
    line = Event.objects.get(event="desk.wording.changed")
    assert (line.actor, line.facts["event"]) == (editor.subject, "dossier_moved")


@pytest.mark.parametrize(
    ("body", "no"),
    [
        ("Ho so {ma_ho_so} cua {ho_ten}", "tham số ho_ten"),
        ("Ho so {ma_ho_so} xem lua-dao.com", "không được có địa chỉ trang web"),
        ("Ho so {ma_ho_so} " + "a" * 150, "chỉ được 160 ký tự"),
        ("<script>alert(1)</script> {ma_ho_so} đ", "viết không dấu"),
    ],
)
@pytest.mark.parametrize("act", ["save", "preview", "try"])
def test_a_wrong_wording_is_neither_saved_nor_tried(editor: Desk, act: str, body: str, no: str) -> None:
    answer = send(editor, act, body)

    assert answer.status_code == 422 and no in words(answer)
    assert not NoticeWording.objects.exists()
    assert "<script>alert" not in answer.content.decode()


def test_the_preview_shows_the_longest_and_saves_nothing(editor: Desk) -> None:
    page = words(editor.post(ONE, {"act": "preview", "body": "Ho so {ma_ho_so}: {trang_thai}"}))

    assert "yeu cau thuc hien nghia vu tai chinh" in page and "trên 160 ký tự" in page
    assert not NoticeWording.objects.exists()


def test_a_reason_is_wanted_for_a_change(editor: Desk) -> None:
    answer = editor.post(ONE, {"act": "save", "body": "Ho so {ma_ho_so}"})

    assert answer.status_code == 422 and "chưa nhập lý do" in words(answer)


def test_a_trial_goes_to_the_administrators_own_phone_and_is_counted(editor: Desk) -> None:
    for _ in range(10):
        assert send(editor, "try", "Ho so {ma_ho_so}").status_code == 200
    gateway = FakeSms()
    sending.send_due(gateway=gateway)

    assert len(gateway.messages) == 10
    assert len({to for to, _, _ in gateway.messages}) == 1
    assert "gửi thử quá nhiều" in words(send(editor, "try", "Ho so {ma_ho_so}"))


def test_a_later_version_waits_and_may_be_given_up(editor: Desk) -> None:
    send(editor, "save", "Tin sau: {ma_ho_so}", valid_from="07:30 01/12/2099")
    page = editor.get(ONE)
    assert "Chưa có hiệu lực" in words(page) and "Tin sau" not in said()

    row = NoticeWording.objects.get()
    assert editor.post(f"{HERE}{row.public_id}/bo/")["Location"] == f"{ONE}?da=bo"
    assert "Đã bỏ" in words(editor.get(ONE))
    assert editor.post(f"{HERE}{row.public_id}/bo/").status_code == 409


@pytest.mark.parametrize("moment", ["07:30 01/12/2020", "mai", "25:00 01/12/2099", "07:30 31/02/2099"])
def test_a_moment_that_is_none_or_past_is_refused(editor: Desk, moment: str) -> None:
    assert send(editor, "save", "Tin: {ma_ho_so}", valid_from=moment).status_code == 422
    assert not NoticeWording.objects.exists()


def test_the_first_wording_comes_back(editor: Desk) -> None:
    first = said()
    send(editor, "save", "Tin moi: {ma_ho_so}")
    assert "Theo doi tai" in words(editor.get(ONE + "mac-dinh/"))

    answer = editor.post(ONE + "mac-dinh/", {"reason": "Thử xong"})

    assert answer["Location"] == f"{ONE}?da=mac-dinh"
    assert said() == first
    assert NoticeWording.objects.count() == 2
    assert Event.objects.filter(event="desk.wording.restored").exists()


def test_a_letter_has_a_subject_and_lines(editor: Desk) -> None:
    body = "Kính gửi ông/bà,\r\n\r\nHồ sơ {ma_ho_so}: {trang_thai}."
    assert send(editor, "save", body, LETTER, subject="").status_code == 422
    assert send(editor, "save", body, LETTER, subject="Hồ sơ {ma_ho_so}").status_code == 302

    letter = wordings.letter_of("dossier_moved", {"ma_ho_so": "H1", "trang_thai": "Đang xử lý"})
    assert letter.subject == "Hồ sơ H1"
    assert letter.text.startswith("Kính gửi ông/bà,\n\nHồ sơ H1: Đang xử lý.")


def test_a_unit_below_reads_and_changes_nothing() -> None:
    unit("so-mau")
    below = Desk(Power.MANAGE_CATALOGUE, at="so-mau-duoi", parent="so-mau")
    assert "dùng chung cho cả tỉnh" in words(below.get(HERE))
    assert "Sửa mẫu" not in words(below.get(ONE))

    answer = send(below, "save", "Tin moi: {ma_ho_so}")
    assert answer.status_code == 403 and "đơn vị cấp trên cùng" in words(answer)
    for act in ("save", "try"):
        send(below, act, "Tin moi: {ma_ho_so}")
    assert below.post(ONE + "mac-dinh/", {"reason": "x"}).status_code == 403
    assert not NoticeWording.objects.exists()


def test_no_other_power_opens_it() -> None:
    desk = Desk(Power.OPEN_ACCOUNT)
    for address in (HERE, ONE, ONE + "mac-dinh/"):
        assert desk.get(address).status_code == 403
