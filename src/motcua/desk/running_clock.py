"""Đồng hồ của hồ sơ: what a pause or a full supplement does to the due date."""

from datetime import datetime, timedelta

from motcua.desk import deadlines
from motcua.desk.catalogue_words import AfterSupplement
from motcua.desk.models import Dossier, Notice
from motcua.kernel.due_date import Course, Pause
from motcua.kernel.term import Term
from motcua.kernel.working_time import after_working_time, working_time_between

_MINUTE = timedelta(minutes=1)


def term_of(dossier: Dossier) -> Term | None:
    """The term of the channel the dossier came by; None when the law sets none."""
    procedure = dossier.procedure
    return procedure.term_online if dossier.channel == Dossier.Channel.ONLINE else procedure.term_direct


def resumed(dossier: Dossier, now: datetime, *, after_supplement: bool) -> dict[str, object]:
    """The columns of a dossier whose clock goes on now.

    After a supplement the term starts anew (NĐ 61/2018, điều 19.4) unless the procedure says it was only
    paused; after a payment it was only paused. A pause counts in whole minutes, as every paper shows the
    time: what is paid within the minute does not move closing time to the next morning.
    """
    term = term_of(dossier)
    columns: dict[str, object] = {"paused_at": None}
    if term is None or dossier.received_at is None:
        return columns
    since = dossier.paused_at or now
    stood = (now - since) // _MINUTE * _MINUTE
    if after_supplement and dossier.procedure.after_supplement == AfterSupplement.ANEW:
        course = Course(term, now)
        columns |= {"clock_since": now, "pauses": []}
    else:
        course = _course(dossier, term).paused(since).resumed(since + stood)
        columns["pauses"] = [[p.since.isoformat(), (p.until or now).isoformat()] for p in course.pauses]
    calendar = deadlines.calendar_of(dossier.unit_id)
    due = course.due(calendar)
    if due and dossier.due_at and _was_apologised(dossier):
        # The new date of form 04 was promised: a pause moves it on, nothing brings the old one back.
        still = working_time_between(since, since + stood, calendar)
        due = max(due, after_working_time(dossier.due_at, still, calendar))
    return {**columns, "due_at": due, "due_words": deadlines.due_words(due)}


def _was_apologised(dossier: Dossier) -> bool:
    return Notice.objects.filter(dossier=dossier, kind=Notice.Kind.APOLOGY).exists()


def _course(dossier: Dossier, term: Term) -> Course:
    since = dossier.clock_since or dossier.received_at
    if since is None:
        raise ValueError("A dossier that was not received has no clock.")
    stood = tuple(Pause(datetime.fromisoformat(a), datetime.fromisoformat(b)) for a, b in dossier.pauses)
    return Course(term, since, stood)
