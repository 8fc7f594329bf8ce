"""Số liệu: what happened, counted by day and unit out of the sealed journal, so that a report is quick and provable."""
