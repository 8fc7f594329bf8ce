"""Hồ sơ đánh giá tác động says what the register and the settings say (DP-26)."""

import re
from typing import Any

import pytest
from django.conf import settings as django_settings

from motcua.kernel.authority import NotAuthorised, Power
from motcua.protection import duties, impact, register
from tests.press.test_printing import text_of
from tests.web_office.desk import Desk

pytestmark = pytest.mark.django_db(transaction=True)
FILE = "/quan-tri/du-lieu-ca-nhan/danh-gia-tac-dong.pdf"


@pytest.fixture
def inspector() -> Desk:
    return Desk(Power.INSPECT)


def test_every_purpose_and_every_kind_of_file_is_in_it(inspector: Desk) -> None:
    told: Any = impact.facts(inspector.authority)
    assert [row["purpose"] for row in told["purposes"]] == [line.purpose for line in register.lines()]
    assert all(row["basis"] and row["kept"] and row["held"] for row in told["purposes"])
    assert {row["data"] for row in told["documents"]} == {each.kind for each in register.documents()}
    assert all(duty.chore in " ".join(told["measures"]) for duty in duties.duties())


def test_every_period_that_can_be_set_is_in_it_as_it_is_set(inspector: Desk, settings: Any) -> None:
    known = {name for name in dir(django_settings) if re.fullmatch(r"[A-Z_]+_KEPT_(DAYS|MONTHS|YEARS)", name)}
    assert known == set(impact.PERIODS)
    settings.LOOKS_KEPT_MONTHS = 37
    told: Any = impact.facts(inspector.authority)
    assert "Lượt xem giấy tờ trong kho: 37 tháng." in told["periods"]


def test_another_register_is_another_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    before = impact.mark()
    assert impact.mark() == before
    monkeypatch.setattr(register, "lines", list)
    assert impact.mark() != before


def test_what_the_settings_switch_is_said(inspector: Desk, settings: Any) -> None:
    settings.OFFICER_SECOND_FACTOR, settings.NATIONAL_SYNC = True, True
    told: Any = impact.facts(inspector.authority)
    assert any("bắt buộc" in one for one in told["measures"])
    assert any("Cổng Dịch vụ công quốc gia" in one for one in told["recipients"])
    settings.NATIONAL_SYNC = False
    told = impact.facts(inspector.authority)
    assert not any("Cổng Dịch vụ công quốc gia" in one for one in told["recipients"])


def test_it_is_taken_as_a_paper_by_who_answers_for_the_data(inspector: Desk) -> None:
    answer = inspector.get(FILE)
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    text = text_of(answer.content)
    for said in ("HỒ SƠ ĐÁNH GIÁ TÁC ĐỘNG", "91/2025/QH15", impact.mark(), "Quyền của chủ thể dữ liệu"):
        assert said.casefold() in text.casefold()
    receiver = Desk(Power.RECEIVE_DOSSIER, at="so-hai")
    assert receiver.get(FILE).status_code == 403
    with pytest.raises(NotAuthorised):
        impact.as_pdf(receiver.authority)
