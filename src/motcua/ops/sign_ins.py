"""The sample people who can sign in, as printed when the demonstration is ready."""

import base64
import hashlib
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
    #: What the app of an officer is enrolled with; empty for everybody else.
    secret: str = ""


def sample_secret(number: str) -> str:
    """The same on every machine: a demonstration protects nobody, and its secrets are printed."""
    return base64.b32encode(hashlib.sha256(f"motcua-mau:{number}".encode()).digest()[:20]).decode()


def known(path: Path = PEOPLE) -> list[SignIn]:
    told: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["people"]
    return [
        SignIn(
            each["role"],
            each["number"],
            each["password"],
            sample_secret(each["number"]) if each["posts"] else "",
        )
        for each in told
        if each["password"]
    ]
