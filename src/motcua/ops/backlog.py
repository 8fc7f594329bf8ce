"""What waits to be done, as figures."""

from collections.abc import Iterator

from django.conf import settings
from django.db.models import Count, Max, Q
from django.db.models.functions import Now

from motcua.ops import standing_figures
from motcua.ops.figure import Figure
from motcua.outbox import provider_report
from motcua.outbox.models import Errand, Message
from motcua.protection import running

_WAITING = Q(state__in=["WAITING", "SENDING"])
_TO_DO = Q(state__in=["WAITING", "RUNNING"])


def figures() -> Iterator[Figure]:
    yield Figure(
        "motcua_outbox_waiting",
        "Messages not yet handed over",
        _one(Message.objects.filter(_WAITING).count()),
    )
    yield Figure(
        "motcua_outbox_failed", "Messages given up", _one(Message.objects.filter(state="FAILED").count())
    )
    yield Figure(
        "motcua_errands_waiting", "Errands not yet done", _one(Errand.objects.filter(_TO_DO).count())
    )
    yield Figure("motcua_errands_dead", "Errands given up", _one(Errand.objects.filter(state="DEAD").count()))
    yield Figure("motcua_errand_oldest_seconds", "Age of the oldest errand not done", _one(_oldest()))
    yield Figure(
        "motcua_sms_provider_up", "1 while the SMS provider is asked to carry", _providers(), label="provider"
    )
    yield Figure(
        "motcua_retention_seconds_since_run",
        "Seconds since each chore that deletes personal data last came to its end",
        running.seconds_since(),
        label="chore",
    )
    yield from standing_figures.figures()
    if settings.HOSTS_DESK:
        yield Figure(
            "motcua_checks_recent", "The last thousand account checks by answer", _checks(), label="answer"
        )


def _providers() -> list[tuple[str, float]]:
    return [
        (code, float(not (one.off or one.rests))) for code, one in sorted(provider_report.standing().items())
    ]


def _one(value: float) -> list[tuple[str, float]]:
    return [("", float(value))]


def _oldest() -> float:
    """By the clock of the database, which wrote the times too."""
    oldest = Errand.objects.filter(_TO_DO).order_by("created_at").values_list("created_at", Now()).first()
    if oldest is None:
        return 0.0
    since, now = oldest
    return max(0.0, float((now - since).total_seconds()))


def _checks() -> list[tuple[str, float]]:
    from motcua.desk.models import AccountCheck  # the desk's tables are not everywhere

    last = AccountCheck.objects.aggregate(last=Max("pk"))["last"] or 0
    counted = (
        AccountCheck.objects.filter(pk__gt=last - 1000)
        .order_by()
        .values("answer")
        .annotate(times=Count("pk"))
    )
    return [(row["answer"], float(row["times"])) for row in counted]
