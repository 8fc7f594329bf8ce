"""What a random token of ours looks like."""

import re


def is_opaque_token(text: str) -> bool:
    """Whether ``text`` can be one of our cookies' tokens at all."""
    return re.fullmatch(r"[A-Za-z0-9_-]{20,100}", text) is not None
