"""The sample procedures."""

import json
from pathlib import Path

import pytest

from motcua.desk import published, sample
from motcua.desk.models import Component, Procedure, Process

ENTRY = {
    "code": "2.001914",
    "name": "Chỉnh sửa nội dung văn bằng, chứng chỉ",
    "levels": ["so"],
    "deadline": "5 working days",
    "components": ["Đơn", "CCCD/CMND/hộ chiếu (xuất trình)", "Quyết định thành lập (bản sao)"],
    "fee_vnd": 0,
    "decided_by": "Sở",
    "result": "Quyết định",
}


def load(tmp_path: Path, *entries: dict[str, object]) -> int:
    file = tmp_path / "catalogue.json"
    file.write_text(json.dumps([{**ENTRY, **entry} for entry in entries]), encoding="utf-8")
    return sample.load(file)


def test_the_sample_has_two_processes_for_2_001914_and_one_for_each_other(
    transactional_db: None, tmp_path: Path
) -> None:
    assert load(tmp_path, {}, {"code": "1.005074"}) == 2
    assert Process.objects.filter(procedure__code="2.001914").count() == 2
    assert Process.objects.filter(procedure__code="1.005074").count() == 1
    assert Procedure.objects.filter(is_sample=True).count() == 2


def test_loading_again_changes_nothing_that_was_edited(transactional_db: None, tmp_path: Path) -> None:
    load(tmp_path, {})
    Procedure.objects.update(name="Tên đã sửa")
    assert load(tmp_path, {}) == 0
    assert Procedure.objects.get().name == "Tên đã sửa"


def test_components_know_how_they_are_handed_in(transactional_db: None, tmp_path: Path) -> None:
    load(tmp_path, {})
    form, card, decision = Component.objects.order_by("order")
    assert (form.originals, form.shown_only) == (1, False)
    assert [each.not_reused for each in (form, card, decision)] == [True, False, False]
    assert card.shown_only and card.type_code == "cccd-cmnd-ho-chieu"
    assert (decision.originals, decision.copies) == (0, 1)


def test_a_letter_for_one_transfer_is_handed_in_anew() -> None:
    letter = sample._component("Giấy giới thiệu chuyển trường do hiệu trưởng nhà trường nơi đi cấp")
    assert letter["not_reused"] and not sample._component("Giấy khai sinh")["not_reused"]


@pytest.mark.parametrize(
    ("deadline", "days"),
    [
        ("5 working days", 5),
        ("1 working day", 1),
        ("25 working days (20 + 5)", 25),
        ("same day", 0),
        ("same day (received after 15:00: next working day)", 0),
        (None, None),
    ],
)
def test_deadlines_are_read(
    transactional_db: None, tmp_path: Path, deadline: str | None, days: int | None
) -> None:
    load(tmp_path, {"deadline": deadline})
    assert Procedure.objects.get().working_days == days


def test_what_is_published_stands_in_the_order_of_the_alphabet(
    transactional_db: None, tmp_path: Path
) -> None:
    names = ["Chuyển trường", "Xin học lại", "Đăng ký dạy thêm", "Cấp bản sao", "Chỉnh sửa văn bằng"]
    load(tmp_path, *({"code": f"1.00000{n}", "name": name} for n, name in enumerate(names)))
    told = [each.name for each in published.procedures(on=sample.SAMPLE_FROM)]
    assert told == ["Cấp bản sao", "Chỉnh sửa văn bằng", "Chuyển trường", "Đăng ký dạy thêm", "Xin học lại"]
