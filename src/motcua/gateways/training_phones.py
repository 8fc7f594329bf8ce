"""The simulated phones of a training world, over the wire that their own pages use."""

from collections.abc import Sequence
from typing import Any, Final

import httpx
from django.conf import settings

from motcua.kernel.birth_date import BirthDate
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.person_name import PersonName
from motcua.kernel.phone import Phone
from motcua.training.ports import PhonesSilent, Text

_PATIENCE: Final = 5.0
#: A card that changed long ago makes nobody wait (threats T-10).
_LONG_AGO: Final = "2021-06-01T08:00:00+07:00"


class SimulatedPhones:
    """Implements ``training.ports.Phones``. Where there are no simulators, there is nobody to answer."""

    def __init__(self, url: str | None = None) -> None:
        self._url = url or settings.SIMULATORS_URL or ""

    def enrol(self, phone: Phone, *, name: PersonName, number: CitizenId, born_on: BirthDate) -> None:
        record = {
            "operator": "Viettel",
            "name": name.value,
            "id_number": number.value,
            "born_on": born_on.shown,
            "sim_changed_at": _LONG_AGO,
        }
        self._ask("PUT", f"/thue-bao/{phone.local}", record)

    def inbox(self, phone: Phone) -> Sequence[Text]:
        told = self._ask("GET", f"/dien-thoai/{phone.local}.json").json()
        return [Text(each["at"], each["from"], each["text"]) for each in told]

    def ask_1414(self, phone: Phone) -> None:
        self._ask("POST", f"/dien-thoai/{phone.local}", {"text": "TTTB"})

    def _ask(self, method: str, path: str, told: dict[str, Any] | None = None) -> httpx.Response:
        try:
            answer = httpx.request(method, self._url + path, json=told, timeout=_PATIENCE)
            answer.raise_for_status()
        except (httpx.HTTPError, httpx.InvalidURL) as failure:
            raise PhonesSilent from failure
        return answer
