"""Desks tell the portal what lies open there for whom, and what they receive: the newest word stands."""

import uuid
from datetime import date
from typing import Any

import pytest
from django.test import Client

from motcua.accounts import identity
from motcua.accounts.models import Account
from motcua.gateways.procedures_elsewhere import ProceduresElsewhere
from motcua.protection import copying, erasing
from motcua.signin import clients, desk_dossiers, desk_procedures
from motcua.signin.models import DeskDossier
from tests.accounts import people
from tests.api.calling import System, a_system, problem, token_of
from tests.protection.visitors import signed_in
from tests.races.together import together
from tests.signin import systems
from tests.web_office.desk import words

pytestmark = pytest.mark.django_db(transaction=True)
CODE = "000.00.08.H08-261130-0001"
CLOSING = "/ca-nhan/dong-tai-khoan/"


@pytest.fixture
def system() -> System:
    return a_system()


@pytest.fixture
def person() -> Any:
    return people.data()


@pytest.fixture
def account(person: Any) -> Account:
    return people.account(person)


def dossier(system: System, account: Account, **more: object) -> dict[str, object]:
    return {
        "reference": str(uuid.uuid5(uuid.NAMESPACE_OID, str(account.pk))),
        "subject": identity.name_to(account, system.audience).subject,
        "code": CODE,
        "procedure_code": "1.004440",
        "procedure_name": "Cho phép trung tâm ngoại ngữ hoạt động",
        "state": "PROCESSING",
        "arrived_on": "2026-11-30",
        "open": True,
        "line": 7,
        **more,
    }


def tell(system: System, *dossiers: dict[str, object]) -> Any:
    return system.post("dossier-standings", {"dossiers": list(dossiers)}, key=str(uuid.uuid4()))


def test_an_account_with_an_open_dossier_at_a_desk_elsewhere_is_not_closed(
    system: System, person: Any, account: Account
) -> None:
    assert tell(system, dossier(system, account)).json() == {"known": 1}
    client: Client = signed_in(person)
    page = words(client.get(CLOSING))
    assert CODE in page
    refused = client.post(CLOSING, {"password": people.STRONG, "understood": "on"})
    assert refused.status_code == 409 and "hồ sơ đang được giải quyết" in words(refused)

    tell(system, dossier(system, account, state="RETURNED", open=False, line=9))
    assert client.post(CLOSING, {"password": people.STRONG, "understood": "on"}).status_code == 302


def test_the_owners_copy_says_where_each_dossier_lies(system: System, account: Account) -> None:
    tell(system, dossier(system, account))
    (table,) = [one for one in copying.tables(account) if one.name == "DeskDossier"]
    (row,) = table.rows
    assert (row["code"], row["state"], row["noi_giu"]) == (CODE, "Đang xử lý", system.row.name)


def test_the_newest_line_stands_whichever_call_comes_last(system: System, account: Account) -> None:
    tell(system, dossier(system, account, state="DONE", line=12))
    tell(system, dossier(system, account, state="PROCESSING", line=11))
    assert DeskDossier.objects.get().state == "DONE"


@pytest.mark.race
def test_of_calls_at_once_the_newest_line_stands(system: System, account: Account) -> None:
    rows = [
        desk_dossiers.Told(
            reference=uuid.UUID(int=nth % 3),
            subject=identity.name_to(account, system.audience).subject,
            code=CODE,
            procedure_code="1.004440",
            procedure_name="Cho phép trung tâm ngoại ngữ hoạt động",
            state="PROCESSING",
            arrived_on=date(2026, 11, 30),
            is_open=True,
            line=nth + 1,
        )
        for nth in range(30)
    ]
    acts = [
        lambda some=rows[first : first + 3]: desk_dossiers.take(
            some, client_pk=system.row.pk, audience=system.audience
        )
        for first in range(0, 30, 3)
    ]
    assert all(one.went_well for one in together(acts))
    assert sorted(DeskDossier.objects.values_list("line", flat=True)) == [28, 29, 30]


def test_whoever_is_not_known_or_closed_the_account_leaves_nothing(system: System, account: Account) -> None:
    stranger = dossier(system, account, subject="f" * 32)
    assert tell(system, stranger).json() == {"known": 0}
    Account.objects.filter(pk=account.pk).update(status="closed")
    assert tell(system, dossier(system, account)).json() == {"known": 0}
    assert not DeskDossier.objects.exists()


def test_what_desks_said_goes_with_a_closed_account(
    system: System, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(system, dossier(system, account))
    monkeypatch.setattr(erasing.closing, "forget", lambda _: True)
    monkeypatch.setattr(erasing.forgetting, "forget", lambda *_, **__: True)
    assert erasing._forget(account, ())
    assert not DeskDossier.objects.exists()


def test_what_ended_long_ago_is_forgotten_and_what_is_open_never(system: System, account: Account) -> None:
    from django.db.models.expressions import RawSQL

    other = people.account(people.data())
    tell(system, dossier(system, account, open=False, state="RETURNED"), dossier(system, other))
    assert desk_dossiers.purge_due() == desk_dossiers.overdue(10) == 0
    DeskDossier.objects.update(told_at=RawSQL("clock_timestamp() - interval '25 months'", ()))
    assert desk_dossiers.overdue(10) == desk_dossiers.purge_due() == 1
    assert DeskDossier.objects.get().account_id == other.pk


def tell_procedures(system: System, *rows: tuple[str, bool]) -> Any:
    said = [{"code": code, "name": f"Thủ tục {code}", "for_organisations": of} for code, of in rows]
    return system.post("procedure-standings", {"procedures": said}, key=str(uuid.uuid4()))


def test_a_portal_without_a_desk_knows_the_procedures_of_its_desks(system: System) -> None:
    catalogue = ProceduresElsewhere()
    assert catalogue.for_organisations() is None, "nobody told anything: nothing can be compared"
    assert tell_procedures(system, ("1.000001", True), ("1.000002", False)).status_code == 200
    assert catalogue.for_organisations() == {"1.000001": "Thủ tục 1.000001"}
    assert catalogue.names_of(["1.000002", "9.999999"]) == {"1.000002": "Thủ tục 1.000002"}

    tell_procedures(system, ("1.000002", True))
    assert catalogue.for_organisations() == {"1.000002": "Thủ tục 1.000002"}
    assert catalogue.names_of(["1.000001"]) == {"1.000001": "Thủ tục 1.000001"}, "a name outlives the offer"

    clients.stop(
        authority=systems.connector(), client=system.row.public_id, reason="Ngừng kết nối theo yêu cầu"
    )
    assert catalogue.for_organisations() is None


def test_a_desk_that_ended_keeps_nobody(system: System, account: Account) -> None:
    tell(system, dossier(system, account))
    assert desk_dossiers.open_of(account.pk) == [CODE]
    clients.stop(
        authority=systems.connector(), client=system.row.public_id, reason="Ngừng kết nối theo yêu cầu"
    )
    assert desk_dossiers.open_of(account.pk) == []


def test_a_later_desk_renames_nothing(system: System) -> None:
    desk_procedures.take([desk_procedures.Told("1.1", "Tên thật", True)], client_pk=system.row.pk)
    other = a_system(client_id="tinh-khac-mot-cua", unit=systems.SCHOOL)
    desk_procedures.take([desk_procedures.Told("1.1", "Tên giả", True)], client_pk=other.row.pk)
    assert ProceduresElsewhere().names_of(["1.1"]) == {"1.1": "Tên thật"}
    assert ProceduresElsewhere().for_organisations() == {"1.1": "Tên thật"}


def test_only_with_the_scope(system: System, account: Account) -> None:
    body = dossier(system, account)
    system.token = token_of(system.row.client_id, "account.check")
    assert problem(tell(system, body)) == (403, "scope_missing")
    assert problem(tell_procedures(system)) == (403, "scope_missing")
