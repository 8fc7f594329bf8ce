"""Providers that do as they are told, for the tests of failover: fail, stall, take and lose, deliver and tell."""

import itertools
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction

from motcua.kernel.phone import Phone
from motcua.outbox import delivery_news, health, rescuing, sending
from motcua.outbox.lines import Line
from motcua.outbox.models import Message
from motcua.outbox.ports import Heard, MaybeTaken, NumberRejected, OperatorBusy, Throttled

TO = Phone.parse("0900000001")
_ids = itertools.count()


@dataclass
class Provider:
    """``mode``: ok, dead, stalls (takes it and does not answer), silent (takes it and loses it), slower, refuses."""

    mode: str = "ok"
    calls: int = 0
    taken: list[str] = field(default_factory=list)
    on_the_phone: list[str] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)
    asked_late: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, *, to: Phone, text: str, reference: str) -> str:
        with self._lock:
            self.calls += 1
        self.asked_late += is_over(reference)
        if self.mode == "dead":
            raise OperatorBusy
        if self.mode == "slower":
            raise Throttled
        if self.mode == "refuses":
            raise NumberRejected
        with self._lock:
            self.taken.append(reference)
            if self.mode in ("ok", "stalls"):
                self.on_the_phone.append(reference)
                self.untold.append(reference)
        if self.mode == "stalls":
            raise MaybeTaken
        return f"r-{reference}"

    def tell(self, code: str, said: str = "DELIVERED") -> None:
        """News of everything that arrived since."""
        with self._lock:
            news, self.untold = self.untold, []
        for reference in news:
            note(code, reference, said)


def note(code: str, reference: str, said: str, *, event: str = "") -> bool:
    return delivery_news.note(code, Heard(event or f"e{next(_ids)}", f"r-{reference}", said, reference))


def is_over(reference: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT expires_at <= clock_timestamp() FROM outbox_message WHERE reference = %s", [reference]
        )
        row = cursor.fetchone()
    return bool(row and row[0])


@dataclass
class Two:
    """Two lines of equal weight that tell what became of a text, and the worker that has them."""

    first: Provider = field(default_factory=Provider)
    second: Provider = field(default_factory=Provider)
    repeatable: bool = True
    receipts: bool = True

    @property
    def lines(self) -> list[Line]:
        return [
            Line("mot", self.first, receipts=self.receipts, repeatable=self.repeatable, prices={"*": 300}),
            Line("hai", self.second, receipts=self.receipts, repeatable=self.repeatable, prices={"*": 500}),
        ]

    def work(self, *, limit: int = 50) -> int:
        """One round of the worker, and what the providers tell meanwhile."""
        done = sending.send_due(gateway=self.lines, limit=limit)
        self.first.tell("mot")
        self.second.tell("hai")
        return done + rescuing.rescue_due(lines=self.lines, limit=limit)

    def arrived(self, reference: object) -> int:
        """How many texts the phone has of it."""
        return [*self.first.on_the_phone, *self.second.on_the_phone].count(str(reference))


def code(key: str, *, lives: float = 120, unit: str = "") -> Message:
    with transaction.atomic():
        return sending.enqueue(
            to=TO,
            text="Ma OTP 012345",
            purpose="otp_register",
            dedupe_key=key,
            expires_at=datetime.now(UTC) + timedelta(seconds=lives),
            unit_code=unit,
        )


def notice(key: str, *, unit: str = "", text: str = "Tai khoan da mo.") -> Message:
    with transaction.atomic():
        return sending.enqueue(to=TO, text=text, purpose="account_opened", dedupe_key=key, unit_code=unit)


def let_pass(seconds: float) -> None:
    """The database's clock cannot be moved, so everything it compares with is."""
    moved = {
        "outbox_message": ("not_before", "expires_at", "lease_until", "sent_at"),
        "outbox_provider": ("next_try_at", "changed_at"),
        "outbox_handover": ("tried_at",),
    }
    with connection.cursor() as cursor:
        for table, columns in moved.items():
            changes = ", ".join(f"{one} = {one} - make_interval(secs => {seconds})" for one in columns)
            cursor.execute(f"UPDATE {table} SET {changes}")
        # A handover keeps when it was taken, by a rule; for a test time passes there too.
        cursor.execute("ALTER TABLE outbox_handover DISABLE TRIGGER outbox_handover_forward")
        cursor.execute(f"UPDATE outbox_handover SET taken_at = taken_at - make_interval(secs => {seconds})")
        cursor.execute("ALTER TABLE outbox_handover ENABLE TRIGGER outbox_handover_forward")


def standing(two: Two) -> dict[str, bool]:
    return {one.line.code: one.up for one in health.read(two.lines)}
