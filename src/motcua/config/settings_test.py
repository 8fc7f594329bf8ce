"""Tests: as settings_dev, with keys and files in a place of their own."""

import os
import tempfile
from pathlib import Path

_place = Path(os.environ.setdefault("MOTCUA_TEST_DIR", tempfile.mkdtemp(prefix="motcua-test-")))
os.environ.setdefault("VAR_DIR", str(_place / "var"))
os.environ.setdefault("KEYS_DIR", str(_place / "keys"))
os.environ.setdefault("DATABASE_URL", "postgresql:///motcua")
os.environ.setdefault("PROOF_OF_WORK_COST", "500")

from motcua.kernel.sealing import Keyring  # noqa: E402

Keyring.generate(Path(os.environ["KEYS_DIR"]))

from motcua.config.settings_dev import *  # noqa: E402, F403

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
