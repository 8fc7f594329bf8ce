"""What a register of 100,000 dossiers costs as an Excel file: time of the processor and the peak of memory.

The newest dossiers of ``bench.dossiers``, read from the database with their sealed contacts as the page reads them;
a process of its own, so that its peak is this work's. ``python -m bench.register`` prints lines, seconds, megabytes.
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bench.report import Aim, Figure

if TYPE_CHECKING:
    from motcua.desk.register import Line

#: Whole days are taken, and a provisional reception has no line: a few more, for at least 100,000 lines.
_DOSSIERS: Final = 100_700
_AIM_MB: Final = 200


def figures() -> list[Figure]:
    """Two lines: how long, and how much memory at most."""
    said = subprocess.run(
        [sys.executable, "-m", "bench.register"], check=True, capture_output=True, text=True
    ).stdout
    lines, seconds, megabytes = json.loads(said.splitlines()[-1])
    what = f"register as Excel, {lines:,} lines"
    return [
        Figure(f"{what}, CPU web", seconds, "s"),
        Figure(f"{what}, peak memory", megabytes, "MB", Aim(_AIM_MB)),
    ]


def _lines() -> Iterator["Line"]:
    from django.utils import timezone

    from bench import world
    from motcua.desk import register
    from motcua.desk.models import Dossier
    from motcua.kernel.authority import Power
    from motcua.units import posts

    viewer = posts.authority_of(world.subject_of(0), at_unit=world.UNIT, on=timezone.localdate())
    newest = Dossier.objects.filter(unit_id=viewer.unit_id).order_by("-arrived_at", "-id")
    first = newest.values_list("arrived_at", flat=True)[_DOSSIERS:].first()
    wanted = register.Wanted(from_day=timezone.localtime(first).date() if first else None)
    may = replace(viewer, powers=viewer.powers | {Power.EXPORT})
    return register.take_out(may, wanted, kind=register.Kind.XLSX, reason="đo tốc độ")


def _measure() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
    import django

    django.setup()
    from motcua.web.counter import registering

    taken = 0

    def counted() -> Iterator["Line"]:
        nonlocal taken
        for line in _lines():
            taken += 1
            yield line

    begun = time.process_time()
    registering.workbook(counted()).close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([taken, time.process_time() - begun, peak]))


if __name__ == "__main__":
    _measure()
