"""QR codes on pages: drawn here, asked of nobody."""

from base64 import b64encode

from motcua.press import qr_svg


def picture(text: str) -> str:
    """The code as an address of its own, for ``<img>``."""
    return "data:image/svg+xml;base64," + b64encode(qr_svg(text).encode()).decode()
