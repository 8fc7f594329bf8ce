"""A scan or a signed paper is evidence of one request: the database says so to whoever writes, and to two at once."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, connections
from django.utils import timezone

from motcua.accounts import application_rows, assistance, assisted_saving
from motcua.accounts.assistance import Filled
from motcua.accounts.models import AssistApplication
from motcua.files import keeping
from motcua.files.models import StoredFile
from motcua.gateways.antivirus_none import NotConfigured
from motcua.kernel.authority import Authority, Power
from motcua.kernel.refusal import Refusal
from tests.accounts import flow, people
from tests.accounts.desk import authority_at, scan_of
from tests.accounts.test_database_rules import constraint, stands, trigger
from tests.web_office import scans

TABLE = "accounts_assistapplication"


@pytest.fixture
def officer() -> Authority:
    return authority_at("binhdinh-sgddt", Power.OPEN_ACCOUNT)


def started(officer: Authority) -> AssistApplication:
    return assistance.start(authority=officer, filled=Filled(people.data(), "CANNOT_ALONE"))


def signed_paper() -> StoredFile:
    paper = scan_of("signed")
    StoredFile.objects.filter(pk=paper.pk).update(purpose="SIGNED_REQUEST")
    return StoredFile.objects.get(pk=paper.pk)


def kept_scan(note: str = "") -> StoredFile:
    """A whole file, with bytes that can be read."""
    return keeping.keep(
        scans.pdf(note=note).read(),
        name="CCCD.pdf",
        purpose="ID_SCAN",
        purge_after=timezone.now() + timedelta(days=1),
        antivirus=NotConfigured(),
    )


def writes(application: AssistApplication, **changed: object) -> Callable[[], object]:
    return lambda: AssistApplication.objects.filter(pk=application.pk).update(**changed)


@pytest.mark.django_db
def test_a_scan_serves_one_request(officer: Authority) -> None:
    first, second = flow.begun(officer), started(officer)
    stands(
        constraint(TABLE, "application_scan_once"), writes(second, scan=first.scan), "application_scan_once"
    )


@pytest.mark.django_db
def test_a_signed_paper_serves_one_request(officer: Authority) -> None:
    first, second = started(officer), started(officer)
    paper = signed_paper()
    assistance.attach_signed_paper(authority=officer, application=first, paper=paper)
    stands(
        constraint(TABLE, "application_signed_paper_once"),
        writes(second, signed_paper=paper),
        "application_signed_paper_once",
    )
    with pytest.raises(application_rows.FileElsewhere):
        assistance.attach_signed_paper(authority=officer, application=second, paper=paper)


@pytest.mark.django_db
def test_a_scan_is_no_signed_paper_and_a_signed_paper_no_scan(officer: Authority) -> None:
    first, second = flow.begun(officer), started(officer)
    rule = trigger(TABLE, "application_file_purpose")
    stands(rule, writes(second, signed_paper=first.scan), "được gửi lên cho việc khác")
    stands(rule, writes(second, scan=signed_paper()), "được gửi lên cho việc khác")
    assert first.scan is not None
    with pytest.raises(application_rows.FileElsewhere):
        assistance.attach_signed_paper(authority=officer, application=second, paper=first.scan)


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_of_two_requests_that_take_one_scan_at_once_one_gets_it(officer: Authority) -> None:
    scan, several = scan_of("a"), [started(officer) for _ in range(4)]
    start, refused = threading.Barrier(len(several)), []

    def take(application: AssistApplication) -> None:
        start.wait()
        try:
            assistance.attach_scan(authority=officer, application=application, scan=scan, qr_text=None)
        except application_rows.FileElsewhere:
            refused.append(application.pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=take, args=(each,)) for each in several]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert AssistApplication.objects.filter(scan=scan).count() == 1
    assert len(refused) == len(several) - 1


@pytest.mark.django_db
def test_saving_the_same_again_voids_nothing_and_another_scan_does(officer: Authority) -> None:
    person = people.data()
    filled = Filled(person, "CANNOT_ALONE")
    application = assisted_saving.save(authority=officer, application=None, filled=filled, scan=kept_scan())
    application = flow.papered(officer, application)

    again = assisted_saving.save(authority=officer, application=application, filled=filled, scan=kept_scan())
    assert (again.pk, again.paper_state, again.scan_qr) == (application.pk, "valid", "UNREAD")
    other = assisted_saving.save(
        authority=officer, application=again, filled=filled, scan=kept_scan(note="another")
    )
    assert other.paper_state == "void"


@pytest.mark.django_db
def test_a_request_that_cannot_be_started_takes_no_scan(officer: Authority) -> None:
    person = people.data()
    people.account(person)
    scan = scan_of("a")
    with pytest.raises(Refusal) as no:
        assisted_saving.save(
            authority=officer, application=None, filled=Filled(person, "CANNOT_ALONE"), scan=scan
        )
    assert no.value.code == "account_exists"
    assert not AssistApplication.objects.filter(scan=scan).exists()


@pytest.mark.django_db
def test_an_integrity_error_of_another_rule_stays_itself(officer: Authority) -> None:
    application = started(officer)
    with pytest.raises(IntegrityError), application_rows.evidence_of_one():
        writes(application, status="nonsense")()
