"""A batch of lines closed under one hash: how it is computed, so that anybody can compute it again.

A line is the row as PostgreSQL prints it (rows.py). A leaf is SHA-256(00 ‖ line), a node is
SHA-256(01 ‖ left ‖ right), an odd one goes up unchanged. The hash of a batch is SHA-256 of its fields as
compact JSON with sorted keys, without `hash` and `signature`; the previous batch's hash is one of them.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any, Final, Self

BEGINNING: Final = "0" * 64
# Eight bytes of each leaf are kept to name the row that differs; the root alone only says that one does.
LEAF_MARK: Final = 16

_BODY: Final = (
    "number",
    "first_id",
    "last_id",
    "rows",
    "ids",
    "leaves",
    "merkle_root",
    "previous_hash",
    "sealed_at",
)


@dataclass(frozen=True, slots=True)
class Batch:
    """What is chained, signed and witnessed."""

    number: int
    first_id: int
    last_id: int
    rows: int
    ids: str
    leaves: str
    merkle_root: str
    previous_hash: str
    sealed_at: str
    hash: str = ""
    signature: str = ""

    def computed_hash(self) -> str:
        everything = asdict(self)
        body = {name: everything[name] for name in _BODY}
        return sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode()).hexdigest()

    def to_line(self) -> str:
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_line(cls, line: str) -> Self | None:
        """None for what is no batch: half a line left by a crash. The chain shows whether one is missing."""
        try:
            fields: dict[str, Any] = json.loads(line)
            batch = cls(**fields)
        except (ValueError, TypeError):
            return None
        texts = (batch.ids, batch.leaves, batch.merkle_root, batch.sealed_at, batch.hash, batch.signature)
        numbers = (batch.number, batch.first_id, batch.last_id, batch.rows)
        right = all(isinstance(text, str) for text in texts) and all(
            type(number) is int for number in numbers
        )
        return batch if right else None

    def expected(self) -> Iterator[tuple[int, str]]:
        """Each row's id and the mark of its leaf."""
        for place, row_id in enumerate(unpack_ids(self.ids)):
            yield row_id, self.leaves[place * LEAF_MARK : (place + 1) * LEAF_MARK]


def leaves_of(lines: Iterable[bytes]) -> list[bytes]:
    return [sha256(b"\0" + line).digest() for line in lines]


def merkle_root(leaves: Sequence[bytes]) -> str:
    return levels(leaves)[-1][0].hex()


def levels(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """The tree from its leaves to its root."""
    tree = [list(leaves)]
    while len(tree[-1]) > 1:
        level = tree[-1]
        paired = [
            sha256(b"\1" + left + right).digest()
            for left, right in zip(level[::2], level[1::2], strict=False)
        ]
        if len(level) % 2:
            paired.append(level[-1])
        tree.append(paired)
    return tree


def path(tree: Sequence[Sequence[bytes]], place: int) -> list[str]:
    """What stands beside a leaf on each level, "" where it goes up alone."""
    beside = []
    for level in tree[:-1]:
        other = place ^ 1
        beside.append(level[other].hex() if other < len(level) else "")
        place //= 2
    return beside


def mark(leaf: bytes) -> str:
    return leaf.hex()[:LEAF_MARK]


def pack_ids(ids: Sequence[int]) -> str:
    """1, 2, 3, 7 → "1-3,7"."""
    runs: list[list[int]] = []
    for row_id in ids:
        if runs and row_id == runs[-1][1] + 1:
            runs[-1][1] = row_id
        else:
            runs.append([row_id, row_id])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def unpack_ids(text: str) -> Iterator[int]:
    for run in text.split(","):
        first, _, last = run.partition("-")
        yield from range(int(first), int(last or first) + 1)
