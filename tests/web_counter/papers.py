"""A small scan that the files room accepts, always the same bytes."""

from functools import lru_cache
from io import BytesIO

import pikepdf


@lru_cache(maxsize=1)
def a_pdf() -> bytes:
    """One empty page."""
    paper = pikepdf.new()
    paper.add_blank_page(page_size=(595, 842))
    written = BytesIO()
    paper.save(written, deterministic_id=True)
    return written.getvalue()
