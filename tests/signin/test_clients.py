"""Who may connect another system, by whose second word, and how it is stopped (SPEC 10, 13; T-29)."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.signin import systems
from tests.signin.systems import REASON, ROOT, SCHOOL, asked, code_of, connected, connector, live, wanted
from tests.units import people

from motcua.journal.models import Event
from motcua.kernel.authority import Power
from motcua.kernel.refusal import Refusal
from motcua.signin import clients, reading
from motcua.signin.models import Client, Registration
from motcua.signin.reading import Search, Sort, State
from motcua.units import sample

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _units(transactional_db: None) -> None:
    sample.load(people.UNITS_FILE)


def events() -> list[str]:
    return list(
        Event.objects.filter(event__startswith="signin.").order_by("id").values_list("event", flat=True)
    )


def test_a_system_is_connected_by_two_officers_and_only_then() -> None:
    first, second = connector(), connector()
    client, waiting = asked(first)
    assert live(client) is None
    assert code_of(lambda: clients.approve(authority=first, registration=waiting.public_id)) == (
        "registration_second_officer"
    )
    assert live(client) is None
    clients.approve(authority=second, registration=waiting.public_id)
    found = live(client)
    assert found is not None and found.pk == waiting.pk and found.decided_at is not None
    assert live(client, on=found.expires_on) is not None
    assert live(client, on=found.expires_on + timedelta(days=1)) is None
    assert code_of(lambda: clients.approve(authority=second, registration=waiting.public_id)) == (
        "registration_decided"
    )
    assert events() == ["signin.registration.asked", "signin.registration.approved"]


def test_stopping_holds_with_the_next_call_and_takes_two_officers_to_undo() -> None:
    first, second = connector(), connector()
    client, _ = connected(first, second)
    assert code_of(lambda: clients.stop(authority=first, client=client.public_id, reason="a")) == (
        "client_reason_wanted"
    )
    clients.stop(authority=first, client=client.public_id, reason="Khóa bị lộ,\r\nđang đổi khóa")
    assert live(client) is None
    assert code_of(lambda: clients.stop(authority=second, client=client.public_id, reason=REASON)) == (
        "client_not_connected"
    )
    again = clients.ask_again(authority=second, client=client.public_id, wanted=wanted())
    assert live(client) is None
    clients.approve(authority=first, registration=again.public_id)
    assert live(client) is not None
    assert events().count("signin.client.stopped") == 1


def test_a_change_replaces_what_was_agreed_at_once_and_not_before() -> None:
    first, second = connector(), connector()
    client, before = connected(first, second)
    change = clients.ask_again(authority=first, client=client.public_id, wanted=wanted(per_minute=5))
    assert live(client) == before
    assert (
        code_of(lambda: clients.ask_again(authority=second, client=client.public_id, wanted=wanted()))
        == "registration_waiting"
    )
    clients.approve(authority=second, registration=change.public_id)
    assert live(client) == change
    before.refresh_from_db()
    assert before.ended_at is not None and before.ended_by_subject == second.subject


def test_a_second_officer_declines_with_a_reason_and_the_first_takes_back_without() -> None:
    first, second = connector(), connector()
    client, waiting = asked(first)
    declining = {"registration": waiting.public_id}
    assert (
        code_of(lambda: clients.decline(authority=second, reason=" ", **declining)) == "client_reason_wanted"
    )
    clients.decline(authority=second, reason=f"{REASON}\r\nchưa rõ", **declining)
    again = clients.ask_again(authority=first, client=client.public_id, wanted=wanted())
    clients.decline(authority=first, registration=again.public_id, reason="Gửi nhầm.\r\nSẽ gửi lại.")
    decisions = Registration.objects.order_by("id").values_list("decision", flat=True)
    assert list(decisions) == ["DECLINED", "WITHDRAWN"]
    assert events()[1::2] == ["signin.registration.declined", "signin.registration.withdrawn"]


def test_a_registration_that_waited_past_its_day_is_not_approved() -> None:
    first, second = connector(), connector()
    _, waiting = asked(first)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE signin_registration DISABLE TRIGGER USER")
        cursor.execute("UPDATE signin_registration SET expires_on = current_date - 1")
        cursor.execute("ALTER TABLE signin_registration ENABLE TRIGGER USER")
    assert code_of(lambda: clients.approve(authority=second, registration=waiting.public_id)) == (
        "client_expiry_out_of_reach"
    )


ACTS: dict[str, Callable[[object, Client, Registration], object]] = {
    "ask": lambda by, *_: asked(by),
    "ask_again": lambda by, client, _: clients.ask_again(
        authority=by, client=client.public_id, wanted=wanted()
    ),
    "approve": lambda by, _, waiting: clients.approve(authority=by, registration=waiting.public_id),
    "decline": lambda by, _, waiting: clients.decline(
        authority=by, registration=waiting.public_id, reason=REASON
    ),
    "stop": lambda by, client, _: clients.stop(authority=by, client=client.public_id, reason=REASON),
    "listing": lambda by, *_: reading.listing(by, Search(), page=1, today=timezone.localdate()),
    "one": lambda by, client, _: reading.one(by, client.public_id),
}


@pytest.mark.parametrize("act", sorted(ACTS))
def test_only_with_the_right_and_only_for_ones_own_unit_and_below(act: str) -> None:
    client, waiting = asked(connector())
    without = connector(power=Power.GRANT)
    assert code_of(lambda: ACTS[act](without, client, waiting)) == "not_authorised"
    if act not in ("ask", "listing"):
        elsewhere = connector(SCHOOL)
        assert code_of(lambda: ACTS[act](elsewhere, client, waiting)) == "not_found"
    assert live(client) is None


def test_the_unit_above_sees_what_a_unit_below_registered() -> None:
    below, above = connector(SCHOOL), connector(ROOT)
    client, waiting = asked(below)
    assert reading.one(above, client.public_id)[0] == client
    clients.approve(authority=above, registration=waiting.public_id)
    assert live(client) is not None


@pytest.mark.parametrize("given", ["ab", "1abc", "Hoa", "a--b", "a_b", "a" * 41, "-ab", "hệ-thống"])
def test_a_name_for_programs_is_plain(given: str) -> None:
    assert code_of(lambda: asked(connector(), client_id=given)) == "client_id_malformed"
    assert Client.objects.count() == 0


def test_a_name_for_programs_is_given_once() -> None:
    asked(connector(), client_id="mot-cua-tinh")
    assert code_of(lambda: asked(connector(SCHOOL), client_id="mot-cua-tinh")) == "client_id_taken"


MANY = "\n".join(f"203.0.113.{n}" for n in range(21))


@pytest.mark.parametrize(
    "given",
    ["", "x", "0.0.0.0/0", "10.0.0.0/8", "203.0.113.0/19", "::/0", "2001:db8::/47", "1.2.3.4/33", MANY],
)
def test_a_network_that_is_none_or_too_wide_is_refused(given: str) -> None:
    assert code_of(lambda: asked(connector(), addresses=given)) == "client_address_not_usable"


def test_networks_are_kept_in_one_spelling() -> None:
    kept = clients.networks("203.0.113.9/24\n203.0.113.0/24, 198.51.100.7\n2001:DB8::1/64")
    assert kept == ["198.51.100.7/32", "2001:db8::/64", "203.0.113.0/24"]


@pytest.mark.parametrize("days", [-1, 0, 732])
def test_a_connection_ends_within_two_years(days: int) -> None:
    until = timezone.localdate() + timedelta(days=days)
    assert code_of(lambda: asked(connector(), expires_on=until)) == "client_expiry_out_of_reach"


def test_nothing_of_keys_and_contacts_is_in_a_repr() -> None:
    text = repr(wanted())
    assert "truc@" not in text and '"x"' not in text and "'x'" not in text


def test_the_list_finds_by_words_without_marks_by_state_and_in_order() -> None:
    first, second = connector(), connector()
    today = timezone.localdate()
    asked(first, client_id="cho-duyet")
    running, _ = connected(first, second, client_id="dang-chay", expires_on=today + timedelta(days=9))
    stopped, _ = connected(first, second, client_id="da-ngung")
    clients.stop(authority=first, client=stopped.public_id, reason=REASON)
    clients.ask_again(authority=first, client=running.public_id, wanted=wanted())

    def found(**search: object) -> list[str]:
        page = reading.listing(first, Search(**search), page=1, today=today)
        return [line.client_id for line in page.rows]

    assert found(state=State.LIVE) == ["dang-chay"]
    assert sorted(found(state=State.WAITING)) == ["cho-duyet", "dang-chay"]
    assert found(state=State.STOPPED) == ["da-ngung"]
    assert found(state=State.EXPIRED) == []
    assert found(words="mot cua dien tu chay") == ["dang-chay"]
    assert found(words="khong co") == []
    assert found(sort=Sort.NEWEST) == ["da-ngung", "dang-chay", "cho-duyet"]
    assert found(sort=Sort.EXPIRY)[0] == "dang-chay"
    line = reading.listing(first, Search(words="dang-chay"), page=1, today=today).rows[0]
    assert (line.state, line.waiting, line.scopes) == (State.LIVE, True, ["account.check"])
    later = today + timedelta(days=10)
    (old,) = reading.listing(first, Search(state=State.EXPIRED), page=1, today=later).rows
    assert old.state == State.EXPIRED


def test_a_page_is_one_query_and_the_second_page_goes_on() -> None:
    first = connector()
    for _ in range(reading.PAGE + 1):
        asked(first)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page = reading.listing(first, Search(), page=1, today=timezone.localdate())
    assert len(queries) == 1 and len(page.rows) == reading.PAGE and page.more
    rest = reading.listing(first, Search(), page=2, today=timezone.localdate())
    assert len(rest.rows) == 1 and not rest.more


def test_a_call_costs_one_query() -> None:
    client, _ = connected(connector(), connector())
    with CaptureQueriesContext(connection) as queries:
        assert systems.live(client) is not None
    assert len(queries) == 1
    assert clients.live_registration(f"khong-co-{uuid.uuid4().hex[:8]}", today=timezone.localdate()) is None


@pytest.mark.parametrize(
    ("named", "refusal"),
    [("audience", clients.AudienceTaken), ("client_id", clients.ClientIdOfThisDesk)],
    ids=["audience", "client_id"],
)
def test_nobody_acts_for_the_desk_in_the_same_installation(
    settings: Any, named: str, refusal: type[Refusal]
) -> None:
    """Its subjects and the papers of its dossiers hang on that name: another system would read and move them."""
    settings.DESK_ID = "mot-cua-cua-chinh-no"
    own = {"client_id": "he-thong-la", "audience": settings.DESK_ID}
    if named == "client_id":
        own = {"client_id": settings.DESK_ID, "audience": "he-thong-la"}
    authority = systems.connector()

    def ask() -> Client:
        return clients.ask_for_new(
            authority=authority,
            client_id=own["client_id"],
            name="Hệ thống lạ",
            wanted=systems.wanted(audience=own["audience"]),
        )

    with pytest.raises(refusal):
        ask()
    assert not Client.objects.exists()

    settings.HOSTS_DESK = False
    assert ask(), "the desk of a portal that hosts none is registered under its own name"
