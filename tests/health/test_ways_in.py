"""When VNeID is the only way in and is not there, the page, the figures, /readyz and the command say so."""

import json
from typing import Any

import pytest
from django.test import Client

from motcua.health import beating, reading
from motcua.health.models import Kind
from motcua.health.reading import State
from motcua.ops import metrics
from tests.accounts import provider_days

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def configured(settings: Any) -> None:
    settings.VNEID_ISSUER = "https://vneid.example.vn"


def part() -> reading.Part | None:
    return next((each for each in reading.look().parts if each.key == "ways_in"), None)


def warnings() -> list[str]:
    return list(json.loads(Client().get("/readyz").content)["warnings"])


def silent() -> None:
    beating.note(Kind.NEIGHBOUR, "vneid", ok=False, said="ConnectionRefusedError", every=30.0)


def test_nothing_is_said_before_any_day_was_agreed() -> None:
    assert part() is None and warnings() == []


def test_while_passwords_count_a_silent_vneid_shuts_nobody_out(settings: Any) -> None:
    provider_days.transition()
    silent()
    found = part()
    assert found is not None and found.state is State.GOOD
    assert warnings() == []
    settings.VNEID_ISSUER = None
    found = part()
    assert found is not None and found.state is State.WARNING and "VNEID_ISSUER" in found.act


@pytest.mark.parametrize("configured", [True, False], ids=["silent", "not-configured"])
def test_as_the_only_way_it_is_red_and_page_worthy(settings: Any, *, configured: bool) -> None:
    provider_days.over()
    found = part()
    assert found is not None and found.state is State.GOOD
    assert b"motcua_citizens_can_sign_in 1" in metrics.page()
    if configured:
        silent()
    else:
        settings.VNEID_ISSUER = None
    found = part()
    assert found is not None and found.state is State.BAD and found.act
    assert "không công dân nào đăng nhập được" in found.said
    assert b"motcua_citizens_can_sign_in 0" in metrics.page()
    assert warnings() == ["citizens_cannot_sign_in"]
