"""Đăng nhập lại qua Cổng: before a sensitive act at a desk whose portal is elsewhere, with what was typed kept.

The second factor is proved at the portal, so the browser leaves in between. What was typed waits in a cookie of that
one address, sealed for the person, ten minutes; files and what is longer do not fit, and the page says so first.
"""

import json
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from motcua.kernel.sealing import SealBroken

if TYPE_CHECKING:
    from motcua.web.access import VisitorRequest

_PATIENCE: Final = 600
_FIELD: Final = "web.fresh_sign_in"
#: A browser keeps a cookie of 4,096 bytes with its name and rules; sealing and hexadecimal digits double the length.
_LONGEST: Final = 1_700


def ask(request: "VisitorRequest") -> HttpResponse:
    """Why the portal is to be asked once more, and the way there and back to this address."""
    typed = _typed(request)
    fits = len(typed.encode()) <= _LONGEST
    facts = {
        "address": f"{reverse('public:sign_in')}?{urlencode({'tiep': request.path, 'vi_sao': 'hai-yeu-to'})}",
        "files_lost": bool(request.FILES),
        "too_long": not fits,
        "back": request.path,
    }
    response = render(request, "base/dang_nhap_moi.html", facts, status=403)
    if typed and fits and not request.FILES:
        response.set_cookie(
            _cookie(),
            settings.KEYRING.seal(_FIELD, _row(request), typed).hex(),
            max_age=_PATIENCE,
            path=request.path,
            secure=settings.COOKIE_SECURE,
            httponly=True,
            samesite="Strict",
        )
    return response


def come_back(request: "VisitorRequest") -> HttpResponse | None:
    """What was typed before the sign-in, to be sent now; None when nothing waits for this person here."""
    kept = request.COOKIES.get(_cookie(), "")
    if request.method != "GET" or not kept:
        return None
    try:
        typed = settings.KEYRING.open(_FIELD, _row(request), bytes.fromhex(kept))
    except (SealBroken, ValueError):
        return None  # another person's, another address's, or nobody's
    along = [(name, value) for name, values in json.loads(typed) for value in values]
    response = render(request, "base/gui_tiep.html", {"along": along})
    response.delete_cookie(_cookie(), path=request.path, samesite="Strict")
    return response


def _typed(request: HttpRequest) -> str:
    if request.method != "POST":
        return ""
    lists = [(name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"]
    return json.dumps(lists, ensure_ascii=False)


def _row(request: "VisitorRequest") -> str:
    return f"{request.visitor.subject}:{request.path}"


def _cookie() -> str:
    """With a path of its own, so never ``__Host-``."""
    return f"giu-lai{settings.COOKIE_SUFFIX}"
