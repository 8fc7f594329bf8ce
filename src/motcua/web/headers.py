"""What every answer tells the browser besides its content (threats A-20 to A-25, A-89)."""

import re
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from motcua.kernel.training_stamp import FILE_STAMP

_NAME: Final = re.compile(r"filename=\"|filename\*=UTF-8''", re.IGNORECASE)
_NO_SENSORS: Final = ", ".join(
    f"{name}=()"
    for name in (
        "accelerometer",
        "autoplay",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
)
# Not "cookies": that would end sessions of other systems of the province. Ours is deleted by name.
_FORGET: Final = '"cache", "storage"'


class HeadersMiddleware:
    """Nothing personal stays in a browser or a shared cache.

    A view may answer ``Cache-Control: public, …`` for what is nobody's (keys, API description).
    ``request.clear_site_data = True`` also empties the browser's cache and storage.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not request.path_info.startswith(f"/{settings.STATIC_URL.lstrip('/')}"):
            _keep_nowhere(response)
        response.headers["X-Frame-Options"] = settings.X_FRAME_OPTIONS
        response.headers["Permissions-Policy"] = _NO_SENSORS
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["Cross-Origin-Embedder-Policy"] = "require-corp"
        response.headers["X-Permitted-Cross-Domain-Policies"] = "none"
        response.headers.setdefault("X-Robots-Tag", "noindex, nofollow")
        if settings.TRAINING and (named := response.headers.get("Content-Disposition")):
            response.headers["Content-Disposition"] = _NAME.sub(rf"\g<0>{FILE_STAMP}", named)
        if getattr(request, "clear_site_data", False):
            response.headers["Clear-Site-Data"] = _FORGET
        return response


def _keep_nowhere(response: HttpResponseBase) -> None:
    if "public" not in response.headers.get("Cache-Control", ""):
        response.headers["Cache-Control"] = "no-store, private"
