"""Trang: what lies sealed in somebody's browser for some minutes, and has to open when it comes back."""

from datetime import timedelta
from typing import Final

from motcua.keys.registry import Carried

CARRIED: Final = (
    Carried("web.fresh_sign_in", timedelta(minutes=10)),
    Carried("web.kept_number", timedelta(minutes=10)),
    Carried("counter.vault_answer", timedelta(minutes=10)),
)
