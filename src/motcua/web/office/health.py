"""Tình trạng hệ thống: each part, each neighbour, each queue and each periodic job, with what to do when it is red."""

from typing import Any, Final

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from motcua.health import reading
from motcua.health.reading import Job, Part, State
from motcua.kernel.collation import collation_key
from motcua.kernel.person_name import fold
from motcua.web.access import OfficerRequest, officer
from motcua.web.office import standing
from motcua.web.office.paging import page_asked_for

_TITLE: Final = "Tình trạng hệ thống"
_PAGE: Final = 40
_TAGS: Final = {
    State.GOOD: ("success", "Tốt"),
    State.WARNING: ("warning", "Chú ý"),
    State.BAD: ("error", "Hỏng"),
    State.NONE: ("neutral", "Không có"),
}
_ORDER: Final = [State.BAD, State.WARNING, State.GOOD, State.NONE]


class Filters(forms.Form):
    q = forms.CharField(label="Tên việc định kỳ", required=False, max_length=60)
    tt = forms.ChoiceField(
        label="Tình trạng",
        required=False,
        choices=[("", "Tất cả"), *((state.value, _TAGS[state][1]) for state in _ORDER[:3])],
    )
    xep = forms.ChoiceField(
        label="Sắp xếp",
        required=False,
        choices=[("", "Hỏng trước"), ("ten", "Theo tên"), ("lau", "Lâu chưa chạy trước")],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        for field in self.fields.values():
            is_list = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if is_list else "form-control"


@officer(*reading.READERS)
@require_GET
def page(request: OfficerRequest) -> HttpResponse:
    """Everything that is known now; asks nobody outside."""
    found = reading.everything(request.authority)
    form = Filters(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    jobs = _sorted([job for job in found.jobs if _wanted(job, given)], str(given.get("xep", "")))
    number = min(page_asked_for(request), max(1, -(-len(jobs) // _PAGE)))
    facts = {
        **standing.page(request, "health", (_TITLE, "")),
        "parts": [_part(part) for part in sorted(found.parts, key=lambda part: _ORDER.index(part.state))],
        "jobs": [_job(job) for job in jobs[(number - 1) * _PAGE : number * _PAGE]],
        "bad": found.bad,
        "told": _told_to_the_portal(),
        "form": form,
        "filtered": bool(given.get("q") or given.get("tt")),
        "number": number,
        "previous": number - 1,
        "next": number + 1 if len(jobs) > number * _PAGE else 0,
    }
    return render(request, "office/tinh_trang.html", facts)


def _told_to_the_portal() -> object:
    """What this desk still has to tell a portal that is elsewhere; nothing where both are here."""
    if not settings.HOSTS_DESK or settings.HOSTS_PORTAL:
        return None
    from motcua.desk import standing_reading  # dossiers are not everywhere

    return standing_reading.owed()


def _wanted(job: Job, given: dict[str, Any]) -> bool:
    words = set(fold(str(given.get("q") or "")).split())
    state = given.get("tt")
    return words <= set(fold(job.title).split()) and (not state or job.state.value == state)


def _sorted(jobs: list[Job], by: str) -> list[Job]:
    if by == "ten":
        return sorted(jobs, key=lambda job: collation_key(job.title))
    if by == "lau":
        return sorted(jobs, key=lambda job: (job.last_at is not None, job.last_at))
    return sorted(jobs, key=lambda job: (_ORDER.index(job.state), collation_key(job.title)))


def _part(part: Part) -> dict[str, Any]:
    tag, words = _TAGS[part.state]
    return {"of": part, "tag": tag, "words": words, "red": part.state in (State.BAD, State.WARNING)}


def _job(job: Job) -> dict[str, Any]:
    tag, words = _TAGS[job.state]
    return {"of": job, "tag": tag, "words": words}
