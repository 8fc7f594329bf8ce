"""A desk apart has an officer's second factor started anew over the wire: yes, no and silence are told apart."""

import uuid
from typing import Any

import pytest
from tests.accounts import people
from tests.gateways.over_http.conftest import OverHttp
from tests.signin.strong import came_in

from motcua.accounts import identity
from motcua.accounts.models import Account, Authenticator, FactorReset
from motcua.desk.ports import PortalUnavailable
from motcua.desk.ports_officers import ResetRefused
from motcua.gateways import officer_resets_http
from motcua.gateways.officer_resets_http import HttpOfficerResets
from motcua.signin.models import Client

WHY = "Mất điện thoại ngày 12/5, đã đối chiếu thẻ căn cước."


@pytest.fixture(autouse=True)
def _no_portal_of_another_test() -> None:
    officer_resets_http._calls.cache_clear()


def wanted(settings: Any, *accounts: Account) -> dict[str, str]:
    """Whom it is about, who asks, who agrees; known to the desk by its own ids."""
    ids = [identity.name_to(one, settings.DESK_ID).subject for one in accounts]
    return {
        **dict(zip(("subject", "asked_by", "approved_by"), ids, strict=True)),
        "unit_code": "binhdinh-sgddt",
        "reason": WHY,
        "key": f"officer-reset:{uuid.uuid4()}",
    }


@pytest.fixture
def staff(over_http: OverHttp, settings: Any) -> dict[str, str]:
    lost, *others = (people.account(people.data()) for _ in range(3))
    Authenticator.objects.create(account=lost, secret_sealed=b"x", last_step=1)
    client = Client.objects.get(client_id=settings.PORTAL_CLIENT_ID)
    for one in (lost, *others):
        came_in(client, one, identity.name_to(one, settings.DESK_ID).subject)
    return wanted(settings, lost, *others)


def test_a_yes_is_done_once_however_often_it_is_said(staff: dict[str, str]) -> None:
    resets = HttpOfficerResets()
    resets.reset(**staff)
    resets.reset(**staff)
    assert FactorReset.objects.get().decided_by == staff["approved_by"]


def test_a_no_is_the_portals_own_word(staff: dict[str, str], over_http: OverHttp) -> None:
    with pytest.raises(ResetRefused) as no:
        HttpOfficerResets().reset(**{**staff, "approved_by": staff["asked_by"]})
    assert no.value.why == "factor_reset_second_person_needed"
    with pytest.raises(ResetRefused) as no:
        HttpOfficerResets().reset(**{**staff, "key": "mot-khoa-khac", "subject": "f" * 32})
    assert no.value.why == "factor_reset_people_refused"
    assert not FactorReset.objects.exists()


def test_silence_is_no_answer(staff: dict[str, str], over_http: OverHttp) -> None:
    over_http.cut()
    officer_resets_http._calls.cache_clear()
    with pytest.raises(PortalUnavailable):
        HttpOfficerResets().reset(**staff)
