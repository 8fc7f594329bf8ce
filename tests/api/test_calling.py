"""Who is let in: token, live registration, address, scope, quota; and that every no is a problem document."""

from contextlib import suppress
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from motcua.accounts import decoys
from motcua.accounts.models import LookUp
from motcua.journal.models import Event
from motcua.kernel.citizen_id import CitizenId
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.limits.spending import TooManyAttempts
from motcua.signin import clients
from motcua.signin.models import CallCount
from tests.accounts import people
from tests.api.calling import ADDRESS, OFFICER, System, a_system, problem, token_of
from tests.signin import systems

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER = "052090000001"


def test_an_account_is_found_and_the_receipt_is_made_out_to_the_calling_desk() -> None:
    people.account(people.data(number=NUMBER))
    system = a_system()

    answer = system.check(NUMBER)

    assert answer.status_code == 200, answer.content.decode()
    said = answer.json()
    assert set(said) == {
        "answer", "receipt", "subject", "status", "name_masked", "last3", "matched_by_old_number", "phone_frozen"
    }  # fmt: skip
    assert (said["answer"], said["status"], said["last3"]) == ("found", "USABLE", "001")
    assert said["phone_frozen"] is False
    assert "Văn" not in said["name_masked"]


def test_nobody_is_found_and_nothing_more_is_said() -> None:
    answer = a_system().check(NUMBER)

    assert (answer.status_code, answer.json()) == (200, {"answer": "not_found"})


def test_no_token_is_401_in_a_problem_document() -> None:
    system = a_system()
    system.token = ""

    answer = system.check(NUMBER)

    assert problem(answer) == (401, "access_token_not_trusted")
    assert answer.headers["WWW-Authenticate"].startswith("DPoP ")
    assert "Bearer" in answer.headers["WWW-Authenticate"]


def test_an_address_that_is_not_registered_is_refused() -> None:
    system = a_system()
    system.address = "203.0.113.8"

    assert problem(system.check(NUMBER)) == (403, "caller_address_refused")


def test_a_scope_counts_only_when_the_token_and_the_registration_have_it() -> None:
    wide, narrow = a_system(), a_system("owner.notice")
    wide.token = token_of(wide.row.client_id, "vault.lend")

    assert problem(wide.check(NUMBER)) == (403, "scope_missing")
    assert problem(narrow.check(NUMBER)) == (403, "scope_missing")


def test_a_cookie_opens_nothing() -> None:
    answer = Client().post(
        "/api/v1/account-checks", "{}", content_type="application/json", REMOTE_ADDR=ADDRESS
    )

    assert problem(answer) == (401, "access_token_not_trusted")
    assert "Set-Cookie" not in answer.headers


def test_a_system_that_was_stopped_is_refused_with_its_next_call() -> None:
    people.account(people.data(number=NUMBER))
    system = a_system()
    assert system.check(NUMBER).status_code == 200

    clients.stop(authority=systems.connector(), client=system.row.public_id, reason="Lộ khóa bí mật")

    assert problem(system.check(NUMBER)) == (401, "client_not_live")


@pytest.mark.parametrize("state", ["lapsed", "waiting", "stopped", "live"])
def test_who_is_let_in_is_who_the_register_says_is_connected(state: str) -> None:
    """The call reads the register by a statement of its own: both must agree, each day."""
    system = a_system()
    if state == "stopped":
        clients.stop(authority=systems.connector(), client=system.row.public_id, reason="Lộ khóa bí mật")
    changes = {
        "lapsed": "expires_on = current_date - 2",
        "waiting": "decision = 'WAITING', decided_by_subject = '', decided_at = NULL",
    }
    if change := changes.get(state):
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(f"UPDATE signin_registration SET {change}")
            cursor.execute("SET session_replication_role = origin")

    today = timezone.localdate()
    registered = clients.live_registration(system.row.client_id, today=today) is not None
    assert registered == (state == "live") == (system.check(NUMBER).status_code == 200)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "x" * 5_000])
def test_whoever_shows_no_good_token_is_slowed_by_network_and_nobody_else_is(token: str) -> None:
    system = a_system()
    good, system.token = system.token, token
    seen = {problem(system.check(NUMBER))[0] for _ in range(3)}
    for _ in range(598):
        with suppress(TooManyAttempts):
            spending.spend((Quota.CALLS_WITHOUT_TOKEN, system.address))

    assert seen == {401}
    assert problem(system.check(NUMBER)) == (429, "too_many_attempts")
    system.token = good
    assert system.check(NUMBER).status_code == 200, "who is known is not shut out with those who are not"


def test_the_quota_of_the_registration_is_kept_and_shown() -> None:
    system = a_system(per_minute=3, per_day=1_000)

    answers = [system.check(NUMBER) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers.get("RateLimit-Remaining") for answer in answers[:3]] == ["2", "1", "0"]
    assert answers[0].headers["RateLimit-Limit"] == "3"
    assert answers[0].headers["RateLimit-Policy"] == "3;w=60, 1000;w=86400"
    assert 1 <= int(answers[3].headers["Retry-After"]) <= 60


def test_a_day_is_counted_beside_the_minute() -> None:
    system = a_system(per_minute=100, per_day=2)

    assert [system.check(NUMBER).status_code for _ in range(3)] == [200, 200, 429]


def test_two_systems_have_a_quota_each() -> None:
    one, other = a_system(per_minute=1), a_system(per_minute=1)

    assert [one.check(NUMBER).status_code, other.check(NUMBER).status_code] == [200, 200]


def test_a_call_that_cannot_be_counted_is_not_answered() -> None:
    system = a_system()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE limits_bucket RENAME TO limits_gone")
    try:
        answer = system.check(NUMBER)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE limits_gone RENAME TO limits_bucket")

    assert problem(answer) == (503, "counting_unavailable")
    assert int(answer.headers["Retry-After"]) > 0


def test_whoever_finds_nobody_too_often_goes_on_at_a_tenth_of_the_pace() -> None:
    people.account(people.data(number=NUMBER))
    system = a_system(per_minute=300)
    for _ in range(13):
        assert system.check(NUMBER).json()["answer"] == "found"
    for nth in range(7):
        assert system.check(f"05209000010{nth}").json()["answer"] == "not_found"
    assert system.check(NUMBER).headers["RateLimit-Limit"] == "30", "7 of 20 are more than 30 %"

    more = [system.check("052090000199").status_code for _ in range(10)]

    assert (more[0], more[-1]) == (200, 429)


def test_what_else_a_system_calls_does_not_hide_how_often_it_finds_nobody() -> None:
    """Names, mandates and known accounts are asked for under the same scope, and are no questions by number."""
    people.account(people.data(number=NUMBER))
    system = a_system(per_minute=300)
    receipt = system.receipt(NUMBER)
    subject = system.check(NUMBER).json()["subject"]
    sits = {"procedure_code": "1.000001", "asked_by": OFFICER, "unit_code": system.unit_code}
    who = {"organisation": subject, "number": {"kind": "CITIZEN_ID", "number": NUMBER}}
    for _ in range(60):
        assert system.post("accounts/usable", {"subjects": [subject]}).status_code == 200
    assert system.post("owner-cards", {"receipt": receipt, **sits}).status_code == 200
    assert system.post("representatives", {**who, **sits}).status_code in (404, 409)
    for nth in range(18):
        assert system.check(f"0520900002{nth:02d}").json()["answer"] == "not_found"

    answer = system.post("accounts/usable", {"subjects": [subject]})

    # 18 of 20 questions, though of 82 calls: a tenth of the pace, which this minute has used already.
    assert answer.status_code == 429 or answer.headers["RateLimit-Limit"] == "30"
    counted = CallCount.objects.get(client=system.row)
    assert (counted.calls, counted.looked_up, counted.missed) == (83, 20, 18)


def test_questions_that_are_refused_do_not_hide_how_often_it_finds_nobody() -> None:
    """Counted as questions when they are let in, they are taken out again: else whoever guesses asks amiss between."""
    people.account(people.data(number=NUMBER))
    system = a_system(per_minute=300)
    for _ in range(50):
        assert system.check(NUMBER, purpose="to-mo").status_code == 422
    for nth in range(20):
        assert system.check(f"05209000010{nth % 10}").json()["answer"] == "not_found"

    assert problem(system.check(NUMBER)) == (429, "too_many_attempts"), "a tenth of the pace is used already"
    counted = CallCount.objects.get(client=system.row)
    assert (counted.calls, counted.looked_up, counted.unasked, counted.missed) == (71, 71, 51, 20)


def test_few_misses_slow_nobody() -> None:
    system = a_system(per_minute=300)
    for nth in range(10):
        system.check(f"05209000010{nth}")

    assert system.check(NUMBER).headers["RateLimit-Limit"] == "300"


def test_a_question_about_nobody_raises_the_alarm_with_the_name_of_the_system(
    caplog: pytest.LogCaptureFixture,
) -> None:
    decoys.plant([CitizenId.parse(NUMBER)])
    system = a_system()

    assert system.check(NUMBER).json() == {"answer": "not_found"}, "the caller sees no difference"

    (said,) = [record for record in caplog.records if record.message == "accounts.decoy.asked"]
    assert said.__dict__["client"] == system.row.client_id
    assert Event.objects.get(event="accounts.decoy.asked").facts == {"client": system.row.client_id}
    assert CallCount.objects.get(client=system.row).alarms == 1


def test_a_call_is_counted_with_what_became_of_it_and_nothing_of_anybody() -> None:
    people.account(people.data(number=NUMBER))
    system = a_system()
    system.check(NUMBER)
    system.check("052090000002")
    system.check("052090000002", purpose="to-mo")

    row = CallCount.objects.get(client=system.row)

    assert (row.scope, row.calls, row.missed, row.refused) == ("account.check", 3, 1, 1)
    assert row.last_refusal == "request_invalid"
    assert NUMBER not in str(CallCount.objects.values())


def test_an_officer_of_a_foreign_unit_is_not_spoken_for() -> None:
    system = a_system()

    assert problem(system.check(NUMBER, unit_code="so-y-te")) == (403, "unit_not_of_client")
    assert system.check(NUMBER, unit_code="binhdinh-pgddt-phu-cat").status_code == 200, "below it is its own"


def test_a_school_does_not_ask_in_the_name_of_the_department_above() -> None:
    system = a_system()
    school = a_system(unit=systems.SCHOOL)

    assert problem(school.check(NUMBER, unit_code=system.unit_code)) == (403, "unit_not_of_client")


def test_the_citizen_sees_that_the_system_asked() -> None:
    people.account(people.data(number=NUMBER))
    system = a_system()
    system.check(NUMBER)

    look = LookUp.objects.get()
    assert (look.answer, look.asked_by, look.unit_code, look.purpose) == (
        "FOUND", OFFICER, system.unit_code, "tiep-nhan-ho-so",
    )  # fmt: skip


def test_two_desks_know_one_person_by_ids_that_cannot_be_compared() -> None:
    people.account(people.data(number=NUMBER))
    one, other = a_system(), a_system()

    subjects = {system.check(NUMBER).json()["subject"] for system in (one, other)}

    assert len(subjects) == 2
    usable = one.post("accounts/usable", {"subjects": sorted(subjects)}).json()["subjects"]
    assert sorted((line["known"], line["usable"]) for line in usable) == [(False, False), (True, True)]


def test_two_systems_of_one_desk_know_people_alike() -> None:
    people.account(people.data(number=NUMBER))
    one, other = a_system(audience="mot-cua-tinh"), a_system(audience="mot-cua-tinh")

    assert one.check(NUMBER).json()["subject"] == other.check(NUMBER).json()["subject"]


def test_a_persons_token_does_nothing_of_the_systems(system_of_somebody: System) -> None:
    """Threats 69: who is signed in lends their own right, not the province's."""
    assert problem(system_of_somebody.check(NUMBER)) == (403, "system_token_wanted")


def test_the_systems_token_is_nobody_signed_in() -> None:
    answer = a_system().post("signed-in-owner", {"purpose": "chon-giay-to-cua-minh"})

    assert problem(answer) == (403, "person_token_wanted")


@pytest.fixture
def system_of_somebody() -> System:
    return a_system().of(people.account(people.data(number=NUMBER)))


def test_the_hot_call_asks_the_database_three_times(django_assert_num_queries: Any) -> None:
    """Registration with misses, the call counted with it 1; quota 1; look-up with its trace and the key that signs 1.

    Signing keys are read every five seconds, where a unit lies every minute; the registration with every call.
    """
    people.account(people.data(number=NUMBER))
    system = a_system()
    system.check(NUMBER)  # the first answer also writes down the person's id at this desk

    with django_assert_num_queries(3):
        assert system.check(NUMBER).status_code == 200
