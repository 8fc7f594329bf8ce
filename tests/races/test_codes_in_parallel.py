"""One code, many hands: V-01, V-02."""

import hmac
from functools import partial

import pytest
from django.db.models import F

from motcua.accounts import opening, passcodes
from motcua.accounts.models import Passcode, Registration
from motcua.journal.models import Event
from tests.accounts import flow, people
from tests.evidence import figure
from tests.races.together import together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
RUNS = 3
GUESSES = 100


def asked() -> tuple[Registration, str, str]:
    """A registration that waits for its code, the code, and another one."""
    registration = people.registration(people.data())
    flow.forget_budgets()
    opening.send_code(registration, device="x")
    code = people.newest_code()
    return registration, code, f"{(int(code) + 1) % 10**6:06d}"


def compared(passcode: Passcode) -> int:
    """How many guesses reached the comparison: each leaves a line, right or wrong."""
    return Event.objects.filter(
        subject=f"passcode:{passcode.pk}",
        event__in=["accounts.passcode.refused", "accounts.passcode.accepted"],
    ).count()


def test_of_a_hundred_wrong_guesses_at_once_five_are_compared() -> None:
    most = 0
    for _ in range(RUNS):
        registration, _, wrong = asked()
        passcode = Passcode.objects.latest("id")
        outcomes = together([partial(opening.confirm_code, registration, code=wrong)] * GUESSES)

        passcode.refresh_from_db()
        assert not any(outcome.went_well for outcome in outcomes)
        assert passcode.attempts == 5
        most = max(most, compared(passcode))
    figure("V-01", "wrong guesses compared", n=RUNS * GUESSES, measured=most, limit=5, passed=most <= 5)


def test_one_right_code_used_a_hundred_times_at_once_succeeds_once() -> None:
    successes = []
    for _ in range(RUNS):
        registration, code, _ = asked()
        outcomes = together([partial(opening.confirm_code, registration, code=code)] * GUESSES)
        successes.append(sum(outcome.went_well for outcome in outcomes))
        assert Registration.objects.get(pk=registration.pk).state == "PHONE_PROVED"
    figure(
        "V-02",
        "successes of one right code, most and least",
        n=RUNS * GUESSES,
        measured=f"{min(successes)}..{max(successes)}",
        limit=1,
        passed=set(successes) == {1},
    )


def read_then_write(pk: int, digest: bytes) -> tuple[bool, bool]:
    """How it must not be done: look, compare, then write. Answers (compared, accepted)."""
    row = Passcode.objects.get(pk=pk)
    if row.attempts >= 5 or row.consumed_at is not None:
        return False, False
    right = hmac.compare_digest(bytes(row.code_mac), digest)
    Passcode.objects.filter(pk=pk, attempts__lt=5).update(attempts=F("attempts") + 1)
    return True, right


def test_control_reading_before_writing_lets_guessers_pass_together() -> None:
    asked()
    passcode = Passcode.objects.latest("id")
    outcomes = together([lambda: read_then_write(passcode.pk, b"x" * 32)] * GUESSES)
    assert sum(outcome.value[0] for outcome in outcomes) > 5


def test_control_reading_before_writing_accepts_one_code_many_times() -> None:
    asked()
    passcode = Passcode.objects.latest("id")
    right = bytes(passcode.code_mac)
    outcomes = together([lambda: read_then_write(passcode.pk, right)] * GUESSES)
    assert sum(outcome.value[1] for outcome in outcomes) > 1


def test_two_sends_at_once_leave_one_live_code() -> None:
    registration = people.registration(people.data())

    def send() -> Passcode:
        return passcodes.send(
            binding=opening._binding(registration), phone=opening.data_of(registration).phone, device="x"
        )

    outcomes = together([send] * 20)
    assert sum(outcome.went_well for outcome in outcomes) == 1  # 30 seconds between two codes
    assert Passcode.objects.filter(superseded_at__isnull=True, consumed_at__isnull=True).count() == 1
