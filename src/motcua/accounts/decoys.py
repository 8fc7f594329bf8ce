"""Số mồi: numbers that nobody has. A question about one of them pages the duty officer (threats T-08)."""

import logging
import secrets
from collections.abc import Iterable, Sequence

from motcua import journal
from motcua.accounts.models import DecoyNumber, IdentityDocument
from motcua.accounts.sealed_data import Number, number_fingerprint
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.place_codes import PLACE_NAMES

log = logging.getLogger(__name__)


def plant(numbers: Iterable[CitizenId]) -> int:
    """Remember these as nobody's; a number that somebody has is left out. Returns how many are new."""
    marks = {number_fingerprint(number) for number in numbers}
    taken = IdentityDocument.objects.filter(number_bi__in=marks).values_list("number_bi", flat=True)
    free = marks - {bytes(mark) for mark in taken}
    before = DecoyNumber.objects.count()
    DecoyNumber.objects.bulk_create([DecoyNumber(number_bi=mark) for mark in free], ignore_conflicts=True)
    return DecoyNumber.objects.count() - before


def invent(count: int) -> list[CitizenId]:
    """Well-formed numbers of adults, drawn at random; told to nobody but an export for whoever lays the bait."""
    places = sorted(PLACE_NAMES)
    return [
        CitizenId.parse(
            f"{secrets.choice(places)}{secrets.randbelow(2)}{50 + secrets.randbelow(50):02d}"
            f"{secrets.randbelow(10**6):06d}"
        )
        for _ in range(count)
    ]


def is_planted(number: Number) -> bool:
    """Whether the number is a decoy; for counting, the alarm was raised by ``watch``."""
    return DecoyNumber.objects.filter(number_bi=number_fingerprint(number)).exists()


def watch(number: Number, *, asked_by: str, unit: str, client: str = "") -> bool:
    """Called after a miss: raises the alarm at once when the number is a decoy, with the system's name on it."""
    return watch_marks([number_fingerprint(number)], asked_by=asked_by, unit=unit, client=client)


def watch_marks(marks: Sequence[bytes], *, asked_by: str, unit: str, client: str = "") -> bool:
    """As ``watch`` for many misses by their fingerprints; one question to the database, an alarm for each decoy."""
    bait = list(DecoyNumber.objects.filter(number_bi__in=marks).order_by("pk"))
    for decoy in bait:
        _alarm(decoy, asked_by=asked_by, unit=unit, client=client)
    return bool(bait)


def _alarm(decoy: DecoyNumber, *, asked_by: str, unit: str, client: str) -> None:
    log.error("accounts.decoy.asked", extra={"unit": unit, "client": client})
    journal.record(
        "accounts.decoy.asked",
        subject=f"decoy:{decoy.pk}",
        actor=asked_by,
        unit_code=unit,
        facts={"client": client} if client else {},
    )
