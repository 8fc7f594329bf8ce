"""QR codes as drawings."""

from io import BytesIO

import segno


def qr_svg(text: str) -> str:
    """A QR code (error correction M, quiet zone of four) as SVG without an XML declaration."""
    drawing = BytesIO()
    segno.make(text, error="m", micro=False, boost_error=False).save(
        drawing, kind="svg", xmldecl=False, border=4, omitsize=True
    )
    return drawing.getvalue().decode()
