"""Is somebody there? One short connection to each neighbour that is configured; nothing is asked or told."""

import socket
import ssl
from collections.abc import Callable
from functools import partial
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

from motcua.gateways import portal_line
from motcua.gateways.wire import Line, LineBroken

SECONDS: Final = 2.0
_DESCRIPTION: Final = "/.well-known/openid-configuration"
_PORTS: Final = {"https": 443, "http": 80}
Knock = Callable[[], None]


def knocks() -> dict[str, Knock]:
    """Name → how to knock; whoever is not configured is nobody's neighbour."""
    found: dict[str, Knock] = {}
    if settings.HOSTS_PORTAL:
        found["operators"] = partial(at_address, settings.OPERATORS_URL)
        if settings.VNEID_ISSUER:
            found["vneid"] = partial(described, settings.VNEID_ISSUER, settings.VNEID_TRUST)
    if settings.HOSTS_DESK:
        found["payment"] = partial(at_address, settings.PAYMENT_URL)
        if not settings.HOSTS_PORTAL:
            found["portal"] = partial(at_address, settings.PORTAL_URL)
        elif settings.SIMULATORS_URL:
            found["portal"] = (
                the_line  # both are here: only a demonstration can take the line between them down
            )
    elif settings.DESK_URL:
        found["desk"] = partial(at_address, settings.DESK_URL)
    if settings.NATIONAL_SYNC and settings.DVCQG_URL:
        found["dvcqg"] = partial(at_address, settings.DVCQG_URL)
    if settings.MAIL_HOST:
        found["mail"] = partial(mail_server, settings.MAIL_HOST, settings.MAIL_PORT)
    if settings.ANTIVIRUS.endswith("Clamd"):
        found["antivirus"] = partial(clamd, settings.ANTIVIRUS_ADDRESS)
    return found


def the_line() -> None:
    """What the simulators say of the line between desk and portal. Raises OSError."""
    if not portal_line.line_is_up():
        raise ConnectionRefusedError


def at_address(url: str) -> None:
    """A connection, with TLS where the address wants it: an expired certificate is silence too. Raises OSError."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    with socket.create_connection((host, parts.port or _PORTS[parts.scheme]), timeout=SECONDS) as wire:
        if parts.scheme == "https":
            with ssl.create_default_context().wrap_socket(wire, server_hostname=host):
                return


def described(issuer: str, trust: str | None) -> None:
    """Its public description is there: a provider that says it is being mended is silent too. Raises OSError.

    Believed by the authorities that the sign-in believes.
    """
    try:
        reply = Line(deadline=SECONDS, trust=trust).send("GET", f"{issuer.rstrip('/')}{_DESCRIPTION}")
    except LineBroken as broken:
        raise ConnectionError("no answer") from broken
    if reply.status != 200:
        raise ConnectionRefusedError


def mail_server(host: str, port: int) -> None:
    """A mail server greets first; one that speaks TLS at once does not, and the connection is its answer."""
    with socket.create_connection((host, port), timeout=SECONDS) as wire:
        if settings.MAIL_TLS != "tls" and not wire.recv(64).startswith(b"220"):
            raise ConnectionRefusedError


def clamd(address: str) -> None:
    """PING, PONG. Raises OSError."""
    with _clamd(address) as wire:
        wire.settimeout(SECONDS)
        wire.sendall(b"zPING\0")
        if not wire.recv(16).startswith(b"PONG"):
            raise ConnectionRefusedError


def _clamd(address: str) -> socket.socket:
    if not address.startswith("/"):
        host, _, port = address.rpartition(":")
        return socket.create_connection((host, int(port)), timeout=SECONDS)
    wire = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        wire.settimeout(SECONDS)
        wire.connect(address)
    except OSError:
        wire.close()
        raise
    return wire
