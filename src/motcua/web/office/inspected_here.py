"""What the journal of this installation calls a person: each room that is here is asked; the person sees it."""

from django.conf import settings
from django.utils import timezone

from motcua.kernel.authority import Authority
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.tax_code import TaxCode
from motcua.web import outside


def about(authority: Authority, number: CitizenId | TaxCode) -> list[str]:
    """Subjects of journal lines. Raises TooManyAttempts, and at a desk apart PortalUnavailable."""
    return _from_accounts(authority, number) if settings.HOSTS_PORTAL else _at_a_desk(authority, number)


def _from_accounts(authority: Authority, number: CitizenId | TaxCode) -> list[str]:
    from motcua.accounts import inspected  # accounts are not everywhere
    from motcua.vault import inspected as vault

    person = inspected.ask(authority, number)
    found = list(person.subjects)
    if settings.HOSTS_DESK:
        from motcua.desk import inspected as desk

        found += desk.dossiers_of(authority, subject=person.desk_subject, numbers_bi=person.numbers_bi)
    if person.account_id:
        found += vault.papers_of(authority, account_id=person.account_id)
    return found


def _at_a_desk(authority: Authority, number: CitizenId | TaxCode) -> list[str]:
    from motcua.desk import asking_who, inspected

    registry = outside.account_registry()
    subject = asking_who.inspected(authority, number, registry=registry, now=timezone.now())
    return [
        *([f"subject:{subject}"] if subject else []),
        asking_who.inspected_subject(number),
        *inspected.checks_of(authority, number),
        *inspected.dossiers_of(authority, subject=subject, numbers_bi=inspected.marks_of(number)),
    ]
