"""An installation for training has nothing around it but the simulators of its machine, and production is none."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from motcua.config import training
from motcua.kernel.sealing import Keyring
from motcua.ops import secret_files, sign_ins
from motcua.ops import training as running
from motcua.ops.places import CannotStart, Place
from motcua.simulators import serving as simulators
from tests.house.sources import ROOT

_APART = "import motcua.config.settings_dev as s; assert s.TRAINING"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("may") / "tap-huan"
    Keyring.generate(found / "keys")
    return found


def _load(place: Path, module: str, words: str, **told: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", words],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT / "src"),
            "DJANGO_SETTINGS_MODULE": module,
            "VAR_DIR": str(place),
            "KEYS_DIR": str(place / "keys"),
            "DATABASE_URL": "postgresql://a:b@127.0.0.1/motcua",
            "TRAINING": "on",
            **told,
        },
        capture_output=True,
        text=True,
        timeout=240,
    )


def test_it_starts_with_the_simulators_and_no_address_for_other_systems(place: Path) -> None:
    words = (
        f"{_APART}; import django; django.setup(); from django.urls import resolve, Resolver404\n"
        "for path in ('/api/v1/openapi.json', '/oauth2/authorize', '/.well-known/openid-configuration'):\n"
        "    try: resolve(path)\n"
        "    except Resolver404: continue\n"
        "    raise SystemExit(path)\n"
        "resolve('/tap-huan/')\n"
        "assert not any('ApiDoor' in name for name in s.MIDDLEWARE)\n"
        "assert s.PORTAL_ISSUER.endswith('/tap-huan/')"
    )
    loaded = _load(place, "motcua.config.settings_dev", words)
    assert loaded.returncode == 0, loaded.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SYSTEMS", "desk"),
        ("OPERATORS_URL", "https://nha-mang.example.vn/"),
        ("PAYMENT_URL", "http://127.0.0.1:9999/"),
        ("MAIL_HOST", "thu.example.vn"),
        ("JOURNAL_WITNESSES", "/var/lib/that/loi-chung"),
        ("ERASURE_LEDGERS", "/var/lib/that/so-xoa"),
        ("KEYS_DIR", ""),
        ("SIGNING_KEYS_DIR", "/etc/motcua/chu-ky"),
        ("PORTAL_KEYS_FILE", "/etc/motcua/khoa-cong.json"),
        ("OWNERS_VAULT", "motcua.gateways.vault_http.HttpVault"),
        ("RESULT_SIGNER", "motcua.gateways.signing_pkcs12.Pkcs12Signer"),
        ("TRAINING_URL", "https://tap-huan.example.vn"),
    ],
)
def test_anything_real_around_it_is_refused_by_name(place: Path, name: str, value: str) -> None:
    more = {"PORTAL_URL": "http://127.0.0.1:8000"} if name == "SYSTEMS" else {}
    if name == "KEYS_DIR":
        value = str(place.parent / "khoa-that")
        Keyring.generate(Path(value))
    loaded = _load(place, "motcua.config.settings_dev", _APART, **{name: value}, **more)
    assert loaded.returncode != 0
    assert name in loaded.stderr.splitlines()[-1]
    assert name == "SYSTEMS" or value not in loaded.stderr.splitlines()[-1]


def test_production_is_never_a_training_installation(place: Path) -> None:
    loaded = _load(
        place,
        "motcua.config.settings",
        "import motcua.config.settings",
        SECRET_KEY="x" * 40,
        ALLOWED_HOSTS="mot-cua.example.vn",
        PUBLIC_URL="https://mot-cua.example.vn",
    )
    assert "TRAINING chỉ được bật bằng lệnh motcua run-training" in loaded.stderr


_PLACES = (
    "VAR_DIR",
    "KEYS_DIR",
    "FILES_DIR",
    "PORTAL_KEYS_FILE",
    "PORTAL_CLIENT_KEY",
    "SIGNING_KEYS_DIR",
)


def told(**more: Any) -> dict[str, Any]:
    """Settings as the demonstration has them."""
    from django.conf import settings

    names = {name: getattr(settings, name) for name in dir(settings) if name.isupper()}
    own = {
        "ACCOUNT_REGISTRY": "motcua.gateways.training_portal.TrainingPortal",
    }
    own |= {name: _moved(names[name], names["VAR_DIR"]) for name in _PLACES}
    return {**names, **own, **more}


def _moved(path: Any, old: Path) -> Path:
    """As below the training's own folder."""
    inside = Path(path).relative_to(old) if Path(path).is_relative_to(old) else Path("keys") / Path(path).name
    return old / "tap-huan" / inside


def test_an_sms_provider_elsewhere_is_refused() -> None:
    from dataclasses import replace

    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured

    training.refuse_outside(told())
    first, *others = settings.SMS_PROVIDERS
    real = replace(first, url="https://sms.example.vn/")
    with pytest.raises(ImproperlyConfigured, match=f"SMS_PROVIDERS {first.code}"):
        training.refuse_outside(told(SMS_PROVIDERS=(real, *others)))


def test_nothing_of_the_real_installation_is_passed_on(tmp_path: Path) -> None:
    environ = {
        "PATH": "/usr/bin",
        "PORT": "9000",
        "SIM_PORT": "9001",
        "SIM_BIND_ADDRESS": "192.0.2.7",
        "BIND_ADDRESS": "192.0.2.7",
        "PUBLIC_URL": "https://mot-cua.example.vn",
        "ALLOWED_HOSTS": "mot-cua.example.vn",
        "TRUSTED_PROXIES": "2",
        "VAR_DIR": str(tmp_path),
        "KEYS_DIR": "/etc/motcua/khoa",
        "DATABASE_URL": "postgresql://that",
        "DATABASE_URL_FILE": "/etc/motcua/dia-chi",
        "SMS_URL": "https://sms.example.vn/",
        "SMS_SECRET": "x",
        "DVCQG_URL": "https://dvcqg.example.vn/",
        "MAIL_HOST": "thu.example.vn",
        "SIMULATORS": "off",
    }
    running.surround(environ)  # type: ignore[arg-type]
    assert environ == {
        "PATH": "/usr/bin",
        "BIND_ADDRESS": "192.0.2.7",
        "PORT": "8010",
        "SIM_PORT": "8011",
        "SIM_BIND_ADDRESS": "127.0.0.1",
        "VAR_DIR": str(tmp_path / "tap-huan"),
        "TRAINING": "on",
    }


def test_its_own_address_is_said_under_names_of_its_own(tmp_path: Path) -> None:
    environ = {
        "VAR_DIR": str(tmp_path),
        "PUBLIC_URL": "https://mot-cua.example.vn",
        "TRAINING_PUBLIC_URL": "https://tap-huan.example.vn",
        "TRAINING_PORT": "9010",
        "TRAINING_TRUSTED_PROXIES": "1",
    }
    running.surround(environ)  # type: ignore[arg-type]
    assert environ["PUBLIC_URL"] == "https://tap-huan.example.vn"
    assert environ["ALLOWED_HOSTS"] == "tap-huan.example.vn,127.0.0.1,localhost"
    assert (environ["PORT"], environ["TRUSTED_PROXIES"]) == ("9010", "1")


@pytest.mark.parametrize("port", ["", ":8443"])
def test_it_has_no_address_on_the_host_of_the_real_one(tmp_path: Path, port: str) -> None:
    environ = {
        "VAR_DIR": str(tmp_path),
        "PUBLIC_URL": "https://mot-cua.example.vn",
        "TRAINING_PUBLIC_URL": f"https://MOT-CUA.example.vn{port}/tap-huan",
    }
    with pytest.raises(CannotStart, match="TRAINING_PUBLIC_URL"):
        running.surround(environ)  # type: ignore[arg-type]


def test_only_programs_of_the_machine_reach_the_simulated_phones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever listens at the phones reads the codes of everybody's citizens."""
    monkeypatch.setenv("BIND_ADDRESS", "192.0.2.7")
    monkeypatch.setenv("SIM_BIND_ADDRESS", "127.0.0.1")
    asked: list[str] = []

    class Listened(Exception):
        pass

    def listen(host: str, *_: object) -> None:
        asked.append(host)
        raise Listened

    monkeypatch.setattr(simulators, "server", listen)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    with pytest.raises(Listened):
        simulators.main()
    assert asked == ["127.0.0.1"]
    place = Place(tmp_path, "192.0.2.7", 8010, 8011, 9011)
    assert (place.sim_address, place.simulators_url) == ("127.0.0.1", "http://127.0.0.1:8011")


def test_cookies_of_the_training_are_not_those_of_a_demonstration_on_the_same_host(place: Path) -> None:
    words = (
        f"{_APART}; import django; django.setup()\n"
        "from motcua.web import visitors, fresh_sign_in\n"
        "from motcua.web.counter import vault_answers\n"
        "from motcua.web.public import registration, through_the_portal\n"
        "names = [visitors.session_cookie(), visitors.device_cookie(), visitors.step_cookie(),\n"
        "    fresh_sign_in._cookie(), vault_answers._cookie(), registration._cookie(),\n"
        "    through_the_portal._cookie(), s.CSRF_COOKIE_NAME]\n"
        "assert all(name.endswith('-tap-huan') for name in names), names"
    )
    loaded = _load(place, "motcua.config.settings_dev", words)
    assert loaded.returncode == 0, loaded.stderr


@pytest.mark.parametrize("folder", ["that", "tap-huan/khac"])
def test_the_files_of_another_installation_are_none_of_its_own(place: Path, folder: str) -> None:
    """The chores would clear them away as unknown, and the real key would sign."""
    other = place.parent / folder
    Keyring.generate(other / "keys")
    loaded = _load(
        place, "motcua.config.settings_dev", _APART, VAR_DIR=str(other), KEYS_DIR=str(other / "keys")
    )
    assert loaded.returncode != 0
    assert "VAR_DIR phải là thư mục tap-huan" in loaded.stderr.splitlines()[-1]


def test_a_real_production_link_to_the_training_is_encrypted() -> None:
    from motcua.config import refusals

    wrong = list(refusals._wrong(told(TRAINING_URL="http://tap-huan.example.vn")))
    assert any("TRAINING_URL phải bắt đầu" in words for words in wrong)


@pytest.mark.parametrize(
    ("training_url", "refused"),
    [
        ("https://mot-cua.example.vn:8443", True),
        ("https://Mot-Cua.example.vn/tap-huan", True),
        ("https://tap-huan.example.vn", False),
    ],
)
def test_the_real_host_never_names_itself_as_the_training(training_url: str, refused: bool) -> None:
    """Its cookies would be sent there: ports do not separate them."""
    from motcua.config import refusals

    real = told(TRAINING_URL=training_url, PUBLIC_URL="https://mot-cua.example.vn")
    assert any("TRAINING_URL phải có tên" in words for words in refusals._wrong(real)) is refused


def test_a_sample_person_has_another_password_in_every_training(tmp_path: Path) -> None:
    """The published ones would make every trainee a trainer."""
    published = {each.number: each.password for each in sign_ins.known()}
    drawn: list[dict[str, str]] = []
    for name in ("mot", "hai"):
        (tmp_path / name / "secrets").mkdir(parents=True)
        passwords = {number: secret_files.training_password(tmp_path / name, number) for number in published}
        assert passwords == {
            number: secret_files.training_password(tmp_path / name, number) for number in published
        }
        assert len(set(passwords.values())) == len(passwords)
        assert not set(passwords.values()) & set(published.values())
        assert (tmp_path / name / "secrets" / "training-sign-ins").stat().st_mode & 0o777 == 0o600
        drawn.append(passwords)
    assert not set(drawn[0].values()) & set(drawn[1].values())


def test_the_trainers_password_is_shown_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "secrets").mkdir()
    monkeypatch.setattr("motcua.ops.subscribers.enrol", lambda _: None)
    place = Place(tmp_path, "127.0.0.1", 8010, 8011, 9011)
    running.told(place, 1.0)
    first = capsys.readouterr().out
    kept = tmp_path / "secrets" / "giang-vien"
    number, password = kept.read_text(encoding="ascii").split()
    assert number in first and password in first
    assert password == secret_files.training_password(tmp_path, number)
    assert kept.stat().st_mode & 0o777 == 0o600
    running.told(place, 1.0)
    assert password not in capsys.readouterr().out
