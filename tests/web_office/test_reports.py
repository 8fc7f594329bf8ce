"""“Báo cáo”: figures and pictures of the own units; what the journal says, the page says, and so does the file."""

import csv
import io
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from motcua.figures.models import DayFigure, MonthFigure
from motcua.kernel.authority import Power
from motcua.units import reorganising
from motcua.units.models import Unit
from motcua.web.office import charts
from motcua.web.office.report_columns import headings
from tests.desk import town as building
from tests.figures.conftest import Sealing, count_all, seal
from tests.web_office.desk import Desk, unit, words
from tests.web_public.visiting import Browser, text_of

__all__ = ["seal"]
PAGE = "/quan-tri/bao-cao/"
FILE = PAGE + "tep/"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def inspector() -> Desk:
    desk = Desk(Power.INSPECT)
    unit("phong-a", "so-mau")
    unit("phong-b", "so-mau")
    return desk


def on(day: date, figure: str, value: int, at: str = "phong-a", key: str = "") -> None:
    DayFigure.objects.create(day=day, unit_code=at, figure=figure, key=key, value=value)
    of = {"month": day.replace(day=1), "unit_code": at, "figure": figure, "key": key}
    row, _ = MonthFigure.objects.get_or_create(**of, defaults={"value": 0})
    MonthFigure.objects.filter(pk=row.pk).update(value=row.value + value)


def some(at: str = "phong-a", times: int = 1) -> None:
    today = timezone.localdate()
    on(today, "received", 40 * times, at)
    on(today, "checked", 39 * times, at)
    on(today, "minutes", 40 * times, at, "3")
    on(today - timedelta(days=40), "received", 10 * times, at)
    on(today - timedelta(days=40), "checked", 5 * times, at)


def test_an_empty_period_says_what_to_do(inspector: Desk) -> None:
    assert "Không có số liệu trong kỳ này" in words(inspector.get(PAGE))


def test_figures_are_shown_beside_the_period_before(inspector: Desk) -> None:
    some()
    on(timezone.localdate(), "asked", 7, key="NOT_FOUND")
    on(timezone.localdate(), "assisted", 4, key="PHONE_MISMATCH")
    on(timezone.localdate(), "mismatch", 5, at="", key="viettel")
    page = words(inspector.get(PAGE))
    assert "Tỷ lệ xác thực tài khoản 97,5 % kỳ trước 50,0 %" in page
    assert "Chưa có tài khoản 7" in page and "viettel 5" in page and "Cán bộ tạo" in page


def test_the_page_holds_a_picture_and_the_table_that_says_the_same(inspector: Desk) -> None:
    some()
    html = inspector.get(PAGE).content.decode()
    assert 'role="img"' in html and "<script" not in html[html.index('<svg class="chart"') :][:2000]
    today = f"{timezone.localdate():%d/%m/%Y}"
    assert f"{today}: 40 hồ sơ, 39 đã xác thực (97,5 %)" in html
    assert re.search(rf"{today}</th><td[^>]*>40</td><td[^>]*>39</td>", html)


def test_units_never_see_each_other(inspector: Desk) -> None:
    some("phong-a")
    some("so-khac", times=3)
    stranger = Desk(Power.INSPECT, at="so-khac")
    assert "phong-a" not in words(stranger.get(PAGE)) and "phong-a" not in words(
        stranger.get(PAGE + "?dv=phong-a")
    )
    below = Desk(Power.INSPECT, at="phong-b", parent="so-mau")
    assert "Không có số liệu" in words(below.get(PAGE))
    assert b"phong-a" not in stranger.get(FILE + "?kieu=csv").content
    for right in (Power.GRANT, Power.RECEIVE_DOSSIER):
        desk = Desk(right)
        assert desk.get(PAGE).status_code == 403 and desk.get(FILE).status_code == 403


def test_one_unit_is_drilled_into_and_districts_are_summed(inspector: Desk) -> None:
    some("phong-a")
    some("phong-b", times=2)
    Unit.objects.filter(code__startswith="phong").update(district="Quy Nhơn")
    html = inspector.get(PAGE).content.decode()
    assert "dv=phong-a" in html
    one = words(inspector.get(PAGE + "?dv=phong-a"))
    assert "Hồ sơ tiếp nhận 40" in one
    together = words(inspector.get(PAGE + "?nhom=dia-ban"))
    assert "Quy Nhơn 120 117" in together


@pytest.mark.parametrize("query", ["?tu=32/13/2026", "?den=x", "?dv=zzz", "?nhom=x", "?tu=<b>"])
def test_what_makes_no_sense_is_left_out(inspector: Desk, query: str) -> None:
    assert inspector.get(PAGE + query).status_code == 200


def test_a_period_the_wrong_way_round_is_said(inspector: Desk) -> None:
    answer = inspector.get(PAGE + "?tu=02/02/2026&den=01/02/2026")
    assert answer.status_code == 422 and "không quá ba năm" in words(answer)


def test_the_files_say_the_same_and_calculate_nothing(inspector: Desk) -> None:
    some()
    Unit.objects.filter(code="phong-a").update(name="=HYPERLINK(1)")
    told = inspector.get(FILE + "?kieu=csv").content
    assert told.startswith(b"\xef\xbb\xbf")
    heads, line = csv.reader(io.StringIO(told[3:].decode()))
    assert tuple(heads) == headings() and line[:5] == ["'=HYPERLINK(1)", "40", "39", "97.5", "50.0"]
    sheet = load_workbook(io.BytesIO(inspector.get(FILE).content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == headings() and rows[1][:3] == ("'=HYPERLINK(1)", 40, 39)
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_many_units_cost_as_many_statements_as_few(inspector: Desk) -> None:
    some()
    inspector.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        inspector.get(PAGE)
    for number in range(15):
        unit(f"truong-{number}", "phong-a")
        some(f"truong-{number}")
    inspector.get(PAGE)
    with CaptureQueriesContext(connection) as many:
        inspector.get(PAGE)
    assert len(few) == len(many)


def test_a_real_reception_is_in_the_report_and_the_merger_changes_no_sum(
    tmp_path: Path, seal: Sealing
) -> None:
    """1/7/2025 rehearsed with a dossier: the code on the slip still answers, the report of the whole is the same."""
    town = building.town(tmp_path)
    dossier = town.received()
    seal()
    count_all()
    above = Unit.objects.create(
        code="so-moi", name="Sở Mới", short_name="Sở Mới", kind="SO", valid_from=date(2020, 1, 1)
    )
    Unit.objects.filter(pk=dossier.unit_id).update(parent=above)
    desk = Desk(Power.INSPECT, Power.GRANT, at="so-moi")
    period = f"?tu={timezone.localdate() - timedelta(days=300):%d/%m/%Y}&den={timezone.localdate():%d/%m/%Y}"
    before = desk.get(PAGE + period).context["whole"].counts
    assert before["received", ""] == before["checked", ""] == 1 and ("minutes", "0") in before
    heir = unit("phuong-moi", "so-moi")
    today = timezone.localdate()
    reorganising.close(
        authority=desk.authority, unit_code=dossier.unit_code, successor_code=heir.code, last_day=today,
        reason="Nghị quyết 1664/NQ-UBTVQH15", on=today,
    )  # fmt: skip
    Unit.objects.filter(pk=dossier.unit_id).update(valid_to=today - timedelta(days=1))  # the day after

    assert desk.get(PAGE + period).context["whole"].counts == before
    slip = Browser().post("/tra-cuu/", {"code": dossier.code or "", "check": dossier.track_check})
    assert slip.status_code == 200 and "Được tiếp nhận" in text_of(slip)


@pytest.mark.parametrize(
    ("count", "each", "bars"), [(1, "ngày", 1), (62, "ngày", 62), (63, "tuần", 10), (900, "tháng", 30)]
)
def test_many_days_become_weeks_and_months_and_lose_nothing(count: int, each: str, bars: int) -> None:
    from motcua.figures.reporting import Day

    days = [Day(date(2024, 1, 1) + timedelta(days=n), n % 7, n % 3) for n in range(count)]
    drawn = charts.columns(days)
    assert drawn.each == each and abs(len(drawn.bars) - bars) <= 1
    assert sum(bar.received for bar in drawn.bars) == sum(day.received for day in days)
    assert all(0 <= bar.top <= charts.HEIGHT and bar.x + bar.width <= charts.WIDTH + 2 for bar in drawn.bars)


def test_a_figure_leads_to_the_dossiers_behind_it(inspector: Desk) -> None:
    some("phong-a")
    today = timezone.localdate()
    days = f"tu={today - timedelta(days=29):%d/%m/%Y}&amp;den={today:%d/%m/%Y}"
    way = "/mot-cua/ho-so/theo-bao-cao/?so=tiep-nhan&amp;"
    html = inspector.get(PAGE).content.decode()
    assert f'href="{way}{days}"' in html and f'href="{way}{days}&amp;dv=phong-a&amp;pv=rieng"' in html
    assert "so=qua-han" not in html  # nothing is overdue, and nothing leads to an empty list
    one = inspector.get(PAGE + "?dv=phong-a").content.decode()
    assert f'href="{way}{days}&amp;dv=phong-a"' in one
    assert "pv=rieng" not in inspector.get(PAGE + "?nhom=dia-ban").content.decode()
    assert inspector.get(way.replace("&amp;", "&") + "dv=phong-a&pv=rieng").status_code == 200
