"""Đơn vị, cán bộ: who may act for which office today."""
