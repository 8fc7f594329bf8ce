"""Trước khi nhận tài khoản: when a parent or guardian ran the viewer's account, and that the viewer has read of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from motcua import journal
from motcua.accounts.adjustments_read import OwnLine
from motcua.accounts.identity import with_merged
from motcua.accounts.models import Guardianship
from motcua.accounts.models.columns import ClockTimestamp
from motcua.kernel.visitor import Visitor


@dataclass(frozen=True, slots=True)
class Before:
    """``day``: from when nobody but the owner may act; ``taken_at``: when they came to the desk."""

    kind: str
    began_at: datetime
    day: date
    taken_at: datetime
    unit_code: str
    read_at: datetime | None


def of(viewer: Visitor) -> Before | None:
    """The newest; None when nobody else ever ran the account."""
    row = _settled(viewer.account_id).order_by("-settled_at").first()
    if row is None or row.settled_at is None or row.ends_on is None:
        return None
    return Before(
        kind=row.get_kind_display(),
        began_at=row.began_at,
        day=row.ends_on,
        taken_at=row.settled_at,
        unit_code=row.settled_unit_code or row.unit_code,
        read_at=row.reviewed_at,
    )


def own_lines(viewer: Visitor) -> Sequence[OwnLine]:
    """For the owner's own history: recorded, taken back, and handed over."""
    rows = Guardianship.objects.filter(account__in=with_merged(viewer.account_id)).order_by("-pk")[:20]
    lines = []
    for row in rows:
        lines.append(
            OwnLine(row.began_at, "Ghi người giữ tài khoản", row.get_kind_display(), row.unit_code, "")
        )
        if row.taken_back_at is not None:
            lines.append(
                OwnLine(
                    row.taken_back_at,
                    "Bỏ ghi người giữ tài khoản",
                    "Số điện thoại là của chính chủ tài khoản",
                    row.taken_back_unit_code,
                    "",
                )
            )
        if row.settled_at is not None:
            lines.append(
                OwnLine(
                    row.settled_at,
                    "Nhận tài khoản khi đủ 18 tuổi",
                    "Đã thực hiện",
                    row.settled_unit_code or row.unit_code,
                    "",
                )
            )
    return lines


def is_unread(account_id: int) -> bool:
    """Whether the owner has still to be shown it, at the first sign-in."""
    return _settled(account_id).filter(reviewed_at=None).exists()


def read(viewer: Visitor) -> None:
    """“Tôi đã xem”: once; said again, nothing more."""
    if _settled(viewer.account_id).filter(reviewed_at=None).update(reviewed_at=ClockTimestamp()):
        journal.record("accounts.guardianship.reviewed", subject=f"account:{viewer.account_id}")


def _settled(account_id: int) -> "QuerySet[Guardianship]":
    return Guardianship.objects.filter(account__in=with_merged(account_id), settled_at__isnull=False)
