"""Lưu liên tục: PostgreSQL's log and a copy of its files, sealed as they are written, so that no minute is lost."""
