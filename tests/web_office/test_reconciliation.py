"""“Đối soát với Cổng”: days that agree and days that do not, and what differed sent again."""

import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from motcua.desk.models import Difference, Dossier, Reconciliation
from motcua.kernel.authority import Power
from motcua.outbox.models import Errand
from motcua.units.models import Unit
from tests.desk import town as building
from tests.desk.town import Town
from tests.web_office.desk import Desk, words

LIST = "/quan-tri/doi-soat/"
COUNTS = {
    kind: {"owed": 41, "arrived": 41, "portal": 40, "open": 0}
    for kind in ("NOTICES", "PAPERS", "RESULTS", "MOVES")
}
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return building.town(tmp_path)


@pytest.fixture
def keeper(town: Town) -> Desk:
    return Desk(Power.CONNECT_SYSTEMS, at=town.unit.code)


def a_day(back: int = 1) -> Reconciliation:
    return Reconciliation.objects.create(day=timezone.localdate() - timedelta(days=back), counts=COUNTS)


def differing(town: Town, day: Reconciliation, why: str = "MISSING") -> tuple[Dossier, Difference]:
    dossier = town.received(town.new_owner())
    errand = Errand.objects.filter(kind="desk.tell").latest("id")
    row = Difference.objects.create(
        reconciliation=day,
        kind="NOTICES",
        key=f"dossier_received:{dossier.public_id}",
        why=why,
        dossier=dossier,
        errand_kind=errand.kind,
        errand_data=errand.data,
    )
    return dossier, row


def page_of(day: Reconciliation) -> str:
    return f"{LIST}{day.public_id}/"


def test_before_the_first_day_the_page_says_what_will_come(keeper: Desk) -> None:
    assert "Chưa có ngày nào được đối soát" in words(keeper.get(LIST))


def test_a_day_that_agrees_says_so(keeper: Desk) -> None:
    day = a_day()
    assert "Khớp" in words(keeper.get(LIST))
    shown = words(keeper.get(page_of(day)))
    assert "Hai bên khớp nhau" in shown and "41" in shown and "Tin báo chủ hồ sơ" in shown


def test_what_differed_is_sent_again_once(town: Town, keeper: Desk) -> None:
    day = a_day()
    dossier, row = differing(town, day)
    assert "Còn chênh lệch" in words(keeper.get(LIST))
    shown = words(keeper.get(page_of(day)))
    assert dossier.code in shown and "Đã gửi nhưng Cổng không có" in shown and "Gửi lại" in shown

    pressed = {"difference": str(row.public_id)}
    sent = keeper.post(page_of(day), pressed)
    assert sent["Location"] == f"{page_of(day)}?da=doi-soat-lai"
    after = words(keeper.get(sent["Location"]))
    assert "Đã đưa vào hàng gửi lại" in after and "Đã gửi lại, chờ so" in after
    assert Errand.objects.filter(key__startswith="desk.notices:again:").count() == 1
    late = keeper.post(page_of(day), pressed)
    assert late.status_code == 409 and "đã được gửi lại" in words(late)


def test_what_the_portal_has_and_the_desk_never_sent_has_no_button(town: Town, keeper: Desk) -> None:
    day = a_day()
    _, row = differing(town, day, "UNKNOWN")
    assert "Thao tác" in words(keeper.get(page_of(day)))
    assert str(row.public_id) not in keeper.get(page_of(day)).content.decode()
    assert keeper.post(page_of(day), {"difference": str(row.public_id)}).status_code == 409


@pytest.mark.parametrize("named", ["", "x", str(uuid.UUID(int=7))])
def test_a_difference_nobody_found_is_not_there(keeper: Desk, named: str) -> None:
    assert keeper.post(page_of(a_day()), {"difference": named}).status_code == 404


def test_days_and_differences_are_filtered_sorted_and_turned(town: Town, keeper: Desk) -> None:
    days = [a_day(back) for back in range(1, 23)]
    dossier, row = differing(town, days[5])
    other, _ = differing(town, days[5])
    oldest = f"{days[-1].day:%d/%m/%Y}"
    assert oldest not in words(keeper.get(LIST))
    assert oldest in words(keeper.get(f"{LIST}?trang=2")) and oldest in words(keeper.get(f"{LIST}?xep=cu"))
    only = words(keeper.get(f"{LIST}?tt=con"))
    assert f"{days[5].day:%d/%m/%Y}" in only and f"{days[4].day:%d/%m/%Y}" not in only

    page = page_of(days[5])
    found = words(keeper.get(f"{page}?q={dossier.code}"))
    assert dossier.code in found and other.code not in found
    assert "Không có chênh lệch nào phù hợp" in words(keeper.get(f"{page}?loai=MOVES"))
    Difference.objects.filter(pk=row.pk).update(settled_at=timezone.now())
    assert dossier.code not in words(keeper.get(f"{page}?tt=con"))
    assert "Đã khớp" in words(keeper.get(page))


def test_a_list_of_twenty_takes_the_statements_of_one(town: Town, keeper: Desk) -> None:
    day = a_day()
    differing(town, day)
    keeper.get(page_of(day))
    with CaptureQueriesContext(connection) as one:
        keeper.get(page_of(day))
    for _ in range(19):
        differing(town, day)
    with CaptureQueriesContext(connection) as many:
        keeper.get(page_of(day))
    assert len(many) == len(one)


def test_a_unit_below_sees_its_own_and_no_totals(town: Town) -> None:
    day = a_day()
    dossier, row = differing(town, day)
    below = Desk(Power.CONNECT_SYSTEMS, at="phong-duoi", parent=town.unit.code)
    shown = words(below.get(page_of(day)))
    assert dossier.code not in shown and "41" not in shown and "Hai bên khớp nhau" in shown
    assert below.post(page_of(day), {"difference": str(row.public_id)}).status_code == 404
    assert Desk(Power.GRANT, at=town.unit.code).get(LIST).status_code == 403
    assert below.get(f"{LIST}{uuid.uuid4()}/").status_code == 404
    assert Unit.objects.filter(parent=None).count() == 1
