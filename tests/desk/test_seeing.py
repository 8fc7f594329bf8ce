"""Who may open a dossier, for how long, and what is written down of looking at it and of searching for people."""

import pytest
from django.db import connection
from django.utils import timezone
from tests.desk import lives
from tests.desk.counting import statements
from tests.desk.lives import House, a_pdf, fresh
from tests.desk.town import Town, a_form, a_unit, authority_of

from motcua.desk import (
    charging,
    component_files,
    dossiers,
    handling,
    notices,
    papers,
    result_files,
    results,
    seeing,
    slips,
)
from motcua.desk.dossiers import Place, Search
from motcua.desk.models import Charge, Dossier
from motcua.desk.notices import Item
from motcua.desk.submission import Contact, HandedIn, How
from motcua.kernel.authority import Authority, Power
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.phone import Phone
from motcua.kernel.refusal import NotFound, Refusal
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.units.models import Officer, Unit

PHONE = Phone.parse("0900000053")


@pytest.fixture
def house(town: Town) -> House:
    return lives.house(town)


@pytest.fixture
def clerk(house: House) -> Authority:
    """Somebody with every power of work in a department of the receiving unit."""
    room = a_unit("phong-1", "", kind=Unit.Kind.PHONG_CM, parent=house.town.unit, has_desk=False)
    return lives.holding(room, Power.PROCESS, Power.RECEIVE_DOSSIER, Power.HAND_OUT)


def lying_with(house: House, clerk: Authority) -> Dossier:
    shown = [HandedIn(order=1, how=How.SHOWN), HandedIn(order=2, how=How.SHOWN)]
    form = a_form(papers=shown, contact=Contact(phone=PHONE))
    dossier = house.town.receive(house.town.draft(house.town.new_owner()), form)
    named = {"dossier_id": dossier.public_id, "now": timezone.now()}
    handling.hand_over(authority=house.town.authority, to_unit="phong-1", **named)
    house.accept(clerk, dossier)
    results.attach(authority=clerk, file=a_pdf(), **named)
    return fresh(dossier)


def gone_on(house: House, clerk: Authority, dossier: Dossier) -> None:
    handling.hand_over(authority=clerk, dossier_id=dossier.public_id, now=timezone.now())


def lines() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT j::text FROM journal_event j ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def test_a_unit_that_had_a_dossier_sees_its_course_and_nothing_of_its_people(
    house: House, clerk: Authority
) -> None:
    dossier = lying_with(house, clerk)
    notice = notices.ask_supplement(
        authority=clerk,
        dossier_id=dossier.public_id,
        items=[Item("Đơn đề nghị", "thiếu chữ ký")],
        reason="Hồ sơ chưa hợp lệ",
        answer_by=None,
        now=timezone.now(),
    )
    lives.past_the_rules("state = 'PROCESSING'", dossier)
    looks = (
        lambda: dossiers.dossier_for_officer(clerk, dossier.public_id),
        lambda: slips.to_print(clerk, dossier.public_id),
        lambda: papers.control_slip_to_print(clerk, dossier.public_id),
        lambda: papers.notice_to_print(clerk, dossier.public_id, notice.public_id),
        lambda: result_files.read(clerk, dossier.public_id),
    )
    for look in looks:
        look()
    assert seeing.open_page(clerk, dossier.public_id)[1] is True
    gone_on(house, clerk, dossier)

    for look in looks:
        with pytest.raises(NotFound):
            look()
    with pytest.raises(NotFound):
        component_files.read(authority=clerk, dossier_id=dossier.public_id, order=1)
    again, whole = seeing.open_page(clerk, dossier.public_id)
    assert (again.pk, whole) == (dossier.pk, False)
    assert [event.words for event in again.events.all()]
    assert seeing.open_page(house.town.authority, dossier.public_id)[1] is True


def test_a_unit_that_had_a_dossier_is_told_that_it_has_gone_on_and_a_stranger_nothing(
    house: House, clerk: Authority
) -> None:
    dossier = lying_with(house, clerk)
    gone_on(house, clerk, dossier)
    ask = {"kind": Charge.Kind.FEE, "amount_vnd": 1_000, "wait": False, "now": timezone.now()}
    with pytest.raises(Refusal, match="dossier_lies_elsewhere"):
        charging.ask(authority=clerk, dossier_id=dossier.public_id, **ask)  # type: ignore[arg-type]
    stranger = lives.holding(a_unit("phong-khac", "000.00.07.H08"), Power.PROCESS, Power.RECEIVE_DOSSIER)
    with pytest.raises(NotFound):
        charging.ask(authority=stranger, dossier_id=dossier.public_id, **ask)  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        seeing.open_page(stranger, dossier.public_id)


def test_an_officer_of_two_units_holds_in_each_only_what_lies_there(house: House, clerk: Authority) -> None:
    dossier = lying_with(house, clerk)
    who = Officer.objects.get(subject=clerk.subject)
    here = authority_of(who, Unit.objects.get(code="phong-1"), Power.PROCESS)
    elsewhere = authority_of(who, house.town.unit, Power.PROCESS)
    mine = Search(place=Place.MINE)

    assert [r.pk for r in dossiers.list_for_officer(here, mine, now=timezone.now()).rows] == [dossier.pk]
    assert list(dossiers.list_for_officer(elsewhere, mine, now=timezone.now()).rows) == []


def test_opening_a_dossier_is_written_down_without_a_person_and_counted(
    house: House, clerk: Authority
) -> None:
    dossier = lying_with(house, clerk)
    before = spending.peek(Quota.DOSSIERS_OPENED_BY_OFFICER, clerk.subject).times
    with statements() as asked:
        dossiers.known_dossier(clerk, dossier.public_id)
    with statements() as seen:
        seeing.open_page(clerk, dossier.public_id)

    (line,) = [line for line in lines() if "desk.dossier.seen" in line]
    assert str(dossier.public_id) in line and clerk.subject in line
    # Ids and times may hold any three digits by chance; what is said of the deed may not.
    facts = line[line.index("{") :]
    assert dossier.owner_name not in line and dossier.owner_last3 not in facts
    assert spending.peek(Quota.DOSSIERS_OPENED_BY_OFFICER, clerk.subject).times == before - 1
    assert len(seen) == len(asked) + 2  # the count, the line


def test_who_opens_too_many_dossiers_waits(house: House, clerk: Authority) -> None:
    dossier = lying_with(house, clerk)
    for _ in range(60):
        spending.spend((Quota.DOSSIERS_OPENED_BY_OFFICER, clerk.subject))
    with pytest.raises(spending.TooManyAttempts) as no:
        seeing.open_page(clerk, dossier.public_id)
    assert "quá nhiều hồ sơ" in no.value.text


@pytest.mark.parametrize("by", ["number", "phone"])
def test_a_search_for_a_person_is_written_down_without_the_person_and_counted(
    house: House, clerk: Authority, by: str
) -> None:
    lying_with(house, clerk)
    number = CitizenId.parse("052190000002")
    wanted = Search(number=number) if by == "number" else Search(phone=PHONE)
    desk = house.town.authority
    before = spending.peek(Quota.PEOPLE_SEARCHED_BY_OFFICER, desk.subject).times

    found = seeing.search(desk, wanted, now=timezone.now(), limit=20)

    (line,) = [line for line in lines() if "desk.person.searched" in line]
    assert f'"by": "{by}"' in line.replace('""', '"') and desk.subject in line
    assert PHONE.value not in line and PHONE.local not in line and number.value not in line
    assert spending.peek(Quota.PEOPLE_SEARCHED_BY_OFFICER, desk.subject).times == before - 1
    assert len(found.rows) == 1


def test_a_list_that_asks_for_nobody_costs_nothing_more(house: House) -> None:
    desk = house.town.authority
    with statements() as seen:
        seeing.search(desk, Search(), now=timezone.now(), limit=20)
    assert len(seen) == 1


def test_who_searches_for_too_many_people_waits(house: House) -> None:
    desk = house.town.authority
    for _ in range(60):
        spending.spend((Quota.PEOPLE_SEARCHED_BY_OFFICER, desk.subject))
    with pytest.raises(spending.TooManyAttempts):
        seeing.search(desk, Search(phone=PHONE), now=timezone.now(), limit=20)
