"""Phiên của cán bộ: an administrator ends the sessions of an officer of the own unit or below (threats A-62)."""

from datetime import date

from motcua import journal
from motcua.accounts import factor_resets, sessions
from motcua.accounts.models import Session
from motcua.accounts.models.columns import ClockTimestamp
from motcua.kernel.authority import Authority, Power


def live(viewer: Authority, subject: str, *, on: date) -> int:
    """In how many browsers that officer works now; 0 for oneself and for whoever is out of reach."""
    viewer.require(Power.GRANT)
    if subject == viewer.subject or not factor_resets.is_in_reach(viewer, subject, on=on):
        return 0
    account = factor_resets.officer_in_reach(viewer, subject, on=on)
    return Session.objects.filter(
        account=account,
        audience="OFFICER",
        ended_at__isnull=True,
        created_at__gt=ClockTimestamp() - sessions.LONGEST,
        seen_at__gt=ClockTimestamp() - sessions.IDLE["OFFICER"],
    ).count()


def end(authority: Authority, subject: str, *, on: date) -> int:
    """Every session of that officer, with effect on the next request anywhere. Raises NotFound, NotAuthorised."""
    authority.require(Power.GRANT)
    account = factor_resets.officer_in_reach(authority, subject, on=on)
    ended = sessions.end_all(account, why="by_administrator")
    journal.record(
        "accounts.officer_sessions.ended",
        subject=f"account:{account.pk}",
        actor=authority.subject,
        unit_code=authority.unit_code,
        facts={"sessions": ended},
    )
    return ended
