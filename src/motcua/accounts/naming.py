"""Nêu tên chủ tài khoản: the full name, to a desk that chose a procedure; shown to the citizen afterwards."""

from motcua import journal
from motcua.accounts import identity
from motcua.accounts.models import LookUp

_PURPOSE = "chon-thu-tuc"


def show_name(*, subject: str, audience: str, procedure_code: str, asked_by: str, unit_code: str) -> str:
    """The full name of the account that ``audience`` knows by ``subject``. Raises NotFound."""
    account = identity.account_of_subject(subject, audience)
    number = account.person.documents.filter(status="active").order_by("kind").first()
    if number is not None:
        LookUp.objects.create(
            number_bi=number.number_bi,
            answer="FOUND",
            asked_by=asked_by,
            unit_code=unit_code,
            purpose=_PURPOSE,
            procedure_code=procedure_code,
        )
    journal.record(
        "accounts.name.shown",
        subject=f"account:{account.pk}",
        actor=asked_by,
        unit_code=unit_code,
        facts={"procedure": procedure_code},
    )
    return account.person.full_name
