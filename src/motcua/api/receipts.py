"""What a desk brings back is the portal's own signed receipt, made out to that desk."""

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.utils import timezone

from motcua.accounts import receipt_keys
from motcua.api.guard import CallerRequest
from motcua.desk import receipts
from motcua.kernel.refusal import Refusal

#: A question is not asked with the receipt of another day: as long as a form at the counter may take.
LONGEST_QUESTION: Final = timedelta(hours=12)
#: What is owed for a dossier is brought within this time of the check; an older receipt opens nothing.
LONGEST_DEBT: Final = timedelta(days=30)


class ReceiptRefused(Refusal):
    """``details``: ``reason``, a code word. Not ours, not this desk's, changed, or too old for a question."""

    code = "receipt_refused"
    message = (
        "Biên nhận không dùng được: không do cổng cấp cho hệ thống này, đã bị sửa, hoặc đã quá cũ. "
        "Đề nghị kiểm tra lại tài khoản để nhận biên nhận mới."
    )


def receipt_of(request: CallerRequest, jws: str, *, late: bool = False) -> receipts.Receipt:
    """What the receipt says. ``late``: what is owed may come days after the check. Raises ReceiptRefused."""
    now = timezone.now()
    try:
        found = receipts.by_one_of(
            receipt_keys.ever_ours(receipts.kid_of(jws)),
            jws,
            audience=request.auth.audience,
            issuer=settings.PORTAL_ISSUER,
            now=now,
            late=True,
        )
    except receipts.ReceiptNotTrusted as no:
        raise ReceiptRefused(reason=str(no.details.get("reason", ""))) from None
    if now - found.issued_at > (LONGEST_DEBT if late else LONGEST_QUESTION):
        raise ReceiptRefused(reason="expired")
    return found
