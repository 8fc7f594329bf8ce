"""Hồ sơ nộp trực tuyến: what waits for this unit's answer; looked at, accepted or refused."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from motcua.desk import acting_for_owner, catalogue, filing, filing_acceptance, moving, seeing, submission
from motcua.desk.dossiers import Search, Sort
from motcua.desk.states import State
from motcua.kernel.authority import Power
from motcua.kernel.refusal import Refusal
from motcua.web.access import OfficerRequest, officer
from motcua.web.forms_base import Form, PlainTextField
from motcua.web.outside import account_registry

if TYPE_CHECKING:
    from motcua.desk.models import Procedure

PAGE = 20
_MOST_PAGES = 200


class OnlineSearch(Form):
    """Posted, because it may hold a name."""

    name = PlainTextField(label="Tên chủ hồ sơ", max_length=120, required=False)
    procedure = forms.ChoiceField(label="Thủ tục", required=False)
    sort = forms.ChoiceField(
        label="Sắp xếp",
        required=False,
        choices=[(Sort.OLDEST.value, "Chờ lâu nhất trước"), (Sort.NEWEST.value, "Mới nộp trước")],
    )

    def __init__(self, procedures: "Sequence[Procedure]", *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.ChoiceField, self.fields["procedure"])
        field.choices = [("", "Tất cả thủ tục"), *((each.code, each.name) for each in procedures)]

    def search(self) -> Search:
        """What the desk is asked."""
        given = self.cleaned_data
        return Search(
            name=given["name"],
            procedure_code=given["procedure"],
            sort=Sort(given["sort"] or Sort.OLDEST),
        )


@officer(Power.RECEIVE_DOSSIER)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def listing(request: OfficerRequest) -> HttpResponse:
    """Who waits longest stands first. ``trang``: the cursors that led here."""
    procedures = catalogue.procedures_for(request.authority, on=timezone.localdate())
    asked = request.method == "POST"
    form = OnlineSearch(procedures, request.POST if asked else {})
    facts: dict[str, Any] = {"nav_here": "online", "form": form, "asked": asked}
    if not form.is_valid():
        return render(request, "counter/truc_tuyen.html", facts, status=422)
    trail = [part for part in request.POST.get("trang", "").split("|") if part][-_MOST_PAGES:]
    page = filing_acceptance.waiting(
        request.authority,
        form.search(),
        cursor=trail[-1] if trail else None,
        now=timezone.now(),
        limit=PAGE,
    )
    facts |= {
        "rows": page.rows,
        "shown": len(page.rows),
        "searched": any(form.cleaned_data[name] for name in ("name", "procedure")),
        "back": "|".join(trail[:-1]) if trail else None,
        "onward": "|".join([*trail, page.next_cursor]) if page.next_cursor else None,
    }
    return render(request, "counter/truc_tuyen.html", facts)


@officer(Power.RECEIVE_DOSSIER)
@require_http_methods(["GET", "POST"])
def one(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """The papers beside what was typed; “Tiếp nhận” draws the code."""
    dossier = filing_acceptance.filed(request.authority, public_id)
    refusal, status = "", 200
    if request.method == "POST":
        try:
            filing_acceptance.accept(
                authority=request.authority,
                dossier_id=public_id,
                registry=account_registry(),
                now=timezone.now(),
            )
        except Refusal as no:
            refusal, status = no.text, no.status
        else:
            return redirect("counter:dossier", public_id=public_id)
    if dossier.state != State.NEW and not refusal:
        return redirect("counter:dossier", public_id=public_id)
    seeing.seen(request.authority, public_id)
    contact = submission.contact_of(dossier)
    facts = {
        "nav_here": "online",
        "dossier": dossier,
        "contact": contact,
        "phone_dialled": contact["phone"].replace("+84", "0", 1),
        "term": filing.online_term_words(dossier.procedure),
        "of_organisation": acting_for_owner.is_of_organisation(dossier),
        "own": moving.is_own(dossier, request.authority.subject),
        "waits": dossier.state == State.NEW,
        "refusal": refusal,
    }
    return render(request, "counter/truc_tuyen_mot.html", facts, status=status)
