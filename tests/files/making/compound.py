"""A small writer of OLE compound files (version 3, 512-byte sectors), enough for a Word 97 document."""

import struct

SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_STORAGE, _STREAM, _ROOT = 1, 2, 5

Tree = dict[str, "bytes | Tree"]


class _Entry:
    def __init__(self, name: str, kind: int, data: bytes = b"") -> None:
        self.name, self.kind, self.data = name, kind, data
        self.next = self.child = _FREE
        self.start = _END

    def packed(self) -> bytes:
        raw = self.name.encode("utf-16-le") + b"\0\0" if self.name else b""
        return struct.pack(
            "<64sHBBIII16sIQQIQ",
            raw, len(raw), self.kind, 1, _FREE, self.next, self.child, b"", 0, 0, 0,
            self.start if self.data else (_END if self.kind != _STORAGE else 0), len(self.data),
        )  # fmt: skip


def compound(tree: Tree) -> bytes:
    """Streams are padded to 4096 bytes: then no mini stream is needed."""
    entries = [_Entry("Root Entry", _ROOT)]
    _add(entries, entries[0], tree)
    sectors: list[bytes] = []
    fat: list[int] = []
    for entry in entries[1:]:
        if entry.data:
            entry.start = _chain(sectors, fat, entry.data)
    while len(entries) % 4:
        entries.append(_Entry("", 0))
    directory = _chain(sectors, fat, b"".join(entry.packed() for entry in entries))
    return _with_header(sectors, fat, directory)


def _add(entries: list[_Entry], parent: _Entry, tree: Tree) -> None:
    names = sorted(tree, key=lambda name: (len(name), name.upper()))
    before: _Entry | None = None
    for name in names:
        inside = tree[name]
        if isinstance(inside, bytes):
            entry = _Entry(name, _STREAM, inside.ljust(4096, b"\0"))
        else:
            entry = _Entry(name, _STORAGE)
        number = len(entries)
        entries.append(entry)
        if before is None:
            parent.child = number
        else:
            before.next = number
        before = entry
        if not isinstance(inside, bytes):
            _add(entries, entry, inside)


def _chain(sectors: list[bytes], fat: list[int], data: bytes) -> int:
    start = len(sectors)
    for offset in range(0, len(data), SECTOR):
        sectors.append(data[offset : offset + SECTOR].ljust(SECTOR, b"\0"))
        fat.append(len(sectors))
    fat[-1] = _END
    return start


def _with_header(sectors: list[bytes], fat: list[int], directory: int) -> bytes:
    count = 1
    while (len(fat) + count) * 4 > count * SECTOR:
        count += 1
    places = range(len(sectors), len(sectors) + count)
    fat = fat + [_FAT] * count
    fat += [_FREE] * (count * SECTOR // 4 - len(fat))
    table = struct.pack(f"<{len(fat)}I", *fat)
    difat = [*places, *[_FREE] * (109 - count)]
    header = struct.pack(
        "<8s16sHHHHH6xIIIIIIIII109I",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6,
        0, count, directory, 0, 4096, _END, 0, _END, 0, *difat,
    )  # fmt: skip
    return header + b"".join(sectors) + table
