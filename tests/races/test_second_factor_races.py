"""DP-24 when many try at once: one code opens once, one step opens one session, and a try is never free."""

import threading
from datetime import date
from typing import Any

import pyotp
import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from motcua.accounts import (
    authenticators,
    factor_resets,
    identity,
    recovery_codes,
    second_factor,
    second_step,
    sessions,
)
from motcua.accounts.models import Account, FactorReset, RecoveryCode, Session, SignIn
from motcua.accounts.second_factor import Answer
from motcua.kernel.authority import Authority, Power
from motcua.limits.spending import TooManyAttempts
from motcua.units import officers, posts
from motcua.units.models import Unit
from tests.accounts import people
from tests.races.together import together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
AT_ONCE = 50
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def officer(*powers: Power) -> tuple[Account, str]:
    person = people.data()
    account = people.account(person)
    subject = identity.subject_of(account.public_id, settings.DESK_ID)
    unit, _ = Unit.objects.get_or_create(
        code="so-mau",
        defaults={
            "name": "Sở Mẫu",
            "short_name": "Sở Mẫu",
            "kind": "SO",
            "has_desk": True,
            "dossier_prefix": "000.00.19.H08",
            "valid_from": date(2020, 1, 1),
        },
    )
    held = officers.register(subject=subject, full_name=person.full_name, phone=person.phone)
    posts.bootstrap(
        officer_id=held.pk,
        unit_code=unit.code,
        powers=powers or [Power.PROCESS],
        valid_from=date(2020, 1, 1),
        reason="thử",
    )
    return account, subject


def authority(*powers: Power) -> Authority:
    _, subject = officer(*powers)
    return posts.authority_of(subject, on=timezone.localdate())


def now_shown(steps: int = 0) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())::bigint")
        return pyotp.TOTP(SECRET).at(cursor.fetchone()[0], counter_offset=steps)


def with_app() -> Account:
    account, _ = officer()
    second_factor.enrol_app(account, secret=SECRET, code=now_shown(-1))
    return account


def test_one_code_of_the_app_sent_fifty_times_opens_once() -> None:
    account = with_app()
    code = now_shown()
    outcomes = together([lambda: authenticators.accepts(account, code)] * AT_ONCE)
    assert sum(bool(outcome.value) for outcome in outcomes) == 1


def test_control_reading_before_writing_opens_many_times() -> None:
    """Seen red: without the condition in the UPDATE one code opens for everybody who read before it was written."""
    account = with_app()
    code = now_shown()
    row = account.authenticators.get()
    read = threading.Barrier(10)

    def careless() -> bool:
        before = type(row).objects.get(pk=row.pk).last_step
        step = authenticators._step_of(SECRET, code)
        read.wait(timeout=30)
        if step is None or step <= before:
            return False
        type(row).objects.filter(pk=row.pk).exclude(last_step=step).update(last_step=step)
        return True

    outcomes = together([careless] * 10)
    assert sum(bool(outcome.value) for outcome in outcomes) == 10


def test_one_recovery_code_sent_fifty_times_opens_once() -> None:
    account, _ = officer()
    code = recovery_codes.renew(account)[0]
    outcomes = together([lambda: recovery_codes.use(account, code)] * AT_ONCE)
    assert sum(bool(outcome.value) for outcome in outcomes) == 1


def test_ten_sets_of_codes_made_at_once_leave_ten_codes() -> None:
    account, _ = officer()
    together([lambda: recovery_codes.renew(account)] * 10)
    live = RecoveryCode.objects.filter(account=account, used_at__isnull=True, voided_at__isnull=True)
    assert live.count() == recovery_codes.HOW_MANY


def test_one_step_opens_one_session_whatever_is_proved_in_it() -> None:
    """Two right answers to one step, each good by itself."""
    account = with_app()
    codes = recovery_codes.renew(account)
    half = second_step.begin(account, device="may", device_words="Chrome")
    step = second_step.step_of(half.token, "may")
    answers = [Answer("RECOVERY", code) for code in codes[:4]]

    def finish(answer: Answer) -> Any:
        return second_step.finish(step, answer, device="may", device_words="Chrome")

    outcomes = together([lambda one=answer: finish(one) for answer in answers])

    assert sum(outcome.went_well for outcome in outcomes) == 1
    assert Session.objects.filter(account=account).count() == 1


def test_of_a_hundred_wrong_codes_at_once_five_are_compared() -> None:
    account = with_app()
    half = second_step.begin(account, device="may", device_words="Chrome")
    step = second_step.step_of(half.token, "may")

    def guess() -> Any:
        return second_step.finish(step, Answer("TOTP", "000000"), device="may", device_words="Chrome")

    outcomes = together([guess] * 100)

    refused = [outcome.refusal for outcome in outcomes]
    assert sum(isinstance(no, TooManyAttempts) for no in refused) == 95
    assert SignIn.objects.filter(account=account, result="WRONG").count() == 5


def test_a_reset_is_decided_once_and_its_code_opens_once() -> None:
    account, subject = officer()
    second_factor.enrol_app(account, secret=SECRET, code=now_shown(-1))
    first, *others = [authority(Power.GRANT) for _ in range(6)]
    today = timezone.localdate()
    reset = factor_resets.ask(authority=first, subject=subject, reason="Mất điện thoại, đã gặp.", on=today)

    decided = together(
        [
            lambda by=one: factor_resets.approve(authority=by, public_id=reset.public_id, on=today)
            for one in others
        ]
    )
    assert sum(outcome.went_well for outcome in decided) == 1

    factor_resets.send_code(account)
    code = people.newest_text("factor_reset_code").split(": ", 1)[1][:9]
    steps = [second_step.begin(account, device="may", device_words="x").token for _ in range(4)]

    def use(token: str) -> None:
        step = second_step.step_of(token, "may")
        second_step.take_reset_code(step, code, device="may", device_words="x")

    outcomes = together([lambda one=token: use(one) for token in steps])
    assert sum(outcome.went_well for outcome in outcomes) == 1
    assert FactorReset.objects.get().used_at is not None


def test_asking_twice_at_once_asks_once() -> None:
    _, subject = officer()
    askers = [authority(Power.GRANT) for _ in range(5)]
    today = timezone.localdate()
    outcomes = together(
        [
            lambda by=one: factor_resets.ask(
                authority=by, subject=subject, reason="Mất điện thoại, đã gặp.", on=today
            )
            for one in askers
        ]
    )
    assert sum(outcome.went_well for outcome in outcomes) == 1
    assert FactorReset.objects.count() == 1


def test_two_removals_at_once_leave_one_factor() -> None:
    account = with_app()
    token, session = sessions.begin(
        account, audience="OFFICER", device="may", device_words="x", factor="TOTP"
    )
    assert token
    for nth in (1, 2):
        account.passkeys.create(credential_id=bytes([nth]) * 16, credential=b"c", sign_count=0)
    keys = list(account.passkeys.all())

    outcomes = together(
        [
            lambda which=which: second_factor.remove(account, passkey=which, keep_session=session.pk)
            for which in (None, keys[0].public_id, keys[1].public_id)
        ]
    )
    assert sum(outcome.went_well for outcome in outcomes) == 2
    held = second_factor.held(account)
    assert held.app + len(held.passkeys) == 1
