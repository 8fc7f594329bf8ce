"""Whether a file is what its name says and holds nothing that runs, by its content alone."""

import hashlib
from dataclasses import dataclass, field

from motcua.files import names, sandbox
from motcua.files.reasons import EmptyFile, FileTooLarge

LARGEST = 5 * 1024 * 1024
KINDS = ("doc", "docx", "pdf")


@dataclass(frozen=True, slots=True)
class Inspected:
    """A file that passed. ``page_count`` is known for PDF only."""

    kind: str
    size: int
    sha256: bytes
    page_count: int | None
    name: str = field(repr=False)


def inspect(data: bytes, name: str, kinds: tuple[str, ...] = KINDS) -> Inspected:
    """Counted size, then the name, then the content in a child process (threats 3.3). Up to 20 seconds."""
    _check_size(len(data))
    kind = names.extension_of(name, kinds)
    found = sandbox.run("check", kind, data)
    pages = found.get("pages")
    return Inspected(
        kind=kind,
        size=len(data),
        sha256=hashlib.sha256(data).digest(),
        page_count=pages if isinstance(pages, int) else None,
        name=names.shown_name(name),
    )


def _check_size(size: int) -> None:
    if size == 0:
        raise EmptyFile
    if size > LARGEST:
        hundredths = -(-size * 100 // (1024 * 1024))
        raise FileTooLarge(megabytes=f"{hundredths // 100},{hundredths % 100:02d}")
