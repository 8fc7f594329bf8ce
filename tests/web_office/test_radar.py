"""“Rà soát”: a head sees the lines of the own unit with their evidence and says what each was; never of oneself."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from motcua.journal.models import Event, Inspection
from motcua.kernel.authority import Power
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.radar import judging, looking, reading
from motcua.radar.models import Judgement, Sighting
from tests.radar import days
from tests.radar.days import DAY, at
from tests.web_office.desk import Desk, words

pytestmark = pytest.mark.django_db(transaction=True)
ALL = "/quan-tri/ra-soat/"
WHY = "Đã đối chiếu lịch trực, làm tập trung cho xã."


@pytest.fixture
def town() -> dict[str, Desk]:
    """A province with its head, a unit with head and officer, and a unit beside it."""
    return {
        "top": Desk(Power.APPROVE_EXCEPTION, at="tinh-mau", name="Trần Thị Trên"),
        "head": Desk(Power.APPROVE_EXCEPTION, at="don-vi-a", parent="tinh-mau", name="Lê Văn Trưởng"),
        "busy": Desk(Power.OPEN_ACCOUNT, at="don-vi-a", parent="tinh-mau", name="Ngô Thị Bận"),
        "beside": Desk(Power.APPROVE_EXCEPTION, at="don-vi-b", parent="tinh-mau", name="Đỗ Thị Bên"),
    }


def burst(of: Desk, hour: int = 9) -> Sighting:
    for nth in range(10):
        days.line(
            "accounts.account.opened_assisted",
            at(f"{hour:02d}:{nth:02d}"),
            actor=of.subject,
            unit_code=of.unit_code,
            subject=f"account:{nth}",
            application=nth,
        )
    looking.look(DAY)
    return Sighting.objects.get(officer_subject=of.subject)


def judge(by: Desk, of: Sighting, outcome: str = "PROPER", reason: str = WHY, seen: int = 0) -> Any:
    return by.post(f"{ALL}{of.public_id}/", {"outcome": outcome, "reason": reason, "seen": seen})


def test_a_head_reads_the_line_in_words_with_its_evidence_and_what_makes_one(town: dict[str, Desk]) -> None:
    row = burst(town["busy"])

    page = words(town["head"].get(ALL))
    assert "Tạo dồn dập" in page and "10 tài khoản được tạo dồn dập." in page and "Ngô Thị Bận" in page
    assert "Chưa xem xét: 1 dòng" in page and "Từ 10 tài khoản được tạo trong 30 phút" in page
    one = town["head"].get(f"{ALL}{row.public_id}/")
    told = words(one)
    assert "10 dòng nhật ký làm bằng chứng" in told and "Cán bộ tạo tài khoản cho công dân" in told
    assert all(f'id="dong-{pk}"' in one.content.decode() for pk in row.lines)
    assert "09:00:00 23/11/2026 – 09:09:00 23/11/2026" in told


def test_a_judgement_is_kept_and_the_next_one_stands_beside_it(town: dict[str, Desk]) -> None:
    row = burst(town["busy"])

    assert judge(town["head"], row)["Location"].endswith("?da=ra-soat")
    again = judge(town["top"], row, "INSPECTION", "Thanh tra cần xem lại hồ sơ gốc.", seen=1)

    assert again.status_code == 302
    page = words(town["head"].get(f"{ALL}{row.public_id}/"))
    assert (
        "Lần 1 Hợp lệ" in page
        and WHY in page
        and "Lần 2 Chuyển thanh tra" in page
        and "Trần Thị Trên" in page
    )
    assert "Chưa xem xét: 0 dòng" in words(town["head"].get(ALL))
    event = Event.objects.filter(event="radar.sighting.judged").latest("id")
    assert event.facts == {"outcome": "INSPECTION", "kind": "BURST"} and event.actor == town["top"].subject


def test_two_heads_who_judge_the_same_page_are_told_of_each_other(town: dict[str, Desk]) -> None:
    row = burst(town["busy"])
    judge(town["head"], row)
    late = judge(town["top"], row, "REMINDED")
    assert late.status_code == 409 and "Người khác vừa ghi kết luận" in words(late)
    assert Judgement.objects.count() == 1


@pytest.mark.race
def test_of_six_heads_at_once_one_judges(town: dict[str, Desk]) -> None:
    row = burst(town["busy"])
    authority = town["head"].authority

    def one(_: int) -> bool:
        try:
            judging.judge(authority=authority, public_id=row.public_id, outcome="PROPER", reason=WHY, seen=0)
        except judging.JudgedMeanwhile:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(max_workers=6) as pool:
        assert sum(pool.map(one, range(6))) == 1
    assert Event.objects.filter(event="radar.sighting.judged").count() == 1


@pytest.mark.race
def test_two_workers_make_the_lines_of_a_day_once(town: dict[str, Desk]) -> None:
    for nth in range(10):
        days.line(
            "accounts.account.opened_assisted",
            at(f"09:{nth:02d}"),
            actor=town["busy"].subject,
            unit_code="don-vi-a",
            application=nth,
        )

    def one(_: int) -> int:
        try:
            return looking.look(DAY)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=6) as pool:
        assert sorted(pool.map(one, range(6))) == [0, 0, 0, 0, 0, 1]
    assert Sighting.objects.count() == 1


def test_a_heads_own_work_goes_to_the_unit_above(town: dict[str, Desk]) -> None:
    colleague = Desk(Power.APPROVE_EXCEPTION, at="don-vi-a", parent="tinh-mau", name="Hồ Văn Phó")
    row = burst(town["head"])

    assert row.judged_at == "tinh-mau"
    assert town["head"].get(f"{ALL}{row.public_id}/").status_code == 404
    assert "Tạo dồn dập</a>" not in town["head"].get(ALL).content.decode()
    assert judge(town["head"], row).status_code == 403
    assert judge(colleague, row).status_code == 404, "nor by who works beside"
    assert judge(town["top"], row).status_code == 302


def test_at_the_top_another_head_judges_and_never_oneself(town: dict[str, Desk]) -> None:
    row = burst(town["top"])
    other = Desk(Power.APPROVE_EXCEPTION, at="tinh-mau", name="Mai Văn Khác")
    assert town["top"].get(f"{ALL}{row.public_id}/").status_code == 404
    assert judge(town["top"], row).status_code == 403
    assert judge(other, row).status_code == 302


def test_another_units_line_is_not_there_and_an_inspector_reads_only(town: dict[str, Desk]) -> None:
    row = burst(town["busy"])
    inspector = Desk(Power.INSPECT, at="tinh-mau", name="Tạ Thị Tra")

    assert town["beside"].get(f"{ALL}{row.public_id}/").status_code == 404
    assert judge(town["beside"], row).status_code == 404
    assert "Ngô Thị Bận" not in words(town["beside"].get(ALL))
    assert town["busy"].get(ALL).status_code == 403
    assert "Ghi kết luận" not in words(inspector.get(f"{ALL}{row.public_id}/"))
    assert judge(inspector, row).status_code == 403
    assert town["head"].get(f"{ALL}{UUID(int=7)}/").status_code == 404


def test_a_judgement_without_a_reason_is_refused_kindly(town: dict[str, Desk]) -> None:
    row = burst(town["busy"])
    short = judge(town["head"], row, reason="vội")
    assert short.status_code == 422 and "từ 10 ký tự" in words(short)
    assert judge(town["head"], row, outcome="GUILTY").status_code == 422
    assert judge(town["head"], row, seen=99).status_code == 409
    assert not Judgement.objects.exists()


def test_lines_are_searched_sorted_and_paged(town: dict[str, Desk]) -> None:
    row = burst(town["busy"])
    judge(town["head"], row)
    head = town["head"]
    for search, there in [
        ("tt=OPEN", False),
        ("tt=PROPER", True),
        ("loai=BURST", True),
        ("loai=LOOKS", False),
        (f"cb={town['busy'].subject}", True),
        ("dv=don-vi-a", True),
        ("tu=23/11/2026&den=23/11/2026", True),
        ("tu=24/11/2026", False),
    ]:
        page = words(head.get(f"{ALL}?{search}"))
        assert ("10 tài khoản được tạo dồn dập." in page) == there, search
        assert there or "Không có dòng nào phù hợp" in page
    for nth in range(reading.PAGE):
        Sighting.objects.create(
            day=DAY,
            kind="LOOKS",
            officer_subject=f"{nth:032x}",
            unit_code="don-vi-a",
            judged_at="don-vi-a",
            lines=row.lines[:1],
            count=100 + nth,
            facts={"works": 0},
            first_at=row.first_at,
            last_at=row.last_at,
        )
    first = head.get(ALL)
    assert "trang=2" in first.content.decode() and "dồn dập." not in words(first).split("Khi nào", 1)[0]
    assert "10 tài khoản được tạo dồn dập." in words(head.get(f"{ALL}?trang=2"))
    most = words(head.get(f"{ALL}?xep=-so-lan"))
    assert most.index("129 lượt") < most.index("101 lượt")


def test_the_list_takes_as_many_statements_for_many_lines(town: dict[str, Desk]) -> None:
    row = burst(town["busy"])
    head = town["head"].authority
    with CaptureQueriesContext(connection) as few:
        reading.listing(head, reading.Wanted(), page=1)
    for nth in range(20):
        Sighting.objects.create(
            day=DAY,
            kind="LOOKS",
            officer_subject=f"{nth:032x}",
            unit_code="don-vi-a",
            judged_at="don-vi-a",
            lines=row.lines[:1],
            count=1,
            facts={"works": 0},
            first_at=row.first_at,
            last_at=row.last_at,
        )
    with CaptureQueriesContext(connection) as many:
        reading.listing(head, reading.Wanted(), page=1)
    assert len(few) == len(many) <= 4


FILE_FOR = "Họp giao ban tháng 11 của đơn vị."


def test_the_list_leaves_as_excel_with_a_reason_and_is_written_down(town: dict[str, Desk]) -> None:
    burst(town["busy"])
    head = town["head"]
    assert f'href="{ALL}tep/?loai=BURST"' in head.get(f"{ALL}?loai=BURST").content.decode()
    asked = words(head.get(f"{ALL}tep/?loai=BURST"))
    assert "Lý do kết xuất" in asked and "tối đa 1.000 dòng" in asked
    answer = head.post(f"{ALL}tep/?loai=BURST", {"reason": FILE_FOR})

    sheet = load_workbook(BytesIO(answer.content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][0] == "Ngày" and len(rows) == 2
    assert rows[1][:4] == ("23/11/2026", "Tạo dồn dập", "Ngô Thị Bận", "Sở don-vi-a") and rows[1][5] == 10
    why = Inspection.objects.get(kind="LIST")
    assert (why.reason, why.rows, why.officer_subject) == (FILE_FOR, 1, head.subject)
    line = Event.objects.get(event="radar.list.exported")
    assert line.facts == {"rows": 1, "inspection": why.pk} and FILE_FOR not in str(line.facts)


def test_the_file_follows_the_filters(town: dict[str, Desk]) -> None:
    burst(town["busy"])
    answer = town["head"].post(f"{ALL}tep/?loai=LOOKS", {"reason": FILE_FOR})
    sheet = load_workbook(BytesIO(answer.content)).active
    assert sheet is not None and len(list(sheet.iter_rows())) == 1
    assert Inspection.objects.get(kind="LIST").rows == 0


@pytest.mark.parametrize("reason", ["", "vì cần"], ids=["none", "short"])
def test_no_file_leaves_without_a_reason_and_nothing_is_counted(town: dict[str, Desk], reason: str) -> None:
    burst(town["busy"])
    refused = town["head"].post(f"{ALL}tep/", {"reason": reason})
    assert refused.status_code == 422
    assert not Inspection.objects.exists()
    assert not Event.objects.filter(event="radar.list.exported").exists()
    assert spending.peek(Quota.LISTS_EXPORTED_BY_OFFICER, town["head"].subject).times == 5


def test_who_neither_heads_nor_inspects_takes_nothing_along(town: dict[str, Desk]) -> None:
    assert town["busy"].post(f"{ALL}tep/", {"reason": FILE_FOR}).status_code == 403


def test_the_file_leaves_five_times_a_day(town: dict[str, Desk]) -> None:
    burst(town["busy"])
    answers = [town["head"].post(f"{ALL}tep/", {"reason": FILE_FOR}).status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]
    assert Event.objects.filter(event="radar.list.exported").count() == 5


def test_the_file_wants_the_second_factor_again(town: dict[str, Desk], settings: Any) -> None:
    burst(town["busy"])
    settings.OFFICER_SECOND_FACTOR = True
    answer = town["head"].post(f"{ALL}tep/", {"reason": FILE_FOR})
    assert "spreadsheet" not in answer.headers.get("Content-Type", "")
    assert not Event.objects.filter(event="radar.list.exported").exists()
