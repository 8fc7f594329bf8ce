"""Money is asked only where the procedure has some to pay, and the slips say the same (migration 0038)."""

from typing import Any

import pytest
from django.utils import timezone
from tests import app_role
from tests.desk import lives
from tests.desk.lives import House
from tests.desk.test_gate_against_the_app_role import refused_to_the_app
from tests.desk.town import Town

from motcua.desk import charging, next_actions, slips
from motcua.desk.models import Charge, Dossier, Procedure
from motcua.desk.next_actions import Deed
from motcua.kernel.refusal import Refusal

Kind = Charge.Kind


@pytest.fixture
def house(town: Town) -> House:
    app_role.give()
    return lives.house(town)


def of(fee: int | None, charge: int | None, words: str = "") -> Procedure:
    return Procedure(fee_vnd=fee, charge_vnd=charge, fee_words=words)


def received(house: House, fee: int | None, charge: int | None) -> Dossier:
    """On the desk of the specialist, of a procedure that says this about money."""
    Procedure.objects.update(fee_vnd=fee, charge_vnd=charge)
    return house.on_the_desk_of_the_specialist()


def ask(house: House, dossier: Dossier, kind: Kind) -> Charge:
    return charging.ask(
        authority=house.specialist,
        dossier_id=dossier.public_id,
        kind=kind,
        amount_vnd=30_000,
        wait=False,
        now=timezone.now(),
    )


@pytest.mark.parametrize(
    ("fee", "charge", "kinds"),
    [
        (0, 0, ()),
        (30_000, 0, (Kind.FEE,)),
        (0, 12_000, (Kind.CHARGE,)),
        (None, 0, (Kind.FEE,)),
        (None, None, (Kind.FEE, Kind.CHARGE)),
    ],
)
def test_a_sum_that_is_known_or_set_elsewhere_may_be_asked_and_nothing_else(
    house: House, fee: int | None, charge: int | None, kinds: tuple[Kind, ...]
) -> None:
    dossier = received(house, fee, charge)
    standing = next_actions.standing_of(dossier)
    offered = next_actions.next_deeds(house.specialist, dossier, standing)

    assert charging.kinds_of(dossier.procedure) == kinds
    assert (Deed.ASK_CHARGE in offered) == bool(kinds)
    for kind in Kind:
        if kind in kinds:
            assert ask(house, dossier, kind).kind == kind
        else:
            with pytest.raises(Refusal, match="nothing_is_charged") as no:
                ask(house, dossier, kind)
            assert str(kind.label).lower() in no.value.text


@pytest.mark.parametrize(("kind", "fee", "charge"), [(Kind.FEE, 0, None), (Kind.CHARGE, None, 0)])
def test_the_database_lets_nothing_be_asked_that_is_not_charged(
    house: House, kind: Kind, fee: int | None, charge: int | None
) -> None:
    dossier = received(house, fee, charge)
    row: dict[str, Any] = {
        "dossier": dossier,
        "kind": kind,
        "amount_vnd": 30_000,
        "asked_by": house.specialist.subject,
        "unit": dossier.unit,
    }

    refused_to_the_app(
        lambda: Charge.objects.create(**row),
        "desk_charge_of_procedure",
        "desk_charge",
        "desk_charge_of_procedure",
    )


@pytest.mark.parametrize(
    ("procedure", "words"),
    [
        (of(0, 0), "Không thu"),
        (of(30_000, 0), "30.000 đồng"),
        (of(0, 1_200_000), "1.200.000 đồng"),
        (of(30_000, 12_000), "Lệ phí 30.000 đồng, phí 12.000 đồng"),
        (of(None, 0), "Theo quy định"),
        (of(30_000, None, "Theo nghị quyết của tỉnh"), "Theo nghị quyết của tỉnh"),
    ],
    ids=["nothing", "fee", "charge", "both", "set elsewhere", "one of them elsewhere"],
)
def test_a_slip_says_both_sums_or_where_they_are_set(procedure: Procedure, words: str) -> None:
    assert slips.fee_words(procedure) == words
