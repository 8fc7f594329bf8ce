"""The portal over HTTP: a desk whose portal is another installation asks it through its API (SPEC 13)."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Final
from uuid import UUID

from motcua.desk.ports import (
    Answer,
    Found,
    NotARepresentative,
    NotFoundAnswer,
    OwnerCard,
    OwnerStatus,
    PortalUnavailable,
    Representative,
    SessionNotLive,
    SignedInOwner,
    Unknown,
)
from motcua.gateways import guest_tokens
from motcua.gateways.portal_call import PortalCalls, PortalRefused, line, owed, own_token, unavailable
from motcua.gateways.portal_keys_http import HttpPortalKeys
from motcua.gateways.reading import Body
from motcua.gateways.wire import LineBroken
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.tax_code import TaxCode

#: Of the portal's refusals those that say: nobody is signed in under this token any more.
_SESSION_OVER: Final = frozenset({"session_not_live", "access_token_not_trusted"})


class HttpPortal:
    """Implements ``desk.ports.AccountRegistry`` over the portal's API."""

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
        question = {
            "number": _number(number),
            "old_number": _number(old_number) if old_number else None,
            "purpose": purpose,
            "asked_by": asked_by,
            "unit_code": unit_code,
            "reference": reference,
        }
        try:
            said = Body.of(_checks().post("/account-checks", question))
            if said.text("answer") == "not_found":
                return NotFoundAnswer()
            return Found(
                receipt=_met(said.text("receipt")),
                subject=said.text("subject"),
                status=OwnerStatus(said.text("status")),
                name_masked=said.text("name_masked"),
                last3=said.text("last3"),
                matched_by_old_number=said.flag("matched_by_old_number"),
                phone_frozen=said.has_flag("phone_frozen"),
            )
        except LineBroken:
            return Unknown("no_answer")
        except PortalRefused:
            return Unknown("portal_refused")
        except ValueError:
            return Unknown("answer_unreadable")

    def owner_card(self, *, receipt: str, procedure_code: str, asked_by: str, unit_code: str) -> OwnerCard:
        question = {
            "receipt": receipt,
            "procedure_code": procedure_code,
            "asked_by": asked_by,
            "unit_code": unit_code,
        }
        try:
            return OwnerCard(full_name=Body.of(_checks().post("/owner-cards", question)).text("full_name"))
        except (LineBroken, PortalRefused, ValueError) as broken:
            raise unavailable(broken) from broken

    def owner_in_session(self, *, session: UUID, subject: str, purpose: str) -> SignedInOwner:
        said = _as_owner(session, "/signed-in-owner", {"purpose": purpose})
        try:
            if said.text("subject") != subject:
                raise SessionNotLive
            return SignedInOwner(
                receipt=_met(said.text("receipt")),
                subject=subject,
                status=OwnerStatus(said.text("status")),
                full_name=said.text("full_name"),
                name_masked=said.text("name_masked"),
                number=said.text("number"),
                last3=said.text("last3"),
                organisation=said.flag("organisation"),
            )
        except (LineBroken, ValueError) as broken:
            raise unavailable(broken) from broken

    def representative(
        self, *, organisation: str, number: CitizenId, procedure_code: str, asked_by: str, unit_code: str
    ) -> Representative:
        question = {
            "organisation": organisation,
            "number": _number(number),
            "procedure_code": procedure_code,
            "asked_by": asked_by,
            "unit_code": unit_code,
        }
        try:
            return _representative(Body.of(_checks().post("/representatives", question)))
        except PortalRefused as no:
            raise _no_mandate(no) from no
        except (LineBroken, ValueError) as broken:
            raise unavailable(broken) from broken

    def representative_in_session(
        self, *, session: UUID, organisation: str, procedure_code: str
    ) -> Representative:
        try:
            said = _as_owner(session, "/signed-in-owner/representative", {"procedure_code": procedure_code})
            return _representative(said)
        except PortalRefused as no:
            raise _no_mandate(no) from no
        except SessionNotLive as over:
            raise NotARepresentative from over
        except (LineBroken, ValueError) as broken:
            raise unavailable(broken) from broken

    def still_usable(self, *, subject: str) -> bool | None:
        try:
            said = Body.of(_checks().post("/accounts/usable", {"subjects": [subject]}))
            (one,) = said.rows("subjects")
            return one.flag("usable") if one.text("subject") == subject else None
        except (LineBroken, PortalRefused, ValueError):
            return None

    def tell(self, *, subject: str, template: str, params: Mapping[str, str], key: str) -> None:
        facts = {name: params[name] for name in _FACTS if params.get(name)}
        try:
            _debts().post(
                "/notices", {"subject": subject, "template": template, "facts": facts}, key=key, deadline=10.0
            )
        except (LineBroken, PortalRefused) as broken:
            raise owed(broken) from broken


#: What the portal's templates take; everything else of ``params`` it knows itself.
_FACTS: Final = ("code", "number", "state", "due", "until", "unit")


@lru_cache(maxsize=1)
def _checks() -> PortalCalls:
    """Questions that somebody waits for at the counter."""
    return PortalCalls(line(), own_token(), at_once=8)


@lru_cache(maxsize=1)
def _debts() -> PortalCalls:
    """What the worker delivers; it may be slow without a place at the counter being taken."""
    return PortalCalls(line(), own_token(), at_once=4)


def _met(receipt: str) -> str:
    """The same receipt; with the key that it names, which the portal may sign with since a moment ago."""
    HttpPortalKeys().meet(receipt)
    return receipt


def _as_owner(session: UUID, path: str, body: Mapping[str, object]) -> Body:
    """With the token of whoever is signed in. Raises SessionNotLive, PortalUnavailable, PortalRefused, ValueError."""
    try:
        reply = _checks().post(path, body, bearer=guest_tokens.access_token(session))
    except PortalRefused as no:
        if no.why in _SESSION_OVER:
            raise SessionNotLive from no
        if no.status == 409:
            raise
        raise unavailable(no) from no
    except LineBroken as broken:
        raise unavailable(broken) from broken
    return Body.of(reply)


def _number(number: CitizenId | TaxCode) -> dict[str, str]:
    kind = "CITIZEN_ID" if isinstance(number, CitizenId) else "TAX_CODE"
    return {"kind": kind, "number": number.value}


def _no_mandate(no: PortalRefused) -> NotARepresentative | PortalUnavailable:
    return NotARepresentative() if no.status == 409 else unavailable(no)


def _representative(said: Body) -> Representative:
    until = said.optional("until")
    return Representative(
        mandate=UUID(said.text("mandate")),
        subject=said.text("subject"),
        full_name=said.text("full_name"),
        words=said.text("words"),
        proof_on=date.fromisoformat(said.text("proof_on")),
        until=date.fromisoformat(until) if until else None,
        scope=tuple(said.strings("scope")),
        at=datetime.fromisoformat(said.text("at")),
    )
