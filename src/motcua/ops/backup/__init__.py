"""Sao lưu và khôi phục: a copy of everything that only the holder of a key kept elsewhere opens, and the way back."""
