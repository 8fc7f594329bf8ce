"""A dossier's life with many hands at once: what may happen once happens once, and the others are told why."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from motcua.desk import charging, handling, notices, results, returning, supplementing
from motcua.desk.models import (
    Charge,
    Dossier,
    DossierComponent,
    DossierEvent,
    GroupReception,
    GroupRow,
    HandOut,
    Hop,
    Notice,
    Rating,
    Result,
)
from motcua.desk.notices import Item
from motcua.desk.results import Particulars
from motcua.desk.returning import Taker
from motcua.desk.states import State
from motcua.desk.submission import How
from motcua.desk.supplementing import Handed
from motcua.kernel.authority import Authority, Power
from tests.desk import lives
from tests.desk.lives import House, fresh
from tests.desk.test_group_reception import begun, checked, own_account, received, settled
from tests.desk.town import Town
from tests.desk.town import town as a_town
from tests.races.together import Outcome, together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

RIVALS = 8


@pytest.fixture
def house(transactional_db: None, tmp_path: Any) -> House:
    town: Town = a_town(tmp_path)
    return lives.house(town)


def one_won(outcomes: list[Outcome], *codes: str) -> None:
    """One act went through; every other was refused with one of these words, in whole sentences."""
    lost = [outcome.refusal for outcome in outcomes if outcome.refusal is not None]
    assert len(outcomes) - len(lost) == 1, [no.code for no in lost]
    assert {no.code for no in lost} <= set(codes), {no.code for no in lost}
    assert all(no.text.endswith(".") for no in lost)


def rivals(house: House, *powers: Power) -> list[Authority]:
    return [lives.holding(house.town.unit, *powers) for _ in range(RIVALS)]


def noted(dossier: Dossier, kind: str) -> int:
    return DossierEvent.objects.filter(dossier=dossier, kind=kind).count()


def each(who: list[Authority], act: Callable[[Authority], object]) -> list[Callable[[], object]]:
    return [lambda one=one: act(one) for one in who]


def test_of_many_who_accept_one_has_it(house: House) -> None:
    dossier = house.received()
    house.forward(house.town.authority, dossier)

    outcomes = together(
        each(
            rivals(house, Power.PROCESS),
            lambda who: handling.accept(authority=who, dossier_id=dossier.public_id, now=timezone.now()),
        )
    )

    one_won(outcomes, "hop_already_accepted")
    assert noted(dossier, "accepted") == 1
    assert Hop.objects.get(dossier=dossier, left_at=None).accepted_by == fresh(dossier).at_officer


def test_a_class_sent_by_many_clicks_is_one_list(house: House) -> None:
    key, line = uuid.uuid4(), own_account(house.town, 1)

    outcomes = together([lambda: begun(house.town, [line], key)] * RIVALS)

    assert {outcome.value for outcome in outcomes} == {key}
    assert GroupReception.objects.count() == GroupRow.objects.count() == 1


def test_a_dossier_handed_over_by_many_clicks_goes_one_step(house: House) -> None:
    dossier = house.received()
    clerks = [
        house.town.authority,
        *[lives.holding(house.town.unit, Power.RECEIVE_DOSSIER) for _ in range(5)],
    ]

    outcomes = together(
        each(
            clerks,
            lambda who: handling.hand_over(authority=who, dossier_id=dossier.public_id, now=timezone.now()),
        )
    )

    one_won(
        outcomes,
        "already_handed_on",
        "not_your_turn",
        "not_authorised",
        "dossier_not_in_this_state",
        "power_missing",
    )
    assert list(Hop.objects.filter(dossier=dossier).order_by("order").values_list("order", flat=True)) == [
        1,
        2,
    ]
    assert noted(dossier, "handed_over") == 1


def test_two_leaders_sign_one_result_once(house: House) -> None:
    dossier = house.on_the_desk_of_the_specialist()
    house.attach(dossier)
    leaders = [lives.holding(house.town.unit, Power.SIGN) for _ in range(4)]

    def sign(who: Authority) -> Result:
        return results.sign(
            authority=who,
            dossier_id=dossier.public_id,
            particulars=Particulars(number="12/QĐ"),
            signer=lives.same_bytes,
            now=timezone.now(),
        )

    outcomes = together(each(leaders, sign))

    one_won(outcomes, "result_already_signed")
    result = Result.objects.get(dossier=dossier)
    assert result.signed is not None and result.signed_by in {who.subject for who in leaders}
    assert noted(dossier, "result_signed") == 1


def test_many_drafts_at_once_leave_one(house: House) -> None:
    dossier = house.on_the_desk_of_the_specialist()
    file = lives.a_pdf(1)

    outcomes = together(
        each(
            [house.specialist] * RIVALS,
            lambda who: results.attach(
                authority=who, dossier_id=dossier.public_id, file=file, now=timezone.now()
            ),
        )
    )

    one_won(outcomes, "desk_rule")
    assert Result.objects.filter(dossier=dossier, withdrawn_at=None).count() == 1


def test_a_result_leaves_the_desk_once(house: House) -> None:
    dossier = house.done()

    outcomes = together(
        each(
            rivals(house, Power.HAND_OUT),
            lambda who: returning.hand_out(
                authority=who, dossier_id=dossier.public_id, taker=Taker(name=""), now=timezone.now()
            ),
        )
    )

    one_won(outcomes, "dossier_not_in_this_state")
    assert HandOut.objects.filter(dossier=dossier).count() == noted(dossier, "returned") == 1
    house.run_errands()
    assert [template for _, template, _ in house.portal.told].count("result_handed_out") == 1


def a_charge(house: House, dossier: Dossier) -> Charge:
    return charging.ask(
        authority=house.specialist,
        dossier_id=dossier.public_id,
        kind=Charge.Kind.FEE,
        amount_vnd=30_000,
        wait=True,
        now=timezone.now(),
    )


def test_money_is_taken_once_though_it_comes_by_two_ways(house: House) -> None:
    """At the desk by several clerks, and on line by two payments at the same moment."""
    dossier = house.on_the_desk_of_the_specialist()
    charge = a_charge(house, dossier)
    at_desk = each(
        rivals(house, Power.RECEIVE_DOSSIER),
        lambda who: charging.take(
            authority=who, charge_id=charge.public_id, how=Charge.How.CASH, now=timezone.now()
        ),
    )
    online: list[Callable[[], object]] = [
        lambda nth=nth: charging.paid_online(  # type: ignore[misc]
            charge_id=charge.public_id, reference=f"pay-{nth}", now=timezone.now()
        )
        for nth in range(2)
    ]

    outcomes = together([*at_desk, *online])

    one_won(outcomes, "already_paid")
    charge.refresh_from_db()
    assert charge.receipt_number.startswith("0001/"), "a receipt number was lost on the way"
    assert (fresh(dossier).state, noted(dossier, "charge_paid")) == (State.PROCESSING, 1)


def test_one_payment_told_many_times_is_one_payment(house: House) -> None:
    dossier = house.on_the_desk_of_the_specialist()
    charge = a_charge(house, dossier)

    outcomes = together(
        [lambda: charging.paid_online(charge_id=charge.public_id, reference="pay-1", now=timezone.now())]
        * RIVALS
    )

    assert all(outcome.went_well for outcome in outcomes)
    assert len({outcome.value.receipt_number for outcome in outcomes}) == 1
    assert noted(dossier, "charge_paid") == 1


def test_receipts_of_many_dossiers_paid_at_once_have_numbers_without_gaps(house: House) -> None:
    charges = [a_charge(house, house.on_the_desk_of_the_specialist()) for _ in range(5)]

    outcomes = together(
        [
            lambda one=one: charging.take(
                authority=house.town.authority,
                charge_id=one.public_id,
                how=Charge.How.CASH,
                now=timezone.now(),
            )
            for one in charges
        ]
    )

    assert all(outcome.went_well for outcome in outcomes)
    numbers = sorted(outcome.value.receipt_number[:4] for outcome in outcomes)
    assert numbers == ["0001", "0002", "0003", "0004", "0005"]


def test_a_supplement_is_asked_for_once_and_received_once(house: House) -> None:
    dossier = house.on_the_desk_of_the_specialist()

    def ask(who: Authority) -> Notice:
        return notices.ask_supplement(
            authority=who,
            dossier_id=dossier.public_id,
            items=[Item("Đơn đề nghị", "thiếu chữ ký")],
            reason="Hồ sơ chưa hợp lệ",
            answer_by=None,
            now=timezone.now(),
        )

    one_won(together(each([house.specialist] * RIVALS, ask)), "dossier_not_in_this_state")
    assert Notice.objects.get(dossier=dossier).number.startswith("0001/")

    def receive(who: Authority) -> Dossier:
        return supplementing.receive_supplement(
            authority=who,
            dossier_id=dossier.public_id,
            papers=[Handed("Đơn đề nghị", How.PAPER, originals=1)],
            now=timezone.now(),
        )

    one_won(together(each(rivals(house, Power.RECEIVE_DOSSIER), receive)), "dossier_not_in_this_state")
    assert DossierComponent.objects.filter(dossier=dossier, supplement=True).count() == 1
    assert noted(dossier, "supplement_received") == 1


def test_a_date_is_moved_once(house: House) -> None:
    dossier = house.on_the_desk_of_the_specialist()
    old = fresh(dossier).due_at
    assert old is not None
    days = iter(range(3, 3 + RIVALS))
    plans = [(who, old + timedelta(days=next(days))) for who in [house.specialist] * RIVALS]

    outcomes = together(
        [
            lambda who=who, new=new: notices.apologise(
                authority=who,
                dossier_id=dossier.public_id,
                reason="Chờ xác minh sổ gốc",
                new_due_at=new,
                now=timezone.now(),
            )
            for who, new in plans
        ]
    )

    one_won(outcomes, "notice_already_issued", "new_date_too_early")
    notice = Notice.objects.get(dossier=dossier)
    assert (notice.old_due_at, notice.new_due_at) == (old, fresh(dossier).due_at)


def test_stopped_withdrawn_or_forwarded_but_only_one_of_them(house: House) -> None:
    dossier = house.on_the_desk_of_the_specialist()
    house.attach(dossier)
    by = {"dossier_id": dossier.public_id, "now": timezone.now()}
    why = {"reason": "Theo yêu cầu của chủ hồ sơ"}

    outcomes = together(
        [
            lambda: notices.stop(authority=house.leader, **by, **why),
            lambda: notices.withdraw(authority=house.giver, **by, **why),
            lambda: notices.refuse(authority=house.specialist, **by, **why),
            lambda: notices.stop(authority=house.leader, **by, **why),
        ]
    )

    one_won(outcomes, "dossier_not_in_this_state", "notice_already_issued", "desk_rule")
    assert Notice.objects.filter(dossier=dossier).count() == 1
    assert not Hop.objects.filter(dossier=dossier, left_at=None).exists()
    assert fresh(dossier).state in {State.STOPPED, State.WITHDRAWN}


def test_a_dossier_is_rated_once(house: House) -> None:
    dossier = house.hand_out(house.done())

    outcomes = together(
        [
            lambda nth=nth: returning.rate(
                subject=dossier.owner_subject, dossier_id=dossier.public_id, stars=1 + nth % 5
            )
            for nth in range(RIVALS)
        ]
    )

    one_won(outcomes, "not_rateable")
    assert Rating.objects.filter(dossier=dossier).count() == 1


# -- money given back, a class received --------------------------------------------------------------


def test_one_sum_is_given_back_once_though_two_officers_give_it(house: House) -> None:
    dossier = house.on_the_desk_of_the_specialist()
    charge = a_charge(house, dossier)
    charging.take(
        authority=house.town.authority, charge_id=charge.public_id, how=Charge.How.CASH, now=timezone.now()
    )

    outcomes = together(
        each(
            rivals(house, Power.RECEIVE_DOSSIER),
            lambda who: charging.refund(
                authority=who, charge_id=charge.public_id, reason="Thu nhầm số tiền", now=timezone.now()
            ),
        )
    )

    one_won(outcomes, "nothing_to_refund")
    charge.refresh_from_db()
    assert charge.refund_number.startswith("0001/"), "a number was lost on the way"
    assert charge.refunded_by in {outcome.value.refunded_by for outcome in outcomes if outcome.went_well}
    assert noted(dossier, "charge_refunded") == 1


def test_a_charge_is_called_off_or_paid_but_not_both(house: House) -> None:
    dossier = house.on_the_desk_of_the_specialist()
    charge = a_charge(house, dossier)
    by = {"charge_id": charge.public_id, "now": timezone.now()}

    outcomes = together(
        [
            lambda: charging.cancel(authority=house.specialist, reason="Nhập nhầm số tiền", **by),
            lambda: charging.take(authority=house.town.authority, how=Charge.How.CASH, **by),
            lambda: charging.cancel(authority=house.giver, reason="Nhập nhầm số tiền", **by),
            lambda: charging.paid_online(reference="pay-1", **by),
        ]
    )

    one_won(outcomes, "already_paid", "charge_cancelled", "paid_charge_is_refunded")
    charge.refresh_from_db()
    assert (charge.paid_at is None) != (charge.cancelled_at is None)


def test_a_class_received_by_many_clicks_at_once_has_one_dossier_for_each_pupil(house: House) -> None:
    town = house.town
    pupils = 3
    group = begun(town, [own_account(town, nth) for nth in range(1, pupils + 1)])
    checked(town, group)
    settled(town, group)
    before = Dossier.objects.count()

    outcomes = together([lambda: received(town, group)] * RIVALS)

    assert all(outcome.went_well for outcome in outcomes)
    assert received(town, group) == 0
    rows = list(GroupRow.objects.filter(group__public_id=group).select_related("dossier"))
    assert len({row.dossier_id for row in rows if row.dossier_id}) == pupils
    assert Dossier.objects.count() == before + pupils
    made = [row.dossier_id for row in rows]
    assert DossierEvent.objects.filter(dossier__in=made, kind="received").count() == pupils
