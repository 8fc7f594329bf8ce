"""Tập huấn: a world of invented people in which officers learn the three appendices, apart from everything real."""
