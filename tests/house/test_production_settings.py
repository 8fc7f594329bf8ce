"""What protects people stands in the production settings, value by value, as they are really loaded."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from motcua.kernel.sealing import Keyring
from tests.house import sources

_PRINT = """
import json, motcua.config.settings as told
print(json.dumps({name: value for name, value in vars(told).items() if name.isupper()}, default=repr))
"""
_TOLD = {
    "SECRET_KEY": "mot-khoa-bi-mat-rat-dai-chi-dung-trong-kiem-thu-0123456789",
    "ALLOWED_HOSTS": "mot-cua.example.vn",
    "PUBLIC_URL": "https://mot-cua.example.vn",
    "DATABASE_URL": "postgresql://a:b@db/motcua",
    "SMS_URL": "https://sms.example.vn/",
    "SMS_SECRET": "bi-mat-chi-dung-trong-kiem-thu",
    "OPERATORS_URL": "https://nha-mang.example.vn/",
    "OPERATORS_SECRET": "bi-mat-chi-dung-trong-kiem-thu",
    "SIGNING_KEYS_DIR": "/etc/motcua/chu-ky",
    "SIGNING_PASSWORD": "bi-mat-chi-dung-trong-kiem-thu",
    "SIGNING_TRUST": "/etc/motcua/chu-ky/tin-cay.pem",
    "PAYMENT_URL": "https://thanh-toan.example.vn/",
    "PAYMENT_SECRET": "bi-mat-chi-dung-trong-kiem-thu",
    "PAYMENT_CALLBACK_SECRET": "bi-mat-chi-dung-trong-kiem-thu",
    "METRICS_TOKEN": "bi-mat-chi-dung-trong-kiem-thu",
}


@pytest.fixture(scope="module")
def surroundings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    place: Path = tmp_path_factory.mktemp("production")
    Keyring.generate(place / "keys")
    files = {"VAR_DIR": str(place), "KEYS_DIR": str(place / "keys")}
    return {**_TOLD, **files, "PATH": os.environ["PATH"], "PYTHONPATH": str(sources.ROOT / "src")}


@pytest.fixture(scope="module")
def settings(surroundings: dict[str, str]) -> dict[str, object]:
    loaded = subprocess.run(
        [sys.executable, "-c", _PRINT], env=surroundings, capture_output=True, text=True, timeout=60
    )
    assert loaded.returncode == 0, loaded.stderr
    told: dict[str, object] = json.loads(loaded.stdout)
    return told


VALUES: dict[str, object] = {
    "DEBUG": False,
    "OFFICER_SECOND_FACTOR": True,
    # Only over TLS, and remembered.
    "SECURE_SSL_REDIRECT": True,
    "SECURE_HSTS_SECONDS": 31_536_000,
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
    "SECURE_HSTS_PRELOAD": True,
    "SECURE_PROXY_SSL_HEADER": ["HTTP_X_FORWARDED_PROTO", "https"],
    # Cookies: of this host only, not for scripts, not across sites.
    "COOKIE_SECURE": True,
    "COOKIE_PREFIX": "__Host-",
    "CSRF_COOKIE_SECURE": True,
    "CSRF_COOKIE_HTTPONLY": True,
    "CSRF_COOKIE_NAME": "__Host-csrf",
    "CSRF_COOKIE_SAMESITE": "Lax",
    "CSRF_TRUSTED_ORIGINS": ["https://mot-cua.example.vn"],
    # Browsers guess nothing, frame nothing, tell nobody.
    "SECURE_CONTENT_TYPE_NOSNIFF": True,
    "SECURE_REFERRER_POLICY": "same-origin",
    "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
    "X_FRAME_OPTIONS": "DENY",
    # What a visitor may send.
    "DATA_UPLOAD_MAX_MEMORY_SIZE": 1_000_000,
    "DATA_UPLOAD_MAX_NUMBER_FIELDS": 500,
    "FILE_UPLOAD_HANDLERS": ["motcua.web.uploading.CountedUploadHandler"],
    "PASSWORD_HASHERS": ["motcua.accounts.hashing.CitizenArgon2"],
    # Nothing of the demonstration.
    "SIMULATORS_URL": None,
    "SILENCED_SYSTEM_CHECKS": [],
    "GATE_BINDS_FROM": "2022-07-20",
    "ANTIVIRUS": "motcua.gateways.antivirus_clamd.Clamd",
    "RESULT_SIGNER": "motcua.gateways.signing_pkcs12.Pkcs12Signer",
    "LANGUAGE_CODE": "vi",
    "TIME_ZONE": "Asia/Ho_Chi_Minh",
    "USE_TZ": True,
}


@pytest.mark.parametrize("name", VALUES)
def test_production_holds(settings: dict[str, object], name: str) -> None:
    assert settings[name] == VALUES[name]


def test_connections_are_kept_and_watched_and_no_request_is_one_transaction(
    settings: dict[str, object],
) -> None:
    databases = settings["DATABASES"]
    assert isinstance(databases, dict)
    assert databases["default"]["CONN_MAX_AGE"] is None
    assert databases["default"]["CONN_HEALTH_CHECKS"] is True
    # Ours is Django's own, with a cheaper look at whether the line still lives.
    assert databases["default"]["ENGINE"] in {"django.db.backends.postgresql", "motcua.config.postgresql"}
    assert "ATOMIC_REQUESTS" not in databases["default"]


def test_the_policy_of_a_page_lets_in_nothing_but_our_own(settings: dict[str, object]) -> None:
    policy = settings["CONTENT_SECURITY_POLICY"]
    assert isinstance(policy, dict)
    directives: dict[str, list[str]] = policy["DIRECTIVES"]
    for closed in ("default-src", "base-uri", "object-src", "frame-ancestors"):
        assert directives[closed] == ["'none'"], closed
    allowed = {source for sources_of in directives.values() for source in sources_of}
    # The nonce is drawn for each answer; what the browser gets is tested with the pages.
    assert {source for source in allowed if "NONCE" not in source} == {"'none'", "'self'", "data:"}
    assert [name for name, values in directives.items() if "data:" in values] == ["img-src"]


def test_uploaded_files_have_no_address_and_no_demonstration_is_installed(
    settings: dict[str, object],
) -> None:
    assert "MEDIA_URL" not in settings
    assert "MEDIA_ROOT" not in settings
    installed = settings["INSTALLED_APPS"]
    assert isinstance(installed, list)
    assert {"motcua.simulators", "django.contrib.admin", "debug_toolbar"} & set(installed) == set()


def test_the_doors_stand_in_their_order(settings: dict[str, object]) -> None:
    """Numbered before anything can fail, headers on every answer, programs apart, input judged before it is used."""
    doors = settings["MIDDLEWARE"]
    assert isinstance(doors, list)
    wanted = [
        "RequestLog",
        "Security",
        "Headers",
        "ApiDoor",
        "CSP",
        "InputCheck",
        "CsrfView",
        "Visitor",
        "Refusal",
    ]
    places = [next(i for i, door in enumerate(doors) if f".{name}" in door) for name in wanted]
    assert places == sorted(places)


def test_django_itself_finds_nothing_to_warn_of(surroundings: dict[str, str]) -> None:
    checked = subprocess.run(
        [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"],
        env={**surroundings, "DJANGO_SETTINGS_MODULE": "motcua.config.settings"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    # W002 asks for a middleware of its own; web.headers sends that header with the others, and is tested.
    said = set(re.findall(r"\(([a-z0-9_.]+\.[EWC][0-9]+)\)", checked.stderr))
    assert said - {"security.W002"} == set(), checked.stderr
    assert said or checked.returncode == 0, checked.stderr


def test_demonstration_and_tests_only_loosen_what_is_written_down() -> None:
    """A setting that only the demonstration has would be missing in production."""
    names = {
        part: {
            re.split(r"[ :]", line)[0]
            for line in _lines(part)
            if line[:1].isupper() and " = " in line.replace(": str | None", "")
        }
        for part in ("settings", "settings_dev", "settings_test")
    }
    assert names["settings_dev"] - names["settings"] - {"WHITENOISE_USE_FINDERS"} == set()
    assert names["settings_test"] - names["settings"] == set()


def _lines(part: str) -> list[str]:
    return (sources.SRC / "config" / f"{part}.py").read_text(encoding="utf-8").splitlines()
