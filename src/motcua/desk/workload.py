"""How much lies open at a unit, for whoever reorganises it."""

from motcua.desk.models import Dossier
from motcua.desk.moving import OPEN


def open_at(unit_id: int) -> int:
    """Dossiers that somebody at the unit still works on; a count and nothing of them."""
    return Dossier.objects.filter(at_unit_id=unit_id, state__in=[state.value for state in OPEN]).count()
