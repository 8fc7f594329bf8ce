"""Whom VNeID names is asked before an account is opened, proves anew by VNeID, and comes of age at the desk."""

import dataclasses
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from motcua.accounts import (
    activation,
    creation,
    emails,
    identity,
    organisations,
    own_closing,
    passwords,
    recovery,
    sessions,
    vneid,
)
from motcua.accounts.entering import SignedIn
from motcua.accounts.models import Account, Person, Session, SignIn, VneidLink
from motcua.accounts.passwords import Proof
from motcua.accounts.providers import OwnAccountsOver, SignInAnew
from motcua.kernel.authority import Power
from motcua.kernel.birth_date import BirthDate
from motcua.kernel.email_address import EmailAddress
from motcua.kernel.refusal import Refusal
from motcua.kernel.tax_code import TaxCode
from motcua.kernel.visitor import Visitor
from motcua.protection import copying
from tests import app_role
from tests.accounts import guards, mandates, people, provider_days
from tests.accounts.desk import authority_at
from tests.rule_by_rule import only_by_trigger, said_by

pytestmark = pytest.mark.django_db
CMND = "0231" + "45671"


def enters(who: object, **more: object) -> SignedIn:
    signed = vneid.enter(who, device="may", device_words="", **{"may_open": True, **more})  # type: ignore[arg-type]
    assert isinstance(signed, SignedIn)
    return signed


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as no:
        act()
    return no.value.code


def visitor_of(signed: SignedIn) -> Visitor:
    visitor = sessions.visitor_of(signed.token)
    assert visitor is not None
    return visitor


def six_minutes_later() -> None:
    Session.objects.update(vneid_proved_at=timezone.now() - timedelta(minutes=6))


# -- an account is opened by whoever wants one


def test_nobody_gets_an_account_by_following_a_link() -> None:
    provider_days.over()
    who = provider_days.person(people.data().citizen_id)
    assert vneid.enter(who, device="may", device_words="") == vneid.NotKnown(perhaps=False)
    assert not Account.objects.exists()
    assert vneid.unknown(who) == vneid.NotKnown(perhaps=False)
    enters(who)
    assert vneid.unknown(who) is None


def test_who_is_known_by_nine_digits_hears_so_before_a_second_account_is_opened() -> None:
    old = people.data(number=CMND)
    account = people.account(old)
    provider_days.over()
    who = provider_days.person(people.data().citizen_id)
    assert vneid.enter(who, device="may", device_words="") == vneid.NotKnown(perhaps=True)
    assert not VneidLink.objects.exists()
    namesake = provider_days.person(people.data().citizen_id, born="03/02/1990")
    assert vneid.unknown(namesake) == vneid.NotKnown(perhaps=False)
    assert enters(who).account_id != account.pk  # who says that it is not theirs is not stopped


# -- beside an officer nobody is signed in


def test_beside_an_officer_the_account_is_linked_and_nobody_is_signed_in() -> None:
    provider_days.over()
    data = people.data()
    who = provider_days.person(data.citizen_id)
    assert vneid.prove(who) == vneid.NotKnown(perhaps=False)
    assert vneid.prove(who, may_open=True) is None
    assert vneid.prove(who) is None
    assert VneidLink.objects.count() == 1 and not Session.objects.exists()


# -- VNeID just now, in place of the password


def acts(visitor: Visitor) -> list[Callable[[], object]]:
    return [
        lambda: copying.take(visitor=visitor, password=""),
        lambda: emails.ask(visitor=visitor, password="", email=EmailAddress.parse("mau@vi-du.vn")),
        lambda: recovery.ask_phone_change(
            visitor=visitor, password="", phone=people.data().phone, browser="b", device="may"
        ),
    ]


def test_without_a_password_vneid_just_now_proves_the_owner_and_not_for_long() -> None:
    provider_days.over()
    visitor = visitor_of(enters(provider_days.person(people.data().citizen_id)))
    assert passwords.proof_of(visitor) == Proof.VNEID_FRESH
    for act in acts(visitor):
        act()
    no_phone = refused(lambda: own_closing.ask(visitor=visitor, password="", device="may", address=""))
    assert no_phone == "closing_without_phone"

    six_minutes_later()
    assert passwords.proof_of(visitor) == Proof.VNEID_WANTED
    assert [refused(act) for act in acts(visitor)] == ["vneid_proof_wanted"] * 3


def test_a_password_goes_on_proving_whoever_has_one() -> None:
    provider_days.transition()
    data = people.data()
    people.account(data)
    visitor = visitor_of(enters(provider_days.person(data.citizen_id)))
    assert passwords.proof_of(visitor) == Proof.PASSWORD
    assert refused(lambda: passwords.confirm(visitor, "")) == "current_password_wrong"
    assert passwords.confirm(visitor, people.STRONG)


def test_the_way_back_from_an_organisation_is_no_proof() -> None:
    by = authority_at(mandates.UNIT, Power.OPEN_ACCOUNT)
    organisation = organisations.register(
        authority=by, tax_code=TaxCode.parse("0100233488"), name="Công ty Mẫu"
    )
    provider_days.over()
    number = people.data().citizen_id
    signed = enters(provider_days.person(number))
    mandate = mandates.granted(by, organisation, mandates.granting(number))
    token = organisations.act_for(visitor_of(signed), mandate.public_id, device="may", device_words="")
    acting = sessions.visitor_of(token)
    assert acting is not None
    back = sessions.visitor_of(organisations.back_to_oneself(acting, device="may", device_words=""))
    assert back is not None and passwords.proof_of(back) == Proof.VNEID_WANTED


# -- coming of age


def test_who_came_of_age_takes_the_account_over_at_the_desk_first() -> None:
    provider_days.over()
    provider_days.arrange()
    child = guards.child(of_age_in=0)
    account = guards.guarded(child)
    provider_days.over()
    who = provider_days.person(child.citizen_id, name=child.full_name.value, born=child.born_on.shown)
    assert refused(lambda: enters(who)) == "vneid_take_over_first"
    assert refused(lambda: vneid.prove(who)) == "vneid_take_over_first"
    assert not VneidLink.objects.exists() and not Session.objects.exists()
    account.refresh_from_db()
    assert account.status == "active"


def test_a_minors_own_vneid_opens_the_account_that_a_parent_runs() -> None:
    child = guards.child(of_age_in=90)
    account = guards.guarded(child)
    provider_days.transition()
    who = provider_days.person(child.citizen_id, name=child.full_name.value, born=child.born_on.shown)
    assert enters(who).account_id == account.pk


def test_after_the_hand_over_vneid_takes_the_account_into_use() -> None:
    child = guards.child(of_age_in=0)
    guards.guarded(child)
    officer = authority_at(guards.UNIT, Power.OPEN_ACCOUNT)
    account = guards.taken_over(officer, guards.own_phone(child))
    provider_days.over()
    who = provider_days.person(child.citizen_id, name=child.full_name.value, born=child.born_on.shown)
    assert enters(who).account_id == account.pk
    account.refresh_from_db()
    assert (account.status, account.without_password) == ("active", True)


def test_who_was_linked_as_a_minor_comes_in_after_the_hand_over() -> None:
    child = guards.child(of_age_in=1)
    account = guards.guarded(child)
    provider_days.transition()
    name = child.full_name.value
    enters(provider_days.person(child.citizen_id, name=name, born=child.born_on.shown, tech="mot"))
    today = BirthDate.parse(f"{guards.years_ago(18):%d/%m/%Y}")
    guards.born_on(account, today)
    who = provider_days.person(child.citizen_id, name=name, born=today.shown, tech="mot")
    assert refused(lambda: enters(who)) == "vneid_take_over_first"
    officer = authority_at(guards.UNIT, Power.OPEN_ACCOUNT)
    guards.taken_over(officer, guards.own_phone(dataclasses.replace(child, born_on=today)))
    provider_days.over()
    assert enters(who).account_id == account.pk
    account.refresh_from_db()
    assert (account.status, account.without_password) == ("active", True)


def test_the_owner_sees_whom_vneid_named_otherwise() -> None:
    provider_days.transition()
    data = people.data()
    account = people.account(data)
    who = provider_days.person(data.citizen_id, name="LÊ VĂN KHÁC")
    assert refused(lambda: enters(who)) == "vneid_differs"
    assert [(row.how, row.result) for row in SignIn.objects.filter(account=account)] == [("VNEID", "WRONG")]


# -- after the last day


def test_the_day_changes_between_the_proof_and_the_session() -> None:
    provider_days.transition()
    account = people.account()
    with pytest.raises(SignInAnew):  # the link went away between the two steps
        sessions.begin(account, audience="CITIZEN", device="may", device_words="", provider="VNEID")
    provider_days.over()
    with pytest.raises(SignInAnew):
        sessions.begin(account, audience="CITIZEN", device="may", device_words="")


def test_no_one_time_password_is_sent_once_nobody_can_use_it() -> None:
    child = guards.child(of_age_in=0)
    guards.guarded(child)
    officer = authority_at(guards.UNIT, Power.OPEN_ACCOUNT)
    account = guards.taken_over(officer, guards.own_phone(child))
    provider_days.over()
    account.refresh_from_db()
    another = authority_at(guards.UNIT, Power.OPEN_ACCOUNT)
    with pytest.raises(OwnAccountsOver):
        creation.send_password_after_hand_over(authority=another, account=account)
    with pytest.raises(OwnAccountsOver):
        activation.activate(
            number=child.citizen_id, one_time="x", born_on=child.born_on, password=people.STRONG,
            device="may", officer_is_here=False,
        )  # fmt: skip


def test_received_for_is_only_who_is_linked_by_then() -> None:
    data = people.data()
    account = people.account(data)
    subject = identity.name_to(account, "binh-dinh").subject
    assert identity.is_usable(subject, "binh-dinh")
    provider_days.over()
    assert not identity.is_usable(subject, "binh-dinh")
    assert identity.usable_among([subject], "binh-dinh") == {subject: False}
    enters(provider_days.person(data.citizen_id))
    assert identity.is_usable(subject, "binh-dinh")
    assert identity.usable_among([subject], "binh-dinh") == {subject: True}


def test_the_database_lets_nobody_change_the_way_of_an_account() -> None:
    provider_days.over()
    account = Account.objects.get(pk=enters(provider_days.person(people.data().citizen_id)).account_id)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    mine = Account.objects.filter(pk=account.pk)
    only_by_trigger("account_keeps_its_way", "accounts_account", lambda: mine.update(origin="SELF"))
    with pytest.raises(IntegrityError) as no, transaction.atomic():
        mine.update(without_password=False)
    assert said_by(no.value) == "account_keeps_its_way"
    provider_days.arrange()
    pending = guards.taken_over(
        authority_at(guards.UNIT, Power.OPEN_ACCOUNT), guards.own_phone(_of_age_and_guarded())
    )
    provider_days.over()
    only_by_trigger(
        "account_keeps_its_way",
        "accounts_account",
        lambda: Account.objects.filter(pk=pending.pk).update(password="x"),
        "account_own_ended",
    )


def _of_age_and_guarded() -> people.PersonData:
    child = guards.child(of_age_in=0)
    guards.guarded(child)
    return child


def test_the_database_opens_no_account_by_vneid_without_a_link() -> None:
    provider_days.over()

    def opened() -> None:
        who = Person.objects.create(
            full_name="A", name_words=["a"], folded_name="a", born_on=timezone.localdate()
        )
        with transaction.atomic(), connection.cursor() as cursor:
            Account.objects.create(person=who, status="active", origin="VNEID", without_password=True)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    only_by_trigger("account_by_vneid_is_linked", "accounts_account", opened)


def test_the_database_carries_no_session_over_the_day() -> None:
    account = people.account()
    _, session = sessions.begin(account, audience="CITIZEN", device="may", device_words="")
    _, officers = sessions.begin(account, audience="OFFICER", device="may", device_words="")
    sessions.end_all(account, why="by_owner")
    provider_days.over()
    for key, change in (
        (session.pk, {"ended_at": None}),
        (session.pk, {"provider": "VNEID"}),
        (officers.pk, {"audience": "CITIZEN"}),
    ):
        rows = Session.objects.filter(pk=key)
        only_by_trigger(
            "session_stays_of_its_day",
            "accounts_session",
            lambda rows=rows, change=change: rows.update(**change),  # type: ignore[misc]
            "session_of_its_day",
        )


def test_the_running_system_signs_people_in_between_the_migration_and_the_grants() -> None:
    """As after `migrate` and before `motcua grants`: only what migration 0071 itself gave is there."""
    from importlib import import_module

    app_role.give()
    rules = import_module("motcua.accounts.migrations.0071_identity_provider_rules")
    tables = "accounts_providerchange, accounts_providerperiod, accounts_vneidlink"
    account = people.account()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"REVOKE ALL ON {tables} FROM motcua_app")
        with pytest.raises(Exception, match="permission denied"), transaction.atomic():  # seen red
            cursor.execute("SET LOCAL ROLE motcua_app")
            sessions.begin(account, audience="CITIZEN", device="may", device_words="")
        cursor.execute(rules.RIGHTS)
        cursor.execute("SET LOCAL ROLE motcua_app")
        sessions.begin(account, audience="CITIZEN", device="may", device_words="")
        Account.objects.filter(pk=account.pk).update(status="closed")
        transaction.set_rollback(True)


def test_going_back_stops_before_a_rule_is_gone_once_somebody_used_vneid() -> None:
    from importlib import import_module

    rules = import_module("motcua.accounts.migrations.0071_identity_provider_rules")
    last = rules.Migration.operations[-1]
    provider_days.over()
    with connection.cursor() as cursor:
        cursor.execute(last.reverse_sql)  # nobody yet
    enters(provider_days.person(people.data().citizen_id))
    with (
        pytest.raises(IntegrityError, match="không lùi"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(last.reverse_sql)
