"""Every implementation of the desk's ports, with the same few handles: enrol somebody, cut the line.

A further implementation is one class with these handles and one line in REGISTRIES or VAULTS.
"""

import base64
import itertools
import threading
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import httpx
from django.utils import timezone
from tests.accounts import mandates, people
from tests.accounts.desk import authority_at
from tests.desk.fake_portal import FakePortal
from tests.files.making import scans
from tests.vault import papers

from motcua.accounts import organisations
from motcua.accounts.models import Account, PhoneBinding
from motcua.accounts.sealed_data import number_fingerprint
from motcua.desk.ports import (
    AccountRegistry,
    Found,
    OfferedPaper,
    OwnerStatus,
    OwnersVault,
    PaperValidity,
    Representative,
)
from motcua.gateways import portal_line
from motcua.gateways.dvcqg_accounts import DvcqgAccounts
from motcua.gateways.dvcqg_line import Connection, DvcqgLine
from motcua.gateways.dvcqg_store import DvcqgStore
from motcua.gateways.portal_local import LocalPortal
from motcua.gateways.vault_local import LocalVault
from motcua.kernel.authority import Power
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.tax_code import TaxCode
from motcua.simulators import dvcqg, serving

TYPE = "khai-sinh"
RESULT_CODE = "KQ.G01.000001"
ASKER = "052190000099"
_serial = itertools.count(1)


class Ground(Protocol):
    """One implementation on its own ground. ``offers`` names what it can do beside the checks themselves."""

    registry: AccountRegistry
    vault: OwnersVault
    offers: frozenset[str]

    def enrol(self, number: str, name: str, status: OwnerStatus = OwnerStatus.USABLE) -> None: ...

    def lay_in(self, number: str, name: str) -> None: ...

    def freeze_phone(self, number: str) -> None: ...

    def mandate(self, tax_code: str, representative: str, procedure_code: str) -> None:
        """An organisation, and the citizen who may act for it in this procedure."""

    def cut(self) -> None: ...


_ALL = frozenset({"tell", "session", "representative", "put", "still_usable", "offer"})
_STATUS = {
    OwnerStatus.USABLE: "1",
    OwnerStatus.AWAITING_ACTIVATION: "2",
    OwnerStatus.LOCKED: "3",
    OwnerStatus.CLOSED: "4",
}


class InProcess:
    """Portal and desk in one installation."""

    offers = _ALL

    def __init__(self, place: Path, cut: Callable[[], None]) -> None:
        self.registry = LocalPortal()
        self.vault = LocalVault()
        self.cut = cut

    def enrol(self, number: str, name: str, status: OwnerStatus = OwnerStatus.USABLE) -> None:
        account = people.account(people.data(number=number, name=name, born="01/02/1990"))
        kept = {"LOCKED": "locked", "CLOSED": "closed", "AWAITING_ACTIVATION": "pending_activation"}
        if status is OwnerStatus.CLOSED:
            PhoneBinding.objects.filter(account=account).delete()
        if status.value in kept:
            Account.objects.filter(pk=account.pk).update(status=kept[status.value])

    def lay_in(self, number: str, name: str) -> None:
        found = self.registry.check(
            number=number_of(number), old_number=None, purpose="tiep-nhan-ho-so",
            asked_by=papers.OFFICER, unit_code=papers.UNIT, reference=str(uuid.uuid4()),
        )  # fmt: skip
        assert isinstance(found, Found), found
        account = Account.objects.get(subjects__subject=found.subject)
        papers.put(account, papers.new_paper(type_code=TYPE, title=name))

    def freeze_phone(self, number: str) -> None:
        fingerprint = number_fingerprint(number_of(number))
        held = PhoneBinding.objects.filter(account__person__documents__number_bi=fingerprint)
        PhoneBinding.objects.filter(pk__in=held).update(status=PhoneBinding.Status.FROZEN)

    def mandate(self, tax_code: str, representative: str, procedure_code: str) -> None:
        by = authority_at(mandates.UNIT, Power.OPEN_ACCOUNT)
        organisation = organisations.register(
            authority=by, tax_code=TaxCode.parse(tax_code), name="Trung tâm Ngoại ngữ Mẫu"
        )
        wanted = mandates.granting(people.CitizenId.parse(representative), scope=(procedure_code,))
        mandates.granted(by, organisation, wanted)


class Faked:
    """What the desk's own tests use: it must not be kinder than the real ones."""

    offers = _ALL

    def __init__(self, place: Path, cut: Callable[[], None]) -> None:
        self.portal = FakePortal()
        self.registry = self.vault = self.portal

    def enrol(self, number: str, name: str, status: OwnerStatus = OwnerStatus.USABLE) -> None:
        self.portal.enrol(number, name, status=status)

    def lay_in(self, number: str, name: str) -> None:
        paper = OfferedPaper(uuid.uuid4().hex, TYPE, name, PaperValidity.VALID)
        self.portal.papers.setdefault(self.portal.people[number].subject, []).append(paper)

    def freeze_phone(self, number: str) -> None:
        self.portal.frozen.add(number)

    def mandate(self, tax_code: str, representative: str, procedure_code: str) -> None:
        organisation = self.portal.enrol(tax_code, "TRUNG TÂM NGOẠI NGỮ MẪU").subject
        self.portal.mandates[organisation, representative] = Representative(
            mandate=uuid.uuid4(),
            subject=self.portal.people[representative].subject,
            full_name="NGUYỄN VĂN MẪU",
            words="Giấy ủy quyền số 01",
            proof_on=timezone.localdate(),
            until=None,
            scope=(procedure_code,),
            at=timezone.now(),
        )

    def cut(self) -> None:
        self.portal.down = True


@dataclass
class Outside:
    """The simulators on a real socket."""

    url: str
    close: Callable[[], None] = field(repr=False)


def outside(place: Path) -> Outside:
    server = serving.server("127.0.0.1", 0, place / "outside.sqlite3")
    threading.Thread(target=lambda: server.serve_forever(poll_interval=0.02), daemon=True).start()

    def close() -> None:
        server.shutdown()
        server.server_close()

    return Outside(f"http://127.0.0.1:{server.server_port}", close)


def connection(url: str, **change: Any) -> Connection:
    """What a province would be given."""
    values: dict[str, Any] = {
        "url": f"{url}/dvcqg/dich-vu",
        "login_url": f"{url}/dvcqg/dang-nhap",
        "dstcode": dvcqg.DSTCODE,
        "unit": dvcqg.UNIT,
        "user": dvcqg.USER,
        "password": "chi-dung-khi-chay-thu",
        "lapsed": frozenset({dvcqg.LAPSED}),
    }
    return Connection(**{**values, **change})


class National:
    """Cổng DVCQG over its envelopes, played by the simulator."""

    offers = frozenset({"offer"})

    def __init__(self, place: Path, cut: Callable[[], None]) -> None:
        self.outside = outside(place)
        line = DvcqgLine(connection(self.outside.url))
        self.registry = DvcqgAccounts(line)
        self.vault = DvcqgStore(line, types={TYPE: RESULT_CODE}, asker=ASKER)

    def enrol(self, number: str, name: str, status: OwnerStatus = OwnerStatus.USABLE) -> None:
        self._put("tai-khoan", {"number": number, "name": name, "status": _STATUS[status]})

    def lay_in(self, number: str, name: str) -> None:
        data = base64.b64encode(scans.saved(scans.blank(1))).decode()
        self._put("giay-to", {"number": number, "result_code": RESULT_CODE, "name": name, "data": data})

    def freeze_phone(self, number: str) -> None:
        raise NotImplementedError  # Cổng DVCQG says nothing of phones

    def mandate(self, tax_code: str, representative: str, procedure_code: str) -> None:
        raise NotImplementedError  # Cổng DVCQG knows no mandates: not among what it offers

    def cut(self) -> None:
        self.outside.close()

    def _put(self, what: str, said: dict[str, object]) -> None:
        httpx.put(f"{self.outside.url}/dvcqg/{what}", json=said, timeout=10).raise_for_status()


REGISTRIES: Sequence[Callable[[Path, Callable[[], None]], Ground]] = [InProcess, Faked, National]
VAULTS: Sequence[Callable[[Path, Callable[[], None]], Ground]] = [InProcess, Faked, National]


def number() -> str:
    """Of a man born in 1990, as the numbers of this town are."""
    return f"052090{next(_serial) + 700_000:06d}"


def number_of(number: str) -> CitizenId | TaxCode:
    return TaxCode.parse(number) if len(number) in (10, 13) else CitizenId.parse(number)


def line_down() -> bool:
    """Stands in for ``portal_line.line_is_up`` when the line in the same process is cut."""
    return False


__all__ = ["REGISTRIES", "VAULTS", "Ground", "line_down", "number", "portal_line"]
