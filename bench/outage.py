"""What people notice of a neighbour that is sick: nothing, but where it is asked.

V-19: 20 registrations a second ask an operator that stalls, fails, drips, talks nonsense or answers about somebody
else, while officers check 50 accounts a second; first with the operator well, for comparison. No officer may wait
longer than a fifth more, no transaction may lie open over a question, and nobody's phone may count as theirs.
V-17: citizens sign in while texts to a dead gateway pile up; first with the gateway well. Both over HTTP to the real
web process; the texts leave by the real worker. How often one may ask is not the subject: budgets begin anew.
"""

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import connection
from django.utils import timezone

from bench import fixed_rate, neighbours, world
from bench.fixed_rate import Heard, Job, Stream, Wrong
from bench.ground import Ground
from bench.load import Connection
from bench.neighbours import Neighbour
from bench.report import Aim, Figure
from bench.visits import Officers
from motcua.accounts import founding, hashing, opening, passcodes
from motcua.accounts.models import Account, IdentityDocument, Registration
from motcua.accounts.sealed_data import PersonData
from motcua.kernel.birth_date import BirthDate
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.person_name import PersonName
from motcua.kernel.phone import Phone
from motcua.outbox import sending
from motcua.outbox.models import Message

CHECKS: Final = 50
REGISTRATIONS: Final = 20
_SIGN_INS: Final = 2
#: 1,000 codes and 300 notices in ten minutes.
_TEXTS: Final = 1300 / 600
_PEOPLE: Final = 100
_WARM_UP: Final = 5.0
#: The part of the time in which the neighbour is well, for comparison.
_BEFORE: Final = 0.25
_OPEN_TOO_LONG: Final = """
    SELECT count(*) FROM pg_stat_activity
    WHERE state = 'idle in transaction' AND clock_timestamp() - state_change > interval '1 second'
"""


def figures(place: Ground, officers: Officers, minutes: float) -> list[Figure]:
    """Both parts, each so many minutes long with the neighbour sick."""
    return [*_operator(place, officers, minutes), *_texts(place, minutes)]


def _operator(place: Ground, officers: Officers, minutes: float) -> list[Figure]:
    before, sick = max(_WARM_UP, 60 * minutes * _BEFORE), 60 * minutes
    with neighbours.beside() as operator:
        told = {"OPERATORS_URL": operator.url}
        with place.web(told) as (port, pid), _budgets_rest(), _transactions_watched() as open_ones:
            watched = ([pid], place.database_pids)
            found = []
            for seconds, modes in ((before, [neighbours.WELL]), (sick, list(neighbours.SICK))):
                streams = [
                    Stream(CHECKS, 16, _checking(officers)),
                    Stream(REGISTRATIONS, 80, _asking_the_operator(int(REGISTRATIONS * (seconds + _WARM_UP)) + 1)),
                ]  # fmt: skip
                world.keep_signed_in()
                heard = Heard(_WARM_UP)
                with _changing(operator, modes, (seconds + _WARM_UP) / len(modes)):
                    fixed_rate.ask(heard, streams, port, seconds + _WARM_UP, watched)
                found.append(heard)
                matched = Registration.objects.exclude(state__in=["TYPED", "PHONE_PROVED"]).count()
                Registration.objects.all().delete()
    well, ill = found
    longer, asked = ill.p95_ms("check") / well.p95_ms("check"), ill.p95_ms("registration")
    return [
        Figure("operator well, check: p95", well.p95_ms("check"), "ms"),
        Figure("operator sick, check: p95", ill.p95_ms("check"), "ms", None, ill.many("check")),
        Figure("operator sick, check: p95 over well", longer, "×", Aim(1.2)),
        Figure("operator sick, registration: p95", asked, "ms", Aim(3500), ill.many("registration")),
        Figure("operator sick: phones that counted as somebody's", matched, "", Aim(0)),
        Figure("operator sick: transactions open over a second", open_ones.seen, "", Aim(0)),
        _wrong("operator", well, ill),
    ]  # fmt: skip


def _texts(place: Ground, minutes: float) -> list[Figure]:
    before, dead = max(_WARM_UP, 60 * minutes * _BEFORE), 60 * minutes
    people = _people_with_passwords()
    with neighbours.beside() as gateway:
        told = {"SMS_URL": gateway.url, "SMS_QUIET_HOURS": "off"}
        with place.web(told) as (port, pid), place.worker(told), _budgets_rest():
            found = []
            for seconds, mode in ((before, neighbours.WELL), (dead, neighbours.DEAD)):
                streams = [Stream(_SIGN_INS, 8, _signing_in(people)), Stream(_TEXTS, 2, _text)]
                heard = Heard(_WARM_UP)
                with _changing(gateway, [mode], seconds):
                    fixed_rate.ask(heard, streams, port, seconds + _WARM_UP, ([pid], place.database_pids))
                found.append(heard)
            waiting = Message.objects.exclude(state__in=["SENT", "DELIVERED"]).count()
    well, ill = found
    left = f"{ill.many('sign-in')}, {waiting:,} texts waiting or lapsed"
    longer = ill.p95_ms("sign-in") / well.p95_ms("sign-in")
    return [
        Figure("gateway well, sign-in: p95", well.p95_ms("sign-in"), "ms", None, well.many("sign-in")),
        Figure("gateway dead, sign-in: p95", ill.p95_ms("sign-in"), "ms", None, left),
        Figure("gateway dead, sign-in: p95 over well", longer, "×", Aim(1.1)),
        _wrong("gateway", well, ill),
    ]  # fmt: skip


def _wrong(neighbour: str, *heard: Heard) -> Figure:
    wrong = sum((one.wrong for one in heard[1:]), heard[0].wrong)
    why = ", ".join(f"{what} {times}" for what, times in wrong.most_common()) or "none"
    return Figure(f"{neighbour}: answers that were wrong", wrong.total(), "", Aim(0), why)


def _checking(officers: Officers) -> Job:
    def check(line: Connection, nth: int) -> list[tuple[str, float]]:
        begun = time.perf_counter()
        answer = officers.check(line, nth)
        if answer.status != 302:
            raise Wrong(f"check: {answer.status}")
        return [("check", time.perf_counter() - begun)]

    return check


def _asking_the_operator(many: int) -> Job:
    """Registrations whose phones are proved press “Thử lại”, each once; UNKNOWN is a page, an answer leads on."""
    waiting = _registrations(many)
    csrf = Officers([], 0).csrf

    def ask(line: Connection, nth: int) -> list[tuple[str, float]]:
        address, device = waiting[nth]
        begun = time.perf_counter()
        cookies = f"__Host-csrf={csrf}; __Host-thiet-bi={device}; __Host-dang-ky={device}"
        answer = line.post(address, {"csrfmiddlewaretoken": csrf}, cookies)
        if answer.status not in {200, 302}:
            raise Wrong(f"registration: {answer.status}")
        return [("registration", time.perf_counter() - begun)]

    return ask


def _registrations(many: int) -> list[tuple[str, str]]:
    """Addresses at which the operator is asked, and the browser each belongs to."""
    made = []
    for nth in range(many):
        if nth % 500 == 0:
            world.rest_budgets()
        device = uuid.uuid4().hex
        # Few of each block of numbers: many new phones of one block are pumping (L9).
        data = _person(100_000 + nth, f"09{14_000_000 + nth // 15 * 1000 + nth % 15:08d}")
        registration = opening.begin(data=data, browser=device, from_desk=False, return_to="")
        opening.send_code(registration, device=device)
        opening.confirm_code(registration, code=_newest_code())
        made.append((f"/dang-ky/{registration.public_id}/nha-mang/", device))
    return made


def _newest_code() -> str:
    message = Message.objects.filter(purpose="otp_register").latest("id")
    text = str(settings.KEYRING.open("outbox.body", str(message.reference), message.body_sealed or b""))
    return text.split(": ", 1)[1][: passcodes.DIGITS]


def _person(nth: int, phone: str) -> PersonData:
    return PersonData(
        citizen_id=CitizenId.parse(f"052090{nth:06d}"),
        full_name=PersonName.parse("Nguyễn Văn Mẫu"),
        born_on=BirthDate.parse("01/02/1990"),
        phone=Phone.parse(phone),
    )


@dataclass(frozen=True)
class _SignsIn:
    number: str
    device: str
    address: str


_PASSWORD: Final = "Do.Toc-Do.Giay-To-7"


def _people_with_passwords() -> list[_SignsIn]:
    hashed = hashing.hashed(_PASSWORD)
    people = []
    for nth in range(_PEOPLE):
        person = _person(nth, f"0913{nth:06d}")
        founding.found(
            data=person, origin=Account.Origin.SELF, source=IdentityDocument.Source.OWNER, password=hashed,
            verdict="MATCH", operator="Viettel",
        )  # fmt: skip
        people.append(
            _SignsIn(person.citizen_id.value, uuid.uuid4().hex, f"10.0.{nth // 250}.{nth % 250 + 1}")
        )
    return people


def _signing_in(people: list[_SignsIn]) -> Job:
    csrf = Officers([], 0).csrf

    def sign_in(line: Connection, nth: int) -> list[tuple[str, float]]:
        who = people[nth % len(people)]
        fields = {"csrfmiddlewaretoken": csrf, "number": who.number, "password": _PASSWORD, "tiep": ""}
        begun = time.perf_counter()
        line.address = who.address
        answer = line.post("/dang-nhap/", fields, f"__Host-csrf={csrf}; __Host-thiet-bi={who.device}")
        if answer.status != 302:
            raise Wrong(f"sign-in: {answer.status}")
        return [("sign-in", time.perf_counter() - begun)]

    return sign_in


def _text(_: Connection, nth: int) -> list[tuple[str, float]]:
    begun = time.perf_counter()
    sending.enqueue(
        to=Phone.parse(f"09{15_000_000 + nth % 1000:08d}"),
        text="Mot cua: tin do toc do",
        purpose="otp_register" if nth % 13 < 10 else "account_opened",
        dedupe_key=f"bench-outage:{uuid.uuid4()}",
        expires_at=timezone.now() + timedelta(seconds=120 if nth % 13 < 10 else 86_400),
    )
    return [("text", time.perf_counter() - begun)]


@contextmanager
def _changing(neighbour: Neighbour, modes: list[str], seconds: float) -> Iterator[None]:
    """One mode after the other, each so many seconds; well again afterwards."""
    over = threading.Event()

    def change() -> None:
        for mode in modes:
            neighbour.mode = mode
            if over.wait(seconds):
                return

    changing = threading.Thread(target=change)
    changing.start()
    try:
        yield
    finally:
        over.set()
        changing.join()
        neighbour.mode = neighbours.WELL


@contextmanager
def _budgets_rest() -> Iterator[None]:
    with _again_and_again(world.rest_budgets, 10.0):
        yield


@dataclass
class _OpenOnes:
    seen: int = 0
    guard: threading.Lock = field(default_factory=threading.Lock)

    def look(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_OPEN_TOO_LONG)
            self.seen += cursor.fetchone()[0]


@contextmanager
def _transactions_watched() -> Iterator[_OpenOnes]:
    found = _OpenOnes()
    with _again_and_again(found.look, 0.25):
        yield found


@contextmanager
def _again_and_again(work: Callable[[], object], pause: float) -> Iterator[None]:
    over = threading.Event()
    failures: list[Exception] = []

    def go_on() -> None:
        try:
            while not over.wait(pause):
                work()
        except Exception as failure:
            failures.append(failure)
        finally:
            connection.close()

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
    if failures:
        raise RuntimeError("what went on beside the bench broke off") from failures[0]
