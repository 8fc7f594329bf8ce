"""The secret that pages sign with (``SECRET_KEY``) changes while everybody works: the newest signs, all are believed.

As long as there is no ``secret.key`` beside the other keys, it is the one of the surroundings. The first change writes
that file; its first line stands for the one of the surroundings and holds only a digest of it.
"""

import base64
import time
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final

from django.conf import settings

from motcua.kernel import key_changes, key_files
from motcua.kernel.key_files import Ring
from motcua.kernel.refusal import Refusal

NAME: Final = "secret.key"
#: Longer than anything lives that is signed with it (web/proof_of_work.py).
LONGEST: Final = timedelta(minutes=30)


class SecretTooSoon(Refusal):
    code = "secret_key_too_soon"
    status = 409
    message = "Bí mật vừa đổi chưa tới {minutes} phút. Đề nghị chạy lại lệnh này sau."


class NoSuchSecret(Refusal):
    code = "secret_key_unknown"
    status = 404
    message = "Không có bí mật số {key}, hoặc bí mật đó đang được dùng."


def read(directory: Path, given: str) -> tuple[str, list[str]]:
    """(what signs, what is believed besides): ``given`` where nothing was ever changed. Raises KeysMissing."""
    if not (directory / NAME).exists():
        return given, []
    ring = key_files.read_ring(directory / NAME)
    texts = {number: _text(ring, number, given) for number in ring.live}
    return texts.pop(ring.sealing), list(texts.values())


def believed() -> list[str]:
    """The one that signs first, as they lie on the disk now: no process has to start again."""
    first, others = read(path().parent, settings.SECRET_KEY_GIVEN)
    return [first, *others]


def path() -> Path:
    return Path(settings.KEYRING.field_keys_path).with_name(NAME)


def add(*, waits: bool) -> Ring:
    """Another secret; the first time the one of the surroundings becomes number 1. Raises NotNow."""
    if not path().exists():
        key_files.place(path(), _stands_for(settings.SECRET_KEY_GIVEN) + b"\n")
    return key_changes.add(path(), waits=waits)


def begin() -> Ring:
    """The one that waits signs from now on, on this machine. Raises NotNow."""
    if not path().exists():
        raise key_changes.NotNow("Không có khóa mới nào đang chờ.")
    return key_changes.begin(path())


def retire(number: int) -> None:
    """Nothing signed with it is believed any more. Raises SecretTooSoon, NoSuchSecret."""
    ring = key_files.read_ring(path()) if path().exists() else Ring((b"x",), waits=False)
    if not 1 <= number < ring.sealing:
        raise NoSuchSecret(key=number)
    if time.time() - path().stat().st_mtime < LONGEST.total_seconds():
        raise SecretTooSoon(minutes=int(LONGEST.total_seconds() // 60))
    key_changes.forget(path(), number)


def standing() -> Iterator[tuple[int, str]]:
    """Each secret's number and what it does."""
    ring = key_files.read_ring(path()) if path().exists() else Ring((b"x",), waits=False)
    for number in range(1, len(ring.keys) + 1):
        yield number, key_changes.word(ring, number)


def _text(ring: Ring, number: int, given: str) -> str:
    key = base64.b64encode(ring.keys[number - 1])
    return given if key == _stands_for(given) else key.decode()


def _stands_for(given: str) -> bytes:
    return base64.b64encode(sha256(b"motcua/secret/" + given.encode()).digest())
