"""C13: a write under one key is done once, whatever becomes of the line, of the twin or of whoever held it."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from motcua.accounts import telling
from motcua.kernel.refusal import NotFound
from motcua.kernel.sealing import SealBroken
from motcua.outbox.models import Message
from motcua.signin import answers, retention
from motcua.signin.answers import Answer, KeyOfAnotherWrite, WriteUnderWay
from motcua.signin.models import CallCount, KeptAnswer
from tests.accounts import people
from tests.api.calling import System, a_system, problem
from tests.races.together import together
from tests.signin.systems import call_counted

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER = "052090000001"


@pytest.fixture
def system() -> System:
    return a_system()


def claim(system: System, key: str = "mot-viec-1", body: bytes = b"x") -> answers.Claim:
    return answers.claim(client_pk=system.row.pk, key=key, operation="tellOwner", body=body)


def notice(system: System) -> dict[str, object]:
    return {
        "subject": system.check(NUMBER).json()["subject"],
        "template": "result_ready",
        "facts": {"code": "000.00.08.H08-261130-0001"},
    }


@pytest.mark.race
def test_of_twenty_twins_one_acts_and_the_others_hear_its_answer_or_wait(system: System) -> None:
    people.account(people.data(number=NUMBER))
    body, before = notice(system), Message.objects.count()

    outcomes = together([lambda: system.post("notices", body, key="mot-viec-1") for _ in range(20)])

    statuses = {outcome.value.status_code for outcome in outcomes}
    assert 200 in statuses and statuses <= {200, 409}
    for outcome in outcomes:
        if outcome.value.status_code == 409:
            assert problem(outcome.value) == (409, "write_under_way")
            assert int(outcome.value.headers["Retry-After"]) in (1, 2)
    assert Message.objects.count() - before == 1
    assert system.post("notices", body, key="mot-viec-1").headers["Idempotency-Replayed"] == "true"


@pytest.mark.race
def test_of_fifty_claims_of_one_key_one_is_let_act(system: System) -> None:
    outcomes = together([lambda: claim(system) for _ in range(50)])

    assert sum(outcome.went_well for outcome in outcomes) == 1
    assert {type(outcome.refusal) for outcome in outcomes if outcome.refusal} == {WriteUnderWay}


def test_whoever_died_is_followed_by_the_next_once_the_lease_is_out(system: System) -> None:
    claim(system)
    with pytest.raises(WriteUnderWay):
        claim(system)
    KeptAnswer.objects.update(lease_until=timezone.now() - timedelta(seconds=1))

    assert claim(system).answer is None
    with pytest.raises(WriteUnderWay):
        claim(system)


def test_another_body_or_operation_under_the_same_key_is_another_write(system: System) -> None:
    answers.keep(claim(system), Answer(200, {}))

    with pytest.raises(KeyOfAnotherWrite):
        claim(system, body=b"y")
    with pytest.raises(KeyOfAnotherWrite):
        answers.claim(client_pk=system.row.pk, key="mot-viec-1", operation="putPaper", body=b"x")


def test_two_systems_may_choose_the_same_key(system: System) -> None:
    claim(system)

    assert claim(a_system()).answer is None


def test_what_is_kept_is_sealed_for_its_own_row(system: System) -> None:
    answers.keep(claim(system), Answer(200, {"full_name": "Nguyễn Văn Mẫu"}))
    answers.keep(claim(system, "mot-viec-2"), Answer(200, {}))
    rows = list(KeptAnswer.objects.order_by("id"))

    assert "Mẫu".encode() not in bytes(rows[0].answer_sealed or b"")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE signin_keptanswer DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE signin_keptanswer SET answer_sealed = %s WHERE id = %s",
            [rows[0].answer_sealed, rows[1].pk],
        )
        cursor.execute("ALTER TABLE signin_keptanswer ENABLE TRIGGER USER")
    with pytest.raises(SealBroken):
        claim(system, "mot-viec-2")


def test_a_breakdown_keeps_nothing_and_the_same_key_tries_again(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    people.account(people.data(number=NUMBER))
    body = notice(system)
    system.client.raise_request_exception = False

    def breaks(**_: object) -> None:
        raise RuntimeError("the line to nowhere")

    with monkeypatch.context() as patched:
        patched.setattr(telling, "tell", breaks)
        broken = system.post("notices", body, key="mot-viec-1")

    assert problem(broken) == (500, "broken")
    assert "nowhere" not in broken.content.decode()
    assert system.post("notices", body, key="mot-viec-1").json() == {"done": True}


def test_a_refusal_keeps_nothing(system: System) -> None:
    body = {"subject": uuid.uuid4().hex, "template": "result_ready", "facts": {}}

    assert problem(system.post("notices", body, key="mot-viec-1"))[1] == NotFound.code
    assert KeptAnswer.objects.count() == 0


@pytest.mark.parametrize("key", ["ngan", "có dấu tiếng Việt", "x" * 129, "a b c d e f g h"])
def test_a_key_is_plain_and_of_a_length(system: System, key: str) -> None:
    body = {"subject": uuid.uuid4().hex, "template": "result_ready", "facts": {}}

    assert problem(system.post("notices", body, key=key)) == (422, "request_invalid")


def test_answers_go_after_two_days_and_counters_after_ninety(system: System) -> None:
    answers.keep(claim(system), Answer(200, {}))
    answers.keep(claim(system, "mot-viec-2"), Answer(200, {}))
    for scope in ("account.check", "vault.put"):
        call_counted(system.row, scope)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE signin_keptanswer DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE signin_keptanswer SET asked_at = now() - interval '49 hours' WHERE key = 'mot-viec-1'"
        )
        cursor.execute("ALTER TABLE signin_keptanswer ENABLE TRIGGER USER")
        cursor.execute("ALTER TABLE signin_callcount DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE signin_callcount SET hour = hour - interval '91 days' WHERE scope = 'vault.put'"
        )
        cursor.execute("ALTER TABLE signin_callcount ENABLE TRIGGER USER")

    assert retention.purge_due() == 2
    assert [row.key for row in KeptAnswer.objects.all()] == ["mot-viec-2"]
    assert CallCount.objects.get().scope == "account.check"
