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


class RestLeft(Refusal):
    code = "lookup_key_rest_left"
    status = 409
    message = (
        "Khóa tra cứu số {key} đã được dùng; các bảng dài chưa xong vì có giao dịch đang ghi quá lâu. Đề nghị chạy lại"
        " “motcua keys begin lookup” sau ít phút, trước khi bỏ khóa cũ."
    )


class NotGone(Refusal):
    code = "lookup_key_not_gone"
    status = 409
    message = (
        "Khóa tra cứu số {key} chưa bỏ được: không ghi được lookup.key. Đề nghị xem quyền và chỗ trống của KEYS_DIR,"
        " rồi chạy lại lệnh này."
    )


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
    """Another key, which always waits: rows change by ``begin`` only. Raises NotNow.

    With the rights of the owner: the first thing done is to write down line 1, so that no file appears without it.
    """
    ring = settings.KEYRING.covers.ring
    agreed = knowing.get_known(KnownLookupKey, path())
    agreed(ring)
    if not path().exists():
        key_files.place(
            path(), base64.b64encode(NO_COVER) + b"\n", like=Path(settings.KEYRING.field_keys_path)
        )
    if len(ring.live) > 1 and not ring.waits:
        raise NotNow(
            f"Khóa tra cứu số {ring.live[0]} chưa bỏ. Hãy chạy “motcua keys retire lookup {ring.live[0]}”."
        )
    return key_changes.add(path(), waits=True, agreed=agreed)


def begin(
    *,
    at_rest: bool = False,
    written_down: Callable[[int], object] = lambda _: None,
    in_use: Callable[[int], object] = lambda _: None,
) -> Ring:
    """The key that waits counts from now on. Only with the rights of the tables' owner, outside of a transaction.

    ``in_use`` is told once it does and the file says so, before the long tables. Raises NotNow, MachineBehind, TooSoon,
    covering.TooMany, covering.MarksBusy, covering.BeingDone: then nothing changed; RestLeft: it counts. Wherever it
    stops, give it again: the rows and what counts change together; the file only says what is looked for, and both
    are until ``retire``.
    """
    with covering.one_at_a_time():
        ring = _begin_to_count(at_rest=at_rest, written_down=written_down)
        in_use(ring.sealing)
        try:
            covering.put_in_rest(ring.sealing)
        except covering.MarksBusy as no:
            raise RestLeft(key=ring.sealing) from no
    return ring


def _begin_to_count(*, at_rest: bool, written_down: Callable[[int], object]) -> Ring:
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
    return key_changes.begin(path()) if ring.waits else ring


def _everybody_has(number: int) -> None:
    minutes = int(SLOWEST.total_seconds() // 60)
    if machine := machines.without_lookup(number):
        raise MachineBehind(machine=machine, key=number, minutes=minutes)
    if _is_fresh():
        raise TooSoon(minutes=minutes)


def _is_fresh() -> bool:
    return time.time() - path().stat().st_mtime < SLOWEST.total_seconds() or not machines.all_since(SLOWEST)


def retire(number: int, *, written_down: Callable[[], object] = lambda: None) -> None:
    """Marks are not looked for under it any more, and its key is gone.

    No row bears it: since ``begin`` the database refuses it, and all rows are counted here. Raises NoSuchKey, TooSoon,
    StillUsed, NotNow; NotGone where it was written down and the file could not be replaced: give it again.
    """
    ring = settings.KEYRING.covers.ring
    if number >= ring.sealing or number not in ring.live:
        raise NoSuchKey(key=number)
    knowing.must_be_known(KnownLookupKey, path(), ring)
    left = covering.left(ring.sealing)
    if left or counts() != ring.sealing:
        raise StillUsed(count=left)
    if _is_fresh():
        raise TooSoon(minutes=int(SLOWEST.total_seconds() // 60))
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SELECT pg_logical_emit_message(true, 'motcua', 'lookup key retired')")
        written_down()
    try:
        key_changes.forget(path(), number)
    except OSError as no:
        raise NotGone(key=number) from no


def must_fit(*, long_tables_too: bool = False) -> None:
    """The cover that the rows have is one whose key lies here. Nothing is written. Raises NotNow.

    ``long_tables_too``: after a restore, which may be of the minutes in which they changed; reads them whole.
    """
    ring = settings.KEYRING.covers.ring
    knowing.must_be_known(KnownLookupKey, path(), ring)
    if counts() == 1 and 1 not in ring.live:
        raise NotNow(
            "Dữ liệu này chưa đổi khóa tra cứu lần nào, còn lookup.key ở đây thuộc về sau đó. Hãy chuyển lookup.key ra"
            " khỏi KEYS_DIR (giữ ở nơi khác), rồi chạy lại."
        )
    if counts() not in ring.live:
        raise NotNow(_of_before(counts()))
    if long_tables_too and (closed := covering.numbers_alone() - set(ring.live)):
        raise NotNow(_of_before(min(closed)))


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
