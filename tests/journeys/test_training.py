"""A training day: a course, a trainee with a task of each appendix, and a real town that notices nothing."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pypdfium2 import PdfDocument

from tests.journeys.townspeople import PAPER, sign_in, ways
from tests.running_town import Town, free_port
from tests.visiting import PHONE, NewPage, assert_quiet, shot

PASSWORD = "Muon.Trung-Song-94!"
#: What a training day could have touched: whom the province counts, receives, texts and knows.
_KEPT = (
    "figures_dayfigure",
    "figures_monthfigure",
    "desk_dossier",
    "desk_accountcheck",
    "desk_daycounter",
    "accounts_account",
    "accounts_person",
    "units_unit",
    "units_officer",
    "vault_paper",
    "outbox_message",
    "outbox_letter",
    "files_storedfile",
)


class TrainingTown(Town):
    """As `make run-training` starts it, below the folder of a real installation."""

    def command(self) -> str:
        return "run-training"

    def ports(self) -> dict[str, str]:
        own = {
            "TRAINING_PORT": self.port,
            "TRAINING_SIM_PORT": self.sim_port,
            "TRAINING_SIM_MAIL_PORT": free_port(),
        }
        return {name: str(port) for name, port in own.items()}

    def trainer(self) -> tuple[str, str]:
        """As the terminal showed once."""
        kept = self.var_dir / "tap-huan" / "secrets" / "giang-vien"
        number, password = kept.read_text(encoding="ascii").split()
        return number, password


@pytest.fixture(scope="module")
def training(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TrainingTown]:
    """In the surroundings of the real one: its database and its gateways are named, and not used."""
    named = {
        "DATABASE_URL": town.app_database_url(),
        "KEYS_DIR": str(town.var_dir / "keys"),
        "SMS_URL": f"{town.sim_url}/sms/messages",
        "OPERATORS_URL": f"{town.sim_url}/nha-mang/kiem-tra",
        "PROOF_OF_WORK_COST": "2000",
    }
    place = tmp_path_factory.mktemp("training")
    running = TrainingTown(var_dir=place / "var", port=free_port(), sim_port=free_port(), extra=named)
    running.start(patience=300)
    yield running
    running.stop()


def everything_of(town: Town) -> dict[str, str]:
    """Every row of what is kept, as one mark for each table."""
    return {
        table: str(
            town.sql(
                f"SELECT count(*), md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {table} t"
            )
        )
        for table in _KEPT
    }


@dataclass
class Slip:
    """What a trainee was given on paper."""

    number: str
    password: str

    @classmethod
    def first_of(cls, pdf: bytes) -> "Slip":
        words = " ".join(page.get_textpage().get_text_range() for page in PdfDocument(BytesIO(pdf)))
        number, password = re.search(r"\b052[0-9]{9}\b", words), re.search(r"Hoc-[a-z]{6}-[0-9]{4}", words)
        assert number and password
        return cls(number[0], password[0])


@dataclass
class Exercise:
    """One task on its page, with the citizen beside."""

    page: Page

    @classmethod
    def begun(cls, page: Page, title: str) -> "Exercise":
        page.goto("/tap-huan/")
        page.get_by_role("button", name=re.compile(f"Bắt đầu bài {title}$")).click()
        page.wait_for_url(re.compile("/tap-huan/luot/"))
        return cls(page)

    def card(self, name: str) -> str:
        line = self.page.locator(".sample-card dl > div").filter(has=self.page.get_by_text(name, exact=True))
        return line.locator("dd").inner_text().strip()

    def code(self, nth: int = 1) -> str:
        """As the phone beside shows it, without a reload."""
        texts = self.page.locator(".texts li").filter(has_text="OTP")
        expect(texts).to_have_count(nth, timeout=60_000)
        expect(texts.first).to_contain_text("TAP HUAN: ")
        found = re.search(r"\b[0-9]{6}\b", texts.first.inner_text())
        assert found
        return found[0]

    def elsewhere(self) -> Page:
        """Where the task is done: another tab."""
        with self.page.context.expect_page() as opened:
            self.page.get_by_role("link", name="Mở nơi làm bài").click()
        opened.value.wait_for_load_state()
        return opened.value

    def hand_in(self, *answers: str) -> None:
        for answer in answers:
            self.page.get_by_label(answer).check()
        self.page.get_by_role("button", name="Nộp bài").click()
        expect(self.page.get_by_role("heading", name=re.compile("^Kết quả: "))).to_be_visible()


@pytest.mark.timeout(900)
def test_a_training_day_from_the_slip_to_the_score(
    town: Town, training: TrainingTown, new_page: NewPage, axe: Callable[[Page], None], tmp_path: Path
) -> None:
    before = everything_of(town)
    trainer = new_page(base_url=training.url)
    slip = _course_opened(trainer, training, axe)

    trainee = new_page(base_url=training.url)
    trainee.goto("/tap-huan/")
    axe(trainee)
    sign_in(trainee, (slip.number, slip.password))
    trainee.goto("/tap-huan/")
    axe(trainee)
    shot(trainee, "tap-huan-bai-tap")
    _registers(Exercise.begun(trainee, "Công dân tự đăng ký tài khoản"), axe)
    _receives(Exercise.begun(trainee, "Chủ hồ sơ đã có tài khoản"))
    _creates(Exercise.begun(trainee, "Hỗ trợ tạo tài khoản tại quầy"), tmp_path)
    assert_quiet(trainee)

    _on_a_phone(new_page(base_url=training.url, **PHONE), slip)
    _followed(trainer, axe)
    assert everything_of(town) == before
    marks: list[Any] = town.sql("SELECT kind FROM training_world")
    assert marks == [("REAL",)]


def _course_opened(page: Page, training: TrainingTown, axe: Callable[[Page], None]) -> Slip:
    sign_in(page, training.trainer())
    page.goto("/tap-huan/lop/")
    axe(page)
    page.get_by_role("link", name="Mở lớp mới").first.click()
    page.get_by_label("Tên lớp").fill("Trường mẫu, buổi sáng")
    page.get_by_label("Số học viên").fill("2")
    axe(page)
    page.get_by_role("button", name="Mở lớp").click()
    expect(page.get_by_role("heading", name="Lớp Trường mẫu, buổi sáng")).to_be_visible()
    axe(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Phiếu đăng nhập (PDF)").click()
    assert download.value.suggested_filename.startswith("TAP-HUAN-")
    return Slip.first_of(Path(download.value.path()).read_bytes())


def _registers(task: Exercise, axe: Callable[[Page], None]) -> None:
    axe(task.page)
    shot(task.page, "tap-huan-phu-luc-i")
    tab = task.elsewhere()
    tab.get_by_label("Họ và tên").fill(task.card("Họ và tên"))
    tab.get_by_label("Ngày sinh").fill(task.card("Ngày sinh"))
    tab.get_by_label("Số CMND/CCCD").fill(task.card("Số"))
    tab.get_by_label("Số điện thoại").fill(task.card("Điện thoại mang theo"))
    tab.get_by_role("button", name="Tiếp tục").click()
    tab.wait_for_url(re.compile("/ma-otp/"))
    tab.get_by_label("Nhập OTP").fill(task.code())
    tab.get_by_role("button", name="Tiếp tục").click()
    tab.wait_for_url(re.compile("/mat-khau/"))
    for box in ("Nhập mật khẩu", "Xác nhận mật khẩu"):
        tab.get_by_label(box).fill(PASSWORD)
    tab.get_by_role("button", name="Đăng ký").click()
    tab.wait_for_url(re.compile("/thanh-cong/"))
    tab.close()
    task.hand_in("Soạn tin TTTB gửi 1414")
    expect(task.page.get_by_text("10/10")).to_be_visible()
    axe(task.page)
    shot(task.page, "tap-huan-ket-qua")


def _receives(task: Exercise) -> None:
    number = task.card("Số")
    tab = task.elsewhere()
    tab.get_by_label("CMND/CCCD").fill(number)
    tab.get_by_role("button", name="Kiểm tra tài khoản").click()
    expect(tab.get_by_text("Kiểm tra tài khoản thành công")).to_be_visible()
    tab.get_by_label("Thủ tục").select_option("2.002479")
    tab.get_by_role("button", name="Tiếp tục").click()
    tab.wait_for_url(re.compile("/ho-so/"))
    ways(tab, [PAPER] * tab.locator("fieldset.component").count())
    tab.get_by_role("button", name="Tiếp nhận", exact=True).click()
    expect(tab.get_by_role("heading", name="Tiếp nhận hồ sơ thành công")).to_be_visible()
    shot(tab, "tap-huan-da-tiep-nhan")
    tab.close()
    task.hand_in()
    expect(task.page.get_by_text("10/10")).to_be_visible()


def _creates(task: Exercise, tmp_path: Path) -> None:
    """Everything but the signed paper: the result says so."""
    with task.page.expect_download() as download:
        task.page.get_by_role("link", name="Bản quét thẻ (PDF)").click()
    scan = tmp_path / "CCCD.pdf"
    download.value.save_as(scan)
    tab = task.elsewhere()
    tab.get_by_role("button", name="THÊM MỚI").click()
    group = tab.get_by_role("group", name="Thông tin công dân")
    expect(group.get_by_label("Số CMND/CCCD")).to_be_focused()
    group.get_by_label("Số CMND/CCCD").fill(task.card("Số"))
    tab.get_by_role("button", name="Tra cứu tài khoản").click()
    expect(tab.get_by_text("Chưa có tài khoản. Ông/bà có thể tạo mới.")).to_be_visible()
    group.get_by_label("Họ và tên").fill(task.card("Họ và tên"))
    group.get_by_label("Ngày sinh").fill(task.card("Ngày sinh"))
    group.get_by_label("Số điện thoại").fill(task.card("Điện thoại mang theo"))
    group.get_by_label("Lý do hỗ trợ tạo").select_option(index=1)
    group.get_by_label("Đính kèm CCCD/CMND").set_input_files(scan)
    with tab.expect_download():
        tab.get_by_role("button", name="Tải xuống", exact=True).click()
    tab.get_by_role("button", name="Gửi mã OTP", exact=True).click()
    tab.get_by_label("Nhập OTP").fill(task.code())
    tab.get_by_role("button", name="Tạo tài khoản", exact=True).click()
    expect(tab.get_by_role("heading", name="Tạo tài khoản thành công")).to_be_visible()
    tab.close()
    task.hand_in()
    expect(task.page.get_by_text("8/10")).to_be_visible()
    expect(task.page.get_by_text("Chưa lưu giấy đề nghị có chữ ký của công dân.")).to_be_visible()


def _on_a_phone(page: Page, slip: Slip) -> None:
    sign_in(page, (slip.number, slip.password))
    task = Exercise.begun(page, "Tra cứu thấy đã có tài khoản")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    shot(page, "tap-huan-dien-thoai")
    task.hand_in("Thông báo cho người dân và không tạo mới")
    expect(page.get_by_text("5/10")).to_be_visible()
    page.goto("/tap-huan/")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    shot(page, "tap-huan-dien-thoai-bai-tap")


def _followed(page: Page, axe: Callable[[Page], None]) -> None:
    page.reload()
    expect(page.get_by_text("33/140")).to_be_visible()
    axe(page)
    shot(page, "tap-huan-lop")
    page.get_by_role("row", name=re.compile(r"33.140")).get_by_role("link").click()
    expect(page.get_by_text("Đã tiếp nhận hồ sơ của đúng chủ hồ sơ.")).to_be_visible()
    axe(page)
    page.go_back()
    with page.expect_download() as download:
        page.get_by_role("link", name="Kết quả (Excel)").click()
    assert download.value.suggested_filename == "TAP-HUAN-ket-qua.xlsx"
    page.get_by_role("button", name="Kết thúc lớp").click()
    page.get_by_role("dialog").get_by_role("button", name="Kết thúc lớp").click()
    expect(page.get_by_text("mọi mã đăng nhập đã hết hiệu lực")).to_be_visible()
