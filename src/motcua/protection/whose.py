"""Whose things are, and who people are, by the rooms of this installation: each answers for its own journal only.

A portal knows accounts, vaults and systems; a desk knows dossiers and checks, and people by the opaque ids that its
portal gave it. Where both are here, what the desk says is led on to accounts.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Final

from django.conf import settings

from motcua.kernel.refusal import NotFound

#: What each installation cannot know of a breach, and whom to ask; empty where both are here.
BEYOND_A_DESK: Final = (
    "Nhật ký ở đây chỉ ghi việc làm tại Một cửa: hồ sơ, giấy tờ đã nhận, lượt kiểm tra tài khoản. Tài khoản, kho dữ "
    "liệu và việc của hệ thống khác nằm ở Cổng: đề nghị quản trị của Cổng lập hồ sơ sự cố cho cùng khoảng thời gian, "
    "chọn hệ thống “{system}”. Danh sách ở đây dùng mã người của Một cửa này; Cổng chưa nhận được danh sách đó "
    "để nhắn tin, nên từng người ở đây được báo bằng văn bản theo địa chỉ trong hồ sơ."
)
BEYOND_A_PORTAL: Final = (
    "Nhật ký ở đây chỉ ghi việc làm tại Cổng và những gì Một cửa nơi khác đã hỏi Cổng. Việc cán bộ Một cửa xem, tải "
    "hồ sơ và giấy tờ giữ tại đó nằm trong nhật ký của Một cửa: đề nghị thanh tra của Một cửa lập hồ sơ sự cố cho cùng "
    "khoảng thời gian và tự báo cho những người trong danh sách của mình."
)


@dataclass(frozen=True, slots=True)
class Card:
    """As the list of a breach names a person: the name, everything else masked."""

    full_name: str = field(default="", repr=False)
    number_masked: str = field(default="", repr=False)
    phone_masked: str = field(default="", repr=False)


def _affected(room: str) -> Any:
    return import_module(f"motcua.{room}.affected")  # not every room is everywhere


def beyond() -> str:
    """What this installation's journal cannot say, and how to ask for it."""
    if settings.HOSTS_PORTAL and settings.HOSTS_DESK:
        return ""
    if settings.HOSTS_PORTAL:
        return BEYOND_A_PORTAL
    return BEYOND_A_DESK.format(system=settings.PORTAL_CLIENT_ID)


def nameless() -> str:
    """What stands for the name of somebody who is known by an id only."""
    return "Không có tài khoản" if settings.HOSTS_PORTAL else "Chưa rõ là ai, hoặc không có hồ sơ tại đây"


def owners_of(subjects: set[str]) -> dict[str, tuple[str, ...]]:
    """Whose each thing is; a thing that is nobody's is not in the answer."""
    if not settings.HOSTS_PORTAL:
        return _people_of_the_desk(subjects)
    accounts = _affected("accounts")
    found = {subject: _accounts(ids) for subject, ids in accounts.accounts_of(subjects).items()}
    found |= {
        subject: _accounts((owner,)) for subject, owner in _affected("vault").owners_of(subjects).items()
    }
    if settings.HOSTS_DESK:
        by_desk: dict[str, str] = _affected("desk").owners_of(subjects)
        known = accounts.accounts_named(set(by_desk.values()))
        found |= {
            subject: _accounts((known[owner],)) if owner in known else (f"subject:{owner}",)
            for subject, owner in by_desk.items()
        }
    return found


def _people_of_the_desk(subjects: set[str]) -> dict[str, tuple[str, ...]]:
    """By the portal's ids; who was asked about in vain by the journal's mark of the number, which is no number."""
    desk = _affected("desk")
    found = {subject: (subject,) for subject in subjects if subject.startswith("number:")}
    found |= {subject: (mark,) for subject, mark in desk.numbers_of(subjects).items()}
    owners = desk.owners_of(subjects)
    now = desk.known_now(owners.values())
    return found | {subject: (f"subject:{now[owner]}",) for subject, owner in owners.items()}


def questions(**window: Any) -> Iterator[Any]:
    """Numbers that were asked about, where the owner reads it; a desk apart has that in its journal only."""
    if settings.HOSTS_PORTAL:
        yield from _affected("accounts").questions(**window)


def told_where_the_owner_reads(event: str) -> bool:
    """The question before a reception stands under the number that was asked about, where accounts are."""
    return settings.HOSTS_PORTAL and event == "desk.account.checked"


def known_to(audience: str) -> set[int]:
    """Accounts that a system ever heard of."""
    found: set[int] = _affected("accounts").known_to(audience)
    return found


def cards(whos: Collection[str]) -> dict[str, Card]:
    """Of each who is known by more than an id."""
    if not settings.HOSTS_PORTAL:
        named = _affected("desk").owners_named(_ids(whos, "subject"))
        return {
            f"subject:{subject}": Card(name, f"•••{last3}" if last3 else "")
            for subject, (name, last3) in named.items()
        }
    found = _affected("accounts").cards([int(row) for row in _ids(whos, "account")])
    return {
        f"account:{pk}": Card(card.full_name, card.number_masked, card.phone_masked)
        for pk, card in found.items()
    }


def systems() -> list[tuple[str, str]]:
    """(id, name) of connected systems that hear of people; those of a desk apart are told of nobody (ADR 0042)."""
    return list(_affected("signin").systems()) if settings.HOSTS_PORTAL else []


def door_of(client_id: str) -> Any:
    """Raises NotFound for a system that nobody knows here."""
    if not settings.HOSTS_PORTAL:
        raise NotFound
    return _affected("signin").door_of(client_id)


def account_ids(whos: Iterable[str]) -> Iterator[int]:
    """The accounts among opaque ids."""
    for row in _ids(whos, "account"):
        yield int(row)


def _ids(whos: Iterable[str], wanted: str) -> list[str]:
    return [row for word, _, row in (who.partition(":") for who in whos) if word == wanted]


def _accounts(ids: Iterable[int]) -> tuple[str, ...]:
    return tuple(f"account:{pk}" for pk in ids if pk)
