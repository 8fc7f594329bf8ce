"""Khóa trường: the key that seals the fields of rows is changed while everybody works (ADR 0035)."""
