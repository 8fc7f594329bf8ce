"""The QR code of an identity card inside a scan, found within a budget or not at all."""

import time
from collections.abc import Iterator
from io import BytesIO
from itertools import islice

import pypdfium2
import pypdfium2.raw
import zxingcpp
from PIL import Image, ImageFilter, TiffImagePlugin

from motcua.files.parsing.containers import Container

FEWEST_BARS = 6  # number|old number|name|born|sex|address|issued; newer cards carry more
_STAGES = ((1.0, None), (2.0, None), (2.0, 1.2), (1.5, None), (3.0, None), (3.0, 1.5))
_MOST_IMAGES = 8
_MOST_PIXELS = 40_000_000
_PAGE_PIXELS = 12_000_000
_SCAN_DPI = 250
_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
Image.preinit()  # with TiffImagePlugin: all that is needed, before files are forbidden
_FORMATS = ("JPEG", "PNG", "BMP", TiffImagePlugin.TiffImageFile.format)


def read(data: bytes, kind: str, seconds: float) -> str | None:
    """The text of the first QR code that looks like a card's, or None."""
    deadline = time.monotonic() + seconds
    source = _images_in_pdf(data) if kind == "pdf" else _images_in_docx(data)
    kept: list[Image.Image] = []
    for stage, (scale, blur) in enumerate(_STAGES):
        for image in _each(source, kept) if stage == 0 else kept:
            if time.monotonic() > deadline:
                return None
            if text := _card_text(_prepared(image, scale, blur)):
                return text
    return None


def _each(source: Iterator[Image.Image], kept: list[Image.Image]) -> Iterator[Image.Image]:
    """The images one by one (a page is rendered only when it is its turn), remembered for later stages."""
    for image in islice(source, _MOST_IMAGES):
        kept.append(image)
        yield image


def _prepared(image: Image.Image, scale: float, blur: float | None) -> Image.Image | None:
    width, height = int(image.width * scale), int(image.height * scale)
    if not 0 < width * height <= _MOST_PIXELS:
        return None
    if scale != 1:
        image = image.resize((width, height), Image.Resampling.BICUBIC)
    return image.filter(ImageFilter.GaussianBlur(blur)) if blur else image


def _card_text(image: Image.Image | None) -> str | None:
    if image is None:
        return None
    for found in zxingcpp.read_barcodes(image, formats=_QR):
        text = bytes(found.bytes).decode("utf-8", "replace")
        if text.count("|") >= FEWEST_BARS:
            return text
    return None


def _images_in_pdf(data: bytes) -> Iterator[Image.Image]:
    """The pictures of the pages as they were scanned, then the pages as they look."""
    document = pypdfium2.PdfDocument(data)
    pages = [document[number] for number in range(min(len(document), 4))]
    for page in pages:
        for thing in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE], max_depth=3):
            width, height = thing.get_px_size()
            if 0 < width * height <= _MOST_PIXELS:
                yield thing.get_bitmap(render=False).to_pil().convert("L")
    for page in pages:
        yield _rendered(page)


def _rendered(page: pypdfium2.PdfPage) -> Image.Image:
    width, height = page.get_size()
    scale = min(_SCAN_DPI / 72, (_PAGE_PIXELS / max(width * height, 1)) ** 0.5)
    looked_at: Image.Image = page.render(scale=scale, grayscale=True).to_pil()
    return looked_at


def _images_in_docx(data: bytes) -> Iterator[Image.Image]:
    container = Container(data)
    for entry in container.entries:
        if not entry.filename.startswith("word/media/"):
            continue
        try:
            with Image.open(BytesIO(container.read(entry)), formats=_FORMATS) as image:
                if image.width * image.height <= _MOST_PIXELS:
                    yield image.convert("L")
        except (OSError, ValueError, Image.DecompressionBombError):
            continue
