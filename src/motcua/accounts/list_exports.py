"""A personal list leaves the house as a file: with a reason that is kept, so many rows, so many times a day (L17)."""

from typing import Final

from motcua.accounts.models import ListExport
from motcua.kernel.authority import Authority
from motcua.kernel.refusal import Refusal
from motcua.limits import spending
from motcua.limits.quotas import Quota

#: Rows of one file.
MOST: Final = 1_000
_SHORTEST_REASON: Final = 5


class ReasonMissing(Refusal):
    code = "export_reason_missing"
    message = "Đề nghị ghi rõ lý do kết xuất danh sách."


def allow(viewer: Authority, reason: str) -> None:
    """Counted before anything is read; commits. Raises ReasonMissing, TooManyAttempts."""
    if len(reason.strip()) < _SHORTEST_REASON:
        raise ReasonMissing
    spending.spend((Quota.LISTS_EXPORTED_BY_OFFICER, viewer.subject))


def write_down(viewer: Authority, reason: str, rows: int) -> None:
    """Who took how many rows and why; in the transaction that reads them."""
    ListExport.objects.create(
        officer_subject=viewer.subject, unit_code=viewer.unit_code, reason=reason.strip(), rows=rows
    )
