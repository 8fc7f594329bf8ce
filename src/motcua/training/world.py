"""Which world this is: what is for training says so everywhere, and is nowhere else."""

from django.conf import settings

from motcua import journal
from motcua.kernel.refusal import NotFound
from motcua.training.models import World


def is_here() -> bool:
    """Whether this installation is for training (the database's own mark is judged at each connection)."""
    return bool(settings.TRAINING)


def require() -> None:
    """Raises NotFound in a real installation: there is no training here, and no trace of one."""
    if not is_here():
        raise NotFound


def begin() -> None:
    """The journal's first line says which world it tells of; once."""
    if World.objects.filter(kind=World.Kind.TRAINING).exists():
        journal.record("training.world.begun", subject="room:training")
