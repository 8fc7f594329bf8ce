"""Each job leaves a line about how it went; neighbours are knocked at, and a silent one is told by its code only."""

import socket
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.utils import timezone

from motcua.gateways import knocking
from motcua.health import beating, neighbours
from motcua.health.models import Kind, Pulse
from motcua.health.words import JOBS, NEIGHBOURS
from motcua.ops import handlers, working

pytestmark = pytest.mark.django_db


def test_a_job_that_ends_well_leaves_how_many_and_when() -> None:
    beating.watched("seal", lambda: 3, 60.0)()
    row = Pulse.objects.get(kind=Kind.JOB, name="seal")
    assert (row.ok, row.done, row.done_ever, row.every_seconds, row.said) == (True, 3, 3, 60.0, "")
    beating.watched("seal", lambda: 2, 60.0)()
    row.refresh_from_db()
    assert (row.done, row.done_ever) == (2, 5)


def test_a_job_that_breaks_says_so_keeps_when_it_was_well_and_still_raises() -> None:
    beating.watched("seal", lambda: 3, 60.0)()
    well = Pulse.objects.get(name="seal").ok_at

    def breaks() -> int:
        raise ValueError("Nguyễn Văn Mẫu, 052090000001")

    with pytest.raises(ValueError, match="Mẫu"):
        beating.watched("seal", breaks, 60.0)()
    row = Pulse.objects.get(name="seal")
    assert (row.ok, row.said, row.ok_at) == (False, "ValueError", well)


def test_what_is_watched_still_says_whose_work_it_is() -> None:
    """Who asks whether a job is guarded looks through to the job."""

    def guarded() -> int:
        return 0

    watched = beating.watched("seal", guarded, 5.0)
    assert (watched.__name__, watched.__wrapped__) == ("guarded", guarded)  # type: ignore[attr-defined]


def test_where_the_database_is_gone_nothing_is_written_and_the_failure_is_raised() -> None:
    def breaks() -> int:
        raise DatabaseError

    with pytest.raises(DatabaseError):
        beating.watched("seal", breaks, 60.0)()
    assert not Pulse.objects.exists()


def test_a_job_of_every_few_seconds_is_written_down_seldom_and_loses_no_count() -> None:
    job = beating.watched("figure", lambda: 1, 5.0)
    for _ in range(4):
        job()
    assert Pulse.objects.get(name="figure").done_ever == 1
    beating.watched("figure", lambda: 0, 5.0)()
    assert Pulse.objects.count() == 1


def test_a_worker_is_there_until_it_says_goodbye_and_old_ones_are_forgotten() -> None:
    Pulse.objects.create(
        kind=Kind.WORKER, name="may-cu:1", at=timezone.now() - timedelta(days=2), ok=True, every_seconds=10
    )
    beating.alive()
    assert [row.name for row in Pulse.objects.filter(kind=Kind.WORKER)] == [beating.this_process()]
    beating.gone()
    assert not Pulse.objects.exists()


def test_every_job_of_the_worker_has_its_words_and_no_words_are_left_over() -> None:
    jobs = {name for name, _, _ in handlers.chores()} | {"seal"}
    only_at_a_desk_apart = {"portal_key", "told_standing", "told_procedure"}
    assert jobs - {"pulse"} == set(JOBS) - only_at_a_desk_apart


def test_the_worker_writes_down_each_of_its_jobs() -> None:
    planned = {each.kind for each in working.rounds()}
    assert {"pulse", "neighbour", "seal", "bucket"} <= planned


@pytest.fixture
def door() -> Iterator[int]:
    """Somebody who answers PING with PONG, greets as mail servers do, and says no more."""
    server = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        while True:
            try:
                wire, _ = server.accept()
            except OSError:
                return
            with wire:
                wire.sendall(b"220 thu.vi-du.vn\r\n")

    threading.Thread(target=answer, daemon=True).start()
    yield server.getsockname()[1]
    server.close()


def nobody() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_who_answers_is_up_and_who_does_not_is_told_with_its_code(door: int) -> None:
    silent = neighbours.ask_all(
        {
            "mail": lambda: knocking.mail_server("127.0.0.1", door),
            "payment": lambda: knocking.at_address(f"http://127.0.0.1:{nobody()}/thanh-toan"),
            "antivirus": lambda: knocking.clamd(f"127.0.0.1:{door}"),
        }
    )
    rows = {row.name: (row.ok, row.said) for row in Pulse.objects.filter(kind=Kind.NEIGHBOUR)}
    assert silent == 2
    assert rows == {
        "mail": (True, ""),
        "payment": (False, "ConnectionRefusedError"),
        "antivirus": (False, "ConnectionRefusedError"),
    }


def test_a_silence_is_told_in_the_log_once_and_not_at_its_beginning(caplog: pytest.LogCaptureFixture) -> None:
    ports = {"payment": lambda: knocking.at_address(f"http://127.0.0.1:{nobody()}/thanh-toan")}
    neighbours.ask_all({"payment": lambda: None})
    told = []
    for _ in range(4):
        caplog.clear()
        neighbours.ask_all(ports)
        told.append([row.levelname for row in caplog.records if row.name == "motcua.health.neighbours"])
    assert [each == ["WARNING"] for each in told] == [False, True, False, False]


def test_the_line_within_one_installation_is_a_neighbour_where_it_can_be_taken_down(
    settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SIMULATORS_URL = ""  # type: ignore[attr-defined]
    assert "portal" not in knocking.knocks()
    settings.SIMULATORS_URL = "http://127.0.0.1:1"  # type: ignore[attr-defined]
    monkeypatch.setattr(knocking.portal_line, "line_is_up", lambda: False)
    assert neighbours.ask_all({"portal": knocking.knocks()["portal"]}) == 1
    assert not Pulse.objects.get(kind=Kind.NEIGHBOUR, name="portal").ok


def test_only_who_is_configured_is_a_neighbour_and_each_has_its_words(settings: object) -> None:
    settings.MAIL_HOST, settings.NATIONAL_SYNC = "", False  # type: ignore[attr-defined]
    few = set(knocking.knocks())
    settings.MAIL_HOST, settings.NATIONAL_SYNC = "thu.vi-du.vn", True  # type: ignore[attr-defined]
    settings.DVCQG_URL = "https://ndxp.vi-du.vn"  # type: ignore[attr-defined]
    settings.ANTIVIRUS = "motcua.gateways.antivirus_clamd.Clamd"  # type: ignore[attr-defined]
    assert set(knocking.knocks()) - few >= {"mail", "dvcqg"}
    assert set(knocking.knocks()) <= set(NEIGHBOURS)
