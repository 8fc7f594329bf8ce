"""Tiếp nhận theo lớp: a list, one procedure, one account check for each person, one dossier for each pupil."""

import threading
import uuid
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from tests.desk import town as building
from tests.desk.counting import statements
from tests.desk.fake_portal import FakePortal
from tests.desk.town import PROCEDURE, Town

from motcua.desk import group_reception, group_reception_work
from motcua.desk.group_reception import Group
from motcua.desk.group_reception_lists import Line, pasted
from motcua.desk.models import AccountCheck, Dossier, DossierEvent, GroupReception, GroupRow
from motcua.desk.ports import Answer, OwnerStatus
from motcua.desk.submission import HandedIn, How
from motcua.journal.models import Event
from motcua.kernel.authority import Power
from motcua.kernel.refusal import NotFound, Refusal
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.limits.spending import TooManyAttempts

CLASS = "Lớp 9A1"
PROOF = "12/2011;05/03/2011"
PAPERS = [
    HandedIn(order=1, how=How.PAPER, originals=1),
    HandedIn(order=2, how=How.SHOWN),
    HandedIn(order=3, how=How.PAPER, copies=1),
]


def begun(town: Town, lines: Sequence[Line], key: uuid.UUID | None = None) -> uuid.UUID:
    return group_reception.begin(
        authority=town.authority,
        label=CLASS,
        procedure_code=PROCEDURE,
        process_id=building.process_of(PROCEDURE),
        lines=lines,
        now=timezone.now(),
        key=key,
    )


def checked(town: Town, group: uuid.UUID) -> int:
    return group_reception_work.check_some(
        authority=town.authority, public_id=group, registry=town.portal, now=timezone.now()
    )


def settled(town: Town, group: uuid.UUID, papers: Sequence[HandedIn] = PAPERS) -> None:
    group_reception.choose_papers(authority=town.authority, public_id=group, papers=papers)


def received(town: Town, group: uuid.UUID) -> int:
    return group_reception_work.receive_some(
        authority=town.authority, public_id=group, registry=town.portal, now=timezone.now()
    )


def shown(town: Town, group: uuid.UUID) -> Group:
    return group_reception.group_of(town.authority, group)


def own_account(town: Town, serial: int, name: str = "Lê Văn Học") -> Line:
    """A pupil born in 2011 with an account of the own."""
    number = f"052211{serial:06d}"
    town.portal.enrol(number, name)
    return Line(number, name, "05/03/2011")


def of_parent(parent: str, name: str, relation: str = "mẹ") -> Line:
    return Line("", name, "05/03/2011", parent, relation, *PROOF.split(";"))


def test_a_class_is_received_under_its_pupils_and_their_parents_accounts(town: Town) -> None:
    mother = town.new_owner()
    lines = [
        own_account(town, 1),
        of_parent(mother, "Trần Thị Con"),
        Line("052211000009", "Lê Vắng", "05/03/2011"),
    ]
    group = begun(town, lines)

    assert checked(town, group) == 0
    settled(town, group)
    assert received(town, group) == 0

    first, second, third = shown(town, group).rows
    assert (first.answer, second.answer, third.answer) == ("FOUND", "FOUND", "NOT_FOUND")
    assert first.code and second.code and first.code != second.code
    assert third.code == ""
    under_mother = Dossier.objects.get(code=second.code)
    assert under_mother.owner_subject == town.portal.people[mother].subject
    assert (under_mother.person_name, under_mother.person_born) == ("Trần Thị Con", "05/03/2011")
    assert under_mother.person_relation == "Con"
    assert "12/2011" in under_mother.filer_proof
    own = Dossier.objects.get(code=first.code)
    assert (own.person_name, own.owner_name) == ("", "Lê Văn Học")
    assert own.components.get(order=3).copies == 1


def test_every_dossier_of_a_class_has_its_own_check_and_its_own_history(town: Town) -> None:
    group = begun(town, [own_account(town, n) for n in range(1, 6)])
    checked(town, group)
    settled(town, group)
    received(town, group)

    dossiers = Dossier.objects.filter(code__isnull=False)
    assert dossiers.count() == 5
    assert len(set(dossiers.values_list("account_check", flat=True))) == 5
    assert AccountCheck.objects.filter(spent_at__isnull=False).count() == 5
    assert DossierEvent.objects.filter(kind="received").count() == 5


def test_brothers_and_sisters_share_one_question_and_have_a_check_each(town: Town) -> None:
    mother = town.new_owner()
    group = begun(town, [of_parent(mother, "Trần Thị Một"), of_parent(mother, "Trần Văn Hai")])

    checked(town, group)
    settled(town, group)
    received(town, group)

    assert len(town.portal.asked) == 1
    checks = list(AccountCheck.objects.filter(spent_at__isnull=False))
    assert len(checks) == 2
    assert [row.code != "" for row in shown(town, group).rows] == [True, True]


def test_what_is_wrong_with_a_line_is_said_before_anybody_is_asked_about(town: Town) -> None:
    good = own_account(town, 1)
    lines = [
        good,
        good,
        Line("12345", "Sai Số", "05/03/2011"),
        Line("052211000002", "Sai Năm", "05/03/2009"),
        Line("", "Không Số", "05/03/2011"),
        Line("", "Không Quan Hệ", "05/03/2011", good.number, "dì", *PROOF.split(";")),
        Line("", "Không Giấy", "05/03/2011", good.number, "mẹ"),
        Line("", "Đã Lớn", "05/03/2001", good.number, "mẹ", *PROOF.split(";")),
    ]
    group = begun(town, lines)

    answers = [row.answer for row in shown(town, group).rows]
    assert answers == ["WAITING", "TWICE"] + ["MALFORMED"] * 6
    assert all(row.said.endswith(".") for row in shown(town, group).rows[1:])
    checked(town, group)
    assert len(town.portal.asked) == 1


def test_a_name_that_is_not_the_accounts_is_not_received(town: Town) -> None:
    other = own_account(town, 1, "Hoàng Văn Khác")
    without_marks = own_account(town, 2, "Lê Thị Hòa")
    group = begun(
        town,
        [
            Line(other.number, "Nguyễn Thị Lạ", other.born),
            Line(without_marks.number, "LE THI HOA", without_marks.born),
        ],
    )

    checked(town, group)
    settled(town, group)
    received(town, group)

    assert [row.answer for row in shown(town, group).rows] == ["OTHER_NAME", "FOUND"]
    assert [bool(row.code) for row in shown(town, group).rows] == [False, True]


def test_a_locked_account_and_a_colleagues_are_left_to_the_ordinary_screen(town: Town) -> None:
    locked = own_account(town, 1)
    town.portal.people[locked.number].status = OwnerStatus.LOCKED
    officers = own_account(town, 2)
    town.portal.people[officers.number].subject = town.authority.subject
    colleagues = own_account(town, 3)
    town.portal.people[colleagues.number].subject = building.an_officer().subject
    group = begun(town, [locked, officers, colleagues])

    checked(town, group)

    assert [row.answer for row in shown(town, group).rows] == ["ALONE"] * 3
    settled(town, group)
    assert received(town, group) == 0
    assert not Dossier.objects.exists()


def test_silence_is_not_an_answer_and_is_asked_about_again(town: Town) -> None:
    group = begun(town, [own_account(town, 1)])
    town.portal.down = True
    checked(town, group)
    assert [row.answer for row in shown(town, group).rows] == ["UNKNOWN"]

    town.portal.down = False
    assert group_reception_work.ask_again(authority=town.authority, public_id=group) == 1
    checked(town, group)

    assert [row.answer for row in shown(town, group).rows] == ["FOUND"]


def test_a_class_spends_the_officers_quota_and_stops_where_it_ends(town: Town) -> None:
    lines = [own_account(town, n) for n in range(1, 4)]
    group = begun(town, lines)
    for _ in range(58):
        spending.spend((Quota.CHECKS_BY_OFFICER, town.authority.subject))

    with pytest.raises(TooManyAttempts):
        checked(town, group)

    assert [row.answer for row in shown(town, group).rows] == ["FOUND", "FOUND", "WAITING"]
    assert len(town.portal.asked) == 2
    spending.reset(Quota.CHECKS_BY_OFFICER, town.authority.subject)
    assert checked(town, group) == 0


def test_each_question_of_a_class_is_journalled_with_its_purpose(town: Town) -> None:
    group = begun(town, [own_account(town, 1), own_account(town, 2)])
    checked(town, group)

    assert Event.objects.filter(event="desk.account.checked").count() == 2
    assert {asked["purpose"] for asked in town.portal.asked} == {"tiep-nhan-ho-so"}
    assert Event.objects.filter(event="desk.group.begun", subject=f"group:{group}").count() == 1


def test_papers_are_chosen_never_preset_and_may_differ_for_a_pupil(town: Town) -> None:
    group = begun(town, [own_account(town, 1), own_account(town, 2)])
    checked(town, group)
    with pytest.raises(group_reception_work.GroupNotChosen):
        received(town, group)
    with pytest.raises(group_reception.GroupPaperWanted):
        settled(town, group, PAPERS[:2])

    settled(town, group)
    differing = [*PAPERS[:2], HandedIn(order=3, how=How.PAPER, certified=2)]
    group_reception.choose_own_papers(authority=town.authority, public_id=group, nth=2, papers=differing)
    received(town, group)

    first, second = (Dossier.objects.get(code=row.code) for row in shown(town, group).rows)
    assert (first.components.get(order=3).copies, first.components.get(order=3).certified) == (1, 0)
    assert (second.components.get(order=3).copies, second.components.get(order=3).certified) == (0, 2)


def test_the_same_list_sent_twice_is_one_and_a_list_put_right_is_another(town: Town) -> None:
    key, one, two = uuid.uuid4(), own_account(town, 1), own_account(town, 2, "Lê Thị Hành")
    first = begun(town, [one], key)

    assert begun(town, [one], key) == first == key
    assert begun(town, [one]) != first, "without a key every list is its own"
    assert begun(town, [one, two], key) not in {first, key}
    assert begun(town, [two], key) not in {first, key}
    assert len(shown(town, first).rows) == 1


def test_the_key_of_a_colleagues_list_opens_nothing(town: Town) -> None:
    key, one = uuid.uuid4(), own_account(town, 1)
    begun(town, [one], key)
    colleague = building.authority_of(building.an_officer(), town.unit, Power.RECEIVE_DOSSIER)

    mine = group_reception.begin(
        authority=colleague,
        label=CLASS,
        procedure_code=PROCEDURE,
        process_id=building.process_of(PROCEDURE),
        lines=[one],
        now=timezone.now(),
        key=key,
    )
    assert mine != key
    with pytest.raises(NotFound):
        group_reception.group_of(colleague, key)


def test_receiving_again_makes_no_second_dossier(town: Town) -> None:
    group = begun(town, [own_account(town, n) for n in range(1, 4)])
    checked(town, group)
    settled(town, group)

    received(town, group)
    received(town, group)

    assert Dossier.objects.count() == 3


def test_a_row_whose_dossier_was_made_before_the_crash_finds_it_again(town: Town) -> None:
    mother = town.new_owner()
    group = begun(town, [of_parent(mother, "Trần Thị Một"), of_parent(mother, "Trần Văn Hai")])
    checked(town, group)
    settled(town, group)
    rows = GroupRow.objects.select_related("group__procedure", "account_check").order_by("nth")
    for row in rows:
        # The application dies after each: the dossier is there, the row does not know it.
        group_reception_work.make(town.authority, row.group, row, town.portal, timezone.now())

    assert received(town, group) == 0

    assert Dossier.objects.count() == 2
    assert all(row.code for row in shown(town, group).rows)


def test_two_clicks_at_once_make_one_dossier_for_each_pupil(town: Town) -> None:
    group = begun(town, [own_account(town, n) for n in range(1, 7)])
    checked(town, group)
    settled(town, group)
    barrier = threading.Barrier(3)

    def click() -> None:
        try:
            barrier.wait()
            received(town, group)
        finally:
            connection.close()

    clicks = [threading.Thread(target=click) for _ in range(3)]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join()

    assert Dossier.objects.count() == 6
    assert all(row.code for row in shown(town, group).rows)
    assert len(set(Dossier.objects.values_list("code", flat=True))) == 6


def test_two_clicks_at_once_ask_about_each_person_once(town: Town) -> None:
    group = begun(town, [own_account(town, n) for n in range(1, 7)])
    barrier = threading.Barrier(2)

    def click() -> None:
        try:
            barrier.wait()
            checked(town, group)
        finally:
            connection.close()

    clicks = [threading.Thread(target=click) for _ in range(2)]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join()

    assert len(town.portal.asked) == 6


def test_a_line_put_right_is_asked_about_anew(town: Town) -> None:
    line = own_account(town, 1)
    group = begun(town, [Line("052211000099", line.name, line.born)])
    checked(town, group)
    assert shown(town, group).rows[0].answer == "NOT_FOUND"

    group_reception.correct(authority=town.authority, public_id=group, nth=1, line=line)

    assert shown(town, group).rows[0].answer == "WAITING"
    checked(town, group)
    assert shown(town, group).rows[0].answer == "FOUND"


class PutRightMeanwhile(FakePortal):
    """A portal that is slow enough for the officer's other window."""

    def __init__(self, portal: FakePortal, meanwhile: Callable[[], None]) -> None:
        super().__init__(people=portal.people)
        self.meanwhile = meanwhile

    def check(self, *args: Any, **more: Any) -> Answer:
        answer = super().check(*args, **more)
        if len(self.asked) == 1:
            self.meanwhile()
        return answer


def test_an_answer_is_never_written_to_a_line_that_was_put_right_meanwhile(town: Town) -> None:
    first, second, other = own_account(town, 1), own_account(town, 2), own_account(town, 3)
    group = begun(town, [first, second])
    said: list[str] = []

    def put_right() -> None:
        for nth in (1, 2):  # the first is being asked about, the second is next
            try:
                group_reception.correct(authority=town.authority, public_id=group, nth=nth, line=other)
            except Refusal as no:
                said.append(no.code)

    portal = PutRightMeanwhile(town.portal, put_right)
    group_reception_work.check_some(
        authority=town.authority, public_id=group, registry=portal, now=timezone.now()
    )

    assert said == ["group_row_under_way"]
    settled(town, group)
    received(town, group)
    owners = [Dossier.objects.get(code=row.code).owner_subject for row in shown(town, group).rows if row.code]
    numbers = [group_reception.line_of(town.authority, group, nth)[0].number for nth in (1, 2)]
    assert numbers == [first.number, other.number]
    assert owners == [town.portal.people[number].subject for number in numbers]


@pytest.mark.parametrize("deed", ["correct", "leave_out", "papers"])
def test_a_line_that_is_being_received_is_not_changed(town: Town, deed: str) -> None:
    line = own_account(town, 1)
    group = begun(town, [line])
    checked(town, group)
    GroupRow.objects.update(claimed_at=timezone.now())
    by: dict[str, Any] = {"authority": town.authority, "public_id": group, "nth": 1}
    deeds: dict[str, Callable[[], None]] = {
        "correct": lambda: group_reception.correct(**by, line=line),
        "leave_out": lambda: group_reception.leave_out(**by, out=True),
        "papers": lambda: group_reception.choose_own_papers(**by, papers=PAPERS),
    }

    with pytest.raises(group_reception.GroupRowUnderWay):
        deeds[deed]()

    GroupRow.objects.update(claimed_at=timezone.now() - timedelta(minutes=2))  # a claim never given back
    deeds[deed]()


def test_a_pupil_left_out_is_neither_asked_about_nor_received(town: Town) -> None:
    group = begun(town, [own_account(town, 1), own_account(town, 2)])
    group_reception.leave_out(authority=town.authority, public_id=group, nth=2, out=True)
    checked(town, group)
    settled(town, group)
    received(town, group)

    assert len(town.portal.asked) == 1
    assert Dossier.objects.count() == 1


def test_a_list_is_its_officers_alone(town: Town) -> None:
    group = begun(town, [own_account(town, 1)])
    colleague = building.authority_of(building.an_officer(), town.unit, Power.RECEIVE_DOSSIER)

    with pytest.raises(NotFound):
        group_reception.group_of(colleague, group)
    assert group_reception.open_groups(colleague) == []
    assert [one.public_id for one in group_reception.open_groups(town.authority)] == [group]


def test_the_page_of_a_class_asks_as_much_for_forty_pupils_as_for_two(town: Town) -> None:
    small = begun(town, [own_account(town, n) for n in range(1, 3)])
    large = begun(town, [own_account(town, n) for n in range(101, 141)])
    with statements() as for_two:
        shown(town, small)
    with statements() as for_forty:
        shown(town, large)

    assert len(for_two) == len(for_forty) <= 4


def test_each_row_costs_the_same_number_of_statements(town: Town) -> None:
    counts = []
    town.received(town.new_owner())  # the first of a day draws another counter
    for first, size in ((1, 2), (101, 6), (201, 10)):
        group = begun(town, [own_account(town, first + n) for n in range(size)])
        with statements() as asking:
            checked(town, group)
        settled(town, group)
        with statements() as receiving:
            received(town, group)
        counts.append((size, len(asking), len(receiving)))

    (a, asked_a, made_a), (b, asked_b, made_b), (c, asked_c, made_c) = counts
    assert (asked_b - asked_a) / (b - a) == (asked_c - asked_b) / (c - b)
    assert (made_b - made_a) / (b - a) == (made_c - made_b) / (c - b)
    assert (made_c - made_b) / (c - b) <= 30


def test_what_was_chosen_stands_once_receiving_began(town: Town) -> None:
    group = begun(town, [own_account(town, 1), Line("052211000009", "Lê Vắng", "05/03/2011")])
    checked(town, group)
    settled(town, group)
    received(town, group)

    with pytest.raises(group_reception.GroupAlreadyReceiving):
        settled(town, group)
    with pytest.raises(group_reception.GroupRowReceived):
        group_reception.leave_out(authority=town.authority, public_id=group, nth=1, out=True)
    with pytest.raises(IntegrityError, match="thành phần chung"), transaction.atomic():
        GroupReception.objects.filter(public_id=group).update(papers=[])


def test_the_database_lets_no_row_have_another_rows_dossier(town: Town) -> None:
    group = begun(town, [own_account(town, 1)])
    checked(town, group)
    stranger = town.received(town.new_owner())

    with pytest.raises(IntegrityError, match="không phải của dòng"), transaction.atomic():
        GroupRow.objects.filter(group__public_id=group).update(dossier=stranger)


def test_the_database_changes_no_row_that_has_its_dossier_and_deletes_none(town: Town) -> None:
    group = begun(town, [own_account(town, 1)])
    checked(town, group)
    settled(town, group)
    received(town, group)
    rows = GroupRow.objects.filter(group__public_id=group)

    for change in ({"said": "khác"}, {"dossier": None}, {"papers": []}):
        with pytest.raises(IntegrityError, match="đã có hồ sơ"), transaction.atomic():
            rows.update(**change)
    with pytest.raises(IntegrityError, match="không được xóa"), transaction.atomic():
        rows.delete()
    with pytest.raises(IntegrityError, match="không được xóa"), transaction.atomic():
        GroupReception.objects.filter(public_id=group)._raw_delete("default")


def test_no_list_is_longer_than_a_class(town: Town) -> None:
    with pytest.raises(IntegrityError, match="group_row_within_a_class"), transaction.atomic():
        group = GroupReception.objects.get(public_id=begun(town, [own_account(town, 1)]))
        GroupRow.objects.create(group=group, nth=61)


def test_a_check_that_lay_too_long_is_made_anew_before_it_opens_a_dossier(town: Town) -> None:
    group = begun(town, [own_account(town, 1)])
    checked(town, group)
    settled(town, group)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE desk_accountcheck DISABLE TRIGGER USER")
        cursor.execute("UPDATE desk_accountcheck SET checked_at = checked_at - interval '2 hours'")
        cursor.execute("ALTER TABLE desk_accountcheck ENABLE TRIGGER USER")

    received(town, group)

    made = Dossier.objects.get()
    assert made.account_check is not None
    assert timezone.now() - made.account_check.checked_at < timedelta(minutes=1)
    assert len(town.portal.asked) == 2


def test_what_was_typed_is_emptied_after_thirty_days_and_not_before(town: Town) -> None:
    group = begun(town, [own_account(town, 1)])
    with pytest.raises(IntegrityError, match="chưa đến hạn"), transaction.atomic():
        GroupRow.objects.update(typed_sealed=None)
    assert group_reception.forget_lapsed() == 0
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE desk_groupreception DISABLE TRIGGER USER")
        cursor.execute("UPDATE desk_groupreception SET kept_until = clock_timestamp() - interval '1 second'")
        cursor.execute("ALTER TABLE desk_groupreception ENABLE TRIGGER USER")

    assert group_reception.forget_lapsed() == 1
    assert group_reception.forget_lapsed() == 0

    assert GroupRow.objects.get().typed_sealed is None
    assert [row.name for row in shown(town, group).rows] == [""]


def test_a_pasted_table_is_read_with_or_without_headings_and_places() -> None:
    rows = pasted(
        "TT\tSố định danh\tHọ và tên\tNgày sinh\n"
        "1\t052211000001\tLê Văn Học\t05/03/2011\n"
        "2\t\tTrần Thị Con\t5/3/2011\t052190000001\tMẹ\t12/2011\t2011-03-06\tNguyễn Thị Mẫu\n"
    )

    assert rows[0] == Line("052211000001", "Lê Văn Học", "05/03/2011")
    assert pasted("052211000001; Lê Văn Học; 05/03/2011")[0] == rows[0]
    assert rows[1].parent == "052190000001"
