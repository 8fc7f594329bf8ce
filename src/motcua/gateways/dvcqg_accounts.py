"""Accounts of Cổng DVCQG, looked up by number. Off unless a province connects (docs/dvcqg.md)."""

import re
from collections.abc import Mapping
from typing import Final, Never
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from motcua.desk.ports import (
    Answer,
    Found,
    NotFoundAnswer,
    NotOffered,
    OwnerCard,
    OwnerStatus,
    PortalUnavailable,
    Representative,
    SignedInOwner,
    Unknown,
)
from motcua.gateways import dvcqg_receipts
from motcua.gateways.dvcqg_line import Declined, DvcqgLine, configured
from motcua.gateways.dvcqg_words import BUSINESS, CITIZEN, ORGANISATION, number_kind
from motcua.gateways.portal_receipts import verified
from motcua.gateways.wire import LineBroken
from motcua.kernel import plain_text
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.person_name import InvalidPersonName, PersonName
from motcua.kernel.tax_code import TaxCode

_SERVICE: Final = "TraCuuTaiKhoan"
#: As the desk's table wants an opaque id.
_TECH_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LONGEST_NAME: Final = 250
#: TrangThai of an account there; any other is an answer that we do not understand.
_STATUS: Final = {
    "1": OwnerStatus.USABLE,
    "2": OwnerStatus.AWAITING_ACTIVATION,
    "3": OwnerStatus.LOCKED,
    "4": OwnerStatus.CLOSED,
}
_KINDS: Final = {CITIZEN, BUSINESS, ORGANISATION}
#: MucDo from which an account counts as verified with VNeID.
_VERIFIED_FROM: Final = 2


class DvcqgAccounts:
    """Implements ``desk.ports.AccountRegistry``; what DVCQG has no service for is NotOffered."""

    def __init__(self, line: DvcqgLine | None = None) -> None:
        self._line = line or DvcqgLine(
            configured(settings.DVCQG_ACCOUNTS_URL or "", settings.DVCQG_ACCOUNTS_DSTCODE or "")
        )

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
        try:
            found = self._look_up(number.value, purpose=purpose, reference=reference)
            by_old = found is None and old_number is not None
            if found is None and old_number is not None:
                found = self._look_up(old_number.value, purpose=purpose, reference=reference)
        except LineBroken:
            return Unknown("no_answer")
        except Declined:
            return Unknown("declined")
        if found is None:
            return NotFoundAnswer()
        asked = old_number.value if by_old and old_number else number.value
        return _found(found, number=asked, purpose=purpose, by_old=by_old)

    def owner_card(self, *, receipt: str, procedure_code: str, asked_by: str, unit_code: str) -> OwnerCard:
        verified(receipt, late=True)
        account = dvcqg_receipts.account_in(receipt)
        if account is None or not account.number:
            raise NotOffered
        try:
            found = self._look_up(account.number, purpose="chon-thu-tuc", procedure=procedure_code)
        except (LineBroken, Declined) as silent:
            raise PortalUnavailable from silent
        if found is None or found.get("TechID") != account.tech_id:
            raise PortalUnavailable
        name = found.get("HoVaTen")
        if not isinstance(name, str) or not 0 < len(name.strip()) <= _LONGEST_NAME:
            raise NotOffered
        return OwnerCard(full_name=name.strip())

    def still_usable(self, *, subject: str) -> bool | None:
        return None  # there is no question by TechID; the check itself is renewed when it grows old

    def owner_in_session(self, *, session: UUID, subject: str, purpose: str) -> SignedInOwner:
        raise NotOffered

    def representative(
        self, *, organisation: str, number: CitizenId, procedure_code: str, asked_by: str, unit_code: str
    ) -> Representative:
        raise NotOffered

    def representative_in_session(
        self, *, session: UUID, organisation: str, procedure_code: str
    ) -> Representative:
        raise NotOffered

    def tell(self, *, subject: str, template: str, params: Mapping[str, str], key: str) -> Never:
        raise NotOffered  # DVCQG tells its citizens by itself, from what is synchronised

    def _look_up(
        self, number: str, *, purpose: str, reference: str = "", procedure: str = ""
    ) -> Mapping[str, object] | None:
        """What is known under the number, or None when it is certain that nobody has an account there."""
        question = {
            "LoaiDinhDanh": number_kind(number),
            "SoDinhDanh": number,
            "MucDich": purpose,
            "MaYeuCau": reference,
            "MaTTHC": procedure,
        }
        said = self._line.query(_SERVICE, question)
        if not isinstance(said, dict):
            raise LineBroken("result")
        # Only a plain yes or no is believed: everything else is no answer, never "no account".
        match said.get("CoTaiKhoan"):
            case "1":
                return said
            case "0":
                return None
            case _:
                raise LineBroken("CoTaiKhoan")


def _found(said: Mapping[str, object], *, number: str, purpose: str, by_old: bool) -> Answer:
    tech_id, kind, level = said.get("TechID"), said.get("LoaiTaiKhoan"), said.get("MucDo")
    status = _STATUS.get(str(said.get("TrangThai")))
    name = _masked(said.get("HoVaTenChe"), kind)
    if not isinstance(tech_id, str) or not _TECH_ID.fullmatch(tech_id) or status is None or not name:
        return Unknown("not_understood")
    account = dvcqg_receipts.Account(
        tech_id=tech_id,
        kind=str(kind),
        verified=isinstance(level, str)
        and re.fullmatch("[0-9]", level) is not None
        and int(level) >= _VERIFIED_FROM,
        number=number,
    )
    return Found(
        receipt=dvcqg_receipts.sign(account, purpose=purpose, status=status, now=timezone.now()),
        subject=tech_id,
        status=status,
        name_masked=name,
        last3=number[-3:],
        matched_by_old_number=by_old,
    )


def _masked(name: object, kind: object) -> str:
    """As DVCQG hides it; a citizen's name that came whole is hidden here. Nothing for what is no name."""
    if not isinstance(name, str) or not isinstance(kind, str) or kind not in _KINDS:
        return ""
    if not 0 < len(name) <= _LONGEST_NAME or plain_text.has_hidden(name):
        return ""
    if kind != CITIZEN or "*" in name:
        return name
    try:
        return PersonName.parse(name).masked
    except InvalidPersonName:
        return ""
