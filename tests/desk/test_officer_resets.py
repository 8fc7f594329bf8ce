"""An officer of a desk apart lost everything: two administrators agree, the portal is told once and answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from django.db import connection
from django.utils import timezone
from tests.rule_by_rule import only_by_trigger, two_rows, wrong_of
from tests.units import people

from motcua.desk import officer_resets, promises
from motcua.desk.officer_reset_tables import OfficerReset
from motcua.desk.ports import PortalUnavailable
from motcua.desk.ports_officers import ResetRefused
from motcua.journal.models import Event
from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.refusal import NotFound
from motcua.outbox import errands
from motcua.outbox.errands import Silence
from motcua.outbox.models import Errand
from motcua.units import resetting
from motcua.units.models import Officer, Unit

pytestmark = pytest.mark.django_db(transaction=True)
WHY = "Mất điện thoại ngày 12/5, đã đối chiếu thẻ căn cước."


@dataclass
class FakeResets:
    """The portal's second step. ``silent`` and ``why`` are what it answers instead of yes."""

    silent: bool = False
    why: str = ""
    heard: list[Mapping[str, str]] = field(default_factory=list)

    def reset(self, **said: str) -> None:
        self.heard.append(said)
        if self.silent:
            raise PortalUnavailable
        if self.why:
            raise ResetRefused(self.why)


@dataclass
class Office:
    first: Authority
    second: Authority
    clerk: Officer
    unit: Unit

    def asked(self) -> OfficerReset:
        return officer_resets.ask(
            authority=self.first, subject=self.clerk.subject, reason=WHY, on=timezone.localdate()
        )

    def approved(self) -> OfficerReset:
        row = self.asked()
        officer_resets.approve(authority=self.second, public_id=row.public_id, on=timezone.localdate())
        return OfficerReset.objects.get(pk=row.pk)


@pytest.fixture
def office() -> Office:
    unit = people.unit("so-mau")
    clerk = people.officer()
    people.post(clerk, unit, Power.RECEIVE_DOSSIER)
    return Office(people.administrator(unit), people.administrator(unit), clerk, unit)


def run(portal: FakeResets) -> None:
    handlers = {officer_resets.TELL: lambda data: officer_resets.tell(data, resets=portal)}
    Errand.objects.filter(kind=officer_resets.TELL, state="WAITING").update(not_before=timezone.now())
    errands.run_due(handlers)


def test_two_agree_and_the_portal_hears_who_asked_and_who_agreed(office: Office) -> None:
    row, portal = office.approved(), FakeResets()
    run(portal)
    row.refresh_from_db()

    (said,) = portal.heard
    assert (said["subject"], said["asked_by"], said["approved_by"]) == (
        office.clerk.subject,
        office.first.subject,
        office.second.subject,
    )
    assert (said["unit_code"], said["reason"]) == ("so-mau", WHY)
    assert row.answered_at is not None and row.refused_code == ""
    names = ["requested", "approved", "answered"]
    written = Event.objects.filter(event__startswith="desk.officer_reset.").order_by("id")
    assert [line.event.rpartition(".")[2] for line in written] == names
    assert not any(WHY in str(line.facts) for line in written)


def test_a_silent_portal_is_told_again_under_the_same_key(office: Office) -> None:
    row, portal = office.approved(), FakeResets(silent=True)
    run(portal)
    row.refresh_from_db()
    assert row.answered_at is None
    portal.silent = False
    run(portal)
    run(portal)

    assert len(portal.heard) == 2 and portal.heard[0] == portal.heard[1]
    row.refresh_from_db()
    assert row.answered_at is not None
    with pytest.raises(Silence):
        officer_resets.tell({"reset": str(office.approved().public_id)}, resets=FakeResets(silent=True))


def test_a_no_of_the_portal_stays_and_is_shown(office: Office) -> None:
    row = office.approved()
    run(FakeResets(why="factor_reset_people_refused"))
    row.refresh_from_db()
    assert row.refused_code == "factor_reset_people_refused"
    (line,) = officer_resets.listing(office.first, on=timezone.localdate()).lines
    assert (line.full_name, line.row.pk, line.mine) == ("Cán Bộ Mẫu", row.pk, True)
    assert Errand.objects.get(kind=officer_resets.TELL).state == "DONE"


def test_nobody_agrees_to_their_own_question_or_about_themselves(office: Office) -> None:
    row, today = office.asked(), timezone.localdate()
    with pytest.raises(resetting.ResetSecondPersonNeeded):
        officer_resets.approve(authority=office.first, public_id=row.public_id, on=today)
    with pytest.raises(resetting.ResetForYourself):
        officer_resets.ask(authority=office.first, subject=office.first.subject, reason=WHY, on=today)
    with pytest.raises(resetting.ResetReasonMissing):
        officer_resets.ask(authority=office.first, subject=office.clerk.subject, reason="mất", on=today)
    with pytest.raises(resetting.ResetAlreadyAsked):
        office.asked()
    officer_resets.decline(authority=office.first, public_id=row.public_id, on=today)
    row.refresh_from_db()
    assert row.decision == "WITHDRAWN"
    assert not Errand.objects.filter(kind=officer_resets.TELL).exists()
    with pytest.raises(resetting.ResetAlreadyDecided):
        officer_resets.approve(authority=office.second, public_id=row.public_id, on=today)


def test_an_administrator_reaches_only_whose_every_post_lies_below(office: Office) -> None:
    today = timezone.localdate()
    elsewhere = people.unit("noi-khac")
    stranger = people.administrator(elsewhere)
    row = office.asked()
    with pytest.raises(NotFound):
        officer_resets.ask(authority=stranger, subject=office.clerk.subject, reason=WHY, on=today)
    with pytest.raises(NotFound):
        officer_resets.approve(authority=stranger, public_id=row.public_id, on=today)
    people.post(office.clerk, elsewhere, Power.RECEIVE_DOSSIER)
    with pytest.raises(NotAuthorised):
        officer_resets.approve(authority=office.second, public_id=row.public_id, on=today)
    assert officer_resets.listing(stranger, on=today).lines != []
    clerk = people.authority_at(office.clerk, office.unit)
    with pytest.raises(NotAuthorised):
        officer_resets.listing(clerk, on=today)


def test_the_decided_ones_are_paged_newest_first(office: Office) -> None:
    today = timezone.localdate()
    for _ in range(officer_resets.PAGE + 2):
        row = office.asked()
        officer_resets.decline(authority=office.second, public_id=row.public_id, on=today)
    first = officer_resets.listing(office.first, on=today)
    last = officer_resets.listing(office.first, on=today, page=2)
    assert (len(first.lines), first.more, len(last.lines), last.more) == (officer_resets.PAGE, True, 2, False)
    assert first.lines[0].row.pk > last.lines[-1].row.pk


def test_the_worker_of_a_desk_apart_knows_the_errand() -> None:
    from tests.desk.fake_portal import FakePortal

    portal = FakePortal()
    known = promises.handlers(registry=portal, vault=portal, resets=FakeResets())
    assert officer_resets.TELL in known
    assert officer_resets.TELL not in promises.handlers(registry=portal, vault=portal)


def let_pass(row: OfficerReset, column: str, interval: str) -> None:
    """As if that moment lay so far back; what was written stays written for everybody else."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(f"UPDATE desk_officerreset SET {column} = {column} - interval '{interval}'")
        cursor.execute("SET session_replication_role = origin")


def test_a_yes_of_yesterday_is_not_told_any_more(office: Office) -> None:
    row, portal = office.approved(), FakeResets()
    let_pass(row, "decided_at", "25 hours")
    run(portal)
    row.refresh_from_db()
    assert portal.heard == [] and row.refused_code == "lapsed"


def test_a_question_of_last_month_is_decided_no_more_and_stands_in_nobodys_way(office: Office) -> None:
    row = office.asked()
    let_pass(row, "asked_at", "31 days")
    with pytest.raises(resetting.ResetAlreadyDecided):
        officer_resets.approve(authority=office.second, public_id=row.public_id, on=timezone.localdate())
    assert office.asked().pk != row.pk
    row.refresh_from_db()
    assert row.decision == "WITHDRAWN"


RULES = [
    ("desk_officerreset", "officer_reset_one_waiting", "officer_subject = 'x'"),
    (
        "desk_officerreset",
        "officer_reset_two_officers",
        "decision = 'APPROVED', decided_by = asked_by, decided_at = now()",
    ),
    ("desk_officerreset", "officer_reset_two_officers", "decision = 'DECLINED'"),
    ("desk_officerreset", "officer_reset_two_officers", "decision = 'LOST'"),
    ("desk_officerreset", "officer_reset_not_for_oneself", "asked_by = officer_subject"),
    (
        "desk_officerreset",
        "officer_reset_not_for_oneself",
        "decision = 'APPROVED', decided_by = officer_subject, decided_at = now()",
    ),
    ("desk_officerreset", "officer_reset_has_reason", "reason = 'mất'"),
    ("desk_officerreset", "officer_reset_answered_after_yes", "answered_at = now()"),
    ("desk_officerreset", "officer_reset_answered_after_yes", "refused_code = 'no'"),
]


def test_each_constraint_refuses_under_its_own_name() -> None:
    from django.db import transaction

    with transaction.atomic():
        two_rows(
            OfficerReset,
            officer_subject=lambda nth: f"officer{nth}",
            asked_by="asker",
            reason=WHY,
            decided_by="",
        )
        assert wrong_of(RULES) == []
        transaction.set_rollback(True)


def test_what_was_decided_or_answered_is_never_edited(office: Office) -> None:
    row, trigger, table = office.approved(), "officer_reset_moves", "desk_officerreset"
    mine = OfficerReset.objects.filter(pk=row.pk)
    only_by_trigger(
        trigger,
        table,
        lambda: mine.update(decided_by=office.clerk.subject[::-1]),
        "officer_reset_written_once",
    )
    only_by_trigger(trigger, table, lambda: mine.update(reason=WHY + " Thêm."), "officer_reset_written_once")
    only_by_trigger(trigger, table, lambda: mine._raw_delete("default"), "officer_reset_kept")
    run(FakeResets(why="scope_missing"))
    only_by_trigger(trigger, table, lambda: mine.update(refused_code=""), "officer_reset_written_once")

    def decided_at_once() -> None:
        OfficerReset.objects.create(
            officer_subject=office.clerk.subject, unit_code="so-mau", reason=WHY, asked_by=office.first.subject,
            decision="APPROVED", decided_by=office.second.subject, decided_at=timezone.now(),
        )  # fmt: skip

    only_by_trigger(trigger, table, decided_at_once, "officer_reset_begins_waiting")
