"""V-07, V-39: nobody makes the system text without end; and where nothing can be counted, nothing is sent."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection

from motcua.accounts import opening, recovery
from motcua.kernel.phone import InvalidPhone, Phone
from motcua.limits.spending import CountingUnavailable, TooManyAttempts
from motcua.outbox.models import Message
from tests.accounts import people
from tests.evidence import figure
from tests.web_public.visiting import Browser, citizen, text_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(900)]

#: 10,000 requests with EVIDENCE_DIR; a twentieth of them otherwise.
SHARE = 1 if os.environ.get("EVIDENCE_DIR") else 20


def let_pass(by: timedelta) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE limits_bucket SET window_ends_at = window_ends_at - make_interval(secs => %s)",
            [by.total_seconds()],
        )


def ask(phone: str, nth: int) -> bool:
    """One registration in a browser and from an address of its own, as far as the code."""
    device = str(uuid.uuid4())
    registration = opening.begin(data=people.data(phone=phone), browser=device, from_desk=False, return_to="")
    try:
        opening.send_code(registration, device=device, address=f"203.0.{nth % 500 // 250}.{nth % 250 + 1}")
    except TooManyAttempts:
        return False
    return True


def texts() -> int:
    return Message.objects.filter(kind="OTP").exclude(purpose="otp_decoy").count()


def test_v07_fifty_phones_asked_for_all_day_get_ten_texts_each() -> None:
    """(a) spread over a day: the budgets of the phone end it, whatever browser, number or address asks."""
    phones = [f"09{nth:02d}123{nth:03d}" for nth in range(10, 60)]
    wanted, rounds = 8_500 // SHARE, 17 if SHARE == 1 else 4
    for turn in range(rounds):
        for nth in range(wanted // rounds):
            ask(phones[nth % len(phones)], turn * 1_000 + nth)
        let_pass(timedelta(hours=24) / rounds if turn < rounds - 1 else timedelta())
    sent, limit = texts(), len(phones) * 10
    figure(
        "V-07",
        "tin gửi tới 50 số trong một ngày",
        n=wanted,
        measured=sent,
        limit=limit,
        passed=0 < sent <= limit,
    )


def test_v07_a_thousand_phones_of_one_prefix_are_paused_after_twenty() -> None:
    """(b) within ten minutes."""
    wanted = 1_000 // SHARE
    for nth in range(wanted):
        ask(f"0912345{nth:03d}", nth)
    sent = texts()
    figure(
        "V-07",
        "tin gửi tới các số cùng đầu số trong mười phút",
        n=wanted,
        measured=sent,
        limit=20,
        passed=sent == 20,
    )


def foreign_and_dear() -> Iterator[str]:
    """(c) 500 numbers that cost more, or are no mobile phone here."""
    for nth in range(100):
        yield f"+4479{nth:08d}"
        yield f"1900{nth:04d}"
        yield f"1800{nth:04d}"
        yield f"024{nth:08d}"
        yield f"+1{nth:010d}"


def test_v07_no_foreign_premium_or_landline_number_is_texted() -> None:
    taken = 0
    for number in foreign_and_dear():
        try:
            Phone.parse(number)
        except InvalidPhone:
            continue
        taken += 1
    figure(
        "V-07", "số nước ngoài, tổng đài, cố định được nhận", n=500, measured=taken, limit=0, passed=not taken
    )
    assert texts() == 0


@contextmanager
def nothing_can_be_counted() -> Iterator[None]:
    """The table of the limits is out of reach."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE limits_bucket RENAME TO limits_bucket_away")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE limits_bucket_away RENAME TO limits_bucket")


def test_v39_without_the_limits_no_code_is_sent() -> None:
    person = people.data()
    people.account(person)
    device = str(uuid.uuid4())
    registration = opening.begin(data=people.data(), browser=device, from_desk=False, return_to="")
    refused = 0
    with nothing_can_be_counted():
        for _ in range(100):
            with pytest.raises(CountingUnavailable):
                opening.send_code(registration, device=device, address="203.0.113.9")
            with pytest.raises(CountingUnavailable):
                recovery.ask_reset(
                    number=person.citizen_id, born_on=person.born_on, browser=device, device=device
                )
            refused += 2
    figure(
        "V-39",
        "mã OTP gửi khi không đếm được hạn mức",
        n=refused,
        measured=texts(),
        limit=0,
        passed=texts() == 0,
    )


def test_v39_without_the_limits_nobody_signs_in_and_afterwards_they_do() -> None:
    person, _ = citizen()
    with nothing_can_be_counted():
        browser = Browser()
        for _ in range(20):
            answer = browser.sign_in(person)
            assert answer.status_code == 503
        assert "Hệ thống đang bận" in text_of(answer)
        assert browser.get("/ca-nhan/").status_code == 302
    browser = Browser()
    browser.sign_in(person)
    assert browser.get("/ca-nhan/").status_code == 200
