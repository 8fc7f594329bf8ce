"""Nhật ký: what happened, in codes and ids; append-only, sealed, witnessed outside."""

from motcua.journal.recording import record, record_many, record_with

__all__ = ["record", "record_many", "record_with"]
