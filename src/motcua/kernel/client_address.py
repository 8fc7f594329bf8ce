"""Where a request comes from, behind the proxies that are trusted: an alarm key, never an identity."""


def client_address(forwarded: str, remote: str, *, trusted_proxies: int) -> str:
    """As the outermost trusted proxy saw it; what stands further left, anybody may have written."""
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    return hops[-trusted_proxies] if 0 < trusted_proxies <= len(hops) else remote
