"""Short words for filing online, as a citizen who is signed in does it."""

import uuid
from typing import Any

from django.utils import timezone
from tests.desk.town import NAME, PROCEDURE, Town
from tests.files.making import scans

from motcua.desk import filing_acceptance, filing_drafts, filing_sending
from motcua.desk.filing_sending import Chosen, Filing
from motcua.desk.models import Dossier, Procedure
from motcua.desk.submission import How
from motcua.gateways.antivirus_none import NotConfigured
from motcua.kernel.authority import Authority


class Citizen:
    """Somebody with an account and a live session."""

    def __init__(self, town: Town, number: str = "", subject: str = "") -> None:
        self.town = town
        self.number = number or f"05219{next(town.numbers):07d}"
        if self.number not in town.portal.people:
            town.portal.enrol(self.number, NAME, subject=subject)
        self.session, self.subject = town.portal.signed_in(self.number)

    def begin(self, code: str = PROCEDURE) -> uuid.UUID:
        return filing_drafts.begin(
            subject=self.subject,
            code=code,
            unit_code=self.town.unit.code,
            organisation=False,
            on=timezone.localdate(),
        )

    def attach(self, draft: uuid.UUID, order: int = 1, pages: int = 1) -> filing_drafts.Attached:
        return filing_drafts.attach(
            subject=self.subject,
            public_id=draft,
            order=order,
            data=scans.saved(scans.blank(pages)),
            name=f"giay-{order}.pdf",
            antivirus=NotConfigured(),
            now=timezone.now(),
        )

    def send(self, draft: uuid.UUID, form: Filing | None = None, **more: Any) -> Dossier:
        return filing_sending.send(
            **{
                "session": self.session,
                "subject": self.subject,
                "draft_id": draft,
                "form": form or a_filing(),
                "organisation": False,
                "registry": self.town.portal,
                "vault": self.town.portal,
                "now": timezone.now(),
                "on": timezone.localdate(),
                **more,
            }
        )

    def filed(self, form: Filing | None = None) -> Dossier:
        draft = self.begin()
        self.attach(draft)
        return self.send(draft, form)


def a_filing(code: str = PROCEDURE, **more: Any) -> Filing:
    """The first paper as a file, the others to be shown when the result is fetched."""
    values = {
        "papers": [
            Chosen(1, How.UPLOADED),
            Chosen(2, How.SHOWN),
            Chosen(3, How.SHOWN),
        ],
        "version": Procedure.objects.get(code=code, valid_to=None).pk,
        **more,
    }
    return Filing(**values)


def accept(town: Town, dossier: Dossier, by: Authority) -> Dossier:
    return filing_acceptance.accept(
        authority=by, dossier_id=dossier.public_id, registry=town.portal, now=timezone.now()
    )
