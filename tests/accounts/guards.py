"""Builders: accounts that a parent runs, before and after the owner's eighteenth birthday."""

import dataclasses
import itertools
from datetime import date, timedelta

from django.db import connection, transaction
from django.utils import timezone

from motcua.accounts import assistance, creation, guardianships
from motcua.accounts.assistance import Filled
from motcua.accounts.models import Account, AssistApplication
from motcua.accounts.sealed_data import PersonData
from motcua.kernel.authority import Authority
from motcua.kernel.birth_date import BirthDate
from motcua.kernel.person_name import fold
from motcua.units.models import Unit
from tests.accounts import flow, people
from tests.accounts.desk import scan_of
from tests.fakes import FakeOperator

UNIT = "so-giam-ho"
_serial = itertools.count(1)


def years_ago(years: int, *, and_days: int = 0) -> date:
    """So many years before the day that lies ``and_days`` from today."""
    day = timezone.localdate() + timedelta(days=and_days)
    return day.replace(year=day.year - years, day=min(day.day, 28) if day.month == 2 else day.day)


def child(*, of_age_in: int = 0, name: str = "Trần Thị Mẫu") -> PersonData:
    """Somebody whose eighteenth birthday is so many days from today (or ago), with a number that agrees."""
    born = years_ago(18, and_days=of_age_in)
    number = f"0523{born:%y}{next(_serial):06d}"
    return people.data(number=number, name=name, born=f"{born:%d/%m/%Y}")


def guarded(person: PersonData | None = None, *, kind: str = "PARENT") -> Account:
    """Run by a parent since the owner was seventeen; whose birthday the person says, passed or not."""
    person = person or child(of_age_in=100)
    young = BirthDate.parse(f"{years_ago(17):%d/%m/%Y}")
    account = people.account(dataclasses.replace(person, born_on=young))
    guardianships.begin(account, kind=kind, by="a" * 32, unit_id=_unit(), unit_code=UNIT)
    born_on(account, person.born_on)
    account.refresh_from_db()
    return account


def born_on(account: Account, day: BirthDate) -> None:
    """As if it had been this day from the beginning; the day of the representation moves by the rule itself."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_person DISABLE TRIGGER person_by_two")
        cursor.execute(
            "UPDATE accounts_person SET born_on = %s, born_year_only = %s WHERE id = %s",
            [day.on, day.year_only, account.person_id],
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE accounts_person ENABLE TRIGGER person_by_two")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def renamed(account: Account, name: str) -> None:
    """As two officers would put the name right; the rules about who may are not asked."""
    past_the_rules(
        "UPDATE accounts_person SET full_name = %s, folded_name = %s WHERE id = %s",
        [name, fold(name), account.person_id],
    )


def own_phone(person: PersonData) -> PersonData:
    """The same person with a phone of their own."""
    return dataclasses.replace(person, phone=people.data().phone)


def asked(officer: Authority, person: PersonData, *, explained: str = "") -> tuple[AssistApplication, str]:
    """The request to take over with paper and code: only the last press is missing."""
    filled = Filled(person, "OF_AGE", override_reason=explained)
    application = assistance.start(authority=officer, filled=filled, kind=AssistApplication.Kind.OF_AGE)
    assistance.attach_scan(
        authority=officer, application=application, scan=scan_of(person.phone.value), qr_text=None
    )
    application = flow.papered(officer, assistance.application_for(officer, application.public_id))
    flow.forget_budgets()
    creation.send_code(authority=officer, application=application)
    return application, people.newest_code("otp_assist")


def taken_over(officer: Authority, person: PersonData, operator: FakeOperator | None = None) -> Account:
    """The last press."""
    application, code = asked(officer, person)
    application = assistance.application_for(officer, application.public_id)
    account = creation.create(
        authority=officer,
        application=application,
        code=code,
        registry=operator or people.operator_knowing(person),
    )
    proved()
    return account


def proved() -> None:
    """What is judged at the end of a transaction is judged now."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def past_the_rules(statement: str, values: list[object]) -> None:
    """As time, or a version without the rule, would have left it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def came(account: Account) -> None:
    """The owner took it over, as far as its row says."""
    past_the_rules(
        "UPDATE accounts_guardianship SET settled_at = clock_timestamp(), settled_by = 'b', request_number = 'YC-1'"
        " WHERE account_id = %s",
        [account.pk],
    )


def _unit() -> int:
    found = Unit.objects.filter(code=UNIT).values_list("pk", flat=True).first()
    return found or 1
