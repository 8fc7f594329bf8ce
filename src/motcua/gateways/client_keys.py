"""The desk's own key, by which the portal knows it."""

from functools import lru_cache
from pathlib import Path

from joserfc.jwk import ECKey


@lru_cache(maxsize=2)
def client_key(path: Path) -> ECKey:
    """Named by its thumbprint (RFC 7638)."""
    key = ECKey.import_key(path.read_text(encoding="ascii"))
    key.ensure_kid()
    return key
