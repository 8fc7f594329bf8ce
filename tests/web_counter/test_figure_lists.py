"""From a number of the report to the dossiers that it counts: the same units and days, and nothing of other units."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from motcua.desk import figure_lists
from motcua.desk.models import Dossier
from motcua.kernel.authority import Power
from motcua.units.models import Unit
from tests.desk.counting import statements
from tests.web_counter.conftest import Desk, a_unit, text_of
from tests.web_counter.test_unproven_statements import taken_in
from tests.web_counter.test_working_on_a_dossier import received
from tests.web_office.test_reports import on

LIST = "/mot-cua/ho-so/theo-bao-cao/"


def rewritten(dossier: Dossier, **columns: Any) -> None:
    """As if it had always been so: past the triggers."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        Dossier.objects.filter(pk=dossier.pk).update(**columns)


def listed(inspector: Client, query: str) -> list[str]:
    answer = inspector.get(f"{LIST}?{query}")
    assert answer.status_code == 200, text_of(answer)
    return [dossier.code or dossier.provisional_number for dossier, _ in answer.context["rows"]]


def later(dossier: Dossier) -> str:
    return f"{timezone.localdate(dossier.received_at):%d/%m/%Y}"


def test_each_figure_lists_what_it_counts(desk: Desk) -> None:
    taken_in("052190000101")
    late, waiting = received(desk), Dossier.objects.get(state="PROVISIONAL")
    inspector = desk.officer(Power.INSPECT)
    assert listed(inspector, "so=tiep-nhan") == [late.code]
    assert listed(inspector, "so=no-xac-thuc") == [waiting.provisional_number]
    assert listed(inspector, "so=qua-han") == []
    rewritten(late, due_at=timezone.now() - timedelta(hours=1))
    assert listed(inspector, "so=qua-han") == [late.code]
    page = text_of(inspector.get(f"{LIST}?so=qua-han"))
    assert "Hồ sơ đang quá hạn" in page and "Tính theo đơn vị đang giữ hồ sơ." in page


def test_what_is_received_is_listed_by_the_day_of_its_reception(desk: Desk) -> None:
    """Filed online, or received provisionally, days before: the report counts the day on which it was received."""
    dossier = received(desk)
    rewritten(dossier, arrived_at=dossier.received_at - timedelta(days=9))
    inspector, day = desk.officer(Power.INSPECT), later(dossier)
    assert listed(inspector, f"so=tiep-nhan&tu={day}&den={day}") == [dossier.code]
    rewritten(
        dossier,
        arrived_at=dossier.received_at - timedelta(days=60),
        received_at=dossier.received_at - timedelta(days=50),
    )
    assert listed(inspector, "so=tiep-nhan") == []


def test_one_unit_alone_or_with_those_below_and_never_another_branch(desk: Desk) -> None:
    dossier = received(desk)
    below = a_unit("phong-duoi", "000.00.07.H08", Unit.Kind.PHONG_GDDT)
    Unit.objects.filter(pk=below.pk).update(parent=desk.unit)
    rewritten(dossier, unit_id=below.pk, at_unit_id=below.pk, due_at=timezone.now() - timedelta(hours=1))
    inspector, beside = desk.officer(Power.INSPECT), a_unit("so-khac", "000.00.08.H08", Unit.Kind.SO)
    stranger = desk.officer(Power.INSPECT, unit=beside)
    for figure in ("tiep-nhan", "qua-han"):
        assert listed(inspector, f"so={figure}") == [dossier.code]
        assert listed(inspector, f"so={figure}&dv={desk.unit.code}") == [dossier.code]
        assert listed(inspector, f"so={figure}&dv={desk.unit.code}&pv=rieng") == []
        assert listed(inspector, f"so={figure}&dv=phong-duoi&pv=rieng") == [dossier.code]
        assert listed(stranger, f"so={figure}") == []
    assert stranger.get(f"{LIST}?so=qua-han&dv=phong-duoi").status_code == 422


def test_what_came_from_outside_is_counted_there_and_not_shown(desk: Desk) -> None:
    """Lying at a unit below, received by one that the inspector does not answer for: theirs to count, not to read."""
    dossier = received(desk)
    elsewhere = a_unit("so-khac", "000.00.08.H08", Unit.Kind.SO)
    rewritten(dossier, unit_id=elsewhere.pk, due_at=timezone.now() - timedelta(hours=1))
    assert listed(desk.officer(Power.INSPECT), "so=qua-han") == []


def test_the_list_goes_on_and_may_begin_with_the_newest(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figure_lists, "_PAGE", 2)
    for serial in (101, 102, 103):
        taken_in(f"052190000{serial}")
    inspector = desk.officer(Power.INSPECT)
    oldest = listed(inspector, "so=no-xac-thuc")
    html = inspector.get(f"{LIST}?so=no-xac-thuc").content.decode()
    onward = re.search(r'rel="next" href="\?([^"]+)"', html)
    assert onward
    oldest += listed(inspector, onward[1].replace("&amp;", "&"))
    assert len(oldest) == 3 and listed(inspector, "so=no-xac-thuc&xep=moi") == oldest[:0:-1]
    assert inspector.get(f"{LIST}?so=no-xac-thuc&sau=x").status_code == 400


@pytest.mark.parametrize(
    "query", ["so=x", "dv=zzz", "tu=32/13/2026", "den=2026", "xep=x", "tu=02/02/2026&den=01/02/2026"]
)
def test_what_cannot_be_listed_says_why(desk: Desk, query: str) -> None:
    answer = desk.officer(Power.INSPECT).get(f"{LIST}?{query}")
    assert answer.status_code == 422 and 'role="alert"' in answer.content.decode()


def test_each_way_out_of_a_report_that_ends_after_today_leads_to_a_list(desk: Desk) -> None:
    dossier = received(desk)
    on(timezone.localdate(), "received", 1, at=desk.unit.code)
    inspector = desk.officer(Power.INSPECT)
    since, until = (timezone.localdate() + timedelta(days=days) for days in (-7, 30))
    report = inspector.get(f"/quan-tri/bao-cao/?tu={since:%d/%m/%Y}&den={until:%d/%m/%Y}").content.decode()
    ways = {unescape(found) for found in re.findall(rf'href="{LIST}\?([^"]+)"', report)}
    assert len(ways) == 2, "of all, and of the unit"
    for way in ways:
        assert listed(inspector, way) == [dossier.code]
        back = inspector.get(f"{LIST}?{way}").context["report"]
        assert f"den={until:%d}%2F" in back and inspector.get(back).status_code == 200


def test_what_was_received_begins_with_the_newest_and_what_waits_with_the_oldest(desk: Desk) -> None:
    first, second = received(desk), received(desk)
    inspector = desk.officer(Power.INSPECT)
    assert listed(inspector, "") == [second.code, first.code]
    assert listed(inspector, "so=tiep-nhan&xep=cu") == [first.code, second.code]
    for dossier in (first, second):
        rewritten(dossier, due_at=timezone.now() - timedelta(hours=1))
    assert listed(inspector, "so=qua-han") == [first.code, second.code]


def test_only_who_reads_reports_comes_here_and_nothing_is_a_sentence_of_its_own(desk: Desk) -> None:
    assert desk.client.get(LIST).status_code == 403
    assert "Không có hồ sơ nào theo điều kiện này" in text_of(desk.officer(Power.INSPECT).get(LIST))


def test_twenty_cost_the_statements_of_one(desk: Desk) -> None:
    inspector = desk.officer(Power.INSPECT)
    listed(inspector, "so=no-xac-thuc")
    taken_in("052190000101")
    with statements() as few:
        listed(inspector, "so=no-xac-thuc")
    for serial in range(102, 110):
        taken_in(f"052190000{serial}")
    with statements() as many:
        listed(inspector, "so=no-xac-thuc")
    assert len(few) == len(many)
