"""The kept files as one stream of tar: written while read, read while written, never more than a file in memory."""

import re
import tarfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from motcua.ops.places import CannotStart

_PLACE: Final = re.compile(r"[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{32}")
#: Larger than any file that is kept (5 MiB) with its nonce and tag.
_LARGEST: Final = 6 << 20
_RECORD: Final = tarfile.BLOCKSIZE


def packed(root: Path, places: Iterable[str], absent: Callable[[str], None]) -> Iterator[bytes]:
    """The bytes of a tar with the files at these places; ``absent`` is told of each that is not there."""
    for place in places:
        try:
            content = (root / place).read_bytes()
        except FileNotFoundError:
            absent(place)
            continue
        head = tarfile.TarInfo(place)
        head.size, head.mode = len(content), 0o600
        yield head.tobuf(tarfile.USTAR_FORMAT)
        yield content
        if padding := -len(content) % _RECORD:
            yield bytes(padding)
    yield bytes(2 * _RECORD)


def places_in(stream: BinaryIO) -> Iterator[tuple[str, bytes]]:
    """Each file of the tar with its place. Raises CannotStart for anything that we did not write ourselves."""
    try:
        with tarfile.open(fileobj=stream, mode="r|") as tar:
            for member in tar:
                if not member.isreg() or not _PLACE.fullmatch(member.name) or member.size > _LARGEST:
                    raise CannotStart("Phần tệp của bản sao lưu có nội dung lạ; không khôi phục.")
                file = tar.extractfile(member)
                content = file.read() if file else b""
                if len(content) != member.size:
                    raise CannotStart("Phần tệp của bản sao lưu bị cắt; không khôi phục.")
                yield member.name, content
    except (tarfile.TarError, OSError) as failure:
        raise CannotStart("Phần tệp của bản sao lưu không đọc được; không khôi phục.") from failure
