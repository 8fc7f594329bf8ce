"""The sample people who can sign in, as printed when the demonstration is ready."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
PEOPLE = DATA / "people.json"


@dataclass(frozen=True, slots=True, repr=False)
class SignIn:
    """One line of the list that is printed when the system is ready. Invented people only."""

    role: str
    number: str
    password: str


def known(path: Path = PEOPLE) -> list[SignIn]:
    told: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["people"]
    return [SignIn(each["role"], each["number"], each["password"]) for each in told if each["password"]]
