"""Where a request comes from, behind the proxies that are trusted: an alarm key, never an identity."""

import ipaddress


def client_address(forwarded: str, remote: str, *, trusted_proxies: int) -> str:
    """As the outermost trusted proxy saw it; what stands further left, anybody may have written."""
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    return hops[-trusted_proxies] if 0 < trusted_proxies <= len(hops) else remote


def network_of(address: str) -> str:
    """What one subscriber has: an IPv4 address, or all of the /64 in which an IPv6 host picks a new one at will."""
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv4Address):
        return str(known)
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return str(ipaddress.ip_network((known, 64), strict=False))
