"""A mistyped charge is called off before it is paid, a paid one only given back; both stay (migration 0018)."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests import app_role
from tests.desk import lives
from tests.desk.clocks import goes_on_where_it_stood
from tests.desk.counting import statements
from tests.desk.lives import House, fresh
from tests.desk.test_gate_rules import refused, sql, undone
from tests.desk.test_life_rules import (
    CHARGE,
    allowed_to_the_app,
    ask_for_money,
    kept_even_from_the_owner,
    refused_only_by,
    setting,
)
from tests.desk.town import Town, a_unit

from motcua.desk import charging, paying
from motcua.desk.models import Charge, DossierEvent
from motcua.desk.ports import PaymentNews, PaymentStatus
from motcua.desk.states import State
from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.refusal import NotFound, Refusal

MISTYPED = "Nhập nhầm số tiền"
CALLED_OFF = "cancelled_at = now(), cancelled_by = '{by}', cancel_reason = 'Nhập nhầm'"
GIVEN_BACK = (
    "refunded_at = now(), refunded_by = '{by}', refund_reason = 'Nhập nhầm', refund_number = '1/2026/HT'"
)


@pytest.fixture
def house(town: Town) -> House:
    app_role.give()
    return lives.house(town)


def asked(house: House, *, wait: bool = True) -> Charge:
    return ask_for_money(house, house.on_the_desk_of_the_specialist(), wait=wait)


def cancel(charge: Charge, by: Authority) -> Charge:
    return charging.cancel(authority=by, charge_id=charge.public_id, reason=MISTYPED, now=timezone.now())


def refund(charge: Charge, by: Authority) -> Charge:
    return charging.refund(authority=by, charge_id=charge.public_id, reason=MISTYPED, now=timezone.now())


def take(house: House, charge: Charge) -> Charge:
    return charging.take(
        authority=house.town.authority, charge_id=charge.public_id, how=Charge.How.CASH, now=timezone.now()
    )


def test_a_mistyped_charge_is_called_off_and_the_right_one_is_asked(house: House) -> None:
    charge = asked(house)
    dossier = charge.dossier
    assert fresh(dossier).state == State.PAYMENT

    gone = cancel(charge, house.specialist)

    assert (gone.cancelled_by, gone.cancel_reason) == (house.specialist.subject, MISTYPED)
    assert fresh(dossier).state == State.PROCESSING
    assert goes_on_where_it_stood(fresh(dossier), dossier.due_at)
    assert DossierEvent.objects.filter(dossier=dossier, kind="charge_cancelled").exists()
    again = ask_for_money(house, fresh(dossier), wait=True)
    assert Charge.objects.filter(dossier=dossier).count() == 2
    take(house, again)
    assert fresh(dossier).state == State.PROCESSING


def test_what_was_called_off_is_not_paid_and_hinders_nothing(house: House) -> None:
    dossier = house.done()
    charge = charging.ask(
        authority=house.town.authority,
        dossier_id=dossier.public_id,
        kind=Charge.Kind.FEE,
        amount_vnd=30_000,
        wait=False,
        now=timezone.now(),
    )
    with pytest.raises(Refusal, match="still_to_pay"):
        house.hand_out(dossier)
    cancel(charge, house.giver)
    with pytest.raises(Refusal, match="charge_cancelled"):
        take(house, charge)
    with pytest.raises(Refusal, match="charge_cancelled"):
        cancel(charge, house.giver)
    assert paying.bills_of(fresh(dossier)) == []
    house.hand_out(dossier)


def test_money_that_comes_for_a_charge_called_off_is_written_down_and_goes_back(house: House) -> None:
    charge = cancel(asked(house), house.specialist)
    news = PaymentNews(
        reference=paying.reference_of(charge.public_id),
        status=PaymentStatus.PAID,
        amount_vnd=charge.amount_vnd,
        transaction="gd-1",
    )
    with pytest.raises(Refusal, match="charge_cancelled"):
        paying.believe(news, now=timezone.now())
    charge.refresh_from_db()
    assert charge.paid_at is None


def test_a_paid_charge_is_not_called_off_but_given_back_by_another(house: House) -> None:
    charge = take(house, asked(house))
    with pytest.raises(Refusal, match="paid_charge_is_refunded"):
        cancel(charge, house.specialist)
    with pytest.raises(Refusal, match="taker_does_not_refund"):
        refund(charge, house.town.authority)

    back = refund(charge, house.giver)

    assert back.refund_number.endswith("/HT") and back.receipt_number == charge.receipt_number
    assert back.paid_at == charge.paid_at
    with pytest.raises(Refusal, match="nothing_to_refund"):
        refund(charge, house.giver)
    ask_for_money(house, fresh(charge.dossier), wait=False)


def test_the_cash_list_shows_what_was_given_back_and_takes_it_off(house: House) -> None:
    given_back, kept = take(house, asked(house)), take(house, asked(house))
    refund(given_back, house.giver)
    today = timezone.localdate()

    with statements() as seen:
        day = charging.cash_day(house.town.authority, today)
    assert [row.pk for row in day.taken] == [given_back.pk, kept.pk]
    assert [row.pk for row in day.refunded] == [given_back.pk]
    assert day.net == day.total_taken - given_back.amount_vnd == kept.amount_vnd
    assert len(seen) == 2
    sql("ALTER TABLE desk_charge DISABLE TRIGGER USER")
    sql("UPDATE desk_charge SET paid_at = paid_at - interval '1 day'")
    sql("ALTER TABLE desk_charge ENABLE TRIGGER USER")
    before = charging.cash_day(house.town.authority, today - timedelta(days=1))
    assert (len(before.taken), before.refunded) == (2, [])
    assert charging.cash_day(house.town.authority, today).net == -given_back.amount_vnd


def test_an_unpaid_charge_is_not_given_back_and_strangers_do_neither(house: House) -> None:
    charge = asked(house)
    with pytest.raises(Refusal, match="nothing_to_refund"):
        refund(charge, house.giver)
    with pytest.raises(NotAuthorised):
        cancel(charge, house.leader)
    with pytest.raises(NotAuthorised):
        refund(charge, house.specialist)
    stranger = lives.holding(a_unit("phong-khac", "000.00.07.H08"), Power.PROCESS, Power.RECEIVE_DOSSIER)
    for act in (cancel, refund):
        with pytest.raises(NotFound):
            act(charge, stranger)
    with pytest.raises(Refusal, match="reason_wanted"):
        charging.cancel(
            authority=house.specialist, charge_id=charge.public_id, reason="ok", now=timezone.now()
        )


# -- said to the database ------------------------------------------------------------------------------


def test_a_paid_charge_cannot_be_called_off_in_the_database(house: House) -> None:
    charge = take(house, asked(house))
    change = setting(CALLED_OFF.format(by=house.specialist.subject), charge)
    refused(change, "desk_charge_paid_is_refunded")
    with undone():
        sql("ALTER TABLE desk_charge DISABLE TRIGGER desk_charge_guard")
        refused(change, "charge_cancelled_unpaid")
        sql("ALTER TABLE desk_charge DROP CONSTRAINT charge_cancelled_unpaid")
        change()


def test_only_officers_of_the_dossier_call_off_and_give_back(house: House) -> None:
    charge = asked(house)
    nobody = lives.holding(a_unit("phong-khac", "000.00.07.H08"), Power.PROCESS, Power.RECEIVE_DOSSIER)
    refused_only_by(
        setting(CALLED_OFF.format(by=nobody.subject), charge), "desk_charge_cancelled_by_officer", CHARGE
    )
    allowed_to_the_app(setting(CALLED_OFF.format(by=house.specialist.subject), charge))
    paid = take(house, charge)
    refused_only_by(
        setting(GIVEN_BACK.format(by=nobody.subject), paid), "desk_charge_refunded_by_officer", CHARGE
    )
    allowed_to_the_app(setting(GIVEN_BACK.format(by=house.giver.subject), paid))


def test_who_took_the_money_does_not_give_it_back_in_the_database(house: House) -> None:
    paid = take(house, asked(house))
    change = setting(GIVEN_BACK.format(by=house.town.authority.subject), paid)
    with undone():
        sql("ALTER TABLE desk_charge DISABLE TRIGGER desk_charge_guard")
        refused(change, "charge_refunded_after_payment")
        sql("ALTER TABLE desk_charge DROP CONSTRAINT charge_refunded_after_payment")
        change()


@pytest.mark.parametrize(
    "change", ["cancelled_at = NULL, cancelled_by = '', cancel_reason = ''", "cancel_reason = 'Chuyện khác'"]
)
def test_what_was_called_off_stays_so(house: House, change: str) -> None:
    charge = cancel(asked(house), house.specialist)
    refused_only_by(setting(change, charge), "desk_charge_unchanged", CHARGE)
    kept_even_from_the_owner(lambda: sql("DELETE FROM desk_charge"), "desk_charge_kept", CHARGE)


@pytest.mark.parametrize(
    "change",
    [
        "refunded_at = NULL, refunded_by = '', refund_reason = '', refund_number = ''",
        "refund_number = '2/2026/HT'",
    ],
)
def test_what_was_given_back_stays_so(house: House, change: str) -> None:
    charge = refund(take(house, asked(house)), house.giver)
    refused_only_by(setting(change, charge), "desk_charge_unchanged", CHARGE)


def test_what_was_called_off_is_not_paid_in_the_database(house: House) -> None:
    charge = cancel(asked(house), house.specialist)
    paid = f"paid_at = now(), paid_how = 'CASH', receipt_number = '9/2026/BL', taken_by = '{house.giver.subject}'"
    refused(setting(paid, charge), "desk_charge_unchanged")


def test_a_new_charge_is_neither_called_off_nor_given_back(house: House) -> None:
    dossier = house.on_the_desk_of_the_specialist()

    def made() -> None:
        Charge.objects.create(
            dossier=dossier,
            kind=Charge.Kind.FEE,
            amount_vnd=1,
            asked_by=house.specialist.subject,
            unit=house.town.unit,
            cancelled_at=timezone.now(),
            cancelled_by=house.specialist.subject,
            cancel_reason=MISTYPED,
        )

    refused_only_by(made, "desk_charge_begins_owed", ("desk_charge", "desk_charge_begins"))
