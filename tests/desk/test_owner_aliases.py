"""An owner whose two accounts became one: the desk follows both ids, and C8 holds for both."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from tests.desk.test_gate_rules import Bench, bench  # noqa: F401
from tests.desk.town import Town
from tests.rule_by_rule import only_by_trigger, said_by

from motcua.desk import copying, database_rules, dossiers, moving, owner_aliases, private_matters
from motcua.desk.models import OwnerAlias, Representation
from motcua.desk.ports import PortalUnavailable
from motcua.desk.ports_merges import Followed
from motcua.journal.models import Event
from motcua.kernel.refusal import NotFound
from motcua.kernel.scope import EVERYTHING
from motcua.units.staff import Colleague

pytestmark = pytest.mark.django_db(transaction=True)
NOW = "b" * 32
THEN = timezone.now() - timedelta(days=1)


class Portal:
    """What a portal would tell; a page holds two."""

    def __init__(self, *told: Followed) -> None:
        self.told = sorted(told, key=lambda each: each.at)
        self.asked: list[datetime | None] = []

    def since(self, moment: datetime | None) -> Sequence[Followed]:
        self.asked.append(moment)
        return [each for each in self.told if moment is None or each.at >= moment][:2]


class Silent:
    def since(self, moment: datetime | None) -> Sequence[Followed]:
        raise PortalUnavailable


def learned(was: str, now: str = NOW, at: datetime = THEN) -> int:
    return owner_aliases.learn_due(Portal(Followed(was, now, at)))


def test_the_owner_sees_what_was_received_under_either_id(town: Town) -> None:
    dossier = town.received()
    assert not dossiers.of_owner(NOW, EVERYTHING).exists()
    assert learned(dossier.owner_subject) == 1

    assert dossiers.of_owner(NOW, EVERYTHING).get() == dossier
    assert copying.open_dossiers(NOW) == copying.open_dossiers(dossier.owner_subject) != []
    with pytest.raises(NotFound):
        dossiers.of_owner("", EVERYTHING)
    dossier.refresh_from_db()
    assert dossier.owner_subject != NOW, "C7: a dossier keeps the id of its check"


def test_parted_again_each_sees_the_own_only(town: Town) -> None:
    dossier = town.received()
    learned(dossier.owner_subject)
    assert learned(dossier.owner_subject, now="", at=THEN + timedelta(hours=1)) == 1
    assert not dossiers.of_owner(NOW, EVERYTHING).exists()
    assert dossiers.of_owner(dossier.owner_subject, EVERYTHING).get() == dossier
    told = (
        Event.objects.filter(event__startswith="desk.owner.").order_by("pk").values_list("event", flat=True)
    )
    assert list(told) == ["desk.owner.followed", "desk.owner.parted"]


def test_news_that_come_twice_or_late_change_nothing() -> None:
    was = "a" * 32
    parted = Followed(was, "", THEN + timedelta(hours=1))
    owner_aliases.learn_due(Portal(Followed(was, NOW, THEN), parted))
    assert owner_aliases.learn_due(Portal(Followed(was, NOW, THEN), parted)) == 0
    assert OwnerAlias.objects.get().now == ""


def test_it_goes_on_where_it_was_and_reads_every_page() -> None:
    many = [Followed(f"{nth:032x}", NOW, THEN + timedelta(minutes=nth)) for nth in range(5)]
    portal = Portal(*many)
    assert owner_aliases.learn_due(portal) == 5
    portal.asked.clear()
    assert owner_aliases.learn_due(portal) == 0
    assert portal.asked[0] == many[-1].at - timedelta(minutes=10)


def test_a_silent_portal_is_said_and_what_is_known_stands() -> None:
    learned("a" * 32)
    with pytest.raises(PortalUnavailable):
        owner_aliases.learn_due(Silent())
    assert owner_aliases.subjects_of(NOW) == [NOW, "a" * 32]


def test_an_officer_works_on_nothing_that_was_the_own_under_the_account_given_up(town: Town) -> None:
    dossier = town.received()
    officer = replace(town.authority, subject=NOW)
    moving.refuse_own(dossier, officer)
    learned(dossier.owner_subject)
    assert moving.is_own(dossier, NOW)
    with pytest.raises(moving.OwnDossier):
        moving.refuse_own(dossier, officer)
    assert not moving.is_own(dossier, "c" * 32)


def test_two_ids_are_one_persons_however_they_were_joined() -> None:
    learned("a" * 32)
    learned("c" * 32)
    assert owner_aliases.is_same("a" * 32, NOW) and owner_aliases.is_same("a" * 32, "c" * 32)
    assert not owner_aliases.is_same("a" * 32, "d" * 32)
    assert not owner_aliases.is_same("", "")


def test_the_database_knows_an_officer_under_both_ids(bench: Bench) -> None:  # noqa: F811
    """A check of just before the merge names the account that was given up: C8 all the same."""
    learned(bench.check.subject, now=bench.town.authority.subject)
    only_by_trigger("desk_dossier_not_own_followed", "desk_dossier", bench.insert)


def test_the_database_knows_two_ids_that_lead_to_a_third(bench: Bench) -> None:  # noqa: F811
    learned(bench.check.subject)
    learned(bench.town.authority.subject)
    only_by_trigger("desk_dossier_not_own_followed", "desk_dossier", bench.insert)


def test_the_database_knows_an_officer_whose_own_id_was_given_up(bench: Bench) -> None:  # noqa: F811
    learned(bench.town.authority.subject, now=bench.check.subject)
    only_by_trigger("desk_dossier_not_own_followed", "desk_dossier", bench.insert)


def test_every_id_of_a_person_is_found_from_any_of_them() -> None:
    learned("a" * 32)
    learned("c" * 32)
    everybody = {NOW, "a" * 32, "c" * 32}
    assert all(set(owner_aliases.all_of(one)) == everybody for one in everybody)
    assert owner_aliases.is_any("a" * 32, ["d" * 32, "c" * 32])
    assert not owner_aliases.is_any("a" * 32, ["d" * 32, ""])


def test_a_colleague_who_is_the_owner_under_another_id_does_not_receive(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both ids may have a post at the unit; the rule is about the person."""
    mine, other = town.authority.subject, "e" * 32
    able = [Colleague(1, mine, "Lê Thị Một", "")]
    monkeypatch.setattr(private_matters, "_works_at", lambda *_: True)
    monkeypatch.setattr(private_matters.staff, "colleagues_of", lambda *_, **__: able)
    private_matters.require_colleague(town.authority, other, on=date(2026, 11, 30))
    learned(other, now=mine)
    with pytest.raises(private_matters.NotByThisOfficer):
        private_matters.require_colleague(town.authority, other, on=date(2026, 11, 30))


def test_who_filed_it_for_an_organisation_is_known_under_either_id(town: Town) -> None:
    dossier, filer = town.received(), "e" * 32
    dossier.representation = Representation(pk=1, representative_subject=filer)
    assert not moving.is_filed_by(dossier, NOW)
    learned(filer)
    assert moving.is_filed_by(dossier, NOW)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE desk_owneralias SET now = repeat('d', 32)",
        "UPDATE desk_owneralias SET now = '', at = at - interval '1 day'",
        "UPDATE desk_owneralias SET was = repeat('e', 32), at = now()",
        "DELETE FROM desk_owneralias",
    ],
)
def test_what_was_followed_changes_by_newer_news_only(change: str) -> None:
    learned("a" * 32)

    def act() -> None:
        with connection.cursor() as cursor:
            cursor.execute(change)

    only_by_trigger("desk_owner_alias_kept", "desk_owneralias", act)


@pytest.mark.parametrize(("was", "now"), [("a" * 32, "a" * 32), ("052190000001", ""), ("a" * 32, "lan")])
def test_an_alias_is_of_two_opaque_ids(was: str, now: str) -> None:
    def act() -> None:
        OwnerAlias.objects.create(was=was, now=now, at=THEN)

    with pytest.raises(IntegrityError) as no, transaction.atomic():
        act()
    assert said_by(no.value) == "owner_alias_of_two" == database_rules.name_of(no.value)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE desk_owneralias DROP CONSTRAINT owner_alias_of_two")
        act()
        transaction.set_rollback(True)
