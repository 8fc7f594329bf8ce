"""Danh mục as a JSON file: a list of entries under a version of this shape."""

import json
from collections.abc import Sequence
from typing import Final

from motcua.desk.procedures import entries
from motcua.desk.procedures.columns import Entry
from motcua.desk.procedures.versions import Item
from motcua.kernel.refusal import Refusal

SHAPE: Final = "motcua-thu-tuc-1"
MAX_BYTES: Final = 2 * 1024 * 1024
MOST_ENTRIES: Final = 1_000


class CatalogueFileUnreadable(Refusal):
    code = "catalogue_file_unreadable"
    message = "Không đọc được tệp danh mục: {why}. Đề nghị ông/bà dùng tệp kết xuất từ hệ thống này làm mẫu."


class CatalogueFileTooLarge(Refusal):
    code = "catalogue_file_too_large"
    status = 413
    message = "Tệp danh mục quá lớn (tối đa 2 MB, 1.000 thủ tục). Đề nghị ông/bà chia thành nhiều tệp."


def dump(found: Sequence[Entry]) -> bytes:
    """All entries, readable by people."""
    whole = {"shape": SHAPE, "procedures": list(found)}
    return json.dumps(whole, ensure_ascii=False, indent=1).encode("utf-8")


def parse(data: bytes) -> list[Item]:
    """Each entry with its place and what is wrong with it. Raises CatalogueFileUnreadable, CatalogueFileTooLarge."""
    if len(data) > MAX_BYTES:
        raise CatalogueFileTooLarge
    try:
        whole = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise CatalogueFileUnreadable(why="nội dung không phải là JSON") from None
    listed = whole.get("procedures") if isinstance(whole, dict) else None
    if not isinstance(listed, list) or whole.get("shape") != SHAPE:
        raise CatalogueFileUnreadable(why=f"thiếu dòng “shape”: “{SHAPE}” hoặc danh sách “procedures”")
    if len(listed) > MOST_ENTRIES:
        raise CatalogueFileTooLarge
    return [_item(n, raw) for n, raw in enumerate(listed, start=1)]


def _item(n: int, raw: object) -> Item:
    entry, said = entries.read(raw)
    return Item(f"Mục {n}", entry, tuple(said))
