"""Who we are to other systems: the name in tokens, proofs and descriptions of this installation."""

from django.conf import settings


def named() -> str:
    """As it stands in tokens: the portal's name where accounts are at home, else the desk's own address.

    A desk apart believes no token of the portal and the portal none of the desk: keys and names are both others.
    """
    return str(settings.PORTAL_ISSUER if settings.HOSTS_PORTAL else settings.PUBLIC_URL)


def issuer() -> str:
    """The address other systems know us by, without a slash at its end."""
    return named().rstrip("/")
