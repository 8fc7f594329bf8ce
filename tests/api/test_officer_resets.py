"""A desk has an officer's second factor started anew: two of its people agreed, the officer alone enrols again."""

import uuid
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings

from motcua.accounts import identity, second_factor, second_step, sessions
from motcua.accounts.models import Account, Authenticator, FactorReset, Session
from motcua.journal.models import Event
from motcua.kernel.person_name import PersonName
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.outbox.models import Message
from motcua.units import officers
from tests.accounts import people
from tests.api.calling import System, a_system, problem, token_of
from tests.signin.strong import came_in
from tests.web_public.test_second_step import code_of

pytestmark = pytest.mark.django_db(transaction=True)
WHY = "Mất điện thoại ngày 12/5, đã đối chiếu thẻ căn cước."


@pytest.fixture
def system() -> System:
    return a_system()


class Staff:
    """Three people that the desk knows: who lost everything, who asks, who agrees."""

    def __init__(self, system: System, *, enrolled: bool = True) -> None:
        self.person = people.data()
        self.officer = people.account(self.person)
        self.asker, self.approver = people.account(people.data()), people.account(people.data())
        self.system = system
        for one in (self.officer, self.asker, self.approver):
            came_in(system.row, one, self.known_as(one))
        if enrolled:
            Authenticator.objects.create(account=self.officer, secret_sealed=b"x", last_step=1)

    def known_as(self, account: Account) -> str:
        return identity.name_to(account, self.system.audience).subject

    def body(self, **more: str) -> dict[str, str]:
        return {
            "subject": self.known_as(self.officer),
            "asked_by": self.known_as(self.asker),
            "approved_by": self.known_as(self.approver),
            "unit_code": self.system.unit_code,
            "reason": WHY,
            **more,
        }

    def reset(self, key: str = "", **more: str) -> Any:
        return self.system.post("officer-resets", self.body(**more), key=key or str(uuid.uuid4()))


def test_sessions_end_the_officer_is_told_and_the_journal_says_who_agreed(system: System) -> None:
    staff = Staff(system)
    sessions.begin(staff.officer, audience="CITIZEN", device="may-mat", device_words="Chrome")

    answer = staff.reset()

    assert answer.status_code == 200, answer.content.decode()
    assert not Session.objects.filter(account=staff.officer, ended_at=None).exists()
    assert Message.objects.filter(purpose="factor_reset").count() == 1
    row = FactorReset.objects.get()
    assert (row.decision, row.decided_by) == ("APPROVED", staff.known_as(staff.approver))
    line = Event.objects.get(event="accounts.factor_reset.asked_by_desk")
    assert line.actor == staff.known_as(staff.asker)
    assert line.facts["approver"] == staff.known_as(staff.approver)
    assert line.facts["client"] == system.row.client_id and line.facts["sessions"] == 1


def test_said_twice_under_one_key_it_is_done_once(system: System) -> None:
    staff, key = Staff(system), str(uuid.uuid4())
    first, again = staff.reset(key), staff.reset(key)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert FactorReset.objects.count() == Message.objects.filter(purpose="factor_reset").count() == 1


def test_one_person_never_agrees_to_their_own_question(system: System) -> None:
    staff = Staff(system)
    same = staff.reset(approved_by=staff.known_as(staff.asker))
    assert problem(same) == (403, "factor_reset_second_person_needed")
    self_served = staff.reset(asked_by=staff.known_as(staff.officer))
    assert problem(self_served) == (403, "factor_reset_for_yourself")
    assert not FactorReset.objects.exists() and not Message.objects.exists()


@pytest.mark.parametrize("who", ["subject", "asked_by", "approved_by"])
def test_whoever_the_desk_does_not_know_is_nobody(system: System, who: str) -> None:
    staff = Staff(system)
    assert problem(staff.reset(**{who: "f" * 32})) == (422, "factor_reset_people_refused")
    Account.objects.filter(pk=staff.approver.pk).update(status="locked")
    assert problem(staff.reset()) == (422, "factor_reset_people_refused")
    assert not FactorReset.objects.exists()


def test_a_system_reaches_nobody_who_did_not_come_in_through_it_with_two_factors(system: System) -> None:
    """Three citizens whom a stolen client knows from receptions are no officers of it."""
    staff, citizen = Staff(system), people.account(people.data())
    Authenticator.objects.create(account=citizen, secret_sealed=b"x", last_step=1)
    known = staff.known_as(citizen)
    assert problem(staff.reset(subject=known)) == (422, "factor_reset_people_refused")
    came_in(system.row, citizen, known, acr="LoA1")
    assert problem(staff.reset(subject=known)) == (422, "factor_reset_people_refused")
    assert problem(staff.reset(approved_by=known)) == (422, "factor_reset_people_refused")
    assert not FactorReset.objects.exists()


def test_an_officer_of_the_portal_is_left_to_the_portals_administrators(system: System) -> None:
    staff = Staff(system)
    own = identity.subject_of(staff.officer.public_id, settings.DESK_ID)
    officers.register(subject=own, full_name=PersonName.parse("Cán Bộ Cổng"), phone=staff.person.phone)
    assert problem(staff.reset()) == (422, "factor_reset_people_refused"), "and nobody is told why"


def test_who_never_enrolled_has_nothing_to_reset(system: System) -> None:
    assert problem(Staff(system, enrolled=False).reset()) == (422, "factor_reset_people_refused")


def test_without_the_scope_or_for_a_foreign_unit_nothing_happens(system: System) -> None:
    staff = Staff(system)
    system.token = token_of(system.row.client_id, "account.check")
    assert problem(staff.reset()) == (403, "scope_missing")
    system.token = token_of(system.row.client_id, "officer.reset")
    assert problem(staff.reset(unit_code="khong-phai-cua-toi")) == (403, "unit_not_of_client")
    assert not FactorReset.objects.exists()


def test_a_desk_that_resets_too_many_waits(system: System) -> None:
    staff = Staff(system)
    for _ in range(10):
        spending.spend((Quota.OFFICER_RESETS_BY_SYSTEM, system.audience))
    assert problem(staff.reset()) == (429, "too_many_attempts")
    assert not FactorReset.objects.exists()


def step_of(account: Account) -> second_step.Step:
    """The password was right in a browser that nobody has seen before."""
    half = second_step.begin(account, device="may-moi", device_words="Firefox")
    return second_step.step_of(half.token, "may-moi")


def refreshed(step: second_step.Step) -> second_step.Step:
    """As the next request of this browser finds it."""
    step.row.refresh_from_db()
    held = second_factor.held(step.account)
    return replace(step, held=held, may_enrol=step.row.reset_id is not None)


def test_the_next_sign_in_enrols_anew_and_what_was_lost_counts_no_more(system: System) -> None:
    here = {"device": "may-moi", "device_words": "Firefox"}
    staff = Staff(system, enrolled=False)
    lost = step_of(staff.officer)
    second_step.enrol_app(lost, code_of(lost.secret), **here)
    assert not step_of(staff.officer).may_enrol, "only an administrator starts it anew"

    assert staff.reset().status_code == 200
    step = step_of(staff.officer)
    assert not step.may_enrol, "the password alone is not enough"
    second_step.send_reset_code(step)
    code = people.newest_text("factor_reset_code").split(": ", 1)[1][:9]
    second_step.take_reset_code(step, code, **here)

    assert not second_factor.held(staff.officer).any, "what was lost opens nothing any more"
    signed, codes = second_step.enrol_app(refreshed(step), code_of(step.secret), **here)
    assert len(codes) == 10 and second_factor.held(staff.officer).app and signed
