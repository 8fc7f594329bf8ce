"""Production starts with everything it needs or not at all."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

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
    "SIGNING_KEYS_DIR",
    "SIGNING_PASSWORD",
    "SIGNING_TRUST",
    "PAYMENT_URL",
    "PAYMENT_SECRET",
    "PAYMENT_CALLBACK_SECRET",
    "METRICS_TOKEN",
]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    place = tmp_path_factory.mktemp("production")
    Keyring.generate(place / "keys")
    told = dict.fromkeys(NEEDED, "mot-gia-tri-dai-chi-dung-trong-kiem-thu")
    told |= {
        "ALLOWED_HOSTS": "mot-cua.example.vn",
        "PUBLIC_URL": "https://mot-cua.example.vn",
        "SMS_URL": "https://sms.example.vn/",
        "OPERATORS_URL": "http://127.0.0.1:8001/",
        "PAYMENT_URL": "https://thanh-toan.example.vn/",
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


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "chi-dung-khi-chay-thu"),
        ("SECRET_KEY", "x" * 31),
        ("SMS_SECRET", "chi-dung-khi-chay-thu"),
        ("SMS_SECRET", "x" * 15),
        ("OPERATORS_SECRET", "chi-dung-khi-chay-thu"),
        ("METRICS_TOKEN", "chi-dung-khi-chay-thu"),
        ("METRICS_TOKEN", "ngan"),
        ("ALLOWED_HOSTS", "mot-cua.example.vn,*"),
        ("PUBLIC_URL", "http://mot-cua.example.vn"),
        ("SECURE_SSL_REDIRECT", "off"),
        ("ANTIVIRUS", "motcua.gateways.antivirus_none.NotConfigured"),
        ("PROOF_OF_WORK_COST", "999"),
        ("SMS_QUIET_HOURS", "22:00-22:00"),
        ("CHECKS_KEPT_MONTHS", "23"),
        ("SMS_URL", "http://sms.example.vn/"),
        ("RESULT_SIGNER", "motcua.gateways.signing_trial.TrialSigner"),
        ("SIGNING_PASSWORD", "chi-dung-khi-chay-thu"),
        ("PAYMENT_SECRET", "chi-dung-khi-chay-thu"),
        ("PAYMENT_CALLBACK_SECRET", "x" * 15),
        ("PAYMENT_URL", "http://thanh-toan.example.vn/"),
        ("OPERATORS_URL", "http://10.0.0.2/"),
        ("OPERATORS_URL", "http://127.0.0.1.example.vn/"),
    ],
)
def test_production_refuses_what_only_a_demonstration_may_have(
    whole: dict[str, str], name: str, value: str
) -> None:
    loaded = _load({**whole, name: value})
    assert loaded.returncode != 0
    said = loaded.stderr.strip().splitlines()[-1]
    assert "ImproperlyConfigured" in said
    assert name in said
    assert "chi-dung-khi-chay-thu" not in said


VNEID = {
    "VNEID_ISSUER": "https://vneid.example.vn",
    "VNEID_CLIENT_ID": "mot-cua",
    "VNEID_CLIENT_SECRET": "chuoi-duoc-vneid-cap-rieng",
}


def test_a_portal_that_says_all_of_it_signs_people_in_with_vneid(whole: dict[str, str]) -> None:
    loaded = _load({**whole, **VNEID})
    assert loaded.returncode == 0, loaded.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("VNEID_ISSUER", "http://vneid.example.vn"),
        ("VNEID_CLIENT_ID", ""),
        ("VNEID_CLIENT_SECRET", "chi-dung-khi-chay-thu"),
        ("VNEID_CLIENT_SECRET", "ngan"),
        ("VNEID_ALGORITHM", "HS256"),
        ("VNEID_ALGORITHM", "none"),
    ],
)
def test_vneid_by_half_or_over_a_weak_line_does_not_start(
    whole: dict[str, str], name: str, value: str
) -> None:
    loaded = _load({**whole, **VNEID, name: value})
    assert loaded.returncode != 0
    said = loaded.stderr.strip().splitlines()[-1]
    assert "ImproperlyConfigured" in said and name in said


CONNECTED = {
    "DVCQG_URL": "https://truc.example.vn/dich-vu",
    "DVCQG_LOGIN_URL": "https://truc.example.vn/dang-nhap",
    "DVCQG_DSTCODE": "VN:GOV:000.00.00.G22:dvcqg",
    "DVCQG_UNIT": "000.00.00.H08",
    "DVCQG_USER": "mot-cua",
    "DVCQG_PASSWORD": "mat-khau-duoc-cap",
    "NATIONAL_SYNC": "on",
    "ACCOUNT_REGISTRY": "motcua.gateways.dvcqg_accounts.DvcqgAccounts",
    "OWNERS_VAULT": "motcua.gateways.dvcqg_store.DvcqgStore",
    "DVCQG_STORE_ASKER": "052190000099",
}


def test_a_province_that_says_all_of_it_is_connected(whole: dict[str, str]) -> None:
    loaded = _load({**whole, **CONNECTED})
    assert loaded.returncode == 0, loaded.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DVCQG_URL", "-"),
        ("DVCQG_URL", "http://truc.example.vn/dich-vu"),
        ("DVCQG_LOGIN_URL", "http://truc.example.vn/dang-nhap"),
        ("DVCQG_PASSWORD", "chi-dung-khi-chay-thu"),
        ("DVCQG_PASSWORD", "ngan"),
        ("DVCQG_DSTCODE", ""),
        ("ACCOUNT_REGISTRY", "motcua.gateways.portal_local.LocalPortal"),
        ("DVCQG_STORE_ASKER", "-"),
        ("NATIONAL_SYNC", "co"),
    ],
)
def test_a_province_that_is_connected_by_half_does_not_start(
    whole: dict[str, str], name: str, value: str
) -> None:
    loaded = _load({**whole, **CONNECTED, name: value})
    assert loaded.returncode != 0
    said = loaded.stderr.strip().splitlines()[-1]
    assert "ImproperlyConfigured" in said and name in said
    assert "mat-khau-duoc-cap" not in said


def test_a_secret_may_lie_in_a_file(whole: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("mot-khoa-dai-nam-trong-tep-0123456789\n", encoding="utf-8")
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


def test_production_asks_officers_for_a_second_factor(whole: dict[str, str]) -> None:
    """Nothing has to be said for it, and nothing stands in the way of starting any more."""
    said = subprocess.run(
        [
            sys.executable,
            "-c",
            "from motcua.ops import places; import os; places.settle('motcua.config.settings');"
            " places.read_settings(); import motcua.config.settings as s; print(s.OFFICER_SECOND_FACTOR)",
        ],
        env={key: value for key, value in whole.items() if key != "OFFICER_SECOND_FACTOR"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (said.returncode, said.stdout) == (0, "True\n"), said.stderr


DESK = {"SYSTEMS": "desk", "PORTAL_URL": "https://dichvucong.example.vn"}


def test_a_desk_apart_starts_when_it_knows_its_portal(whole: dict[str, str]) -> None:
    loaded = _load({**whole, **DESK})
    assert loaded.returncode == 0, loaded.stderr


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"PORTAL_URL": ""}, "Thiếu biến môi trường PORTAL_URL"),
        ({"PORTAL_URL": "http://dichvucong.example.vn"}, "PORTAL_URL phải bắt đầu bằng https://"),
        ({"PORTAL_ISSUER": "https://another.example.vn"}, "PORTAL_ISSUER"),
        ({"SYSTEMS": "shop"}, "SYSTEMS"),
    ],
)
def test_a_desk_apart_refuses_a_portal_that_it_cannot_trust(
    whole: dict[str, str], change: dict[str, str], said: str
) -> None:
    loaded = _load({**whole, **DESK, **change})
    assert loaded.returncode != 0
    assert said in loaded.stderr


PROVIDER = {
    "code": "nha-a",
    "gateway": "motcua.gateways.sms_http.HttpSms",
    "url": "https://a.vn/",
    "secret": "x" * 16,
}


#: The password is the provider's to choose, and so is its length.
SOAP = {**PROVIDER, "gateway": "motcua.gateways.sms_soap.SoapSms"}


def _with_providers(whole: dict[str, str], told: object) -> "subprocess.CompletedProcess[str]":
    file = Path(whole["VAR_DIR"]) / "providers.json"
    file.write_text(json.dumps(told), encoding="utf-8")
    without = {key: value for key, value in whole.items() if key not in {"SMS_URL", "SMS_SECRET"}}
    return _load({**without, "SMS_PROVIDERS": str(file)})


def test_several_sms_providers_come_from_a_file_and_need_no_other_variable(whole: dict[str, str]) -> None:
    smpp = {**PROVIDER, "code": "nha-b", "url": "smpps://smsc.vn:2775", "secret": "tam-chu"}
    soap = {**SOAP, "code": "nha-c", "secret": "tamkytu8"}
    loaded = _with_providers(whole, [PROVIDER, smpp, soap])
    assert loaded.returncode == 0, loaded.stderr


@pytest.mark.parametrize(
    ("told", "named"),
    [
        ([], "ít nhất một"),
        ({}, "danh sách"),
        ([PROVIDER, PROVIDER], "code riêng"),
        ([{**PROVIDER, "weight": 0}], "nha-a: weight"),
        ([{**PROVIDER, "code": "0900000001"}], "code"),
        ([{**PROVIDER, "secret": ""}], "nha-a: thiếu secret"),
        ([{**PROVIDER, "color": "blue"}], "nha-a: không có mục color"),
        ([{**PROVIDER, "secret": "x" * 15}], "SMS_PROVIDERS nha-a: secret"),
        ([{**PROVIDER, "secret": "chi-dung-khi-chay-thu"}], "SMS_PROVIDERS nha-a: secret"),
        ([{**PROVIDER, "url": "http://a.vn/"}], "SMS_PROVIDERS nha-a: url"),
        ([{**PROVIDER, "url": "smpp://smsc.vn:2775"}], "SMS_PROVIDERS nha-a: url"),
        ([{**PROVIDER, "receipts": True}], "nha-a: có receipts"),
        ([{**PROVIDER, "receipts": True, "callback_secrets": ["ngan"]}], "SMS_PROVIDERS nha-a: secret"),
        ([{**PROVIDER, "callback_secrets": ["x" * 16, "y" * 16, "z" * 16]}], "nha-a: callback_secrets"),
        ([{**PROVIDER, "prices": {"*": -1}}], "nha-a: giá"),
        ([{**SOAP, "secret": "ngan-7c"}], "SMS_PROVIDERS nha-a: secret"),
        ([{**SOAP, "url": "http://203.0.113.7:8985/WS"}], "SMS_PROVIDERS nha-a: url"),
        ([{**SOAP, "receipts": True}], "nha-a: có receipts"),
    ],
)
def test_a_provider_that_is_not_right_is_named_and_its_secret_is_not(
    whole: dict[str, str], told: object, named: str
) -> None:
    loaded = _with_providers(whole, told)
    assert loaded.returncode != 0
    assert named in loaded.stderr
    assert "x" * 15 not in loaded.stderr
