"""Đóng tài khoản: what keeps it open, what goes at once, what later, and what stays and why (threats DP-17)."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module

from django.conf import settings

from motcua.accounts import own_closing
from motcua.accounts.closing import FORGOTTEN_AFTER_DAYS
from motcua.kernel.refusal import Refusal
from motcua.kernel.visitor import Visitor
from motcua.protection import plainly
from motcua.signin import desk_dossiers


class DossiersStillOpen(Refusal):
    code = "closing_with_open_dossiers"
    status = 409
    message = (
        "Ông/bà còn {count} hồ sơ đang được giải quyết nên chưa đóng tài khoản được. "
        "Đề nghị chờ kết quả hoặc rút hồ sơ, rồi đóng tài khoản."
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """For the page, before anybody is asked for a password. ``stays``: which data, until when, why."""

    open_dossiers: Sequence[str]
    stays: Sequence[tuple[str, str, str]]
    days: int = FORGOTTEN_AFTER_DAYS


def standing(visitor: Visitor) -> Standing:
    return Standing(_open(visitor), plainly.staying())


def ask(*, visitor: Visitor, password: str, device: str, address: str) -> None:
    """As own_closing.ask; also raises DossiersStillOpen."""
    _refuse_open(visitor)
    own_closing.ask(visitor=visitor, password=password, device=device, address=address)


def close(*, visitor: Visitor, code: str) -> None:
    """As own_closing.close; a dossier that was begun meanwhile keeps the account."""
    _refuse_open(visitor)
    own_closing.close(visitor=visitor, code=code)


def _refuse_open(visitor: Visitor) -> None:
    if found := _open(visitor):
        raise DossiersStillOpen(count=len(found))


def _open(visitor: Visitor) -> list[str]:
    """Here, and at connected desks as far as they told; each desk keeps its dossiers as the law says."""
    found = desk_dossiers.open_of(visitor.account_id)
    if settings.HOSTS_DESK:
        found += import_module("motcua.desk.copying").open_dossiers(visitor.subject)
    return found
