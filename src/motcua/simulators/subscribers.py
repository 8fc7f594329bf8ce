"""Who owns which phone, as the operators have it on record."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from motcua.kernel.birth_date import BirthDate
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.mobile_prefixes import PREFIXES_OF_OPERATOR
from motcua.kernel.person_name import NameMatch, PersonName
from motcua.kernel.phone import Phone
from motcua.kernel.refusal import Refusal
from motcua.simulators.store import Store


class NotASubscriber(Refusal):
    code = "not_a_subscriber"
    message = "Thông tin thuê bao phải có operator, name, id_number và born_on. Đề nghị kiểm tra lại."


_OPTIONAL = {"old_id_number", "sim_changed_at", "owner_changed_at"}


@dataclass(frozen=True, slots=True, repr=False)
class Subscriber:
    operator: str
    name: str
    id_number: str
    born_on: str
    #: The number of an older card, where the operator has it too.
    old_id_number: str = ""
    #: When the card in the phone, or the phone's owner, last changed; in ISO, where the operator tells.
    sim_changed_at: str = ""
    owner_changed_at: str = ""

    def as_json(self) -> dict[str, str]:
        return {name: value for name, value in asdict(self).items() if value or name not in _OPTIONAL}

    def hints(self) -> dict[str, str]:
        """What the operator tells beside the verdict."""
        told = {"sim_changed_at": self.sim_changed_at, "owner_changed_at": self.owner_changed_at}
        return {name: value for name, value in told.items() if value}

    def is_person(self, *, citizen_id: CitizenId, name: PersonName, born_on: BirthDate) -> bool:
        """Operators write without marks, so marks do not count."""
        return (
            citizen_id.value in {self.id_number, self.old_id_number}
            and PersonName.parse(self.name).compare(name) is not NameMatch.DIFFERENT
            and BirthDate.parse(self.born_on).agrees_with(born_on)
        )


def parsed(said: object) -> Subscriber:
    """From the JSON of ``PUT /thue-bao/…``; a Refusal says what is wrong."""
    if not isinstance(said, dict):
        raise NotASubscriber
    fields = {
        name: said.get(name, "") for name in ("operator", "name", "id_number", "born_on", "old_id_number")
    }
    operator, old = fields["operator"], fields["old_id_number"]
    if not isinstance(operator, str) or not 0 < len(operator.strip()) <= 40:
        raise NotASubscriber
    return Subscriber(
        operator=operator.strip(),
        name=PersonName.parse(fields["name"]).value,
        id_number=CitizenId.parse(fields["id_number"]).value,
        born_on=_born_on(fields["born_on"]).shown,
        old_id_number=CitizenId.parse(old).value if old else "",
        sim_changed_at=_moment(said.get("sim_changed_at", "")),
        owner_changed_at=_moment(said.get("owner_changed_at", "")),
    )


def _moment(said: object) -> str:
    """With its zone, or nothing."""
    if not said:
        return ""
    try:
        at = datetime.fromisoformat(str(said))
    except ValueError:
        raise NotASubscriber from None
    if at.tzinfo is None:
        raise NotASubscriber
    return at.isoformat()


def find(store: Store, phone: Phone) -> Subscriber | None:
    with store.open() as db:
        row = db.execute(
            "SELECT operator, name, id_number, born_on, old_id_number, sim_changed_at, owner_changed_at"
            " FROM subscriber WHERE phone = ?",
            [phone.value],
        ).fetchone()
    return Subscriber(**dict(row)) if row else None


def enrol(store: Store, phone: Phone, subscriber: Subscriber) -> None:
    with store.open() as db:
        db.execute(
            "INSERT OR REPLACE INTO subscriber (phone, operator, name, id_number, born_on, old_id_number,"
            " sim_changed_at, owner_changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                phone.value,
                subscriber.operator,
                subscriber.name,
                subscriber.id_number,
                subscriber.born_on,
                subscriber.old_id_number,
                subscriber.sim_changed_at,
                subscriber.owner_changed_at,
            ],
        )


def remove(store: Store, phone: Phone) -> None:
    with store.open() as db:
        db.execute("DELETE FROM subscriber WHERE phone = ?", [phone.value])


def operator_of(phone: Phone) -> str:
    """By prefix: for numbers that nobody has on record."""
    for operator, prefixes in PREFIXES_OF_OPERATOR.items():
        if phone.prefix3 in prefixes:
            return operator
    return "Viettel"


def _born_on(said: object) -> BirthDate:
    """Also as ISO writes it, which programs do."""
    if isinstance(said, str) and len(said) == 10 and said[4:5] == "-":
        try:
            said = f"{date.fromisoformat(said):%d/%m/%Y}"
        except ValueError:
            said = ""
    return BirthDate.parse(said)
