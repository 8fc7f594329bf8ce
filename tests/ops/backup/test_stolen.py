"""V-25: whoever steals the database, its log, the files, the log of the programs and the backup reads nobody's number.

People register, prove a code, sign in, lay papers into their vault and bring a dossier, all by the real services. Then
everything that lies on a disk is searched for what they typed: as it is, in hexadecimal, in base64 at each of its three
places. Names and birth dates stand in clear (ADR 0005); they are what shows that the search sees anything.
V25_PEOPLE sets the size.
"""

import base64
import io
import logging
import os
import re
import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from tests.accounts import people
from tests.desk import town as building
from tests.evidence import figure
from tests.fakes import FakeSms
from tests.ops.backup.world import World
from tests.vault import papers

from motcua.accounts import opening, sessions
from motcua.accounts.sealed_data import PersonData
from motcua.desk.submission import Contact
from motcua.ops.backup import programs
from motcua.ops.logs import JsonFormatter, MaskedFilter
from motcua.outbox import sending

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(900)]
PEOPLE = int(os.environ.get("V25_PEOPLE", "40"))
_SIX_DIGITS = re.compile(rb"(?<![0-9A-Za-z.:+-])([0-9]{6})(?![0-9A-Za-z.:-])")


@dataclass
class Planted:
    """What was typed, by kind. A code is six digits, which stand in many places: only whole ones are looked for."""

    secrets: list[tuple[str, str]] = field(default_factory=list)
    codes: set[str] = field(default_factory=set)

    def count(self) -> int:
        return len(self.secrets) + len(self.codes)


def spellings(value: str) -> set[bytes]:
    raw = value.encode()
    found = {raw, raw.hex().encode(), raw.hex().upper().encode()}
    for before in range(3):
        whole = base64.b64encode(bytes(before) + raw + b"\0\0")
        # The letters at both ends mix with the neighbours; what is between stands wherever the value stands.
        first, last = (0, 2, 3)[before], (before + len(raw)) * 8 // 6
        found |= {whole[first:last], whole[first:last].translate(bytes.maketrans(b"+/", b"-_"))}
    return found


def hits(planted: Planted, where: Iterable[tuple[str, bytes]]) -> list[tuple[str, str]]:
    """(kind, place) of each value that can be read somewhere."""
    needles = Needles(planted)
    return sorted({(kind, place) for place, content in where for kind in needles.kinds_in(content)})


class Needles:
    """All spellings of all values, looked for in one pass: a thousand passes over a write-ahead log take minutes.

    Each spelling is written with the signs of a run alone, so that it can only stand inside a run; and it begins
    with one of few heads. Many runs stand in several places, and are looked at once.
    """

    _RUN = re.compile(rb"[0-9A-Za-z+/_.-]{8,}")
    _HEAD = 8

    def __init__(self, planted: Planted) -> None:
        self._codes = {code.encode() for code in planted.codes}
        self._by_head: dict[bytes, list[tuple[bytes, str]]] = defaultdict(list)
        self._known: dict[bytes, frozenset[str]] = {}
        for kind, value in planted.secrets:
            for spelling in spellings(value):
                self._add(kind, spelling)
        for code in planted.codes:
            self._add("code", code.encode().hex().encode())

    def _add(self, kind: str, spelling: bytes) -> None:
        assert self._RUN.fullmatch(spelling), f"{kind} could never be found"
        self._by_head[spelling[: self._HEAD]].append((spelling, kind))

    def kinds_in(self, content: bytes) -> set[str]:
        found: set[str] = set()
        for run in set(self._RUN.findall(content)):
            if run not in self._known:
                self._known[run] = self._kinds_in_run(run)
            found |= self._known[run]
        if not self._codes.isdisjoint(_SIX_DIGITS.findall(content)):
            found.add("code")
        return found

    def _kinds_in_run(self, run: bytes) -> frozenset[str]:
        heads, size = self._by_head, self._HEAD
        return frozenset(
            kind
            for at in range(len(run) - size + 1)
            if run[at : at + size] in heads
            for spelling, kind in heads[run[at : at + size]]
            if run.startswith(spelling, at)
        )


@contextmanager
def logged() -> Iterator[io.StringIO]:
    """What the programs write meanwhile, as they write it."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.addFilter(MaskedFilter())
    handler.setFormatter(JsonFormatter())
    logging.getLogger().addHandler(handler)
    try:
        yield out
    finally:
        logging.getLogger().removeHandler(handler)


def live(desk: building.Town, sms: FakeSms, planted: Planted, nth: int) -> None:
    """One person's whole way; everything that they typed or were sent is remembered."""
    # Each from a block of numbers of its own: many new phones of one block are pumping (L9).
    person = people.data(phone=f"0913{nth:03}{secrets.randbelow(1000):03}")
    # Letters only: four digits of a random number may be four of the person's own, and the password is refused.
    secret = "".join(secrets.choice("bcdfghjklmnpqrstvwxz") for _ in range(12))
    device, password = secrets.token_hex(8), f"Mot.Cau-7-{secret}"
    registration = people.registration(person, device)
    opening.send_code(registration, device=device)
    code = people.newest_code()
    opening.confirm_code(registration, code=code)
    registration = opening.registration_for(device, registration.public_id)
    opening.ask_operator(registration, registry=people.operator_knowing(person), device=device)
    account = opening.finish(registration, password=password)
    signed_in = Client().post(
        "/dang-nhap/", {"number": person.citizen_id.value, "password": password, "tiep": ""}
    )
    assert signed_in.status_code == 302
    token, _ = sessions.begin(account, audience="CITIZEN", device=device, device_words="máy thử")
    mark, number = f"scan-{secrets.token_hex(12)}", f"so-{secrets.token_hex(6)}"
    papers.put(account, papers.new_paper(number=number, file=papers.scan(mark)))
    desk.portal.enrol(person.citizen_id.value, building.NAME)
    desk.receive(desk.draft(person.citizen_id.value), building.a_form(contact=Contact(phone=person.phone)))
    sending.send_due(gateway=sms)
    planted.codes.add(code)
    planted.secrets += [*_numbers(person), ("password", password), ("session", token), ("scan", mark)]
    planted.secrets.append(("paper", number))


def _numbers(person: PersonData) -> list[tuple[str, str]]:
    return [
        ("number", person.citizen_id.value),
        ("phone", person.phone.value),
        ("phone", person.phone.local),
    ]


def dump() -> bytes:
    """The database as text: bytes of a column are hexadecimal in it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int")
        (version,) = cursor.fetchone()
    server = programs.server_of(connection.settings_dict, version)
    return b"".join(programs.output([programs.found("pg_dump", server), "--format=plain"], server))


def log_since(segment: str) -> Iterator[tuple[str, bytes]]:
    """The write-ahead log from one of its segments on, as it lies on the server's disk."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM pg_ls_waldir() WHERE name >= %s AND name ~ '^[0-9A-F]{24}$'", [segment]
        )
        for (name,) in cursor.fetchall():
            cursor.execute("SELECT pg_read_binary_file('pg_wal/' || %s)", [name])
            yield f"wal/{name}", bytes(cursor.fetchone()[0])


def current_segment() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_walfile_name(pg_current_wal_lsn())")
        return str(cursor.fetchone()[0])


def below(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield str(path.relative_to(folder)), path.read_bytes()


def test_v25_nothing_that_was_typed_can_be_read_in_what_is_stolen(world: World) -> None:
    planted, segment = Planted(), current_segment()
    with logged() as log:
        sms = FakeSms()
        for nth in range(PEOPLE):
            live(world.desk, sms, planted, 100 + nth)
        world.seal()
        backup = world.back_up()
    assert planted.count() >= 5 * PEOPLE and log.getvalue() != ""
    database = dump()
    stolen = [("dump", database), ("log", log.getvalue().encode()), *log_since(segment)]
    stolen += [*below(Path(settings.FILES_DIR)), *below(backup)]
    stolen += [
        (path, Path(path).read_bytes()) for path in (*settings.JOURNAL_WITNESSES, *settings.ERASURE_LEDGERS)
    ]

    found = hits(planted, stolen)

    assert "Nguyễn Văn Mẫu".encode() in database, "what stands in clear is seen"
    assert any(b"Nguy" in content for place, content in stolen if place.startswith("wal/"))
    assert not any("Nguyễn Văn Mẫu".encode() in content for _, content in below(backup))
    size = sum(len(content) for _, content in stolen)
    what = f"giá trị đọc được trong {size / 1e6:.0f} MB (CSDL, WAL, tệp, log, bản sao lưu)"
    figure("V-25", what, n=planted.count(), measured=len(found), limit=0, passed=found == [])


@pytest.mark.parametrize("before", ["", "x", "xy"])
def test_a_value_in_clear_hexadecimal_or_base64_would_be_found(before: str) -> None:
    planted = Planted([("number", "052190000123")], {"482915"})
    raw = f"{before}052190000123".encode()
    for content in (
        raw,
        raw.hex().encode(),
        raw.hex().upper().encode(),
        base64.b64encode(raw + b" and more"),
    ):
        places = [("here", content), ("there", b"\0" + content)]
        assert hits(planted, places) == [("number", "here"), ("number", "there")]
    for content in (b'{"code": 482915}', before.encode() + b"482915".hex().encode()):
        assert hits(planted, [("here", content)]) == [("code", "here")]
    assert hits(planted, [("here", b"12:00:01.482915+07 0482915 052190000124")]) == []
