"""docs/api/operators.openapi.json: what the gateway asks and what the simulated operators answer both obey it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs
import pytest

from motcua.accounts.ports import Verdict
from motcua.gateways.operators_http import HttpOperators
from motcua.gateways.wire import Reply, Wire
from motcua.kernel.birth_date import BirthDate
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.person_name import PersonName
from motcua.kernel.phone import Phone

CONTRACT = json.loads(
    (Path(__file__).resolve().parents[2] / "docs" / "api" / "operators.openapi.json").read_text("utf-8")
)
SCHEMAS = CONTRACT["components"]["schemas"]
PATH = "/nha-mang/kiem-tra"
SECRET = "chi-dung-khi-chay-thu"
PHONE = "0900000001"
SUBSCRIBER = {
    "operator": "Itel",
    "name": "Nguyễn Thị Mỹ",
    "id_number": "052190000001",
    "born_on": "05/09/1990",
}


def obeys(schema: str, said: object) -> bool:
    return jsonschema_rs.validator_for(SCHEMAS[schema], validate_formats=True).is_valid(said)


@pytest.fixture
def exchanged(monkeypatch: pytest.MonkeyPatch) -> list[tuple[dict[str, Any], Reply]]:
    """Every question that left and what came back."""
    seen: list[tuple[dict[str, Any], Reply]] = []
    ask = Wire.ask

    def listening(self: Wire, question: Any, **more: Any) -> Reply:
        reply = ask(self, question, **more)
        seen.append((json.loads(json.dumps(question)), reply))
        return reply

    monkeypatch.setattr(Wire, "ask", listening)
    return seen


def asked(url: str, *, born_on: str = "05/09/1990", phone: str = PHONE) -> Any:
    return HttpOperators(f"{url}{PATH}", SECRET).ask(
        phone=Phone.parse(phone),
        citizen_id=CitizenId.parse("052190000001"),
        full_name=PersonName.parse("Nguyễn Thị Mỹ"),
        born_on=BirthDate.parse(born_on),
        reference="r1",
    )


@pytest.mark.parametrize("hint", [{}, {"sim_changed_at": "2026-11-29T08:00:00+07:00"}])
@pytest.mark.parametrize(("phone", "verdict"), [(PHONE, Verdict.MATCH), ("0900000002", Verdict.MISMATCH)])
def test_question_and_answer_obey_the_contract(
    outside: httpx.Client,
    outside_url: str,
    exchanged: list[tuple[dict[str, Any], Reply]],
    hint: dict[str, str],
    phone: str,
    verdict: Verdict,
) -> None:
    outside.put(f"/thue-bao/{PHONE}", json={**SUBSCRIBER, **hint})
    assert asked(outside_url, phone=phone).verdict is verdict
    ((question, reply),) = exchanged
    assert obeys("Question", question)
    assert str(reply.status) in CONTRACT["paths"][PATH]["post"]["responses"]
    assert obeys("Answer", json.loads(reply.body))


def test_a_year_alone_is_a_birth_date_of_the_contract(
    outside: httpx.Client, outside_url: str, exchanged: list[tuple[dict[str, Any], Reply]]
) -> None:
    asked(outside_url, born_on="1990")
    assert obeys("Question", exchanged[0][0])


def test_the_hints_are_read_with_their_zone(outside: httpx.Client, outside_url: str) -> None:
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=5)
    outside.put(f"/thue-bao/{PHONE}", json={**SUBSCRIBER, "sim_changed_at": at.isoformat()})
    answer = asked(outside_url)
    assert (answer.sim_changed_at, answer.owner_changed_at) == (at, None)
    assert (
        outside.put(
            f"/thue-bao/{PHONE}", json={**SUBSCRIBER, "sim_changed_at": "2026-11-29T08:00:00"}
        ).status_code
        >= 400
    )


@pytest.mark.parametrize("fault", ["down", "refusing"])
def test_each_refusal_is_one_of_the_contract_and_counts_as_unknown(
    outside: httpx.Client, outside_url: str, exchanged: list[tuple[dict[str, Any], Reply]], fault: str
) -> None:
    outside.post("/su-co", json={"operator": fault})
    assert asked(outside_url).verdict is Verdict.UNKNOWN
    assert str(exchanged[0][1].status) in CONTRACT["paths"][PATH]["post"]["responses"]


def test_the_contract_would_notice_a_break() -> None:
    """Seen red."""
    assert not obeys("Question", {"phone": "0900000001"})
    answer = {"verdict": "MATCH", "phone": "+84900000001", "reference": "r1"}
    assert obeys("Answer", answer)
    assert not obeys("Answer", {**answer, "verdict": True})
    assert not obeys("Answer", {**answer, "sim_changed_at": "hôm qua"})
