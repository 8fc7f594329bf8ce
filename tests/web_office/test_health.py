"""“Tình trạng hệ thống”: whoever looks after the machine sees what is red, why, and what to do."""

from pathlib import Path
from typing import Any

import pytest

from motcua.health import beating
from motcua.health.models import Kind
from motcua.kernel.authority import Power
from tests.web_office.desk import Desk, words

pytestmark = pytest.mark.django_db(transaction=True)
HERE = "/quan-tri/tinh-trang/"


@pytest.fixture
def keeper() -> Desk:
    Desk(Power.GRANT, at="tinh-mau", name="Trần Thị Trên")
    return Desk(Power.CONNECT_SYSTEMS, at="don-vi-a", parent="tinh-mau")


def test_what_is_red_stands_first_with_what_to_do(keeper: Desk, settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path  # where no backup was ever made, whatever ran before
    beating.note(Kind.NEIGHBOUR, "mail", ok=False, said="TimeoutError", every=30)
    page = words(keeper.get(HERE))
    assert "Không có tiến trình nào đang chạy" in page and "Khởi động motcua-worker." in page
    assert page.index("Máy chủ thư") < page.index("Cơ sở dữ liệu Tốt")
    assert "Kiểm tra máy chủ thư" in page and "Chưa có bản sao lưu." in page


def test_jobs_are_searched_filtered_and_sorted(keeper: Desk) -> None:
    beating.note(Kind.JOB, "bucket", ok=True, done=7, every=60)
    beating.note(Kind.JOB, "seal", ok=False, said="WitnessDisagrees", every=5)
    everything = words(keeper.get(HERE))
    assert everything.index("Không xong: WitnessDisagrees") < everything.index("Xóa bộ đếm hạn mức đã hết")
    assert "Đã làm 7" in everything
    found = words(keeper.get(f"{HERE}?q=bo+dem"))
    assert "Xóa bộ đếm hạn mức đã hết" in found and "WitnessDisagrees" not in found
    assert "Không có việc định kỳ nào phù hợp" in words(keeper.get(f"{HERE}?q=khong-co-viec-nay"))
    assert "Xóa bộ đếm" not in words(keeper.get(f"{HERE}?tt=BAD"))
    assert keeper.get(f"{HERE}?xep=lau&trang=9").status_code == 200


def test_names_of_jobs_stand_in_the_order_of_vietnamese(keeper: Desk) -> None:
    for job in ("left_file", "compared_day", "resting_reset"):
        beating.note(Kind.JOB, job, ok=True, every=60)
    page = words(keeper.get(f"{HERE}?xep=ten"))
    order = [page.index(name) for name in ("Dọn tệp bỏ lại", "Đặt lại mật khẩu", "Đối soát ngày hôm trước")]
    assert order == sorted(order)


@pytest.mark.parametrize(
    ("power", "at", "status"),
    [
        (Power.GRANT, "tinh-mau", 200),
        (Power.INSPECT, "tinh-mau", 200),
        (Power.GRANT, "don-vi-a", 403),
        (Power.INSPECT, "don-vi-a", 403),
        (Power.OPEN_ACCOUNT, "tinh-mau", 403),
    ],
    ids=["grants-at-the-top", "inspects-at-the-top", "grants-below", "inspects-below", "neither"],
)
def test_who_connects_systems_or_stands_at_the_top_sees_it(power: Power, at: str, status: int) -> None:
    top = Desk(Power.PROCESS, at="tinh-mau", name="Trần Thị Trên")
    assert top.get(HERE).status_code == 403
    parent = "" if at == "tinh-mau" else "tinh-mau"
    assert Desk(power, at=at, parent=parent).get(HERE).status_code == status
