"""`motcua breach`: whom a breach concerns, from the machine itself; nobody is told before an officer approves it."""

import re
import sys
import time
from argparse import Namespace
from datetime import datetime
from pathlib import Path
from typing import Final

from django.utils import timezone

from motcua.kernel.refusal import NotFound, Refusal
from motcua.protection import breach_files, breach_reading, breaches, whose
from motcua.protection.breach_finding import Window
from motcua.protection.breaches import Said
from motcua.units import staff

#: The number of an officer's page; anything else is the opaque id.
_NUMBER: Final = re.compile(r"[0-9]{1,9}")
_SHAPES: Final = ("%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M")


def run(asked: Namespace) -> int:
    """Makes the pack and writes its two files into the folder; 1 when it is refused."""
    begun = time.perf_counter()
    try:
        row = breaches.make_by_command(window=_window(asked), said=_said(asked))
    except Refusal as no:
        print(f"motcua: {no.text}", file=sys.stderr)
        return 1
    seen = breach_reading.seen_by_command(row)
    folder: Path = asked.out
    folder.mkdir(parents=True, exist_ok=True)
    name = f"su-co-{str(row.public_id)[:8]}"
    _write(folder / f"{name}.xlsx", breach_files.people_for_the_machine(seen))
    _write(folder / f"{name}.pdf", breach_files.as_pdf(seen))
    print(
        f"{row.people} người, {row.lines} lượt, {row.lists} danh sách ({time.perf_counter() - begun:.1f} giây).\n"
        f"Dấu SHA-256 của danh sách: {row.list_sha256}\n"
        f"Hạn báo cơ quan chuyên trách: {timezone.localtime(breaches.due_at(row)):%H:%M %d/%m/%Y}\n"
        f"{_beyond()}Tệp: {folder / name}.xlsx và .pdf. Báo tin: duyệt ở /quan-tri/su-co/{row.public_id}/."
    )
    return 0


def _beyond() -> str:
    said = whose.beyond()
    return f"{said}\n" if said else ""


def _window(asked: Namespace) -> Window:
    officer = asked.officer or ""
    if _NUMBER.fullmatch(officer):
        officer = staff.subject_of(int(officer))
    if officer and not staff.is_staff_subject(officer):
        raise NotFound
    return Window(_given(asked.since), _given(asked.until), officer=officer, system=asked.client or "")


def _said(asked: Namespace) -> Said:
    aware_at = _given(asked.aware) if asked.aware else timezone.now()
    return Said(aware_at, asked.reason, asked.happened, asked.measures)


def _given(text: str) -> datetime:
    """ "2026-11-30" or "2026-11-30T08:30", Vietnam's time. Raises BreachWindowWrong."""
    for shape in _SHAPES:
        try:
            return timezone.make_aware(datetime.strptime(text, shape))  # noqa: DTZ007
        except ValueError:
            continue
    raise breaches.BreachWindowWrong


def _write(path: Path, data: bytes) -> None:
    """For whoever runs the command only: the list names people."""
    path.touch(mode=0o600)
    path.write_bytes(data)
