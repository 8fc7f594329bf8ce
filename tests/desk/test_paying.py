"""Paying on-line: only the owner begins it, only the payment system is believed, one payment is one."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.utils import timezone
from tests.desk.lives import House, fresh, house
from tests.desk.town import Town
from tests.races.together import together

from motcua.desk import charging, notices, paying, promises
from motcua.desk.charging import AlreadyPaid
from motcua.desk.models import Charge
from motcua.desk.moving import NotInThisState
from motcua.desk.paying import AmountDiffers, Asked
from motcua.desk.ports import PaymentNews, PaymentStatus, PaymentUnavailable
from motcua.desk.states import State
from motcua.journal.models import Event
from motcua.kernel.refusal import NotFound
from motcua.outbox import errands
from motcua.outbox.models import Errand

FEE = 150_000


@dataclass
class Bank:
    """A payment system at its port."""

    orders: list[dict[str, object]] = field(default_factory=list)
    says: Callable[[str], PaymentNews] = lambda reference: PaymentNews(reference, PaymentStatus.PENDING)
    down: bool = False

    def begin(self, **order: object) -> str:
        if self.down:
            raise PaymentUnavailable
        self.orders.append(order)
        return f"https://thanh-toan.example.vn/{order['reference']}"

    def ask(self, reference: str) -> PaymentNews:
        if self.down:
            raise PaymentUnavailable
        return self.says(reference)

    def heard(self, *, body: bytes, at: str, signature: str) -> PaymentNews:
        raise AssertionError("the payment system calls nobody back here")


@pytest.fixture
def home(town: Town) -> House:
    return house(town)


@pytest.fixture
def bank() -> Bank:
    return Bank()


@pytest.fixture
def owing(home: House) -> Charge:
    """A dossier that waits in state 6."""
    dossier = home.on_the_desk_of_the_specialist()
    return charging.ask(
        authority=home.specialist,
        dossier_id=dossier.public_id,
        kind=Charge.Kind.FEE,
        amount_vnd=FEE,
        wait=True,
        now=timezone.now(),
    )


def begin(charge: Charge, bank: Bank, subject: str | None = None) -> str:
    return paying.begin(
        asked(charge, charge.dossier.owner_subject if subject is None else subject),
        gateway=bank,
        return_to="https://mot-cua.example.vn/ve/",
        notify_to="https://mot-cua.example.vn/thanh-toan/xac-nhan/",
        now=timezone.now(),
    )


def asked(charge: Charge, subject: str) -> Asked:
    return Asked(subject, charge.dossier.public_id, charge.public_id)


def paid(charge: Charge, *, amount: int = FEE, transaction: str = "GD-1") -> PaymentNews:
    return PaymentNews(paying.reference_of(charge.public_id), PaymentStatus.PAID, amount, transaction)


def believe(news: PaymentNews) -> bool:
    return paying.believe(news, now=timezone.now())


def state_of(charge: Charge) -> str:
    return fresh(charge.dossier).state


def run(bank: Bank, home: House) -> None:
    handlers = promises.handlers(registry=home.portal, vault=home.portal, payments=bank)
    Errand.objects.filter(kind=paying.RECHECK).update(not_before=timezone.now() - timedelta(seconds=1))
    errands.run_due({paying.RECHECK: handlers[paying.RECHECK]}, limit=5)


def test_paying_lets_the_dossier_go_on(owing: Charge, bank: Bank) -> None:
    assert state_of(owing) == State.PAYMENT
    assert begin(owing, bank).startswith("https://thanh-toan.example.vn/MC")

    assert believe(paid(owing))

    owing.refresh_from_db()
    assert (owing.paid_how, owing.reference, bool(owing.receipt_number)) == ("ONLINE", "GD-1", True)
    assert state_of(owing) == State.PROCESSING


def test_the_payment_system_learns_nothing_of_the_person(owing: Charge, bank: Bank) -> None:
    begin(owing, bank)
    (order,) = bank.orders
    assert set(order) == {"reference", "amount_vnd", "words", "return_to", "notify_to"}
    assert order["words"] == f"Lệ phí: {owing.dossier.procedure.name}"
    assert order["amount_vnd"] == FEE


def test_beginning_twice_is_one_order_and_one_errand(owing: Charge, bank: Bank) -> None:
    begin(owing, bank)
    begin(owing, bank)
    assert len({order["reference"] for order in bank.orders}) == 1
    assert Errand.objects.filter(kind=paying.RECHECK).count() <= 2


@pytest.mark.parametrize("subject", ["", "f" * 32])
def test_nobody_pays_or_looks_into_a_dossier_of_somebody_else(
    owing: Charge, bank: Bank, subject: str
) -> None:
    with pytest.raises(NotFound):
        begin(owing, bank, subject)
    with pytest.raises(NotFound):
        paying.bill(asked(owing, subject))
    assert bank.orders == []


def test_a_charge_of_another_dossier_is_not_found_under_this_one(
    owing: Charge, home: House, bank: Bank
) -> None:
    other = home.received()
    with pytest.raises(NotFound):
        paying.bill(Asked(other.owner_subject, other.public_id, owing.public_id))


def test_the_same_news_again_changes_nothing(owing: Charge) -> None:
    believe(paid(owing))
    number = Charge.objects.get(pk=owing.pk).receipt_number
    assert believe(paid(owing))
    assert Charge.objects.get(pk=owing.pk).receipt_number == number


@pytest.mark.race
def test_news_that_come_at_the_same_moment_are_one_payment(owing: Charge) -> None:
    outcomes = together([lambda: believe(paid(owing))] * 8)
    assert all(outcome.value for outcome in outcomes)
    assert owing.dossier.events.filter(kind="charge_paid").count() == 1
    assert state_of(owing) == State.PROCESSING


@pytest.mark.race
def test_of_two_different_payments_at_once_one_counts_and_one_goes_back(owing: Charge) -> None:
    acts = [lambda nth=nth: believe(paid(owing, transaction=f"GD-{nth}")) for nth in range(6)]
    outcomes = together(acts)
    assert sum(outcome.went_well for outcome in outcomes) == 1
    assert {type(outcome.refusal) for outcome in outcomes if not outcome.went_well} == {AlreadyPaid}
    assert Event.objects.filter(event="desk.payment.doubled").count() == 5


@pytest.mark.parametrize("amount", [FEE - 1, FEE + 1, 1])
def test_another_sum_is_refused_and_written_down(owing: Charge, amount: int) -> None:
    with pytest.raises(AmountDiffers):
        believe(paid(owing, amount=amount))
    assert Charge.objects.get(pk=owing.pk).paid_at is None
    assert state_of(owing) == State.PAYMENT
    assert Event.objects.filter(event="desk.payment.doubted").count() == 1


def test_a_payment_without_a_transaction_is_refused(owing: Charge) -> None:
    with pytest.raises(AmountDiffers):
        believe(paid(owing, transaction=""))


@pytest.mark.parametrize("reference", ["", "MC", "MC" + "0" * 32, "XX" + "0" * 32, "MC" + "0" * 32 + "\n"])
def test_news_of_an_order_nobody_made_are_refused(owing: Charge, reference: str) -> None:
    with pytest.raises(NotFound):
        believe(PaymentNews(reference, PaymentStatus.PAID, FEE, "GD-1"))


def test_what_was_paid_at_the_desk_is_not_begun_again(owing: Charge, home: House, bank: Bank) -> None:
    charging.take(authority=home.giver, charge_id=owing.public_id, how=Charge.How.CASH, now=timezone.now())
    with pytest.raises(AlreadyPaid):
        begin(owing, bank)
    with pytest.raises(AlreadyPaid):
        believe(paid(owing))
    assert Charge.objects.get(pk=owing.pk).paid_how == "CASH"


def test_money_that_comes_when_the_dossier_is_over_is_written_down_for_the_office(
    owing: Charge, home: House
) -> None:
    """Begun in time, paid after the owner withdrew: the charge stays unpaid and the money goes back."""
    notices.withdraw(
        authority=home.giver,
        dossier_id=owing.dossier.public_id,
        reason="Chủ hồ sơ yêu cầu rút hồ sơ",
        now=timezone.now(),
    )

    with pytest.raises(NotInThisState):
        believe(paid(owing))

    assert Charge.objects.get(pk=owing.pk).paid_at is None
    assert Event.objects.filter(event="desk.payment.doubled").count() == 1


def test_a_dossier_that_ended_owes_nothing_on_line(owing: Charge, bank: Bank) -> None:
    dossier = fresh(owing.dossier)
    assert [bill.amount for bill in paying.bills_of(dossier)] == ["150.000 đồng"]
    dossier.state = State.WITHDRAWN
    assert paying.bills_of(dossier) == []


def test_without_news_the_worker_asks_and_believes(owing: Charge, home: House, bank: Bank) -> None:
    begin(owing, bank)
    run(bank, home)
    assert Errand.objects.get(kind=paying.RECHECK).state == Errand.State.WAITING

    bank.says = lambda reference: PaymentNews(reference, PaymentStatus.PAID, FEE, "GD-9")
    run(bank, home)

    assert state_of(owing) == State.PROCESSING
    assert Errand.objects.get(kind=paying.RECHECK).state == Errand.State.DONE


def test_a_payment_system_that_is_down_is_asked_later(owing: Charge, home: House, bank: Bank) -> None:
    begin(owing, bank)
    bank.down = True
    run(bank, home)
    assert Errand.objects.get(kind=paying.RECHECK).state == Errand.State.WAITING
    assert state_of(owing) == State.PAYMENT


def test_an_order_nobody_heard_the_answer_to_is_asked_for_as_well(
    owing: Charge, home: House, bank: Bank
) -> None:
    bank.down = True
    with pytest.raises(PaymentUnavailable):
        begin(owing, bank)
    bank.down = False
    bank.says = lambda reference: PaymentNews(reference, PaymentStatus.PAID, FEE, "GD-9")
    run(bank, home)
    assert state_of(owing) == State.PROCESSING


@pytest.mark.parametrize("status", [PaymentStatus.REFUSED, PaymentStatus.UNKNOWN])
def test_a_refused_order_ends_the_asking_and_may_begin_anew(
    owing: Charge, home: House, bank: Bank, status: PaymentStatus
) -> None:
    begin(owing, bank)
    bank.says = lambda reference: PaymentNews(reference, status)
    run(bank, home)
    assert Errand.objects.get(kind=paying.RECHECK).state == Errand.State.DONE
    assert begin(owing, bank)


def test_asking_ends_after_two_days(owing: Charge, home: House, bank: Bank) -> None:
    long_ago = int((timezone.now() - timedelta(days=2, minutes=1)).timestamp())
    errands.promise(paying.RECHECK, "x", {"charge": str(owing.public_id), "begun": long_ago})
    run(bank, home)
    assert Errand.objects.get(key="x").state == Errand.State.DONE
