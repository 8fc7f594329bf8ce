"""Whom VNeID names gets one account, once; after the last day of passwords nothing else lets a citizen in."""

import uuid
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.utils import timezone

from motcua.accounts import (
    attesting,
    check,
    founding,
    identity,
    notices,
    opening,
    organisations,
    recovery,
    sessions,
    signing_in,
    vneid,
    vneid_links,
    vneid_unlinking,
)
from motcua.accounts.check import Standing
from motcua.accounts.entering import SignedIn
from motcua.accounts.models import (
    Account,
    IdentityDocument,
    LookUp,
    Person,
    Session,
    TempCredential,
    VneidLink,
)
from motcua.accounts.providers import OwnAccountsOver, PasswordsOver, VneidNotOpen
from motcua.accounts.second_step import HalfWay
from motcua.journal.models import Event
from motcua.kernel.authority import Power
from motcua.kernel.birth_date import BirthDate
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.refusal import Refusal
from motcua.kernel.tax_code import TaxCode
from motcua.outbox.models import Message
from tests.accounts import mandates, people, provider_days
from tests.accounts.desk import authority_at
from tests.rule_by_rule import only_by_trigger
from tests.units import people as officers

pytestmark = pytest.mark.django_db
TAX_CODE = TaxCode.parse("0100233488")


def enters(who: object, **more: object) -> SignedIn:
    more.setdefault("may_open", True)
    signed = vneid.enter(who, device="may", device_words="Trình duyệt", **more)  # type: ignore[arg-type]
    assert isinstance(signed, SignedIn)
    return signed


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as no:
        act()
    return no.value.code


def asked(number: CitizenId | TaxCode) -> Standing | None:
    known = check.check(
        number=number, old_number=None, purpose="tiep-nhan", asked_by="a" * 32, unit_code="so-mau",
        reference=uuid.uuid4().hex, audience="binh-dinh", now=timezone.now(),
    )  # fmt: skip
    return known.standing if known else None


def test_the_first_sign_in_links_the_account_of_that_number_and_the_next_finds_it_by_tech_id() -> None:
    provider_days.transition()
    data = people.data()
    account = people.account(data)
    who = provider_days.person(data.citizen_id)

    signed = enters(who)
    again = enters(who)

    assert signed.account_id == again.account_id == account.pk
    assert VneidLink.objects.get().account_id == account.pk
    assert set(Session.objects.values_list("provider", flat=True)) == {"VNEID"}
    assert Message.objects.filter(purpose="vneid_linked").count() == 1
    assert Event.objects.filter(event="accounts.vneid.linked").count() == 1
    account.refresh_from_db()
    assert account.password  # until the last day the password goes on opening it


def test_who_has_no_account_gets_one_without_password_and_phone() -> None:
    provider_days.over()
    number = people.data().citizen_id
    signed = enters(provider_days.person(number, name="TRẦN THỊ MẪU"))

    account = Account.objects.get(pk=signed.account_id)
    assert (account.origin, account.status, account.password, account.without_password) == (
        "VNEID", "active", "", True,
    )  # fmt: skip
    assert identity.primary_phone(account) is None
    assert asked(number) == Standing.USABLE
    assert sessions.visitor_of(signed.token) is not None


@pytest.mark.parametrize(
    ("name", "born"),
    [
        pytest.param("LÊ VĂN KHÁC", "01/02/1990", id="name"),
        pytest.param("NGUYỄN VĂN MẪU", "02/02/1990", id="birth"),
    ],
)
def test_a_difference_is_for_the_desk_and_links_nothing(name: str, born: str) -> None:
    provider_days.transition()
    data = people.data()
    people.account(data)
    who = provider_days.person(data.citizen_id, name=name, born=born)
    assert refused(lambda: enters(who)) == "vneid_differs"
    assert not VneidLink.objects.exists() and not Session.objects.exists()
    assert Event.objects.filter(event="accounts.vneid.refused").exists()


def test_marks_alone_are_no_difference_and_neither_is_a_year_alone() -> None:
    provider_days.transition()
    first = people.data(name="Nguyễn Văn Hoà")
    people.account(first)
    enters(provider_days.person(first.citizen_id, name="NGUYEN VAN HOÀ"))
    second = people.data(born="1990")
    people.account(second)
    enters(provider_days.person(second.citizen_id, born="01/02/1990"))
    assert VneidLink.objects.count() == 2


def test_a_linked_account_whose_number_is_no_longer_the_same_is_for_the_desk() -> None:
    provider_days.transition()
    data, other = people.data(), people.data()
    people.account(data)
    enters(provider_days.person(data.citizen_id, tech="mot"))
    assert refused(lambda: enters(provider_days.person(other.citizen_id, tech="mot"))) == "vneid_differs"


def test_another_vneid_does_not_take_a_linked_account() -> None:
    provider_days.transition()
    data = people.data()
    people.account(data)
    enters(provider_days.person(data.citizen_id, tech="mot"))
    assert (
        refused(lambda: enters(provider_days.person(data.citizen_id, tech="hai")))
        == "vneid_linked_to_another"
    )


def test_before_its_day_vneid_opens_nothing() -> None:
    data = people.data()
    people.account(data)
    with pytest.raises(VneidNotOpen):
        enters(provider_days.person(data.citizen_id))


def test_a_locked_account_stays_locked() -> None:
    provider_days.transition()
    data = people.data()
    account = people.account(data)
    Account.objects.filter(pk=account.pk).update(status="locked")
    assert refused(lambda: enters(provider_days.person(data.citizen_id))) == "vneid_account_shut"
    assert not VneidLink.objects.exists()


def test_an_account_that_waits_for_activation_is_taken_into_use() -> None:
    provider_days.transition()
    data = people.data()
    account = founding.found(
        data=data, origin=Account.Origin.ASSISTED, source=IdentityDocument.Source.OFFICER, password="",
        verdict="MATCH", operator="Viettel", vouching=founding.Vouching("a" * 32, 1, "so-mau"),
    )  # fmt: skip
    TempCredential.objects.create(account=account, password="x")
    enters(provider_days.person(data.citizen_id))
    account.refresh_from_db()
    assert (account.status, account.without_password) == ("active", True)
    assert TempCredential.objects.filter(account=account, voided_at=None).count() == 0


def test_an_officer_proves_the_second_factor_as_after_a_password(settings: object) -> None:
    settings.OFFICER_SECOND_FACTOR = True  # type: ignore[attr-defined]
    provider_days.transition()
    data = people.data()
    account = people.account(data)
    subject = identity.subject_of(account.public_id, "binh-dinh")
    unit = officers.unit("so-mau")
    officers.post(officers.officer(subject=subject), unit, Power.RECEIVE_DOSSIER)
    half = vneid.enter(provider_days.person(data.citizen_id), device="may", device_words="")
    assert isinstance(half, HalfWay)
    assert not Session.objects.exists()


# -- after the last day


def test_a_right_password_leads_to_vneid_and_a_wrong_one_says_what_it_always_said() -> None:
    data = people.data()
    people.account(data)
    provider_days.over()
    with pytest.raises(PasswordsOver):
        signing_in.sign_in(
            number=data.citizen_id, password=people.STRONG, device="may", device_words="", address="1.1.1.1"
        )
    assert (
        refused(
            lambda: signing_in.sign_in(
                number=data.citizen_id, password="sai", device="may", device_words="", address="1.1.1.1"
            )
        )
        == "wrong_password"
    )


def test_an_officer_still_comes_in_with_password_and_post(settings: object) -> None:
    data = people.data()
    account = people.account(data)
    subject = identity.subject_of(account.public_id, "binh-dinh")
    officers.post(officers.officer(subject=subject), officers.unit("so-mau"), Power.RECEIVE_DOSSIER)
    provider_days.over()
    signed = signing_in.sign_in(
        number=data.citizen_id, password=people.STRONG, device="may", device_words="", address="1.1.1.1"
    )
    assert isinstance(signed, SignedIn) and signed.audience == "OFFICER"


def test_nobody_registers_and_the_database_lets_no_own_account_in() -> None:
    provider_days.over()
    with pytest.raises(OwnAccountsOver):
        opening.begin(data=people.data(), browser="mot", from_desk=False, return_to="")
    with pytest.raises(OwnAccountsOver):
        people.account(people.data())

    def own() -> Account:
        who = Person.objects.create(
            full_name="A", name_words=["a"], folded_name="a", born_on=timezone.localdate()
        )
        return Account.objects.create(person=who, status="active", origin="SELF", password="x")

    only_by_trigger("account_of_its_day", "accounts_account", own, "account_own_ended")


def test_the_database_opens_no_session_by_password_and_none_by_vneid_without_a_link() -> None:
    account = people.account()
    provider_days.over()

    def session(provider: str) -> object:
        return Session.objects.create(
            account=account,
            token_hash=provider.encode().ljust(32),
            audience="CITIZEN",
            device_hash=b"d" * 32,
            provider=provider,
        )

    only_by_trigger("session_of_its_day", "accounts_session", lambda: session("DVCQG"))
    only_by_trigger("session_of_its_day", "accounts_session", lambda: session("VNEID"))


def test_an_account_by_vneid_waits_for_vneids_day() -> None:
    def opened() -> Account:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE accounts_account DISABLE TRIGGER account_by_vneid_is_linked")
        who = Person.objects.create(
            full_name="A", name_words=["a"], folded_name="a", born_on=timezone.localdate()
        )
        return Account.objects.create(person=who, status="active", origin="VNEID", without_password=True)

    only_by_trigger("account_of_its_day", "accounts_account", opened, "vneid_not_open")


def test_the_desk_hears_unlinked_until_the_owner_signs_in_with_vneid_once() -> None:
    data = people.data()
    people.account(data)
    assert asked(data.citizen_id) == Standing.USABLE
    provider_days.transition()
    assert asked(data.citizen_id) == Standing.USABLE
    provider_days.over()
    assert asked(data.citizen_id) == Standing.UNLINKED
    enters(provider_days.person(data.citizen_id))
    assert asked(data.citizen_id) == Standing.USABLE


def test_a_session_of_before_midnight_vouches_for_nobody_after_it() -> None:
    data = people.data()
    account = people.account(data)
    _, session = sessions.begin(account, audience="CITIZEN", device="may", device_words="")
    provider_days.over()
    told = attesting.attest(
        session=session.public_id,
        subject=identity.subject_of(account.public_id, "binh-dinh"),
        audience="binh-dinh",
        purpose="nop-ho-so",
        now=timezone.now(),
        journalled=False,
    )
    assert told.standing == Standing.UNLINKED


def test_a_forgotten_password_of_an_account_without_one_is_a_decoy() -> None:
    provider_days.transition()
    number = people.data().citizen_id
    enters(provider_days.person(number))
    asked_for = recovery.ask_reset(
        number=number, born_on=BirthDate.parse("01/02/1990"), browser="mot", device="may"
    )
    assert asked_for.account is None


# -- links end


@pytest.mark.django_db(transaction=True)
def test_two_officers_take_a_link_away_and_sessions_by_it_end() -> None:
    provider_days.transition()
    data = people.data()
    people.account(data)
    signed = enters(provider_days.person(data.citizen_id, tech="mot"))
    unit = officers.unit("so-mau")
    one, other = (
        provider_days.holder(unit, Power.OPEN_ACCOUNT),
        provider_days.holder(unit, Power.OPEN_ACCOUNT),
    )

    link = vneid_links.ask(authority=one, number=data.citizen_id, reason="Đã xem thẻ căn cước")
    assert (
        refused(lambda: vneid_links.approve(authority=one, link_id=link.public_id)) == "unlink_second_person"
    )
    assert (
        refused(lambda: vneid_links.ask(authority=other, number=data.citizen_id, reason="Đã xem thẻ"))
        == "unlink_already_asked"
    )
    vneid_links.approve(authority=other, link_id=link.public_id)

    assert sessions.visitor_of(signed.token) is None
    assert VneidLink.objects.get().tech_bi is None  # a link that was a mistake keeps nothing of a stranger
    assert Message.objects.filter(purpose="vneid_unlinked").count() == 1
    assert (
        refused(lambda: vneid_links.approve(authority=other, link_id=link.public_id))
        == "unlink_already_decided"
    )
    enters(provider_days.person(data.citizen_id, tech="hai"))
    assert VneidLink.objects.filter(ended_at=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_declined_request_leaves_the_link() -> None:
    provider_days.transition()
    data = people.data()
    people.account(data)
    enters(provider_days.person(data.citizen_id))
    unit = officers.unit("so-mau")
    one, other = (
        provider_days.holder(unit, Power.OPEN_ACCOUNT),
        provider_days.holder(unit, Power.OPEN_ACCOUNT),
    )
    link = vneid_links.ask(authority=one, number=data.citizen_id, reason="Đã xem thẻ căn cước")
    assert LookUp.objects.filter(purpose=vneid_links.PURPOSE).count() == 1  # the owner sees who asked
    vneid_links.decline(authority=other, link_id=link.public_id)
    assert VneidLink.objects.get().asked_by == ""
    stranger = provider_days.holder(officers.unit("noi-khac"), Power.OPEN_ACCOUNT)
    assert refused(lambda: vneid_links.approve(authority=stranger, link_id=link.public_id)) == "not_found"


@pytest.mark.django_db(transaction=True)
def test_the_owner_is_told_when_it_is_asked_for_and_may_say_no() -> None:
    provider_days.transition()
    data = people.data()
    people.account(data)
    enters(provider_days.person(data.citizen_id, tech="mot"))
    unit = officers.unit("so-mau")
    one, other = (
        provider_days.holder(unit, Power.OPEN_ACCOUNT),
        provider_days.holder(unit, Power.OPEN_ACCOUNT),
    )
    link = vneid_links.ask(authority=one, number=data.citizen_id, reason="Đã xem thẻ căn cước")
    token = people.newest_text("vneid_unlink_asked").rsplit("/", 1)[-1]
    assert notices.meaning(notices.disavowal(token)) == notices.Meaning.STOPS_UNLINKING
    assert notices.disavow(token=token) == notices.Meaning.STOPS_UNLINKING
    stopped = VneidLink.objects.get()
    assert (stopped.asked_by, stopped.dropped_how, stopped.dropped_asked_by) == ("", "OWNER", one.subject)
    assert stopped.dropped_unit_code == "so-mau" and stopped.dropped_at is not None
    assert refused(lambda: vneid_links.approve(authority=other, link_id=link.public_id)) == "not_found"
    assert Event.objects.get(event="accounts.vneid.unlink_stopped").facts["asker"] == one.subject
    assert "khong phai ho de nghi" in people.newest_text("vneid_unlink_stopped")
    assert Message.objects.filter(purpose="vneid_unlink_stopped").count() == 1
    again = enters(provider_days.person(data.citizen_id, tech="mot"))
    assert sessions.visitor_of(again.token) is not None  # nothing is locked

    vneid_links.ask(authority=one, number=data.citizen_id, reason="Đã xem thẻ căn cước")
    token = people.newest_text("vneid_unlink_asked").rsplit("/", 1)[-1]
    vneid_links.approve(authority=other, link_id=link.public_id)
    assert refused(lambda: notices.disavow(token=token)) == "disavowal_not_valid"


@pytest.mark.django_db(transaction=True)
def test_what_nobody_decided_in_thirty_days_is_agreed_to_no_more_and_lapses() -> None:
    provider_days.transition()
    data = people.data()
    people.account(data)
    enters(provider_days.person(data.citizen_id))
    unit = officers.unit("so-mau")
    one, other = (
        provider_days.holder(unit, Power.OPEN_ACCOUNT),
        provider_days.holder(unit, Power.OPEN_ACCOUNT),
    )
    link = vneid_links.ask(authority=one, number=data.citizen_id, reason="Đã xem thẻ căn cước")
    assert vneid_unlinking.lapse_due() == 0
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_vneidlink SET asked_at = asked_at - interval '31 days'")
    decided = refused(lambda: vneid_links.approve(authority=other, link_id=link.public_id))
    assert decided == "unlink_already_decided"
    only_by_trigger(
        "vneid_unlinked_in_time",
        "accounts_vneidlink",
        lambda: VneidLink.objects.filter(pk=link.pk).update(
            ended_how="DESK", ended_by="b", ended_at=timezone.now(), tech_bi=None
        ),
    )
    assert vneid_unlinking.lapse_due() == 1
    assert vneid_unlinking.lapse_due() == 0
    lapsed = VneidLink.objects.get()
    assert (lapsed.asked_by, lapsed.dropped_how, lapsed.dropped_asked_by) == ("", "LAPSED", one.subject)
    assert Event.objects.filter(event="accounts.vneid.unlink_lapsed").count() == 1
    vneid_links.ask(authority=other, number=data.citizen_id, reason="Đã xem thẻ căn cước")

    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_vneidlink SET asked_at = asked_at - interval '31 days'")
    vneid_links.ask(authority=one, number=data.citizen_id, reason="Đã xem thẻ căn cước")
    lapsed = Event.objects.filter(event="accounts.vneid.unlink_lapsed")
    assert lapsed.count() == 2 and VneidLink.objects.get().asked_by == one.subject


def test_the_database_lets_a_link_be_neither_moved_nor_deleted_nor_made_for_who_is_shut() -> None:
    provider_days.transition()
    data = people.data()
    account, other = people.account(data), people.account()
    enters(provider_days.person(data.citizen_id))
    for act in (
        lambda: VneidLink.objects.update(account_id=other.pk),
        lambda: VneidLink.objects.update(level=3),
        lambda: VneidLink.objects.update(tech_bi=b"x" * 32),
    ):
        only_by_trigger("vneid_link_moves", "accounts_vneidlink", act)
    only_by_trigger("vneid_link_moves", "accounts_vneidlink", lambda: VneidLink.objects.all().delete())
    Account.objects.filter(pk=other.pk).update(status="locked")
    only_by_trigger(
        "vneid_link_moves",
        "accounts_vneidlink",
        lambda: VneidLink.objects.create(account=other, tech_bi=b"y" * 32, level=2),
    )
    assert account.pk


def test_closing_an_account_ends_its_link_and_leaves_nothing_of_the_tech_id() -> None:
    provider_days.transition()
    data = people.data()
    account = people.account(data)
    enters(provider_days.person(data.citizen_id))
    Account.objects.filter(pk=account.pk).update(status="closed")
    link = VneidLink.objects.get()
    assert (link.ended_how, link.tech_bi) == ("CLOSED", None)
    # without it the TechID would stay taken
    with transaction.atomic():
        second = people.data()
        kept = people.account(second)
        enters(provider_days.person(second.citizen_id))
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE accounts_account DISABLE TRIGGER {'account_vneid_leaves'}")
        Account.objects.filter(pk=kept.pk).update(status="closed")
        assert VneidLink.objects.get(account=kept).tech_bi is not None
        transaction.set_rollback(True)


def test_tech_ids_are_kept_as_fingerprints_only() -> None:
    provider_days.transition()
    enters(provider_days.person(people.data().citizen_id, tech="TECH-ID-MAU"))
    row = VneidLink.objects.get()
    assert b"TECH-ID-MAU" not in bytes(row.tech_bi or b"") and len(bytes(row.tech_bi or b"")) == 32
    assert "TECH-ID-MAU" not in repr(provider_days.person(people.data().citizen_id, tech="TECH-ID-MAU"))


# -- organisations


def test_an_organisation_counts_once_one_of_its_representatives_is_linked() -> None:
    by = authority_at(mandates.UNIT, Power.OPEN_ACCOUNT)
    organisation = organisations.register(authority=by, tax_code=TAX_CODE, name="Công ty Mẫu")
    data = people.data()
    people.account(data)
    mandate = mandates.granted(by, organisation, mandates.granting(data.citizen_id))
    assert asked(TAX_CODE) in (Standing.USABLE, Standing.AWAITING_ACTIVATION)
    provider_days.over(kind="ORGANISATION")
    assert asked(TAX_CODE) == Standing.UNLINKED

    provider_days.over()
    signed = enters(provider_days.person(data.citizen_id))
    assert asked(TAX_CODE) in (Standing.USABLE, Standing.AWAITING_ACTIVATION)
    visitor = sessions.visitor_of(signed.token)
    assert visitor is not None
    Account.objects.filter(pk=signed.account_id).update(status="locked")
    assert asked(TAX_CODE) == Standing.UNLINKED  # nobody who could act for it
    Account.objects.filter(pk=signed.account_id).update(status="active")
    token = organisations.act_for(visitor, mandate.public_id, device="may", device_words="")
    acting = sessions.visitor_of(token)
    assert acting is not None and acting.organisation
    assert organisations.back_to_oneself(acting, device="may", device_words="")
    assert set(Session.objects.values_list("provider", flat=True)) == {"VNEID"}


def test_a_session_of_before_midnight_takes_no_mandate_up_after_it() -> None:
    by = authority_at(mandates.UNIT, Power.OPEN_ACCOUNT)
    organisation = organisations.register(authority=by, tax_code=TAX_CODE, name="Công ty Mẫu")
    data = people.data()
    account = people.account(data)
    mandate = mandates.granted(by, organisation, mandates.granting(data.citizen_id))
    token, _ = sessions.begin(account, audience="CITIZEN", device="may", device_words="")
    visitor = sessions.visitor_of(token)
    assert visitor is not None
    provider_days.over()
    with pytest.raises(PasswordsOver):
        organisations.act_for(visitor, mandate.public_id, device="may", device_words="")


@pytest.mark.django_db(transaction=True)
def test_what_was_dropped_is_told_where_it_was_asked_and_only_as_it_was() -> None:
    provider_days.transition()
    data = people.data()
    people.account(data)
    enters(provider_days.person(data.citizen_id))
    unit = officers.unit("so-mau")
    one, other = (
        provider_days.holder(unit, Power.OPEN_ACCOUNT),
        provider_days.holder(unit, Power.OPEN_ACCOUNT),
    )
    elsewhere = provider_days.holder(officers.unit("so-khac"), Power.OPEN_ACCOUNT)
    ask = {"number": data.citizen_id, "reason": "Đã xem thẻ căn cước"}
    link = vneid_links.ask(authority=one, **ask)
    vneid_links.decline(authority=one, link_id=link.public_id)
    assert list(vneid_links.listing(other).rows) == []  # taken back by themselves: nothing to tell

    vneid_links.ask(authority=one, **ask)
    vneid_links.decline(authority=other, link_id=link.public_id)
    told = vneid_links.listing(one, state="dropped").rows
    assert [(row.dropped_how, row.asked_by) for row in told] == [("DECLINED", "")]
    assert list(vneid_links.listing(one, state="waiting").rows) == []
    assert list(vneid_links.listing(elsewhere).rows) == []

    vneid_links.ask(authority=elsewhere, **ask)
    assert list(vneid_links.listing(one).rows) == []  # theirs is over, and this one is not theirs to see
    assert [row.dropped_how for row in vneid_links.listing(elsewhere, state="waiting").rows] == ["DECLINED"]
    for changed in (
        {"stopped_at": timezone.now()},
        {"dropped_how": "LAPSED"},
        {"dropped_asked_by": "x"},
        {"dropped_unit_code": "x"},
    ):
        only_by_trigger(
            "vneid_link_moves",
            "accounts_vneidlink",
            lambda changed=changed: VneidLink.objects.filter(pk=link.pk).update(**changed),
        )
