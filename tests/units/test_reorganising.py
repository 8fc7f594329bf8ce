"""Units are founded, renamed, closed, merged and split; what they were stays findable, and no dossier is lost."""

import threading
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from tests.units import people
from tests.units.people import TODAY

from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.refusal import NotFound
from motcua.units import posts, reorganising, tree
from motcua.units.models import GrantRequest, Post, Unit, UnitChange
from motcua.units.reorganising import (
    LastDayPast,
    NewUnit,
    NothingChanged,
    OwnUnitStays,
    SuccessorNotOpen,
    SuccessorWanted,
    UnitMalformed,
    UnitNotOpen,
    UnitReasonWanted,
)

WHY = "Nghị quyết 1664/NQ-UBTVQH15"
LAST = TODAY + timedelta(days=30)


@pytest.fixture
def so(db: None) -> Unit:
    return people.unit("so-mau", kind=Unit.Kind.SO)


@pytest.fixture
def admin(so: Unit) -> Authority:
    people.unit("phong-a", parent=so)
    people.unit("phong-b", parent=so, has_desk=True, dossier_prefix="000.00.31.H08")
    people.unit("phong-c", parent=so)
    return people.administrator(so)


def later(authority: Authority, on: date) -> Authority:
    """The same administrator on another day."""
    return posts.authority_of(authority.subject, on=on)


def new(**more: object) -> NewUnit:
    values: dict[str, object] = {
        "code": "phong-moi",
        "name": "Phòng Mới",
        "short_name": "Mới",
        "kind": "PHONG_GDDT",
        "parent_code": "so-mau",
        "valid_from": TODAY,
        **more,
    }
    return NewUnit(**values)  # type: ignore[arg-type]


def test_a_unit_is_founded_below_and_its_story_begins(admin: Authority) -> None:
    unit = reorganising.add(authority=admin, new=new(), reason=WHY)

    assert unit.pk in later(admin, TODAY).subtree
    change = UnitChange.objects.get(unit=unit)
    assert (change.kind, change.reason, change.by_subject) == ("ADDED", WHY, admin.subject)


@pytest.mark.parametrize(("more", "said"), [
    ({"code": "phong-a"}, "đã có"),
    ({"code": "Phòng A"}, "chữ thường không dấu"),
    ({"code": "052090000101"}, "bắt đầu bằng chữ cái"),
    ({"dossier_prefix": "31"}, "000.00.00.H00"),
    ({"dossier_prefix": "000.00.31.H08"}, "thuộc đơn vị khác"),
    ({"has_desk": True}, "phải có mã định danh"),
])  # fmt: skip
def test_what_cannot_be_is_said_in_words(admin: Authority, more: dict[str, object], said: str) -> None:
    with pytest.raises(UnitMalformed) as no:
        reorganising.add(authority=admin, new=new(**more), reason=WHY)
    assert said in no.value.text


def test_nothing_is_done_without_the_right_a_reason_or_beyond_the_own_units(admin: Authority) -> None:
    people.unit("so-khac", kind=Unit.Kind.SO)
    with pytest.raises(NotFound):
        reorganising.add(authority=admin, new=new(parent_code="so-khac"), reason=WHY)
    with pytest.raises(UnitReasonWanted):
        reorganising.add(authority=admin, new=new(), reason="ngắn")
    with pytest.raises(NotFound):
        reorganising.rename(
            authority=admin, unit_code="so-khac", name="X", short_name="X", reason=WHY, on=TODAY
        )
    with pytest.raises(NotAuthorised):
        reorganising.add(authority=people.editor(people.unit("khac")), new=new(), reason=WHY)


def test_an_old_name_is_still_found(admin: Authority) -> None:
    reorganising.rename(
        authority=admin, unit_code="phong-a", name="Phòng Văn hóa", short_name="VH", reason=WHY, on=TODAY
    )

    assert [unit.code for unit in tree.found(admin, "van hoa")] == ["phong-a"]
    reorganising.rename(
        authority=admin, unit_code="phong-a", name="Phòng Xã hội", short_name="XH", reason=WHY, on=TODAY
    )
    assert [unit.code for unit in tree.found(admin, "Văn hóa")] == ["phong-a"]
    assert [change.after["name"] for change in reorganising.history(admin, "phong-a")] == [
        "Phòng Xã hội",
        "Phòng Văn hóa",
    ]
    with pytest.raises(NothingChanged):
        reorganising.rename(
            authority=admin, unit_code="phong-a", name="Phòng Xã hội", short_name="XH", reason=WHY, on=TODAY
        )


def close(admin: Authority, code: str, into: str, **more: object) -> None:
    values: dict[str, object] = {"last_day": LAST, "reason": WHY, "on": TODAY, **more}
    reorganising.close(authority=admin, unit_code=code, successor_code=into, **values)  # type: ignore[arg-type]


def test_a_closed_unit_is_seen_by_its_successor_and_by_nobody_beside(admin: Authority) -> None:
    close(admin, "phong-a", "phong-b")
    after = LAST + timedelta(days=1)
    heir = people.officer()
    people.post(heir, Unit.objects.get(code="phong-b"), Power.INSPECT)
    other = people.officer()
    people.post(other, Unit.objects.get(code="phong-c"), Power.INSPECT)
    closed = Unit.objects.get(code="phong-a").pk

    assert closed in posts.authority_of(heir.subject, on=after).subtree
    assert closed not in posts.authority_of(heir.subject, on=TODAY).subtree
    assert closed not in posts.authority_of(other.subject, on=after).subtree


@pytest.mark.parametrize(("code", "into", "more", "no"), [
    ("phong-b", "", {}, SuccessorWanted),
    ("phong-a", "phong-a", {}, SuccessorNotOpen),
    ("phong-a", "none", {}, NotFound),
    ("none", "phong-b", {}, NotFound),
    ("so-mau", "phong-b", {}, OwnUnitStays),
    ("phong-a", "phong-b", {"last_day": TODAY - timedelta(days=1)}, LastDayPast),
    ("phong-a", "phong-b", {"reason": " " * 20}, UnitReasonWanted),
])  # fmt: skip
def test_no_unit_ends_wrongly(
    admin: Authority, code: str, into: str, more: dict[str, object], no: type[Exception]
) -> None:
    with pytest.raises(no):
        close(admin, code, into, **more)
    assert not Unit.objects.exclude(valid_to=None).exists() and not UnitChange.objects.exists()


def test_a_unit_ends_once_and_not_into_one_that_ends_with_it(admin: Authority) -> None:
    close(admin, "phong-a", "phong-c")
    with pytest.raises(UnitNotOpen):
        close(admin, "phong-a", "phong-b")
    with pytest.raises(SuccessorNotOpen):
        close(admin, "phong-b", "phong-a")


def test_a_unit_is_split_and_the_first_keeps_what_was(admin: Authority) -> None:
    reorganising.split(
        authority=admin,
        unit_code="phong-b",
        into_codes=["phong-c", "phong-a"],
        last_day=LAST,
        reason=WHY,
        on=TODAY,
    )
    unit = Unit.objects.get(code="phong-b")
    assert unit.successor is not None and unit.successor.code == "phong-c"
    assert UnitChange.objects.get(unit=unit).successors == ["phong-c", "phong-a"]
    with pytest.raises(SuccessorWanted):
        reorganising.split(
            authority=admin, unit_code="phong-a", into_codes=["phong-c"], last_day=LAST, reason=WHY, on=TODAY
        )


def test_posts_go_on_at_the_successor_and_privileged_ones_wait(admin: Authority) -> None:
    clerk, leader = people.officer(), people.officer()
    people.post(clerk, Unit.objects.get(code="phong-a"), Power.RECEIVE_DOSSIER)
    people.post(leader, Unit.objects.get(code="phong-a"), Power.EXPORT)

    close(admin, "phong-a", "phong-b", carry_posts=True)

    day = LAST + timedelta(days=1)
    assert posts.authority_of(clerk.subject, on=LAST).unit_code == "phong-a"
    assert posts.authority_of(clerk.subject, on=day).unit_code == "phong-b"
    with pytest.raises(NotAuthorised):
        posts.authority_of(leader.subject, on=day)
    assert GrantRequest.objects.get().officer_id == leader.pk


@pytest.mark.django_db
def test_the_merger_of_the_first_of_july_2025() -> None:
    """Districts are gone: eleven offices end on 30/6/2025, the So goes on, and nothing falls out of sight."""
    from motcua.units import sample

    before, after = date(2025, 6, 30), date(2025, 7, 1)
    sample.load(people.UNITS_FILE)
    root = Unit.objects.get(code="binhdinh-sgddt")
    admin = people.officer()
    people.post(admin, root, Power.GRANT, Power.INSPECT)
    districts = sorted(Unit.objects.filter(kind="PHONG_GDDT").values_list("code", flat=True))
    schools = people.unit("truong-mau", parent=Unit.objects.get(code=districts[0]))
    authority = posts.authority_of(admin.subject, on=before)
    seen_before = set(authority.subtree)
    assert len(districts) == 11

    reorganising.merge(
        authority=authority,
        unit_codes=districts,
        into_code=root.code,
        last_day=before,
        reason=WHY,
        on=date(2025, 6, 20),
    )

    now = posts.authority_of(admin.subject, on=after)
    assert set(now.subtree) == seen_before, "what was in sight before is in sight after"
    assert {unit.code for unit in tree.units_below(now, on=after)}.isdisjoint(districts)
    assert schools.code in {unit.code for unit in tree.units_below(now, on=after)}
    assert [unit.code for unit in tree.found(now, districts[0])] == [districts[0]]
    shown = {unit.code for unit in _units(tree.outline(now, on=after))}
    assert schools.code in shown and not shown & set(districts)
    assert set(districts) <= {unit.code for unit in _units(tree.outline(now, on=after, closed_too=True))}
    assert UnitChange.objects.filter(kind="MERGED").count() == 11


def _units(nodes: list[tree.Node]) -> list[Unit]:
    return [unit for node in nodes for unit in (node.unit, *_units(node.children))]


def test_all_of_a_merger_or_nothing(admin: Authority) -> None:
    close(admin, "phong-a", "phong-c")
    with pytest.raises(UnitNotOpen):
        reorganising.merge(
            authority=admin,
            unit_codes=["phong-b", "phong-a"],
            into_code="phong-c",
            last_day=LAST,
            reason=WHY,
            on=TODAY,
        )
    assert Unit.objects.get(code="phong-b").valid_to is None


@pytest.mark.django_db(transaction=True)
def test_of_two_who_close_two_units_into_each_other_one_is_refused() -> None:
    so = people.unit("so-mau", kind=Unit.Kind.SO)
    for code in ("phong-a", "phong-b"):
        people.unit(code, parent=so)
    admin = people.administrator(so)
    gate, refused = threading.Barrier(2), []

    def run(code: str, into: str) -> None:
        gate.wait()
        try:
            close(admin, code, into)
        except (SuccessorNotOpen, DatabaseError) as no:
            refused.append(no)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=pair) for pair in (("phong-a", "phong-b"), ("phong-b", "phong-a"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert Unit.objects.exclude(valid_to=None).count() == 1


def change(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(("rule", "table", "statement"), [
    ("unit_change_added_only", "units_unitchange", "UPDATE units_unitchange SET reason = reason"),
    ("unit_change_added_only", "units_unitchange", "DELETE FROM units_unitchange"),
    ("unit_successor_outlives", "units_unit",
     "UPDATE units_unit SET valid_to = '2030-01-01', successor_id = id WHERE code = 'phong-a'"),
    ("unit_successor_outlives", "units_unit",
     "UPDATE units_unit SET valid_to = '2020-06-01' WHERE code = 'phong-c'"),
])  # fmt: skip
def test_the_database_has_the_last_word(admin: Authority, rule: str, table: str, statement: str) -> None:
    close(admin, "phong-b", "phong-c")
    if "valid_to = '2020" in statement:
        change("UPDATE units_unit SET valid_to = '2030-01-01', successor_id = NULL WHERE code = 'phong-c'")
        statement = statement.replace(
            "SET", "SET successor_id = (SELECT id FROM units_unit WHERE code = 'phong-a'),"
        )

    with pytest.raises(DatabaseError) as no:
        change(statement)
    assert no.value.__cause__.diag.constraint_name == rule  # type: ignore[union-attr]
    change(f"DROP TRIGGER {rule} ON {table}")
    change(statement)


def test_the_officers_of_a_closed_unit_are_out_of_work_the_day_after(admin: Authority) -> None:
    clerk = people.officer()
    people.post(clerk, Unit.objects.get(code="phong-a"), Power.RECEIVE_DOSSIER)
    close(admin, "phong-a", "phong-b")
    assert posts.authority_of(clerk.subject, on=LAST).unit_code == "phong-a"
    with pytest.raises(NotAuthorised):
        posts.authority_of(clerk.subject, on=LAST + timedelta(days=1))
    assert Post.objects.filter(officer=clerk).count() == 1
