"""Tin báo về quyền đại diện: the representative hears of each step, and so does whoever acts for the organisation."""

from collections.abc import Callable

from motcua.accounts import identity, notices, standing_mandates
from motcua.accounts.models import Account, Mandate, MandateRequest
from motcua.outbox import texts

_PURPOSE = "mandate"


def asked(request: MandateRequest) -> None:
    """In the caller's transaction, as all of these."""
    _tell(request, "asked", texts.mandate_asked, texts.mandate_asked_of_organisation)


def approved(request: MandateRequest) -> None:
    _tell(request, "approved", texts.mandate_approved, texts.mandate_approved_of_organisation)


def closed(request: MandateRequest) -> None:
    """Declined by another officer, or taken back by the one who asked."""
    _tell(request, "closed", texts.mandate_closed, texts.mandate_closed_of_organisation)


def revoked(mandate: Mandate) -> None:
    _tell(mandate, "revoked", texts.mandate_revoked, texts.mandate_revoked_of_organisation)


def _tell(
    about: MandateRequest | Mandate, what: str, to_person: Callable[..., str], to_others: Callable[..., str]
) -> None:
    """An organisation has no phone of its own: everybody who acts for it today is told."""
    host = notices.public_host()
    key = f"{about.public_id}:{what}"
    _text(about.representative, to_person(host=host), key)
    for other in standing_mandates.standing_of(about.organisation):
        if other.representative_id != about.representative_id:
            _text(other.representative, to_others(host=host), key)


def _text(account: Account, text: str, key: str) -> None:
    phone = identity.primary_phone(account)
    if phone is not None:
        notices.tell(account=account, to=phone, text=text, purpose=_PURPOSE, key=key)
