"""A merge in the words of the page: both accounts side by side, and what happens to what."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.utils import timezone

from motcua.accounts import merge_reading, merge_state
from motcua.accounts.merge_reading import Side
from motcua.units import tree
from motcua.units.staff import Colleague
from motcua.vault import reading as vault
from motcua.web.office import deciders

TAGS: Final = {
    "WAITING": "info",
    "AGREED": "info",
    "DONE": "success",
    "DECLINED": "warning",
    "WITHDRAWN": "neutral",
    "OBJECTED": "warning",
    "LAPSED": "neutral",
}

_CONTESTED: Final = "Chủ tài khoản báo không phải mình, đề nghị xem xét tách"


def line_of(row: Any, names: Mapping[str, Colleague]) -> dict[str, object]:
    """A line of the list."""
    return {
        "public_id": row.public_id,
        "name": row.survivor.person.full_name,
        "kind": row.get_kind_display(),
        "words": _CONTESTED if row.contested else row.get_state_display(),
        "tag": "warning" if row.contested else TAGS[row.state],
        "by": _named(names, row.asked_by),
        "at": row.asked_at,
    }


def facts_of(row: Any, names: Mapping[str, Colleague]) -> dict[str, Any]:
    """The page of one."""
    survivor, absorbed = merge_reading.sides(row)
    units = tree.names_of([row.unit_code, survivor.vouching_unit_code, absorbed.vouching_unit_code])
    return {
        "row": row,
        "tag": TAGS[row.state],
        "compared": list(_compared(survivor, absorbed, units)),
        "unit": units.get(row.unit_code, row.unit_code),
        "has_scan": row.evidence is not None and row.evidence.purged_at is None,
        "undoes": row.undoes,
        "may_undo": merge_state.stands(row),
        "asked_by": _named(names, row.asked_by),
        "decided_by": deciders.named(names, row.decided_by),
    }


def _compared(one: Side, other: Side, units: Mapping[str, str]) -> list[tuple[str, str, str, bool]]:
    """What, of the one that stays, of the one given up, and whether they say the same where that tells something."""
    rows = [
        ("Họ và tên", one.full_name, other.full_name, True),
        ("Ngày sinh", one.born, other.born, True),
        ("Số giấy tờ", "; ".join(one.numbers), "; ".join(other.numbers), False),
        ("Số điện thoại", one.phone_masked or "—", other.phone_masked or "—", False),
        ("Trạng thái", one.status, other.status, False),
        ("Cách tạo tài khoản", _origin(one, units), _origin(other, units), False),
        ("Mở lúc", _at(one.opened_at), _at(other.opened_at), False),
        ("Đăng nhập gần nhất", _at(one.last_seen_at), _at(other.last_seen_at), False),
        (
            "Giấy tờ trong kho",
            str(vault.how_many(one.account_id)),
            str(vault.how_many(other.account_id)),
            False,
        ),
    ]
    return [(words, left, right, tells and left != right) for words, left, right, tells in rows]


def _origin(side: Side, units: Mapping[str, str]) -> str:
    unit = units.get(side.vouching_unit_code, side.vouching_unit_code)
    return f"{side.origin}, {unit}" if unit else side.origin


def _at(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%d/%m/%Y}" if moment is not None else "—"


def _named(names: Mapping[str, Colleague], subject: str) -> str:
    return names[subject].full_name if subject in names else ""
