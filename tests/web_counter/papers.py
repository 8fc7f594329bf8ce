"""A small scan that the files room accepts, always the same bytes."""

from functools import lru_cache
from io import BytesIO

import pikepdf


@lru_cache(maxsize=4)
def a_pdf(title: str = "") -> bytes:
    """One empty page; another title, other bytes."""
    paper = pikepdf.new()
    if title:
        paper.docinfo["/Title"] = title
    paper.add_blank_page(page_size=(595, 842))
    written = BytesIO()
    paper.save(written, deterministic_id=True)
    return written.getvalue()
