"""Kho dữ liệu: papers kept once, lent by consent."""
