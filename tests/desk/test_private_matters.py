"""An officer's own matter: received by a colleague; where there is none, by the unit above (SPEC 6)."""

from datetime import date

import pytest
from django.utils import timezone
from tests.desk import town as building
from tests.desk.test_gate_rules import Bench, refused, sql, undone
from tests.desk.test_provisional import again
from tests.desk.town import NAME, OWNER, Town, a_form, authority_of

from motcua.desk import database_rules, private_matters, provisional
from motcua.desk.answers import OwnerNotReceivable
from motcua.desk.private_matters import NotByThisOfficer
from motcua.kernel.authority import Authority, Power
from motcua.units import posts
from motcua.units.models import Officer, Post, Unit

TODAY = timezone.localdate()


def appointed(unit: Unit, *powers: Power, name: str = "Lê Thị Mẫu") -> Authority:
    who = building.an_officer()
    Officer.objects.filter(pk=who.pk).update(full_name=name)
    posts.bootstrap(
        officer_id=who.pk, unit_code=unit.code, powers=powers, valid_from=date(2020, 1, 1), reason="thử"
    )
    return authority_of(who, unit, *powers)


@pytest.fixture
def school(town: Town) -> Unit:
    """Below the town's unit; a school that offers what the office above offers."""
    return building.a_unit("phong-nho", "000.08.06.H08", kind=Unit.Kind.PHONG_GDDT, parent=town.unit)


def owns(town: Town, who: Authority) -> None:
    """OWNER's account is this officer's own."""
    town.portal.enrol(OWNER, NAME, subject=who.subject)


def ended(who: Authority) -> None:
    sql(
        "UPDATE units_post SET revoked_at = now(), revoked_by_subject = 'system' WHERE grantee_subject = %s",
        who.subject,
    )


def test_who_asks_about_the_own_account_is_told_which_colleague_receives(town: Town, school: Unit) -> None:
    me = appointed(school, Power.RECEIVE_DOSSIER)
    appointed(school, Power.RECEIVE_DOSSIER, name="Phạm Văn Nhận")
    appointed(school, Power.PROCESS, name="Đỗ Thị Xử")
    owns(town, me)
    seen = town.check(by=me)
    assert not seen.can_receive
    assert "tiếp nhận: Phạm Văn Nhận." in seen.words and "Đỗ Thị Xử" not in seen.words
    with pytest.raises(OwnerNotReceivable):
        town.choose(seen.public_id, by=me)


def test_who_works_alone_is_sent_to_the_unit_above_and_received_there(town: Town, school: Unit) -> None:
    me = appointed(school, Power.RECEIVE_DOSSIER)
    appointed(school, Power.PROCESS)
    owns(town, me)
    assert "nộp tại đơn vị cấp trên" in town.check(by=me).words  # nobody receives there either
    above = appointed(town.unit, Power.RECEIVE_DOSSIER)
    assert f"nộp tại {town.unit.name}" in town.check(by=me).words

    draft = town.draft(by=above)
    with pytest.raises(database_rules.DeskRule) as no:
        town.receive(draft, by=above)
    assert no.value.details["rule"] == "desk_staff_owner_is_private"
    dossier = town.receive(draft, a_form(private_matter=True), by=above)
    assert (dossier.unit_code, dossier.owner_subject) == (town.unit.code, me.subject)


def test_the_nearest_desk_above_is_named_not_one_without_anybody(town: Town, school: Unit) -> None:
    lowest = building.a_unit("truong-nho", "000.07.06.H08", kind=Unit.Kind.THPT, parent=school)
    me = appointed(lowest, Power.RECEIVE_DOSSIER)
    appointed(town.unit, Power.RECEIVE_DOSSIER)
    assert private_matters.unit_above(me.subject, lowest.code, on=TODAY) == town.unit
    appointed(school, Power.RECEIVE_DOSSIER)
    assert private_matters.unit_above(me.subject, lowest.code, on=TODAY) == school


def test_a_colleague_receives_a_private_matter_at_the_same_desk(town: Town, school: Unit) -> None:
    me, colleague = appointed(school, Power.PROCESS), appointed(school, Power.RECEIVE_DOSSIER)
    owns(town, me)
    dossier = town.receive(town.draft(by=colleague), a_form(private_matter=True), by=colleague)
    assert dossier.private_matter


def test_whose_post_has_ended_is_no_colleague_any_more(town: Town, school: Unit) -> None:
    me, colleague = appointed(school, Power.PROCESS), appointed(school, Power.RECEIVE_DOSSIER)
    appointed(town.unit, Power.RECEIVE_DOSSIER)
    owns(town, me)
    draft, early = town.draft(by=colleague), town.check(by=colleague)
    ended(colleague)
    with pytest.raises(NotByThisOfficer) as no:
        town.choose(early.public_id, by=colleague)
    assert f"nộp tại {town.unit.name}" in no.value.text
    with pytest.raises(database_rules.DeskRule) as rule:
        town.receive(draft, a_form(private_matter=True), by=colleague)
    assert rule.value.details["rule"] == "desk_owner_by_colleague"


def test_the_database_lets_only_a_colleague_receive_where_the_owner_works(town: Town) -> None:
    """Whatever way in: the owner works at this desk, whoever receives holds no right to receive there."""
    bench = Bench(town)
    owner = appointed(town.unit, Power.PROCESS)
    sql("SET session_replication_role = replica")
    sql("UPDATE desk_accountcheck SET subject = %s WHERE id = %s", owner.subject, bench.check.pk)
    sql("SET session_replication_role = origin")

    def receive() -> object:
        return bench.insert(owner_subject=owner.subject, private_matter=True)

    receiver = town.officer
    refused(receive, "desk_owner_by_colleague")
    with undone():
        sql("ALTER TABLE desk_dossier DISABLE TRIGGER desk_dossier_by_colleague")
        receive()
    for powers, from_day, to_day in (
        ([Power.PROCESS], "2020-01-01", None),
        ([Power.RECEIVE_DOSSIER], "2020-01-01", "2020-02-01"),
        ([Power.RECEIVE_DOSSIER], "2100-01-01", None),
    ):
        with undone():
            a_post(receiver, town.unit, powers, from_day, to_day)
            refused(receive, "desk_owner_by_colleague")
    a_post(receiver, town.unit, [Power.RECEIVE_DOSSIER], "2020-01-01", None)
    assert receive()


def a_post(who: Officer, unit: Unit, powers: list[Power], from_day: str, to_day: str | None) -> Post:
    return Post.objects.create(
        officer=who,
        grantee_subject=who.subject,
        unit=unit,
        powers=[power.value for power in powers],
        valid_from=from_day,
        valid_to=to_day,
        granted_by_subject="system",
        approved_by_subject="system-2",
    )


def test_a_provisional_reception_counts_by_the_day_it_was_made(town: Town, school: Unit) -> None:
    """The colleague took the papers in while able to; the post ended before the portal answered."""
    me, colleague = appointed(school, Power.PROCESS), appointed(school, Power.RECEIVE_DOSSIER)
    owns(town, me)
    town.portal.down = True
    draft = town.choose(town.check(by=colleague).public_id, by=colleague)
    dossier = provisional.receive_provisionally(
        authority=colleague,
        check_id=draft.check_id,
        owner_name=NAME,
        form=a_form(private_matter=True),
        now=timezone.now(),
    )
    town.portal.down = False
    ended(colleague)
    assert again(town, dossier) is provisional.Outcome.CONFIRMED
