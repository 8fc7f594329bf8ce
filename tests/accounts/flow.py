"""Builders of half-done acts: a proved registration, a request ready to be created, an account not activated."""

from django.db import connection

from motcua.accounts import assistance, creation, guardianships, opening
from motcua.accounts.assistance import Filled
from motcua.accounts.models import Account, AssistApplication, Registration
from motcua.kernel.authority import Authority
from tests.accounts import people
from tests.accounts.desk import scan_of
from tests.fakes import FakeOperator


def forget_budgets() -> None:
    """As if nothing had been tried before."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM limits_bucket")


def proved(person: people.PersonData, browser: str) -> Registration:
    """The phone is proved; the operator has not been asked."""
    registration = people.registration(person, browser)
    forget_budgets()
    opening.send_code(registration, device=browser)
    opening.confirm_code(registration, code=people.newest_code())
    return opening.registration_for(browser, registration.public_id)


def matched(person: people.PersonData, browser: str) -> Registration:
    """The operator has said yes: only the password is missing."""
    registration = proved(person, browser)
    opening.ask_operator(registration, registry=people.operator_knowing(person), device=browser)
    return opening.registration_for(browser, registration.public_id)


def begun(officer: Authority, person: people.PersonData | None = None) -> AssistApplication:
    """With a scan."""
    person = person or people.data()
    held_by = "" if guardianships.is_of_age(person.born_on) else "PARENT"
    filled = Filled(person, "PHONE_MISMATCH", held_by=held_by)
    application = assistance.start(authority=officer, filled=filled)
    assistance.attach_scan(authority=officer, application=application, scan=scan_of("a"), qr_text=None)
    return assistance.application_for(officer, application.public_id)


def papered(officer: Authority, application: AssistApplication) -> AssistApplication:
    """As after “Tải xuống”, without the slow printing."""
    AssistApplication.objects.filter(pk=application.pk).update(paper_hash=application.form_hash)
    return assistance.application_for(officer, application.public_id)


def ready(officer: Authority, person: people.PersonData | None = None) -> tuple[AssistApplication, str]:
    """Paper printed and code sent: the code that the citizen reads out."""
    application = papered(officer, begun(officer, person))
    forget_budgets()
    creation.send_code(authority=officer, application=application)
    return application, people.newest_code("otp_assist")


def waiting_account(officer: Authority, person: people.PersonData) -> tuple[Account, str]:
    """An account that waits for its owner, and the one-time password."""
    application, code = ready(officer, person)
    account = creation.create(authority=officer, application=application, code=code, registry=FakeOperator())
    return account, one_time_password()


def one_time_password() -> str:
    return people.newest_text("one_time_password").split(": ", 1)[1].split(" ")[0]
