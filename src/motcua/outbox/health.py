"""How each provider is doing, kept in PostgreSQL so that all workers leave a sick one alone together.

Problem: a worker that judges by itself needs its own failures first, and forgets them when it restarts.
Choice: one row per provider; each answer moves it by one UPDATE, and one text per rest tries a resting line
again. Price: a row that all workers write while a provider fails; while all is well nothing is written.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import BooleanField, Case, Q, Value, When

from motcua.outbox.clock import DbClock
from motcua.outbox.lines import Line
from motcua.outbox.models import Handover, Message, Provider

log = logging.getLogger(__name__)

#: So many failures in a row and the line rests: with OTP that is at most three texts that come late.
IN_A_ROW = 3
#: Half of at least so many within a minute have failed: it rests as well.
LEAST_TRIED, SPAN = 10, timedelta(seconds=60)
#: The first rest and the longest; each failed try doubles it.
REST, LONGEST_REST = 2, 30
#: A text that is well arrives within seconds. Judged by the last ten that were taken longer ago than this.
GRACE = timedelta(seconds=20)
LAST_TAKEN, LEAST_TAKEN, LOOKED_BACK = 10, 5, timedelta(minutes=15)
#: A line that takes texts without delivering them is tried again by one text at a time.
SILENT_REST = 15


@dataclass(frozen=True, slots=True)
class Standing:
    """One line at this moment. ``due``: it rests, and may be tried by one text now."""

    line: Line
    up: bool
    due: bool = False
    silent: bool = False
    off: bool = False


def read(lines: Sequence[Line]) -> list[Standing]:
    """Every line as it stands by the database's clock; a line without a row gets one."""
    watched = [line.code for line in lines if line.watched]
    rows = {row.code: row for row in _rows(watched)} if watched else {}
    if missing := [code for code in watched if code not in rows]:
        Provider.objects.bulk_create(
            [Provider(code=code, changed_at=DbClock()) for code in missing], ignore_conflicts=True
        )
        rows |= {row.code: row for row in _rows(missing)}
    return [_standing(line, rows[line.code]) if line.watched else Standing(line, up=True) for line in lines]


def _rows(codes: Sequence[str]) -> list[Provider]:
    due = Case(
        When(next_try_at__lte=DbClock(), then=Value(True)), default=Value(False), output_field=BooleanField()
    )
    return list(Provider.objects.filter(code__in=codes).annotate(due=due))


def _standing(line: Line, row: Provider) -> Standing:
    return Standing(
        line,
        up=row.state == Provider.State.UP and row.ruling == Provider.Ruling.AUTO,
        due=bool(row.due) and row.ruling == Provider.Ruling.AUTO,  # type: ignore[attr-defined]
        silent=row.cause == Provider.Cause.UNDELIVERED,
        off=row.ruling == Provider.Ruling.OFF,
    )


def order(standings: Sequence[Standing], *, reference: int, kind: str) -> list[Line]:
    """Who is asked first for this text. The weights decide, and the same text always begins with the same one.

    A resting line is tried by a code, which another line carries at once if that fails; by a notice only where
    no line is up. Where none is up or due, one that only fails to deliver is better than nobody.
    """
    up = [one.line for one in standings if one.up]
    found = _by_weight(up, reference)
    if kind == Message.Kind.OTP or not up:
        for one in standings:
            if one.due and _take_the_try(one):
                found.insert(0, one.line)
                break
    if not found:
        found = [one.line for one in standings if one.silent and not one.off]
    return found


def may_leave(standings: Sequence[Standing]) -> bool:
    """Whether any line would be asked now; if not, no text is taken up."""
    return any(one.up or one.due or (one.silent and not one.off) for one in standings)


def _by_weight(lines: Sequence[Line], reference: int) -> list[Line]:
    """By chance in proportion to the weights; the chance lies in the reference, so a second try asks the same."""
    left, found = list(lines), []
    while left:
        point = reference % sum(line.weight for line in left)
        for line in left:
            point -= line.weight
            if point < 0:
                found.append(line)
                left.remove(line)
                break
    return found


def _take_the_try(one: Standing) -> bool:
    """One text per rest, whichever worker comes first."""
    return bool(
        Provider.objects.filter(
            code=one.line.code, state=Provider.State.RESTING, next_try_at__lte=DbClock()
        ).update(next_try_at=DbClock() + timedelta(seconds=SILENT_REST if one.silent else LONGEST_REST))
    )


def took(line: Line) -> None:
    """It took a text: failures in a row are over, and a rest for failing is."""
    if not line.watched:
        return
    failing = Q(state=Provider.State.RESTING, cause=Provider.Cause.ERRORS)
    if Provider.objects.filter(failing, code=line.code).update(**_UP):
        log.warning("outbox.provider_works_again", extra={"code": line.code})
    else:
        Provider.objects.filter(code=line.code, failures__gt=0).update(failures=0)


_UP: dict[str, object] = {
    "state": Provider.State.UP,
    "cause": Provider.Cause.NONE,
    "failures": 0,
    "next_try_at": None,
    "rest_seconds": 0,
    "changed_at": DbClock(),
}


def failed(line: Line, failure: str) -> None:
    """It did not take a text. The third in a row, or half of the last minute, sends it to rest."""
    if not line.watched:
        return
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(
            _FAILED,
            {
                "code": line.code,
                "failure": failure[:40],
                "many": _half_of_them_fail(line.code),
                "in_a_row": IN_A_ROW,
                "rest": REST,
                "longest": LONGEST_REST,
                "silent_rest": SILENT_REST,
            },
        )
        went = cursor.fetchone()
    if went and went[0]:
        log.warning("outbox.provider_rests", extra={"code": line.code, "reason": failure})


_FAILED = """
    WITH was AS (SELECT id, state, cause, failures, rest_seconds FROM outbox_provider
                  WHERE code = %(code)s FOR UPDATE),
    judged AS (SELECT was.*, state = 'RESTING' OR failures + 1 >= %(in_a_row)s OR %(many)s AS rests,
                      CASE WHEN cause = 'UNDELIVERED' THEN %(silent_rest)s
                           ELSE least(%(longest)s, greatest(%(rest)s, rest_seconds * 2)) END AS seconds
                 FROM was)
    UPDATE outbox_provider p
       SET failures = p.failures + 1, last_failure = %(failure)s, last_failure_at = clock_timestamp(),
           state = CASE WHEN j.rests THEN 'RESTING' ELSE p.state END,
           cause = CASE WHEN j.rests AND p.cause = '' THEN 'ERRORS' ELSE p.cause END,
           rest_seconds = CASE WHEN j.rests THEN j.seconds ELSE p.rest_seconds END,
           next_try_at = CASE WHEN j.rests THEN clock_timestamp() + j.seconds * interval '1 second'
                              ELSE p.next_try_at END,
           changed_at = CASE WHEN j.rests AND p.state = 'UP' THEN clock_timestamp() ELSE p.changed_at END
      FROM judged j WHERE p.id = j.id
    RETURNING j.rests AND j.state = 'UP'
"""


def _half_of_them_fail(code: str) -> bool:
    tried = Handover.objects.filter(provider=code, tried_at__gt=DbClock() - SPAN).exclude(
        state=Handover.State.TRYING
    )
    # Asked to go slower is no failure.
    bad = tried.filter(state__in=[Handover.State.BUSY, Handover.State.DOUBTFUL]).exclude(failure="throttled")
    count = tried.count()
    return count >= LEAST_TRIED and bad.count() * 2 >= count


def judge_silence(lines: Sequence[Line]) -> None:
    """A line that takes texts which never arrive rests too (threats V-18)."""
    for one in read([line for line in lines if line.receipts and line.watched]):
        if one.up and _takes_without_delivering(one.line.code):
            rested = Provider.objects.filter(code=one.line.code, state=Provider.State.UP).update(
                state=Provider.State.RESTING,
                cause=Provider.Cause.UNDELIVERED,
                changed_at=DbClock(),
                rest_seconds=SILENT_REST,
                next_try_at=DbClock() + timedelta(seconds=SILENT_REST),
                last_failure="undelivered",
                last_failure_at=DbClock(),
            )
            if rested:
                log.warning("outbox.provider_rests", extra={"code": one.line.code, "reason": "undelivered"})


def _takes_without_delivering(code: str) -> bool:
    since = Provider.objects.filter(code=code).values("changed_at")
    last = list(
        Handover.objects.filter(
            provider=code,
            taken_at__gt=since,
            taken_at__lte=DbClock() - GRACE,
        )
        .filter(taken_at__gt=DbClock() - LOOKED_BACK)
        .order_by("-taken_at")
        .values_list("state", flat=True)[:LAST_TAKEN]
    )
    arrived = sum(state == Handover.State.DELIVERED for state in last)
    return len(last) >= LEAST_TAKEN and arrived * 2 < len(last)


def arrived(handover: Handover) -> None:
    """A text taken after the line went silent has arrived: it works again."""
    silent = Q(state=Provider.State.RESTING, cause=Provider.Cause.UNDELIVERED)
    if Provider.objects.filter(silent, code=handover.provider, changed_at__lt=handover.taken_at).update(
        **_UP
    ):
        log.warning("outbox.provider_works_again", extra={"code": handover.provider})
