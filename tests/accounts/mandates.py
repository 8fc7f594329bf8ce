"""Builders for mandates: two officers, a scanned proof, and what they agreed to."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from motcua.accounts import mandate_requests
from motcua.accounts.mandate_requests import Granting
from motcua.accounts.models import Account, Mandate, MandateRequest
from motcua.files.inspection import Inspected
from motcua.files.keeping import CheckedFile
from motcua.files.models import StoredFile
from motcua.kernel.authority import Authority, Power
from motcua.kernel.citizen_id import CitizenId
from tests.accounts.desk import authority_at

UNIT = "so-gddt"


def scan(data: bytes = b"%PDF-1.7 a proof") -> CheckedFile:
    """A file as the inspection lets it through; what is inside is for the tests of the files room."""
    found = Inspected("pdf", len(data), hashlib.sha256(data).digest(), 2, "giay-uy-quyen.pdf")
    return CheckedFile(data, found, StoredFile.AntivirusStatus.CLEAN)


def granting(representative: CitizenId, **more: Any) -> Granting:
    today = timezone.localdate()
    values: dict[str, Any] = {
        "representative": representative,
        "basis": "AUTHORISED",
        "valid_from": today,
        "valid_to": today + timedelta(days=30),
        "proof": "Giấy ủy quyền số 01",
        "proof_on": today,
        **more,
    }
    return Granting(**values)


class Catalogue:
    """A desk's catalogue of these procedures; of none when nothing is named, and then every code will do."""

    def __init__(self, *codes: str) -> None:
        self.known = {code: f"Thủ tục {code}" for code in codes}

    def for_organisations(self) -> Mapping[str, str] | None:
        return self.known or None

    def names_of(self, codes: Iterable[str]) -> Mapping[str, str]:
        return {code: self.known[code] for code in codes if code in self.known}


def asked(
    by: Authority, organisation: Account, wanted: Granting, catalogue: Catalogue | None = None
) -> MandateRequest:
    return mandate_requests.ask(
        authority=by,
        organisation=organisation.public_id,
        granting=wanted,
        scan=scan(),
        catalogue=catalogue or Catalogue(),
    )


def approver() -> Authority:
    """Another officer of the unit, with the right to agree."""
    return authority_at(UNIT, Power.APPROVE_EXCEPTION)


def granted(by: Authority, organisation: Account, wanted: Granting) -> Mandate:
    request = asked(by, organisation, wanted)
    return mandate_requests.approve(authority=approver(), request=request.public_id)


def over_since_yesterday(mandate: Mandate) -> None:
    """As a calendar does it: its last day has passed."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        Mandate.objects.filter(pk=mandate.pk).update(valid_to=timezone.localdate() - timedelta(days=1))
        cursor.execute("SET session_replication_role = origin")
