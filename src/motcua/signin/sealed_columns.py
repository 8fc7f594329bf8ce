"""Hệ thống kết nối: kept answers and the portal's own signing keys."""

from typing import Final

from motcua.keys.registry import Sealed

SEALED: Final = (
    Sealed("signin.KeptAnswer", "answer_sealed", "signin_keptanswer.answer"),
    Sealed("signin.SigningKey", "private", "signin_signingkey.private", row="{kid}"),
)
