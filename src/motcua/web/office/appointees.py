"""Who is to be an officer: from the person's own account where accounts are, else as the portal and the form say."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone

from motcua.kernel.authority import Authority
from motcua.web import outside
from motcua.web.office import staff_forms

if TYPE_CHECKING:
    from motcua.accounts.appointing import Appointee as OfAccount
    from motcua.desk.asking_who import Appointee


def form() -> type[staff_forms.Add]:
    """A desk apart is told no name and no phone by the portal: the administrator writes both down."""
    return staff_forms.Add if settings.HOSTS_PORTAL else staff_forms.AddAtDesk


def appointee(authority: Authority, given: dict[str, Any]) -> "OfAccount | Appointee":
    """The person behind the number; asked, counted and shown to them. Raises what each system refuses with."""
    if settings.HOSTS_PORTAL:
        from motcua.accounts import appointing  # accounts are not everywhere

        return appointing.appointee(authority, given["number"])
    from motcua.desk import asking_who

    return asking_who.appointee(
        authority,
        given["number"],
        full_name=given["full_name"],
        birth_year=given["birth_year"],
        phone=given["phone"],
        registry=outside.account_registry(),
        now=timezone.now(),
    )
