"""Tags for pages: an icon, a notice or dialog around a text, a table heading that sorts."""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache

from django import template
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

register = template.Library()

_ICON = re.compile(r"[a-z0-9-]+")
_KINDS = {
    "info": "info-circle-fill",
    "success": "check-circle-fill",
    "warning": "exclamation-triangle-fill",
    "error": "x-octagon-fill",
}


@register.simple_tag
def icon(name: str) -> SafeString:
    """The drawing in parts/icons, hidden from screen readers: the words beside it say it."""
    return _drawing(name)


@cache
def _drawing(name: str) -> SafeString:
    """The same on every page; drawn once."""
    if not _ICON.fullmatch(name):
        raise ImproperlyConfigured(f"icon {name!r}")
    return render_to_string(f"parts/icons/{name}.svg")


@register.filter
def kind_icon(kind: str) -> str:
    """The icon that goes with info, success, warning or error."""
    return _KINDS.get(kind, _KINDS["info"])


@register.filter
def dialled(phone: str) -> str:
    """What a ``tel:`` link carries: the digits, and the plus before them."""
    return re.sub(r"[^0-9+]", "", phone)


@register.filter
def grouped(amount: int) -> str:
    """As people read money: 30.000."""
    return f"{amount:,}".replace(",", ".")


@register.filter
def version_day(version: str) -> str:
    """ "2026-11-30" → "30/11/2026"; a version that is called otherwise, as it is called."""
    try:
        return f"{date.fromisoformat(version):%d/%m/%Y}"
    except ValueError:
        return version


@register.simple_block_tag
def notice(content: str, kind: str = "info", title: str = "", role: str = "") -> SafeString:
    """``{% notice kind="warning" title="…" %}…{% endnotice %}``: as parts/alert.html, around any markup."""
    return render_to_string("parts/alert.html", {"kind": kind, "title": title, "body": content, "role": role})


@register.simple_block_tag
def dialog(content: str, id: str, title: str, shown: bool = False, kind: str = "info") -> SafeString:
    """``{% dialog id="x" title="…" shown=flag %}…{% enddialog %}``; ``data-opens="x"`` opens it."""
    return render_to_string(
        "parts/dialog.html", {"id": id, "title": title, "body": content, "shown": shown, "kind": kind}
    )


@register.inclusion_tag("parts/sort_heading.html", takes_context=True)
def sort_heading(context: Mapping[str, object], key: str, words: str, sort: str = "") -> dict[str, object]:
    """``<th>`` whose link sorts by ``?xep=key`` (``-key``: downwards); ``sort`` is the order now."""
    request = context.get("request")
    query = request.GET.copy() if isinstance(request, HttpRequest) else None
    for gone in ("truoc", "sau"):
        if query is not None:
            query.pop(gone, None)
    direction = {key: "ascending", f"-{key}": "descending"}.get(sort, "")
    following = f"-{key}" if direction == "ascending" else key
    if query is not None:
        query["xep"] = following
    address = f"?{query.urlencode()}" if query is not None else f"?xep={following}"
    return {"words": words, "direction": direction, "address": address}
