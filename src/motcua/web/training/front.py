"""Trang đầu của tập huấn: a trainee's tasks, a trainer's way in; in a real installation the way to the training."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.refusal import NotFound
from motcua.training import reading, tasks, working, world
from motcua.web.access import anyone, authority_of, visitor_of
from motcua.web.systems import leading_to


@anyone
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Whoever is not signed in reads what it is about."""
    if not world.is_here():
        elsewhere: HttpResponse = leading_to((settings.TRAINING_URL or "").rstrip("/"))(request)
        return elsewhere
    authority = _authority(request)
    facts: dict[str, object] = {
        "nav_here": "training",
        "plans": tasks.plans(),
        "task_count": len(tasks.all_tasks()),
        "is_trainer": authority is not None and authority.may(Power.GRANT),
    }
    if authority is not None:
        facts |= _of_trainee(authority)
    return render(request, "training/dau.html", facts)


def _authority(request: HttpRequest) -> Authority | None:
    visitor = visitor_of(request)
    if visitor is None:
        return None
    try:
        return authority_of(visitor)
    except NotAuthorised:
        return None


def _of_trainee(authority: Authority) -> dict[str, object]:
    try:
        trainee = working.trainee_of(authority)
    except NotFound:
        return {}
    line = reading.line_of(trainee)
    return {
        "trainee": trainee,
        "line": line,
        "whole": reading.whole(),
        "appendices": [
            (appendix, [each for each in working.standings(trainee) if each.task.appendix == appendix])
            for appendix in ("I", "II", "III")
        ],
    }
