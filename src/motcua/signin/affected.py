"""Which systems there are, and through which door each of them heard of people; for telling whom a breach concerns."""

from dataclasses import dataclass

from motcua.kernel.refusal import NotFound
from motcua.signin.models import Client, Registration
from motcua.units.models import Unit
from motcua.units.tree import subtree_ids


@dataclass(frozen=True, slots=True)
class Door:
    """A system acts for desks (``audiences``) and asks in the name of officers of these units only."""

    audiences: tuple[str, ...]
    units: tuple[str, ...]


def systems() -> list[tuple[str, str]]:
    """(id, name) of all of them, those that were stopped too."""
    return list(Client.objects.order_by("name").values_list("client_id", "name"))


def door_of(client_id: str) -> Door:
    """Raises NotFound."""
    client = Client.objects.filter(client_id=client_id).first()
    if client is None:
        raise NotFound
    audiences = Registration.objects.filter(client=client).values_list("audience", flat=True).distinct()
    codes = Unit.objects.filter(pk__in=subtree_ids(client.unit_id)).values_list("code", flat=True)
    return Door(tuple(sorted(audiences)), tuple(codes))
