"""The silent portal of one task: about its own citizen, for as long as somebody works on it."""

from motcua.kernel.citizen_id import CitizenId
from motcua.training import invented, tasks
from motcua.training.models import Attempt


def is_about(number: CitizenId) -> bool:
    """Whether the portal keeps silent about this number now."""
    silent = [task.code for task in tasks.all_tasks() if task.portal_silent]
    going_on = Attempt.objects.filter(handed_in_at=None, task__in=silent).values_list("pk", flat=True)
    return any(invented.citizen(pk, 0).data.citizen_id == number for pk in going_on)
