"""A thin typed client of the portal's API v1. It needs httpx and joserfc and nothing of this house: copy the folder."""

from motcua_client.calls import Portal
from motcua_client.line import Line, NotTheHoldersToken, Refused, Unreachable

__all__ = ["Line", "NotTheHoldersToken", "Portal", "Refused", "Unreachable"]
