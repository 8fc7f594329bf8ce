"""Telling another system that a session is over, at the address that two officers agreed to and nowhere else.

The name is looked up here and the number that was looked at is the one that is called: a name that answers
differently the second time leads nowhere (A-58). Inner addresses are refused in production.
"""

import ipaddress
import socket
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings

from motcua.gateways.wire import Line, LineBroken
from motcua.kernel.refusal import Refusal
from motcua.signin import return_addresses
from motcua.signin.ports import LogoutNotTaken

_TAKEN: Final = (200, 204)


class HttpLogoutCalls:
    """Implements ``signin.ports.LogoutLine``."""

    def __init__(self, line: Line | None = None) -> None:
        self._line = line or Line(deadline=5.0)

    def tell(self, *, address: str, logout_token: str) -> None:
        try:
            parts = urlsplit(return_addresses.parse(address))
            port = parts.port or (443 if parts.scheme == "https" else 80)
            number = _number_of(parts.hostname or "", port)
            netloc = f"[{number}]:{port}" if ":" in number else f"{number}:{port}"
            reply = self._line.send(
                "POST",
                urlunsplit(parts._replace(netloc=netloc)),
                form={"logout_token": logout_token},
                headers={"Host": parts.netloc},
                named=parts.hostname,
            )
        except (Refusal, LineBroken, OSError, ValueError) as no:
            raise LogoutNotTaken from no
        if reply.status not in _TAKEN:
            raise LogoutNotTaken


def _number_of(host: str, port: int) -> str:
    """One address of the host, when every one of them may be called. Raises OSError, LogoutNotTaken."""
    found = {str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    if not found or not all(may_be_called(number) for number in found):
        raise LogoutNotTaken
    return sorted(found)[0]


def may_be_called(number: str) -> bool:
    """A public address; on the demonstration's machine itself as well."""
    try:
        at = ipaddress.ip_address(number.partition("%")[0])
    except ValueError:
        return False
    if isinstance(at, ipaddress.IPv6Address) and (inner := at.ipv4_mapped or at.sixtofour) is not None:
        at = inner
    if at.is_loopback:
        return bool(settings.SIMULATORS_URL)
    return at.is_global and not at.is_multicast
