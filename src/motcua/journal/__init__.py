"""Nhật ký: what happened, in codes and ids; append-only."""
