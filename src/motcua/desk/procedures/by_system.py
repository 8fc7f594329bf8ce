"""Danh mục of a connected system: given out in pages, taken in whole or not at all, after a dry run if wanted."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from motcua import journal
from motcua.desk import database_rules
from motcua.desk.models import Procedure
from motcua.desk.procedures import versions
from motcua.desk.procedures.columns import Entry
from motcua.desk.procedures.drafts import CatalogueOfTheProvince
from motcua.desk.procedures.versions import Item, Plan
from motcua.units import tree


def page(*, after: str, limit: int) -> list[tuple[str, list[Entry]]]:
    """Codes after ``after`` with all their versions, the oldest first: a published list, nobody's secret."""
    codes = list(
        Procedure.objects.filter(code__gt=after)
        .order_by("code")
        .values_list("code", flat=True)
        .distinct()[:limit]
    )
    rows = versions.whole(Procedure.objects.filter(code__in=codes).order_by("code", "valid_from"))
    return [(code, [versions.entry_of(row) for row in rows if row.code == code]) for code in codes]


def take_in(items: Sequence[Item], *, client_id: str, unit_id: int, dry_run: bool, today: date) -> Plan:
    """The report of every row; written only without an error and when it is no dry run.

    Only a system of the unit at the top, as an officer of it would. Raises CatalogueOfTheProvince, DeskRule.
    """
    if not tree.stands_highest(unit_id):
        raise CatalogueOfTheProvince
    if dry_run:
        return versions.plan(items, today=today)
    with database_rules.spoken(), transaction.atomic():
        codes = sorted({item.entry["code"] for item in items})
        # The versions stand still while they are compared and rewritten.
        list(Procedure.objects.select_for_update().filter(code__in=codes).order_by("pk").values_list("pk"))
        plan = versions.plan(items, today=today)
        if plan.refused:
            return plan
        for pk in versions.apply(plan):
            journal.record(
                "desk.procedure.published",
                subject=f"procedure:{pk}",
                facts={"client": client_id, "from_file": True},
            )
    return plan
