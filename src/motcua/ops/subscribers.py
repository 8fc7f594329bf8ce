"""The sample subscribers of the simulated operators, told over the same wire a person would use."""

import http.client
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from motcua.ops.places import Place
from motcua.ops.sign_ins import DATA, PEOPLE

SUBSCRIBERS = DATA / "subscribers.json"
_PATIENCE = 10.0
#: The simulated operators tell of changes, and these people's cards are old: a forgotten password waits for nothing.
_LONG_AGO = "2021-06-01T08:00:00+07:00"


@dataclass(frozen=True, slots=True, repr=False)
class ToTry:
    """Somebody without an account, for trying the registration. Invented people only."""

    shows: str
    name: str
    number: str
    born_on: str
    phone: str


def to_try(path: Path = SUBSCRIBERS) -> list[ToTry]:
    return [
        ToTry(each["shows"], each["name"], each["number"], each["born_on"], each["phone"])
        for each in _told(path)
    ]


def enrol(place: Place) -> None:
    """Add the subscribers that are not there yet; what somebody changed in the simulator stays."""
    for phone, record in _records():
        if _ask(place, "GET", phone, None) == http.client.NOT_FOUND:
            _ask(place, "PUT", phone, record)


def _records() -> list[tuple[str, dict[str, str]]]:
    people: list[dict[str, Any]] = json.loads(PEOPLE.read_text(encoding="utf-8"))["people"]
    records = [
        (each["phone"], _record("MobiFone", each["name"], each["number"], each["born_on"])) for each in people
    ]
    records += [
        (each["phone"], _record(each["operator"], each["owner"], each["owner_number"], each["owner_born_on"]))
        for each in _told(SUBSCRIBERS)
    ]
    return records


def _record(operator: str, name: str, number: str, born_on: str) -> dict[str, str]:
    return {
        "operator": operator,
        "name": name,
        "id_number": number,
        "born_on": born_on,
        "sim_changed_at": _LONG_AGO,
    }


def _told(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["subscribers"]
    return found


def _ask(place: Place, method: str, phone: str, record: dict[str, str] | None) -> int:
    """The status; the simulators may still be starting."""
    until = time.monotonic() + _PATIENCE
    while True:
        line = http.client.HTTPConnection(place.sim_address, place.sim_port, timeout=3)
        try:
            body = json.dumps(record) if record else None
            line.request(method, f"/thue-bao/{phone}", body, {"Content-Type": "application/json"})
            return line.getresponse().status
        except OSError:
            if time.monotonic() > until:
                return 0
            time.sleep(0.1)
        finally:
            line.close()
