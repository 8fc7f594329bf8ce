"""What the page offers is what the room lets be done, no more and no less: each deed tried by each officer in turn."""

from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest
from django.utils import timezone
from tests.desk import lives
from tests.desk.lives import House, a_pdf, fresh
from tests.desk.test_gate_rules import undone
from tests.desk.town import Town, a_unit

from motcua.desk import charging, handling, next_actions, notices, opinions, results, returning
from motcua.desk.models import Charge, Dossier
from motcua.desk.next_actions import Deed
from motcua.desk.returning import Taker
from motcua.kernel.authority import Authority, Power
from motcua.kernel.refusal import Refusal

Situation = Callable[[House], Dossier]


def drafted(house: House) -> Dossier:
    dossier = house.on_the_desk_of_the_specialist()
    house.attach(dossier)
    return fresh(dossier)


def with_the_leader(house: House) -> Dossier:
    dossier = drafted(house)
    house.forward(house.specialist, dossier)
    house.accept(house.leader, dossier)
    return fresh(dossier)


def handed_over(house: House) -> Dossier:
    return house.forward(house.town.authority, house.received())


SITUATIONS: Mapping[str, Situation] = {
    "received": lambda house: house.received(),
    "handed over, nobody has it": handed_over,
    "held by the specialist": lambda house: house.on_the_desk_of_the_specialist(),
    "drafted": drafted,
    "with the leader": with_the_leader,
    "done": lambda house: house.done(),
}


@pytest.fixture
def house(town: Town) -> House:
    return lives.house(town)


def officers(house: House) -> dict[str, Authority]:
    unit = house.town.unit
    return {
        "receiver": lives.holding(unit, Power.RECEIVE_DOSSIER),
        "specialist": house.specialist,
        "another specialist": lives.holding(unit, Power.PROCESS),
        "leader": house.leader,
        "another leader": lives.holding(unit, Power.SIGN),
        "giver": lives.holding(unit, Power.HAND_OUT),
        "stranger": lives.holding(a_unit("phong-khac", "000.00.07.H08"), Power.PROCESS, Power.SIGN),
    }


def deeds(who: Authority, dossier: Dossier) -> dict[Deed, Callable[[], object]]:
    named = {"authority": who, "dossier_id": dossier.public_id, "now": timezone.now()}
    reasoned = {**named, "reason": "Không thuộc thẩm quyền"}
    file = a_pdf(1)
    return {
        Deed.ACCEPT: lambda: handling.accept(**named),  # type: ignore[arg-type]
        Deed.HAND_OVER: lambda: handling.hand_over(**named),  # type: ignore[arg-type]
        Deed.REASSIGN: lambda: handling.reassign(**reasoned),  # type: ignore[arg-type]
        Deed.ASK_OPINION: lambda: opinions.ask(
            asked_of="Sở Nội vụ",
            content="Đề nghị cho ý kiến",
            due_at=timezone.now() + timedelta(days=3),
            **named,  # type: ignore[arg-type]
        ),
        Deed.ASK_CHARGE: lambda: charging.ask(
            kind=Charge.Kind.FEE,
            amount_vnd=1_000,
            wait=True,
            **named,  # type: ignore[arg-type]
        ),
        Deed.ATTACH: lambda: results.attach(file=file, **named),  # type: ignore[arg-type]
        Deed.WITHDRAW_RESULT: lambda: results.withdraw_draft(**reasoned),  # type: ignore[arg-type]
        Deed.SIGN: lambda: results.sign(
            particulars=results.Particulars(),
            signer=lives.same_bytes,
            **named,  # type: ignore[arg-type]
        ),
        Deed.HAND_OUT: lambda: returning.hand_out(taker=Taker(name=""), **named),  # type: ignore[arg-type]
        Deed.REFUSE: lambda: notices.refuse(**reasoned),  # type: ignore[arg-type]
        Deed.STOP: lambda: notices.stop(**reasoned),  # type: ignore[arg-type]
        Deed.WITHDRAW: lambda: notices.withdraw(**reasoned),  # type: ignore[arg-type]
    }


def is_let(act: Callable[[], object]) -> bool:
    try:
        with undone():
            act()
    except Refusal:
        return False
    return True


@pytest.mark.parametrize("situation", SITUATIONS.values(), ids=SITUATIONS)
def test_the_page_offers_exactly_what_may_be_done(house: House, situation: Situation) -> None:
    dossier = situation(house)
    standing = next_actions.standing_of(dossier)
    differing = []
    for name, who in officers(house).items():
        offered = set(next_actions.next_deeds(who, dossier, standing))
        for deed, act in deeds(who, dossier).items():
            if is_let(act) != (deed in offered):
                differing.append((name, deed.name, "offered" if deed in offered else "let"))
    assert differing == []
