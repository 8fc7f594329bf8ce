"""Phản ánh lượt xem giấy tờ: what owners contested, read and answered by the inspectorate above the unit."""

import re
from contextlib import suppress

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from motcua.kernel.authority import Authority, Power
from motcua.kernel.refusal import NotFound, Refusal
from motcua.units import staff, tree
from motcua.vault import history
from motcua.vault.history import ContestedLook
from motcua.web import paper_types
from motcua.web.access import OfficerRequest, officer
from motcua.web.citizen.history import PURPOSES
from motcua.web.forms_base import PlainTextField
from motcua.web.office import standing
from motcua.web.public import forms as public_forms

_PAGE = 20
_NUMBER = re.compile(r"[0-9]{1,18}")
_TITLE = "Phản ánh lượt xem giấy tờ"


class Answer(public_forms.Form):
    """What the inspectorate tells the owner."""

    starts_in = "words"

    words = PlainTextField(
        max_length=1000,
        lines=True,
        label="Trả lời chủ giấy tờ",
        help_text="Chủ giấy tờ đọc nguyên văn câu trả lời này và nhận tin nhắn báo. Trả lời rồi không sửa được.",
    )


@officer(Power.INSPECT)
@require_GET
def listing(request: OfficerRequest) -> HttpResponse:
    """Open ones, the oldest first; with ``?loc=tat-ca`` all of them, the newest first."""
    everything = request.GET.get("loc") == "tat-ca"
    given = request.GET.get("sau", "")
    found = history.contests_for(
        *standing.inspecting(request.authority),
        own_units=standing.own_units(request.authority),
        open_only=not everything,
        beyond=int(given) if _NUMBER.fullmatch(given) else None,
        limit=_PAGE + 1,
    )
    page = found[:_PAGE]
    facts = {
        **standing.page(request, "contests", (_TITLE, "")),
        "lines": _lines(page),
        "everything": everything,
        "after": page[-1].contest_id if len(found) > _PAGE else "",
        "answered": request.GET.get("da") == "tra-loi",
    }
    return render(request, "office/phan_anh.html", facts)


@officer(Power.INSPECT)
@require_http_methods(["GET", "POST"])
def one(request: OfficerRequest, number: int) -> HttpResponse:
    """One contest, and its answer once."""
    inspector, raised = _raised(request.authority, number)
    form = Answer(request.POST or None)
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            history.answer(authority=inspector, contest_id=number, words=form.cleaned_data["words"])
        except Refusal as no:
            form.refuse(no, "words" if no.code == "contest_without_words" else None)
            status = no.status
        else:
            return redirect(reverse("office:contests") + "?da=tra-loi")
    facts = {
        **standing.page(request, "contests", (_TITLE, reverse("office:contests")), ("Trả lời", "")),
        "line": _lines([raised])[0],
        "paper_words": paper_types.words_of(raised.paper_type),
        "form": form,
    }
    return render(request, "office/phan_anh_mot.html", facts, status=status)


def _raised(authority: Authority, number: int) -> tuple[Authority, ContestedLook]:
    """The post that inspects it, and what was raised. Raises NotFound."""
    own = standing.own_units(authority)
    for inspector in standing.inspecting(authority):
        with suppress(NotFound):
            return inspector, history.contest_for(inspector, number, own_units=own)
    raise NotFound


def _lines(page: list[ContestedLook]) -> list[dict[str, object]]:
    """With the names of units and officers: the inspectorate asks the one who looked."""
    officers = staff.officers_by_subject(
        [each.actor_subject for each in page] + [each.answered_by for each in page if each.answered_by]
    )
    units = tree.names_of([each.unit_code for each in page])
    return [
        {
            "of": each,
            "unit": units.get(each.unit_code, each.unit_code),
            "who": officers[each.actor_subject].full_name if each.actor_subject in officers else "",
            "by": officers[each.answered_by].full_name if each.answered_by in officers else "",
            "purpose": PURPOSES.get(each.purpose, each.purpose),
        }
        for each in page
    ]
