"""Bản thảo: an administrator's edit or file, seen as a report first, published at one stroke, once."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from motcua import journal
from motcua.desk import database_rules
from motcua.desk.models import CatalogueDraft, Procedure
from motcua.desk.procedures import entries, versions
from motcua.desk.procedures.columns import Entry
from motcua.desk.procedures.versions import Item, Plan
from motcua.kernel.authority import Authority, Power
from motcua.kernel.refusal import NotFound, Refusal
from motcua.units import work_calendar

Kind = CatalogueDraft.Kind


class CatalogueOfTheProvince(Refusal):
    code = "catalogue_of_the_province"
    status = 403
    message = (
        "Danh mục thủ tục dùng chung cho cả tỉnh, do quản trị danh mục của đơn vị cấp trên cùng (Sở) sửa. "
        "Ông/bà vẫn xem và kết xuất được danh mục. "
        "Khi cần thay đổi, đề nghị ông/bà liên hệ quản trị của đơn vị đó."
    )


class DraftMovedOn(Refusal):
    code = "draft_moved_on"
    status = 409
    message = "Bản thảo vừa được thay đổi ở nơi khác. Đề nghị ông/bà xem lại nội dung rồi làm tiếp."


class DraftNotPublishable(Refusal):
    code = "draft_not_publishable"
    status = 409
    message = (
        "Bản thảo còn lỗi hoặc không có thay đổi nên chưa áp dụng được. Đề nghị ông/bà xem báo cáo từng dòng."
    )


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as its owner sees it. ``changes`` goes back with every act upon it."""

    public_id: uuid.UUID
    kind: str
    items: tuple[Item, ...]
    changes: int
    is_applied: bool

    @property
    def entry(self) -> Entry:
        """The one entry of an edit."""
        return self.items[0].entry

    def plan(self, today: date) -> Plan:
        """What publishing would do now; two to six queries."""
        return versions.plan(self.items, today=today)


def may_edit(authority: Authority) -> bool:
    """Whether the officer keeps the catalogue for the unit at the top: every unit receives by it."""
    return authority.may(Power.MANAGE_CATALOGUE) and work_calendar.manages_the_province(authority)


def require_editor(authority: Authority) -> None:
    """Raises NotAuthorised without the power, CatalogueOfTheProvince at any unit but the top one."""
    authority.require(Power.MANAGE_CATALOGUE)
    if not may_edit(authority):
        raise CatalogueOfTheProvince


def begin_new(authority: Authority) -> uuid.UUID:
    """A procedure that nobody knows yet."""
    return _begin(authority, Kind.EDIT, [Item("", entries.new())])


def begin_edit(authority: Authority, code: str, since: date, *, today: date) -> uuid.UUID:
    """From a version that stands. One that dossiers use is kept: the draft then begins tomorrow."""
    require_editor(authority)
    row = next(iter(versions.whole(Procedure.objects.filter(code=code, valid_from=since))), None)
    if row is None:
        raise NotFound
    entry = versions.entry_of(row)
    if getattr(row, "used"):  # noqa: B009 - annotated
        entry["valid_from"] = max(today + timedelta(days=1), row.valid_from + timedelta(days=1)).isoformat()
    return _begin(authority, Kind.EDIT, [Item("", entry)])


def begin_import(authority: Authority, items: Sequence[Item]) -> uuid.UUID:
    """From a file that was read; the report is what ``plan`` says."""
    return _begin(authority, Kind.IMPORT, items)


def one(authority: Authority, public_id: uuid.UUID) -> Draft:
    """The officer's own draft; NotFound for anybody else's."""
    authority.require(Power.MANAGE_CATALOGUE)
    row = CatalogueDraft.objects.filter(public_id=public_id, officer_subject=authority.subject).first()
    if row is None:
        raise NotFound
    return Draft(
        row.public_id, row.kind, tuple(_thawed(row.entries)), row.changes, row.applied_at is not None
    )


def change(authority: Authority, draft: Draft, entry: Entry) -> None:
    """Keep what was typed, right or wrong. Raises DraftMovedOn when somebody typed meanwhile."""
    require_editor(authority)
    item = Item("", entry, tuple(entries.problems(entry)))
    with database_rules.spoken(), transaction.atomic():
        kept = _mine(authority, draft).filter(kind=Kind.EDIT)
        if not kept.update(entries=_frozen([item]), changes=F("changes") + 1):
            raise DraftMovedOn


def publish(authority: Authority, draft: Draft, *, today: date) -> int:
    """Apply the draft whole or not at all; how many versions changed. Two who press at once publish once."""
    require_editor(authority)
    with database_rules.spoken(), transaction.atomic():
        if not _mine(authority, draft).update(applied_at=F("made_at")):
            raise DraftMovedOn
        codes = sorted({item.entry["code"] for item in draft.items})
        # The versions stand still while they are compared and rewritten.
        list(Procedure.objects.select_for_update().filter(code__in=codes).order_by("pk").values_list("pk"))
        plan = draft.plan(today)
        if plan.refused or not plan.changes:
            raise DraftNotPublishable
        changed = versions.apply(plan)
        for pk in changed:
            journal.record(
                "desk.procedure.published",
                subject=f"procedure:{pk}",
                actor=authority.subject,
                unit_code=authority.unit_code,
                facts={"draft": str(draft.public_id), "from_file": draft.kind == Kind.IMPORT},
            )
    return len(changed)


def _mine(authority: Authority, draft: Draft) -> Any:
    return CatalogueDraft.objects.filter(
        public_id=draft.public_id,
        officer_subject=authority.subject,
        changes=draft.changes,
        applied_at=None,
    )


def _begin(authority: Authority, kind: str, items: Sequence[Item]) -> uuid.UUID:
    require_editor(authority)
    row = CatalogueDraft.objects.create(
        kind=kind,
        officer_subject=authority.subject,
        unit_code=authority.unit_code,
        entries=_frozen(items),
    )
    return row.public_id


def _frozen(items: Sequence[Item]) -> list[dict[str, object]]:
    return [{"at": item.at, "entry": item.entry, "problems": list(item.problems)} for item in items]


def _thawed(kept: Sequence[dict[str, Any]]) -> list[Item]:
    return [
        Item(one["at"], one["entry"], tuple(one["problems"] or entries.problems(one["entry"])))
        for one in kept
    ]
