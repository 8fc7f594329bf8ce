"""The list of a breach is found by the worker and kept once: a million lines take longer than a page may wait."""

from collections.abc import Iterator, Mapping
from typing import Final

from django.db import connection, transaction

from motcua import journal
from motcua.journal import inspecting
from motcua.outbox import errands
from motcua.outbox.errands import Fact
from motcua.protection import breach_finding
from motcua.protection.breach_finding import Found, Window
from motcua.protection.models import Breach, BreachPerson

#: The errand that finds the people.
FIND: Final = "protection.find_breach"
#: Who made a pack on the command line; no officer has this id, so two officers' eyes are still one more.
BY_COMMAND: Final = "command"
#: Less than an errand's lease: what takes longer is given up by the database, and tried again.
_LONGEST: Final = "100s"
_AT_ONCE: Final = 2_000


def promise(row: Breach) -> None:
    """In the caller's transaction. Under another key than the telling: one key is one errand."""
    errands.promise(FIND, f"breach:{row.public_id}:find", {"breach": str(row.public_id)})


def find(data: Mapping[str, Fact]) -> None:
    """The errand; a second call finds the list kept already."""
    keep(Breach.objects.get(public_id=str(data["breach"])))


def keep(row: Breach) -> None:
    """Find whom it concerns and keep the list with its mark, its reason and its line."""
    if row.decision != Breach.Decision.FINDING:
        return
    window = Window(row.since, row.until, officer=row.about_officer, system=row.about_system)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [_LONGEST])
        found = breach_finding.find(window)
    _keep(row, found)


@transaction.atomic
def _keep(seen: Breach, found: Found) -> None:
    row = Breach.objects.select_for_update().get(pk=seen.pk)
    if row.decision != Breach.Decision.FINDING:
        return
    BreachPerson.objects.bulk_create(_rows(row, found), batch_size=_AT_ONCE)
    row.people, row.lines = len(found.people), found.lines
    row.lists, row.list_rows, row.list_sha256 = found.lists, found.list_rows, found.sha256
    row.decision = Breach.Decision.WAITING
    row.save(update_fields=["people", "lines", "lists", "list_rows", "list_sha256", "decision"])
    if row.made_by != BY_COMMAND:
        inspecting.keep_breach(
            row.made_by, row.unit_code, reason=row.reason, rows=row.people, list_sha256=row.list_sha256
        )
    journal.record(
        "protection.breach.made",
        subject=f"breach:{row.public_id}",
        actor=row.made_by if row.made_by != BY_COMMAND else "system:command",
        unit_code=row.unit_code,
        facts=_facts(row),
    )


def _rows(row: Breach, found: Found) -> Iterator[BreachPerson]:
    for who in sorted(found.people):
        one = found.people[who]
        yield BreachPerson(
            breach=row,
            who=who,
            times=one.times,
            acts=sorted(one.acts),
            data=sorted(one.data),
            first_at=one.first_at,
            last_at=one.last_at,
            told=BreachPerson.Told.NOT_YET,
        )


def _facts(row: Breach) -> Mapping[str, str | int]:
    about = {"officer": row.about_officer, "client": row.about_system}
    return {
        **{name: value for name, value in about.items() if value},
        "count": row.people,
        "rows": row.lines,
        "whole": row.list_sha256,
    }
