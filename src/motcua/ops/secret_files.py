"""What this installation drew for itself, each in a file that only its own user reads."""

import base64
import hmac
import secrets
from pathlib import Path
from typing import Final

_OF_TRAINING: Final = "training-sign-ins"


def drawn(var_dir: Path, name: str) -> str:
    """The same from the first time on."""
    if not path_of(var_dir, name).exists():
        keep(var_dir, name, secrets.token_urlsafe(24))
    return path_of(var_dir, name).read_text(encoding="ascii")


def keep(var_dir: Path, name: str, words: str) -> None:
    """Whole or not at all."""
    draft = path_of(var_dir, name).with_suffix(".new")
    draft.touch(mode=0o600)
    draft.write_text(words, encoding="ascii")
    draft.rename(path_of(var_dir, name))


def path_of(var_dir: Path, name: str) -> Path:
    return var_dir / "secrets" / name


def training_password(var_dir: Path, number: str) -> str:
    """Of a sample person in this training installation: the published ones would make any trainee a trainer."""
    digest = hmac.digest(drawn(var_dir, _OF_TRAINING).encode(), number.encode(), "sha256")
    letters = base64.b32encode(digest).decode().lower()
    return f"Lop-{letters[:6]}-{letters[6:12]}"
