"""A system sends somebody here to sign in; they agree once, and go back."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.signin import authorising, sharing
from motcua.signin.authorising import Looked, Next
from motcua.signin.server import Answer
from motcua.web import visitors
from motcua.web.access import anyone, visitor_of
from motcua.web.devices import device_of
from motcua.web.input_check import SentTwice


@anyone
@require_GET
def authorize(request: HttpRequest) -> HttpResponse:
    """Where a system sends people's browsers (``/oauth2/authorize``)."""
    visitor, asked = visitor_of(request), once(request)
    if visitor is None and request.headers.get("Sec-Fetch-Site") == "cross-site":
        # An officer's cookie does not come with a visit from another site; with the page's own next step it does.
        return by_way_of_a_page(request, request.get_full_path())
    looked = authorising.look(asked, visitor=visitor)
    if isinstance(looked, Answer):
        return HttpResponseRedirect(looked.location)
    step = authorising.next_step(looked, visitor=visitor)
    if isinstance(step, Answer):
        return HttpResponseRedirect(step.location)
    if step is Next.GO:
        return HttpResponseRedirect(authorising.answer(looked, visitor=visitor).location)
    # Each leaves a row for a while: whoever sends thousands is told to wait.
    spending.spend((Quota.SIGN_INS_ASKED_FROM_ADDRESS, visitors.address_of(request)))
    here = reverse("oauth2:waiting", args=[authorising.keep(looked, device=device_of(request))])
    return _to_sign_in(here, looked) if step is Next.SIGN_IN else HttpResponseRedirect(here)


@anyone
@require_http_methods(["GET", "POST"])
def waiting(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The same request after signing in: what the system wants to know, “Đồng ý”, “Không đồng ý”."""
    kept = authorising.kept(public_id, device=device_of(request))
    visitor = visitor_of(request)
    looked = authorising.look(kept.asked, visitor=visitor)
    if isinstance(looked, Answer):
        return by_way_of_a_page(request, looked.location)
    step = authorising.next_step(looked, visitor=visitor, since=kept.made_at)
    if step is Next.SIGN_IN or visitor is None:
        return _to_sign_in(request.path, looked)
    if isinstance(step, Answer):
        return by_way_of_a_page(request, step.location)
    if step is Next.CONSENT:
        act = request.POST.get("act", "") if request.method == "POST" else ""
        if act not in ("agree", "refuse"):
            return _ask(request, looked)
        if act == "refuse":
            said = authorising.answer(looked, visitor=None, request=kept)
            return by_way_of_a_page(request, said.location)
        sharing.agree(visitor=visitor, entry=looked.entry, scopes=looked.scopes)
    return by_way_of_a_page(request, authorising.answer(looked, visitor=visitor, request=kept).location)


def once(request: HttpRequest) -> dict[str, str]:
    """The parameters of the address. Raises SentTwice for one that came with two values."""
    if any(len(values) > 1 for _, values in request.GET.lists()):
        raise SentTwice
    return request.GET.dict()


def _ask(request: HttpRequest, looked: Looked) -> HttpResponse:
    return render(request, "public/dong_y_dang_nhap.html", {"question": authorising.question(looked)})


def _to_sign_in(here: str, looked: Looked) -> HttpResponse:
    """``buoc=hai``: whoever is sent asks for two factors, so the second one is asked for, or enrolled, as well."""
    wanted = {"tiep": here, "buoc": "hai"} if looked.wants_two_factors else {"tiep": here}
    return HttpResponseRedirect(f"{reverse('public:sign_in')}?{urlencode(wanted)}")


def by_way_of_a_page(request: HttpRequest, location: str) -> HttpResponse:
    """On, in a step of its own: a redirection that follows a form may not leave this site (CSP ``form-action``)."""
    response = render(request, "public/chuyen_tiep.html", {"location": location})
    response["Refresh"] = f"0;url={location}"
    return response
