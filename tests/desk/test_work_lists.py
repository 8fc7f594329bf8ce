"""Each officer's lists of work: what lies where, and what it waits for."""

import pytest
from django.utils import timezone
from tests.desk import lives
from tests.desk.lives import House, fresh
from tests.desk.town import Town, a_form, a_unit

from motcua.desk import dossiers, handling, notices
from motcua.desk.dossiers import Place, Search
from motcua.desk.models import Dossier
from motcua.desk.notices import Item
from motcua.desk.submission import Contact
from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.phone import Phone


@pytest.fixture
def house(town: Town) -> House:
    return lives.house(town)


def listed(authority: Authority, place: Place, **more: object) -> set[int]:
    search = Search(place=place, **more)  # type: ignore[arg-type]
    return {row.pk for row in dossiers.list_for_officer(authority, search, now=timezone.now()).rows}


def test_a_dossier_is_on_the_list_of_whoever_has_to_move(house: House) -> None:
    desk, specialist, leader = house.town.authority, house.specialist, house.leader
    dossier = house.received()
    assert listed(desk, Place.MINE) == {dossier.pk}

    house.forward(desk, dossier)
    assert listed(desk, Place.MINE) == set()
    assert listed(specialist, Place.TO_ACCEPT) == {dossier.pk}
    handling.accept(authority=specialist, dossier_id=dossier.public_id, now=timezone.now())
    assert listed(specialist, Place.TO_ACCEPT) == set()
    assert listed(specialist, Place.MINE) == {dossier.pk}
    house.attach(dossier)
    house.forward(specialist, dossier)
    house.accept(leader, dossier)
    house.sign(dossier)
    house.forward(leader, dossier)

    assert listed(specialist, Place.MINE) == listed(leader, Place.MINE) == set()
    assert listed(house.giver, Place.TO_HAND_OUT) == {dossier.pk}
    house.hand_out(dossier)
    assert listed(house.giver, Place.TO_HAND_OUT) == set()
    assert listed(desk, Place.UNIT) == {dossier.pk}


def test_what_is_due_today_overdue_or_waits_for_papers(house: House) -> None:
    today, late, waiting = house.received(), house.received(), house.received()
    evening = timezone.localtime().replace(hour=23, minute=30)
    lives.past_the_rules(f"due_at = '{evening.isoformat()}'", today)
    lives.past_the_rules("due_at = clock_timestamp() - interval '2 days'", late)
    notices.ask_supplement(
        authority=house.giver,
        dossier_id=waiting.public_id,
        items=[Item("Đơn", "thiếu chữ ký")],
        reason="Chưa hợp lệ",
        answer_by=None,
        now=timezone.now(),
    )

    desk = house.town.authority
    assert today.pk in listed(desk, Place.TODAY)
    assert late.pk not in listed(desk, Place.TODAY)
    assert late.pk in listed(desk, Place.OVERDUE)
    assert listed(desk, Place.SUPPLEMENT) == {waiting.pk}
    assert fresh(waiting).pk in listed(desk, Place.HERE)


def test_a_phone_is_found_whole_or_not_at_all(house: House) -> None:
    town = house.town
    phone = Phone.parse("0900000051")
    dossier = town.receive(town.draft(town.new_owner()), a_form(contact=Contact(phone=phone)))
    house.received()

    assert listed(town.authority, Place.UNIT, phone=phone) == {dossier.pk}
    assert listed(town.authority, Place.UNIT, phone=Phone.parse("0900000052")) == set()
    assert phone.value.encode() not in bytes(Dossier.objects.get(pk=dossier.pk).contact_phone_bi or b"")


def test_another_unit_s_lists_are_empty_and_no_post_no_list(house: House) -> None:
    dossier = house.received()
    house.forward(house.town.authority, dossier)
    elsewhere = lives.holding(a_unit("phong-khac", "000.00.07.H08"), Power.PROCESS, Power.RECEIVE_DOSSIER)

    for place in Place:
        assert listed(elsewhere, place) == set(), place
    clerk = lives.holding(house.town.unit, Power.OPEN_ACCOUNT)
    for place in Place:
        with pytest.raises(NotAuthorised):
            listed(clerk, place)
