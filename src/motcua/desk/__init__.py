"""Một cửa: a dossier is received only with a checked owner."""
