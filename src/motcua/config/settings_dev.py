"""One machine, for demonstration and development: only loosens settings.py."""

import os
from pathlib import Path

_DEV = {
    "SECRET_KEY": "chi-dung-khi-chay-thu",
    "ALLOWED_HOSTS": "127.0.0.1,localhost",
    "PUBLIC_URL": f"http://127.0.0.1:{os.environ.get('PORT', '8000')}",
    "SMS_URL": f"http://127.0.0.1:{os.environ.get('SIM_PORT', '8001')}/sms/messages",
    "SMS_QUIET_HOURS": "off",
    "SMS_SECRET": "chi-dung-khi-chay-thu",
    "MAIL_HOST": "127.0.0.1",
    "MAIL_PORT": os.environ.get("SIM_MAIL_PORT", "9001"),
    "MAIL_TLS": "none",
    "MAIL_USER": "motcua",
    "MAIL_PASSWORD": "chi-dung-khi-chay-thu",
    "MAIL_FROM": "khong-tra-loi@dichvucong.example.vn",
    "OPERATORS_URL": f"http://127.0.0.1:{os.environ.get('SIM_PORT', '8001')}/nha-mang/kiem-tra",
    "OPERATORS_SECRET": "chi-dung-khi-chay-thu",
    "VNEID_ISSUER": f"http://127.0.0.1:{os.environ.get('SIM_PORT', '8001')}/vneid",
    "VNEID_CLIENT_ID": "motcua",
    "VNEID_CLIENT_SECRET": "chi-dung-khi-chay-thu",
    "RESULT_SIGNER": "motcua.gateways.signing_trial.TrialSigner",
    "SIGNING_KEYS_DIR": str(Path(os.environ.get("VAR_DIR") or "var") / "signing"),
    "SIGNING_PASSWORD": "chi-dung-khi-chay-thu",
    "SIGNING_TRUST": str(Path(os.environ.get("VAR_DIR") or "var") / "signing" / "trust.pem"),
    "PAYMENT_URL": f"http://127.0.0.1:{os.environ.get('SIM_PORT', '8001')}/thanh-toan",
    "PAYMENT_SECRET": "chi-dung-khi-chay-thu",
    "PAYMENT_CALLBACK_SECRET": "chi-dung-khi-chay-thu",
    "METRICS_TOKEN": "chi-dung-khi-chay-thu",
    "OFFICER_SECOND_FACTOR": "off",
    "ASK_TO_READ": "off",
    "SECURE_SSL_REDIRECT": "off",
    "ANTIVIRUS": "motcua.gateways.antivirus_none.NotConfigured",
    "PROOF_OF_WORK_COST": "20000",
    "TRUSTED_PROXIES": "0",
}
for _name, _value in _DEV.items():
    os.environ.setdefault(_name, _value)

from motcua.config import env, sms_demonstration, training  # noqa: E402

env.loosened = True

from motcua.config.settings import *  # noqa: E402, F403

SMS_PROVIDERS = sms_demonstration.providers(os.environ.get("SIM_PORT", "8001"))
SECURE_HSTS_SECONDS = 0
COOKIE_SECURE = False
COOKIE_PREFIX = ""
CSRF_COOKIE_SECURE = False
CSRF_COOKIE_NAME = f"csrf{COOKIE_SUFFIX}"  # noqa: F405
CSRF_TRUSTED_ORIGINS = []
SIMULATORS_URL = f"http://127.0.0.1:{os.environ.get('SIM_PORT', '8001')}"
# Static files are served from where they lie: nothing to collect before the first page.
WHITENOISE_USE_FINDERS = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# A line for each request would carry the list of sign-ins off the terminal; what is wrong stays there.
LOGGING = {
    **LOGGING,  # noqa: F405
    "handlers": {
        "stderr": {**LOGGING["handlers"]["stderr"], "level": "WARNING"},  # type: ignore[index]  # noqa: F405
        "file": {
            "class": "motcua.ops.log_file.SharedLogFile",
            "path": VAR_DIR / "log" / "motcua.jsonl",  # noqa: F405
            "formatter": "json",
            "filters": ["masked"],
        },
    },
    "root": {"handlers": ["stderr", "file"], "level": "INFO"},
}

if TRAINING:  # noqa: F405
    training.refuse_outside(globals())
