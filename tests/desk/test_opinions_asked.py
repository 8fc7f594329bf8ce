"""A unit that is asked for its opinion finds the question, and is the one that answers it."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone
from tests.desk import lives
from tests.desk.counting import statements
from tests.desk.lives import House
from tests.desk.town import Town, a_unit

from motcua.desk import notices, opinions, opinions_asked
from motcua.desk.models import Dossier, Opinion
from motcua.desk.opinions_asked import Sort, Wanted
from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.refusal import NotFound, Refusal
from motcua.units.models import Unit


def now() -> datetime:
    return timezone.now()


@pytest.fixture
def house(town: Town) -> House:
    return lives.house(town)


@pytest.fixture
def dossier(house: House) -> Dossier:
    return house.on_the_desk_of_the_specialist()


@pytest.fixture
def room(house: House) -> Unit:
    return a_unit("phong-to-chuc", "", kind=Unit.Kind.PHONG_CM, has_desk=False)


@pytest.fixture
def colleague(room: Unit) -> Authority:
    """Who answers for the unit that is asked."""
    return lives.holding(room, Power.PROCESS)


def ask(house: House, dossier: Dossier, room: Unit, *, days: int = 3, content: str = "Cho ý kiến") -> Opinion:
    return opinions.ask(
        authority=house.specialist,
        dossier_id=dossier.public_id,
        asked_of="",
        asked_unit=room,
        content=content,
        due_at=now() + timedelta(days=days),
        now=now(),
    )


def listed(who: Authority, wanted: Wanted = Wanted(), later: timedelta = timedelta()) -> list[str]:  # noqa: B008 - frozen
    page = opinions_asked.asked_of_us(who, wanted, cursor=None, now=now() + later)
    return [line.content for line in page.rows]


def test_the_unit_that_was_asked_answers_and_nobody_for_it(
    house: House, dossier: Dossier, room: Unit, colleague: Authority
) -> None:
    asked = ask(house, dossier, room)
    assert asked.asked_of == room.name
    assert opinions_asked.how_many_wait(colleague) == 1

    with pytest.raises(Refusal, match="opinion_answered_by_the_unit_asked"):
        opinions.answer(authority=house.specialist, opinion_id=asked.public_id, words="Đồng ý ạ", now=now())
    stranger = lives.holding(a_unit("phong-la", "", kind=Unit.Kind.PHONG_CM, has_desk=False), Power.PROCESS)
    with pytest.raises(NotFound):
        opinions.answer(authority=stranger, opinion_id=asked.public_id, words="Đồng ý ạ", now=now())
    clerk = lives.holding(room, Power.HAND_OUT)
    with pytest.raises(NotAuthorised):
        opinions.answer(authority=clerk, opinion_id=asked.public_id, words="Đồng ý ạ", now=now())
    assert Opinion.objects.get().answered_at is None

    opinions.answer(authority=colleague, opinion_id=asked.public_id, words="Đồng ý ạ", now=now())
    assert opinions_asked.how_many_wait(colleague) == 0
    assert listed(colleague) == []
    assert listed(colleague, Wanted(answered=True)) == ["Cho ý kiến"]


def test_the_own_unit_is_not_asked(house: House, dossier: Dossier) -> None:
    own = Unit.objects.get(pk=house.specialist.unit_id)
    with pytest.raises(Refusal, match="opinion_asked_of_own_unit"):
        ask(house, dossier, own)


def test_the_list_is_of_the_own_unit_and_of_those_who_answer(
    house: House, dossier: Dossier, room: Unit, colleague: Authority
) -> None:
    other = a_unit("phong-khac", "", kind=Unit.Kind.PHONG_CM, has_desk=False)
    ask(house, dossier, other, content="Hỏi đơn vị khác")
    ask(house, dossier, room, content="Hỏi đơn vị này")

    assert listed(colleague) == ["Hỏi đơn vị này"]
    assert listed(lives.holding(room, Power.SIGN)) == ["Hỏi đơn vị này"]
    with pytest.raises(NotAuthorised):
        listed(lives.holding(room, Power.RECEIVE_DOSSIER))
    with pytest.raises(NotAuthorised):
        opinions_asked.how_many_wait(lives.holding(room, Power.HAND_OUT))


def test_an_owner_does_not_see_what_is_asked_about_the_own_dossier(
    house: House, dossier: Dossier, room: Unit, colleague: Authority
) -> None:
    ask(house, dossier, room)
    lives.past_the_rules(f"owner_subject = '{colleague.subject}'", dossier)
    assert listed(colleague) == []
    assert opinions_asked.how_many_wait(colleague) == 0


def test_search_and_order(house: House, dossier: Dossier, room: Unit, colleague: Authority) -> None:
    ask(house, dossier, room, days=9, content="Hỏi trước, hạn xa")
    ask(house, dossier, room, days=2, content="Hỏi sau, hạn gần")
    code = Dossier.objects.get(pk=dossier.pk).code or ""
    procedure = dossier.procedure.code

    assert listed(colleague) == ["Hỏi sau, hạn gần", "Hỏi trước, hạn xa"]
    assert listed(colleague, Wanted(sort=Sort.NEWEST)) == ["Hỏi sau, hạn gần", "Hỏi trước, hạn xa"]
    assert listed(colleague, Wanted(overdue=True)) == []
    assert listed(colleague, Wanted(overdue=True), later=timedelta(days=5)) == ["Hỏi sau, hạn gần"]
    assert len(listed(colleague, Wanted(code=code))) == 2
    assert len(listed(colleague, Wanted(code=code[-4:].lower()))) == 2
    assert listed(colleague, Wanted(code="9999-KHAC")) == []
    assert listed(colleague, Wanted(code="%' OR 1=1")) == []
    assert len(listed(colleague, Wanted(procedure_code=procedure))) == 2
    assert listed(colleague, Wanted(procedure_code="0.000000")) == []
    assert [each.code for each in opinions_asked.procedures_asked_about(colleague)] == [procedure]


@pytest.mark.parametrize("sort", list(Sort))
def test_pages_lose_and_double_nothing_and_cost_two_statements(
    house: House, dossier: Dossier, room: Unit, colleague: Authority, sort: Sort
) -> None:
    same = now() + timedelta(days=3)
    Opinion.objects.bulk_create(
        Opinion(dossier=dossier, asked_of=room.name, asked_unit=room, content=f"Câu hỏi {n:02}",
                asked_by=house.specialist.subject, due_at=same + timedelta(days=n % 3))
        for n in range(45)
    )  # fmt: skip
    seen: list[str] = []
    cursor = None
    for _ in range(5):
        with statements() as asked:
            page = opinions_asked.asked_of_us(colleague, Wanted(sort=sort), cursor=cursor, now=now())
        assert len(asked) == 2  # the other asks under which ids the reader is known
        seen += [line.content for line in page.rows]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert sorted(seen) == [f"Câu hỏi {n:02}" for n in range(45)]


@pytest.mark.parametrize("cursor", ["x", "2026-01-01~1", "2026-01-01T00:00:00+00:00~a", "~", "2026"])
def test_a_cursor_from_nowhere_is_refused(colleague: Authority, cursor: str) -> None:
    with pytest.raises(Refusal, match="bad_cursor"):
        opinions_asked.asked_of_us(colleague, Wanted(), cursor=cursor, now=now())


def test_opening_the_question_is_a_look_that_is_written_down(
    house: House, dossier: Dossier, room: Unit, colleague: Authority
) -> None:
    opinions_asked.open_page(colleague, ask(house, dossier, room))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT subject, unit_code FROM journal_event WHERE event = 'desk.dossier.seen' AND actor = %s",
            [colleague.subject],
        )
        assert cursor.fetchall() == [(f"dossier:{dossier.public_id}", room.code)]


# A letter of an agency outside is written down by whoever holds the step, while there is something to decide.


def ask_outside(house: House, dossier: Dossier) -> Opinion:
    return opinions.ask(
        authority=house.specialist,
        dossier_id=dossier.public_id,
        asked_of="Sở Nội vụ",
        content="Cho ý kiến về nhân sự",
        due_at=now() + timedelta(days=3),
        now=now(),
    )


def write_down(by: Authority, asked: Opinion) -> Opinion:
    return opinions.answer(authority=by, opinion_id=asked.public_id, words="Sở đồng ý", now=now())


def refused_as(code: str, by: Authority, asked: Opinion) -> None:
    """Before a file is opened, and again when the answer is written."""
    with pytest.raises(Refusal, match=code):
        opinions.require_may_answer(authority=by, opinion_id=asked.public_id)
    with pytest.raises(Refusal, match=code):
        write_down(by, asked)
    assert Opinion.objects.get(pk=asked.pk).answered_at is None


def test_a_letter_is_written_down_by_the_holder_or_the_leader_and_by_no_colleague(
    house: House, dossier: Dossier
) -> None:
    first, second = ask_outside(house, dossier), ask_outside(house, dossier)
    colleague = lives.holding(house.town.unit, Power.PROCESS)
    refused_as("dossier_held_by_another", colleague, first)
    refused_as("not_authorised", house.giver, first)

    assert write_down(house.specialist, first).answered_by == house.specialist.subject
    assert write_down(house.leader, second).answered_by == house.leader.subject


def test_the_unit_that_received_writes_nothing_down_once_the_dossier_lies_elsewhere(
    house: House, dossier: Dossier, room: Unit
) -> None:
    asked = ask_outside(house, dossier)
    hop = dossier.hops.get(left_at=None)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE desk_hop SET unit_id = %s WHERE id = %s", [room.pk, hop.pk])
        cursor.execute("SET session_replication_role = origin")
    refused_as("dossier_lies_elsewhere", house.specialist, asked)
    refused_as("dossier_lies_elsewhere", house.leader, asked)


def test_nothing_is_written_down_once_the_dossier_has_ended(
    house: House, dossier: Dossier, room: Unit, colleague: Authority
) -> None:
    outside, inside = ask_outside(house, dossier), ask(house, dossier, room)
    notices.stop(authority=house.leader, dossier_id=dossier.public_id, reason="Không đủ điều kiện", now=now())

    refused_as("dossier_not_in_this_state", house.leader, outside)
    refused_as("dossier_not_in_this_state", colleague, inside)
    assert opinions_asked.how_many_wait(colleague) == 0
    assert listed(colleague) == []


def test_of_two_who_write_the_same_letter_down_one_is_told(house: House, dossier: Dossier) -> None:
    asked = ask_outside(house, dossier)
    start, outcomes = threading.Barrier(2), []

    def write(by: Authority) -> None:
        try:
            start.wait(timeout=60)
            write_down(by, asked)
            outcomes.append("written")
        except opinions.AlreadyAnswered:
            outcomes.append("told")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=(by,)) for by in (house.specialist, house.leader)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert sorted(outcomes) == ["told", "written"]
