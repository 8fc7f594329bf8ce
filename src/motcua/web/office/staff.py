"""Cán bộ: who holds which post, granted and revoked in own unit and below, confirmed again from time to time."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from motcua.kernel.authority import Authority, Power
from motcua.kernel.refusal import NotFound, Refusal
from motcua.units import confirming, granting, leaving, remembered_search, roster, tree
from motcua.units import staff as colleagues
from motcua.web.access import OfficerRequest, officer
from motcua.web.office import appointees, power_words, staff_forms, standing

_TITLE: Final = "Cán bộ"
_HERE: Final = "staff"
_PAGE: Final = re.compile(r"[1-9][0-9]{0,3}")
_ROW: Final = re.compile(r"[1-9][0-9]{0,17}")
_FIELD_OF: Final = {
    "grant_wrong_period": "valid_to",
    "grant_already_holds": "unit",
    "grant_nothing": "powers",
    "appointee_without_account": "number",
    "appointee_not_usable": "number",
    "appointee_name_differs": "full_name",
    "appointee_unsure": "number",
    "appointee_of_another_number": "number",
    "appointee_born_otherwise": "birth_year",
    "phone_of_another_officer": "phone",
    "leaving_reason_wanted": "reason",
}
_STANDING: Final = {
    "current": ("success", "Đang giữ"),
    "coming": ("info", "Chưa đến ngày"),
    "over": ("neutral", "Hết hạn"),
    "revoked": ("warning", "Đã thu hồi"),
}


@officer(Power.GRANT)
@require_http_methods(["GET", "POST"])
def listing(request: OfficerRequest) -> HttpResponse:
    """POST searches and goes to an address with at most an id."""
    authority = request.authority
    units = _units(authority)
    if request.method == "POST":
        form = staff_forms.Search(request.POST, units=units)
        if form.is_valid():
            kept = str(remembered_search.remember(authority, form.typed)) if form.typed else ""
            return HttpResponseRedirect(reverse("office:staff") + (f"?tim={kept}" if kept else ""))
        return _list_page(request, form, roster.Page([], 1, False), "", status=422)
    search = request.GET.get("tim", "")[:40]
    typed = remembered_search.recall(authority, search) if search else {}
    form = staff_forms.Search(typed, units=units) if typed else staff_forms.Search(units=units)
    number = request.GET.get("trang", "1")
    found = roster.listing(
        authority,
        _wanted(form, descending=request.GET.get("xep") == "-ten"),
        page=int(number) if _PAGE.fullmatch(number) else 1,
        on=timezone.localdate(),
    )
    return _list_page(request, form, found, search if typed else "")


@officer(Power.GRANT)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def add(request: OfficerRequest) -> HttpResponse:
    """“Thêm cán bộ”: found by number, registered when new, with a first post."""
    authority, today = request.authority, timezone.localdate()
    form = appointees.form()(
        request.POST or None,
        units=_units(authority),
        initial={"unit": authority.unit_code, "valid_from": today},
    )
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            officer_id, said = _taken_on(authority, form.cleaned_data, today)
        except Refusal as no:
            _say(form, no)
            status = no.status
        else:
            return redirect(reverse("office:officer", args=[officer_id]) + f"?da={said}")
    facts = {
        **_page(request, ("Thêm cán bộ", "")),
        "form": form,
        "title": "Thêm cán bộ",
    }
    return render(request, "office/can_bo_them.html", facts, status=status)


add.repeatable = {"powers"}  # type: ignore[attr-defined]


@officer(Power.GRANT)
@require_http_methods(["GET", "POST"])
def one(request: OfficerRequest, number: int) -> HttpResponse:
    """One officer: posts now and before, what waits; grant, revoke, confirm, stop."""
    authority, today = request.authority, timezone.localdate()
    person, _ = roster.one(authority, number)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    granting_form = staff_forms.Grant(
        request.POST if act == "grant" else None,
        units=_units(authority),
        initial={"unit": authority.unit_code, "valid_from": today},
    )
    why = staff_forms.Why(request.POST if act in {"revoke", "stop"} else None)
    status = 200
    if act:
        form: Any = granting_form if act == "grant" else why
        status = 422
        if act == "confirm" or form.is_valid():
            try:
                said = _act(request, act, person.pk, form, today)
            except Refusal as no:
                if act == "confirm":
                    raise
                _say(form, no)
                status = no.status
            else:
                return redirect(reverse("office:officer", args=[number]) + f"?da={said}")
    facts = {
        **_page(request, (person.full_name, "")),
        **_facts_of(authority, number, today),
        "grant_form": granting_form,
        "why_form": why,
        "acting": act,
        "form": granting_form if act == "grant" else why,
    }
    return render(request, "office/can_bo_mot.html", facts, status=status)


one.repeatable = {"powers"}  # type: ignore[attr-defined]


@officer(Power.GRANT)
@require_http_methods(["GET", "POST"])
def confirmations(request: OfficerRequest) -> HttpResponse:
    """“Xác nhận lại vị trí”: what lapses within a month."""
    if request.method == "POST":
        confirming.confirm(authority=request.authority, post_id=_row(request))
        return redirect(reverse("office:confirmations") + "?da=vi-tri-xac-nhan")
    due = confirming.due(request.authority, on=timezone.localdate())
    facts = {
        **_page(request, ("Xác nhận lại vị trí", "")),
        "lines": [
            (
                each,
                power_words.names([power.value for power in each.powers]),
                each.subject == request.authority.subject,
            )
            for each in due
        ],
    }
    return render(request, "office/can_bo_xac_nhan.html", facts)


@officer(Power.GRANT)
@require_GET
def rights(request: OfficerRequest) -> HttpResponse:
    """“Các quyền”: what each allows."""
    facts = {
        **_page(request, ("Các quyền", "")),
        "rights": [words.split(": ", 1) for _, words in power_words.choices()],
    }
    return render(request, "office/can_bo_quyen.html", facts)


def _taken_on(authority: Authority, given: dict[str, Any], today: date) -> tuple[int, str]:
    """The person behind the number with a post, registered as an officer when they are none yet."""
    person = appointees.appointee(authority, given)
    officer_id, made = granting.take_on(
        authority=authority,
        subject=person.subject,
        full_name=person.full_name,
        phone=person.phone,
        **_wanted_post(given, today),
    )
    return officer_id, _said(made)


def _granted(authority: Authority, officer_id: int, given: dict[str, Any], today: date) -> str:
    return _said(granting.grant(authority=authority, officer_id=officer_id, **_wanted_post(given, today)))


def _wanted_post(given: dict[str, Any], today: date) -> dict[str, Any]:
    return {
        "unit_code": given["unit"],
        "powers": [Power(word) for word in given["powers"]],
        "valid_from": given["valid_from"],
        "valid_to": given["valid_to"],
        "reason": given["reason"],
        "replacing": given["replacing"],
        "on": today,
    }


def _said(made: object) -> str:
    """A post is there; a request waits."""
    return "quyen-cap" if hasattr(made, "granted_at") else "quyen-cho"


def _act(request: OfficerRequest, act: str, officer_id: int, form: Any, today: date) -> str:
    authority = request.authority
    match act:
        case "grant":
            return _granted(authority, officer_id, form.cleaned_data, today)
        case "revoke":
            reason = leaving.reason_of(form.cleaned_data["reason"])
            granting.revoke(authority=authority, post_id=_row(request), reason=reason)
            return "quyen-thu-hoi"
        case "confirm":
            confirming.confirm(authority=authority, post_id=_row(request))
            return "vi-tri-xac-nhan"
        case "stop":
            leaving.stop(
                authority=authority, officer_id=officer_id, reason=form.cleaned_data["reason"], on=today
            )
            return "can-bo-thoi"
    raise NotFound


def _row(request: OfficerRequest) -> int:
    given = request.POST.get("row", "")
    if not _ROW.fullmatch(given):
        raise NotFound
    return int(given)


def _say(form: Any, no: Refusal) -> None:
    field = _FIELD_OF.get(no.code)
    form.refuse(no, field if field in form.fields else None)


def _facts_of(authority: Authority, officer_id: int, today: date) -> dict[str, object]:
    person, posts = roster.one(authority, officer_id)
    asked = roster.requests_of(authority, officer_id)
    confirmed = roster.confirmed(posts)
    who = colleagues.officers_by_subject(
        [
            *(post.granted_by_subject for post in posts),
            *(post.approved_by_subject for post in posts),
            *(post.revoked_by_subject for post in posts),
        ]
    )

    def name(subject: str) -> str:
        return (
            who[subject].full_name if subject in who else ("Hệ thống" if subject.startswith("system") else "")
        )

    lines = []
    for post in posts:
        standing_now = roster.standing_of(post, today)
        lines.append(
            {
                "of": post,
                "powers": power_words.names(post.powers),
                "tag": _STANDING[standing_now],
                "open": standing_now in {"current", "coming"},
                "granted_by": name(post.granted_by_subject),
                "approved_by": name(post.approved_by_subject),
                "revoked_by": name(post.revoked_by_subject),
                "confirmed": confirmed.get(post.pk),
            }
        )
    return {
        "person": person,
        "works": _works(person.active, {roster.standing_of(post, today) for post in posts}, asked),
        "lines": lines,
        "asked": [(each, power_words.names(each.powers)) for each in asked],
        "self": person.subject == authority.subject,
    }


def _works(active: bool, standings: set[str], asked: Sequence[Any]) -> str:
    """How things are with somebody, in words: who only waits for a second administrator does not work here yet."""
    if not active:
        return "Đã thôi làm việc"
    if "current" in standings:
        return "Đang làm việc"
    if "coming" in standings:
        return "Chưa đến ngày làm việc"
    if any(each.state == "OPEN" for each in asked):
        return "Chờ duyệt"
    return "Không giữ vị trí nào"


def _wanted(form: staff_forms.Search, *, descending: bool) -> roster.Search:
    if not form.is_bound or not form.is_valid():
        return roster.Search(descending=descending)
    given = form.cleaned_data
    return roster.Search(
        words=given["words"] or "",
        unit_code=given["unit"],
        power=Power(given["power"]) if given["power"] else None,
        current=not given["former"],
        descending=descending,
    )


def _list_page(
    request: OfficerRequest, form: staff_forms.Search, found: roster.Page, search: str, *, status: int = 200
) -> HttpResponse:
    facts = {
        **_page(request),
        "form": form,
        "rows": [
            (line.officer, [(post, power_words.names(post.powers)) for post in line.posts])
            for line in found.rows
        ],
        "search": search,
        "number": found.number,
        "previous": found.number - 1,
        "next": found.number + 1 if found.more else 0,
        "sort": request.GET.get("xep", "ten"),
        "waiting": len(granting.open_requests(request.authority)),
        "due": len(confirming.due(request.authority, on=timezone.localdate())),
    }
    return render(request, "office/can_bo.html", facts, status=status)


def _units(authority: Authority) -> list[tuple[str, str]]:
    return [(unit.code, unit.name) for unit in tree.lasting(authority)]


def _page(request: OfficerRequest, *crumbs: tuple[str, str]) -> dict[str, object]:
    above = ((_TITLE, reverse("office:staff")), *crumbs) if crumbs else ((_TITLE, ""),)
    return standing.page(request, _HERE, *above)
