"""A school's list: what each row is told, counted, left in the owners' history; nothing doubled, nothing that stays."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from motcua.accounts import class_checking, class_files, class_lists, class_reading, decoys, identity
from motcua.accounts.class_files import Line
from motcua.accounts.class_reading import Wanted
from motcua.accounts.models import Account, ClassList, ClassRow, ClassTally, LookUp, VneidLink
from motcua.accounts.sealed_data import number_fingerprint
from motcua.journal.models import Event
from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.refusal import NotFound
from motcua.limits import spending, unlocking
from motcua.limits.quotas import Quota
from motcua.outbox import errands
from motcua.outbox.models import Errand
from motcua.units.models import Unit
from tests.accounts import people, provider_days
from tests.accounts.class_files import Typed, row, workbook
from tests.rule_by_rule import only_by_trigger

pytestmark = pytest.mark.django_db(transaction=True)


def school(code: str = "thpt-mau", parent: Unit | None = None) -> Unit:
    return Unit.objects.create(
        code=code,
        name=f"Trường THPT {code}",
        short_name=code,
        kind="THPT",
        valid_from=date(2020, 1, 1),
        parent=parent,
    )


def officer(unit: Unit, *powers: Power, nth: int = 1, below: Sequence[Unit] = ()) -> Authority:
    return Authority(
        officer_id=nth,
        subject=f"{nth:032x}",
        unit_id=unit.pk,
        unit_code=unit.code,
        powers=frozenset(powers or {Power.RECEIVE_DOSSIER}),
        subtree=(unit.pk, *(each.pk for each in below)),
    )


@pytest.fixture
def clerk() -> Authority:
    return officer(school())


def lines(*rows: Typed) -> list[Line]:
    return class_files.read(workbook(rows))


def begun(authority: Authority, *rows: Typed, label: str = "Khối 9") -> UUID:
    return class_lists.begin(authority=authority, label=label, purpose="EXAM", lines=lines(*rows)).public_id


def worked() -> None:
    """What the worker does, until there is nothing left."""
    while errands.run_due({class_lists.CHECK: class_checking.check}):
        pass
    assert not Errand.objects.exclude(state="DONE").exists()


def answers(authority: Authority, public_id: UUID) -> list[str]:
    return [seen.answer for seen in class_reading.page_of(authority, public_id, Wanted()).rows]


def test_each_row_gets_its_answer(clerk: Authority) -> None:
    found, slip, other, nobody = (people.data() for _ in range(4))
    for person in (found, slip, other):
        people.account(person)
    public_id = begun(
        clerk,
        row(found, name="NGUYEN VAN MAU"),
        row(slip, name="Nguyễn Văn Mẩy"),
        row(other, name="Trần Thị Khác"),
        row(nobody),
        row(found),
        ("", "12345", "Lê Sai Mẫu", "01/02/1990", "9A1"),
        ("", people.data().citizen_id.value, "Lê Sai Mẫu", "01/02/1991", "9A1"),
    )
    assert answers(clerk, public_id) == ["WAITING"] * 4 + ["TWICE", "MALFORMED", "MALFORMED"]
    worked()

    shown = class_reading.page_of(clerk, public_id, Wanted())
    assert [seen.answer for seen in shown.rows] == [
        "FOUND", "OTHER_NAME", "NOT_FOUND", "NOT_FOUND", "TWICE", "MALFORMED", "MALFORMED",
    ]  # fmt: skip
    assert shown.finished and (shown.found, shown.missing, shown.still_open) == (1, 2, 3)
    assert "dòng 2" in shown.rows[4].said and "Ngày sinh không khớp" in shown.rows[6].said


@pytest.mark.parametrize(
    ("known", "written", "told"),
    [
        ("Hoàng Thúy Vy", "Hoàng Thuý Vi", "FOUND"),
        ("Nguyễn Văn An", "NGUYỄN VĂN AN", "FOUND"),
        ("Nguyễn Văn An", "Nguyen Van An", "FOUND"),
        ("Nguyễn Thị Lan Anh", "Nguyễn Thị Anh", "OTHER_NAME"),
        ("Nguyễn Thị Anh", "Nguyễn Thị Lan Anh", "OTHER_NAME"),
        ("Nguyễn Thị Lan Anh", "Nguyễn Thị Mai Anh", "OTHER_NAME"),
        ("Nguyễn Thị Lan Anh", "Nguyễn Anh", "NOT_FOUND"),
        ("Nguyễn Thị Lan Anh", "Nguyễn Lan Thị Anh", "NOT_FOUND"),
        ("Nguyễn Thị Lan Anh", "Nguyễn Thị Lan Hoa", "NOT_FOUND"),
        ("Nguyễn Thị Lan Anh", "Lê Thị Lan Anh", "NOT_FOUND"),
        ("Nguyễn Ngọc Thị Lan Anh", "Nguyễn Thị Anh", "NOT_FOUND"),
        ("Nguyễn Văn An", "Nguyễn An", "NOT_FOUND"),
        ("Nguyễn Văn An", "Nguyễn Hữu An", "NOT_FOUND"),
        ("Nguyễn An", "Nguyễn Anh", "NOT_FOUND"),
        ("Nguyễn Văn An", "Nguyễn Văn Anh", "OTHER_NAME"),
        ("Nguyễn Văn An", "Nguyễn Vă An", "OTHER_NAME"),
        ("Nguyễn Văn An", "Nguyễn Văn Bình", "NOT_FOUND"),
        ("Nguyễn Văn An", "Trần Văn An", "NOT_FOUND"),
        ("An", "Nguyễn Văn An", "NOT_FOUND"),
        ("H'Hen Niê", "H’Hen Niê", "FOUND"),
    ],
)
def test_a_number_is_found_under_its_own_name_only(
    clerk: Authority, known: str, written: str, told: str
) -> None:
    person = people.data(name=known)
    people.account(person)
    public_id = begun(clerk, row(person, name=written))
    worked()
    assert answers(clerk, public_id) == [told]


def test_a_birth_date_never_changes_an_answer(clerk: Authority) -> None:
    """Else it could be tried day by day, and it opens a forgotten password."""
    person = people.data()
    people.account(person)
    told = set()
    for day in ("01/02/1990", "02/02/1990", "31/12/1990"):
        typed = ("", person.citizen_id.value, "Nguyễn Văn Mẫu", day, "9A1")
        public_id = begun(clerk, typed)
        worked()
        told.update(answers(clerk, public_id))
    assert told == {"FOUND"}


def test_numbers_without_names_learn_nothing(clerk: Authority) -> None:
    """T-08: of a hundred numbers, half with accounts, a list with made-up names tells none apart."""
    some = [people.data() for _ in range(40)]
    for person in some[::2]:
        people.account(person)
    public_id = begun(clerk, *(row(person, name="Trần Thị Bịa") for person in some))
    worked()
    assert set(answers(clerk, public_id)) == {"NOT_FOUND"}


def test_a_closed_account_is_no_account_and_a_locked_one_is(clerk: Authority) -> None:
    closed, locked = people.data(), people.data()
    Account.objects.filter(pk=people.account(closed).pk).update(status="closed")
    Account.objects.filter(pk=people.account(locked).pk).update(status="locked")
    public_id = begun(clerk, row(closed), row(locked))
    worked()
    assert answers(clerk, public_id) == ["NOT_FOUND", "FOUND"]


def test_after_the_last_day_of_passwords_a_row_says_who_is_not_linked_yet(clerk: Authority) -> None:
    person, nobody = people.data(), people.data()
    account = people.account(person)

    def said(label: str) -> list[str]:
        public_id = begun(clerk, row(person, label), row(nobody, label), label=label)
        worked()
        assert answers(clerk, public_id) == ["FOUND", "NOT_FOUND"]
        return [seen.said for seen in class_reading.page_of(clerk, public_id, Wanted()).rows]

    assert said("9A1") == ["", ""]
    provider_days.over()
    assert said("9A2") == [class_checking.UNLINKED, ""]
    VneidLink.objects.create(account=account, tech_bi=b"t" * 32, level=2)
    assert said("9A3") == ["", ""]
    only_by_trigger(
        "class_row_written_once",
        "accounts_classrow",
        lambda: ClassRow.objects.filter(answer="FOUND").update(said="khác"),
    )


def test_every_question_is_seen_by_its_owner_and_by_the_journal(clerk: Authority) -> None:
    found, other, nobody = (people.data() for _ in range(3))
    for person in (found, other):
        people.account(person)
    public_id = begun(clerk, row(found), row(other, name="Trần Thị Bịa"), row(nobody))
    worked()
    for person, answer in ((found, "FOUND"), (other, "REVIEW"), (nobody, "NOT_FOUND")):
        (look,) = LookUp.objects.filter(number_bi=number_fingerprint(person.citizen_id))
        assert (look.answer, look.purpose, look.unit_code) == (answer, "danh-sach-lop", clerk.unit_code)
        assert look.asked_by == clerk.subject
    made = Event.objects.filter(event="accounts.look_up.made", unit_code=clerk.unit_code)
    assert made.count() == 3 and {line.facts["purpose"] for line in made} == {"danh-sach-lop"}
    (opened,) = Event.objects.filter(event="accounts.class_list.begun", subject=f"class_list:{public_id}")
    assert opened.facts == {"rows": 3, "asked": 3, "purpose": "EXAM"}
    (finished,) = Event.objects.filter(event="accounts.class_list.finished")
    assert finished.facts == {"rows": 3, "count": 1}


def test_a_decoy_on_a_list_raises_the_alarm(clerk: Authority, caplog: pytest.LogCaptureFixture) -> None:
    (bait,) = decoys.invent(1)
    decoys.plant([bait])
    year = bait.birth_year
    typed = ("", bait.value, "Lê Văn Mồi", f"01/02/{year}", "9A1")
    begun(clerk, row(people.data()), typed)
    worked()
    assert [record.message for record in caplog.records].count("accounts.decoy.asked") == 1
    assert Event.objects.filter(event="accounts.decoy.asked", unit_code=clerk.unit_code).count() == 1


def test_whoever_tries_names_against_a_number_is_told_nothing_from_the_fourth_on(clerk: Authority) -> None:
    """Not even the right one; the owner reads of every try, and another unit is told as before."""
    person = people.data(name="Nguyễn Thị Lan Anh")
    people.account(person)

    def told(who: Authority, name: str) -> list[str]:
        public_id = begun(who, row(person, name=name))
        worked()
        return answers(who, public_id)

    assert [told(clerk, f"Nguyễn Thị {middle} Anh") for middle in ("Mai", "Hoa", "Chi")] == [
        ["OTHER_NAME"]
    ] * 3
    assert told(clerk, "Nguyễn Thị Nga Anh") == ["NOT_FOUND"]
    assert told(clerk, person.full_name.value) == ["NOT_FOUND"]
    assert LookUp.objects.filter(number_bi=number_fingerprint(person.citizen_id)).count() == 5
    assert told(officer(school("thpt-khac"), nth=2), person.full_name.value) == ["FOUND"]


def test_rows_are_counted_before_anything_is_kept(clerk: Authority) -> None:
    room = Quota.CLASS_ROWS_BY_OFFICER.rule.windows[0].times
    spending.spend_times(room - 2, (Quota.CLASS_ROWS_BY_OFFICER, clerk.subject))
    with pytest.raises(spending.TooManyAttempts) as refused:
        begun(clerk, *(row(people.data()) for _ in range(3)))
    assert "lãnh đạo bộ phận mở khóa" in refused.value.text
    assert not ClassList.objects.exists() and not ClassRow.objects.exists() and not LookUp.objects.exists()

    begun(clerk, row(people.data()), row(people.data()), ("", "1", "Lê Sai", "1990", "9A1"))
    assert spending.peek(Quota.CLASS_ROWS_BY_OFFICER, clerk.subject).times == 0
    unlocking.unlock(
        Quota.CLASS_ROWS_BY_OFFICER,
        clerk.subject,
        by="f" * 32,
        reason="Kỳ thi vào lớp 10.",
        lasts=timedelta(hours=1),
    )
    begun(clerk, row(people.data()))


def test_a_unit_has_a_day_of_its_own_whoever_asks(clerk: Authority) -> None:
    room = Quota.CLASS_ROWS_BY_UNIT.rule.windows[0].times
    spending.spend_times(room, (Quota.CLASS_ROWS_BY_UNIT, clerk.unit_code))
    colleague = officer(Unit.objects.get(), nth=2)
    with pytest.raises(spending.TooManyAttempts):
        begun(colleague, row(people.data()))
    assert spending.peek(Quota.CLASS_ROWS_BY_OFFICER, colleague.subject).times > 0


def test_the_same_list_again_is_the_same_list(clerk: Authority) -> None:
    rows = [row(people.data()) for _ in range(3)]
    first = class_lists.begin(authority=clerk, label="Khối 9", purpose="EXAM", lines=lines(*rows))
    worked()
    again = class_lists.begin(authority=clerk, label="Tên khác", purpose="EXAM", lines=lines(*rows))
    assert (again.public_id, again.already) == (first.public_id, True)
    worked()
    assert LookUp.objects.count() == 3 and ClassRow.objects.count() == 3
    elsewhere = officer(school("thpt-khac"), nth=3)
    other = class_lists.begin(authority=elsewhere, label="Khối 9", purpose="EXAM", lines=lines(*rows))
    assert not other.already and other.public_id != first.public_id


def test_a_worker_that_dies_has_answered_a_row_wholly_or_not_at_all(
    clerk: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(class_checking, "BATCH", 2)
    persons = [people.data() for _ in range(5)]
    people.account(persons[3])
    public_id = begun(clerk, *(row(person) for person in persons))
    assert class_checking.check_some(public_id)

    def dies(*_: object, **__: object) -> None:
        raise SystemExit

    with monkeypatch.context() as broken:
        broken.setattr(class_checking.decoys, "watch_marks", dies)
        with pytest.raises(SystemExit):
            class_checking.check_some(public_id)
    assert answers(clerk, public_id) == ["NOT_FOUND"] * 2 + ["WAITING"] * 3
    assert LookUp.objects.count() == Event.objects.filter(event="accounts.look_up.made").count() == 2
    worked()
    class_checking.check({"class_list": str(public_id)})  # what came twice finds nothing to do
    assert answers(clerk, public_id) == ["NOT_FOUND"] * 3 + ["FOUND", "NOT_FOUND"]
    assert LookUp.objects.count() == Event.objects.filter(event="accounts.look_up.made").count() == 5
    assert ClassTally.objects.count() == 1


def test_a_batch_costs_the_same_statements_however_many_rows(
    clerk: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(class_checking, "BATCH", 30)
    counted = []
    for size in (2, 30):
        persons = [people.data() for _ in range(size)]
        people.account(persons[0])
        public_id = begun(clerk, *(row(person) for person in persons))
        with CaptureQueriesContext(connection) as asked:
            assert not class_checking.check_some(public_id)
        counted.append(len(asked))
    assert counted[0] == counted[1] <= 15


def test_a_further_round_asks_only_about_those_who_were_not_found(clerk: Authority) -> None:
    found, late, bad = people.data(), people.data(), ("", "1", "Lê Sai", "1990", "9A1")
    people.account(found)
    public_id = begun(clerk, row(found), row(late, "9A2"), bad)
    with pytest.raises(class_lists.ClassListUnderWay):
        class_lists.ask_again(authority=clerk, public_id=public_id)
    worked()
    people.account(late)
    colleague = officer(Unit.objects.get(), nth=2)

    assert class_lists.ask_again(authority=colleague, public_id=public_id) == 1
    worked()

    assert answers(clerk, public_id) == ["FOUND", "FOUND", "MALFORMED"]
    looks = LookUp.objects.filter(number_bi=number_fingerprint(late.citizen_id)).order_by("id")
    assert [(look.answer, look.asked_by) for look in looks] == [
        ("NOT_FOUND", clerk.subject), ("FOUND", colleague.subject),
    ]  # fmt: skip
    assert LookUp.objects.filter(number_bi=number_fingerprint(found.citizen_id)).count() == 1
    with pytest.raises(class_lists.NothingToAskAgain):
        class_lists.ask_again(authority=clerk, public_id=public_id)
    shares = class_reading.classes_of(clerk, clerk.unit_code)
    assert [(share.label, share.first_percent, share.percent) for share in shares] == [
        ("9A1", 100, 100), ("9A2", 0, 100),
    ]  # fmt: skip
    (school_share,) = class_reading.schools_of(clerk)
    assert (school_share.pupils, school_share.found, school_share.first_found) == (2, 2, 1)


def test_a_list_is_its_units_and_nobody_elses(clerk: Authority) -> None:
    public_id = begun(clerk, row(people.data()))
    worked()
    above = Unit.objects.create(code="so", name="Sở", short_name="Sở", kind="SO", valid_from=date(2020, 1, 1))
    for stranger in (
        officer(school("thpt-khac"), nth=3), officer(above, nth=4, below=[Unit.objects.get(code="thpt-mau")]),
    ):  # fmt: skip
        for act in (
            lambda who: class_reading.page_of(who, public_id, Wanted()),
            lambda who: class_reading.export(who, public_id, Wanted(), reason="Gửi giáo viên chủ nhiệm."),
            lambda who: class_reading.typed_of(who, public_id, 2),
            lambda who: class_reading.missing_of(who, public_id, None),
            lambda who: class_lists.ask_again(authority=who, public_id=public_id),
            lambda who: class_lists.forget(authority=who, public_id=public_id),
        ):
            with pytest.raises(NotFound):
                act(stranger)
        assert class_lists.lists_of(stranger) == []
    office = officer(above, nth=4, below=[Unit.objects.get(code="thpt-mau")])
    assert [share.unit_code for share in class_reading.schools_of(office)] == ["thpt-mau"]
    assert class_reading.schools_of(officer(Unit.objects.get(code="thpt-khac"), nth=3)) == []


def test_without_the_right_nothing_of_a_list_is_done(clerk: Authority) -> None:
    public_id = begun(clerk, row(people.data()))
    inspector = officer(Unit.objects.get(), Power.INSPECT, nth=5)
    with pytest.raises(NotAuthorised):
        begun(inspector, row(people.data()))
    with pytest.raises(NotAuthorised):
        class_reading.page_of(inspector, public_id, Wanted())
    with pytest.raises(NotAuthorised):
        class_reading.schools_of(inspector)
    creator = officer(Unit.objects.get(), Power.OPEN_ACCOUNT, nth=6)
    assert class_lists.lists_of(creator)[0].public_id == public_id


def test_rows_are_searched_filtered_sorted_and_paged(
    clerk: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(class_reading, "PAGE", 2)
    named = {name: people.data(name=name) for name in ("Lê Văn Đạt", "Trần Thị Ánh", "Phạm Bá Bình")}
    people.account(named["Trần Thị Ánh"])
    labels = {"Lê Văn Đạt": "9A2", "Trần Thị Ánh": "9A1", "Phạm Bá Bình": "9A1"}
    public_id = begun(clerk, *(row(person, labels[name]) for name, person in named.items()))
    worked()

    def names(**wanted: object) -> list[str]:
        return [seen.name for seen in class_reading.page_of(clerk, public_id, Wanted(**wanted)).rows]  # type: ignore[arg-type]

    assert names(name="thi") == ["Trần Thị Ánh"] and names(name="ANH tran") == ["Trần Thị Ánh"]
    assert names(answer="FOUND") == ["Trần Thị Ánh"] and names(label="9A2") == ["Lê Văn Đạt"]
    assert names(sort="name") == ["Trần Thị Ánh", "Phạm Bá Bình"]
    assert names(sort="-name", page=2) == ["Trần Thị Ánh"]
    assert names(sort="-class") == ["Lê Văn Đạt", "Phạm Bá Bình"] and names(page=2) == ["Phạm Bá Bình"]
    assert names(page=99) == ["Phạm Bá Bình"] and names(name="Zz") == []
    shown = class_reading.page_of(clerk, public_id, Wanted(label="9A1"))
    assert (shown.matching, shown.pages, shown.classes) == (2, 1, ["9A1", "9A2"])


def test_nothing_of_a_row_can_be_read_in_the_table(clerk: Authority) -> None:
    person = people.data(name="Lê Thị Kín Mẫu")
    begun(clerk, row(person))
    kept = ClassRow.objects.get()
    told = (
        repr(kept) + str(kept) + repr(class_reading.page_of(clerk, kept.class_list.public_id, Wanted()).rows)
    )
    assert "Kín" not in told and person.citizen_id.value not in told
    raw = bytes(kept.typed_sealed)
    assert "Kín".encode() not in raw and person.citizen_id.value.encode() not in raw


def lapse() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_classlist SET begun_at = begun_at - interval '7 days',"
            " kept_until = kept_until - interval '7 days'"
        )


def test_after_seven_days_rows_are_gone_and_shares_stay(clerk: Authority) -> None:
    typed = row(people.data())
    public_id = begun(clerk, typed)
    worked()
    assert class_lists.forget_lapsed() == 0
    lapse()
    with pytest.raises(NotFound):
        class_reading.page_of(clerk, public_id, Wanted())
    assert class_lists.forget_lapsed() == 1 and class_lists.forget_lapsed() == 0
    assert not ClassRow.objects.exists() and ClassTally.objects.count() == 1
    assert ClassList.objects.get().label == "Đã xóa"
    assert begun(clerk, typed) != public_id


def test_a_lapsed_list_stands_in_nobodys_way_before_the_chore_comes(clerk: Authority) -> None:
    typed = row(people.data())
    public_id = begun(clerk, typed)
    lapse()
    assert begun(clerk, typed) != public_id
    assert ClassRow.objects.count() == 1
    worked()  # the errand of the forgotten list does nothing
    assert LookUp.objects.count() == 1


def test_a_list_is_thrown_away_early(clerk: Authority) -> None:
    public_id = begun(clerk, row(people.data()))
    class_lists.forget(authority=clerk, public_id=public_id)
    worked()
    assert not ClassRow.objects.exists() and not LookUp.objects.exists()
    with pytest.raises(NotFound):
        class_lists.forget(authority=clerk, public_id=public_id)
    assert Event.objects.filter(event="accounts.class_list.erased").count() == 1


def test_a_row_is_handed_to_the_form_only_when_it_was_not_found(clerk: Authority) -> None:
    found, missing = people.data(), people.data()
    people.account(found)
    public_id = begun(clerk, row(found), row(missing))
    worked()
    with pytest.raises(class_reading.NotWithoutAccount):
        class_reading.typed_of(clerk, public_id, 2)
    number, name, born = class_reading.typed_of(clerk, public_id, 3)
    assert (number, name, born) == (missing.citizen_id, missing.full_name, missing.born_on)
    assert Event.objects.filter(event="accounts.class_row.opened").count() == 1
    assert identity.account_by_number(missing.citizen_id) is None


@pytest.mark.parametrize(
    ("before", "change"),
    [
        ("FOUND", "answer = 'NOT_FOUND'"),
        ("FOUND", "answer = 'WAITING'"),
        ("MALFORMED", "answer = 'FOUND'"),
        ("NOT_FOUND", "answer = 'FOUND'"),
        ("NOT_FOUND", "typed_sealed = 'y'"),
        ("WAITING", "class_label = '9A2'"),
        ("WAITING", "said = 'x'"),
        ("WAITING", "nth = nth + 7"),
    ],
)
def test_a_row_is_answered_once_in_a_round_and_never_rewritten(
    clerk: Authority, before: str, change: str
) -> None:
    begun(clerk, row(people.data()))
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE accounts_classrow SET answer = %s", [before])
        cursor.execute("SET session_replication_role = origin")

    def rewrite() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE accounts_classrow SET {change}")

    only_by_trigger("class_row_written_once", "accounts_classrow", rewrite)
