"""The question to the portal: asked, believed or not, sealed and kept."""

import logging
import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection

from motcua import journal
from motcua.desk import receipts
from motcua.desk.models import AccountCheck
from motcua.desk.ports import PURPOSE_RECEPTION, AccountRegistry, Answer, Found, NotFoundAnswer, Unknown
from motcua.kernel.authority import Authority
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.tax_code import TaxCode
from motcua.keys import marks

log = logging.getLogger(__name__)

Number = CitizenId | TaxCode


def number_of(row: AccountCheck) -> tuple[Number, CitizenId | None]:
    """The number that was asked, and the old one that went with it."""
    text: str = settings.KEYRING.open("desk.check.number", str(row.public_id), row.number_sealed or b"")
    first, _, second = text.partition("|")
    number: Number = CitizenId(first) if len(first) in {9, 12} else TaxCode(first)
    return number, CitizenId(second) if second else None


def owner_name_of(row: AccountCheck) -> str:
    """The full name that came with the choice of the procedure."""
    name: str = settings.KEYRING.open(
        "desk.check.owner_name", str(row.public_id), row.owner_name_sealed or b""
    )
    return name


def fingerprint_of(number: Number) -> bytes:
    """By which dossiers of this number are found again."""
    kind = "citizen_number" if isinstance(number, CitizenId) else "tax_code"
    digest: bytes = settings.KEYRING.fingerprint(kind, number.value)
    return digest


def question(
    authority: Authority, number: Number, old_number: CitizenId | None, visit: uuid.UUID
) -> AccountCheck:
    """A row that waits for its answer."""
    row = AccountCheck(
        public_id=uuid.uuid4(),
        kind=AccountCheck.Kind.COUNTER,
        officer_subject=authority.subject,
        unit_code=authority.unit_code,
        purpose=PURPOSE_RECEPTION,
        number_bi=fingerprint_of(number),
        visit=visit,
    )
    row.number_sealed = seal_number(row, number, old_number)
    return row


def seal_number(row: AccountCheck, number: Number, old_number: CitizenId | None) -> bytes:
    """The number at rest; needed for asking again."""
    text = f"{number.value}|{old_number.value if old_number else ''}"
    sealed: bytes = settings.KEYRING.seal("desk.check.number", str(row.public_id), text)
    return sealed


def seal_name(row: AccountCheck, name: str) -> bytes:
    """The full name at rest, until the reception writes it into the dossier."""
    sealed: bytes = settings.KEYRING.seal("desk.check.owner_name", str(row.public_id), name)
    return sealed


def ask(
    row: AccountCheck,
    number: Number,
    old_number: CitizenId | None,
    registry: AccountRegistry,
    now: datetime,
) -> None:
    """Fill the row with the portal's answer; a receipt that cannot be believed is no answer."""
    answer = believed(
        registry.check(
            number=number,
            old_number=old_number,
            purpose=row.purpose,
            asked_by=row.officer_subject,
            unit_code=row.unit_code,
            reference=str(row.public_id),
        ),
        row.purpose,
        now,
    )
    match answer:
        case (Found() as found, receipts.Receipt() as receipt):
            row.answer = AccountCheck.Answer.FOUND
            row.status, row.subject = receipt.status.value, receipt.subject
            row.receipt, row.jti = receipt.jws, receipt.jti
            row.name_masked, row.last3 = found.name_masked, found.last3
            row.by_old_number, row.phone_frozen = found.matched_by_old_number, found.phone_frozen
        case NotFoundAnswer():
            row.answer = AccountCheck.Answer.NOT_FOUND
            row.number_sealed = None
        case Unknown(reason_code=reason):
            row.answer = AccountCheck.Answer.UNKNOWN
            row.reason_code = reason


def believed(
    answer: Answer, purpose: str, now: datetime
) -> tuple[Found, receipts.Receipt] | NotFoundAnswer | Unknown:
    """The answer with its receipt read; what is not the portal's own, or not for this purpose, is no answer."""
    if not isinstance(answer, Found):
        return answer
    try:
        receipt = receipts.of_the_portal(answer.receipt, now=now)
    except receipts.ReceiptNotTrusted as forged:
        log.error("desk.receipt_not_trusted", extra={"reason": str(forged.details.get("reason"))})
        return Unknown("receipt_not_trusted")
    if (receipt.subject, receipt.status, receipt.purpose) != (answer.subject, answer.status, purpose):
        log.error("desk.receipt_not_trusted", extra={"reason": "answer_differs"})
        return Unknown("receipt_not_trusted")
    return answer, receipt


_COLUMNS = (
    "public_id", "kind", "answer", "status", "subject", "number_sealed", "number_bi", "last3", "name_masked",
    "owner_name_sealed", "by_old_number", "phone_frozen", "officer_subject", "unit_code", "purpose", "procedure_id",
    "receipt", "jti", "look_up_id", "renewed_from_id", "for_dossier", "reason_code", "visit",
)  # fmt: skip
_INSERT = (
    f"INSERT INTO desk_accountcheck ({', '.join(_COLUMNS)})"  # noqa: S608 - constants
    f" VALUES ({', '.join(['%s'] * len(_COLUMNS))}) RETURNING id, checked_at"
)


def keep(row: AccountCheck) -> None:
    """Write the row and its line in the journal: one statement, and so one transaction."""
    row.pk, row.checked_at = journal.record_with(
        _INSERT,
        _values(row),
        "desk.account.checked",
        subject=f"check:{row.public_id}",
        actor=row.officer_subject,
        unit_code=row.unit_code,
        facts={"answer": row.answer, "status": row.status, "kind": row.kind},
    )
    row._state.adding = False


def insert(row: AccountCheck) -> None:
    """One statement: on the hottest path the ORM costs more than the database."""
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, _values(row))
        row.pk, row.checked_at = cursor.fetchone()
    row._state.adding = False


def _values(row: AccountCheck) -> list[Any]:
    given = {**{column: getattr(row, column) for column in _COLUMNS}, "number_bi": marks.kept(row.number_bi)}
    return list(given.values())
