"""Makes the list of weak passwords: sorted 8-byte fingerprints of canonical roots.

Run from the project root: ``python tools/make_password_list.py``. It reads ``password_roots.txt`` beside
it and the 20,000 common passwords that Django ships; the same input gives the same file.
"""

import gzip
import itertools
import sys
from collections.abc import Iterator
from pathlib import Path

import django.contrib.auth

from motcua.kernel import weak_passwords

HERE = Path(__file__).parent
LETTERS = "abcdefghijklmnopqrstuvwxyz"
FREQUENT_FAMILIES = 28
FREQUENT_MIDDLES = 12


def main() -> None:
    """Write the list and say how long it is."""
    entries = sorted({weak_passwords.entry(root) for root in roots(sections()) if len(root) >= 3})
    weak_passwords.LIST.parent.mkdir(exist_ok=True)
    weak_passwords.LIST.write_bytes(
        b"".join(entry.to_bytes(weak_passwords.ENTRY, "little") for entry in entries)
    )
    sys.stdout.write(f"{len(entries)} roots, {len(entries) * weak_passwords.ENTRY} bytes\n")


def sections() -> dict[str, list[str]]:
    """The word lists by name."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in (HERE / "password_roots.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            name = line.strip("[]")
        elif line and not line.startswith("#"):
            words = line.split("|") if name == "phrases" else line.split()
            found.setdefault(name, []).extend(word.replace(" ", "") for word in words)
    return {name: list(dict.fromkeys(words)) for name, words in found.items()}


def roots(words: dict[str, list[str]]) -> Iterator[str]:
    """Everything that counts as a root."""
    yield from django_list()
    for name in ("families", "givens", "syllables", "phrases", "places", "english"):
        yield from words[name]
    yield from _joined(words["syllables"], words["syllables"])
    yield from names(words["families"], words["middles"], words["givens"])
    yield from _joined(words["givens"], ["yeu", "love"], words["givens"])
    starts = ["anhyeu", "emyeu", "yeu", "ilove", "love", "tinhyeu", "me", "bo", "be", "con", "co", "thay"]
    yield from _joined(starts, words["givens"] + words["places"])
    yield from _joined(words["english"], words["english"])
    yield from _joined(words["places"], words["english"] + words["places"])
    yield from _joined(words["english"], words["places"] + words["givens"])


def names(families: list[str], middles: list[str], givens: list[str]) -> Iterator[str]:
    """Full names, names without one part, and the initials people use for themselves."""
    yield from _joined(families, givens)
    yield from _joined(middles, givens)
    yield from _joined(givens, families)
    yield from _joined(givens, givens)
    yield from _joined(families, middles, list(LETTERS))
    yield from _joined(families[:FREQUENT_FAMILIES], middles[:FREQUENT_MIDDLES], givens)
    yield from _joined(givens, families[:FREQUENT_FAMILIES], middles[:FREQUENT_MIDDLES])


def django_list() -> list[str]:
    """Common passwords of the world."""
    path = Path(django.contrib.auth.__file__).parent / "common-passwords.txt.gz"
    return gzip.decompress(path.read_bytes()).decode("utf-8").split()


def _joined(*parts: list[str]) -> Iterator[str]:
    return ("".join(chosen) for chosen in itertools.product(*parts))


if __name__ == "__main__":
    main()
