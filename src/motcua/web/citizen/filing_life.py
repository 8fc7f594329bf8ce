"""Hồ sơ của tôi, làm tiếp: supplement, withdraw, take the result, rate."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from motcua.desk import acting_for_owner, filing_life, result_files, returning
from motcua.desk import dossiers as rooms
from motcua.desk.filing_life import OwnDeed
from motcua.kernel.refusal import Refusal
from motcua.web.access import VisitorRequest, signed_in
from motcua.web.citizen.filing_forms import Stars, Supplement, Withdrawal
from motcua.web.outside import account_registry, antivirus
from motcua.web.responses import pdf_response

if TYPE_CHECKING:
    from django.core.files import File

    from motcua.desk.models import Dossier
    from motcua.desk.ports import Representative
    from motcua.files.models import StoredFile


@signed_in
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def supplement(request: VisitorRequest, public_id: UUID) -> HttpResponse:
    """The papers of form 02, a file each; all of them at once."""
    dossier = rooms.dossier_of_owner(request.visitor.subject, public_id, within=request.visitor.scope)
    standing = filing_life.standing_of(dossier)
    if OwnDeed.SUPPLEMENT not in standing.deeds or standing.asked is None:
        return redirect("citizen:dossier", public_id=public_id)
    asked = standing.asked
    posted = request.method == "POST"
    form = Supplement(asked.items, request.POST if posted else None, request.FILES if posted else None)
    status = 200
    if posted:
        form.is_valid()
        files = _files(request, public_id, form)
        status = 422
        if not form.errors:
            try:
                filing_life.supplement(
                    subject=request.visitor.subject,
                    dossier_id=public_id,
                    files=files,
                    now=timezone.now(),
                    within=request.visitor.scope,
                    acting=_acting(request, dossier),
                )
            except Refusal as no:
                form.refuse(no)
                status = no.status
            else:
                return redirect(f"{reverse('citizen:dossier', args=[public_id])}?da=bo-sung")
    facts = {"nav_here": "dossiers", "form": form, "dossier": dossier, "asked": asked}
    return render(request, "citizen/nop_bo_sung.html", facts, status=status)


@signed_in
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def withdraw(request: VisitorRequest, public_id: UUID) -> HttpResponse:
    """Asked why, and once more whether it is meant."""
    dossier = rooms.dossier_of_owner(request.visitor.subject, public_id, within=request.visitor.scope)
    if OwnDeed.WITHDRAW not in filing_life.standing_of(dossier).deeds:
        return redirect("citizen:dossier", public_id=public_id)
    form = Withdrawal(request.POST if request.method == "POST" else None)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            filing_life.withdraw(
                subject=request.visitor.subject,
                dossier_id=public_id,
                reason=form.cleaned_data["reason"],
                now=timezone.now(),
                within=request.visitor.scope,
                acting=_acting(request, dossier),
            )
        except Refusal as no:
            form.refuse(no, "reason" if no.code == "reason_wanted" else None)
            status = no.status
        else:
            return redirect(f"{reverse('citizen:dossier', args=[public_id])}?da=rut")
    return _act(request, dossier, form, "citizen/nop_rut.html", status)


@signed_in
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def rate(request: VisitorRequest, public_id: UUID) -> HttpResponse:
    """One to five stars, once."""
    dossier = rooms.dossier_of_owner(request.visitor.subject, public_id, within=request.visitor.scope)
    if OwnDeed.RATE not in filing_life.standing_of(dossier).deeds:
        return redirect("citizen:dossier", public_id=public_id)
    form = Stars(request.POST if request.method == "POST" else None)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            returning.rate(
                subject=request.visitor.subject,
                dossier_id=public_id,
                stars=form.cleaned_data["stars"],
                words=form.cleaned_data["words"],
                within=request.visitor.scope,
            )
        except Refusal as no:
            form.refuse(no)
            status = no.status
        else:
            return redirect(f"{reverse('citizen:dossier', args=[public_id])}?da=danh-gia")
    return _act(request, dossier, form, "citizen/nop_danh_gia.html", status)


@signed_in
@require_GET
def result(request: VisitorRequest, public_id: UUID) -> HttpResponse:
    """The signed result, once it was handed out."""
    data, name = result_files.read_own(request.visitor.subject, public_id, within=request.visitor.scope)
    return pdf_response(data, name)


def _acting(request: VisitorRequest, dossier: "Dossier") -> "Representative | None":
    """Asked at the portal when it is meant: whether whoever is signed in may go on for the organisation."""
    return acting_for_owner.asked_about(
        dossier, session=request.visitor.session_public_id, registry=account_registry()
    )


def _act(
    request: VisitorRequest, dossier: "Dossier", form: Withdrawal | Stars, template: str, status: int
) -> HttpResponse:
    return render(
        request, template, {"nav_here": "dossiers", "form": form, "dossier": dossier}, status=status
    )


def _files(request: VisitorRequest, public_id: UUID, form: Supplement) -> "dict[str, StoredFile]":
    """By the notice's lines; a bad one is said beside its box, the others stay with the form."""
    found: dict[str, StoredFile] = {}
    for nth, line in enumerate(form.asked):
        given: File[bytes] | None = form.cleaned_data.get(f"file_{nth}")
        try:
            kept = (
                filing_life.keep_file(
                    subject=request.visitor.subject,
                    dossier_id=public_id,
                    data=bytes(given.read()),
                    name=given.name or "",
                    antivirus=antivirus(),
                    now=timezone.now(),
                    within=request.visitor.scope,
                )
                if given
                else filing_life.find_file(
                    subject=request.visitor.subject,
                    dossier_id=public_id,
                    token=form.cleaned_data.get(f"kept_{nth}", ""),
                )
            )
        except Refusal as no:
            form.refuse(no, f"file_{nth}")
            continue
        if kept is not None:
            form.remember(nth, kept.token, kept.name)
            found[line["name"]] = kept.stored
        elif f"file_{nth}" not in form.errors:
            form.add_error(f"file_{nth}", f"Đề nghị ông/bà chọn tệp “{line['name']}”.")
    return found
