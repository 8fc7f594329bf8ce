"""A clock that stood for the moments a test takes."""

from datetime import datetime, timedelta

from motcua.desk import deadlines
from motcua.desk.models import Dossier
from motcua.kernel.working_time import working_time_between


def goes_on_where_it_stood(dossier: Dossier, due: datetime | None) -> bool:
    """Due as before, but for those moments: at noon they count nothing, in office hours they move 17:00 on."""
    if due is None or dossier.due_at is None or dossier.due_at < due:
        return False
    added = working_time_between(due, dossier.due_at, deadlines.calendar_of(dossier.unit_id))
    return added < timedelta(minutes=1)
