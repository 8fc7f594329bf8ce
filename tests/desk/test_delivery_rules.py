"""What is said of deliveries and hand-outs, forged with the app's own rights (migration 0019).

Each is refused, and without its trigger it would have happened (seen red).
"""

import pytest
from django.utils import timezone
from tests import app_role
from tests.desk import lives
from tests.desk.lives import House, fresh
from tests.desk.test_gate_rules import sql
from tests.desk.test_life_rules import (
    Act,
    allowed_to_the_app,
    handing_out_and_returning,
    refused_only_by,
    setting,
)
from tests.desk.test_owner_corrections import RIGHT, RIGHT_NAME, a_scan, approve, ask, head, receiver
from tests.desk.town import Town, a_form

from motcua.desk import charging
from motcua.desk.models import Charge, Dossier, HandOut, Result
from motcua.desk.submission import HandedIn, How

COMPONENT = ("desk_dossiercomponent", "desk_component_delivered")
RESULT = ("desk_result", "desk_result_delivered")
SAID = ("desk_handout", "desk_hand_out_said")
RETURNS = ("desk_handout", "desk_hand_out_returns")


@pytest.fixture
def house(town: Town) -> House:
    app_role.give()
    town.portal.enrol(RIGHT, RIGHT_NAME)
    return lives.house(town)


def test_where_a_component_lies_is_noted_only_while_it_is_brought_there_and_once(house: House) -> None:
    papers = [HandedIn(order=1, how=How.UPLOADED, file=a_scan()), HandedIn(order=2, how=How.SHOWN)]
    dossier = house.town.receive(house.town.draft(house.town.new_owner()), a_form(papers=papers))
    line = dossier.components.get(order=1)
    allowed_to_the_app(setting("delivered_as = 'paper-1'", line))
    shown = dossier.components.get(order=2)
    refused_only_by(setting("delivered_as = 'p'", shown), "desk_delivered_as_promised", COMPONENT)
    sql("UPDATE outbox_errand SET state = 'DONE', done_at = clock_timestamp()")
    refused_only_by(setting("delivered_as = 'p'", line), "desk_delivered_as_promised", COMPONENT)

    sql("UPDATE outbox_errand SET state = 'WAITING', done_at = NULL")
    house.run_errands()
    for forged in ("p", ""):
        refused_only_by(setting(f"delivered_as = '{forged}'", line), "desk_delivered_once", COMPONENT)


def test_a_component_does_not_begin_in_the_vault(house: House) -> None:
    dossier = house.received()

    def begun() -> None:
        sql(
            "INSERT INTO desk_dossiercomponent (dossier_id, type_code, how, originals, certified, copies,"
            ' vault_paper_id, delivered_as, "order", name, supplement) VALUES'
            f" ({dossier.pk}, 'x', 'SHOWN', 0, 0, 0, '', 'p', 77, 'Giấy', false)"
        )

    off = "desk_component_not_yet_delivered, DISABLE TRIGGER desk_components_whole"
    refused_only_by(begun, "desk_delivered_as_promised", ("desk_dossiercomponent", off))


def test_where_a_result_lies_is_noted_only_while_it_is_brought_there_and_once(house: House) -> None:
    dossier = house.on_the_desk_of_the_specialist()
    draft = house.attach(dossier)
    refused_only_by(setting("delivered_as = 'p'", draft), "desk_delivered_as_promised", RESULT)

    done = house.done()
    result = Result.objects.get(dossier=done)
    allowed_to_the_app(setting("delivered_as = 'paper-1'", result))
    house.run_errands()
    refused_only_by(setting("delivered_as = 'khac'", result), "desk_delivered_once", RESULT)


def test_when_the_owner_is_put_right_paper_and_result_are_noted_in_the_right_vault(house: House) -> None:
    dossier = house.done()
    house.run_errands()
    before = Result.objects.get(dossier=dossier).delivered_as
    assert before
    approve(house, ask(house, fresh(dossier), receiver(house)), head(house))
    house.run_errands()
    assert Result.objects.get(dossier=dossier).delivered_as == before.replace("paper-", "moved-")


def forged(dossier: Dossier, by: str, **more: str) -> Act:
    row = {"by_name": "Trần Văn Quầy", "to_name": dossier.owner_name, **more}

    def act() -> None:
        HandOut.objects.create(dossier=dossier, how="AT_DESK", by=by, **row)
        sql("UPDATE desk_dossier SET state = 'RETURNED' WHERE id = %s", dossier.pk)

    return act


def test_a_hand_out_names_the_owner_or_a_paper_and_the_officer_who_gave(house: House) -> None:
    dossier, giver = house.done(), house.giver.subject
    allowed_to_the_app(forged(dossier, giver))
    allowed_to_the_app(forged(dossier, giver, to_name="Ai Khác", to_relation="Con", to_proof="Giấy ủy quyền"))
    refused_only_by(forged(dossier, giver, to_name="Ai Khác"), "desk_hand_out_to_owner", SAID)
    refused_only_by(forged(dossier, giver, by_name="Người Khác"), "desk_hand_out_named", SAID)


def test_nothing_is_handed_out_while_money_is_owed(house: House) -> None:
    dossier = house.done()
    charging.ask(
        authority=house.giver,
        dossier_id=dossier.public_id,
        kind=Charge.Kind.FEE,
        amount_vnd=1_000,
        wait=False,
        now=timezone.now(),
    )
    refused_only_by(forged(dossier, house.giver.subject), "desk_hand_out_paid", SAID)


def test_a_hand_out_returns_its_dossier(house: House) -> None:
    dossier, giver = house.done(), house.giver
    allowed_to_the_app(handing_out_and_returning(dossier, giver.subject))

    def half() -> None:
        HandOut.objects.create(
            dossier=dossier,
            how="AT_DESK",
            by=giver.subject,
            by_name="Trần Văn Quầy",
            to_name=dossier.owner_name,
        )

    refused_only_by(half, "desk_hand_out_returns", RETURNS)
