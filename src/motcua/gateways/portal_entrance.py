"""The way in for people at this desk: through the portal that the settings name, with the desk's own key."""

from pathlib import Path
from typing import Final

from django.conf import settings

from motcua.gateways.client_keys import client_key
from motcua.gateways.portal_description import Portal
from motcua.gateways.portal_signin import HttpPortalSignIn
from motcua.gateways.wire import Line

BACK: Final = "/dang-nhap/tro-ve/"
_SCOPES: Final = "openid profile desk.officer owner.session offline_access"


def entrance() -> HttpPortalSignIn:
    """Made once for each process."""
    return HttpPortalSignIn(
        portal=Portal(settings.PORTAL_ISSUER, line=Line(trust=settings.PORTAL_TRUST)),
        client_id=settings.PORTAL_CLIENT_ID,
        key=client_key(Path(settings.PORTAL_CLIENT_KEY)),
        redirect_uri=settings.PUBLIC_URL + BACK,
        scopes=_SCOPES,
    )
