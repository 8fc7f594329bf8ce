"""V-28: when a session ends, and when its token changes: one table, each case as the browser meets it.

Idle and absolute ends are judged to the second by the database clock; what ends a session elsewhere is found ended at
the very next request, of whichever process (V-28's five seconds: ``races/test_sessions_end_everywhere.py``).
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from motcua.accounts import (
    identity,
    notices,
    officer_sessions,
    passwords,
    second_factor,
    sessions,
    stepping_up,
)
from motcua.accounts.models import Account, Session
from motcua.kernel.authority import Power
from motcua.units import officers, posts
from motcua.units.models import Post
from tests.accounts import people
from tests.web_public.test_second_step import ENROL, STEP, code_of, codes_on, secret_on
from tests.web_public.visiting import Browser, citizen, let_pass, officer

pytestmark = pytest.mark.django_db(transaction=True)
NEW = "Nui.Ba-Hoa-1986!"


class Here:
    """Somebody signed in, in one browser."""

    def __init__(self, *, as_officer: bool) -> None:
        self.person, self.account = officer(Power.EXPORT, Power.OPEN_ACCOUNT) if as_officer else citizen()
        self.browser = Browser()
        self.codes: list[str] = []
        self.secret = ""
        answer = self.browser.sign_in(self.person)
        if answer["Location"] == ENROL:
            self.secret = secret_on(self.browser.get(ENROL))
            done = self.browser.post(ENROL, {"act": "app", "code": code_of(self.secret)})
            self.codes = codes_on(done)
        self.at = "/mot-cua/" if as_officer else "/ca-nhan/"

    @property
    def subject(self) -> str:
        return identity.subject_of(self.account.public_id, settings.DESK_ID)

    @property
    def token(self) -> str:
        return str(self.browser.client.cookies["phien"].value)

    def is_in(self, token: str = "") -> bool:
        other = Browser()
        other.client.cookies["phien"] = token or self.token
        return bool(other.get(self.at).status_code == 200)

    def elsewhere(self) -> Browser:
        """The same person in another browser."""
        other = Browser()
        if other.sign_in(self.person)["Location"] == STEP:
            other.post(STEP, {"act": "recovery", "recovery": self.codes.pop()})
        return other


@pytest.fixture(autouse=True)
def _factor_on(settings: Any) -> Iterator[None]:
    settings.OFFICER_SECOND_FACTOR = True
    yield


def idle(seconds: int) -> Callable[[Here], None]:
    return lambda here: let_pass("accounts_session", seconds, "seen_at")


def old(seconds: int) -> Callable[[Here], None]:
    return lambda here: let_pass("accounts_session", seconds, "created_at")


def sign_out(here: Here) -> None:
    """The cookie is kept by a thief: the server itself knows that it is over."""
    Browser.post(here.browser, "/dang-xuat/")


def ended_by_owner(here: Here) -> None:
    other = here.elsewhere()
    first = Session.objects.filter(account=here.account).earliest("pk")
    assert other.post(f"/ca-nhan/phien-dang-nhap/{first.public_id}/ket-thuc/").status_code == 302


def others_ended(here: Here) -> None:
    assert here.elsewhere().post("/ca-nhan/phien-dang-nhap/ket-thuc/").status_code == 302


def password_changed(here: Here) -> None:
    visitor = sessions.visitor_of(str(here.elsewhere().client.cookies["phien"].value))
    assert visitor is not None
    passwords.change(visitor=visitor, current=people.STRONG, password=NEW)


def password_reset(here: Here) -> None:
    passwords.set_password(here.account, "x", why="reset")


def disavowed(here: Here) -> None:
    notices.disavow(token=notices.disavowal_link(here.account, "new_device")[-14:])


def locked(here: Here) -> None:
    Account.objects.filter(pk=here.account.pk).update(status="locked")


def closed(here: Here) -> None:
    Account.objects.filter(pk=here.account.pk).update(status="closed")


def deactivated(here: Here) -> None:
    officers.deactivate(subject=here.subject, by="system")


def factor_reset(here: Here) -> None:
    second_factor.end_all(here.account, why="reset")


def factor_added(here: Here) -> None:
    """In another browser: the change of factor ends this one."""
    visitor = sessions.visitor_of(str(here.elsewhere().client.cookies["phien"].value))
    assert visitor is not None
    stepping_up.add_app(visitor, code_of(stepping_up.offered(visitor).secret))


def ended_by_administrator(here: Here) -> None:
    unit = Post.objects.get(grantee_subject=here.subject).unit
    boss = people.account()
    subject = identity.name_to(boss, settings.DESK_ID).subject
    person = people.data()
    held = officers.register(subject=subject, full_name=person.full_name, phone=person.phone)
    posts.bootstrap(
        officer_id=held.pk,
        unit_code=unit.code,
        powers=[Power.GRANT],
        valid_from=date(2020, 1, 1),
        reason="thử",
    )
    authority = posts.authority_of(subject, on=timezone.localdate())
    assert officer_sessions.end(authority, here.subject, on=timezone.localdate()) == 1


def role_revoked(here: Here) -> None:
    Post.objects.filter(grantee_subject=here.subject).update(
        revoked_at=timezone.now(), revoked_by_subject="a" * 32, revoked_reason="thử"
    )


def nothing(here: Here) -> None:
    """Nothing happens."""


#: name: (an officer?, what happens, is the session still good for the person's first page?)
TABLE: dict[str, tuple[bool, Callable[[Here], None], bool]] = {
    "a citizen goes on": (False, nothing, True),
    "a citizen idle for 29 min 55 s": (False, idle(30 * 60 - 5), True),
    "a citizen idle for 30 min 5 s": (False, idle(30 * 60 + 5), False),
    "a citizen for 11 h 59 min 55 s": (False, old(12 * 3600 - 5), True),
    "a citizen for 12 h 5 s": (False, old(12 * 3600 + 5), False),
    "an officer goes on": (True, nothing, True),
    "an officer idle for 14 min 55 s": (True, idle(15 * 60 - 5), True),
    "an officer idle for 15 min 5 s": (True, idle(15 * 60 + 5), False),
    "an officer for 11 h 59 min 55 s": (True, old(12 * 3600 - 5), True),
    "an officer for 12 h 5 s": (True, old(12 * 3600 + 5), False),
    "a citizen signs out": (False, sign_out, False),
    "an officer signs out": (True, sign_out, False),
    "ended by the owner elsewhere": (True, ended_by_owner, False),
    "all others ended elsewhere": (True, others_ended, False),
    "the password is changed elsewhere": (True, password_changed, False),
    "the password is reset": (False, password_reset, False),
    "the owner says it was not me": (True, disavowed, False),
    "the account is locked": (False, locked, False),
    "the account is closed": (False, closed, False),
    "the officer is deactivated": (True, deactivated, False),
    "the role is revoked": (True, role_revoked, False),
    "the factor is reset": (True, factor_reset, False),
    "another factor is enrolled elsewhere": (True, factor_added, False),
    "an administrator ends the sessions": (True, ended_by_administrator, False),
}


def test_the_table_has_its_24_cases() -> None:
    assert len(TABLE) == 24


@pytest.mark.parametrize("case", TABLE)
def test_v28_when_a_session_ends(case: str) -> None:
    as_officer, happens, still = TABLE[case]
    here = Here(as_officer=as_officer)
    token = here.token
    assert here.is_in(token), "else nothing is shown below"

    happens(here)

    assert here.is_in(token) is still


def test_v28_the_token_changes_at_sign_in_step_up_and_with_other_rights() -> None:
    here = Here(as_officer=True)
    first = here.token
    again = Browser()
    again.client.cookies["phien"] = first
    again.sign_in(here.person)
    again.post(STEP, {"act": "recovery", "recovery": here.codes.pop()})
    second = str(again.client.cookies["phien"].value)
    assert second != first and not here.is_in(first), "signing in over a session ends it"

    let_pass("accounts_session", 301, "proved_at")
    export = "/quan-tri/tai-khoan-cong-dan/ket-xuat/"
    again.post(
        export,
        {"xac-thuc-act": "recovery", "xac-thuc-recovery": here.codes.pop(), "xac-thuc-xem": "1"},
    )
    third = str(again.client.cookies["phien"].value)
    assert third != second and not here.is_in(second) and here.is_in(third)

    unit = Post.objects.get(grantee_subject=here.subject).unit.code
    again.post("/mot-cua/don-vi/", {"unit": unit})
    fourth = str(again.client.cookies["phien"].value)
    assert fourth != third and not here.is_in(third) and here.is_in(fourth)


def test_v30_a_known_device_is_not_shut_out_by_a_stranger_at_either_step() -> None:
    """Wrong passwords of a stranger never reach the second step, so they spend nothing of its budget."""
    here = Here(as_officer=True)
    stranger = Browser()
    for _ in range(8):
        stranger.sign_in(here.person, password="Sai.Mat-Khau-1")

    assert here.browser.sign_in(here.person)["Location"] == STEP
    entered = here.browser.post(STEP, {"act": "app", "code": code_of(here.secret, 1)})
    assert entered["Location"] == "/mot-cua/"
