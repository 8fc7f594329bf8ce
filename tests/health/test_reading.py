"""What is red is red for a reason and says what to do; what was never made is said to be missing."""

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError
from django.utils import timezone

from motcua.desk.models import DayCounter
from motcua.health import beating, machine, reading
from motcua.health.models import Kind, Pulse
from motcua.health.reading import Part, State
from motcua.journal import witnessing
from motcua.journal.models import Event
from motcua.ops import standing
from motcua.outbox.models import Errand
from tests.desk.town import a_unit
from tests.radar import days

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.VAR_DIR, settings.FILES_DIR = tmp_path, tmp_path
    return tmp_path


def parts() -> Mapping[str, Part]:
    return {part.key: part for part in reading.look().parts}


def pulse(kind: Kind, name: str, *, ok: bool = True, ago: float = 0.0, every: float = 30.0) -> Pulse:
    at = timezone.now() - timedelta(seconds=ago)
    return Pulse.objects.create(kind=kind, name=name, ok=ok, at=at, ok_at=at, every_seconds=every)


def test_without_a_worker_the_page_says_that_everything_stands_still() -> None:
    assert parts()["worker"].state is State.BAD
    beating.alive()
    assert parts()[f"worker:{beating.this_process()}"].state is State.GOOD


def test_a_worker_that_fell_silent_is_red_with_how_long() -> None:
    pulse(Kind.WORKER, "may-1:7", ago=300)
    found = parts()["worker:may-1:7"]
    assert found.state is State.BAD and "5 phút" in found.said and "Khởi động lại" in found.act


def test_a_neighbour_is_green_red_or_not_asked_lately() -> None:
    pulse(Kind.NEIGHBOUR, "mail")
    pulse(Kind.NEIGHBOUR, "payment", ok=False)
    pulse(Kind.NEIGHBOUR, "antivirus", ago=3600)
    found = parts()
    assert found["neighbour:mail"].state is State.GOOD
    assert (
        found["neighbour:payment"].state is State.BAD
        and "thu tiền tại quầy" in found["neighbour:payment"].act
    )
    assert found["neighbour:antivirus"].state is State.WARNING


def test_a_job_shows_last_run_result_next_run_and_backlog() -> None:
    row = pulse(Kind.JOB, "bucket", every=60)
    (job,) = [job for job in reading.jobs() if job.key == "bucket"]
    assert (job.state, job.last_at, job.backlog) == (State.GOOD, row.at, 0)
    assert job.next_at == row.at + timedelta(seconds=60) and job.title == "Xóa bộ đếm hạn mức đã hết"


@pytest.mark.parametrize(("ok", "ago"), [(True, 600), (False, 0)], ids=["late", "failed"])
def test_a_job_that_is_late_or_failed_is_red_and_one_that_never_ran_is_said(ok: bool, ago: float) -> None:
    pulse(Kind.JOB, "bucket", ok=ok, ago=ago, every=60)
    jobs = {job.key: job for job in reading.jobs()}
    assert jobs["bucket"].state is State.BAD and jobs["bucket"].act
    assert jobs["file"].said == "Chưa chạy lần nào."


def test_dead_errands_and_old_ones_are_seen() -> None:
    assert parts()["queue:errand"].state is State.GOOD
    now = timezone.now()
    Errand.objects.create(kind="x", key="1", state="DEAD", created_at=now, not_before=now)
    assert parts()["queue:errand"].state is State.WARNING and "1 đã thôi" in parts()["queue:errand"].said
    Errand.objects.create(kind="x", key="2", created_at=now - timedelta(hours=1), not_before=now)
    assert parts()["queue:errand"].state is State.BAD


def test_an_errand_that_was_put_off_is_as_old_as_it_is_due() -> None:
    now = timezone.now()
    put_off = Errand.objects.create(
        kind="x", key="1", created_at=now - timedelta(hours=5), not_before=now + timedelta(hours=2)
    )
    Errand.objects.update(failure="try_later")
    found = parts()["queue:errand"]
    assert found.state is State.GOOD and found.said == "1 đang chờ, chưa đến giờ làm."
    Errand.objects.update(not_before=now - timedelta(seconds=30))
    assert parts()["queue:errand"].state is State.GOOD
    Errand.objects.filter(pk=put_off.pk).update(not_before=now - timedelta(hours=1))
    assert parts()["queue:errand"].state is State.BAD
    Errand.objects.update(
        failure="KeyError", not_before=now + timedelta(hours=2)
    )  # failing counts from the promise
    found = parts()["queue:errand"]
    assert found.state is State.BAD and "hệ thống bên cạnh" in found.act


def test_a_job_that_waits_for_the_portal_says_so_and_no_class_name() -> None:
    Pulse.objects.create(
        kind=Kind.JOB,
        name="merged_owner",
        ok=False,
        said="PortalUnavailable",
        at=timezone.now(),
        every_seconds=15,
    )
    (job,) = [job for job in reading.jobs() if job.key == "merged_owner"]
    assert job.state is State.WARNING and job.said == "Chưa xong: Cổng DVCQG không trả lời."
    assert "Đường tới Cổng" in job.act


def test_the_backup_is_missing_old_failed_or_good(folder: Path) -> None:
    assert parts()["backup"].said == "Chưa có bản sao lưu."
    status = folder / machine.BACKUP_FILE

    def say(**more: object) -> Part:
        status.write_text(
            json.dumps({"at": timezone.now().isoformat(), "ok": True, "bytes": 7 << 20, **more})
        )
        return parts()["backup"]

    assert say().state is State.GOOD and "7 MiB" in say().said
    assert say(ok=False).state is State.BAD
    assert say(at=(timezone.now() - timedelta(hours=30)).isoformat()).state is State.BAD
    status.write_text("{")
    assert parts()["backup"].said == "Chưa có bản sao lưu."


def test_files_that_cannot_be_reached_are_red(settings: Any, folder: Path) -> None:
    assert parts()["disk"].state in (State.GOOD, State.WARNING, State.BAD)
    settings.FILES_DIR = folder / "khong-co"
    assert parts()["disk"].state is State.BAD


def test_an_old_unsealed_line_and_a_witness_that_cannot_be_read_are_red(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert parts()["seal"].state is State.GOOD
    days.line("accounts.name.shown", timezone.now() - timedelta(minutes=10), actor="x")
    assert Event.objects.count() == 1 and parts()["seal"].state is State.BAD

    def broken(_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(witnessing.FileWitness, "last", broken)
    assert parts()["witness:1"].state is State.BAD and parts()["witness:1"].said == "Không đọc được."


def test_a_database_that_is_gone_is_said_and_the_rest_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> machine.Database:
        raise DatabaseError

    monkeypatch.setattr("motcua.health.machine.database", gone)
    found = parts()
    assert found["database"].state is State.BAD and {"disk", "backup"} <= set(found)


def test_a_database_whose_log_quotes_rows_is_red(monkeypatch: pytest.MonkeyPatch) -> None:
    assert parts()["database_log"].state is State.GOOD
    monkeypatch.setattr(machine, "QUIET_LOG", {"log_error_verbosity": ("none-such",)})
    found = parts()["database_log"]
    assert found.state is State.BAD and "log_error_verbosity = terse" in found.said


def test_a_clock_that_is_off_and_a_standby_that_is_behind_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("motcua.health.machine.database", lambda: machine.Database(0.1, 2.5, 1, 90.0))
    found = parts()
    assert found["clock"].state is State.BAD and "2.5 giây" in found["clock"].said
    assert found["replication"].state is State.WARNING and "chậm 90 giây" in found["replication"].said


def test_the_command_says_the_same_and_tells_a_script(capsys: pytest.CaptureFixture[str]) -> None:
    assert standing.run() == 1
    said = capsys.readouterr().out
    assert (
        "HỎNG   Tiến trình nền: Không có tiến trình nào đang chạy" in said
        and "→ Khởi động motcua-worker." in said
    )
    beating.alive()
    for duty in reading.jobs():
        pulse(Kind.JOB, duty.key, every=60)
    assert reading.look().bad == sum("HỎNG" in line for line in said.splitlines()) - 1


def test_a_unit_that_nears_the_end_of_its_numbers_is_named_before_it_is_there(settings: Any) -> None:
    assert parts()["day_numbers"].state is State.NONE
    unit = a_unit("so-gddt", "000.00.06.H08")
    row = DayCounter.objects.create(unit=unit, day=timezone.localdate(), series="RECEIVED", last=8_999)
    found = parts()["day_numbers"]
    assert (
        found.state is State.GOOD
        and found.said == "so-gddt dùng nhiều nhất hôm nay: 8.999 trên 9.999 số hồ sơ."
    )
    DayCounter.objects.filter(pk=row.pk).update(last=9_000)
    found = parts()["day_numbers"]
    assert found.state is State.WARNING and "Hết số hồ sơ trong ngày" in found.act
    DayCounter.objects.filter(pk=row.pk).update(last=9_999)
    found = parts()["day_numbers"]
    assert found.state is State.BAD
    assert found.said == "so-gddt đã dùng hết 9.999 số hồ sơ của hôm nay, không tiếp nhận thêm được."
    DayCounter.objects.filter(pk=row.pk).update(last=5)
    DayCounter.objects.create(unit=unit, day=timezone.localdate(), series="PROVISIONAL", last=9_999)
    assert "9.999 số tiếp nhận tạm của hôm nay, không tiếp nhận tạm thêm được" in parts()["day_numbers"].said
    settings.HOSTS_DESK = False
    assert "day_numbers" not in parts()
