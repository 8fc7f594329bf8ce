"""Trang đầu của Một cửa: the big button, today's numbers, what was left half done, another unit."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from motcua.desk import day_at_the_desk, dossiers, opinions, opinions_asked, visits
from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.collation import collation_key
from motcua.units import posts
from motcua.web import outside, visitors
from motcua.web.access import OfficerRequest, officer


@officer()
@require_GET
def home(request: OfficerRequest) -> HttpResponse:
    """Where officers arrive after signing in, whatever they may do."""
    authority = request.authority
    receives = authority.may(Power.RECEIVE_DOSSIER)
    facts = {
        "receives": receives,
        "may_decide": authority.may(Power.APPROVE_EXCEPTION),
        "may_administer": bool(
            authority.powers
            & {
                Power.OPEN_ACCOUNT,
                Power.GRANT,
                Power.MANAGE_CATALOGUE,
                Power.APPROVE_EXCEPTION,
                Power.INSPECT,
                Power.EXPORT,
            }
        ),
        "may_list": bool(authority.powers & dossiers.READERS),
        "posts": _posts(authority),
        "here": authority.unit_code,
    }
    now = timezone.now()
    if authority.powers & {Power.PROCESS, Power.SIGN, Power.HAND_OUT}:
        words = dossiers.PLACE_WORDS
        waiting = day_at_the_desk.work(authority, now=now)
        facts["work"] = [(place.value, words[place], count) for place, count in waiting.items()]
    if authority.powers & opinions.ANSWERERS:
        facts["opinions_wait"] = opinions_asked.how_many_wait(authority)
    if receives:
        facts |= {
            "numbers": day_at_the_desk.numbers(authority, now=now),
            "visits": visits.open_visits(authority, now=now),
        }
    return render(request, "counter/trang_dau.html", facts)


@officer()
@require_POST
def switch_unit(request: OfficerRequest) -> HttpResponse:
    """Work at another of one's own units from here on."""
    wanted = request.POST.get("unit", "")
    if wanted not in {post.unit_code for post in _posts(request.authority)}:
        raise NotAuthorised
    token = outside.sessions().move_to_unit(request.visitor, wanted)
    response = redirect("counter:home")
    visitors.sign_in(response, token, officer=True)
    return response


def _posts(authority: Authority) -> list[posts.PostOfOfficer]:
    """One line per unit, as the alphabet has them."""
    held = posts.posts_of(authority.subject, timezone.localdate())
    return sorted(
        {post.unit_code: post for post in held}.values(), key=lambda post: collation_key(post.unit_name)
    )
