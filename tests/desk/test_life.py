"""A dossier's whole way: from hand to hand, asked for more, paid for, signed, handed out. On real PostgreSQL."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from tests.desk import lives
from tests.desk.clocks import goes_on_where_it_stood
from tests.desk.lives import House, fresh
from tests.desk.town import Town, a_unit

from motcua.desk import charging, handling, notices, opinions, results, returning, supplementing
from motcua.desk.database_rules import DeskRule
from motcua.desk.handling import NotYourTurn
from motcua.desk.models import Charge, DossierEvent, HandOut, Hop, Notice, Rating, Result
from motcua.desk.notices import Item
from motcua.desk.returning import Taker
from motcua.desk.states import State
from motcua.desk.submission import How
from motcua.desk.supplementing import Handed
from motcua.kernel.authority import NotAuthorised, Power
from motcua.kernel.refusal import NotFound, Refusal
from motcua.units.models import Unit


@pytest.fixture
def house(town: Town) -> House:
    return lives.house(town)


def now() -> "timezone.datetime":
    return timezone.now()


def test_a_dossier_goes_from_reception_to_hand_out_and_every_hand_is_written_down(house: House) -> None:
    dossier = house.done()
    assert dossier.state == State.DONE
    assert (dossier.at_unit_id, dossier.at_officer) == (house.town.unit.pk, "")

    house.run_errands()
    assert house.portal.hidden[dossier.code or ""]
    returned = house.hand_out(dossier)
    house.run_errands()

    assert returned.state == State.RETURNED
    assert house.portal.hidden == {}
    hops = list(Hop.objects.filter(dossier=dossier).order_by("order"))
    assert [hop.step_order for hop in hops] == [1, 2, 3]
    assert all(hop.accepted_by and hop.left_at and hop.due_at for hop in hops)
    assert [hop.accepted_by for hop in hops] == [
        house.town.authority.subject,
        house.specialist.subject,
        house.leader.subject,
    ]
    kinds = list(DossierEvent.objects.filter(dossier=dossier).order_by("id").values_list("kind", flat=True))
    assert kinds[0] == "received"
    assert kinds[-2:] == ["finished", "returned"]
    told = [template for _, template, _ in house.portal.told]
    assert told[0] == "dossier_received"
    assert told[-1] == "result_handed_out"


def test_a_step_is_left_only_when_its_conditions_hold(house: House) -> None:
    dossier = house.on_the_desk_of_the_specialist()

    with pytest.raises(Refusal) as no:
        house.forward(house.specialist, dossier)

    assert no.value.code == "step_not_finished"
    assert "chưa đính kèm kết quả" in no.value.text


def test_of_two_specialists_who_accept_at_once_one_has_it(house: House) -> None:
    dossier = house.received()
    house.forward(house.town.authority, dossier)
    rivals = [lives.holding(house.town.unit, Power.PROCESS) for _ in range(4)]
    ends: list[str] = []
    together = threading.Barrier(len(rivals))

    def take(rival: object) -> None:
        together.wait()
        try:
            handling.accept(authority=rival, dossier_id=dossier.public_id, now=now())  # type: ignore[arg-type]
            ends.append("taken")
        except Refusal as no:
            ends.append(no.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(rival,)) for rival in rivals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(ends) == ["hop_already_accepted"] * 3 + ["taken"]


def test_who_does_not_hold_the_step_neither_accepts_nor_forwards(house: House) -> None:
    dossier = house.received()
    house.forward(house.town.authority, dossier)

    with pytest.raises(NotAuthorised):
        handling.accept(authority=house.giver, dossier_id=dossier.public_id, now=now())
    with pytest.raises(NotAuthorised):
        handling.hand_over(authority=house.giver, dossier_id=dossier.public_id, now=now())
    stranger = lives.holding(a_unit("phong-khac", "000.00.07.H08"), Power.PROCESS)
    with pytest.raises(NotFound):
        handling.accept(authority=stranger, dossier_id=dossier.public_id, now=now())


def test_a_tab_that_was_left_open_hears_that_the_dossier_went_on_already(house: House) -> None:
    dossier = house.received()
    house.forward(house.town.authority, dossier)

    with pytest.raises(handling.AlreadyHandedOn) as no:
        handling.hand_over(authority=house.town.authority, dossier_id=dossier.public_id, now=now())
    step = Hop.objects.get(dossier=dossier, left_at=None).step_name
    assert step in no.value.text and no.value.status == 409


def test_a_leader_sends_a_draft_back_and_the_specialist_has_it_again(house: House) -> None:
    dossier = house.on_the_desk_of_the_specialist()
    house.attach(dossier)
    house.forward(house.specialist, dossier)
    with pytest.raises(Refusal, match="accept_first"):
        house.forward(house.leader, dossier)
    house.accept(house.leader, dossier)

    handling.send_back(
        authority=house.leader, dossier_id=dossier.public_id, reason="Sai căn cứ pháp lý", now=now()
    )

    hop = Hop.objects.get(dossier=dossier, left_at=None)
    assert (hop.step_order, hop.power) == (2, Power.PROCESS)
    assert Hop.objects.get(dossier=dossier, outcome="BACK").note == "Sai căn cứ pháp lý"
    with pytest.raises(Refusal, match="accept_first"):
        house.forward(house.specialist, dossier)
    house.accept(house.specialist, dossier)
    with pytest.raises(Refusal, match="no_step_before"):
        handling.send_back(
            authority=house.specialist, dossier_id=dossier.public_id, reason="Trả về quầy", now=now()
        )


def test_papers_are_asked_for_once_and_the_term_starts_anew(house: House) -> None:
    dossier = house.on_the_desk_of_the_specialist()
    asked = notices.ask_supplement(
        authority=house.specialist,
        dossier_id=dossier.public_id,
        items=[Item("Đơn đề nghị", "thiếu chữ ký"), Item("Giấy khai sinh", "bản chụp mờ")],
        reason="Hồ sơ chưa hợp lệ theo khoản 4 điều 19",
        answer_by=None,
        now=now(),
    )
    waiting = fresh(dossier)
    assert (waiting.state, asked.number[-4:]) == (State.SUPPLEMENT, "YCBS")
    assert waiting.paused_at is not None
    assert waiting.due_shown.startswith("Tạm dừng từ ") and waiting.due_words not in waiting.due_shown

    with pytest.raises(Refusal, match="supplement_incomplete"):
        supplementing.receive_supplement(
            authority=house.town.authority,
            dossier_id=dossier.public_id,
            papers=[Handed("Đơn đề nghị", How.PAPER, originals=1)],
            now=now(),
        )
    later = now() + timedelta(days=10)
    done = supplementing.receive_supplement(
        authority=house.town.authority,
        dossier_id=dossier.public_id,
        papers=[
            Handed("Đơn đề nghị", How.PAPER, originals=1),
            Handed("Giấy khai sinh", How.PAPER, originals=1),
        ],
        now=later,
    )

    assert done.state == State.PROCESSING
    assert done.due_at is not None and dossier.due_at is not None
    assert done.due_at > dossier.due_at
    assert done.clock_since == later
    assert [line.name for line in done.components.filter(supplement=True)] == [
        "Đơn đề nghị",
        "Giấy khai sinh",
    ]
    with pytest.raises(Refusal, match="notice_already_issued"):
        notices.ask_supplement(
            authority=house.specialist,
            dossier_id=dossier.public_id,
            items=[Item("Ảnh", "thiếu")],
            reason="Xin thêm ảnh",
            answer_by=None,
            now=now(),
        )


@pytest.mark.parametrize("days", [0, -1, -2_000])
def test_nobody_is_asked_to_complete_papers_by_a_day_that_is_over(house: House, days: int) -> None:
    dossier = house.on_the_desk_of_the_specialist()

    with pytest.raises(Refusal, match="answer_day_passed"):
        notices.ask_supplement(
            authority=house.specialist,
            dossier_id=dossier.public_id,
            items=[Item("Giấy khai sinh", "Nộp bản chứng thực")],
            reason="Chưa hợp lệ",
            answer_by=timezone.localdate() + timedelta(days=days),
            now=now(),
        )
    assert fresh(dossier).state == State.PROCESSING


def test_a_date_is_moved_once_and_a_day_before_at_the_latest(house: House) -> None:
    dossier = house.on_the_desk_of_the_specialist()
    assert dossier.due_at is not None
    new = dossier.due_at + timedelta(days=5)

    def apologise() -> Notice:
        return notices.apologise(
            authority=house.specialist,
            dossier_id=dossier.public_id,
            reason="Chờ xác minh sổ gốc",
            new_due_at=new,
            now=now(),
        )

    apologise()
    assert fresh(dossier).due_at == new
    new += timedelta(days=5)
    with pytest.raises(Refusal, match="notice_already_issued"):
        apologise()

    late = house.on_the_desk_of_the_specialist()
    superuser(
        "UPDATE desk_dossier SET due_at = clock_timestamp() + interval '23 hours' WHERE id = %s", late.pk
    )
    with pytest.raises(DeskRule) as no:
        notices.apologise(
            authority=house.specialist,
            dossier_id=late.public_id,
            reason="Chờ xác minh",
            new_due_at=new,
            now=now(),
        )
    assert no.value.details["rule"] == "desk_apology_in_time"


def superuser(statement: str, *values: object) -> None:
    """Past every trigger: what a test must arrange that nobody may do."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET session_replication_role = origin")


def test_state_six_waits_for_the_money_and_counts_no_time(house: House) -> None:
    dossier = house.on_the_desk_of_the_specialist()
    charge = charging.ask(
        authority=house.specialist,
        dossier_id=dossier.public_id,
        kind=Charge.Kind.FEE,
        amount_vnd=30_000,
        wait=True,
        now=now(),
    )
    assert fresh(dossier).state == State.PAYMENT

    paid = charging.take(
        authority=house.town.authority, charge_id=charge.public_id, how=Charge.How.CASH, now=now()
    )

    assert paid.receipt_number.endswith("/BL")
    assert fresh(dossier).state == State.PROCESSING
    assert goes_on_where_it_stood(fresh(dossier), dossier.due_at)
    assert fresh(dossier).due_shown == fresh(dossier).due_words
    day = charging.cash_day(house.town.authority, timezone.localdate())
    assert (len(day.taken), day.total_taken, day.net) == (1, 30_000, 30_000)
    with pytest.raises(Refusal, match="already_paid"):
        charging.take(
            authority=house.town.authority, charge_id=charge.public_id, how=Charge.How.CASH, now=now()
        )


def test_one_payment_told_twice_pays_once(house: House) -> None:
    dossier = house.on_the_desk_of_the_specialist()
    charge = charging.ask(
        authority=house.specialist,
        dossier_id=dossier.public_id,
        kind=Charge.Kind.CHARGE,
        amount_vnd=10_000,
        wait=True,
        now=now(),
    )

    first = charging.paid_online(charge_id=charge.public_id, reference="pay-1", now=now())
    again = charging.paid_online(charge_id=charge.public_id, reference="pay-1", now=now())

    assert first.receipt_number == again.receipt_number
    with pytest.raises(Refusal, match="already_paid"):
        charging.paid_online(charge_id=charge.public_id, reference="pay-2", now=now())


def test_another_agency_is_asked_and_its_answer_kept(house: House) -> None:
    dossier = house.on_the_desk_of_the_specialist()
    asked = opinions.ask(
        authority=house.specialist,
        dossier_id=dossier.public_id,
        asked_of="Sở Nội vụ",
        content="Đề nghị cho ý kiến về nhân sự",
        due_at=now() + timedelta(days=3),
        now=now(),
    )
    opinions.answer(
        authority=house.specialist, opinion_id=asked.public_id, words="Đồng ý với đề nghị", now=now()
    )
    with pytest.raises(Refusal, match="opinion_already_answered"):
        opinions.answer(authority=house.specialist, opinion_id=asked.public_id, words="Đổi ý rồi", now=now())


@pytest.mark.parametrize(
    ("end", "state"),
    [("refuse", State.STOPPED), ("stop", State.STOPPED), ("withdraw", State.WITHDRAWN)],
)
def test_a_dossier_that_ends_early_has_its_paper_and_nobody_holds_it(
    house: House, end: str, state: State
) -> None:
    dossier = house.on_the_desk_of_the_specialist()
    by = {"refuse": house.specialist, "stop": house.leader, "withdraw": house.giver}[end]

    issued = getattr(notices, end)(
        authority=by, dossier_id=dossier.public_id, reason="Không thuộc thẩm quyền giải quyết", now=now()
    )

    ended = fresh(dossier)
    assert ended.state == state
    assert ended.finished_at is not None
    assert (ended.at_officer, Hop.objects.filter(dossier=dossier, left_at=None).count()) == ("", 0)
    assert issued.number
    with pytest.raises(Refusal):
        house.attach(ended)


def test_a_result_is_signed_by_somebody_else_and_never_changes_after(house: House) -> None:
    dossier = house.on_the_desk_of_the_specialist()
    both = lives.holding(house.town.unit, Power.PROCESS, Power.SIGN)
    with pytest.raises(Refusal, match="dossier_held_by_another"):
        results.attach(authority=both, dossier_id=dossier.public_id, file=lives.a_pdf(), now=now())
    handling.reassign(
        authority=house.leader, dossier_id=dossier.public_id, reason="Chuyên viên đi vắng", now=now()
    )
    house.accept(both, dossier)
    results.attach(authority=both, dossier_id=dossier.public_id, file=lives.a_pdf(), now=now())
    with pytest.raises(Refusal, match="signer_made_the_draft"):
        house.sign(dossier, by=both)
    house.forward(both, dossier)
    with pytest.raises(Refusal, match="dossier_held_by_another"):
        house.sign(dossier)
    house.accept(house.leader, dossier)
    signed = house.sign(dossier)
    with pytest.raises(Refusal, match="result_already_signed"):
        house.sign(dossier)

    with pytest.raises(Exception, match="Kết quả đã ký không được sửa"):
        Result.objects.filter(pk=signed.pk).update(signed_by_name="Người khác")
    assert signed.issued_on is not None


def test_seeing_a_dossier_is_not_working_on_it(house: House) -> None:
    """The review's first finding: a department that once had it, the desk meanwhile, an inspector above."""
    own = house.town.unit
    room = a_unit("phong-1", "", kind=Unit.Kind.PHONG_CM, parent=own, has_desk=False)
    clerk = lives.holding(room, Power.PROCESS, Power.RECEIVE_DOSSIER, Power.HAND_OUT)
    dossier = house.received()
    handling.hand_over(
        authority=house.town.authority, dossier_id=dossier.public_id, to_unit="phong-1", now=now()
    )
    named = {"dossier_id": dossier.public_id, "now": now()}

    with pytest.raises(Refusal, match="dossier_lies_elsewhere"):
        notices.refuse(authority=house.town.authority, reason="Không đúng thẩm quyền", **named)
    house.accept(clerk, dossier)
    results.attach(authority=clerk, file=lives.a_pdf(), **named)
    handling.hand_over(authority=clerk, **named)

    for act in (
        lambda: notices.refuse(authority=clerk, reason="Không đúng thẩm quyền", **named),
        lambda: notices.withdraw(authority=clerk, reason="Chủ hồ sơ yêu cầu", **named),
        lambda: charging.ask(authority=clerk, kind=Charge.Kind.FEE, amount_vnd=5_000_000, wait=True, **named),
        lambda: results.withdraw_draft(authority=clerk, reason="Muốn sửa lại", **named),
    ):
        with pytest.raises(Refusal, match="dossier_lies_elsewhere"):
            act()
    assert fresh(dossier).state == State.PROCESSING


def test_the_draft_that_was_read_is_the_one_that_is_signed(house: House) -> None:
    dossier = house.on_the_desk_of_the_specialist()
    shown = house.attach(dossier).public_id
    house.forward(house.specialist, dossier)
    house.accept(house.leader, dossier)

    with pytest.raises(Refusal, match="dossier_held_by_another"):
        results.withdraw_draft(
            authority=house.specialist, dossier_id=dossier.public_id, reason="Đổi bản khác", now=now()
        )
    with pytest.raises(Refusal, match="another_draft_now"):
        results.sign(
            authority=house.leader,
            dossier_id=dossier.public_id,
            result_id=uuid.uuid4(),
            particulars=results.Particulars(),
            signer=lives.same_bytes,
            now=now(),
        )
    signed = results.sign(
        authority=house.leader,
        dossier_id=dossier.public_id,
        result_id=shown,
        particulars=results.Particulars(),
        signer=lives.same_bytes,
        now=now(),
    )
    assert signed.public_id == shown
    with pytest.raises(Refusal):
        results.withdraw_draft(
            authority=house.specialist, dossier_id=dossier.public_id, reason="Đổi bản khác", now=now()
        )


def test_a_pause_never_brings_an_old_date_back(house: House) -> None:
    dossier = house.on_the_desk_of_the_specialist()
    assert dossier.due_at is not None
    promised = dossier.due_at + timedelta(days=20)
    named = {"dossier_id": dossier.public_id, "now": now()}
    notices.apologise(authority=house.specialist, reason="Chờ xác minh", new_due_at=promised, **named)
    charge = charging.ask(
        authority=house.specialist, kind=Charge.Kind.FEE, amount_vnd=30_000, wait=True, **named
    )
    charging.take(authority=house.town.authority, charge_id=charge.public_id, how=Charge.How.CASH, now=now())

    due = fresh(dossier).due_at
    assert due is not None and due >= promised


def test_an_owner_who_is_an_officer_does_not_answer_about_the_own_dossier(house: House) -> None:
    dossier = house.on_the_desk_of_the_specialist()
    asked = opinions.ask(
        authority=house.specialist,
        dossier_id=dossier.public_id,
        asked_of="Phòng khác",
        asked_unit=a_unit("phong-khac", "", kind=Unit.Kind.PHONG_CM, has_desk=False),
        content="Cho ý kiến về nhân sự",
        due_at=now() + timedelta(days=3),
        now=now(),
    )
    house.attach(dossier)
    owner = lives.holding(Unit.objects.get(code="phong-khac"), Power.PROCESS)
    lives.past_the_rules(f"owner_subject = '{owner.subject}'", dossier)

    with pytest.raises(Refusal, match="own_dossier"):
        opinions.answer(authority=owner, opinion_id=asked.public_id, words="Rất đồng ý", now=now())
    here = lives.holding(house.town.unit, Power.PROCESS)
    lives.past_the_rules(f"owner_subject = '{here.subject}'", dossier)
    with pytest.raises(Refusal, match="own_dossier"):
        results.result_for_officer(here, dossier.public_id)


def test_a_result_is_handed_out_once_and_to_another_only_with_a_paper(house: House) -> None:
    dossier = house.done()

    for stranger in (Taker(name="Lê Văn Mẫu", relation="Con"), Taker(name="Kẻ Lạ Mặt")):
        with pytest.raises(Refusal, match="proof_wanted"):
            house.hand_out(dossier, taker=stranger)
    with pytest.raises(Refusal, match="tracking_number_wanted"):
        house.hand_out(dossier, how=HandOut.How.POST)
    house.hand_out(dossier, taker=Taker(name="Lê Văn Mẫu", relation="Con", proof="Giấy ủy quyền số 5"))

    given = HandOut.objects.get(dossier=dossier)
    assert (given.to_name, given.to_proof) == ("Lê Văn Mẫu", "Giấy ủy quyền số 5")
    with pytest.raises(Refusal):
        house.hand_out(dossier)


def test_the_owner_rates_once_after_the_result(house: House) -> None:
    dossier = house.done()
    subject = dossier.owner_subject
    with pytest.raises(Refusal, match="not_rateable"):
        returning.rate(subject=subject, dossier_id=dossier.public_id, stars=5)

    house.hand_out(dossier)
    returning.rate(subject=subject, dossier_id=dossier.public_id, stars=4, words="Nhanh")

    assert Rating.objects.get(dossier=dossier).stars == 4
    with pytest.raises(Refusal, match="not_rateable"):
        returning.rate(subject=subject, dossier_id=dossier.public_id, stars=1)
    with pytest.raises(NotFound):
        returning.rate(subject="f" * 32, dossier_id=dossier.public_id, stars=1)


def test_of_several_departments_the_desk_chooses_and_an_empty_one_is_not_offered(house: House) -> None:
    own = house.town.unit
    rooms = [a_unit(f"phong-{n}", "", kind=Unit.Kind.PHONG_CM, parent=own, has_desk=False) for n in (1, 2, 3)]
    second = lives.holding(rooms[1], Power.PROCESS)
    lives.holding(rooms[2], Power.PROCESS)
    dossier = house.received()

    offered = handling.next_units(dossier, on=timezone.localdate())
    assert {unit.code for unit in offered} == {"phong-2", "phong-3", own.code}
    with pytest.raises(Refusal, match="unit_not_for_this_step"):
        handling.hand_over(
            authority=house.town.authority, dossier_id=dossier.public_id, to_unit="phong-1", now=now()
        )
    handling.hand_over(
        authority=house.town.authority, dossier_id=dossier.public_id, to_unit="phong-2", now=now()
    )

    assert fresh(dossier).at_unit_id == rooms[1].pk
    with pytest.raises(NotYourTurn):
        handling.accept(authority=house.specialist, dossier_id=dossier.public_id, now=now())
    assert handling.accept(authority=second, dossier_id=dossier.public_id, now=now()).accepted_by
