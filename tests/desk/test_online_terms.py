"""What was filed online has the online term: when it is accepted, on its slip, and after a pause."""

import pytest
from django.db import connection
from django.utils import timezone
from tests.desk import lives
from tests.desk.clocks import goes_on_where_it_stood
from tests.desk.filings import Citizen, accept
from tests.desk.lives import fresh
from tests.desk.town import PROCEDURE, Town

from motcua.desk import charging, deadlines, slips
from motcua.desk.models import Charge, Dossier, Procedure
from motcua.kernel.authority import Authority, Power


@pytest.fixture
def desk(town: Town) -> Authority:
    return lives.holding(town.unit, Power.RECEIVE_DOSSIER, Power.PROCESS)


def accepted(town: Town, desk: Authority) -> Dossier:
    """Five working days at the counter, three online: no two of the answers below can be mixed up."""
    filed = Citizen(town).filed()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE desk_procedure SET term_online_amount = 3 WHERE code = %s", [PROCEDURE])
        cursor.execute("SET session_replication_role = origin")
    accept(town, filed, desk)
    return fresh(filed)


def both_dates(dossier: Dossier) -> tuple[object, object]:
    procedure = Procedure.objects.get(pk=dossier.procedure_id)
    assert dossier.received_at is not None
    direct, online = (
        deadlines.due_at(procedure, dossier.received_at, unit_id=dossier.unit_id, online=online)
        for online in (False, True)
    )
    assert direct is not None and online is not None and online < direct
    return direct, online


def test_an_online_dossier_is_due_after_the_online_term(town: Town, desk: Authority) -> None:
    dossier = accepted(town, desk)
    assert dossier.due_at == both_dates(dossier)[1]
    assert dossier.due_words == deadlines.due_words(dossier.due_at)
    assert "03 ngày làm việc" in str(slips.receipt_data(dossier)["term"])


def test_a_counter_dossier_keeps_the_counters_term(town: Town) -> None:
    dossier = town.received()
    procedure = Procedure.objects.get(pk=dossier.procedure_id)
    assert dossier.received_at is not None
    assert dossier.due_at == deadlines.due_at(procedure, dossier.received_at, unit_id=dossier.unit_id)


def test_after_a_pause_an_online_dossier_goes_on_with_the_online_term(town: Town, desk: Authority) -> None:
    dossier = accepted(town, desk)
    charge = charging.ask(
        authority=desk,
        dossier_id=dossier.public_id,
        kind=Charge.Kind.FEE,
        amount_vnd=30_000,
        wait=True,
        now=timezone.now(),
    )
    charging.take(authority=desk, charge_id=charge.public_id, how=Charge.How.CASH, now=timezone.now())
    assert goes_on_where_it_stood(fresh(dossier), both_dates(dossier)[1])
