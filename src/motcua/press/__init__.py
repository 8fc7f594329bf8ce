"""Nhà in: a named paper form typeset from plain data."""
