"""“Đồng bộ Cổng DVCQG”: what is owed and refused is seen, searched, sent again or given up."""

import uuid
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from motcua.desk import promises
from motcua.desk.models import Dossier, NationalSync
from motcua.desk.ports_national import NationalRefused
from motcua.kernel.authority import Power
from motcua.outbox import errands
from motcua.units.models import Unit
from tests.desk import town as building
from tests.desk.fake_register import FakeRegister
from tests.desk.town import Town
from tests.web_office.desk import Desk, words

LIST = "/quan-tri/dong-bo/"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town(tmp_path: Path, settings: Any) -> Town:
    settings.NATIONAL_SYNC = True
    return building.town(tmp_path)


@pytest.fixture
def keeper(town: Town) -> Desk:
    return Desk(Power.CONNECT_SYSTEMS, at=town.unit.code)


def received(town: Town) -> Dossier:
    return town.received(town.new_owner())


def told(register: FakeRegister) -> None:
    errands.run_due(promises.national_handlers(register), limit=50)


def refused(town: Town) -> Dossier:
    dossier = received(town)
    told(FakeRegister(refuses=[NationalRefused("-6", "Thiếu <b>mã</b> lĩnh vực.")]))
    return dossier


def sync_of(dossier: Dossier) -> NationalSync:
    return NationalSync.objects.get(dossier=dossier)


def test_the_empty_list_says_so_and_that_nobody_is_connected(settings: Any) -> None:
    settings.NATIONAL_SYNC = False
    page = words(Desk(Power.CONNECT_SYSTEMS).get(LIST))
    assert "Chưa có lượt đồng bộ nào" in page and "Chưa kết nối Cổng DVCQG" in page


def test_what_was_refused_is_seen_with_its_words_and_sent_again(town: Town, keeper: Desk) -> None:
    dossier = refused(town)
    answer = keeper.get(LIST)
    assert "Bị từ chối" in words(answer) and "Mã lỗi -6" in words(answer)
    assert "&lt;b&gt;" in answer.content.decode() and "<b>mã" not in answer.content.decode()

    page = f"{LIST}{sync_of(dossier).public_id}/"
    assert "Gửi lại" in words(keeper.get(page))
    sent = keeper.post(page, {"act": "again"})
    assert sent["Location"] == f"{page}?da=dong-bo-lai"
    assert "Đã đưa vào hàng gửi lại" in words(keeper.get(sent["Location"]))
    register = FakeRegister()
    told(register)

    assert len(register.steps) == 1
    assert "Gửi lại" not in words(keeper.get(page))
    late = keeper.post(page, {"act": "again"})
    assert late.status_code == 409 and "tải lại danh sách" in words(late)


def test_giving_up_wants_a_reason(town: Town, keeper: Desk) -> None:
    page = f"{LIST}{sync_of(refused(town)).public_id}/"
    short = keeper.post(page, {"act": "drop", "reason": "x"})
    assert short.status_code == 422 and "ít nhất 05 ký tự" in words(short)
    given = keeper.post(page, {"act": "drop", "reason": "Đã nhập tay trên Cổng"})
    assert given["Location"] == f"{page}?da=dong-bo-thoi"
    shown = words(keeper.get(page))
    assert "Thôi không gửi" in shown and "Đã nhập tay trên Cổng" in shown and "Phạm Văn Cán" in shown


def test_the_list_is_filtered_sorted_and_turned(town: Town, keeper: Desk) -> None:
    first = refused(town)
    others = [received(town) for _ in range(21)]
    assert first.code not in words(keeper.get(LIST))
    assert first.code in words(keeper.get(f"{LIST}?trang=2"))
    assert first.code in words(keeper.get(f"{LIST}?xep=OLDEST"))
    only = words(keeper.get(f"{LIST}?tt=REFUSED"))
    assert first.code in only and others[0].code not in only
    assert others[3].code in words(keeper.get(f"{LIST}?q={others[3].code}"))
    none = words(keeper.get(f"{LIST}?q=999.99"))
    assert "Không có lượt đồng bộ nào phù hợp" in none
    assert "Mã hồ sơ có dạng" in words(keeper.get(f"{LIST}?q=abc"))


def test_a_list_of_twenty_takes_the_statements_of_one(town: Town, keeper: Desk) -> None:
    received(town)
    keeper.get(LIST)
    with CaptureQueriesContext(connection) as one:
        keeper.get(LIST)
    for _ in range(19):
        received(town)
    with CaptureQueriesContext(connection) as many:
        keeper.get(LIST)
    assert len(many) == len(one)


def test_who_works_elsewhere_sees_nothing_of_it(town: Town) -> None:
    dossier = refused(town)
    stranger = Desk(Power.CONNECT_SYSTEMS, at="so-khac")
    assert dossier.code not in words(stranger.get(LIST))
    page = f"{LIST}{sync_of(dossier).public_id}/"
    assert stranger.get(page).status_code == 404
    assert stranger.post(page, {"act": "again"}).status_code == 404
    assert Desk(Power.GRANT, at=town.unit.code).get(LIST).status_code == 403
    assert stranger.get(f"{LIST}{uuid.uuid4()}/").status_code == 404


def test_a_unit_above_sees_those_below(town: Town) -> None:
    dossier = refused(town)
    above = Desk(Power.CONNECT_SYSTEMS, at="ubnd-mau")
    Unit.objects.filter(pk=town.unit.pk).update(parent=Unit.objects.get(code="ubnd-mau"))
    assert dossier.code in words(above.get(LIST))
