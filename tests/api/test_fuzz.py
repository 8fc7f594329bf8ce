"""V-12: the whole document fuzzed as anonymous, citizen, officer and system: no breakdown, no break of the schema.

``FUZZ_EXAMPLES`` makes it longer (``FUZZ_EXAMPLES=1000`` for a release).
"""

import os
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import checks as all_checks
from schemathesis.core.result import Ok

from motcua.accounts import sessions
from motcua.limits.models import Bucket
from motcua.signin.models import Registration
from tests.accounts import people
from tests.api.calling import System, a_system, token_of
from tests.signin import holders

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "4"))
#: Where nobody is let in one example says most of it.
FEW = max(1, EXAMPLES // 4)
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300 + 120 * EXAMPLES)]
NUMBER = "052090000001"


@pytest.fixture
def system() -> System:
    people.account(people.data(number=NUMBER))
    return a_system(addresses="127.0.0.1", per_minute=6_000, per_day=1_000_000)


@pytest.fixture
def operations() -> list[Any]:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    return [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]


#: What is said with an example, and what the answer must be.
Call = tuple[dict[str, str], Callable[[Any, Any], None]]


def fuzz(operation: Any, calls: Sequence[Call], times: int = EXAMPLES) -> None:
    """Each example sent by every caller, answered and judged; the same in every run unless there are more of them.

    Thinking of an example costs more than answering it, so that all callers send the one that was thought of.
    """

    @settings(
        max_examples=times,
        deadline=None,
        database=None,
        derandomize=EXAMPLES <= 4,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def examples(case: Any) -> None:
        # A budget that is used up would answer in place of the door that is asked about.
        Bucket.objects.all().delete()
        for headers, judge in calls:
            judge(case, case.call(headers=proved(case, headers)))

    examples()


def proved(case: Any, headers: dict[str, str]) -> dict[str, str]:
    """With the proof of this one call, where a token is shown that has a holder."""
    kind, _, token = headers.get("Authorization", "").partition(" ")
    if kind != "DPoP":
        return headers
    return holders.headers(case.method, f"http://localhost{case.formatted_path}", token)


def sound(case: Any, answer: Any) -> None:
    """No 5xx, and the answer as the document says: status, media type, headers, body."""
    case.validate_response(
        answer,
        checks=[
            all_checks.not_a_server_error,
            schemathesis.specs.openapi.checks.status_code_conformance,
            schemathesis.specs.openapi.checks.content_type_conformance,
            schemathesis.specs.openapi.checks.response_schema_conformance,
        ],
    )


def scope_of(operation: Any) -> str:
    """The scope an operation asks for; empty where anybody may call. Person's and system's tokens are told apart."""
    named = operation.definition.raw.get("x-scope")
    return str(named or "")


def closed_with(*statuses: int) -> Callable[[Any, Any], None]:
    """Not let in, whatever is sent, and told so in the document's own form."""

    def judge(case: Any, answer: Any) -> None:
        sound(case, answer)
        # What cannot be read as a request at all is refused before anybody is asked who they are.
        assert answer.status_code in {*statuses, 405, 406, 413, 415}, answer.content

    return judge


def held(token: str) -> dict[str, str]:
    return {"Authorization": f"DPoP {token}"}


def test_what_every_system_calls_answers_as_described(system: System, operations: list[Any]) -> None:
    assert len(operations) >= 16
    for operation in operations:
        fuzz(operation, [(held(system.token), sound)])


def test_whoever_shows_no_token_is_let_in_nowhere(system: System, operations: list[Any]) -> None:
    """Also not in a browser where an officer is signed in: no cookie is read; nor without the proof of a token."""
    cookie, _ = sessions.begin(
        people.account(people.data()), audience="OFFICER", device="may-quay", device_words="Chrome"
    )
    nobody: list[dict[str, str]] = [
        {},
        {"Cookie": f"phien={cookie}"},
        {"Authorization": "Bearer x.y.z"},
        {"Authorization": f"Bearer {system.token}"},
    ]
    for operation in operations:
        judge = closed_with(401, 429) if scope_of(operation) else sound
        fuzz(operation, [(headers, judge) for headers in nobody], FEW)


def test_a_token_with_one_scope_opens_that_family_alone(system: System, operations: list[Any]) -> None:
    for operation in operations:
        # Anew for each: many examples take longer than a token lives.
        tokens = {scope: held(token_of(system.row.client_id, scope)) for scope in Registration.Scope.values}
        calls: list[Call] = [
            (token, sound if scope_of(operation) in ("", scope) else closed_with(403))
            for scope, token in tokens.items()
        ]
        fuzz(operation, calls, FEW)


def test_a_citizens_token_opens_what_is_the_citizens_alone(system: System, operations: list[Any]) -> None:
    person = people.account(people.data())
    for operation in operations:
        mine = held(system.of(person).token)
        of_people = "PersonToken" in str(operation.definition.raw.get("security", ""))
        judge = sound if of_people or not scope_of(operation) else closed_with(403)
        fuzz(operation, [(mine, judge)], EXAMPLES if of_people else FEW)
