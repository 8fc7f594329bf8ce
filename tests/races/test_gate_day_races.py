"""Two administrators at once: one change of a unit waits, and one decision holds."""

from datetime import timedelta

import pytest
from django.utils import timezone

from motcua.kernel.authority import Authority
from motcua.units import gate_days
from motcua.units.gate_tables import GateChange, GateChangeUnit
from motcua.units.models import Unit
from tests.races.together import Outcome, together
from tests.units import people

pytestmark = pytest.mark.django_db(transaction=True)
WHY = "Công văn 349/VPUBND"


def said(outcomes: list[Outcome]) -> list[str]:
    """Which refusals there were, none first."""
    return sorted(one.refusal.code if one.refusal else "" for one in outcomes)


def town() -> tuple[Unit, list[Authority]]:
    so = people.unit("so-mau")
    day = timezone.localdate() + timedelta(days=60)
    unit = people.unit(
        "phong-a", parent=so, has_desk=True, dossier_prefix="000.00.09.H08", gate_binds_from=day
    )
    return unit, [people.administrator(so) for _ in range(4)]


def ask(by: Authority, unit: Unit) -> None:
    today = timezone.localdate()
    gate_days.ask(
        authority=by, unit_codes=[unit.code], binds_from=today + timedelta(days=9), reason=WHY, on=today
    )


def test_of_four_who_ask_for_one_unit_one_is_first() -> None:
    unit, admins = town()

    refused = said(together([lambda by=by: ask(by, unit) for by in admins]))

    assert refused == ["", "gate_change_waits", "gate_change_waits", "gate_change_waits"]
    assert GateChange.objects.count() == GateChangeUnit.objects.count() == 1


def test_of_three_who_decide_one_is_first_and_the_day_is_set_once() -> None:
    unit, admins = town()
    ask(admins[0], unit)
    change, today = GateChange.objects.get(), timezone.localdate()
    acts = [
        lambda: gate_days.approve(authority=admins[1], change_id=change.public_id, on=today),
        lambda: gate_days.approve(authority=admins[2], change_id=change.public_id, on=today),
        lambda: gate_days.decline(authority=admins[3], change_id=change.public_id),
    ]

    assert said(together(acts)) == ["", "gate_change_decided", "gate_change_decided"]
    change.refresh_from_db()
    unit.refresh_from_db()
    assert (unit.gate_binds_from == change.binds_from) == (change.state == "APPROVED")
