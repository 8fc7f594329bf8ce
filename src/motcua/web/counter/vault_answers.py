"""What the owner's vault answered for one form, kept sealed in the officer's browser for ten minutes.

The owner sees every time the vault was asked; looking at the same form again is not asking again. The cookie
goes only to the form's own address and opens only for this officer, this check and this process.
"""

import base64
import json
from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from motcua.desk import checks, visits
from motcua.desk.ports import OfferedPaper, PaperValidity
from motcua.kernel.authority import Authority
from motcua.kernel.sealing import SealBroken
from motcua.web.outside import owners_vault

KEPT_FOR: Final = timedelta(minutes=10)
_FIELD: Final = "counter.vault_answer"
#: A browser keeps cookies up to 4096 bytes; a longer answer is asked for again.
_LONGEST: Final = 3800


def ask(request: HttpRequest, authority: Authority, draft: checks.Draft) -> visits.Offers:
    """The answer of the last ten minutes, else a fresh one, to be kept by ``keep``."""
    row = _row(authority, draft)
    if (known := _opened(request.COOKIES.get(_cookie(), ""), row)) is not None:
        return known
    fresh = visits.offers(authority, draft, owners_vault())
    if not fresh.silent and not draft.provisional:
        request.vault_answer = _sealed(fresh, row)  # type: ignore[attr-defined]
    return fresh


def keep(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Send the fresh answer along with the page that shows it."""
    answer: str = getattr(request, "vault_answer", "")
    if answer and len(answer) <= _LONGEST:
        response.set_cookie(
            _cookie(),
            answer,
            max_age=KEPT_FOR,
            path=request.path,
            secure=settings.COOKIE_SECURE,
            httponly=True,
            samesite="Strict",
        )
    return response


def _cookie() -> str:
    """With a path of its own, so never ``__Host-``."""
    return f"kho{settings.COOKIE_SUFFIX}"


def _row(authority: Authority, draft: checks.Draft) -> str:
    return f"{authority.subject}:{authority.unit_code}:{draft.check_id}:{draft.process.pk}"


def _sealed(offers: visits.Offers, row: str) -> str:
    content = {"at": timezone.now().timestamp(), "papers": [asdict(paper) for paper in offers.papers]}
    sealed: bytes = settings.KEYRING.seal(
        _FIELD, row, json.dumps(content, ensure_ascii=False, default=str, separators=(",", ":"))
    )
    return base64.urlsafe_b64encode(sealed).decode()


def _opened(cookie: str, row: str) -> visits.Offers | None:
    try:
        content = json.loads(settings.KEYRING.open(_FIELD, row, base64.urlsafe_b64decode(cookie)))
    except (SealBroken, ValueError):
        return None
    if timezone.now().timestamp() - content["at"] > KEPT_FOR.total_seconds():
        return None
    return visits.Offers(papers=tuple(_paper(told) for told in content["papers"]))


def _paper(told: dict[str, Any]) -> OfferedPaper:
    """As it was offered; what has run out since then has run out here too."""
    until = _day(told["valid_until"])
    paper = OfferedPaper(
        **{
            **told,
            "validity": PaperValidity(told["validity"]),
            "issued_on": _day(told["issued_on"]),
            "valid_until": until,
        }
    )
    over = until is not None and until < timezone.localdate()
    return replace(paper, validity=PaperValidity.EXPIRED) if over else paper


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
