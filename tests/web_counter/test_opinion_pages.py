"""A question from one unit to another, from the page where it is asked to the page where it is answered."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from motcua.desk.models import Dossier, Opinion
from motcua.journal.models import Event
from motcua.kernel.authority import Power
from motcua.units.models import Unit
from tests.web_counter.conftest import Desk, a_unit, text_of
from tests.web_counter.test_working_on_a_dossier import at, do, received

LIST = "/mot-cua/y-kien/"


def asked(desk: Desk, room: Unit) -> tuple[Dossier, Client, Opinion]:
    dossier = received(desk)
    specialist = desk.officer(Power.PROCESS)
    do(desk.client, dossier, "chuyen")
    do(specialist, dossier, "nhan-xu-ly")
    due = timezone.localdate() + timedelta(days=3)
    do(
        specialist,
        dossier,
        "xin-y-kien",
        asked_unit=room.code,
        content="Đề nghị cho ý kiến về nhân sự",
        due_on=f"{due:%d/%m/%Y}",
    )
    return dossier, specialist, Opinion.objects.get()


def test_a_unit_finds_the_question_and_answers_it(desk: Desk) -> None:
    room = a_unit("phong-to-chuc", "000.00.09.H08")
    dossier, specialist, opinion = asked(desk, room)
    colleague = desk.officer(Power.PROCESS, unit=room)
    answering = f"{LIST}{opinion.public_id}/"

    assert "Đơn vị chưa trả lời" in text_of(specialist.get(at(dossier)))
    assert specialist.get(answering).status_code == 403
    assert "1 ý kiến chờ đơn vị trả lời" in text_of(colleague.get("/mot-cua/"))
    page = text_of(colleague.get(LIST))
    assert (dossier.code or "-") in page and "về nhân sự" in page and dossier.owner_name not in page

    assert "về nhân sự" in text_of(colleague.get(answering))
    assert colleague.get(at(dossier)).status_code == 404, "asked is not handed over"
    short = colleague.post(answering, {"words": "ừ"})
    assert short.status_code == 422 and "về nhân sự" in text_of(short)
    looks = Event.objects.filter(event="desk.dossier.seen", unit_code=room.code)
    assert looks.count() == 2, "a refused answer shows the page again, and is a look again"
    done = colleague.post(answering, {"words": "Phòng đồng ý với đề xuất."})
    assert done.status_code == 302 and done.headers["Location"] == LIST
    assert "Không có ý kiến nào chờ đơn vị trả lời" in text_of(colleague.get(LIST))
    assert "Phòng đồng ý" in text_of(specialist.get(at(dossier)))
    assert colleague.get(answering).status_code == 409

    answered = text_of(colleague.post(LIST, {"which": "da-tra-loi"}))
    assert "Ý kiến đã trả lời" in answered and (dossier.code or "-") in answered
    assert "bớt tiêu chí" in text_of(colleague.post(LIST, {"which": "qua-han"}))
    assert colleague.post(LIST, {"which": "khong-co"}).status_code == 422


def test_a_unit_or_an_agency_is_asked_and_not_both(desk: Desk) -> None:
    room = a_unit("phong-to-chuc", "000.00.09.H08")
    dossier, specialist, _ = asked(desk, room)
    given = {"content": "Cho ý kiến thêm", "due_on": "31/12/2099"}
    page = at(dossier, "xin-y-kien")

    assert "chọn đơn vị hoặc ghi tên" in text_of(specialist.post(page, given))
    both = specialist.post(page, given | {"asked_unit": room.code, "asked_of": "Sở Nội vụ"})
    assert both.status_code == 422 and "để trống ô này" in text_of(both)
    own = specialist.post(page, given | {"asked_unit": desk.unit.code})
    assert own.status_code == 422
    do(specialist, dossier, "xin-y-kien", asked_of="Sở Nội vụ", **given)
    assert "Ghi ý kiến" in text_of(specialist.get(at(dossier)))


def test_the_list_costs_the_same_for_one_and_for_many(
    desk: Desk, django_assert_max_num_queries: object
) -> None:
    room = a_unit("phong-to-chuc", "000.00.09.H08")
    dossier, _, opinion = asked(desk, room)
    colleague = desk.officer(Power.SIGN, unit=room)
    Opinion.objects.bulk_create(
        Opinion(dossier=dossier, asked_of="x", asked_unit=room, content=f"Câu {n}", asked_by=opinion.asked_by,
                due_at=opinion.due_at)
        for n in range(30)
    )  # fmt: skip
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        first = colleague.get(LIST)
    onward = first.context["onward"]
    assert len(first.context["rows"]) == 20
    assert len(colleague.post(LIST, {"trang": onward}).context["rows"]) == 11
