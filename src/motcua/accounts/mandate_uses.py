"""Lần dùng quyền đại diện: what whoever acts for an organisation has done under their own mandate."""

from motcua.accounts.models import MandateUse
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
