"""What operators do with backups and keys stays in the journal, so that a copy for somebody else is seen."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Final

from django.db import OperationalError, ProgrammingError, transaction

from motcua import journal
from motcua.ops import holding
from motcua.ops.backup.manifests import Manifest
from motcua.ops.models import Hold
from motcua.ops.places import CannotStart

_ROOM: Final = "room:ops"
#: Letters only: nine digits in a row would look like somebody's number to the journal.
_LETTERS: Final = str.maketrans("0123456789", "ghijklmnop")
_MOST: Final = 8


def fingerprints(recipients: Iterable[str]) -> str:
    """Short marks by which public keys are told apart; the same for the same key, everywhere."""
    marks = sorted(sha256(word.encode()).hexdigest()[:16].translate(_LETTERS) for word in recipients)
    return ",".join(marks[:_MOST])


def backup_made(made: Manifest) -> None:
    journal.record(
        "ops.backup.made",
        subject=_ROOM,
        facts={
            "backup": made.id,
            "files": made.files,
            "lost_files": len(made.missing),
            "recipients": fingerprints(made.recipients),
        },
    )


def base_made(name: str, recipients: Iterable[str]) -> None:
    """A base holds every row, and no file."""
    facts: dict[str, str | int | bool] = {
        "backup": name,
        "files": 0,
        "lost_files": 0,
        "recipients": fingerprints(recipients),
    }
    journal.record("ops.backup.made", subject=_ROOM, facts=facts)


@contextmanager
def keys_copied(recipients: tuple[str, ...]) -> Iterator[None]:
    """Around the copying: no copy without a line, no line without a copy. Raises CannotStart without a database."""
    try:
        with transaction.atomic():
            journal.record("ops.keys.copied", subject=_ROOM, facts={"recipients": fingerprints(recipients)})
            yield
    except (OperationalError, ProgrammingError):
        raise CannotStart(
            "Không ghi được nhật ký vì không tới được cơ sở dữ liệu, hoặc chưa “motcua migrate”; chưa sao lưu khóa."
        ) from None


@transaction.atomic
def release_outside() -> bool:
    """Whether something was held."""
    held = holding.release(Hold.Door.OUTSIDE)
    if held:
        journal.record("ops.outbox.released", subject=_ROOM)
    return held
