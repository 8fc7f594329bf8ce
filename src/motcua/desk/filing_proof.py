"""Bằng chứng phiên đăng nhập: the owner's own session proves the account (kind SIGN_IN, threats C7)."""

import logging
import uuid
from datetime import datetime

from django.db import connection

from motcua.desk import asking, receipts
from motcua.desk.models import AccountCheck, Procedure
from motcua.desk.ports import (
    PURPOSE_FILING,
    RECEIVABLE,
    AccountRegistry,
    PortalUnavailable,
    SignedInOwner,
)
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.refusal import Refusal
from motcua.kernel.tax_code import TaxCode

log = logging.getLogger(__name__)


class OwnAccountNotUsable(Refusal):
    code = "own_account_not_usable"
    status = 409
    message = "Tài khoản của ông/bà đang chờ xác minh nên chưa nộp hồ sơ trực tuyến được. Đề nghị đến bộ phận một cửa."


def ask(*, session: uuid.UUID, subject: str, registry: AccountRegistry, now: datetime) -> SignedInOwner:
    """Who is signed in, vouched for by the portal, and believed only when everything about it is right.

    Runs outside any transaction. Raises SessionNotLive, PortalUnavailable, OwnAccountNotUsable.
    """
    owner = registry.owner_in_session(session=session, subject=subject, purpose=PURPOSE_FILING)
    try:
        receipt = receipts.of_the_portal(owner.receipt, now=now)
    except receipts.ReceiptNotTrusted as forged:
        log.error("desk.receipt_not_trusted", extra={"reason": str(forged.details.get("reason"))})
        raise PortalUnavailable from forged
    if (receipt.subject, receipt.status, receipt.purpose) != (subject, owner.status, PURPOSE_FILING):
        log.error("desk.receipt_not_trusted", extra={"reason": "answer_differs"})
        raise PortalUnavailable
    if owner.status not in RECEIVABLE:
        raise OwnAccountNotUsable
    return owner


def spent_check(owner: SignedInOwner, procedure: Procedure, *, unit_code: str, now: datetime) -> AccountCheck:
    """The check of this filing, written down and spent at once; inside the transaction that files."""
    receipt = receipts.of_the_portal(owner.receipt, now=now)
    number = _number(owner)
    row = AccountCheck(
        public_id=uuid.uuid4(),
        kind=AccountCheck.Kind.SIGN_IN,
        answer=AccountCheck.Answer.FOUND,
        status=owner.status.value,
        subject=owner.subject,
        receipt=owner.receipt,
        jti=receipt.jti,
        last3=owner.last3,
        name_masked=owner.name_masked,
        unit_code=unit_code,
        purpose=PURPOSE_FILING,
        procedure=procedure,
        number_bi=asking.fingerprint_of(number),
        visit=uuid.uuid4(),
    )
    row.number_sealed = asking.seal_number(row, number, None)
    asking.keep(row)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE desk_accountcheck SET spent_at = clock_timestamp() WHERE id = %s AND spent_at IS NULL",
            [row.pk],
        )
    return row


def _number(owner: SignedInOwner) -> CitizenId | TaxCode:
    return TaxCode.parse(owner.number) if owner.organisation else CitizenId.parse(owner.number)
