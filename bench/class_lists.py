"""A school's list of 5,000 pupils: from the file to the last answer, and what a batch of it costs.

Half of them have accounts. Read in the child process as an upload is, taken in, and asked about by the worker's own
errand in this process; the role and the commits are the bench's.
"""

import time
from collections.abc import Callable
from io import BytesIO
from typing import Any, Final

from bench.report import Aim, Figure

_PUPILS: Final = 5_000


def figures(accounts: int) -> list[Figure]:
    """Seconds of the whole, of its parts, and the statements of one batch."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from bench import world
    from motcua.accounts import class_checking, class_files, class_lists, class_reading
    from motcua.accounts.class_reading import Wanted
    from motcua.units import posts

    viewer = posts.authority_of(world.subject_of(0), at_unit=world.UNIT, on=timezone.localdate())
    data, cpu = _workbook(accounts), time.process_time()
    lines, read = _timed(lambda: class_files.read(data))
    begun, taken = _timed(
        lambda: class_lists.begin(authority=viewer, label="Khối 9", purpose="EXAM", lines=lines)
    )
    with CaptureQueriesContext(connection) as asked:
        class_checking.check_some(begun.public_id)
    _, answered = _timed(lambda: _work(class_checking.check_some, begun.public_id))
    cpu = time.process_time() - cpu
    batches = -(-_PUPILS // class_checking.BATCH)
    answered *= batches / (batches - 1)  # the first batch was listened to, and is slower for it
    shown, by_name = _timed(
        lambda: class_reading.page_of(viewer, begun.public_id, Wanted(name="van", sort="name"))
    )
    if not shown.finished or not 0 < shown.found < _PUPILS:
        raise SystemExit(f"bench: {shown.found} of {_PUPILS} pupils were found")
    what = f"class list, {_PUPILS:,} pupils of {accounts:,} accounts"
    return [
        Figure(
            f"{what}: file to last answer",
            read + taken + answered,
            "s",
            Aim(10),
            f"read {read:.1f}, taken in {taken:.1f}, answered {answered:.1f}; CPU without reading {cpu:.1f}",
        ),
        Figure(f"class list: statements of a batch of {class_checking.BATCH}", len(asked), "", Aim(14)),
        Figure(f"{what}: page sorted by name", 1000 * by_name, "ms", Aim(1_000)),
    ]


def _work(check_some: Callable[[Any], bool], public_id: object) -> None:
    while check_some(public_id):
        pass


def _timed(act: Callable[[], Any]) -> tuple[Any, float]:
    begun = time.perf_counter()
    return act(), time.perf_counter() - begun


def _workbook(accounts: int) -> bytes:
    """Every second pupil has an account, as far as there are accounts; the others are nobody."""
    from openpyxl import Workbook

    from bench import world
    from motcua.accounts.class_files import COLUMNS

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Khối 9")
    sheet.append(list(COLUMNS))
    for nth in range(_PUPILS):
        whose = nth // 2 if nth % 2 == 0 and nth // 2 < accounts else accounts + nth
        sheet.append([nth + 1, world.number_of(whose), world.name_of(whose), "01/02/1990", f"9A{nth % 40}"])
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()
