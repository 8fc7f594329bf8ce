"""A school's list, many hands: uploaded twice at once, worked on by two, asked again by two, budgets spent together."""

from datetime import date
from uuid import UUID

import pytest

from motcua.accounts import class_checking, class_files, class_lists
from motcua.accounts.class_lists import Begun
from motcua.accounts.models import ClassList, ClassRow, ClassTally, LookUp
from motcua.journal.models import Event
from motcua.kernel.authority import Authority, Power
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.outbox.models import Errand
from motcua.units.models import Unit
from tests.accounts import people
from tests.accounts.class_files import row, workbook
from tests.races.rules import without_index
from tests.races.together import together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def clerk() -> Authority:
    school = Unit.objects.create(
        code="thpt-mau",
        name="Trường THPT Mẫu",
        short_name="THPT Mẫu",
        kind="THPT",
        valid_from=date(2020, 1, 1),
    )
    return Authority(1, "1" * 32, school.pk, school.code, frozenset({Power.RECEIVE_DOSSIER}), (school.pk,))


def lines(pupils: int) -> list[class_files.Line]:
    return class_files.read(workbook(row(people.data()) for _ in range(pupils)))


def begin(clerk: Authority, typed: list[class_files.Line]) -> Begun:
    return class_lists.begin(authority=clerk, label="Khối 9", purpose="EXAM", lines=typed)


def test_twelve_uploads_of_one_list_are_one_list(clerk: Authority) -> None:
    typed = lines(3)
    outcomes = together([lambda: begin(clerk, typed)] * 12)
    assert {outcome.value.public_id for outcome in outcomes} == {ClassList.objects.get().public_id}
    assert sum(not outcome.value.already for outcome in outcomes) == 1
    assert ClassRow.objects.count() == 3 and Errand.objects.count() == 1
    room = Quota.CLASS_ROWS_BY_OFFICER.rule.windows[0].times
    assert spending.peek(Quota.CLASS_ROWS_BY_OFFICER, clerk.subject).times == room - 3


def test_control_without_its_index_one_list_would_be_several(clerk: Authority) -> None:
    typed = lines(3)
    with without_index("class_list_once_while_kept"):
        together([lambda: begin(clerk, typed)] * 12)
        assert ClassList.objects.count() > 1
        ClassRow.objects.all().delete()
        ClassList.objects.all().delete()


def test_six_workers_answer_each_row_once(clerk: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(class_checking, "BATCH", 7)
    public_id = begin(clerk, lines(60)).public_id

    def work() -> None:
        while class_checking.check_some(public_id):
            pass

    together([work] * 6)
    assert not ClassRow.objects.filter(answer="WAITING").exists()
    assert LookUp.objects.count() == Event.objects.filter(event="accounts.look_up.made").count() == 60
    assert LookUp.objects.values("number_bi").distinct().count() == 60
    assert ClassTally.objects.get().pupils == 60
    assert Event.objects.filter(event="accounts.class_list.finished").count() == 1


def finished(clerk: Authority, pupils: int) -> UUID:
    public_id = begin(clerk, lines(pupils)).public_id
    while class_checking.check_some(public_id):
        pass
    return public_id


def test_ten_clicks_on_again_are_one_round_and_are_paid_once(clerk: Authority) -> None:
    public_id = finished(clerk, 4)
    outcomes = together([lambda: class_lists.ask_again(authority=clerk, public_id=public_id)] * 10)
    assert [outcome.value for outcome in outcomes if outcome.went_well] == [4]
    assert ClassList.objects.get().run == 2 and Errand.objects.count() == 2
    room = Quota.CLASS_ROWS_BY_OFFICER.rule.windows[0].times
    assert spending.peek(Quota.CLASS_ROWS_BY_OFFICER, clerk.subject).times == room - 8


def test_of_many_who_count_at_once_only_so_many_pass() -> None:
    room = Quota.CLASS_ROWS_BY_UNIT.rule.windows[0].times
    each = room // 10
    spend = lambda: spending.spend_times(each, (Quota.CLASS_ROWS_BY_UNIT, "thpt-mau"))  # noqa: E731
    outcomes = together([spend] * 24)
    assert sum(outcome.went_well for outcome in outcomes) == 10
    assert spending.peek(Quota.CLASS_ROWS_BY_UNIT, "thpt-mau").times == 0


def test_thrown_away_while_it_is_worked_on_nothing_is_left(
    clerk: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(class_checking, "BATCH", 5)
    public_id = begin(clerk, lines(40)).public_id

    def work() -> None:
        while class_checking.check_some(public_id):
            pass

    together([work, work, lambda: class_lists.forget(authority=clerk, public_id=public_id)])
    assert not ClassRow.objects.exists() and ClassList.objects.get().forgotten_at is not None
    assert LookUp.objects.values("number_bi").distinct().count() == LookUp.objects.count()
