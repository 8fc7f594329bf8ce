import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from altcha import v1 as altcha

from motcua.kernel.sealing import Keyring
from motcua.keys import secret_key
from motcua.web import proof_of_work

pytestmark = pytest.mark.django_db


def solved(task: dict[str, object], **changed: object) -> str:
    numbers = range(int(str(task["maxNumber"])) + 1)
    number = next(
        n for n in numbers if hashlib.sha256(f"{task['salt']}{n}".encode()).hexdigest() == task["challenge"]
    )
    answer = {key: task[key] for key in ("algorithm", "challenge", "salt", "signature")}
    return base64.b64encode(json.dumps({**answer, "number": number, **changed}).encode()).decode()


def test_a_solved_task_is_good_exactly_once() -> None:
    answer = solved(proof_of_work.challenge())

    assert proof_of_work.verify(answer)
    assert not proof_of_work.verify(answer)


def test_the_same_solution_in_another_wrapping_is_not_good_again() -> None:
    task = proof_of_work.challenge()

    assert proof_of_work.verify(solved(task))
    assert not proof_of_work.verify(solved(task, took=12))


@pytest.mark.parametrize(
    "changed",
    [
        {"number": 10**9},
        {"number": "1"},
        {"number": True},
        {"number": -1},
        {"algorithm": "SHA-1"},
        {"signature": "0" * 64},
        {"signature": None},
        {"challenge": 1},
        {"salt": "a" * 32 + "&"},
        {"salt": "ấ?expires=99999999999&"},
    ],
)
def test_a_bent_solution_is_refused(changed: dict[str, object]) -> None:
    assert not proof_of_work.verify(solved(proof_of_work.challenge(), **changed))


@pytest.mark.parametrize(
    "payload", ["", "x", "W10=", "IiI=", "bnVsbA==", "A" * 5_000, "\ud800", "\x00", "🙂"]
)
def test_anything_else_is_refused_quietly(payload: str) -> None:
    assert not proof_of_work.verify(payload)


def test_a_task_lapses(settings: Any) -> None:
    old = altcha.create_challenge(
        algorithm="SHA-256",
        max_number=50,
        salt_length=16,
        hmac_key=proof_of_work._keys()[0],
        salt="",
        number=None,
        expires=datetime.now(UTC) - timedelta(seconds=2),
        params=None,
    )

    assert not proof_of_work.verify(solved(old.to_dict()))


def test_a_task_of_another_house_is_refused(settings: Any) -> None:
    task = proof_of_work.challenge()
    settings.SECRET_KEY_GIVEN = "another"

    assert not proof_of_work.verify(solved(task))


def test_a_task_of_before_the_secret_changed_is_good_until_that_secret_goes(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.KEYRING = Keyring.generate(tmp_path / "keys")
    monkeypatch.setattr(secret_key, "LONGEST", timedelta(0))
    before, also_before = proof_of_work.challenge(), proof_of_work.challenge()
    secret_key.add(waits=False)
    after = proof_of_work.challenge()
    assert proof_of_work.verify(solved(before)) and proof_of_work.verify(solved(after))
    secret_key.retire(1)
    assert not proof_of_work.verify(solved(also_before))
    assert proof_of_work.verify(solved(proof_of_work.challenge()))
