"""Nhà in: a named paper form typeset from plain data."""

from motcua.press.barcodes import qr_svg
from motcua.press.printing import render

__all__ = ["qr_svg", "render"]
