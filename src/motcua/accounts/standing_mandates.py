"""Quyền đại diện còn hiệu lực: which mandates stand today, and in which words they are printed."""

from django.utils import timezone

from motcua.accounts.models import Account, Mandate, MandateRequest


def stands(mandate: Mandate) -> bool:
    """Today, whatever the procedure."""
    today = timezone.localdate()
    over = mandate.valid_to is not None and mandate.valid_to < today
    return mandate.revoked_at is None and mandate.valid_from <= today and not over


def standing_of(organisation: Account) -> list[Mandate]:
    """Of everybody who may act for the organisation today, the oldest first."""
    held = Mandate.objects.filter(organisation=organisation, revoked_at=None)
    return [one for one in held.select_related("representative").order_by("pk") if stands(one)]


def words_of(given: Mandate | MandateRequest) -> str:
    """As printed on the slip: the basis, the paper, its days."""
    until = f", đến hết ngày {given.valid_to:%d/%m/%Y}" if given.valid_to else ""
    return f"{Mandate.Basis(given.basis).label}: {given.proof} ngày {given.proof_on:%d/%m/%Y}{until}"
