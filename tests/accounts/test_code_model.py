"""Codes against a model of what a code is good for: V-04, V-05, V-06."""

import itertools
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from motcua.accounts import passcodes
from motcua.accounts.models import Passcode
from motcua.accounts.models.passcodes import Purpose
from motcua.accounts.passcodes import Binding
from motcua.accounts.sealed_data import mac, phone_fingerprint
from motcua.kernel.phone import Phone
from tests.accounts import flow, people
from tests.evidence import figure

pytestmark = pytest.mark.django_db
STEPS = int(os.environ.get("CODE_MODEL_STEPS", "2000"))
_A_RUN = 50
_worlds = itertools.count(1)
_steps = itertools.count(1)
PHONES = [Phone.parse("0913000001"), Phone.parse("0913000002")]


def pass_time(seconds: float) -> None:
    """All codes are older now; the rows' own rules forbid it, so they sleep meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE accounts_passcode SET created_at = created_at - %s, expires_at = expires_at - %s"
            " WHERE expires_at > clock_timestamp() - interval '10 minutes'",
            [timedelta(seconds=seconds)] * 2,
        )
        cursor.execute("SET session_replication_role = origin")


def send(binding: Binding, phone: Phone) -> str:
    flow.forget_budgets()
    passcodes.send(binding=binding, phone=phone, device="x")
    return people.newest_code(f"otp_{binding.purpose.value.lower()}")


def accepts(binding: Binding, code: str) -> bool:
    try:
        passcodes.verify(binding=binding, code=code)
    except passcodes.CodeRefused:
        return False
    return True


def a_binding(world: str, purpose: Purpose, person: int, phone: int, session: int) -> Binding:
    return Binding(
        purpose,
        mac("test-subject", world, str(person)),
        phone_fingerprint(PHONES[phone]),
        mac("test-session", world, str(session)),
        mac("test-payload", world, str(person)),
    )


@dataclass
class Sent:
    """What the model knows of one code."""

    slot: tuple[Purpose, int, int, int]
    code: str
    age: int = 0
    tries: int = 0
    dead: bool = False  # used or superseded


slots = st.tuples(st.sampled_from(list(Purpose)[:3]), st.integers(0, 1), st.integers(0, 1), st.integers(0, 1))


class Codes(RuleBasedStateMachine):
    """Two people, two phones, two sessions, three purposes: every code may be tried everywhere."""

    def __init__(self) -> None:
        super().__init__()
        self.world = str(next(_worlds))
        self.sent: list[Sent] = []

    @rule(slot=slots)
    def send(self, slot: tuple[Purpose, int, int, int]) -> None:
        next(_steps)
        code = send(a_binding(self.world, *slot), PHONES[slot[2]])
        for earlier in self.sent:
            if earlier.slot[:3] == slot[:3]:
                earlier.dead = True
        self.sent.append(Sent(slot, code))

    @rule()
    def send_again(self) -> None:
        if self.sent:
            self.send(self.sent[-1].slot)

    @rule(moments=st.integers(1, 2))
    def wait(self, moments: int) -> None:
        next(_steps)
        pass_time(50 * moments)
        for each in self.sent:
            each.age += 50 * moments

    @rule(back=st.integers(0, 3))
    def type_where_it_was_asked_for(self, back: int) -> None:
        """The newest code of a session, or an older one."""
        if len(self.sent) > back:
            self._try(self.sent[-1 - back].slot, self.sent[-1 - back].code)

    @rule(slot=slots, back=st.integers(0, 3))
    def type_elsewhere(self, slot: tuple[Purpose, int, int, int], back: int) -> None:
        """Under another purpose, person, phone or session."""
        if len(self.sent) > back:
            self._try(slot, self.sent[-1 - back].code)

    @rule(changed=st.integers(0, 3))
    def type_with_one_thing_changed(self, changed: int) -> None:
        if self.sent:
            slot = list(self.sent[-1].slot)
            others = list(Purpose)[:3]
            slot[changed] = (
                others[(others.index(slot[0]) + 1) % 3] if changed == 0 else 1 - int(slot[changed])
            )
            self._try((slot[0], slot[1], slot[2], slot[3]), self.sent[-1].code)

    @rule(slot=slots, code=st.integers(0, 999_999))
    def guess(self, slot: tuple[Purpose, int, int, int], code: int) -> None:
        self._try(slot, f"{code:06d}")

    def _try(self, slot: tuple[Purpose, int, int, int], code: str) -> None:
        next(_steps)
        flow.forget_budgets()
        expected = self._expected(slot, code)
        assert accepts(a_binding(self.world, *slot), code) == expected, (slot, expected)

    def _expected(self, slot: tuple[Purpose, int, int, int], code: str) -> bool:
        newest = next((s for s in reversed(self.sent) if (s.slot[0], s.slot[3]) == (slot[0], slot[3])), None)
        if newest is None or newest.slot != slot:
            return False
        if newest.dead or newest.age >= 120 or newest.tries >= 5:
            return False
        newest.tries += 1
        if newest.code != code:
            return False
        newest.dead = True
        return True


@pytest.mark.django_db(transaction=True)
def test_v04_no_code_is_accepted_where_the_model_says_no() -> None:
    examples = max(1, STEPS // 20)  # a run ends early as often as not
    run_state_machine_as_test(
        Codes,
        settings=settings(
            max_examples=examples,
            stateful_step_count=_A_RUN,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    done = next(_steps) - 1
    figure(
        "V-04", "steps that agreed with the model", n=done, measured=0, limit=0, passed=done >= 0.8 * STEPS
    )


@pytest.mark.django_db(transaction=True)
def test_v05_no_code_of_one_purpose_is_accepted_for_another() -> None:
    accepted = tried = 0
    for nth in range(20):
        first = a_binding(f"v05-{nth}", Purpose.REGISTER, 0, 0, 0)
        bindings = [replace(first, purpose=purpose) for purpose in Purpose]
        codes = {binding.purpose: send(binding, PHONES[0]) for binding in bindings}
        flow.forget_budgets()
        for binding in bindings:
            for purpose, code in codes.items():
                if purpose != binding.purpose and code != codes[binding.purpose]:
                    tried += 1
                    accepted += accepts(binding, code)
    figure(
        "V-05", "codes accepted for another purpose", n=tried, measured=accepted, limit=0, passed=not accepted
    )
    assert tried >= 590


def test_v05_the_matrix_would_notice_a_code_that_fits() -> None:
    """Control: on the diagonal every code is accepted."""
    for purpose in Purpose:
        binding = a_binding("v05-control", purpose, 0, 0, 0)
        assert accepts(binding, send(binding, PHONES[0]))


@pytest.fixture(params=[-300, -30, 0, 30, 300])
def app_clock(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """This node's clock is wrong by so many seconds; the database's is right."""
    off, right, ticking = int(request.param), timezone.now, time.time
    monkeypatch.setattr(timezone, "now", lambda: right() + timedelta(seconds=off))
    monkeypatch.setattr(time, "time", lambda: ticking() + off)
    yield off


@pytest.mark.parametrize(("age", "good"), [(119.5, True), (120.5, False)])
def test_v06_the_database_clock_alone_ends_a_code(app_clock: int, age: float, good: bool) -> None:
    results = []
    for nth in range(4):
        binding = a_binding(f"v06-{app_clock}-{nth}", Purpose.RESET, 0, 0, 0)
        code = send(binding, PHONES[0])
        row = Passcode.objects.latest("id")
        _make_old(row, age)
        results.append(accepts(binding, code))
    figure(
        "V-06",
        f"accepted at {age} s, clock of the node off by {app_clock} s",
        n=len(results),
        measured=sum(results),
        limit=len(results) if good else 0,
        passed=results == [good] * len(results),
    )


def _make_old(row: Passcode, age: float) -> None:
    """Exactly so old at this moment, whatever time the test itself took; half a second before the edge remains."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE accounts_passcode SET created_at = statement_timestamp() - make_interval(secs => %s),"
            " expires_at = statement_timestamp() - make_interval(secs => %s) WHERE id = %s",
            [age, age - 120, row.pk],
        )
        cursor.execute("SET session_replication_role = origin")
