"""Khóa công khai của cổng: one set for everything the portal signs; who reads a signature picks by ``kid``."""

from typing import TypedDict

from motcua.accounts import receipt_keys


class KeySet(TypedDict):
    """RFC 7517, 5."""

    keys: list[dict[str, str]]


def key_set() -> KeySet:
    """Receipts and access tokens are signed by the same key."""
    return {"keys": receipt_keys.published()}
