"""Tiếp nhận: the reception form, sent; what was typed and every file that was accepted stay until it is done."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.files import File
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.desk import (
    acting_for_owner,
    checks,
    component_files,
    deadlines,
    dossiers,
    guiding,
    numbering,
    provisional,
    reception,
    seeing,
    visits,
)
from motcua.kernel.authority import Authority, Power
from motcua.kernel.person_name import PersonName
from motcua.kernel.refusal import NotFound, Refusal
from motcua.web.access import OfficerRequest, officer
from motcua.web.counter import checking, vault_answers
from motcua.web.counter.notice import Notice
from motcua.web.counter.papers import shown
from motcua.web.counter.reception_form import About, Reception
from motcua.web.outside import account_registry, antivirus, owners_vault

if TYPE_CHECKING:
    from motcua.desk.models import Procedure

_LONGEST_ID = 9
#: “Cách nộp” of what is not there.
_NOT_BROUGHT = frozenset({"", "NONE"})
_ANSWERED = "Cổng DVCQG đã trả lời: chủ hồ sơ có tài khoản. Đề nghị ông/bà kiểm tra lại rồi bấm “Tiếp nhận”."


@officer(Power.RECEIVE_DOSSIER)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def receive(request: OfficerRequest, check_id: UUID) -> HttpResponse:
    """The form of a checked owner, or of one the portal could not answer for; “Tiếp nhận” ends it."""
    authority = request.authority
    if request.method == "GET" and (done := visits.dossier_made_from(authority, check_id)):
        return redirect("counter:received", public_id=done)
    try:
        draft = visits.chosen(
            authority=authority, check_id=check_id, process_id=process_of(request), now=timezone.now()
        )
    except visits.NothingChosen:
        return redirect("counter:checked", check_id=check_id)
    about = about_of(request, draft)
    if request.method == "GET":
        return opened(request, about)
    form = filled(request, about, counted_for=str(check_id))
    if form.errors:
        return page(request, form, status=422)
    if draft.provisional:
        return _receive_provisionally(request, draft, form)
    return sent(
        request,
        form,
        lambda: (
            reception.receive(
                authority=authority,
                check_id=check_id,
                form=form.submission(),
                registry=account_registry(),
                vault=owners_vault(),
                now=timezone.now(),
            ).public_id
        ),
    )


@officer(Power.RECEIVE_DOSSIER)
@sensitive_post_parameters()
@require_POST
def guidance(request: OfficerRequest, check_id: UUID) -> HttpResponse:
    """Form 02 from the reception form as it stands: what has no “Cách nộp” is missing. Nothing is received."""
    draft = visits.chosen(
        authority=request.authority, check_id=check_id, process_id=process_of(request), now=timezone.now()
    )
    ways = {each.order: request.POST.get(f"how_{each.order}", "") for each in draft.components}
    return shown(
        guiding.guidance_to_print(
            authority=request.authority,
            draft=draft,
            brought=[order for order, way in ways.items() if way not in _NOT_BROUGHT],
            owner_name=draft.owner_name or _typed_name(request),
            now=timezone.now(),
        )
    )


def _typed_name(request: OfficerRequest) -> str:
    """The owner's, where the portal gave none; what is no name is left for the pen."""
    try:
        return PersonName.parse(request.POST.get("owner_name", "")).value
    except Refusal:
        return ""


@officer(Power.RECEIVE_DOSSIER)
@require_GET
def received(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """Done: the code, the day, the paper to print."""
    dossier = dossiers.dossier_for_officer(request.authority, public_id)
    seeing.seen(request.authority, public_id)
    return render(
        request,
        "counter/da_tiep_nhan.html",
        {
            "nav_here": "receive",
            "dossier": dossier,
            "of_organisation": acting_for_owner.is_of_organisation(dossier),
            "further_from": visits.further_from(request.authority, dossier),
            "visit": visits.joint_receipt_of(request.authority, dossier),
            "counted_from": _counted_from(request, dossier.procedure, dossier.received_at),
        },
    )


def about_of(request: OfficerRequest, draft: checks.Draft) -> About:
    """The form's facts, with what the owner's vault offers."""
    return About(
        process=draft.process,
        components=draft.components,
        owner_name=draft.owner_name,
        last3=draft.last3,
        provisional=draft.provisional,
        owner_is_staff=draft.owner_is_staff,
        organisation=draft.organisation,
        ask_vault=lambda: vault_answers.ask(request, request.authority, draft),
        guidance=f"{reverse('counter:guidance', args=[draft.check_id])}?quy-trinh={draft.process.pk}",
    )


def process_of(request: OfficerRequest) -> int:
    """The process in the address: a number of the catalogue."""
    given = request.GET.get("quy-trinh", "")
    if not re.fullmatch(r"[0-9]+", given) or len(given) > _LONGEST_ID:
        raise NotFound
    return int(given)


def filled(request: OfficerRequest, about: About, *, counted_for: str) -> Reception:
    """The form as sent. Files are inspected one by one: a bad one is said beside its box, the others are kept."""
    return _read(request.authority, Reception(about, request.POST, request.FILES), counted_for)


def _read(authority: Authority, form: Reception, counted_for: str) -> Reception:
    form.is_valid()
    if key := form.cleaned_data.get("key"):
        for component in form.about.components:
            _take_file(authority, form, component.order, key, counted_for)
    form.require_files()
    return form


def sent(request: OfficerRequest, form: Reception, act: Callable[[], UUID]) -> HttpResponse:
    """Receive; a no is said on the same page, with everything still in it."""
    try:
        public_id = act()
    except Refusal as no:
        form.refuse(no)
        return page(request, form, status=no.status)
    return redirect("counter:received", public_id=public_id)


def opened(request: OfficerRequest, about: About) -> HttpResponse:
    """The empty form, if the unit has a number left for it. Raises NumbersUsedUp."""
    numbering.require_left(request.authority.unit_id, timezone.now(), provisional=about.provisional)
    return page(request, Reception(about))


def page(request: OfficerRequest, form: Reception, *, action: str = "", status: int = 200) -> HttpResponse:
    """The form on its page. ``action``: where it is sent when that is not this address."""
    form.offer()
    about, now = form.about, None if form.about.provisional else timezone.now()
    later = _counted_from(request, about.process.procedure, now)
    facts = {"nav_here": "receive", "form": form, "about": about, "action": action, "counted_from": later}
    return vault_answers.keep(request, render(request, "counter/tiep_nhan.html", facts, status=status))


def _counted_from(request: OfficerRequest, procedure: "Procedure", received_at: datetime | None) -> str:
    """Said when the term does not count from the moment of reception."""
    if received_at is None:
        return ""
    return deadlines.counted_from(procedure, received_at, unit_id=request.authority.unit_id)


def _take_file(authority: Authority, form: Reception, nth: int, key: UUID, counted_for: str) -> None:
    given, token = form.cleaned_data.get(f"file_{nth}"), form.cleaned_data.get(f"kept_{nth}")
    if not given:
        kept = component_files.find(authority=authority, form_key=key, token=token) if token else None
        if kept is not None:
            form.kept[nth] = kept
        return
    try:
        kept = component_files.keep(
            authority=authority,
            form_key=key,
            counted_for=counted_for,
            data=_bytes_of(given),
            name=given.name or "",
            antivirus=antivirus(),
            now=timezone.now(),
        )
    except Refusal as no:
        form.refuse(no, f"file_{nth}")
    else:
        form.remember(nth, kept)


def _bytes_of(given: "File[bytes]") -> bytes:
    given.seek(0)
    return bytes(given.read())


def _receive_provisionally(request: OfficerRequest, draft: checks.Draft, form: Reception) -> HttpResponse:
    try:
        return redirect("counter:received", public_id=_provisional(request, draft.check_id, form))
    except checks.CheckTooOld:
        return _once_more(request, draft, form)
    except Refusal as no:
        form.refuse(no)
        return page(request, form, status=no.status)


def _provisional(request: OfficerRequest, check_id: UUID, form: Reception) -> UUID:
    return provisional.receive_provisionally(
        authority=request.authority,
        check_id=check_id,
        owner_name=form.typed_owner,
        form=form.submission(),
        now=timezone.now(),
    ).public_id


def _once_more(request: OfficerRequest, draft: checks.Draft, form: Reception) -> HttpResponse:
    """The silence was heard long ago: ask again. Still silent, go on; answered, go on with the answer."""
    try:
        view = visits.ask_again(
            authority=request.authority,
            check_id=draft.check_id,
            registry=account_registry(),
            now=timezone.now(),
        )
        if not view.can_receive and not view.can_receive_provisionally:
            raise checks.OwnerNotReceivable(words=view.words)
        newer = checks.choose_procedure(
            authority=request.authority,
            check_id=view.public_id,
            procedure_code=draft.process.procedure.code,
            process_id=draft.process.pk,
            registry=account_registry(),
            now=timezone.now(),
        )
        if newer.provisional:
            return redirect("counter:received", public_id=_provisional(request, newer.check_id, form))
    except Refusal as no:
        form.refuse(no)
        return page(request, form, status=no.status)
    request.notices = [Notice("info", "", _ANSWERED)]  # type: ignore[attr-defined]
    # Every file was inspected, counted and kept when the form was read the first time: only the words again.
    again = _read(request.authority, Reception(about_of(request, newer), form.data), str(draft.check_id))
    return page(request, again, action=checking.form_address(newer.check_id, newer.process.pk))
