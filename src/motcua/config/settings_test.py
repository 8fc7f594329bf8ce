"""Tests: as settings_dev, with keys, files and database in a place of their own."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from urllib.parse import quote

if "MOTCUA_TEST_DIR" not in os.environ:
    os.environ["MOTCUA_TEST_DIR"] = tempfile.mkdtemp(prefix="motcua-test-")
    atexit.register(shutil.rmtree, os.environ["MOTCUA_TEST_DIR"], ignore_errors=True)
_place = Path(os.environ["MOTCUA_TEST_DIR"])
os.environ["VAR_DIR"] = str(_place / "var")
os.environ["KEYS_DIR"] = str(_place / "keys")
# tests/conftest.py starts a server at this socket, unless TEST_DATABASE_URL names another.
_socket = quote(str(_place / "postgres-socket"), safe="")
os.environ["DATABASE_URL"] = os.environ.get(
    "TEST_DATABASE_URL", f"postgresql://postgres@/motcua?host={_socket}"
)
os.environ.setdefault("PROOF_OF_WORK_COST", "500")

from motcua.kernel.sealing import Keyring  # noqa: E402

Keyring.generate(Path(os.environ["KEYS_DIR"]))

from motcua.config.settings_dev import *  # noqa: E402, F403
