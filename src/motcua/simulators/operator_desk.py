"""The operators' counter: the question who owns a phone."""

import time
from http import HTTPStatus

from motcua.kernel.birth_date import BirthDate
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.person_name import PersonName
from motcua.kernel.phone import Phone
from motcua.kernel.refusal import Refusal
from motcua.simulators import faults, subscribers
from motcua.simulators.store import Store

Answer = tuple[HTTPStatus, dict[str, object]]


def check_owner(store: Store, said: dict[str, object]) -> Answer:
    """MATCH, or MISMATCH naming the operator; a number nobody has on record is a mismatch."""
    fault = faults.current(store)["operator"]
    if fault == "down":
        return HTTPStatus.SERVICE_UNAVAILABLE, {"error": "down"}
    if fault == "refusing":
        return HTTPStatus.TOO_MANY_REQUESTS, {"error": "refused"}
    if fault == "slow":
        time.sleep(faults.SLOW_SECONDS)
    try:
        phone = Phone.parse(said.get("phone"))
        citizen_id = CitizenId.parse(said.get("id_number"))
        name = PersonName.parse(said.get("name"))
        born_on = BirthDate.parse(said.get("born_on"))
    except Refusal:
        return HTTPStatus.BAD_REQUEST, {"error": "question"}
    subscriber = subscribers.find(store, phone)
    same = subscriber is not None and subscriber.is_person(citizen_id=citizen_id, name=name, born_on=born_on)
    return HTTPStatus.OK, {
        "verdict": "MATCH" if same else "MISMATCH",
        "operator": subscriber.operator if subscriber else subscribers.operator_of(phone),
        "phone": phone.value,
        "reference": said.get("reference"),
        **(subscriber.hints() if subscriber else {}),
    }
