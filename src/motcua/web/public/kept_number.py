"""The number typed at sign-in, so that it is not typed again where the account is activated; read once, in no address.

It waits sealed in a cookie of that one page, ten minutes. Whoever uses the computer next finds nothing: the page that
shows it takes it away.
"""

from typing import Final, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.sealing import SealBroken
from motcua.kernel.tax_code import TaxCode

_FIELD: Final = "web.kept_number"
_ROW: Final = "activation"
_PATIENCE: Final = 600

R = TypeVar("R", bound=HttpResponse)


def keep(response: R, number: CitizenId | TaxCode) -> R:
    """With the answer that leads to the activation."""
    return _set(response, settings.KEYRING.seal(_FIELD, _ROW, number.value).hex(), _PATIENCE)


def read(request: HttpRequest) -> str:
    """ "" when nothing was kept in this browser, or it was not we who kept it."""
    kept = request.COOKIES.get(_cookie(), "")
    try:
        return str(settings.KEYRING.open(_FIELD, _ROW, bytes.fromhex(kept))) if kept else ""
    except (SealBroken, ValueError):
        return ""


def forget(response: R) -> R:
    """With the page that showed it."""
    return _set(response, "", 0)


def _set(response: R, kept: str, seconds: int) -> R:
    response.set_cookie(
        _cookie(),
        kept,
        max_age=seconds,
        path=reverse("public:activation"),
        secure=settings.COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return response


def _cookie() -> str:
    """With a path of its own, so never ``__Host-``."""
    return f"so-vua-nhap{settings.COOKIE_SUFFIX}"
