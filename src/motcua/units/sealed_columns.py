"""Đơn vị: officers' phones, and what was searched for."""

from typing import Final

from motcua.keys.registry import Sealed

SEALED: Final = (
    Sealed("units.Officer", "phone_sealed", "officer.phone", row="{subject}"),
    Sealed("units.SearchMemory", "sealed", "units_searchmemory.sealed"),
)
