"""Trang ảnh của giấy tờ: one page as a picture that nothing keeps, and the words written across it."""

import re
from datetime import datetime
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from motcua.files.page_images import CONTENT_TYPE, page_image
from motcua.web.responses import SANDBOXED

_PAGE: Final = re.compile(r"[1-9][0-9]{0,2}")


def page_response(data: bytes, kind: str, *, page: int, words: str) -> HttpResponse:
    """A picture for our own pages only: not cached, not guessed at, not shown elsewhere, no address in it."""
    drawn = page_image(data, kind, page=page, words=words)
    response = HttpResponse(drawn.picture, content_type=CONTENT_TYPE)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOXED
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "no-store, private"
    return response


def owners_words(at: datetime | None = None) -> str:
    """Across the owner's own pages."""
    return f"Chủ kho · {_moment(at)}"


def officers_words(name: str, subject: str, at: datetime | None = None) -> str:
    """Across what an officer looks at: a photograph of the screen says whose screen it was."""
    return f"{name} · mã {subject[:8]} · {_moment(at)}"


def turned_to(request: HttpRequest, pages: int) -> dict[str, int | None]:
    """Where in a paper of so many pages the visitor is, and the pages beside it."""
    given = request.GET.get("trang", "")
    page = min(int(given) if _PAGE.fullmatch(given) else 1, max(pages, 1))
    return {
        "page": page,
        "pages": pages,
        "page_before": page - 1 if page > 1 else None,
        "page_after": page + 1 if page < pages else None,
    }


def _moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%H:%M %d/%m/%Y}"
