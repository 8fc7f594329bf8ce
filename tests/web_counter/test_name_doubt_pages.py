"""Đối chiếu tên on the desk's pages: in the list, on the dossier, and on a page of its own with three conclusions."""

from typing import Any

import pytest

from motcua.desk.models import Dossier
from motcua.desk.states import State
from tests.web_counter.conftest import NAME, OWNER, Desk, text_of
from tests.web_counter.test_unproven_statements import taken_in

RIGHT = "052190000102"
TYPED = "Nguyễn Thị Mẫu"  # OWNER's account is of NAME
REASON = "Đã xem thẻ CCCD của người nộp"


@pytest.fixture
def waiting(desk: Desk) -> Dossier:
    taken_in(OWNER)
    dossier = Dossier.objects.get()
    answer = desk.client.post(f"/mot-cua/no-xac-thuc/{dossier.public_id}/kiem-tra-lai/", follow=True)
    assert "mang tên khác" in text_of(answer)
    return dossier


def address(dossier: Dossier) -> str:
    return f"/mot-cua/no-xac-thuc/{dossier.public_id}/doi-chieu-ten/"


def concluded(desk: Desk, dossier: Dossier, **typed: str) -> Any:
    return desk.client.post(address(dossier), {"number": "", **typed})


def test_the_list_and_the_dossier_say_so_and_lead_to_the_page(desk: Desk, waiting: Dossier) -> None:
    listed = desk.client.get("/mot-cua/no-xac-thuc/")
    assert (
        "Tên trên tài khoản khác tên đã ghi" in text_of(listed)
        and address(waiting) in listed.content.decode()
    )
    assert "Kiểm tra lại ngay" not in text_of(listed) and NAME not in text_of(listed)
    page = desk.client.get(f"/mot-cua/ho-so/{waiting.public_id}/")
    assert "chưa báo cho ai" in text_of(page) and address(waiting) in page.content.decode()
    assert NAME not in text_of(page)

    both = text_of(desk.client.get(address(waiting)))
    assert NAME in both and TYPED in both and OWNER not in both


def test_an_empty_form_and_a_short_reason_say_what_is_missing(desk: Desk, waiting: Dossier) -> None:
    empty = concluded(desk, waiting)
    assert "Đề nghị ông/bà chọn kết luận." in text_of(empty)
    numberless = concluded(desk, waiting, verdict="NUMBER", reason=REASON)
    assert numberless.status_code == 422 and "nhập số đúng của chủ hồ sơ" in text_of(numberless)
    both = text_of(
        concluded(desk, waiting, verdict="NUMBER", reason="đúng")
    )  # each at once, not one after the other
    assert "nhập số đúng của chủ hồ sơ" in both and "ghi căn cứ đã đối chiếu" in both
    short = concluded(desk, waiting, verdict="SAME", reason="đúng")
    assert short.status_code == 422 and "ít nhất 10 ký tự" in text_of(short)
    same_number = concluded(desk, waiting, verdict="NUMBER", number=OWNER, reason=REASON)
    assert "Số này là số đang ghi" in text_of(same_number)


def test_the_same_person_is_received_at_once(desk: Desk, waiting: Dossier) -> None:
    answer = concluded(desk, waiting, verdict="SAME", reason=REASON)
    assert answer.headers["Location"] == f"/mot-cua/ho-so/{waiting.public_id}/?da=ket-luan"
    waiting.refresh_from_db()
    assert waiting.state == State.RECEIVED and waiting.owner_name == NAME
    shown = text_of(desk.client.get(answer.headers["Location"]))
    assert REASON in shown and TYPED in shown
    assert "Đã ghi kết luận" in shown and "in giấy tiếp nhận và giao người nộp" in shown
    again = desk.client.get(address(waiting))
    assert again.status_code == 200 and "đã có kết luận" in text_of(again)
    assert f"/mot-cua/ho-so/{waiting.public_id}/" in again.content.decode() and NAME not in text_of(again)
    late = concluded(desk, waiting, verdict="SAME", reason=REASON)
    assert late.status_code == 409 and "đã có kết luận" in text_of(late)


def test_a_right_number_is_asked_at_once_and_an_end_is_said(desk: Desk, waiting: Dossier) -> None:
    concluded(desk, waiting, verdict="NUMBER", number=RIGHT, reason=REASON)
    waiting.refresh_from_db()
    assert waiting.recheck_answer == "NOT_FOUND" and waiting.owner_last3 == RIGHT[-3:]

    taken_in(OWNER)
    other = Dossier.objects.exclude(pk=waiting.pk).get()
    desk.client.post(f"/mot-cua/no-xac-thuc/{other.public_id}/kiem-tra-lai/")
    answer = concluded(desk, other, verdict="ENDED", reason=REASON)
    shown = text_of(desk.client.get(answer.headers["Location"]))
    assert "đóng tiếp nhận tạm và trả lại giấy tờ" in shown and "trả lại giấy tờ cho người nộp" in shown
    assert "In phiếu tiếp nhận tạm" not in shown


def test_the_list_is_filtered_by_what_is_waited_for_and_sorted(desk: Desk, waiting: Dossier) -> None:
    taken_in(RIGHT)
    other = Dossier.objects.exclude(pk=waiting.pk).get()
    here = "/mot-cua/no-xac-thuc/"
    everything = text_of(desk.client.get(here))
    assert "chờ cán bộ đối chiếu tên" in everything
    first, second = str(waiting.provisional_number), str(other.provisional_number)
    assert everything.index(first) < everything.index(second)
    newest = text_of(desk.client.get(f"{here}?xep=moi"))
    assert newest.index(second) < newest.index(first)
    doubts = text_of(desk.client.get(f"{here}?tt=NAME"))
    assert first in doubts and second not in doubts
    assert "nào ở tình trạng này" in text_of(desk.client.get(f"{here}?tt=RULE"))
    assert first in text_of(desk.client.get(f"{here}?tt=khong-co"))
