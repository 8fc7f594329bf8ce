"""Rates of single pieces of work: signatures, budgets counted, codes sent through the service."""

import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.utils import timezone

from bench.bare import Statements
from bench.paths import binding_of
from bench.visits import Officers
from motcua.accounts import check, passcodes
from motcua.desk import receipts
from motcua.kernel.phone import Phone
from motcua.limits import spending
from motcua.limits.quotas import Quota


def per_second(work: Callable[[int], object], times: int) -> float:
    begun = time.perf_counter()
    for nth in range(times):
        work(nth)
    return times / (time.perf_counter() - begun)


def signing(times: int) -> tuple[float, float]:
    """Receipts signed, and receipts verified, a second in one thread."""
    now = timezone.now()

    def sign(_: int) -> str:
        return check.sign_receipt(
            audience=settings.DESK_ID,
            subject="0" * 32,
            purpose="RECEPTION",
            standing=check.Standing.USABLE,
            now=now,
            key=settings.KEYRING.receipt_key,
        )

    receipt, key = sign(0), settings.KEYRING.receipt_key.public_key()

    def verify(_: int) -> receipts.Receipt:
        return receipts.verify(
            receipt, audience=settings.DESK_ID, issuer=settings.PORTAL_ISSUER, public_key=key, now=now
        )

    return per_second(sign, times), per_second(verify, times)


@dataclass(frozen=True)
class Rate:
    """Of a piece of work done by several threads at once."""

    per_second: float
    p95_ms: float


def codes(times: int) -> Rate:
    """One-time codes by ``passcodes.send``: budgets, code, outbox and journal, each to another phone."""

    def send(nth: int) -> None:
        phone = Phone.parse(f"09{10_000_000 + nth:08d}")
        binding = binding_of(f"rates-{nth}", phone)
        passcodes.send(binding=binding, phone=phone, device=uuid.uuid4().hex)

    return _at_once(send, times)


def counting(times: int) -> Rate:
    """The budgets of an account check, counted and committed, each officer's own."""
    return _at_once(lambda nth: spending.spend((Quota.CHECKS_BY_OFFICER, f"bench-{nth}")), times)


def _at_once(work: Callable[[int], object], times: int, clients: int = 8) -> Rate:
    """A thread's failure ends the bench: a rate of failures is none."""

    def share(first: int) -> list[float]:
        waits = []
        for nth in range(first, times, clients):
            begun = time.perf_counter()
            work(nth)
            waits.append(1000 * (time.perf_counter() - begun))
        connection.close()
        return waits

    begun = time.perf_counter()
    with ThreadPoolExecutor(clients) as threads:
        waits = sorted(wait for some in threads.map(share, range(clients)) for wait in some)
    took = time.perf_counter() - begun
    return Rate(len(waits) / took, waits[int(0.95 * (len(waits) - 1))])


def statements(url: str, officers: Officers, times: int) -> float:
    """Account checks a second as plain psycopg statements on one connection, without any web server."""
    plain = Statements(url, settings.KEYRING, settings.DESK_ID)
    return per_second(
        lambda nth: plain.check(officers.tokens[nth % len(officers.tokens)], officers.number()), times
    )
