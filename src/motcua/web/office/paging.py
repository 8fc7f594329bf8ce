"""Số trang: which page of a list was asked for, in the address or posted with a search."""

import re
from typing import Final

from django.http import HttpRequest

_PAGE: Final = re.compile(r"[1-9][0-9]{0,2}")


def page_asked_for(request: HttpRequest) -> int:
    """The first, when what was asked for is no page."""
    given = request.POST.get("trang", request.GET.get("trang", "1"))
    return int(given) if _PAGE.fullmatch(given) else 1
