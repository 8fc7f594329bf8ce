"""Một cửa: a dossier is received only after its owner's digital account has been checked."""
