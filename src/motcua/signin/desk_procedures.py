"""Thủ tục của các một cửa đã kết nối: what a mandate may be written for where this portal has no desk of its own."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from motcua import journal
from motcua.kernel.collation import collation_key
from motcua.signin import desk_dossiers
from motcua.signin.models import Client, DeskProcedure


@dataclass(frozen=True, slots=True)
class Told:
    """One procedure as its desk tells it."""

    code: str
    name: str
    for_organisations: bool


@transaction.atomic
def take(told: Sequence[Told], *, client_pk: int) -> None:
    """The whole list of one desk: what is not on it is received there no more; its name is kept."""
    Client.objects.select_for_update().get(
        pk=client_pk
    )  # two lists of one desk are written one after the other
    here = {row.code: row for row in DeskProcedure.objects.filter(client_id=client_pk)}
    moment = RawSQL("clock_timestamp()", ())
    fresh = [
        DeskProcedure(
            client_id=client_pk,
            code=one.code,
            name=one.name,
            for_organisations=one.for_organisations,
            offered=True,
        )
        for one in {each.code: each for each in told}.values()
        if one.code not in here
    ]
    DeskProcedure.objects.bulk_create(fresh)
    for one in told:
        row = here.pop(one.code, None)
        if row and (row.name, row.for_organisations, row.offered) != (one.name, one.for_organisations, True):
            DeskProcedure.objects.filter(pk=row.pk).update(
                name=one.name, for_organisations=one.for_organisations, offered=True, told_at=moment
            )
    gone = [row.pk for row in here.values() if row.offered]
    DeskProcedure.objects.filter(pk__in=gone).update(offered=False, told_at=moment)
    journal.record(
        "signin.procedures.told",
        subject=f"client:{client_pk}",
        facts={"new": len(fresh), "gone": len(gone), "count": len(told)},
    )


def for_organisations() -> Mapping[str, str] | None:
    """Code → name of what organisations may ask for at some connected desk; None while no desk told anything."""
    rows = _of_live_desks()
    if not rows.exists():
        return None
    named = rows.filter(offered=True, for_organisations=True).order_by("-pk")
    found = dict(named.values_list("code", "name"))
    return dict(sorted(found.items(), key=lambda pair: (collation_key(pair[1]), pair[0])))


def names_of(codes: Iterable[str]) -> Mapping[str, str]:
    """Code → name, also of what is over; whoever told of a code first names it, a later desk renames nothing."""
    rows = DeskProcedure.objects.filter(code__in=sorted(set(codes))).order_by("-pk")
    return dict(rows.values_list("code", "name"))


def _of_live_desks() -> "QuerySet[DeskProcedure]":
    return DeskProcedure.objects.filter(client__in=desk_dossiers.live_clients())
