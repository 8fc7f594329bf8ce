"""Tệp: names of files lie sealed; their bytes have keys of their own (``key_change``)."""

from typing import Final

from motcua.keys.registry import Sealed

SEALED: Final = (Sealed("files.StoredFile", "name_sealed", "stored_file.name"),)
