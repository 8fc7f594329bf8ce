"""Ai làm việc ở một hệ thống: whoever came in through it with two factors, as only its officers are asked to."""

from collections.abc import Collection

from motcua.signin.models import SignIn
from motcua.signin.strength import TWO_FACTORS


def came_in(client_pk: int, subjects: Collection[str]) -> bool:
    """Whether each of these people did, within the two months that sign-ins are kept; a request that came to nothing
    proves nothing."""
    found = SignIn.objects.filter(
        client_id=client_pk, subject__in=set(subjects), acr=TWO_FACTORS, spent_at__isnull=False
    )
    return found.values("subject").distinct().count() == len(set(subjects))
