"""What has to go, by which chore of the worker, and how much is still here past its day (threats DP-10, DP-11)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from typing import Final

from django.conf import settings
from django.utils import timezone

from motcua.files import keeping
from motcua.kernel.authority import Authority
from motcua.limits import spending
from motcua.outbox import retention as outbox_retention
from motcua.protection import reading, register
from motcua.protection.models import ChoreRun
from motcua.signin import retention as signin_retention
from motcua.units import remembered_search

#: Counted no further: a page that counts millions would be slower than the chore.
MOST: Final = 1000


@dataclass(frozen=True, slots=True)
class Duty:
    """A chore that deletes. ``every``: seconds between two of its rounds, as the worker plans them."""

    chore: str
    words: str
    every: float
    overdue: Callable[[int], int]


@dataclass(frozen=True, slots=True)
class Standing:
    """One line of the page."""

    duty: Duty
    columns: int
    run: ChoreRun | None
    overdue: int
    late: bool

    @property
    def overdue_words(self) -> str:
        return f"{MOST:,} trở lên".replace(",", ".") if self.overdue >= MOST else str(self.overdue)


def duties() -> list[Duty]:
    """Of the systems that are here; a house test compares them with the register and with the worker."""
    return list(_here())


def standings(viewer: Authority) -> list[Standing]:
    """For the page; counts now. A chore that is two rounds behind, or failed last, is late."""
    reading.require(viewer)
    runs = {run.chore: run for run in ChoreRun.objects.all()}
    columns: dict[str, int] = {}
    for line in register.lines():
        columns[line.kept.chore] = columns.get(line.kept.chore, 0) + len(line.columns)
    now = timezone.now()
    return [
        Standing(
            duty=duty,
            columns=columns.get(duty.chore, 0),
            run=runs.get(duty.chore),
            overdue=duty.overdue(MOST),
            late=_is_late(runs.get(duty.chore), duty, now),
        )
        for duty in duties()
    ]


def _is_late(run: ChoreRun | None, duty: Duty, now: datetime) -> bool:
    if run is None or run.ran_at is None or (run.failed_at is not None and run.failed_at >= run.ran_at):
        return True
    return now - run.ran_at > timedelta(seconds=2 * duty.every + 60)


def _here() -> Iterator[Duty]:
    yield Duty("bucket", "Bộ đếm hạn mức đã hết khung thời gian", 60.0, spending.overdue)
    yield Duty("file", "Tệp đến ngày hủy: hủy khóa, rồi xóa tệp", 60.0, _files)
    yield Duty("old_message", "Tin nhắn, thư đã gửi; việc đã xong", 3600.0, outbox_retention.overdue)
    yield Duty("old_search", "Bộ lọc tìm kiếm của cán bộ", 600.0, remembered_search.overdue)
    yield Duty(
        "old_answer",
        "Trả lời đã giữ cho hệ thống kết nối",
        3600.0,
        signin_retention.overdue,
    )
    if settings.HOSTS_PORTAL:
        yield from _at_the_portal()
    if settings.HOSTS_DESK:
        yield from _at_a_desk()


def _at_the_portal() -> Iterator[Duty]:
    accounts = import_module("motcua.accounts.retention")
    yield Duty(
        "lapsed_data",
        "Việc đang dở, mã OTP, phiên, lịch sử, lượt tra cứu của tài khoản",
        600.0,
        lambda most: accounts.overdue(timezone.now(), most),
    )
    yield Duty(
        "old_class_list",
        "Danh sách lớp do trường tải lên",
        600.0,
        import_module("motcua.accounts.class_lists").overdue,
    )
    yield Duty(
        "closed_account",
        "Người đã đóng tài khoản: họ tên, số, điện thoại, giấy tờ trong kho",
        3600.0,
        import_module("motcua.protection.erasing").overdue,
    )
    yield Duty(
        "old_look", "Lượt xem giấy tờ trong kho", 3600.0, import_module("motcua.vault.retention").overdue
    )
    yield Duty(
        "old_desk_dossier",
        "Hồ sơ đã xong tại một cửa nơi khác",
        21_600.0,
        import_module("motcua.signin.desk_dossiers").overdue,
    )
    yield Duty(
        "old_sign_in",
        "Yêu cầu đăng nhập qua Cổng đã quá giờ",
        600.0,
        import_module("motcua.signin.authorising").overdue,
    )


def _at_a_desk() -> Iterator[Duty]:
    yield Duty(
        "old_dossier",
        "Hồ sơ, lần kiểm tra, ngoại lệ, bản nháp, danh sách lớp đã hết hạn lưu",
        21_600.0,
        import_module("motcua.desk.retention").overdue,
    )
    yield Duty(
        "old_guest", "Phiên của khách qua Cổng", 3600.0, import_module("motcua.guests.retention").overdue
    )


def _files(most: int) -> int:
    return keeping.overdue(timezone.now(), most)
