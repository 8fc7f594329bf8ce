"""What remembers beside the database must be there, all of it, and newer than the backup (threats DP-23).

A ledger that was left behind brings back whoever was forgotten since; a witness that was left behind proves less.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings

from motcua.journal import witnessing
from motcua.ops.backup.manifests import Manifest
from motcua.ops.places import CannotStart
from motcua.protection import ledger

#: A living system writes to them each day; whoever restores sooner has no other ones.
_A_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Waived:
    """What the operator knows is gone, or knows to be the newest there is."""

    witness: bool = False
    ledger: bool = False
    newest: bool = False


def must_be_there(manifest: Manifest, waived: Waived, *, say: Callable[[str], None]) -> None:
    """Says up to when each kind goes. Raises CannotStart for one that is missing, or older than should be."""
    if manifest.journal.seal and not waived.witness:
        known = witnessing.configured()
        _all_there("lời chứng", [one.path for one in known], "JOURNAL_WITNESSES", "--no-witness")
        lasts = [last.sealed_at for one in known if (last := one.last())]
        _new_enough("Lời chứng", map(datetime.fromisoformat, lasts), manifest, waived, say)
    if settings.HOSTS_PORTAL and not waived.ledger:
        ledgers = ledger.configured()
        _all_there("sổ xóa", [one.path for one in ledgers], "ERASURE_LEDGERS", "--no-ledger")
        try:
            moments = [one.at for each in ledgers for one in each.erasures()]
        except ledger.LedgerBroken as broken:
            raise CannotStart(f"Sổ xóa bị sửa ở {broken}; chưa khôi phục gì.") from broken
        _new_enough("Sổ xóa", iter(moments), manifest, waived, say)


def _all_there(what: str, paths: list[Path], setting: str, option: str) -> None:
    if gone := [str(path) for path in paths if not path.exists()]:
        raise CannotStart(
            f"Không có tệp {what} {', '.join(gone)}. Hãy đặt {setting} tới các tệp còn giữ; nếu biết là không"
            f" còn, chạy lại với {option}."
        )


def _new_enough(
    what: str,
    moments: Iterator[datetime],
    manifest: Manifest,
    waived: Waived,
    say: Callable[[str], None],
) -> None:
    newest = max(moments, default=None)
    told = f"đến {newest.astimezone():%H:%M:%S %d/%m/%Y}" if newest else "chưa có dòng nào"
    say(f"{what}: {told}.")
    due = manifest.moment + _A_DAY
    if not waived.newest and datetime.now(UTC) > due and (newest is None or newest < due):
        raise CannotStart(
            f"{what} {told}, chỉ bằng tuổi bản sao lưu, có thể không phải bản mới nhất. Hãy tìm bản mới hơn;"
            " nếu biết chắc đây là bản mới nhất, chạy lại với --newest."
        )
