"""Nhật ký: what happened, in codes and ids; append-only, sealed, witnessed outside."""

from motcua.journal.recording import record

__all__ = ["record"]
