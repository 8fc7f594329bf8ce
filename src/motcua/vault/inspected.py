"""The papers of one owner as the journal calls them, for an inspector; nothing of a paper is read."""

from typing import Final

from motcua.accounts.identity import with_merged
from motcua.kernel.authority import Authority, Power
from motcua.vault.models import Consent, Paper

_MOST: Final = 1_000


def papers_of(viewer: Authority, *, account_id: int) -> tuple[str, ...]:
    """``paper:…`` and ``consent:…`` of the owner; the newest count."""
    viewer.require(Power.INSPECT)
    papers = (
        Paper.objects.filter(owner__in=with_merged(account_id)).order_by("-pk").values_list("pk", flat=True)
    )
    consents = (
        Consent.objects.filter(owner__in=with_merged(account_id)).order_by("-pk").values_list("pk", flat=True)
    )
    return (
        *(f"paper:{row_id}" for row_id in papers[:_MOST]),
        *(f"consent:{row_id}" for row_id in consents[:_MOST]),
    )
