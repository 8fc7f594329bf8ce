"""What a backup and a restore need to know of the kept files; they never see one in clear but to compare its hash."""

import uuid
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models.functions import Now

from motcua.files import keeping, storing
from motcua.files.keeping import FileUnreadable
from motcua.files.models import StoredFile


def places() -> Iterator[str]:
    """Where the bytes of every file lie that can still be opened; in the caller's snapshot."""
    kept = StoredFile.objects.filter(purged_at=None).order_by("pk")
    yield from kept.values_list("place", flat=True).iterator(chunk_size=2000)


def places_since(moment: datetime | None) -> Iterator[str]:
    """The same for files that were kept at ``moment`` or later, the oldest first; None: of all."""
    kept = StoredFile.objects.filter(purged_at=None).order_by("pk")
    if moment is not None:
        kept = kept.filter(kept_at__gte=moment)
    yield from kept.values_list("place", flat=True).iterator(chunk_size=2000)


def places_purged_before(moment: datetime) -> Iterator[str]:
    """Where files lay whose day had come by then."""
    gone = StoredFile.objects.filter(purged_at__lt=moment).order_by("pk")
    yield from gone.values_list("place", flat=True).iterator(chunk_size=2000)


def purged_and_missing(absent: Collection[str]) -> tuple[list[str], list[str]]:
    """Public ids of files whose bytes were not found: their day came meanwhile, or nobody knows why."""
    found = StoredFile.objects.filter(place__in=absent).values_list("public_id", "purged_at")
    purged = [str(public_id) for public_id, at in found if at is not None]
    missing = [str(public_id) for public_id, at in found if at is None]
    return sorted(purged), sorted(missing)


def forget(public_ids: Collection[str]) -> int:
    """Files whose day came while the backup was made: their keys go here too."""
    still = StoredFile.objects.filter(public_id__in=map(uuid.UUID, public_ids), purged_at=None)
    return still.update(wrapped_key=None, name_sealed=b"", purged_at=Now())


def put_back(copies: Callable[[str], Iterable[bytes]]) -> Iterator[bool]:
    """Every file that can be opened, from the first of its ``copies`` (by its place) that has its hash.

    Says of each whether one had. A changed copy stays where no better one is: ``look_at_all`` names it.
    """
    for stored in StoredFile.objects.filter(purged_at=None).order_by("pk").iterator(chunk_size=500):
        yield any(_put(stored, sealed) for sealed in copies(stored.place))


def _put(stored: StoredFile, sealed: bytes) -> bool:
    storing.put_back(stored.place, sealed)
    if stored.scan_status != StoredFile.ScanStatus.CLEAN:
        return True  # nobody may open it
    try:
        keeping.read(stored)
    except FileUnreadable:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Looked:
    """How many files were opened and had their hash, and the public ids of those that did not."""

    whole: int
    broken: list[str]


def look_at_all() -> Looked:
    """Opens every file that can be opened and compares it with its hash."""
    whole, broken = 0, list[str]()
    for stored in StoredFile.objects.filter(purged_at=None).order_by("pk").iterator(chunk_size=500):
        if stored.scan_status != StoredFile.ScanStatus.CLEAN:
            continue
        try:
            keeping.read(stored)
        except FileUnreadable:
            broken.append(str(stored.public_id))
        else:
            whole += 1
    return Looked(whole, broken)
