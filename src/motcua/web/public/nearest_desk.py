"""Nơi gần nhất: the desks of the district that the citizen names, or all of them."""

from django.http import HttpRequest
from django.utils import timezone

from motcua.kernel.collation import collation_key
from motcua.kernel.person_name import fold
from motcua.units import tree

_FIRST = 5


def desk_facts(request: HttpRequest) -> dict[str, object]:
    """For public/quay.html: ``?huyen=`` names a district, ``?quay=tat-ca`` asks for all; else the first few."""
    desks = tree.desks(on=timezone.localdate())
    districts = {_word(desk.district): desk.district for desk in desks if desk.district}
    chosen = request.GET.get("huyen", "")
    every = request.GET.get("quay") == "tat-ca"
    if chosen in districts:
        shown = [desk for desk in desks if _word(desk.district) == chosen]
    else:
        shown = desks if every else desks[:_FIRST]
    return {
        "desks": shown,
        "desk_count": len(desks),
        "districts": sorted(districts.items(), key=lambda district: collation_key(district[1])),
        "chosen": chosen if chosen in districts else "",
        "chosen_name": districts.get(chosen, ""),
        "all_desks": len(shown) == len(desks),
        "desks_from": request.path,
    }


def _word(district: str) -> str:
    """As an address writes it: huyen-an-lao."""
    return fold(district).replace(" ", "-")
