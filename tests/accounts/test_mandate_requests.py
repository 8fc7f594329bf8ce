"""Two officers for a mandate: asked with the scanned proof, decided by another, told to everybody it concerns."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from motcua.accounts import identity, mandate_reading, mandate_requests, organisations
from motcua.accounts.mandate_reading import Search, Shown, Sort
from motcua.accounts.models import Account, Mandate, MandateRequest
from motcua.files import keeping
from motcua.files.models import StoredFile
from motcua.journal.models import Event
from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.refusal import NotFound, Refusal
from motcua.kernel.tax_code import TaxCode
from motcua.outbox.models import Message
from tests.accounts import mandates, people
from tests.accounts.desk import authority_at
from tests.rule_by_rule import only_by_trigger

pytestmark = pytest.mark.django_db(transaction=True)


class Matter:
    """An organisation, somebody who may come to act for it, and two officers."""

    def __init__(self) -> None:
        self.by = authority_at(mandates.UNIT, Power.OPEN_ACCOUNT)
        self.head = mandates.approver()
        self.data = people.data()
        self.account = people.account(self.data)
        self.organisation = organisations.register(
            authority=self.by, tax_code=TaxCode.parse("0100233488"), name="Trung tâm Ngoại ngữ Mẫu"
        )

    def asked(self, by: Authority | None = None, **more: Any) -> MandateRequest:
        number = more.pop("representative", self.data.citizen_id)
        return mandates.asked(by or self.by, self.organisation, mandates.granting(number, **more))

    def approved(self, request: MandateRequest, by: Authority | None = None) -> Mandate:
        return mandate_requests.approve(authority=by or self.head, request=request.public_id)

    def declined(self, request: MandateRequest, by: Authority | None = None, reason: str = "Sai tên") -> None:
        mandate_requests.decline(authority=by or self.head, request=request.public_id, reason=reason)

    def withdrawn(self, request: MandateRequest, by: Authority | None = None) -> None:
        mandate_requests.withdraw(authority=by or self.by, request=request.public_id)

    def opens(self) -> bool:
        try:
            organisations.use(
                organisation=self.organisation,
                representative=self.data.citizen_id,
                procedure_code="x",
                asked_by="a" * 32,
                unit_code=mandates.UNIT,
            )
        except organisations.MandateNotStanding:
            return False
        return True


@pytest.fixture
def matter() -> Matter:
    return Matter()


def refused(code: str, act: Callable[[], object]) -> None:
    with pytest.raises(Refusal) as no:
        act()
    assert no.value.code == code


def days_kept(request: MandateRequest) -> int:
    scan = StoredFile.objects.get(pk=request.scan_id)
    return round((scan.purge_after - timezone.now()).total_seconds() / 86_400)


def test_a_mandate_opens_nothing_until_another_officer_agrees(matter: Matter) -> None:
    request = matter.asked()
    assert not matter.opens() and not Mandate.objects.exists()

    mandate = matter.approved(request)

    assert matter.opens()
    request.refresh_from_db()
    assert (request.decision, request.decided_by) == ("APPROVED", matter.head.subject)
    assert mandate.request_id == request.pk and mandate.granted_by == matter.head.subject


def test_nobody_agrees_to_their_own_request_nor_to_their_own_mandate(matter: Matter) -> None:
    both = authority_at(mandates.UNIT, Power.OPEN_ACCOUNT, Power.APPROVE_EXCEPTION)
    request = matter.asked(both)
    refused("mandate_second_officer", lambda: matter.approved(request, both))
    refused("mandate_second_officer", lambda: matter.declined(request, both))

    identity.name_to(matter.account, settings.DESK_ID)
    own = identity.subject_of(matter.account.public_id, settings.DESK_ID)
    their_own = Authority(
        matter.head.officer_id,
        own,
        matter.head.unit_id,
        mandates.UNIT,
        matter.head.powers,
        matter.head.subtree,
    )
    refused("mandate_not_written", lambda: matter.approved(request, their_own))
    assert not Mandate.objects.exists()


def test_only_the_right_of_exceptions_decides_and_only_within_its_units(matter: Matter) -> None:
    request = matter.asked()
    with pytest.raises(NotAuthorised):
        matter.approved(request, authority_at(mandates.UNIT, Power.OPEN_ACCOUNT))
    elsewhere = authority_at("phong-gddt-khac", Power.APPROVE_EXCEPTION, Power.OPEN_ACCOUNT)
    for act in (matter.approved, matter.declined, matter.withdrawn):
        with pytest.raises(NotFound):
            act(request, elsewhere)
    with pytest.raises(NotFound):
        mandate_reading.open_proof(authority=elsewhere, request=request.public_id, page=1)
    below = authority_at("phong-ben-duoi", Power.OPEN_ACCOUNT, parent=mandates.UNIT)
    head = authority_at(mandates.UNIT, Power.APPROVE_EXCEPTION)  # sees the units below from now on
    assert matter.approved(matter.asked(below, representative=another()), head).granted_by == head.subject


def another() -> Any:
    person = people.data()
    people.account(person)
    return person.citizen_id


def test_what_is_declined_says_why_and_may_be_asked_again(matter: Matter) -> None:
    request = matter.asked()
    refused("mandate_reason_wanted", lambda: matter.declined(request, reason=" sai "))
    matter.declined(request, reason="Giấy ủy quyền chưa đóng dấu")

    request.refresh_from_db()
    assert (request.decision, request.reason) == ("DECLINED", "Giấy ủy quyền chưa đóng dấu")
    refused("mandate_request_decided", lambda: matter.approved(request))
    assert not matter.opens()
    matter.approved(matter.asked())
    assert matter.opens()


def test_only_the_one_who_asked_takes_it_back(matter: Matter) -> None:
    request = matter.asked()
    with pytest.raises(NotFound):
        matter.withdrawn(request, authority_at(mandates.UNIT, Power.OPEN_ACCOUNT))
    matter.withdrawn(request)
    refused("mandate_request_decided", lambda: matter.withdrawn(request))
    request.refresh_from_db()
    assert (request.decision, request.decided_by) == ("WITHDRAWN", matter.by.subject)


def test_one_request_waits_for_one_person_and_none_while_a_mandate_stands(matter: Matter) -> None:
    request = matter.asked()
    refused("mandate_not_written", matter.asked)
    mandate = matter.approved(request)
    refused("mandate_stands_already", matter.asked)
    organisations.revoke(
        authority=matter.by,
        organisation=matter.organisation.public_id,
        mandate=mandate.public_id,
        why="Thôi việc",
    )
    matter.asked()


def test_what_is_over_or_whose_person_cannot_be_reached_is_not_approved(matter: Matter) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    refused("mandate_last_day_passed", lambda: matter.asked(valid_from=yesterday, valid_to=yesterday))
    request = matter.asked()
    Account.objects.filter(pk=matter.account.pk).update(status="locked")
    refused("representative_unknown", lambda: matter.approved(request))
    Account.objects.filter(pk=matter.account.pk).update(status="active")

    StoredFile.objects.filter(pk=request.scan_id).update(purge_after=timezone.now() - timedelta(days=1))
    keeping.purge_due(timezone.now())
    refused("mandate_request_over", lambda: matter.approved(request))
    matter.declined(request)  # what cannot be approved any more can still be closed
    assert not Mandate.objects.exists()


def test_the_proof_is_kept_as_long_as_it_proves_something(matter: Matter) -> None:
    request = matter.asked()
    assert days_kept(request) == 90
    mandate = matter.approved(request)
    assert days_kept(request) == 30 + 1826
    organisations.revoke(
        authority=matter.by,
        organisation=matter.organisation.public_id,
        mandate=mandate.public_id,
        why="Thôi việc",
    )
    assert days_kept(request) == 1826
    declined = matter.asked()
    matter.declined(declined)
    assert days_kept(declined) == 30
    endless = matter.asked(basis="LEGAL", valid_to=None)
    matter.approved(endless)
    assert days_kept(endless) > 300_000


def test_the_person_and_whoever_acts_for_the_organisation_hear_of_each_step(matter: Matter) -> None:
    told = 0

    def heard() -> list[tuple[str, str]]:
        """To whom and what, since the last time."""
        nonlocal told
        rows = list(Message.objects.filter(purpose="mandate", id__gt=told).order_by("id"))
        told = rows[-1].pk if rows else told
        return [
            (
                row.dedupe_key.split(":")[1],
                settings.KEYRING.open("outbox.body", str(row.reference), row.body_sealed),
            )
            for row in rows
        ]

    request = matter.asked()
    assert [(who, "dang cho duyet" in text) for who, text in heard()] == [(str(matter.account.pk), True)]
    first = matter.approved(request)
    assert [("da duoc ghi nhan" in text) for _, text in heard()] == [True]

    second = people.data()
    other = people.account(second)
    request = matter.asked(representative=second.citizen_id)
    both = {str(matter.account.pk), str(other.pk)}
    assert {who for who, _ in heard()} == both
    matter.declined(request)
    assert {who for who, text in heard() if "khong" in text} == both
    request = matter.asked(representative=second.citizen_id)
    matter.withdrawn(request)
    assert {who for who, _ in heard()} == both
    matter.approved(matter.asked(representative=second.citizen_id))
    heard()
    organisations.revoke(
        authority=matter.by,
        organisation=matter.organisation.public_id,
        mandate=first.public_id,
        why="Thôi việc",
    )
    assert {who for who, text in heard() if "thu hoi" in text} == both


def test_every_step_is_written_down_without_a_name(matter: Matter) -> None:
    request = matter.asked()
    matter.declined(request)
    other = matter.asked()
    matter.withdrawn(other)
    matter.approved(matter.asked())
    told = Event.objects.filter(event__startswith="accounts.mandate_request.").order_by("id")
    assert [line.event.rsplit(".", 1)[1] for line in told] == [
        "asked", "declined", "asked", "withdrawn", "asked", "approved",
    ]  # fmt: skip
    assert str(request) == f"mandate_request:{request.public_id}"


def test_each_look_at_the_proof_is_counted_and_written_down(matter: Matter) -> None:
    request = matter.asked()
    for page in (1, 2):
        shown = mandate_reading.open_proof(authority=matter.head, request=request.public_id, page=page)
        assert shown.data.startswith(b"%PDF") and "%PDF" not in repr(shown)
    with pytest.raises(NotFound):
        mandate_reading.open_proof(authority=matter.head, request=request.public_id, page=3)
    looks = Event.objects.filter(event="accounts.mandate_proof.viewed").order_by("id")
    assert [(look.actor, look.facts["page"]) for look in looks] == [
        (matter.head.subject, 1),
        (matter.head.subject, 2),
    ]
    for _ in range(28):
        mandate_reading.open_proof(authority=matter.head, request=request.public_id, page=1)
    refused(
        "too_many_attempts",
        lambda: mandate_reading.open_proof(authority=matter.head, request=request.public_id, page=1),
    )
    assert looks.all().count() == 30


def test_the_list_is_searched_sorted_and_turned(matter: Matter) -> None:
    first = matter.asked()
    names = ["Phạm Thị Đào", "Lê Văn Út"]
    numbers = [people.data(name=name) for name in names]
    for person in numbers:
        people.account(person)
    rest = [matter.asked(representative=person.citizen_id) for person in numbers]
    matter.declined(rest[1])

    def ids(search: Search, page: int = 1, viewer: Authority | None = None) -> list[int]:
        found = mandate_reading.listing(viewer or matter.head, search, page=page)
        return [row.pk for row in found.rows]

    assert ids(Search()) == [first.pk, rest[0].pk]
    assert ids(Search(sort=Sort.NEWEST, shown=Shown.ALL)) == [rest[1].pk, rest[0].pk, first.pk]
    assert ids(Search(words="dao pham")) == [rest[0].pk]
    assert ids(Search(words="ngoai ngu", sort=Sort.NAME)) == [first.pk, rest[0].pk]
    assert ids(Search(words="50%")) == []
    assert ids(Search(), viewer=authority_at("phong-gddt-khac", Power.OPEN_ACCOUNT)) == []
    with pytest.raises(NotAuthorised):
        ids(Search(), viewer=authority_at(mandates.UNIT, Power.PROCESS))
    for _ in range(mandate_reading.PAGE):
        matter.asked(representative=another())
    page = mandate_reading.listing(matter.head, Search(), page=1)
    assert page.more and len(page.rows) == mandate_reading.PAGE
    assert len(ids(Search(), page=2)) == 2


# -- the database ----------------------------------------------------------------------------------------------


def row(matter: Matter, **more: Any) -> MandateRequest:
    """Past the room."""
    values: dict[str, Any] = {
        "organisation": matter.organisation,
        "representative": matter.account,
        "basis": "LEGAL",
        "valid_from": timezone.localdate(),
        "proof": "Giấy chứng nhận",
        "proof_on": timezone.localdate(),
        "scan": stored(),
        "asked_by": "a" * 32,
        "asked_unit_code": mandates.UNIT,
        **more,
    }
    return MandateRequest.objects.create(**values)


def stored(purpose: str = "EVIDENCE") -> StoredFile:
    return keeping.keep_checked(
        mandates.scan(), purpose=purpose, purge_after=timezone.now() + timedelta(days=1)
    )


def only_by(rule: str, act: Callable[[], object]) -> None:
    only_by_trigger("mandate_request_guard", "accounts_mandaterequest", act, rule=rule)


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


DECIDED = "decided_by = '{by}', decided_unit_code = 'x', decided_at = now()"


def test_the_database_lets_no_request_begin_decided_or_between_the_wrong_two(matter: Matter) -> None:
    decided = {"decision": "APPROVED", "decided_by": "b", "decided_at": timezone.now()}
    only_by("mandate_request_undecided", lambda: row(matter, **decided))
    other = people.account()
    for more in ({"organisation": other}, {"representative": matter.organisation}):
        only_by("mandate_request_citizen_for_organisation", lambda more=more: row(matter, **more))


def test_the_database_lets_nobody_ask_or_decide_for_themselves(matter: Matter) -> None:
    own = identity.name_to(matter.account, "").subject
    only_by("mandate_request_not_for_oneself", lambda: row(matter, asked_by=own))
    row(matter)
    only_by(
        "mandate_request_not_for_oneself",
        lambda: sql(f"UPDATE accounts_mandaterequest SET decision = 'APPROVED', {DECIDED.format(by=own)}"),
    )


def test_the_database_wants_a_proof_that_can_be_opened(matter: Matter) -> None:
    only_by("mandate_request_has_scan", lambda: row(matter, scan=stored("ID_SCAN")))
    request = row(matter)
    StoredFile.objects.filter(pk=request.scan_id).update(
        purged_at=timezone.now(), wrapped_key=None, name_sealed=b""
    )
    approved = f"UPDATE accounts_mandaterequest SET decision = 'APPROVED', {DECIDED.format(by='b')}"
    only_by("mandate_request_has_scan", lambda: sql(approved))


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("mandate_request_kept", "DELETE FROM accounts_mandaterequest"),
        ("mandate_request_unchanged", "UPDATE accounts_mandaterequest SET scope = '{1.000001}'"),
        (
            "mandate_request_unchanged",
            f"UPDATE accounts_mandaterequest SET decision = 'APPROVED', valid_to = '2999-01-01', "
            f"{DECIDED.format(by='b')}",
        ),
    ],
)
def test_a_request_is_only_decided(matter: Matter, rule: str, change: str) -> None:
    row(matter)
    only_by(rule, lambda: sql(change))


def test_a_decision_is_taken_once_and_by_the_clock_of_the_database(matter: Matter) -> None:
    request = row(matter)
    sql(
        "UPDATE accounts_mandaterequest SET decision = 'DECLINED', decided_by = 'b', reason = 'sai', "
        "decided_at = '2000-01-01'"
    )
    request.refresh_from_db()
    assert request.decided_at is not None and timezone.now() - request.decided_at < timedelta(minutes=1)
    only_by(
        "mandate_request_unchanged",
        lambda: sql("UPDATE accounts_mandaterequest SET decision = 'APPROVED', reason = ''"),
    )


@pytest.mark.parametrize(
    "change",
    [
        "scope = '{1.000001}'",
        "valid_to = valid_to + 1",
        "valid_from = valid_from - 1",
        "basis = 'LEGAL'",
        "proof = 'Giấy khác'",
        "proof_on = proof_on - 1",
        "granted_by = 'c'",
        "request_id = NULL",
    ],
)
def test_the_database_writes_no_mandate_that_is_not_the_approved_request(matter: Matter, change: str) -> None:
    """The very row that the room wrote, with one thing changed."""
    mandate = matter.approved(matter.asked())
    columns = [field.column for field in Mandate._meta.concrete_fields]
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE tried AS SELECT * FROM accounts_mandate WHERE id = %s", [mandate.pk]
        )
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM accounts_mandate")
        cursor.execute("SET session_replication_role = origin")
        cursor.execute(f"UPDATE tried SET {change}")

    def written() -> None:
        sql(f"INSERT INTO accounts_mandate ({', '.join(columns)}) SELECT {', '.join(columns)} FROM tried")

    try:
        only_by_trigger("mandate_guard", "accounts_mandate", written, rule="mandate_of_two_officers")
    finally:
        sql("DROP TABLE tried")


def test_the_database_writes_no_mandate_of_a_request_that_waits(matter: Matter) -> None:
    request = matter.asked()

    def written() -> None:
        Mandate.objects.create(
            request=request,
            organisation=matter.organisation,
            representative=matter.account,
            basis=request.basis,
            scope=[],
            valid_from=request.valid_from,
            valid_to=request.valid_to,
            proof=request.proof,
            proof_on=request.proof_on,
            granted_by="b",
            granted_unit_code="x",
        )

    only_by_trigger("mandate_guard", "accounts_mandate", written, rule="mandate_of_two_officers")


# -- races -----------------------------------------------------------------------------------------------------


def at_once(*acts: Callable[[], object]) -> list[object]:
    """All begin together; what each came to."""
    start, ends = threading.Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        try:
            start.wait(30)
            ends.append(act())
        except Refusal as no:
            ends.append(no)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return ends


def test_of_an_approval_a_refusal_and_a_taking_back_at_once_one_holds(matter: Matter) -> None:
    for _ in range(5):
        _one_holds(matter, matter.asked())


def _one_holds(matter: Matter, request: MandateRequest) -> None:
    heads = [mandates.approver() for _ in range(2)]
    ends = at_once(
        *[lambda head=head: matter.approved(request, head) for head in heads],
        lambda: matter.declined(request),
        lambda: matter.withdrawn(request),
    )
    codes = sorted(getattr(end, "code", "") for end in ends)
    assert codes == ["", "mandate_request_decided", "mandate_request_decided", "mandate_request_decided"]
    request.refresh_from_db()
    assert Mandate.objects.filter(request=request).exists() == (request.decision == "APPROVED")
    for mandate in Mandate.objects.filter(revoked_at=None):
        organisations.revoke(
            authority=matter.by,
            organisation=matter.organisation.public_id,
            mandate=mandate.public_id,
            why="Lượt sau",
        )


def test_of_two_officers_who_ask_at_once_one_waits(matter: Matter) -> None:
    other = authority_at(mandates.UNIT, Power.OPEN_ACCOUNT)
    ends = at_once(matter.asked, lambda: matter.asked(other))
    assert sorted(getattr(end, "code", "") for end in ends) == ["", "mandate_not_written"]
    assert MandateRequest.objects.count() == 1


def test_an_approval_that_fails_half_way_leaves_nothing(matter: Matter) -> None:
    request = matter.asked()
    with pytest.raises(RuntimeError), transaction.atomic():
        matter.approved(request)
        raise RuntimeError
    request.refresh_from_db()
    assert request.decision == "WAITING" and not Mandate.objects.exists()


def test_a_scope_that_the_catalogue_does_not_have_is_refused_and_nothing_is_asked() -> None:
    matter, known = Matter(), mandates.Catalogue("1.005092")

    def ask(*codes: str) -> MandateRequest:
        wanted = mandates.granting(matter.data.citizen_id, scope=codes)
        return mandates.asked(matter.by, matter.organisation, wanted, known)

    for codes in (("1.999999",), ("1.005092", "1.999999")):
        with pytest.raises(mandate_requests.ScopeUnknown) as no:
            ask(*codes)
        assert "1.999999" in no.value.text
    assert not MandateRequest.objects.exists()
    assert ask("1.005092").scope == ["1.005092"]
