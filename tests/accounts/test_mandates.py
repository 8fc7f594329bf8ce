"""Who may act for an organisation: given with a proof, used while it stands, revoked at once."""

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from motcua.accounts import identity, mandate_reading, organisations, reading, sessions, standing_sessions
from motcua.accounts.models import Account, LookUp, Mandate, MandateRequest, MandateUse
from motcua.files import keeping
from motcua.journal.models import Event
from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.refusal import NotFound, Refusal
from motcua.kernel.tax_code import TaxCode
from motcua.kernel.visitor import Visitor
from motcua.limits import spending
from motcua.limits.quotas import Quota
from tests.accounts import mandates, merges, people
from tests.accounts.desk import authority_at

pytestmark = pytest.mark.django_db(transaction=True)

TAX_CODE = TaxCode.parse("0100233488")
NAME = "Trung tâm Ngoại ngữ Mẫu"
PROCEDURE = "trung-tam-ngoai-ngu"


@pytest.fixture
def by() -> Authority:
    return authority_at("so-gddt", Power.OPEN_ACCOUNT)


class Holder:
    """A citizen with a number, and an organisation that may be theirs to act for."""

    def __init__(self, by: Authority) -> None:
        self.by, self.data = by, people.data()
        self.account = people.account(self.data)
        self.organisation = organisations.register(authority=by, tax_code=TAX_CODE, name=NAME)

    def granted(self, **more: Any) -> Mandate:
        number = more.pop("representative", self.data.citizen_id)
        return mandates.granted(self.by, self.organisation, mandates.granting(number, **more))

    def use(self, procedure: str = PROCEDURE, number: CitizenId | None = None) -> organisations.Used:
        return organisations.use(
            organisation=self.organisation,
            representative=number or self.data.citizen_id,
            procedure_code=procedure,
            asked_by="a" * 32,
            unit_code="so-gddt",
        )

    def revoke(self, mandate: Mandate) -> None:
        organisations.revoke(
            authority=self.by,
            organisation=self.organisation.public_id,
            mandate=mandate.public_id,
            why="Thôi việc",
        )

    def visitor(self) -> Visitor:
        token, _ = sessions.begin(self.account, audience="CITIZEN", device="d" * 32, device_words="Chrome")
        found = sessions.visitor_of(token)
        assert found is not None
        return found

    def acting(self, mandate: Mandate) -> str:
        return organisations.act_for(
            self.visitor(), mandate.public_id, device="d" * 32, device_words="Chrome"
        )


@pytest.fixture
def holder(by: Authority) -> Holder:
    return Holder(by)


def refused(code: str, act: Callable[[], object]) -> None:
    with pytest.raises(Refusal) as no:
        act()
    assert no.value.code == code


def test_a_mandate_that_stands_is_used_and_says_its_proof(holder: Holder) -> None:
    mandate = holder.granted()
    used = holder.use()
    assert used.mandate == mandate.public_id and used.full_name == "Nguyễn Văn Mẫu"
    assert used.words.startswith("Đại diện theo ủy quyền: Giấy ủy quyền số 01 ngày")
    assert MandateUse.objects.get().procedure_code == PROCEDURE


def test_only_an_account_creator_registers_and_grants_and_each_number_once(holder: Holder) -> None:
    stranger = authority_at("phong-a", Power.PROCESS)
    with pytest.raises(NotAuthorised):
        organisations.register(authority=stranger, tax_code=TAX_CODE, name=NAME)
    refused(
        "organisation_known",
        lambda: organisations.register(authority=holder.by, tax_code=TAX_CODE, name="Tên khác"),
    )
    with pytest.raises(NotFound):
        mandate_reading.organisation_of(holder.account.public_id)
    refused("representative_unknown", lambda: holder.granted(representative=CitizenId("052090999999")))


def test_asking_about_a_representative_is_seen_by_that_person_and_written_down(holder: Holder) -> None:
    before = Event.objects.filter(event="accounts.look_up.made").count()
    refused("representative_unknown", lambda: holder.granted(representative=CitizenId("052090999999")))
    holder.granted()
    assert list(
        LookUp.objects.filter(purpose="dai-dien-to-chuc").order_by("id").values_list("answer", flat=True)
    ) == ["NOT_FOUND", "FOUND"]
    assert Event.objects.filter(event="accounts.look_up.made").count() == before + 2


@pytest.mark.parametrize("code", ["1.005092" + "0" * 60, "052090999999", "mọi thủ tục", "", "1;2"])
def test_a_scope_is_of_procedure_codes_and_nothing_is_cut(holder: Holder, code: str) -> None:
    refused("mandate_scope_not_codes", lambda: holder.granted(scope=[PROCEDURE, code]))
    assert not LookUp.objects.filter(purpose="dai-dien-to-chuc").exists()


@pytest.mark.parametrize(
    "more",
    [
        {"valid_to": None},
        {"valid_from": timezone.localdate() + timedelta(days=1), "valid_to": timezone.localdate()},
        {"proof": "x"},
    ],
)
def test_a_mandate_has_a_proof_and_days_in_order(holder: Holder, more: dict[str, Any]) -> None:
    refused("mandate_not_written", lambda: holder.granted(**more))


def test_one_person_holds_one_mandate_of_an_organisation_at_a_time(holder: Holder) -> None:
    first = holder.granted()
    refused("mandate_stands_already", holder.granted)
    holder.revoke(first)
    assert holder.granted().pk != first.pk
    with pytest.raises(NotFound):
        holder.revoke(first)


def test_asking_who_has_an_account_by_granting_spends_the_officers_quota(holder: Holder) -> None:
    for _ in range(60):
        spending.spend((Quota.CHECKS_BY_OFFICER, holder.by.subject))

    refused("too_many_attempts", holder.granted)
    assert not Mandate.objects.exists()


def test_a_mandate_outside_its_days_or_scope_or_of_another_stands_for_nothing(holder: Holder) -> None:
    today = timezone.localdate()
    refused("mandate_not_standing", holder.use)
    for more in (
        {"valid_from": today + timedelta(days=1)},
        {"scope": ["1.005074"]},
    ):
        mandate = holder.granted(**more)
        refused("mandate_not_standing", holder.use)
        holder.revoke(mandate)
    over = holder.granted(valid_from=today - timedelta(days=9))
    mandates.over_since_yesterday(over)
    refused("mandate_not_standing", holder.use)
    holder.revoke(over)
    holder.granted(scope=[PROCEDURE])
    other = people.data()
    people.account(other)
    refused("mandate_not_standing", lambda: holder.use(number=other.citizen_id))
    assert holder.use().scope == [PROCEDURE]
    Account.objects.filter(pk=holder.account.pk).update(status="locked")
    refused("mandate_not_standing", holder.use)


def test_whoever_acts_for_an_organisation_is_the_organisation_until_the_mandate_is_revoked(
    holder: Holder,
) -> None:
    mandate = holder.granted()
    token = holder.acting(mandate)
    visitor = sessions.visitor_of(token)
    assert visitor is not None and visitor.account_id == holder.organisation.pk
    assert visitor.mandate_id == mandate.pk and visitor.display_name == NAME
    assert visitor.authority is None

    with connection.cursor() as cursor:  # revoked by a console: nobody ended the session
        cursor.execute("UPDATE accounts_mandate SET revoked_at = now(), revoked_by = 'x', revoked_why = 'x'")
    assert sessions.visitor_of(token) is None
    refused("mandate_not_standing", lambda: holder.acting(mandate))


def test_only_the_holder_acts_and_comes_back_to_oneself(holder: Holder) -> None:
    mandate = holder.granted()
    other = Holder.__new__(Holder)
    other.account = people.account()
    with pytest.raises(NotFound):
        other.acting(mandate)
    visitor = sessions.visitor_of(holder.acting(mandate))
    assert visitor is not None
    back = organisations.back_to_oneself(visitor, device="d" * 32, device_words="Chrome")
    again = sessions.visitor_of(back)
    assert again is not None and again.account_id == holder.account.pk and again.mandate_id is None
    with pytest.raises(NotFound):
        organisations.back_to_oneself(again, device="d" * 32, device_words="Chrome")


def test_once_two_are_parted_nobody_comes_back_from_a_mandate_as_the_other(holder: Holder) -> None:
    """Two people were taken for one: the survivor took the other's mandate up, and the two were parted."""
    mandate, survivor = holder.granted(), people.account()
    merge = merges.joined(survivor, holder.account)
    own = Holder.__new__(Holder)
    own.account = survivor
    token = own.acting(mandate)
    acting = sessions.visitor_of(token)
    assert acting is not None
    back = organisations.back_to_oneself(acting, device="d" * 32, device_words="Chrome")
    again = sessions.visitor_of(back)
    assert again is not None and again.account_id == survivor.pk

    token = own.acting(mandate)
    acting = sessions.visitor_of(token)
    assert acting is not None
    merges.parted(merge, holder.account)
    assert sessions.visitor_of(token) is None
    late = organisations.back_to_oneself(acting, device="d" * 32, device_words="Chrome")
    mine = sessions.visitor_of(late)
    assert mine is not None and mine.account_id == survivor.pk, "who took it up, not whom it names"
    with pytest.raises(NotFound):
        own.acting(mandate)


def test_an_organisation_has_no_password_to_guess(holder: Holder) -> None:
    account = Account.objects.get(pk=holder.organisation.pk)
    assert (account.status, account.password) == ("pending_activation", "")


# -- the database ----------------------------------------------------------------------------------------------


def only_by(trigger: str, table: str, rule: str, act: Callable[[], object]) -> None:
    """Refused under this name; and without the trigger it would have passed (seen red)."""
    try:
        with transaction.atomic():
            with pytest.raises(IntegrityError) as no, transaction.atomic():
                act()
            assert no.value.__cause__.diag.constraint_name == rule  # type: ignore[union-attr]
            with connection.cursor() as cursor:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
            act()
            raise _Undone
    except _Undone:
        pass


class _Undone(Exception):
    pass


def row(holder: Holder, **more: Any) -> Mandate:
    """Written straight from an approved request, past the room."""
    request = MandateRequest.objects.create(
        organisation=holder.organisation,
        representative=holder.account,
        basis="LEGAL",
        valid_from=timezone.localdate(),
        proof="Giấy chứng nhận",
        proof_on=timezone.localdate(),
        scan=keeping.keep_checked(
            mandates.scan(), purpose="EVIDENCE", purge_after=timezone.now() + timedelta(days=1)
        ),
        asked_by="a" * 32,
        asked_unit_code="so-gddt",
    )
    MandateRequest.objects.update(
        decision="APPROVED", decided_by="b" * 32, decided_unit_code="so-gddt", decided_at=timezone.now()
    )
    values: dict[str, Any] = {
        "request": request,
        "organisation": holder.organisation,
        "representative": holder.account,
        "basis": "LEGAL",
        "valid_from": timezone.localdate(),
        "proof": "Giấy chứng nhận",
        "proof_on": timezone.localdate(),
        "granted_by": "b" * 32,
        "granted_unit_code": "so-gddt",
        **more,
    }
    return Mandate.objects.create(**values)


def test_the_database_lets_only_a_citizen_hold_a_mandate_of_an_organisation(holder: Holder) -> None:
    other = people.account()
    for more in ({"organisation": other}, {"representative": holder.organisation}):
        only_by(
            "mandate_guard",
            "accounts_mandate",
            "mandate_citizen_for_organisation",
            lambda more=more: row(holder, **more),
        )
    own = identity.name_to(holder.account, "").subject
    only_by(
        "mandate_guard",
        "accounts_mandate",
        "mandate_not_to_oneself",
        lambda: row(holder, granted_by=own),
    )


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("mandate_unchanged", "UPDATE accounts_mandate SET scope = '{}', valid_to = '2999-01-01'"),
        ("mandate_kept", "DELETE FROM accounts_mandate"),
    ],
)
def test_a_mandate_is_only_revoked(holder: Holder, rule: str, change: str) -> None:
    holder.granted()

    def act() -> None:
        with connection.cursor() as cursor:
            cursor.execute(change)

    only_by("mandate_guard", "accounts_mandate", rule, act)


def test_a_revocation_is_not_taken_back(holder: Holder) -> None:
    mandate = holder.granted()
    holder.revoke(mandate)
    only_by(
        "mandate_guard",
        "accounts_mandate",
        "mandate_unchanged",
        lambda: Mandate.objects.update(revoked_at=None, revoked_by="", revoked_why=""),
    )


def test_the_database_writes_no_use_of_a_mandate_that_does_not_stand(holder: Holder) -> None:
    mandate = holder.granted(scope=[PROCEDURE])

    def used(code: str) -> None:
        MandateUse.objects.create(mandate=mandate, procedure_code=code, asked_by="a")

    only_by("mandate_used", "accounts_mandateuse", "mandate_stands", lambda: used("1.005074"))
    holder.revoke(mandate)
    only_by("mandate_used", "accounts_mandateuse", "mandate_stands", lambda: used(PROCEDURE))


def test_a_session_under_a_mandate_is_its_organisations(holder: Holder) -> None:
    mandate = holder.granted()
    only_by(
        "session_of_mandate",
        "accounts_session",
        "session_of_mandate",
        lambda: sessions.begin(
            holder.account,
            audience="CITIZEN",
            device=uuid.uuid4().hex,
            device_words="",
            mandate_id=mandate.pk,
        ),
    )


# -- races -----------------------------------------------------------------------------------------------------


def in_thread(act: Callable[[], object]) -> tuple[threading.Thread, list[object]]:
    ends: list[object] = []

    def run() -> None:
        try:
            ends.append(act())
        except Refusal as no:
            ends.append(no)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, ends


def test_a_use_waits_for_a_revocation_under_way_and_is_refused(holder: Holder) -> None:
    mandate = holder.granted()
    with transaction.atomic():
        holder.revoke(mandate)
        thread, ends = in_thread(holder.use)
        thread.join(0.5)
        assert thread.is_alive(), "the use did not wait for the mandate's row"
    thread.join(30)
    assert isinstance(ends[0], organisations.MandateNotStanding)
    assert not MandateUse.objects.exists()


def test_a_revocation_waits_for_a_use_under_way_and_comes_after_it(holder: Holder) -> None:
    mandate = holder.granted()
    with transaction.atomic():
        holder.use()
        thread, _ = in_thread(lambda: holder.revoke(mandate))
        thread.join(0.5)
        assert thread.is_alive(), "the revocation did not wait for the use"
    thread.join(30)
    mandate.refresh_from_db()
    assert mandate.revoked_at is not None and MandateUse.objects.get().at < mandate.revoked_at
    refused("mandate_not_standing", holder.use)


def test_of_many_uses_beside_a_revocation_none_comes_after_it(holder: Holder) -> None:
    mandate = holder.granted()
    threads = [in_thread(holder.use) for _ in range(3)]
    threads.append(in_thread(lambda: holder.revoke(mandate)))
    threads += [in_thread(holder.use) for _ in range(4)]
    for thread, _ in threads:
        thread.join(60)
    mandate.refresh_from_db()
    assert mandate.revoked_at is not None
    assert all(use.at < mandate.revoked_at for use in MandateUse.objects.all())
    refused("mandate_not_standing", holder.use)


def test_a_session_carries_the_scope_it_is_under_and_another_system_is_told_it(holder: Holder) -> None:
    token = holder.acting(holder.granted(scope=[PROCEDURE]))
    acting = sessions.visitor_of(token)
    assert acting is not None and acting.is_narrowed and acting.scope.covers(PROCEDURE)
    assert standing_sessions.scope_of(acting.session_public_id) == acting.scope
    with pytest.raises(reading.BeyondMandate):
        reading.account_of(acting)
    own = holder.visitor()
    assert own.scope.is_whole and standing_sessions.scope_of(own.session_public_id).is_whole
    assert reading.account_of(own) == holder.account
    assert standing_sessions.scope_of(uuid.uuid4()).is_whole
