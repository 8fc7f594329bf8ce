"""How large a PDF stream becomes when it is unpacked, found without keeping it."""

import struct
import zlib
from collections.abc import Iterable, Iterator

import pikepdf

from motcua.files.reasons import Damaged, Suspicious, TooHeavyInside

MOST_UNPACKED = 300 * 1024 * 1024
MOST_UNPACKED_BESIDE_PICTURES = 100 * 1024 * 1024
MOST_PIXELS = 150_000_000
_MOST_FILTERS = 4
_PIECE = 1 << 20
_FLATE = frozenset({"/FlateDecode", "/Fl"})
_JPX_SIZE = b"\xff\x4f\xff\x51"


class Unpacked:
    """How many bytes a whole file has become so far; what a viewer must read word by word may be fewer."""

    def __init__(self) -> None:
        self.bytes = 0
        self.beside_pictures = 0

    def add(self, count: int, *, is_picture: bool) -> None:
        self.bytes += count
        self.beside_pictures += 0 if is_picture else count
        if self.bytes > MOST_UNPACKED or self.beside_pictures > MOST_UNPACKED_BESIDE_PICTURES:
            raise TooHeavyInside


def check_stream(stream: pikepdf.Stream, spent: Unpacked) -> None:
    """Refuse a bomb, counting into ``spent``."""
    filters = _filters(stream)
    if len(filters) > _MOST_FILTERS:
        raise Suspicious(what="nhiều lớp nén")
    is_picture = str(stream.get("/Subtype", "")) == "/Image"
    if is_picture:
        _check_picture(stream, filters)
    raw = stream.read_raw_bytes()
    if filters and filters[0] in _FLATE:
        pieces: Iterable[bytes] = [raw]
        for name in filters:
            if name not in _FLATE:
                break
            pieces = _inflated(pieces)
        for piece in pieces:
            spent.add(len(piece), is_picture=is_picture)


def _filters(stream: pikepdf.Stream) -> list[str]:
    given = stream.get("/Filter")
    if given is None:
        return []
    if isinstance(given, pikepdf.Name):
        return [str(given)]
    return [str(name) for name in given]


def _inflated(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Unpacked in pieces of a megabyte; damage inside a picture is the viewer's business, not a danger."""
    machine = zlib.decompressobj()
    for piece in pieces:
        rest = piece
        while rest:
            try:
                yield machine.decompress(rest, _PIECE)
            except zlib.error as failure:
                raise Damaged from failure
            if machine.eof:
                return
            rest = machine.unconsumed_tail


def _check_picture(stream: pikepdf.Stream, filters: list[str]) -> None:
    width, height = int(stream.get("/Width", 0)), int(stream.get("/Height", 0))
    if width * height > MOST_PIXELS:
        raise TooHeavyInside
    if filters == ["/JPXDecode"]:
        head = stream.read_raw_bytes()[:4096]
        at = head.find(_JPX_SIZE)
        if at < 0 or len(head) < at + 16:
            raise Damaged
        wide, high = struct.unpack_from(">II", head, at + 8)
        if wide * high > MOST_PIXELS:
            raise TooHeavyInside
