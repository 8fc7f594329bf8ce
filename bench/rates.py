"""Rates of single pieces of work: signatures, and codes sent through the service."""

import threading
import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.db import connection
from django.utils import timezone

from bench.bare import Statements
from bench.visits import Officers
from motcua.accounts import check, passcodes
from motcua.accounts.models.passcodes import Purpose
from motcua.accounts.sealed_data import mac
from motcua.desk import receipts
from motcua.kernel.phone import Phone


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
        )

    receipt, key = sign(0), settings.KEYRING.receipt_key.public_key()

    def verify(_: int) -> receipts.Receipt:
        return receipts.verify(
            receipt, audience=settings.DESK_ID, issuer=settings.PORTAL_ISSUER, public_key=key, now=now
        )

    return per_second(sign, times), per_second(verify, times)


def codes(times: int, clients: int = 8) -> float:
    """One-time codes a second by ``passcodes.send``: budgets, code, outbox and journal, each to another phone."""
    share = times // clients

    def send(nth: int) -> None:
        binding = passcodes.binding_for(
            Purpose.REGISTER,
            subject_bi=mac("bench", str(nth)),
            phone=Phone.parse(f"09{10_000_000 + nth:08d}"),
            session=mac("bench-session", str(nth)),
            payload=mac("bench-payload", str(nth)),
        )
        passcodes.send(
            binding=binding, phone=Phone.parse(f"09{10_000_000 + nth:08d}"), device=uuid.uuid4().hex
        )

    def work(first: int) -> None:
        for nth in range(first, first + share):
            send(nth)
        connection.close()

    threads = [threading.Thread(target=work, args=(share * nth,)) for nth in range(clients)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return share * clients / (time.perf_counter() - begun)


def statements(url: str, officers: Officers, times: int) -> float:
    """Account checks a second as plain psycopg statements on one connection, without any web server."""
    plain = Statements(url, settings.KEYRING, settings.DESK_ID)
    return per_second(
        lambda nth: plain.check(officers.tokens[nth % len(officers.tokens)], officers.number()), times
    )
