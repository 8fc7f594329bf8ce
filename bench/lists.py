"""The office's list of assisted accounts, searched as officers search: common and rare, first page and later."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

from bench import world
from motcua.accounts import registers
from motcua.accounts.registers import Wanted
from motcua.kernel.authority import Authority
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.phone import Phone


@dataclass(frozen=True)
class Waits:
    """Milliseconds from call to rows, of one kind of search or of all."""

    kind: str
    median: float
    p95: float
    longest: float
    searches: int


def measure(viewer: Authority, accounts: int, rounds: int) -> list[Waits]:
    """Each kind of search ``rounds`` times with other values, first and next page; then all together."""
    waits: dict[str, list[float]] = {}
    for nth in range(rounds):
        dice = Random(nth)
        for kind, wanted in _searches(dice, accounts):
            page, taken = _timed(viewer, wanted, "")
            waits.setdefault(kind, []).append(taken)
            if page.next_after:
                waits.setdefault(f"{kind}, trang sau", []).append(_timed(viewer, wanted, page.next_after)[1])
    whole = [wait for some in waits.values() for wait in some]
    return [waits_of("tất cả", whole), *(waits_of(kind, some) for kind, some in waits.items())]


def filters(dice: Random) -> dict[str, str]:
    """The same over HTTP, as typed."""
    name, number = world.name_of(dice.randrange(10_000)), world.number_of(10 * dice.randrange(1_000))
    chosen = dice.choice(
        (
            {"full_name": name},
            {"full_name": name.split()[0]},
            {"number": number},
            {"since": "01/08/2022", "until": "31/08/2022"},
            {},
        )
    )
    return {
        "full_name": "",
        "phone": "",
        "number": "",
        "creator": "",
        "unit": "",
        "since": "",
        "until": "",
    } | chosen


def _searches(dice: Random, accounts: int) -> Iterator[tuple[str, Wanted]]:
    nth = 10 * dice.randrange(accounts // 10)  # every tenth was made by an officer
    name = world.name_of(nth)
    yield "không lọc", Wanted()
    yield "cũ nhất trước", Wanted(oldest_first=True)
    yield "họ (1 trong 14)", Wanted(name=name.split()[0])
    yield "họ tên (1 trong 2520)", Wanted(name=name)
    yield "tên không có", Wanted(name="Không Có Ai")
    yield "tên rất hiếm", Wanted(name=world.RARE)
    yield "số định danh", Wanted(number=CitizenId.parse(world.number_of(nth)))
    yield "số điện thoại", Wanted(phone=Phone.parse(world.phone_of(nth)))
    yield "cán bộ tạo", Wanted(creator_subjects=(world.creator_of(nth),))
    yield "cán bộ không tạo ai", Wanted(creator_subjects=("f" * 32,))
    yield "từ ngày đến ngày", Wanted(since=date(2022, 7, 21), until=date(2022, 7, 20 + dice.randrange(2, 11)))
    yield "họ và ngày", Wanted(name=name.split()[0], since=date(2022, 7, 21), until=date(2022, 7, 28))


def _timed(viewer: Authority, wanted: Wanted, after: str) -> tuple[registers.Page, float]:
    begun = time.perf_counter()
    page = registers.assisted_accounts(viewer, wanted, after=after)
    return page, 1000 * (time.perf_counter() - begun)


def waits_of(kind: str, waits: list[float]) -> Waits:
    ordered = sorted(waits)
    last = len(ordered) - 1
    return Waits(
        kind, ordered[last // 2], ordered[min(last, int(len(ordered) * 0.95))], ordered[-1], len(ordered)
    )
