"""One page of a PDF as a picture, with words across it that say who looks at it and when."""

import base64
import json
from io import BytesIO
from pathlib import Path

import pypdfium2
from PIL import Image, ImageDraw, ImageFont

DPI = 144
_MOST_PIXELS = 3_200_000
_SLANT = 28.0
_INK = (150, 30, 30)
_STRENGTH = 62  # of 255: the words are read, and what lies under them too
#: The letters of the printed forms, which have every Vietnamese mark; read before files are forbidden.
_LETTERS = (Path(__file__).parents[2] / "press" / "fonts" / "Tinos_700Bold.ttf").read_bytes()
Image.preinit()


def draw(sent: bytes) -> dict[str, object]:
    """``sent``: a line of JSON (page, words), then the file. No picture when there is no such page."""
    asked, _, data = sent.partition(b"\n")
    told = json.loads(asked)
    document = pypdfium2.PdfDocument(data)
    pages = len(document)
    if not 1 <= told["page"] <= pages:
        return {"pages": pages}
    picture = _marked(_rendered(document[told["page"] - 1]), str(told["words"]))
    written = BytesIO()
    picture.save(written, "JPEG", quality=82)
    return {"pages": pages, "picture": base64.b64encode(written.getvalue()).decode()}


def _rendered(page: pypdfium2.PdfPage) -> Image.Image:
    width, height = page.get_size()
    scale = min(DPI / 72, (_MOST_PIXELS / max(width * height, 1)) ** 0.5)
    seen: Image.Image = page.render(scale=scale).to_pil()
    return seen.convert("RGB")


def _marked(picture: Image.Image, words: str) -> Image.Image:
    """The words again and again, slanting, so that no part of the page is without them."""
    stamp = _stamp(words, max(14, min(picture.size) // 34))
    across, down = stamp.width + stamp.width // 12, max(stamp.height // 2, 24)
    ink = Image.new("RGB", stamp.size, _INK)
    for top in range(-stamp.height // 2, picture.height, down):
        for left in range(-stamp.width // 4, picture.width, across):
            picture.paste(ink, (left, top), stamp)
    return picture


def _stamp(words: str, size: int) -> Image.Image:
    """How strongly each point is inked."""
    letters = ImageFont.truetype(BytesIO(_LETTERS), size)
    left, top, right, bottom = (int(side) for side in letters.getbbox(words))
    flat = Image.new("L", (right - left + size, bottom - top + size), 0)
    ImageDraw.Draw(flat).text((size // 2 - left, size // 2 - top), words, fill=_STRENGTH, font=letters)
    return flat.rotate(_SLANT, expand=True, resample=Image.Resampling.BICUBIC)
