"""Production starts with everything it needs or not at all."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.running_town import free_port

from motcua.kernel.sealing import Keyring

NEEDED = [
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "PUBLIC_URL",
    "VAR_DIR",
    "KEYS_DIR",
    "DATABASE_URL",
    "SMS_URL",
    "SMS_SECRET",
    "OPERATORS_URL",
    "OPERATORS_SECRET",
    "METRICS_TOKEN",
]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    place = tmp_path_factory.mktemp("production")
    Keyring.generate(place / "keys")
    told = dict.fromkeys(NEEDED, "co-gia-tri")
    told |= {
        "VAR_DIR": str(place),
        "KEYS_DIR": str(place / "keys"),
        "DATABASE_URL": "postgresql://a:b@db/motcua",
    }
    return {**told, "PATH": os.environ["PATH"], "PYTHONPATH": "src"}


def _load(surroundings: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", "import motcua.config.settings as s; assert s.OFFICER_SECOND_FACTOR"],
        env=surroundings,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_production_starts_when_everything_is_told(whole: dict[str, str]) -> None:
    loaded = _load(whole)
    assert loaded.returncode == 0, loaded.stderr


@pytest.mark.parametrize("name", NEEDED)
def test_production_refuses_to_start_without_each_of_its_values(whole: dict[str, str], name: str) -> None:
    loaded = _load({key: value for key, value in whole.items() if key != name})
    assert loaded.returncode != 0
    assert f"Thiếu biến môi trường {name}" in loaded.stderr


def test_production_refuses_to_start_without_keys(whole: dict[str, str], tmp_path: Path) -> None:
    loaded = _load({**whole, "KEYS_DIR": str(tmp_path)})
    assert "KeysMissing" in loaded.stderr


def test_production_refuses_officers_without_a_second_factor(whole: dict[str, str]) -> None:
    loaded = _load({**whole, "OFFICER_SECOND_FACTOR": "off"})
    assert loaded.returncode != 0
    assert "OFFICER_SECOND_FACTOR không được là off" in loaded.stderr


def test_a_secret_may_lie_in_a_file(whole: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("trong-tep\n", encoding="utf-8")
    without = {key: value for key, value in whole.items() if key != "SECRET_KEY"}
    assert _load({**without, "SECRET_KEY_FILE": str(tmp_path / "secret")}).returncode == 0


def test_the_command_says_what_is_missing_in_one_line(whole: dict[str, str]) -> None:
    without = {key: value for key, value in whole.items() if key != "SMS_SECRET"}
    started = subprocess.run(
        [sys.executable, "-m", "motcua.ops.cli", "web"],
        env=without,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert started.returncode == 1
    assert started.stderr == "motcua: không khởi động. Thiếu biến môi trường SMS_SECRET.\n"


@pytest.mark.parametrize("verb", ["web", "serve"])
def test_production_does_not_start_while_there_is_no_second_factor(whole: dict[str, str], verb: str) -> None:
    started = subprocess.run(
        [sys.executable, "-m", "motcua.ops.cli", verb],
        env={**whole, "PORT": str(free_port())},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert started.returncode == 1
    assert "yếu tố thứ hai" in started.stderr
