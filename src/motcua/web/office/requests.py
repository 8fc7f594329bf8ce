"""What is done with a request beside the form: news of the code, paper, signed paper, shared phone, the end."""

from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from motcua.accounts import assistance, assisted_reading, creation, evidence
from motcua.accounts.application_rows import NotReady
from motcua.files import keeping
from motcua.files.reasons import FileRefused
from motcua.kernel.authority import Power
from motcua.limits.spending import TooManyAttempts
from motcua.web.access import OfficerRequest, officer
from motcua.web.office import forms, standing, uploads
from motcua.web.office.screen import Screen, code_part, crumb_above, open_request, page_of
from motcua.web.responses import pdf_response

if TYPE_CHECKING:
    from motcua.accounts.models import AssistApplication

_UNCHANGED: Final = 204


@officer(Power.OPEN_ACCOUNT)
@require_GET
def code_state(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """News of the newest code for the page that shows it; nothing while there is none. Without script: the page."""
    screen = open_request(request, public_id)
    if request.headers.get("HX-Request") != "true":
        return redirect("office:request", public_id=public_id)
    application = _application(screen)
    code = creation.code_status(authority=screen.authority, application=application)
    facts = code_part(application, code)
    if facts["news_from"]:
        return HttpResponse(status=_UNCHANGED)
    return render(request, "office/ma_otp.html", facts)


@officer(Power.OPEN_ACCOUNT)
@require_GET
def paper(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """The request paper that “Tải xuống” has bound to the data; also afterwards, for the unit's officers."""
    authority, application = standing.at_any_unit(
        request.authority, lambda one: assistance.application_for(one, public_id)
    )
    pdf = creation.printed_paper(
        authority=authority,
        application=application,
        now=application.created_at,
    )
    return pdf_response(pdf, f"giay-de-nghi-{application.request_number}.pdf")


@officer(Power.OPEN_ACCOUNT)
@sensitive_post_parameters()
@require_POST
def signed_paper(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """Attach “Giấy đề nghị đã ký”, before or after the account was created."""
    screen = open_request(request, public_id)
    application = _application(screen)
    created = application.is_finished
    if not created:
        assistance.require_open(application)
    form = screen.signed = forms.SignedPaper(request.POST, request.FILES)
    if form.is_valid():
        try:
            stored = uploads.take(
                screen.authority,
                form.cleaned_data["signed"],
                request_id=public_id,
                purpose="SIGNED_REQUEST",
                until=evidence.paper_until(application, timezone.now()),
            )
        except (FileRefused, TooManyAttempts) as no:
            form.refuse(no, "signed")
        else:
            assistance.attach_signed_paper(authority=screen.authority, application=application, paper=stored)
            place = "office:request_done" if created else "office:request"
            return redirect(f"{reverse(place, kwargs={'public_id': public_id})}?da=giay-ky")
    return _done_page(screen, 422) if created else screen.show(screen.form(), 422)


@officer(Power.OPEN_ACCOUNT)
@sensitive_post_parameters()
@require_POST
def ask_shared(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """Ask a colleague to approve that the phone serves two accounts (threats C4)."""
    screen = open_request(request, public_id)
    form = screen.shared = forms.SharedPhone(request.POST)
    if not form.is_valid():
        return screen.show(screen.form(), 422)
    creation.request_shared_phone(
        authority=screen.authority,
        application=_application(screen),
        reason=form.cleaned_data["shared_reason"],
    )
    return redirect(f"{screen.address}?da=chung")


@officer(Power.OPEN_ACCOUNT)
@require_POST
def cancel(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """Give the number free; the request stays on record as cancelled."""
    screen = open_request(request, public_id)
    assistance.cancel(authority=screen.authority, application=_application(screen))
    return redirect(f"{reverse('office:dashboard')}?da=huy")


@officer(Power.OPEN_ACCOUNT)
@require_GET
def done(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """The account exists, or its phone was changed: what the citizen does now. No password is shown here."""
    screen = open_request(request, public_id)
    if not _application(screen).is_finished:
        return redirect("office:request", public_id=public_id)
    return _done_page(screen)


def _done_page(screen: Screen, status: int = 200) -> HttpResponse:
    application = _application(screen)
    account = application.account
    crumbs = (crumb_above(application.kind), ("Hoàn thành", ""))
    data = assisted_reading.data_of(application)
    facts = {
        **standing.page(screen.request, page_of(application.kind).nav, *crumbs),
        "application": application,
        "account_id": account.public_id if account and account.origin == "ASSISTED" else None,
        "page": page_of(application.kind),
        "for_phone": application.is_phone_change,
        "taking_over": application.is_taking_over,
        "rests": application.is_taking_over and application.verdict != "MATCH",
        "activation_address": urljoin(settings.PUBLIC_URL, reverse("public:activation")),
        "full_name": data.full_name.value,
        "number_masked": assisted_reading.masked(data.citizen_id.last3),
        "phone_masked": data.phone.masked,
        "signed_form": screen.signed,
        "form": screen.signed,
        "signed_paper": keeping.name_of(application.signed_paper) if application.signed_paper else "",
    }
    return render(screen.request, "office/hoan_thanh.html", facts, status=status)


def _application(screen: Screen) -> "AssistApplication":
    if screen.application is None:
        raise NotReady
    return screen.application
