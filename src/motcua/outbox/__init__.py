"""Hộp thư đi: texts promised inside the transaction, sent outside it."""
