"""A database as a province would have it: many accounts, some of them created by officers, many officers."""

import hashlib
import os
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count

from motcua.accounts import identity, operators, sessions
from motcua.accounts.models import Account
from motcua.desk import sample as procedures
from motcua.desk.catalogue import LEVEL_OF
from motcua.desk.models import Process
from motcua.kernel.authority import Power
from motcua.kernel.person_name import PersonName, fold
from motcua.kernel.phone import Phone
from motcua.ops.sign_ins import DATA
from motcua.units import officers, posts
from motcua.units import sample as units
from motcua.units.models import Unit

UNIT = "binhdinh-sgddt"
_FAMILY = (
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Huỳnh",
    "Phan",
    "Vũ",
    "Võ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
)
_MIDDLE = ("Văn", "Thị", "Đức", "Ngọc", "Quang", "Minh", "Thanh", "Hữu", "Xuân", "Kim", "Bảo", "Gia")
_GIVEN = (
    "An",
    "Bình",
    "Châu",
    "Dũng",
    "Giang",
    "Hà",
    "Hòa",
    "Khánh",
    "Lan",
    "Mai",
    "Nam",
    "Phúc",
    "Quỳnh",
    "Sơn",
    "Tâm",
)
#: The words of this name stand in few rows (one account in 20,000).
RARE = "Ông Thị Ưởng"
_START = datetime(2022, 7, 20, 7, 0, tzinfo=UTC)
_CHUNK = 20_000


def number_of(nth: int) -> str:
    """The citizen number of the nth account: a man born in 1990, registered nowhere real."""
    return f"{nth // 1_000_000:03d}090{nth % 1_000_000:06d}"


def phone_of(nth: int) -> str:
    return f"+849{nth:08d}"


def name_of(nth: int) -> str:
    """Spread over 2,520 names, and now and then the rare one."""
    if nth % 20_000 == 10_000:
        return RARE
    family, rest = divmod(nth * 2_654_435_761 % 2_520, 180)
    middle, given = divmod(rest, 15)
    return f"{_FAMILY[family]} {_MIDDLE[middle]} {_GIVEN[given]}"


def creator_of(nth: int) -> str:
    """One of four officers who vouched (every tenth account has one)."""
    return f"{nth % 40:032x}"


def lay_ground() -> None:
    """Units, procedures, operators: what every installation starts with."""
    units.load(DATA / "units_binh_dinh_2022.json")
    procedures.load(DATA / "procedures_education.json")
    operators.load_known()


def grow(until: int) -> None:
    """Accounts 0 … until-1, by COPY; every tenth was created by an officer of the unit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accounts_account")
        (have,) = cursor.fetchone()
        cursor.execute("SELECT id FROM units_unit WHERE code = %s", [UNIT])
        (unit_id,) = cursor.fetchone()
    for first in range(have, until, _CHUNK):
        with transaction.atomic(), unasked():
            _copy_chunk(first, min(first + _CHUNK, until), unit_id)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("CHECKPOINT")


def officers_with_cookies(count: int, first: int = 0, units: Sequence[str] = (UNIT,)) -> list[str]:
    """``count`` officers, of each unit in turn, signed in; the tokens of their cookies. ``first`` are there already."""
    tokens = []
    for nth in range(first, first + count):
        unit = units[nth % len(units)]
        account = Account.objects.get(pk=nth + 1)
        subject = identity.subject_of(account.public_id, settings.DESK_ID)
        officer = officers.register(
            subject=subject, full_name=PersonName.parse("Cán Bộ Đo"), phone=Phone.parse(f"0{700000000 + nth}")
        )
        posts.bootstrap(
            officer_id=officer.pk,
            unit_code=unit,
            powers=[Power.RECEIVE_DOSSIER, Power.OPEN_ACCOUNT],
            valid_from=date(2022, 1, 1),
            reason="đo tốc độ",
        )
        token, _ = sessions.begin(account, audience="OFFICER", device="do", device_words="đo", unit_code=unit)
        tokens.append(token)
    return tokens


@contextmanager
def unasked() -> Iterator[None]:
    """Foreign keys and triggers are not asked row by row: these rows are known to be whole."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield


def _copy_chunk(first: int, last: int, unit_id: int) -> None:
    people = [_row(nth) for nth in range(first, last)]
    _copy(
        "accounts_person (id, kind, full_name, name_words, folded_name, born_on, born_year_only, email)",
        (
            (n + 1, "CITIZEN", name, words, folded, "1990-02-01", False, "")
            for n, name, words, folded, _ in people
        ),
    )
    _copy(
        "accounts_identitydocument (id, person_id, kind, number_sealed, number_bi, last3, status, source, row_key)",
        (
            (
                n + 1,
                n + 1,
                "CCCD12",
                b"do",
                settings.KEYRING.fingerprint("citizen_number", number_of(n)),
                number_of(n)[-3:],
                "active",
                "OWNER",
                uuid.UUID(int=n),
            )
            for n, *_ in people
        ),
    )
    _copy(
        "accounts_account (id, public_id, person_id, status, origin, password, opened_at, vouched_by,"
        " vouching_unit_id, vouching_unit_code, under_review)",
        (_account(n, public_id, unit_id) for n, _, _, _, public_id in people),
    )
    _copy(
        "accounts_phonebinding (id, account_id, role, phone_sealed, phone_bi, phone_masked, status, operator,"
        " verdict, row_key)",
        (
            (
                n + 1,
                n + 1,
                "primary",
                b"do",
                settings.KEYRING.fingerprint("phone", phone_of(n)),
                "09*****000",
                "active",
                "Viettel",
                "MATCH",
                uuid.UUID(int=n),
            )
            for n, *_ in people
        ),
    )
    _copy(
        "accounts_pairwisesubject (id, account_id, audience, subject)",
        (
            (n + 1, n + 1, settings.DESK_ID, identity.subject_of(public_id, settings.DESK_ID))
            for n, _, _, _, public_id in people
        ),
    )
    with connection.cursor() as cursor:
        for table in ("person", "identitydocument", "account", "phonebinding", "pairwisesubject"):
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [f"accounts_{table}", last])


folded = lru_cache(maxsize=4096)(fold)


def _row(nth: int) -> tuple[int, str, list[str], str, uuid.UUID]:
    name = name_of(nth)
    plain = folded(name)
    # Random in the index as real ones are, the same in each run.
    public_id = uuid.UUID(bytes=hashlib.blake2b(nth.to_bytes(8, "big"), digest_size=16).digest(), version=4)
    return nth, name, plain.split(), plain, public_id


def _account(nth: int, public_id: uuid.UUID, unit_id: int) -> tuple[Any, ...]:
    opened = _START + timedelta(seconds=nth * 7)
    if nth % 10 == 0:
        return (
            nth + 1,
            public_id,
            nth + 1,
            "active",
            "ASSISTED",
            "x",
            opened,
            creator_of(nth),
            unit_id,
            UNIT,
            False,
        )
    return nth + 1, public_id, nth + 1, "active", "SELF", "x", opened, "", None, "", False


def _copy(target: str, rows: Iterator[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


@dataclass(frozen=True)
class Procedure:
    """What the visitors come for."""

    code: str
    process_id: int
    components: int


def a_procedure(papers: int = 5, levels: Sequence[str] = ("so",)) -> Procedure:
    """The first of the sample catalogue that takes so many papers and that units of these levels receive."""
    chosen = (
        Process.objects.select_related("procedure")
        .annotate(papers=Count("procedure__components"))
        .filter(procedure__levels__contains=list(levels), papers=papers)
        .order_by("procedure__code", "order")[0]
    )
    return Procedure(chosen.procedure.code, chosen.pk, papers)


def desks(levels: Sequence[str]) -> list[str]:
    """The codes of all units of these levels that receive dossiers."""
    kinds = [kind for kind, level in LEVEL_OF.items() if level in levels]
    return list(
        Unit.objects.filter(has_desk=True, kind__in=kinds).order_by("code").values_list("code", flat=True)
    )


def subject_of(nth: int) -> str:
    """By which the desk knows the nth account."""
    return identity.subject_of(Account.objects.get(pk=nth + 1).public_id, settings.DESK_ID)


def keep_signed_in() -> None:
    """Building the world takes longer than an officer may be away."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_session SET seen_at = clock_timestamp()")


def rest_budgets() -> None:
    """A new hour for every officer, between two runs."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM limits_bucket")


def durable() -> str:
    """What the server says about fsync, for the report."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('fsync'), current_setting('synchronous_commit'), version()")
        fsync, commit, version = cursor.fetchone()
    return (
        f"fsync={fsync} synchronous_commit={commit} {str(version).split(' on ')[0]}, {os.cpu_count()} cores"
    )
