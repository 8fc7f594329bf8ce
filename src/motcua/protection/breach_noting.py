"""At a desk apart nobody is texted: it knows no phones of accounts. Those whom a breach concerns are told otherwise."""

from collections.abc import Mapping

from django.db import transaction

from motcua import journal
from motcua.outbox.errands import Fact
from motcua.protection.models import Breach, BreachPerson


@transaction.atomic
def note(data: Mapping[str, Fact]) -> None:
    """The errand after the second officer's yes: each is to be told on paper. Twice is once."""
    row = Breach.objects.get(public_id=str(data["breach"]))
    waiting = BreachPerson.objects.filter(breach=row, told=BreachPerson.Told.NOT_YET)
    count = waiting.update(told=BreachPerson.Told.UNREACHED)
    if count:
        journal.record(
            "protection.breach.told",
            subject=f"breach:{row.public_id}",
            facts={"count": 0, "missing": count},
        )
