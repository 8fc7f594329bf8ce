"""A desk apart tells over the wire where its dossiers stand and what it receives."""

import uuid
from datetime import date
from typing import Any

import pytest
from tests.accounts import people
from tests.gateways.over_http.conftest import OverHttp

from motcua.accounts import identity
from motcua.desk.ports import PortalUnavailable
from motcua.desk.ports_standing import DossierStanding, ProcedureStanding
from motcua.gateways import standing_http
from motcua.gateways.procedures_elsewhere import ProceduresElsewhere
from motcua.gateways.standing_http import HttpStanding
from motcua.signin import desk_dossiers


@pytest.fixture(autouse=True)
def _no_portal_of_another_test() -> None:
    standing_http._calls.cache_clear()


def test_what_is_told_stands_at_the_portal_and_silence_is_said(over_http: OverHttp, settings: Any) -> None:
    account = people.account(people.data())
    row = DossierStanding(
        reference=uuid.uuid4(),
        subject=identity.name_to(account, settings.DESK_ID).subject,
        code="000.00.08.H08-261130-0001",
        procedure_code="1.004440",
        procedure_name="Cho phép trung tâm ngoại ngữ hoạt động",
        state="PROCESSING",
        arrived_on=date(2026, 11, 30),
        open=True,
        line=7,
    )
    portal = HttpStanding()
    portal.tell_dossiers([row])
    portal.tell_dossiers([row])
    portal.tell_procedures([ProcedureStanding("1.004440", "Cho phép trung tâm", True)])

    assert desk_dossiers.open_of(account.pk) == [row.code]
    assert ProceduresElsewhere().for_organisations() == {"1.004440": "Cho phép trung tâm"}
    portal.tell_procedures([ProcedureStanding("1.004440", "Tên khác", True)])
    portal.tell_procedures([ProcedureStanding("1.004440", "Cho phép trung tâm", True)])
    assert ProceduresElsewhere().for_organisations() == {"1.004440": "Cho phép trung tâm"}, "changed back"

    over_http.cut()
    standing_http._calls.cache_clear()
    with pytest.raises(PortalUnavailable):
        portal.tell_dossiers([row])
