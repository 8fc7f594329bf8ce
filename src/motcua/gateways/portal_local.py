"""The portal in the same process: one installation that hosts both systems answers the desk itself."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from motcua import journal
from motcua.accounts import attesting, check, identity
from motcua.accounts.models import Account, LookUp
from motcua.accounts.notices import public_host
from motcua.desk.ports import (
    PURPOSE_FILING,
    Answer,
    Found,
    NotFoundAnswer,
    OwnerCard,
    OwnerStatus,
    PortalUnavailable,
    SessionNotLive,
    SignedInOwner,
    Unknown,
)
from motcua.gateways import portal_line
from motcua.gateways.portal_receipts import subject_of
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.refusal import NotFound
from motcua.kernel.tax_code import TaxCode
from motcua.outbox import sending, texts

_TEXTS: Final[Mapping[str, Callable[[Mapping[str, str]], str]]] = {
    "dossier_received": lambda p: texts.dossier_received(
        code=p["code"], due_on=_day(p.get("due", "")), host=public_host()
    ),
    "dossier_provisional": lambda p: texts.provisionally_received(number=p["number"]),
    "dossier_confirmed": lambda p: texts.provisional_confirmed(
        number=p.get("number", ""), code=p["code"], due_on=_day(p.get("due", ""))
    ),
    "account_wanted": lambda p: texts.provisional_needs_account(
        number=p["number"], until=date.fromisoformat(p["until"])
    ),
    "provisional_closed": lambda p: texts.provisional_closed(number=p["number"]),
    "dossier_moved": lambda p: _moved(p),
    "supplement_requested": lambda p: texts.supplement_requested(
        code=p["code"], until=_day(p.get("until", "")), host=public_host()
    ),
    "due_date_moved": lambda p: texts.due_date_moved(code=p["code"], due_on=date.fromisoformat(p["due"])),
    "filing_sent": lambda p: texts.filing_sent(host=public_host()),
    "dossier_moved_away": lambda p: texts.dossier_moved_away(code=p["code"]),
    "dossier_moved_here": lambda p: texts.dossier_moved_here(code=p["code"], host=public_host()),
    "dossier_refused": lambda p: (
        texts.dossier_refused(code=p["code"], host=public_host())
        if p["code"]
        else texts.filing_refused(host=public_host())
    ),
    "dossier_withdrawn": lambda p: texts.dossier_withdrawn(code=p["code"]),
    "dossier_stopped": lambda p: texts.dossier_stopped(code=p["code"], host=public_host()),
    "result_handed_out": lambda p: texts.result_handed_out(code=p["code"], host=public_host()),
}


class LocalPortal:
    """Implements ``desk.ports.AccountRegistry`` over the accounts room."""

    def check(
        self,
        *,
        number: CitizenId | TaxCode,
        old_number: CitizenId | None,
        purpose: str,
        asked_by: str,
        unit_code: str,
        reference: str,
    ) -> Answer:
        if not portal_line.line_is_up():
            return Unknown("line_down")
        known = check.check(
            number=number,
            old_number=old_number,
            purpose=purpose,
            asked_by=asked_by,
            unit_code=unit_code,
            reference=reference,
            audience=settings.DESK_ID,
            now=timezone.now(),
        )
        if known is None:
            return NotFoundAnswer()
        return Found(
            receipt=known.receipt,
            subject=known.subject,
            status=OwnerStatus(known.standing.value),
            name_masked=known.name_masked,
            last3=known.last3,
            matched_by_old_number=known.by_old_number,
        )

    def owner_card(self, *, receipt: str, procedure_code: str, asked_by: str, unit_code: str) -> OwnerCard:
        account = _account(subject_of(receipt))
        number = account.person.documents.filter(status="active").order_by("kind").first()
        if number is not None:
            LookUp.objects.create(
                number_bi=number.number_bi,
                answer="FOUND",
                asked_by=asked_by,
                unit_code=unit_code,
                purpose="chon-thu-tuc",
                procedure_code=procedure_code,
            )
        journal.record(
            "accounts.name.shown",
            subject=f"account:{account.pk}",
            actor=asked_by,
            unit_code=unit_code,
            facts={"procedure": procedure_code},
        )
        return OwnerCard(full_name=account.person.full_name)

    def owner_in_session(self, *, session: UUID, subject: str, purpose: str) -> SignedInOwner:
        if not portal_line.line_is_up():
            raise PortalUnavailable
        try:
            known = attesting.attest(
                session=session,
                subject=subject,
                audience=settings.DESK_ID,
                purpose=purpose,
                now=timezone.now(),
                journalled=purpose == PURPOSE_FILING,
            )
        except NotFound as ended:
            raise SessionNotLive from ended
        return SignedInOwner(
            receipt=known.receipt,
            subject=known.subject,
            status=OwnerStatus(known.standing.value),
            full_name=known.full_name,
            name_masked=known.name_masked,
            number=known.number,
            last3=known.last3,
            organisation=known.organisation,
        )

    def still_usable(self, *, subject: str) -> bool | None:
        if not portal_line.line_is_up():
            return None
        status, under_review = identity.standing_of_subject(subject, settings.DESK_ID)
        return status in (Account.Status.ACTIVE, Account.Status.PENDING) and not under_review

    def tell(self, *, subject: str, template: str, params: Mapping[str, str], key: str) -> None:
        account = _account(subject)
        phone = identity.primary_phone(account)
        if phone is None:
            journal.record("accounts.owner.not_reached", subject=f"account:{account.pk}")
            return
        sending.enqueue(to=phone, text=_TEXTS[template](params), purpose=template, dedupe_key=f"tell:{key}")


def _account(subject: str) -> Account:
    """The account behind the desk's opaque id. Raises PortalUnavailable while the line is down."""
    if not portal_line.line_is_up():
        raise PortalUnavailable
    return identity.account_of_subject(subject, settings.DESK_ID)


def _moved(params: Mapping[str, str]) -> str:
    """A finished dossier is announced as such: there is something to fetch."""
    if params["state"] == "da xu ly xong":
        return texts.result_ready(code=params["code"])
    return texts.dossier_moved(code=params["code"], state=params["state"], host=public_host())


def _day(text: str) -> date | None:
    """The due date, or None where the agency will announce it."""
    return date.fromisoformat(text) if text else None
