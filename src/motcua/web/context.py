"""What every page knows: who is here, which systems are at home, which province, which day."""

from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from motcua.units import tree
from motcua.web import outages

_HOTLINE: Final = "1022"


def page(request: HttpRequest) -> dict[str, object]:
    """Context processor. ``visitor`` is set by VisitorMiddleware and is None for a stranger."""
    return {
        "visitor": getattr(request, "visitor", None),
        "unit_name": SimpleLazyObject(lambda: _unit_name(request)),
        "may": SimpleLazyObject(lambda: _powers(request)),
        "notices": getattr(request, "notices", ()),
        "outages": SimpleLazyObject(outages.now),
        **standing(),
    }


def _powers(request: HttpRequest) -> frozenset[str]:
    """For showing entries of a menu, never for deciding; empty where nobody asked who may enter."""
    authority = getattr(request, "authority", None)
    return frozenset(power.value for power in authority.powers) if authority else frozenset()


def _unit_name(request: HttpRequest) -> str:
    """The unit an officer acts for: read with the session, asked only where that could not know it."""
    visitor = getattr(request, "visitor", None)
    if known := str(getattr(visitor, "unit_name", "")):
        return known
    code = str(getattr(visitor, "unit_code", ""))
    return tree.names_of([code]).get(code, "") if code else ""


def standing() -> dict[str, object]:
    """The part that needs no request; the page of a breakdown is drawn with it."""
    return {
        "hosts_portal": settings.HOSTS_PORTAL,
        "hosts_desk": settings.HOSTS_DESK,
        # Where the other system is; empty where none is known.
        "portal_url": settings.PORTAL_URL,
        "desk_url": settings.DESK_URL,
        "system_name": settings.DESK_NAME,
        "hotline": getattr(settings, "HOTLINE", _HOTLINE),
        "today": timezone.localdate(),
        # On every page of a training installation; elsewhere the way to it.
        "training": settings.TRAINING,
        "training_url": settings.TRAINING_URL,
    }
