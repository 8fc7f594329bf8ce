"""How long the scan and the signed paper of an assisted creation are kept (threats DP-10)."""

from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from motcua.accounts.models import Account, AssistApplication
from motcua.files import keeping
from motcua.files.models import StoredFile

#: From the upload: a draft that comes to nothing leaves nothing behind.
DRAFT: Final = timedelta(hours=24)
#: From creation, and anew from activation; an account that is never activated keeps its evidence no longer.
APPROVED: Final = timedelta(days=90)


def draft_until(now: datetime) -> datetime:
    """The last moment of a file that no account has come of."""
    return now + DRAFT


def keep_after_creation(application: AssistApplication) -> None:
    """The account exists: its evidence waits for activation. Inside the caller's transaction."""
    _keep(application)


def keep_after_activation(account: Account) -> None:
    """The citizen has taken the account over: 90 days for questions, then the keys are destroyed."""
    for application in AssistApplication.objects.filter(
        account=account, kind__in=(AssistApplication.Kind.CREATE, AssistApplication.Kind.OF_AGE)
    ).select_related("scan", "signed_paper"):
        _keep(application)


def paper_until(application: AssistApplication, now: datetime) -> datetime:
    """The last moment of a signed paper attached now, before or after creation."""
    created = application.status == AssistApplication.Status.CREATED
    return now + (APPROVED if created else DRAFT)


def _keep(application: AssistApplication) -> None:
    until = timezone.now() + APPROVED
    files: list[StoredFile | None] = [application.scan, application.signed_paper]
    for stored in files:
        if stored is not None:
            keeping.keep_until(stored, until)
