"""Tệp: bytes kept sealed with a key of their own, checked by content."""
