"""What a letter, a text, an errand and a wording may not be: each rule by its name, and let through without it."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from motcua.outbox.clock import DbClock
from motcua.outbox.models import Letter, NoticeWording
from tests.rule_by_rule import Rule, only_by_trigger, two_rows, untried, wrong_of

pytestmark = pytest.mark.django_db

RULES: list[Rule] = [
    ("outbox_letter", "outbox_letter_code_expires", "kind = 'CODE'"),
    ("outbox_letter", "outbox_letter_words", "kind = 'ADVERT'"),
    ("outbox_letter", "outbox_letter_erased", "body_sealed = NULL"),
    ("outbox_letter", "outbox_letter_erased", "subject_sealed = NULL"),
    ("outbox_letter", "outbox_letter_erased", "state = 'FAILED'"),
    ("outbox_letter", "outbox_letter_lease", "state = 'SENDING'"),
    ("outbox_letter", "outbox_letter_lease", "lease = reference"),
    ("outbox_letter", "outbox_letter_sent_has_time", "sent_at = now()"),
    (
        "outbox_letter",
        "outbox_letter_sent_has_time",
        "state = 'SENT', body_sealed = NULL, subject_sealed = NULL",
    ),
    ("outbox_letter", "outbox_letter_to_bi_length", "to_bi = '\\x00'"),
    ("outbox_noticewording", "outbox_wording_channel_known", "channel = 'POST', subject = ''"),
    ("outbox_noticewording", "outbox_wording_subject_of_letters", "channel = 'EMAIL'"),
    ("outbox_noticewording", "outbox_wording_subject_of_letters", "subject = 'Tin'"),
    ("outbox_noticewording", "outbox_wording_signed", "reason = ''"),
    ("outbox_noticewording", "outbox_wording_signed", "set_by = ''"),
    ("outbox_noticewording", "outbox_wording_withdrawn_by", "withdrawn_at = now()"),
    ("outbox_noticewording", "outbox_wording_withdrawn_by", "withdrawn_by = 'x'"),
]
#: The one rule whose wrong value another rule of the same row forbids as well: it is tried without that one.
UNKNOWN_CHANNEL = "outbox_wording_channel_known"


def letters() -> None:
    two_rows(Letter, kind="NOTICE", body_sealed=b"x", subject_sealed=b"x", to_bi=b"1" * 32)


def wordings() -> None:
    two_rows(NoticeWording, channel="SMS", body="Ho so {ma_ho_so}")


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_no_row_of_letters_and_wordings_can_lie() -> None:
    letters()
    wordings()
    assert wrong_of(rule for rule in RULES if rule[1] != UNKNOWN_CHANNEL) == []
    sql("ALTER TABLE outbox_noticewording DROP CONSTRAINT outbox_wording_subject_of_letters")
    assert wrong_of(rule for rule in RULES if rule[1] == UNKNOWN_CHANNEL) == []


@pytest.mark.parametrize(
    ("age", "kind", "state"),
    [
        ("89 days", "NOTICE", "SENT"),
        ("23 hours", "CODE", "SENT"),
        ("4000 days", "NOTICE", "WAITING"),
    ],
)
def test_a_letter_is_not_deleted_before_its_day(age: str, kind: str, state: str) -> None:
    letters()
    if state == "SENT":
        sql(
            "UPDATE outbox_letter SET state = 'SENT', sent_at = now(), body_sealed = NULL, subject_sealed = NULL"
        )
    sql(
        f"UPDATE outbox_letter SET kind = '{kind}', expires_at = now(), created_at = now() - interval '{age}'"
    )
    only_by_trigger("outbox_letter_kept", "outbox_letter", lambda: sql("DELETE FROM outbox_letter"))


@pytest.mark.parametrize(("age", "kind"), [("91 days", "NOTICE"), ("25 hours", "CODE")])
def test_a_letter_that_went_may_go_on_its_day(age: str, kind: str) -> None:
    letters()
    sql("UPDATE outbox_letter SET state = 'SENT', sent_at = now(), body_sealed = NULL, subject_sealed = NULL")
    sql(
        f"UPDATE outbox_letter SET kind = '{kind}', expires_at = now(), created_at = now() - interval '{age}'"
    )
    sql("DELETE FROM outbox_letter")
    assert not Letter.objects.exists()


def a_wording(**more: object) -> NoticeWording:
    values = {"event": "x", "channel": "SMS", "body": "y", "reason": "z", "set_by": "w", "unit_code": "u"}
    return NoticeWording.objects.create(**{"valid_from": DbClock() + timedelta(hours=1), **values, **more})


@pytest.mark.parametrize(
    "more",
    [
        {"valid_from": DbClock() - timedelta(minutes=2)},
        {"withdrawn_at": timezone.now(), "withdrawn_by": "w"},
    ],
)
def test_a_wording_begins_from_now_on_and_not_withdrawn(more: dict[str, object]) -> None:
    only_by_trigger("outbox_wording_begins", "outbox_noticewording", lambda: a_wording(**more))


@pytest.mark.parametrize(
    "act",
    [
        "DELETE FROM outbox_noticewording",
        "UPDATE outbox_noticewording SET body = 'lua dao'",
        "UPDATE outbox_noticewording SET valid_from = valid_from + interval '1 hour'",
        "UPDATE outbox_noticewording SET withdrawn_at = now(), withdrawn_by = 'w', body = 'lua dao'",
    ],
)
def test_a_wording_stays_as_it_was_written(act: str) -> None:
    a_wording()
    only_by_trigger("outbox_wording_stays", "outbox_noticewording", lambda: sql(act))


def test_a_wording_in_force_is_not_withdrawn_and_a_withdrawn_one_does_not_come_back() -> None:
    a_wording(valid_from=DbClock())
    gone = "UPDATE outbox_noticewording SET withdrawn_at = now(), withdrawn_by = 'w'"
    only_by_trigger("outbox_wording_stays", "outbox_noticewording", lambda: sql(gone))
    later = a_wording()
    sql(f"{gone} WHERE id = {later.pk}")
    back = f"UPDATE outbox_noticewording SET withdrawn_at = NULL, withdrawn_by = '' WHERE id = {later.pk}"
    only_by_trigger("outbox_wording_stays", "outbox_noticewording", lambda: sql(back))


def test_every_rule_of_the_room_is_seen_red_somewhere() -> None:
    assert untried("outbox", Path(__file__).parent, RULES) == set()
