"""The secret that pages sign with (``SECRET_KEY``) changes while everybody works: the newest signs, all are believed.

As long as there is no ``secret.key`` beside the other keys, it is the one of the surroundings. The first change writes
that file; its first line stands for the one of the surroundings and holds only a digest of it.
"""

import base64
import logging
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models import Model

from motcua.kernel import key_changes, key_files
from motcua.kernel.key_files import Ring
from motcua.kernel.refusal import Refusal
from motcua.keys import knowing

NAME: Final = "secret.key"
#: Longer than anything lives that is signed with it (web/proof_of_work.py).
LONGEST: Final = timedelta(minutes=30)
_log = logging.getLogger("motcua.keys")
#: As they were read last, by the file's path.
_in_hand: Final[dict[Path, list[str]]] = {}


class SecretTooSoon(Refusal):
    code = "secret_key_too_soon"
    status = 409
    message = "Bí mật vừa đổi chưa tới {minutes} phút. Đề nghị chạy lại lệnh này sau."


class NoSuchSecret(Refusal):
    code = "secret_key_unknown"
    status = 404
    message = "Không có bí mật số {key}, bí mật đó đã bỏ, hoặc đang được dùng."


def read(directory: Path, given: str) -> tuple[str, list[str]]:
    """(what signs, what is believed besides): ``given`` where nothing was ever changed. Raises KeysMissing."""
    if not (directory / NAME).exists():
        return given, []
    ring = key_files.read_ring(directory / NAME)
    texts = {number: _text(ring, number, given) for number in ring.live}
    return texts.pop(ring.sealing), list(texts.values())


def believed() -> list[str]:
    """The one that signs first, as they lie on the disk now: no process has to start again.

    A file that somebody is just copying, or that cannot be read, is logged; those of before go on.
    """
    where = path()
    try:
        first, others = read(where.parent, settings.SECRET_KEY_GIVEN)
    except key_files.KeysMissing:
        if where not in _in_hand:
            raise
        _log.error("keys not read, those in hand go on", extra={"kind": NAME})
    else:
        _in_hand[where] = [first, *others]
    return _in_hand[where]


def path() -> Path:
    return Path(settings.KEYRING.field_keys_path).with_name(NAME)


@transaction.atomic
def add(*, waits: bool) -> Ring:
    """Another secret; the first time the one of the surroundings becomes number 1. Raises NotNow.

    A second machine that would make one of its own is refused: it copies the file of the first.
    """
    if not path().exists():
        key_files.place(
            path(),
            _stands_for(settings.SECRET_KEY_GIVEN) + b"\n",
            like=Path(settings.KEYRING.field_keys_path),
        )
    return key_changes.add(path(), waits=waits, agreed=knowing.get_known(_known(), path()))


@transaction.atomic
def begin() -> Ring:
    """The one that waits signs from now on, on this machine; one that signs unknown gets known. Raises NotNow."""
    if not path().exists():
        raise key_changes.NotNow("Không có khóa mới nào đang chờ.")
    ring, agreed = key_files.read_ring(path()), knowing.get_known(_known(), path())
    if not ring.waits and knowing.uses_unknown(_known(), ring):
        agreed(ring)
        return ring
    return key_changes.begin(path(), agreed=agreed)


@transaction.atomic
def take_as_they_lie() -> None:
    """After a restore: what was signed with others is refused anyhow. Only with the rights of the tables' owner."""
    ring = key_files.read_ring(path()) if path().exists() else Ring((), waits=False)
    beyond = _known()._default_manager.filter(number__gt=len(ring.keys)).values_list("number", flat=True)
    knowing.unlearn(
        _known(),
        "secret_key_known_for_good",
        knowing.others_than_known(_known(), ring) | set(beyond),
    )
    knowing.get_known(_known(), path())(ring)


def retire(number: int, *, written_down: Callable[[], object] = lambda: None) -> None:
    """Nothing signed with it is believed any more. Raises SecretTooSoon, NoSuchSecret, NotNow."""
    ring = key_files.read_ring(path()) if path().exists() else Ring((b"x",), waits=False)
    if number >= ring.sealing or number not in ring.live:
        raise NoSuchSecret(key=number)
    if time.time() - path().stat().st_mtime < LONGEST.total_seconds():
        raise SecretTooSoon(minutes=int(LONGEST.total_seconds() // 60))
    knowing.must_be_known(_known(), path(), ring)
    with transaction.atomic(durable=True):
        written_down()
    key_changes.forget(path(), number)


def standing() -> Iterator[tuple[int, str]]:
    """Each secret's number and what it does."""
    ring = key_files.read_ring(path()) if path().exists() else Ring((b"x",), waits=False)
    for number in range(1, len(ring.keys) + 1):
        yield number, key_changes.word(ring, number)


def _known() -> type[Model]:
    """The table; asked late, because the settings read the secrets before there are tables."""
    found: type[Model] = apps.get_model("keys", "KnownSecretKey")
    return found


def _text(ring: Ring, number: int, given: str) -> str:
    key = base64.b64encode(ring.keys[number - 1])
    return given if key == _stands_for(given) else key.decode()


def _stands_for(given: str) -> bytes:
    return base64.b64encode(sha256(b"motcua/secret/" + given.encode()).digest())
