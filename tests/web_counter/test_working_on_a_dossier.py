"""After reception: what each officer sees as the next thing to do, and what doing it leads to."""

import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from motcua.desk.models import Charge, Dossier, Notice
from motcua.desk.states import State
from motcua.journal.models import Event
from motcua.kernel.authority import Power
from tests.web_counter.conftest import Desk, text_of
from tests.web_counter.papers import a_pdf

SHOWN = {"how_1": "SHOWN", "how_2": "SHOWN", "how_3": "SHOWN"}


def received(desk: Desk) -> Dossier:
    desk.received(**SHOWN)
    return Dossier.objects.latest("id")


def at(dossier: Dossier, deed: str = "") -> str:
    base = f"/mot-cua/ho-so/{dossier.public_id}/"
    return f"{base}viec/{deed}/" if deed else base


def do(client: Client, dossier: Dossier, deed: str, **typed: object) -> None:
    """Open the page, send it, be led back to the dossier."""
    assert client.get(at(dossier, deed)).status_code == 200
    answer = client.post(at(dossier, deed), typed)
    assert answer.status_code == 302, text_of(answer)
    assert answer.headers["Location"] == at(dossier)
    dossier.refresh_from_db()


def scan() -> SimpleUploadedFile:
    return SimpleUploadedFile("du-thao.pdf", a_pdf(), "application/pdf")


def test_a_dossier_is_worked_on_by_three_people_and_handed_out(desk: Desk) -> None:
    dossier = received(desk)
    specialist, leader = desk.officer(Power.PROCESS), desk.officer(Power.SIGN)
    giver = desk.officer(Power.HAND_OUT)
    assert "Chuyển bước tiếp theo" in text_of(desk.client.get(at(dossier)))

    do(desk.client, dossier, "chuyen", words="Hồ sơ đủ.")
    assert dossier.state == State.PROCESSING
    assert "Việc tiếp theo" in text_of(specialist.get(at(dossier)))
    do(specialist, dossier, "nhan-xu-ly")
    assert "chưa đính kèm kết quả" in text_of(specialist.get(at(dossier)))
    do(specialist, dossier, "dinh-kem-ket-qua", file=scan())
    do(specialist, dossier, "chuyen")
    do(leader, dossier, "nhan-xu-ly")
    shown = leader.get(at(dossier, "ky-ket-qua")).context["form"]["result"].value()
    day = f"{timezone.localdate():%d/%m/%Y}"
    do(leader, dossier, "ky-ket-qua", number="12/QĐ", issued_on=day, result=str(shown))
    do(leader, dossier, "chuyen")
    assert dossier.state == State.DONE
    page = text_of(giver.get(at(dossier)))
    assert "Trả kết quả" in page
    assert "Đã ký" in page
    do(giver, dossier, "tra-ket-qua", how="AT_DESK")

    assert dossier.state == State.RETURNED
    last = text_of(giver.get(at(dossier)))
    assert "Đã trả kết quả" in last
    assert "Việc tiếp theo" not in last
    signed = giver.get(f"{at(dossier)}ket-qua.pdf")
    assert signed.content.startswith(b"%PDF")


def test_what_was_asked_for_is_on_the_page_and_handed_in_at_once(desk: Desk) -> None:
    dossier = received(desk)
    page = desk.client.get(at(dossier, "yeu-cau-bo-sung"))
    assert "Đơn xin học" in text_of(page)

    nothing = desk.client.post(at(dossier, "yeu-cau-bo-sung"), {"reason": "Hồ sơ chưa hợp lệ"})
    assert nothing.status_code == 422
    assert "ít nhất một giấy tờ" in text_of(nothing)
    do(desk.client, dossier, "yeu-cau-bo-sung", what_0="thiếu chữ ký", reason="Hồ sơ chưa hợp lệ")
    assert dossier.state == State.SUPPLEMENT
    assert "thiếu chữ ký" in text_of(desk.client.get(at(dossier)))

    form = desk.client.get(at(dossier, "nhan-bo-sung"))
    key = form.context["form"]["key"].value()
    do(desk.client, dossier, "nhan-bo-sung", key=key, how_0="PAPER", file_0=scan())
    assert dossier.state == State.PROCESSING
    added = dossier.components.get(supplement=True)
    assert (added.how, added.file_id is not None) == ("UPLOADED", True)


@pytest.mark.parametrize("typed", ["50000", "50.000", "50 000", " 50.000 "])
def test_a_sum_typed_with_dots_is_thousands(desk: Desk, typed: str) -> None:
    do(desk.client, received(desk), "yeu-cau-nop-phi", kind="FEE", amount_vnd=typed)
    assert Charge.objects.get().amount_vnd == 50_000


def test_money_is_asked_for_and_taken(desk: Desk) -> None:
    dossier = received(desk)
    for typed in ("ba mươi", "30.0", "30,000", "3.00", "٣٠", "-5", "0"):
        wrong = desk.client.post(at(dossier, "yeu-cau-nop-phi"), {"kind": "FEE", "amount_vnd": typed})
        assert "Số tiền phải là số nguyên đồng" in text_of(wrong), typed
    do(desk.client, dossier, "yeu-cau-nop-phi", kind="FEE", amount_vnd="30000", wait="on")
    assert dossier.state == State.PAYMENT

    charge = Charge.objects.get()
    address = f"{at(dossier)}thu-phi/{charge.public_id}/"
    assert desk.client.post(address, {"how": "CASH"}).status_code == 302
    assert desk.client.post(address, {"how": "CASH"}).status_code == 409
    charge.refresh_from_db()
    assert charge.receipt_number in text_of(desk.client.get(at(dossier)))


def test_a_mistyped_sum_is_called_off_and_a_paid_one_given_back(desk: Desk) -> None:
    dossier = received(desk)
    giver = desk.officer(Power.HAND_OUT)
    do(desk.client, dossier, "yeu-cau-nop-phi", kind="FEE", amount_vnd="300000", wait="on")
    wrong = Charge.objects.get()
    page = desk.client.get(at(dossier))
    assert "Hủy khoản thu" in text_of(page)
    assert "Hủy khoản thu" not in text_of(giver.get(at(dossier)))
    address = f"{at(dossier)}thu-phi/{wrong.public_id}/"
    assert "Hủy khoản thu" in text_of(desk.client.get(f"{address}huy/"))
    assert desk.client.post(f"{address}huy/", {"reason": ""}).status_code == 422
    assert desk.client.post(f"{address}huy/", {"reason": "Thừa một số 0"}).status_code == 302
    assert "Đã hủy" in text_of(desk.client.get(at(dossier)))

    do(desk.client, dossier, "yeu-cau-nop-phi", kind="FEE", amount_vnd="30000", wait="on")
    address = f"{at(dossier)}thu-phi/{Charge.objects.get(cancelled_at=None).public_id}/"
    assert desk.client.post(address, {"how": "CASH"}).status_code == 302
    assert desk.client.post(f"{address}huy/", {"reason": "Thừa một số 0"}).status_code == 409
    assert desk.client.post(f"{address}hoan-tra/", {"reason": "Thu nhầm khoản"}).status_code == 403
    assert giver.post(f"{address}hoan-tra/", {"reason": "Thu nhầm khoản"}).status_code == 302
    assert "đã hoàn trả" in text_of(giver.get(at(dossier)))


@pytest.mark.parametrize(
    ("deed", "power", "state"),
    [
        ("tu-choi", Power.RECEIVE_DOSSIER, State.STOPPED),
        ("dung-giai-quyet", Power.SIGN, State.STOPPED),
        ("rut-ho-so", Power.RECEIVE_DOSSIER, State.WITHDRAWN),
    ],
)
def test_a_dossier_ends_early_only_with_a_reason(desk: Desk, deed: str, power: Power, state: State) -> None:
    dossier = received(desk)
    client = desk.officer(power)

    assert client.post(at(dossier, deed), {"reason": ""}).status_code == 422
    assert client.post(at(dossier, deed), {"reason": "ok"}).status_code == 422
    do(client, dossier, deed, reason="Không thuộc thẩm quyền giải quyết")

    assert dossier.state == state
    assert Notice.objects.get(dossier=dossier).number in text_of(client.get(at(dossier)))
    assert client.post(at(dossier, deed), {"reason": "Một lần nữa thôi"}).status_code == 409


def test_a_new_date_is_later_and_said_once(desk: Desk) -> None:
    dossier = received(desk)
    leader = desk.officer(Power.SIGN)
    day = timezone.localdate() + timedelta(days=30)

    answer = leader.post(at(dossier, "hen-lai"), {"reason": "Chờ xác minh", "new_day": f"{day:%d/%m/%Y}"})

    assert answer.status_code == 409
    assert "không có hạn trả" in text_of(answer)


def test_who_has_no_turn_sees_no_button_and_gets_a_no(desk: Desk) -> None:
    dossier = received(desk)
    giver = desk.officer(Power.HAND_OUT)

    assert "Việc tiếp theo" not in text_of(giver.get(at(dossier)))
    for deed in ("chuyen", "ky-ket-qua", "tra-ket-qua", "dinh-kem-ket-qua"):
        typed = {"number": "1/QĐ", "issued_on": "01/01/2026", "how": "AT_DESK", "file": scan()}
        typed["result"] = str(uuid.uuid4())
        assert giver.post(at(dossier, deed), typed).status_code in {403, 409}, deed
    assert giver.get(at(dossier, "khong-co-viec-nay")).status_code == 404
    assert Dossier.objects.get(pk=dossier.pk).state == State.RECEIVED


def test_the_page_of_a_long_life_asks_no_more_of_the_database(
    desk: Desk, django_assert_max_num_queries: object
) -> None:
    dossier = received(desk)
    desk.client.get(at(dossier))
    with django_assert_max_num_queries(24):  # type: ignore[operator]
        desk.client.get(at(dossier))


def test_the_first_page_counts_what_waits_for_whom(desk: Desk) -> None:
    dossier = received(desk)
    specialist = desk.officer(Power.PROCESS)
    assert "0 Chờ nhận xử lý" in text_of(specialist.get("/mot-cua/"))

    do(desk.client, dossier, "chuyen")

    assert "1 Chờ nhận xử lý" in text_of(specialist.get("/mot-cua/"))
    listed = text_of(specialist.post("/mot-cua/ho-so/", {"tab": "TO_ACCEPT"}))
    assert dossier.code and dossier.code in listed
    assert "Ông/bà chưa được phân công" not in text_of(specialist.get("/mot-cua/"))


def test_paper_taken_at_the_counter_is_scanned_afterwards_and_goes_on(desk: Desk) -> None:
    """A reception with the form's own defaults: paper, no scan. It must not be a dead end."""
    desk.received(how_1="PAPER", originals_1="1", how_2="SHOWN")
    dossier = Dossier.objects.latest("id")
    page = text_of(desk.client.get(at(dossier)))
    assert "còn thành phần hồ sơ chưa được số hóa" in page
    assert "Số hóa giấy tờ đã nhận" in page
    assert "Chuyển bước tiếp theo" not in page

    key = desk.client.get(at(dossier, "so-hoa")).context["form"]["key"].value()
    empty = desk.client.post(at(dossier, "so-hoa"), {"key": key})
    assert empty.status_code == 422
    assert "ít nhất một giấy tờ" in text_of(empty)
    do(desk.client, dossier, "so-hoa", key=key, file_1=scan())

    line = dossier.components.get(order=1)
    assert (line.how, line.originals, line.file_id is not None) == ("UPLOADED", 1, True)
    assert Event.objects.get(event="desk.dossier.digitised").facts["first"] == 1
    assert "Chuyển bước tiếp theo" in text_of(desk.client.get(at(dossier)))
    do(desk.client, dossier, "chuyen")
    assert dossier.state == State.PROCESSING
