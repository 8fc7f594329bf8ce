"""Another key covers the marks by which people are found, while everybody works (threats V-36, DP-13, DP-14).

From the day a key waits, every process looks for marks under both and writes both; the database keeps the form that
counts. ``begin`` changes which one does, in one transaction with the rows. Then ``retire``: only one is looked for.
"""

import base64
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from motcua.kernel import key_changes, key_files
from motcua.kernel.key_changes import NotNow
from motcua.kernel.key_files import Ring
from motcua.kernel.marks import NO_COVER
from motcua.kernel.refusal import Refusal
from motcua.keys import covering, knowing, machines
from motcua.keys.models import BegunLookupKey, KnownLookupKey

#: Longer than any transaction of the running system may stand still (ops/grants.py): whoever computed the forms of a
#: mark before the file changed is done.
SLOWEST: Final = timedelta(minutes=5)


class MachineBehind(Refusal):
    code = "lookup_key_not_everywhere"
    status = 409
    message = (
        "Máy {machine} chưa có khóa tra cứu số {key}. Đề nghị chép lookup.key tới máy đó, chờ {minutes} phút, rồi"
        " chạy lại lệnh này."
    )


class TooSoon(Refusal):
    code = "lookup_key_too_soon"
    status = 409
    message = "Tệp lookup.key vừa đổi chưa tới {minutes} phút, ở máy này hoặc máy khác. Đề nghị chạy lại lệnh này sau."


class NoSuchKey(Refusal):
    code = "lookup_key_unknown"
    status = 404
    message = "Không có khóa tra cứu số {key}, khóa đó đã bỏ, hoặc đang được dùng."


class StillUsed(Refusal):
    code = "lookup_key_still_used"
    status = 409
    message = "Còn {count} dòng dùng khóa tra cứu cũ. Đề nghị chạy “motcua keys begin lookup”, rồi chạy lại lệnh này."


def path() -> Path:
    return Path(settings.KEYRING.covers.path)


def counts() -> int:
    """The number of the cover that rows have now; 1 is none."""
    found: int | None = BegunLookupKey.objects.aggregate(found=Max("number"))["found"]
    return found or 1


@transaction.atomic
def add(*, waits: bool = True) -> Ring:
    """Another key, which always waits: rows change by ``begin`` only. Raises NotNow."""
    if not path().exists():
        key_files.place(
            path(), base64.b64encode(NO_COVER) + b"\n", like=Path(settings.KEYRING.field_keys_path)
        )
    ring = settings.KEYRING.covers.ring
    if len(ring.live) > 1 and not ring.waits:
        raise NotNow(
            f"Khóa tra cứu số {ring.live[0]} chưa bỏ. Hãy chạy “motcua keys retire lookup {ring.live[0]}”."
        )
    return key_changes.add(path(), waits=True, agreed=knowing.get_known(KnownLookupKey, path()))


def begin(*, at_rest: bool = False, written_down: Callable[[int], object] = lambda _: None) -> Ring:
    """The key that waits counts from now on. Only with the rights of the tables' owner, outside of a transaction.

    Raises NotNow, MachineBehind, TooSoon, covering.TooMany, covering.MarksBusy. Wherever it stops, give it again: the
    rows and what counts change together; the file only says what is looked for, and both are until ``retire``.
    """
    ring = settings.KEYRING.covers.ring
    newest, counting = len(ring.keys), counts()
    if counting > newest:
        raise NotNow(_of_before(counting))
    if counting == newest and (newest == 1 or (not ring.waits and not covering.left(newest, alone=True))):
        raise NotNow("Không có khóa mới nào đang chờ.")
    knowing.get_known(KnownLookupKey, path())(ring)
    if counting < newest:
        _everybody_has(newest)
        covering.prepare(newest)
        covering.put_in(newest, and_then=lambda: written_down(newest), at_rest=at_rest)
    if ring.waits:
        ring = key_changes.begin(path())
    covering.put_in_rest(newest)
    return ring


def _everybody_has(number: int) -> None:
    minutes = int(SLOWEST.total_seconds() // 60)
    if machine := machines.without_lookup(number):
        raise MachineBehind(machine=machine, key=number, minutes=minutes)
    if _is_fresh():
        raise TooSoon(minutes=minutes)


def _is_fresh() -> bool:
    return time.time() - path().stat().st_mtime < SLOWEST.total_seconds() or not machines.all_since(SLOWEST)


def retire(number: int, *, written_down: Callable[[], object] = lambda: None) -> None:
    """Marks are not looked for under it any more, and its key is gone. Raises NoSuchKey, TooSoon, StillUsed, NotNow.

    No row bears it: since ``begin`` the database refuses it, and what stands alone is counted here.
    """
    ring = settings.KEYRING.covers.ring
    if number >= ring.sealing or number not in ring.live:
        raise NoSuchKey(key=number)
    knowing.must_be_known(KnownLookupKey, path(), ring)
    if counts() != ring.sealing:
        raise StillUsed(count=covering.left(ring.sealing))
    if left := covering.left(ring.sealing, alone=True):
        raise StillUsed(count=left)
    if _is_fresh():
        raise TooSoon(minutes=int(SLOWEST.total_seconds() // 60))
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SELECT pg_logical_emit_message(true, 'motcua', 'lookup key retired')")
        written_down()
    key_changes.forget(path(), number)


def must_fit() -> None:
    """After a restore: the cover that the rows have is one whose key lies here. Nothing is written. Raises NotNow."""
    ring = settings.KEYRING.covers.ring
    knowing.must_be_known(KnownLookupKey, path(), ring)
    if counts() not in ring.live:
        raise NotNow(_of_before(counts()))


def standing() -> Iterator[tuple[int, str]]:
    """Each key's number and what it does."""
    ring = settings.KEYRING.covers.ring
    for number in range(1, len(ring.keys) + 1):
        yield number, key_changes.word(ring, number)


def _of_before(number: int) -> str:
    return (
        f"Dữ liệu dùng khóa tra cứu số {number}, lookup.key ở đây không có khóa đó. Hãy dùng lookup.key của bản sao"
        " khóa cùng thời."
    )
