"""Lần dùng quyền đại diện: what whoever acts for an organisation has done under their mandate, and who that is."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from motcua.accounts import identity
from motcua.accounts.models import Account, Mandate, MandateUse, PairwiseSubject
from motcua.kernel.person_name import PersonName
from motcua.kernel.refusal import NotFound
from motcua.kernel.visitor import Visitor

PAGE = 20


def own_uses(viewer: Visitor, *, before: int | None = None, limit: int = PAGE) -> list[MandateUse]:
    """Of the mandate under which the viewer is signed in, newest first; ``before``: the last id of the page above.

    Raises NotFound for whoever acts for themselves.
    """
    if viewer.mandate_id is None:
        raise NotFound
    found = MandateUse.objects.filter(mandate_id=viewer.mandate_id)
    if before is not None:
        found = found.filter(pk__lt=before)
    return list(found.order_by("-pk")[:limit])


def acting_subject(viewer: Visitor) -> str:
    """The opaque id of whoever acts for the organisation that the viewer is signed in as; "" for a person."""
    if viewer.mandate_id is None:
        return ""
    held = Mandate.objects.select_related("representative").get(pk=viewer.mandate_id)
    return identity.subject_of(identity.stays(held.representative).public_id, settings.DESK_ID)


def was_used(organisation: Account, mandate: UUID, *, procedure_code: str) -> bool:
    """Whether this mandate of the organisation's stood for this procedure when somebody asked about it."""
    return _of(organisation, mandate, procedure_code).exists()


def stands(organisation: Account, mandate: UUID, *, procedure_code: str) -> bool:
    """The same, and nobody took the mandate back since."""
    return _of(organisation, mandate, procedure_code).filter(mandate__revoked_at=None).exists()


def _of(organisation: Account, mandate: UUID, procedure_code: str) -> QuerySet[MandateUse]:
    return MandateUse.objects.filter(
        mandate__public_id=mandate,
        mandate__organisation__in=identity.with_merged(organisation.pk),
        procedure_code=procedure_code,
    )


def masked_names(subjects: Iterable[str]) -> Mapping[str, str]:
    """Opaque id → name with its inner words masked, of representatives; at most one query.

    Whoever closed the account since has no name any more.
    """
    wanted = {subject for subject in subjects if subject}
    if not wanted:
        return {}
    holds = Q(account__mandates_held__isnull=False) | Q(account__merged__mandates_held__isnull=False)
    known = PairwiseSubject.objects.filter(holds, subject__in=wanted, audience=settings.DESK_ID).distinct()
    names = known.values_list("subject", "account__person__full_name")
    return {subject: PersonName.parse(name).masked if name else "" for subject, name in names}
