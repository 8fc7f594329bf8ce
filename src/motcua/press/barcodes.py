"""QR codes as drawings."""

from io import BytesIO
from typing import Final

import segno

#: Any of the eight masks is read; trying all of them for the evenest took longer than setting the page.
_MASK: Final = 3


def qr_svg(text: str) -> str:
    """A QR code (error correction M, quiet zone of four) as SVG without an XML declaration."""
    drawing = BytesIO()
    segno.make(text, error="m", micro=False, boost_error=False, mask=_MASK).save(
        drawing, kind="svg", xmldecl=False, border=4, omitsize=True
    )
    return drawing.getvalue().decode()
