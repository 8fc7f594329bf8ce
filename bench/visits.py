"""What officers do at the counter, as requests: one account check, or a whole visit that ends in a dossier."""

import secrets
import string
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from random import Random

from bench import world
from bench.load import Answer, Connection, Job
from bench.world import Procedure

CHECK = "/mot-cua/tiep-nhan/"
FIRST = "kiểm tra"
CHOICE = "chọn thủ tục"
RECEPTION = "tiếp nhận"
_BOUNDARY = "do-toc-do-0123456789"


@dataclass
class Officers:
    """Signed-in officers who take turns, so that nobody's budget (L14) runs out."""

    tokens: list[str]
    accounts: int
    #: How many of the first accounts are officers' own, whichever of them work here.
    staff: int = 0
    csrf: str = "".join(secrets.choice(string.ascii_letters) for _ in range(32))
    asked: "count[int]" = field(default_factory=count)

    def cookies(self, nth: int) -> str:
        token = self.tokens[nth % len(self.tokens)]
        return f"__Host-phien={token}; __Host-csrf={self.csrf}; __Host-thiet-bi=may-o-quay-so-1-do-toc-do"

    def number(self) -> str:
        """Of an account that is not an officer's own; a different one each time, in no order."""
        return world.number_of(self.staff + next(self.asked) * 7919 % (self.accounts - self.staff))

    def joined_by(self, tokens: list[str]) -> "Officers":
        """Colleagues who take turns among themselves; whom they serve is nobody's colleague."""
        self.staff += len(tokens)
        return Officers(tokens, self.accounts, self.staff, asked=self.asked)

    def check(self, connection: Connection, nth: int) -> Answer:
        fields = {"csrfmiddlewaretoken": self.csrf, "number": self.number(), "card_qr": ""}
        return connection.post(CHECK, fields, self.cookies(nth))

    def checking(self) -> Job:
        return lambda connection, nth: self.check(connection, nth).status == 302

    def bare_checking(self) -> Job:
        def job(connection: Connection, nth: int) -> bool:
            fields = {"csrfmiddlewaretoken": self.csrf, "number": self.number(), "card_qr": ""}
            return connection.post("/check", fields, self.cookies(nth)).status == 302

        return job


Step = tuple[str, Job]


def visit(officers: Officers, procedure: Procedure) -> list[Step]:
    """The steps of a visit in order. Step by step over all visitors, so that each step's cost is its own."""
    at: dict[int, str] = {}

    def follow(nth: int, answer: Answer) -> bool:
        at[nth] = answer.headers.get("location", "")
        return answer.status == 302 and bool(at[nth])

    def get(connection: Connection, nth: int) -> bool:
        return connection.get(at[nth], officers.cookies(nth)).status == 200

    def choose(connection: Connection, nth: int) -> bool:
        fields = {
            "csrfmiddlewaretoken": officers.csrf,
            "procedure": procedure.code,
            "process": str(procedure.process_id),
        }
        return follow(nth, connection.post(at[nth], fields, officers.cookies(nth)))

    def receive(connection: Connection, nth: int) -> bool:
        body, kind = _multipart(_reception(officers.csrf, procedure))
        return follow(nth, connection.send("POST", at[nth], officers.cookies(nth), body, kind))

    return [
        (FIRST, lambda connection, nth: follow(nth, officers.check(connection, nth))),
        ("xem kết quả", get),
        (CHOICE, choose),
        ("mở phiếu", get),
        (RECEPTION, receive),
        ("xem hồ sơ", get),
    ]


def _reception(csrf: str, procedure: Procedure) -> dict[str, str]:
    fields = {
        "csrfmiddlewaretoken": csrf,
        "key": str(uuid.uuid4()),
        "result_wanted": "AT_DESK",
        "phone": "0900000001",
        "note": "đo tốc độ",
    }
    for nth in range(1, procedure.components + 1):
        fields |= {
            f"how_{nth}": "PAPER",
            f"originals_{nth}": "1",
            f"certified_{nth}": "0",
            f"copies_{nth}": "1",
        }
        fields |= {f"kept_{nth}": ""}
    return fields


def _multipart(fields: dict[str, str]) -> tuple[bytes, str]:
    parts = [
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    return ("".join(parts) + f"--{_BOUNDARY}--\r\n").encode(), f"multipart/form-data; boundary={_BOUNDARY}"


def searching(officers: Officers, filters: Callable[[Random], dict[str, str]]) -> Job:
    """One search in the office's list: sent, then its first page read."""

    def job(connection: Connection, nth: int) -> bool:
        cookies = officers.cookies(nth)
        fields = {"csrfmiddlewaretoken": officers.csrf, **filters(Random(nth))}
        answer = connection.post("/quan-tri/tai-khoan-cong-dan/", fields, cookies)
        return answer.status == 302 and connection.get(answer.headers["location"], cookies).status == 200

    return job
