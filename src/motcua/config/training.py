"""What an installation for training may not start with: anything around it but the simulators of this machine."""

import ipaddress
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

_GATEWAYS: Final = {
    "ACCOUNT_REGISTRY": "training_portal.TrainingPortal",
    "OWNERS_VAULT": "vault_local.LocalVault",
    "PORTAL_LEDGER": "portal_ledger.LocalLedger",
    "SUBSCRIBER_REGISTRY": "operators_http.HttpOperators",
    "EMAIL_GATEWAY": "email_smtp.SmtpMail",
    "PAYMENT_GATEWAY": "payment_http.HttpPayments",
    "RESULT_SIGNER": "signing_trial.TrialSigner",
}
#: The name of the folder says whose it is: a training started over a real one's files would clear them away.
FOLDER: Final = "tap-huan"
_NOWHERE: Final = ("DVCQG_URL", "NATIONAL_SYNC", "TRAINING_URL", "JOURNAL_WITNESSES", "ERASURE_LEDGERS")


def refuse_outside(told: Mapping[str, Any]) -> None:
    """Everything wrong at once, each with the name of the variable; never a value."""
    if wrong := list(_wrong(told)):
        raise ImproperlyConfigured(" ".join(wrong))


def _wrong(told: Mapping[str, Any]) -> Iterator[str]:
    if not (told["HOSTS_PORTAL"] and told["HOSTS_DESK"]):
        yield "SYSTEMS phải gồm cả portal và desk trong hệ thống tập huấn."
    for name, gateway in _GATEWAYS.items():
        if told[name] != f"motcua.gateways.{gateway}":
            yield f"{name} không được đặt trong hệ thống tập huấn."
    for name in _NOWHERE:
        if told[name]:
            yield f"{name} không được đặt trong hệ thống tập huấn."
    simulators = urlsplit(told["SIMULATORS_URL"] or "").netloc
    asked = {
        "OPERATORS_URL": told["OPERATORS_URL"],
        "PAYMENT_URL": told["PAYMENT_URL"],
        **{f"SMS_PROVIDERS {one.code}": one.url for one in told["SMS_PROVIDERS"]},
    }
    for name, url in asked.items():
        if not _is_here(url) or urlsplit(url).netloc != simulators:
            yield f"{name} phải là hệ thống mô phỏng của chính máy này."
    if told["MAIL_HOST"] and not _is_here(f"http://{told['MAIL_HOST']}/"):
        yield "MAIL_HOST phải là hộp thư mô phỏng của chính máy này."
    yield from _files_elsewhere(told)


def _files_elsewhere(told: Mapping[str, Any]) -> Iterator[str]:
    """A real installation's files lie outside of VAR_DIR: nothing of the training may reach them."""
    own = Path(told["VAR_DIR"]).resolve()
    if own.name != FOLDER:
        yield f"VAR_DIR phải là thư mục {FOLDER} riêng của hệ thống tập huấn."
    for name in ("KEYS_DIR", "FILES_DIR", "PORTAL_KEYS_FILE", "PORTAL_CLIENT_KEY", "SIGNING_KEYS_DIR"):
        if own not in Path(told[name]).resolve().parents:
            yield f"{name} phải nằm trong VAR_DIR của hệ thống tập huấn."


def _is_here(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
