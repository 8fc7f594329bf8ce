"""A unit with very many dossiers, and its work lists searched as officers search them.

One dossier is received as an officer would; the others are copies of it in the database, each with an owner, a state
and days of its own. All lie at one unit, which is more than any real unit has.
"""

import json
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from bench import visits, world
from bench.lists import Waits, waits_of
from bench.paths import InProcess, Path
from bench.visits import Officers
from motcua.desk import dossiers, submission
from motcua.desk.dossiers import Place, Search, Sort
from motcua.desk.models import Dossier
from motcua.desk.states import State
from motcua.kernel.authority import Authority
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.phone import Phone

#: The newest dossiers have a contact of their own, sealed for themselves: those a register is made of.
WITH_CONTACT = 102_000
_CHUNK = 50_000
_NAMES = 2_520

# Of a hundred: one waits to be accepted, one lies with an officer, one waits for its owner, one for being handed out,
# one in five hundred was received without an answer about its owner; the others are done with.
_STATE = """CASE WHEN mod(n, 500) = 5 THEN 'PROVISIONAL' WHEN mod(n, 100) IN (1, 2) THEN 'PROCESSING'
    WHEN mod(n, 100) = 3 THEN 'SUPPLEMENT' WHEN mod(n, 100) = 4 THEN 'DONE' ELSE 'RETURNED' END"""
_OPEN = "mod(n, 100) IN (1, 2, 3)"
_PROVISIONAL = "mod(n, 500) = 5"
_ARRIVED = "d.arrived_at - n * interval '2 minutes'"
_DIFFERENT = {
    "public_id": "coalesce(c.public_id, gen_random_uuid())",
    "contact_sealed": "c.sealed",
    "idempotency_key": "gen_random_uuid()",
    "code": f"CASE WHEN {_PROVISIONAL} THEN NULL ELSE"
    " left(d.code, 14) || (100000 + n / 9999)::text || '-' || lpad(mod(n, 9999)::text, 4, '0') END",
    "provisional_number": f"CASE WHEN {_PROVISIONAL} THEN"
    " 'TN-' || left(d.code, 14) || (100000 + n / 9999)::text || '-' || lpad(mod(n, 9999)::text, 4, '0') END",
    "check_id": f"CASE WHEN {_PROVISIONAL} THEN NULL ELSE 100000000 + n END",
    "unknown_check_id": f"CASE WHEN {_PROVISIONAL} THEN 100000000 + n END",
    "state": _STATE,
    "note": "'bản sao'",
    "owner_subject": f"CASE WHEN {_PROVISIONAL} THEN '' ELSE 'owner' || n END",
    "owner_name": f"(%(names)s::text[])[1 + mod(n, {_NAMES})]",
    "owner_folded": f"(%(folded)s::text[])[1 + mod(n, {_NAMES})]",
    "owner_number_bi": "i.number_bi",
    "contact_phone_bi": "c.phone_bi",
    "at_officer": f"CASE WHEN {_OPEN} AND mod(n, 100) = 2 THEN %(officer)s::text ELSE '' END",
    "arrived_at": _ARRIVED,
    "received_at": f"CASE WHEN {_PROVISIONAL} THEN NULL ELSE {_ARRIVED} END",
    "due_at": f"CASE WHEN {_PROVISIONAL} THEN NULL WHEN {_OPEN}"
    " THEN d.arrived_at + (mod(n, 1201) - 600) * interval '1 hour'"
    f" ELSE {_ARRIVED} + interval '2 days' END",
}
_COPIES = """
INSERT INTO desk_dossier ({columns}) SELECT {values}
  FROM generate_series(%(first)s::int, %(last)s::int) n JOIN desk_dossier d ON d.id = %(of)s::bigint
  LEFT JOIN bench_contact c ON c.nth = n
  LEFT JOIN accounts_identitydocument i ON i.id = mod(n, %(accounts)s::int) + 1
"""


def received(officers: Officers) -> Dossier:
    """One dossier as the pages make it."""
    here = InProcess()
    for name, job in visits.visit(officers, world.a_procedure()):
        here.path = Path(name)
        if not job(here, 0):  # type: ignore[arg-type]
            raise RuntimeError(f"{name}: the answer was not what it should be")
    return Dossier.objects.latest("pk")


def grow(officers: Officers, until: int) -> None:
    """So many dossiers at the unit, with what PostgreSQL knows about them brought up to date."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM desk_dossier WHERE note = 'bản sao'")
        (have,) = cursor.fetchone()
    if have >= until:
        return
    world.keep_signed_in()
    sample = received(officers)
    for first in range(have + 1, until + 1, _CHUNK):
        with transaction.atomic(), world.unasked():
            _copy_chunk(sample, first, min(first + _CHUNK - 1, until), officers.accounts)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE desk_dossier")
        cursor.execute("CHECKPOINT")
    world.keep_signed_in()


def _copy_chunk(sample: Dossier, first: int, last: int, accounts: int) -> None:
    columns = [field.column for field in Dossier._meta.concrete_fields if field.column != "id"]
    values = [_DIFFERENT.get(column, f"d.{column}") for column in columns]
    names = [world.name_of(nth) for nth in range(1, _NAMES + 1)]
    told = {
        "first": first,
        "last": last,
        "of": sample.pk,
        "accounts": accounts,
        "officer": world.subject_of(0),
        "names": names,
        "folded": [world.folded(name).lower() for name in names],
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE bench_contact (nth int, public_id uuid, sealed bytea, phone_bi bytea)"
            " ON COMMIT DROP"
        )
        with cursor.copy("COPY bench_contact FROM STDIN") as copy:
            for nth in range(first, min(last, WITH_CONTACT) + 1):
                copy.write_row(_contact(nth))
        cursor.execute("ANALYZE bench_contact")
        cursor.execute(_COPIES.format(columns=", ".join(columns), values=", ".join(values)), told)


def _contact(nth: int) -> tuple[int, uuid.UUID, bytes, bytes]:
    public_id, phone = uuid.uuid4(), world.phone_of(nth)
    words = {"phone": phone, "email": "", "address": f"Thôn {nth}, xã Cát Hưng, huyện Phù Cát"}
    sealed = settings.KEYRING.seal("desk.dossier.contact", str(public_id), json.dumps(words))
    return nth, public_id, sealed, submission.phone_fingerprint(Phone.parse(phone))


@dataclass(frozen=True)
class Lists:
    """How long each list took, and the fewest and most statements that any page of any list took."""

    waits: list[Waits]
    fewest: int
    most: int


def measure(viewer: Authority, rows: int, accounts: int, rounds: int) -> Lists:
    """Each list ``rounds`` times with other values, first page and next."""
    waits: dict[str, list[float]] = {}
    counts: list[int] = []
    for nth in range(rounds):
        for kind, search in _searches(Random(nth), min(rows, accounts, WITH_CONTACT)):
            page, taken, said = _timed(viewer, search, None)
            waits.setdefault(kind, []).append(taken)
            counts.append(said)
            if page.next_cursor:
                _, taken, said = _timed(viewer, search, page.next_cursor)
                waits.setdefault(f"{kind}, trang sau", []).append(taken)
                counts.append(said)
    whole = [wait for some in waits.values() for wait in some]
    found = [waits_of("tất cả", whole), *(waits_of(kind, some) for kind, some in waits.items())]
    return Lists(found, min(counts), max(counts))


def _searches(dice: Random, known: int) -> Iterator[tuple[str, Search]]:
    for place in Place:
        yield f"danh sách {place}", Search(place=place)
    nth = 1 + dice.randrange(known - 1)
    name = world.name_of(1 + nth % _NAMES)
    yield "nợ xác thực", Search(states=(State.PROVISIONAL,), sort=Sort.OLDEST)
    yield "theo hạn trả", Search(sort=Sort.DUE)
    yield "đến hạn, theo hạn trả", Search(place=Place.OVERDUE, sort=Sort.DUE)
    yield "họ tên", Search(name=name)
    yield "họ", Search(name=name.split()[0])
    yield "tên không có", Search(name="Không Có Ai")
    yield "số định danh", Search(number=CitizenId.parse(world.number_of(nth)))
    yield "điện thoại", Search(phone=Phone.parse(world.phone_of(nth)))
    yield "đuôi mã", Search(code=f"{nth % 9999:04d}")
    yield "mã hồ sơ", Search(code=f"000.00.08.H08-{100000 + nth // 9999}-{nth % 9999:04d}")
    begin = timezone.localdate() - timedelta(days=30 + dice.randrange(60))
    yield "họ và ngày", Search(name=name.split()[0], from_day=begin, to_day=begin + timedelta(days=7))
    yield "trạng thái và ngày", Search(states=(State.DONE,), from_day=begin, to_day=begin + timedelta(7))


def _timed(viewer: Authority, search: Search, cursor: str | None) -> tuple[dossiers.Page, float, int]:
    with _counted() as said:
        begun = time.perf_counter()
        page = dossiers.list_for_officer(viewer, search, cursor=cursor, now=timezone.now(), limit=20)
        taken = 1000 * (time.perf_counter() - begun)
    return page, taken, len(said)


@contextmanager
def _counted() -> Iterator[list[str]]:
    said: list[str] = []

    def heard(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        said.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(heard):
        yield said


def looking(officers: Officers) -> Callable[[Any, int], bool]:
    """Over HTTP: the page of a work list, another one each time."""
    places = [str(place) for place in Place if place != Place.TO_HAND_OUT]

    def job(line: Any, nth: int) -> bool:
        fields = {"csrfmiddlewaretoken": officers.csrf, "tab": places[nth % len(places)]}
        status: int = line.post("/mot-cua/ho-so/", fields, officers.cookies(nth)).status
        return status == 200

    return job
