"""Trang giấy tờ: a kept PDF looked at page by page, each with the name of who looks across it."""

import base64
import json
from dataclasses import dataclass, field
from typing import Final

from motcua.files import sandbox
from motcua.files.models import StoredFile
from motcua.files.reasons import TooHeavyInside
from motcua.kernel.refusal import NotFound, Refusal

CONTENT_TYPE: Final = "image/jpeg"
_SECONDS = 12.0
_LONGEST = 8 * 1024 * 1024
_JPEG = b"\xff\xd8\xff"


class NoPages(Refusal):
    code = "file_without_pages"
    message = "Tệp Word không xem được từng trang. Đề nghị ông/bà tải bản gốc về để xem."


@dataclass(frozen=True, slots=True)
class PageImage:
    """A JPEG of one page, and how many pages there are."""

    picture: bytes = field(repr=False)
    pages: int


def page_image(data: bytes, kind: str, *, page: int, words: str) -> PageImage:
    """Page ``page`` (from 1) of inspected bytes, with ``words`` across it; a page that is not there is NotFound.

    The child process opens the file; ``words`` go to it with the file, never where other processes could read
    them. Nothing is kept.
    """
    if kind != StoredFile.Kind.PDF:
        raise NoPages
    asked = json.dumps({"page": page, "words": words}).encode()
    found = sandbox.run("page", kind, asked + b"\n" + data, seconds=_SECONDS, longest=_LONGEST)
    picture = found.get("picture")
    if not isinstance(picture, str):
        raise NotFound
    drawn = base64.b64decode(picture)
    if not drawn.startswith(_JPEG):
        raise TooHeavyInside
    return PageImage(drawn, int(found["pages"]))
