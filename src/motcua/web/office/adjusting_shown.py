"""An adjustment in the words of the page."""

from collections.abc import Mapping
from typing import Any, Final

from motcua.accounts import adjusting
from motcua.units.staff import Colleague
from motcua.web.office import deciders

TAGS: Final = {"WAITING": "info", "APPROVED": "success", "DECLINED": "warning", "WITHDRAWN": "neutral"}
_QR: Final = {
    "SAME": ("success", "Mã QR trên bản quét khớp với thông tin đã nhập."),
    "DIFFERENT": (
        "warning",
        "Mã QR trên bản quét khác với thông tin đã nhập. Đề nghị đối chiếu lại với giấy tờ gốc trước khi duyệt.",
    ),
    "UNREAD": ("info", "Không đọc được mã QR trên bản quét. Đề nghị đối chiếu bằng mắt."),
}
_WORDS: Final = {"number": "Số mới", "name": "Họ và tên", "born": "Ngày sinh"}


def line_of(row: Any, names: Mapping[str, Colleague]) -> dict[str, object]:
    """A line of the list."""
    return {
        "public_id": row.public_id,
        "name": row.account.person.full_name,
        "kind": row.get_kind_display(),
        "words": row.get_decision_display(),
        "tag": TAGS[row.decision],
        "by": _named(names, row.asked_by),
        "at": row.asked_at,
    }


def facts_of(row: Any, names: Mapping[str, Colleague]) -> dict[str, object]:
    """The page of one: both states side by side, and what the scan says."""
    content = adjusting.content_of(row)
    return {
        "row": row,
        "name": row.account.person.full_name,
        "status": row.account.get_status_display(),
        "tag": TAGS[row.decision],
        "changes": [
            (_WORDS[key], content.before[key] or "—", after)
            for key, after in content.after.items()
            if after != content.before[key]
        ]
        if content
        else [],
        "qr": _QR.get(row.scan_qr),
        "has_scan": row.evidence is not None and row.evidence.purged_at is None,
        "asked_by": _named(names, row.asked_by),
        "decided_by": deciders.named(names, row.decided_by),
    }


def _named(names: Mapping[str, Colleague], subject: str) -> str:
    return names[subject].full_name if subject in names else ""
