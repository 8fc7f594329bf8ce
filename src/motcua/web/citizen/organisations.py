"""Tổ chức tôi đại diện: which they are, acting for one of them, and being oneself again."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from motcua.accounts import mandate_reading, organisations, standing_mandates
from motcua.web import scope_words, systems, visitors
from motcua.web.access import VisitorRequest, signed_in
from motcua.web.devices import device_of, words_of


@signed_in
@require_GET
def listing(request: VisitorRequest) -> HttpResponse:
    """Each with its days, its scope and its proof; for whoever acts for one, the way back."""
    visitor = request.visitor
    held = [] if visitor.mandate_id else organisations.held_by(visitor)
    asked = [] if visitor.mandate_id else mandate_reading.asked_about(visitor)
    named = scope_words.names_in([*held, *asked])
    facts = {
        "nav_here": "organisations",
        "acting": visitor.display_name if visitor.mandate_id else "",
        "may_act": not visitor.is_officer,
        "mandates": [
            (each, standing_mandates.stands(each), standing_mandates.words_of(each), named(each))
            for each in held
        ],
        "asked": [(each, standing_mandates.words_of(each), named(each)) for each in asked],
        "acting_in": scope_words.named(visitor.scope.codes),
    }
    return render(request, "citizen/to_chuc.html", facts)


@signed_in
@require_POST
def act(request: VisitorRequest, public_id: UUID) -> HttpResponse:
    """From now on this browser is the organisation's, until it goes back or the mandate ends."""
    token = organisations.act_for(
        request.visitor, public_id, device=device_of(request), device_words=words_of(request)
    )
    response = redirect(systems.of_desk_as_now(reverse("citizen:dossiers")) or "citizen:organisations")
    visitors.sign_in(response, token, officer=False)
    return response


@signed_in
@require_POST
def back(request: VisitorRequest) -> HttpResponse:
    """The representative's own pages again."""
    token = organisations.back_to_oneself(
        request.visitor, device=device_of(request), device_words=words_of(request)
    )
    # By way of a desk elsewhere: it would go on showing the organisation's pages for some seconds.
    here = reverse("citizen:organisations")
    response = redirect(systems.of_desk_as_now(here) or here)
    visitors.sign_in(response, token, officer=False)
    return response
