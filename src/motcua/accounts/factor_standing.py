"""Ai đã đăng ký xác thực hai bước: asked for many officers at once, answered with opaque ids only."""

from collections.abc import Iterable

from django.conf import settings
from django.db.models import Exists, OuterRef, Q

from motcua.accounts.models import PairwiseSubject
from motcua.accounts.models.factors import Authenticator, Passkey


def enrolled_among(subjects: Iterable[str]) -> set[str]:
    """Of these people of the desk, who has an app or a passkey that works; one statement."""
    mine = OuterRef("account_id")
    known = PairwiseSubject.objects.filter(subject__in=set(subjects), audience=settings.DESK_ID)
    able = known.filter(
        Q(Exists(Authenticator.objects.filter(account_id=mine, ended_at=None)))
        | Q(Exists(Passkey.objects.filter(account_id=mine, ended_at=None)))
    )
    return set(able.values_list("subject", flat=True))
