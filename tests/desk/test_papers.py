"""Papers of a dossier's life: the set of their day, what stands on them, who may print them."""

import uuid
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from django.db import connection
from django.utils import timezone
from tests.desk.lives import House, fresh, house
from tests.desk.town import OWNER, a_form, a_unit, authority_of, town

from motcua.desk import charging, form_sets, notices, papers, slips
from motcua.desk.form_sets import Paper, form_of, set_of
from motcua.desk.models import Charge, Dossier, Notice
from motcua.journal.models import Event
from motcua.kernel.authority import NotAuthorised, Power
from motcua.kernel.refusal import NotFound
from motcua.press import render
from motcua.press.forms import FORMS

pytestmark = pytest.mark.django_db(transaction=True)
REASON = "Tên đệm khác với sổ gốc."


@pytest.fixture
def here(tmp_path: Path) -> House:
    return house(town(tmp_path))


def read(printed: papers.Printed) -> str:
    """The words on the real paper."""
    form, data = printed
    document = pypdfium2.PdfDocument(BytesIO(render(form, data)))
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2015, 1, 1), "2018"),
        (date(2018, 11, 23), "2018"),
        (date(2025, 9, 14), "2018"),
        (date(2025, 9, 15), "2025"),
        (date(2031, 1, 1), "2025"),
    ],
)
def test_a_day_has_one_set_of_forms(day: date, name: str) -> None:
    assert set_of(day).name == name


def test_the_sets_number_their_forms_as_the_circulars_do() -> None:
    old, new = date(2020, 1, 1), date(2026, 1, 1)
    assert form_of(Paper.CONTROL, old).version == "Mẫu số 05, Thông tư 01/2018/TT-VPCP"
    assert form_of(Paper.CONTROL, new).version == "Mẫu số 06, Thông tư 03/2025/TT-VPCP"
    assert form_of(Paper.STOP, old).version == ""
    assert form_of(Paper.STOP, new).version == "Mẫu số 05, Thông tư 03/2025/TT-VPCP"
    assert form_of(Paper.APOLOGY, old).title == "Phiếu xin lỗi và hẹn lại ngày trả kết quả"
    assert form_of(Paper.APOLOGY, new).title == "Văn bản xin lỗi và đề nghị gia hạn"


def test_every_form_of_every_set_has_a_sheet() -> None:
    for each in form_sets.sets():
        assert {form.sheet for form in each.forms.values()} <= set(FORMS)


@pytest.mark.parametrize("damage", ['"2025-09-15"', '"HAND_OUT"'])
def test_a_gap_between_sets_or_a_form_left_out_is_seen_at_once(
    damage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = form_sets._FILE.read_text(encoding="utf-8")
    broken = tmp_path / "sets.json"
    broken.write_text(
        whole.replace(damage, '"2025-09-16"' if "-" in damage else '"RECEIPT"'), encoding="utf-8"
    )
    monkeypatch.setattr(form_sets, "_FILE", broken)
    with pytest.raises(ValueError, match=r"begin|lacks"):
        form_sets.sets.__wrapped__()


def test_each_notice_is_printed_with_its_number_reason_and_form(here: House) -> None:
    now, until = timezone.now(), timezone.localdate() + timedelta(days=3)
    dossier = here.on_the_desk_of_the_specialist()
    asked = notices.ask_supplement(
        authority=here.specialist,
        dossier_id=dossier.public_id,
        items=[notices.Item(name="Giấy khai sinh", what="Nộp bản chứng thực")],
        reason=REASON,
        answer_by=until,
        now=now,
    )
    words = read(papers.notice_to_print(here.specialist, dossier.public_id, asked.public_id))
    for part in (
        "PHIẾU YÊU CẦU BỔ SUNG",
        asked.number,
        REASON,
        "Nộp bản chứng thực",
        f"ngày {until:%d} tháng",
        f"năm {until:%Y}",
    ):
        assert part in words
    assert str(dossier.code) in words and "Mẫu số 02, Thông tư 03/2025/TT-VPCP" in words
    assert OWNER not in words


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        ("refuse", "PHIẾU TỪ CHỐI TIẾP NHẬN"),
        ("stop", "THÔNG BÁO DỪNG GIẢI QUYẾT"),
        ("withdraw", "PHIẾU RÚT HỒ SƠ"),
    ],
)
def test_an_end_is_printed_on_its_own_form(here: House, kind: str, title: str) -> None:
    dossier = here.on_the_desk_of_the_specialist()
    by = {"refuse": here.specialist, "stop": here.leader, "withdraw": here.giver}[kind]
    issued: Notice = getattr(notices, kind)(
        authority=by, dossier_id=dossier.public_id, reason=REASON, now=timezone.now()
    )
    words = read(papers.notice_to_print(by, dossier.public_id, issued.public_id))
    assert title in words and REASON in words and issued.issued_by_name in words


def test_an_apology_says_both_dates(here: House) -> None:
    dossier = here.on_the_desk_of_the_specialist()
    assert dossier.due_at
    later = dossier.due_at + timedelta(days=3)
    issued = notices.apologise(
        authority=here.specialist,
        dossier_id=dossier.public_id,
        reason=REASON,
        new_due_at=later,
        now=timezone.now(),
    )
    form, data = papers.notice_to_print(here.specialist, dossier.public_id, issued.public_id)
    assert (data["old_due_at"], data["new_due_at"]) == (dossier.due_at, later)
    assert "VĂN BẢN XIN LỖI VÀ ĐỀ NGHỊ GIA HẠN" in read((form, data))


def test_an_old_notice_is_printed_again_with_the_set_of_its_day(here: House) -> None:
    dossier = here.on_the_desk_of_the_specialist()
    issued = notices.refuse(
        authority=here.specialist, dossier_id=dossier.public_id, reason=REASON, now=timezone.now()
    )
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE desk_notice SET issued_at = '2024-03-05 09:00+07'")
        cursor.execute("SET session_replication_role = origin")
    words = read(papers.notice_to_print(here.specialist, dossier.public_id, issued.public_id))
    assert "Mẫu số 03, Thông tư 01/2018/TT-VPCP" in words and "ngày 05 tháng 3 năm 2024" in words


def test_the_control_slip_shows_each_hold_and_whether_it_was_kept(here: House) -> None:
    dossier = here.done()
    form, data = papers.control_slip_to_print(here.leader, dossier.public_id)
    hops = data["hops"]
    assert isinstance(hops, list) and len(hops) >= 3
    assert [hop["kept"] for hop in hops[:2]] and {hop["kept"] for hop in hops[:2]} <= {
        "Trước hạn",
        "Đúng hạn",
        "",
    }
    assert hops[1]["accepted_by"] == "Trần Văn Quầy"
    words = read((form, data))
    assert "PHIẾU KIỂM SOÁT" in words and "Mẫu số 06" in words and str(dossier.code) in words


def test_a_receipt_for_money_is_printed_once_it_was_paid(here: House) -> None:
    dossier = here.on_the_desk_of_the_specialist()
    charge = charging.ask(
        authority=here.specialist,
        dossier_id=dossier.public_id,
        kind=Charge.Kind.FEE,
        amount_vnd=15_000,
        wait=False,
        now=timezone.now(),
    )
    with pytest.raises(NotFound):
        papers.charge_to_print(here.giver, dossier.public_id, charge.public_id)
    paid = charging.take(
        authority=here.giver, charge_id=charge.public_id, how=Charge.How.CASH, now=timezone.now()
    )
    words = read(papers.charge_to_print(here.giver, dossier.public_id, charge.public_id))
    assert "15.000 đồng" in words and "Mười lăm nghìn đồng" in words and paid.receipt_number in words


def test_who_took_the_result_is_printed_after_it_was_handed_out(here: House) -> None:
    dossier = here.done()
    with pytest.raises(NotFound):
        papers.hand_out_to_print(here.giver, dossier.public_id)
    here.hand_out(dossier)
    words = read(papers.hand_out_to_print(here.giver, dossier.public_id))
    assert "BIÊN NHẬN TRẢ KẾT QUẢ" in words and "12/QĐ-SGDĐT" in words and "Chủ hồ sơ" in words


def test_dossiers_of_one_visit_stand_on_one_receipt(here: House) -> None:
    first = here.town.check(OWNER)
    one = here.town.receive(here.town.choose(first.public_id).check_id)
    two = here.town.receive(here.town.choose(first.public_id, "2.002479").check_id, a_form("2.002479"))
    here.town.received(here.town.new_owner())
    visit = Dossier.objects.get(pk=one.pk).account_check
    assert visit is not None
    form, data = papers.visit_to_print(here.town.authority, visit.visit)
    lines = data["dossiers"]
    assert isinstance(lines, list)
    assert [line["code"] for line in lines] == [one.code, two.code]
    words = read((form, data))
    assert OWNER in words and one.track_check in words and two.track_check in words


def test_each_printing_is_journalled_and_strangers_print_nothing(here: House) -> None:
    dossier = here.done()
    papers.control_slip_to_print(here.specialist, dossier.public_id)
    line = Event.objects.filter(event="desk.slip.printed").latest("id")
    assert line.facts == {"form": "phieu-kiem-soat"} and line.actor == here.specialist.subject

    elsewhere = a_unit("phong-gddt", "000.05.31.H08")
    stranger = authority_of(here.town.officer, elsewhere, Power.RECEIVE_DOSSIER, Power.HAND_OUT)
    other = here.town.received(here.town.new_owner())
    with pytest.raises(NotFound):
        papers.control_slip_to_print(stranger, dossier.public_id)
    assert other.account_check is not None
    with pytest.raises(NotFound):
        papers.visit_to_print(stranger, other.account_check.visit)
    with pytest.raises(NotFound):
        papers.notice_to_print(here.specialist, dossier.public_id, uuid.uuid4())
    creator = authority_of(here.town.officer, here.town.unit, Power.OPEN_ACCOUNT)
    with pytest.raises(NotAuthorised):
        papers.control_slip_to_print(creator, dossier.public_id)


def test_a_notice_is_found_only_under_its_own_dossier(here: House) -> None:
    dossier, other = here.on_the_desk_of_the_specialist(), here.received()
    issued = notices.refuse(
        authority=here.specialist, dossier_id=dossier.public_id, reason=REASON, now=timezone.now()
    )
    with pytest.raises(NotFound):
        papers.notice_to_print(here.specialist, other.public_id, issued.public_id)
    assert slips.receipt_data(fresh(other))["version"] == "Mẫu số 01, Thông tư 03/2025/TT-VPCP"
