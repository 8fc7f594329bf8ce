"""A desk apart reads its history on and tells the portal: everything once it is settled, nothing twice in effect."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from django.db import connection
from tests.desk import lives
from tests.desk import town as building
from tests.desk.town import Town
from tests.rule_by_rule import wrong_of

from motcua.desk import standing
from motcua.desk.models import Dossier, DossierEvent, StandingMark
from motcua.desk.ports import PortalUnavailable
from motcua.desk.ports_standing import DossierStanding, ProcedureStanding, StandingRefused
from motcua.journal.models import Event

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class FakeStanding:
    silent: bool = False
    unreadable: set[object] = field(default_factory=set)
    calls: list[Sequence[DossierStanding]] = field(default_factory=list)
    procedures: Sequence[ProcedureStanding] = ()

    def tell_dossiers(self, rows: Sequence[DossierStanding]) -> None:
        if self.silent:
            raise PortalUnavailable
        if self.unreadable & {row.reference for row in rows}:
            raise StandingRefused("request_invalid")
        self.calls.append(rows)

    def tell_procedures(self, rows: Sequence[ProcedureStanding]) -> None:
        if self.silent:
            raise PortalUnavailable
        self.procedures = rows

    @property
    def told(self) -> list[DossierStanding]:
        return [row for rows in self.calls for row in rows]


def settle() -> None:
    """As if every line had been written a minute ago: only settled lines are told."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE desk_dossierevent SET at = at - interval '1 minute'")
        cursor.execute("SET session_replication_role = origin")


def test_what_happened_is_told_once_it_is_settled_with_the_newest_line(town: Town) -> None:
    house, portal = lives.house(town), FakeStanding()
    dossier = house.received()
    assert standing.tell_due(portal) == 0, "not settled yet"
    settle()
    assert standing.tell_due(portal) == 1
    (row,) = portal.told
    assert (row.reference, row.subject, row.state) == (dossier.public_id, dossier.owner_subject, "RECEIVED")
    assert row.open and row.line == DossierEvent.objects.latest("id").pk
    assert StandingMark.objects.get().upto == row.line
    assert standing.tell_due(portal) == 0 and len(portal.calls) == 1


def test_a_silent_portal_is_told_the_same_later(town: Town) -> None:
    house, portal = lives.house(town), FakeStanding(silent=True)
    house.received()
    settle()
    assert standing.tell_due(portal) == 0
    mark = StandingMark.objects.get()
    assert (mark.upto, mark.told_at) == (0, None) and mark.silent_at is not None
    portal.silent = False
    assert standing.tell_due(portal) == 1
    assert standing.tell_due(FakeStanding(silent=True)) == 0


def test_a_hundred_at_once_and_nobody_whose_account_is_not_known(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, portal = lives.house(town), FakeStanding()
    for _ in range(3):
        house.received()
    settle()
    monkeypatch.setattr(standing, "AT_ONCE", 2)
    assert standing.tell_due(portal) == 3
    assert [len(rows) for rows in portal.calls] == [2, 1]
    assert all(row.subject for row in portal.told)
    assert Dossier.objects.count() == 3


def test_one_that_cannot_be_taken_keeps_no_other_and_is_noted(town: Town) -> None:
    house, portal = lives.house(town), FakeStanding()
    bad, good = house.received(), house.received()
    portal.unreadable = {bad.public_id}
    settle()
    standing.tell_due(portal)
    assert [row.reference for row in portal.told] == [good.public_id]
    assert Event.objects.get(event="desk.standing.refused").subject == f"dossier:{bad.public_id}"
    assert standing.tell_due(portal) == 0, "the mark has moved on"


def test_all_that_is_received_is_told(town: Town) -> None:
    portal = FakeStanding()
    assert standing.tell_procedures(portal) == len(portal.procedures) > 0
    assert {row.code for row in portal.procedures} >= {building.PROCEDURE}
    assert standing.tell_procedures(FakeStanding(silent=True)) == 0


def test_there_is_one_mark() -> None:
    from django.db import transaction

    with transaction.atomic():
        StandingMark.objects.create(pk=1, upto=1)
        rules = [
            ("desk_standingmark", "standing_mark_one_row", "id = 2"),
            ("desk_standingmark", "standing_mark_refused_whole", "refused = 1"),
            ("desk_standingmark", "standing_mark_refused_whole", "refused_code = 'x'"),
            ("desk_standingmark", "standing_mark_refused_whole", "refused_at = now()"),
        ]
        assert wrong_of(rules) == []
        transaction.set_rollback(True)
