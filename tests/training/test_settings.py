"""An installation for training has nothing around it but the simulators of its machine, and production is none."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from motcua.config import training
from motcua.kernel.sealing import Keyring
from motcua.ops import training as running
from tests.house.sources import ROOT

_APART = "import motcua.config.settings_dev as s; assert s.TRAINING"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("tap-huan")
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
        ("SIGNING_KEYS_DIR", "/etc/motcua/chu-ky"),
        ("PORTAL_KEYS_FILE", "/etc/motcua/khoa-cong.json"),
        ("OWNERS_VAULT", "motcua.gateways.vault_http.HttpVault"),
        ("RESULT_SIGNER", "motcua.gateways.signing_pkcs12.Pkcs12Signer"),
        ("TRAINING_URL", "https://tap-huan.example.vn"),
    ],
)
def test_anything_real_around_it_is_refused_by_name(place: Path, name: str, value: str) -> None:
    more = {"PORTAL_URL": "http://127.0.0.1:8000"} if name == "SYSTEMS" else {}
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


def told(**more: Any) -> dict[str, Any]:
    """Settings as the demonstration has them."""
    from django.conf import settings

    names = {name: getattr(settings, name) for name in dir(settings) if name.isupper()}
    own = {
        "ACCOUNT_REGISTRY": "motcua.gateways.training_portal.TrainingPortal",
        "PORTAL_CLIENT_KEY": names["VAR_DIR"] / "keys" / "client.pem",
    }
    return {**names, **own, **more}


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
        "PORT": "9000",
        "SIM_PORT": "8011",
        "VAR_DIR": str(tmp_path / "tap-huan"),
        "TRAINING": "on",
    }


def test_a_real_production_link_to_the_training_is_encrypted() -> None:
    from motcua.config import refusals

    wrong = list(refusals._wrong(told(TRAINING_URL="http://tap-huan.example.vn")))
    assert any("TRAINING_URL" in words for words in wrong)
