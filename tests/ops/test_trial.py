"""A command at the trial of its folder: only where nothing names another installation, and in Vietnamese."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from motcua.ops import asking, cli, embedded, trial


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a trial that is not running, and nothing in the surroundings."""
    for name in trial._NAMED_BY:
        monkeypatch.setenv(name, "")  # put back afterwards, also where the command writes its own
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("18")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "database-app").write_text("m/t")
    return tmp_path


@pytest.fixture
def running(here: Path) -> Iterator[Path]:
    folder = embedded.socket_dir_of(here / "postgres")
    folder.mkdir(exist_ok=True)
    door = folder / ".s.PGSQL.5432"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.bind(str(door))
        server.listen(4)
        yield here
    door.unlink()


def test_a_command_finds_the_running_trial_as_the_role_with_least_rights(running: Path) -> None:
    trial.join("health")
    assert os.environ["DJANGO_SETTINGS_MODULE"] == "motcua.config.settings_dev"
    assert os.environ["DATABASE_URL"].startswith("postgresql://motcua_app:m%2Ft@/motcua?host=")


@pytest.mark.parametrize("named", trial._NAMED_BY)
def test_who_names_an_installation_means_that_one(
    running: Path, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    monkeypatch.setenv(named, "khac")
    trial.join("health")
    assert os.environ[named] == "khac"
    assert named == "DATABASE_URL" or os.environ["DATABASE_URL"] == ""


@pytest.mark.parametrize("command", ["serve", "web", "worker", "migrate", "appoint", "erase"])
def test_what_makes_or_starts_a_system_never_joins(running: Path, command: str) -> None:
    trial.join(command)
    assert os.environ["DATABASE_URL"] == ""


@pytest.mark.parametrize(
    "words",
    [["receipts", "rotate", "--lost"], ["signing-keys", "rotate"], ["keys", "retire", "x"], ["breach"]],
    ids=["receipts", "tokens", "keys", "breach"],
)
def test_what_would_calm_an_operator_of_a_real_system_is_given_by_make_only(
    running: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    monkeypatch.setenv("MOTCUA_TRIAL", "")
    trial.join(words[0], words)
    assert os.environ["DATABASE_URL"] == "" and capsys.readouterr().err == ""
    monkeypatch.setenv("MOTCUA_TRIAL", "on")
    trial.join(words[0], words)
    assert os.environ["DATABASE_URL"] and "không phải hệ thống thật" in capsys.readouterr().err


def test_a_folder_that_somebody_else_put_there_is_not_asked(
    here: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    away = tmp_path_factory.mktemp("k")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.bind(str(away / ".s.PGSQL.5432"))
        server.listen(4)
        embedded.socket_dir_of(here / "postgres").symlink_to(away)
        trial.join("health")
    assert os.environ["DATABASE_URL"] == ""


def test_a_trial_of_training_and_one_that_may_not_be_read_are_not_meant(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shut(_: Path) -> bool:
        raise PermissionError

    with monkeypatch.context() as patched:
        patched.setattr(Path, "exists", shut)
        assert not trial.is_meant()
    (here / "tap-huan").mkdir()
    monkeypatch.setenv("VAR_DIR", str(here / "tap-huan"))
    for part in ("postgres", "secrets"):
        (here / "tap-huan" / part).symlink_to(here / part)
    assert not trial.is_meant()


def test_a_trial_that_does_not_run_is_not_joined_and_the_refusal_says_what_to_do(here: Path) -> None:
    trial.join("health")
    assert os.environ["DATABASE_URL"] == "" and trial.is_meant() and "make run" in trial.HINT


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["keys", "verify"], "còn thiếu: name"),
        (["keys", "verify", "gì"], "không nhận"),
        (["health", "--nhanh"], "không có phần này trong lệnh: --nhanh"),
        ([], "còn thiếu: lệnh"),
    ],
    ids=["missing", "choice", "unknown", "nothing"],
)
def test_what_is_wrong_with_a_command_is_said_in_vietnamese(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main(words)
    shown = capsys.readouterr().err
    assert end.value.code == 2 and said in shown and "cách dùng:" in shown
    assert "usage" not in shown and "required" not in shown


def test_what_is_not_known_stays_as_it_is() -> None:
    assert asking.wrong("something new") == "something new"
