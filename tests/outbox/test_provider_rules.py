"""What a provider, a handover and its news may not be: each rule by its name, and let through without it."""

import pytest
from django.db import connection

from motcua.outbox import retention
from motcua.outbox.models import DeliveryNews, Handover, Message, Provider
from tests.rule_by_rule import Rule, only_by_trigger, two_rows, wrong_of

pytestmark = pytest.mark.django_db

RULES: list[Rule] = [
    (
        "outbox_provider",
        "outbox_provider_words",
        "ruling = 'LAX', ruled_at = now(), ruled_by = 'x', ruled_reason = 'y'",
    ),
    ("outbox_provider", "outbox_provider_resting_says_why", "state = 'RESTING'"),
    ("outbox_provider", "outbox_provider_resting_says_why", "next_try_at = now()"),
    ("outbox_provider", "outbox_provider_resting_says_why", "state = 'RESTING', next_try_at = now()"),
    ("outbox_provider", "outbox_provider_ruling_signed", "ruling = 'OFF'"),
    ("outbox_provider", "outbox_provider_ruling_signed", "ruling = 'OFF', ruled_at = now(), ruled_by = 'x'"),
    ("outbox_handover", "outbox_handover_words", "state = 'LOST'"),
    ("outbox_handover", "outbox_handover_taken_has_time", "state = 'TAKEN'"),
    ("outbox_handover", "outbox_handover_taken_has_time", "taken_at = now()"),
    ("outbox_handover", "outbox_handover_settled_has_time", "state = 'DELIVERED', taken_at = now()"),
    ("outbox_handover", "outbox_handover_settled_has_time", "settled_at = now()"),
    (
        "outbox_handover",
        "outbox_handover_once",
        "reference = 'a3a1b1c2-0000-4000-8000-000000000001', provider = 'x'",
    ),
    ("outbox_deliverynews", "outbox_news_words", "said = 'LOST'"),
    ("outbox_deliverynews", "outbox_news_once", "provider = 'x', event_id = 'x'"),
]
#: “LOST” is also no state that has a time or none: it is tried without the rules about times.
OVERLAPS = "outbox_handover_words"


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def rows() -> None:
    two_rows(Provider)
    two_rows(Handover)
    two_rows(DeliveryNews)


def test_no_row_of_providers_can_lie() -> None:
    rows()
    assert wrong_of(rule for rule in RULES if rule[1] != OVERLAPS) == []
    sql("ALTER TABLE outbox_handover DROP CONSTRAINT outbox_handover_taken_has_time")
    sql("ALTER TABLE outbox_handover DROP CONSTRAINT outbox_handover_settled_has_time")
    assert wrong_of(rule for rule in RULES if rule[1] == OVERLAPS) == []


STATES = ("WAITING", "SENT", "FAILED", "EXPIRED", "DELIVERED")
BACKWARDS = [
    ("SENT", "WAITING"),
    ("FAILED", "SENT"),
    ("FAILED", "EXPIRED"),
    ("EXPIRED", "FAILED"),
    ("EXPIRED", "WAITING"),
    ("DELIVERED", "FAILED"),
    ("DELIVERED", "SENT"),
]


def message_in(state: str) -> str:
    """The columns that each state wants."""
    sent = "now()" if state in ("SENT", "DELIVERED") else "NULL"
    body = "'\\x01'" if state == "WAITING" else "NULL"
    return f"UPDATE outbox_message SET state = '{state}', sent_at = {sent}, body_sealed = {body}"


@pytest.mark.parametrize(("before", "after"), BACKWARDS)
def test_what_is_known_of_a_text_is_never_known_worse(before: str, after: str) -> None:
    two_rows(Message, kind="NOTICE", body_sealed=b"x")
    if before != "WAITING":
        sql(message_in(before))
    only_by_trigger("outbox_message_forward", "outbox_message", lambda: sql(message_in(after)))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("WAITING", "SENT"),
        ("SENT", "FAILED"),
        ("SENT", "DELIVERED"),
        ("FAILED", "DELIVERED"),
        ("EXPIRED", "DELIVERED"),
    ],
)
def test_it_may_be_known_better(before: str, after: str) -> None:
    two_rows(Message, kind="NOTICE", body_sealed=b"x")
    if before != "WAITING":
        sql(message_in(before))
    sql(message_in(after))


TAKEN = "UPDATE outbox_handover SET state = 'TAKEN', taken_at = now(), price_vnd = 350"


@pytest.mark.parametrize(
    "act",
    [
        "UPDATE outbox_handover SET state = 'BUSY', taken_at = NULL",
        "UPDATE outbox_handover SET price_vnd = 0",
        "UPDATE outbox_handover SET unit_code = 'cua-nguoi-khac'",
        "UPDATE outbox_handover SET provider = provider || 'khac'",
        "UPDATE outbox_handover SET taken_at = taken_at - interval '1 month'",
    ],
)
def test_a_handover_keeps_its_text_its_unit_and_its_price(act: str) -> None:
    two_rows(Handover)
    sql(TAKEN)
    only_by_trigger("outbox_handover_forward", "outbox_handover", lambda: sql(act))


def test_a_handover_is_kept_for_the_bill() -> None:
    two_rows(Handover)
    sql("UPDATE outbox_handover SET tried_at = now() - interval '23 months'")
    only_by_trigger("outbox_handover_kept", "outbox_handover", lambda: sql("DELETE FROM outbox_handover"))
    sql("UPDATE outbox_handover SET tried_at = now() - interval '25 months'")
    sql("DELETE FROM outbox_handover")


def test_an_event_id_is_known_longer_than_a_signature_is_good() -> None:
    two_rows(DeliveryNews)
    sql("UPDATE outbox_deliverynews SET noted_at = now() - interval '23 hours'")
    only_by_trigger("outbox_news_kept", "outbox_deliverynews", lambda: sql("DELETE FROM outbox_deliverynews"))
    sql("UPDATE outbox_deliverynews SET noted_at = now() - interval '25 hours'")
    sql("DELETE FROM outbox_deliverynews")


def test_what_texts_cost_is_forgotten_after_two_years_and_news_after_a_day() -> None:
    two_rows(Handover)
    two_rows(DeliveryNews)
    sql("UPDATE outbox_handover SET tried_at = now() - interval '25 months' WHERE provider = 'x1'")
    sql("UPDATE outbox_deliverynews SET noted_at = now() - interval '26 hours' WHERE provider = 'x1'")
    told: list[dict[str, int]] = []

    retention.purge_due(told.append)

    assert (told[0]["handovers"], told[0]["delivery_news"]) == (1, 1)
    assert (Handover.objects.get().provider, DeliveryNews.objects.get().provider) == ("x2", "x2")
