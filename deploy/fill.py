"""Configurations from templates: ``python -m deploy.fill values.env OUT [NODE_NAME=db1 NODE_ADDRESS=10.0.0.11]``.

A template says ``@{NAME}``. A name without a value stops everything and is named: half of one is worse than none.
"""

import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

TEMPLATES = Path(__file__).resolve().parent
_NAME = re.compile(r"@\{([A-Z0-9_]+)\}")
_VALUE = re.compile(r"([A-Z][A-Z0-9_]*)=(.*)")


class Unfilled(Exception):
    """The sentence names what is missing."""


def names_in(template: str) -> set[str]:
    """What has to be known to fill it."""
    return set(_NAME.findall(template))


def filled(template: str, values: Mapping[str, str]) -> str:
    """The text with every name replaced; a value is taken as it is and never looked through again."""
    if missing := sorted(name for name in names_in(template) if not values.get(name)):
        raise Unfilled(f"Thiếu giá trị của {', '.join(missing)}.")
    return _NAME.sub(lambda found: values[found[1]], template)


def read_values(text: str) -> dict[str, str]:
    """NAME=value, one a line; empty lines and lines that begin with # say nothing."""
    lines = [line.strip() for line in text.splitlines()]
    found = {line: _VALUE.fullmatch(line) for line in lines if line and not line.startswith("#")}
    if wrong := [line.partition("=")[0] for line, match in found.items() if match is None]:
        raise Unfilled(f"Không đọc được dòng {wrong[0]}.")
    return {match[1]: match[2].strip() for match in found.values() if match}


def write(template: str, target: Path, values: Mapping[str, str], *, mode: int = 0o644) -> Path:
    """One configuration; ``mode`` is narrow where it holds passwords."""
    text = filled((TEMPLATES / template).read_text(encoding="utf-8"), values)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(target.name + ".new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=mode)
    draft.write_text(text, encoding="utf-8")
    draft.replace(target)
    return target


#: Which of them hold passwords.
SECRET = frozenset({"patroni.yml.in", "motcua.env.in"})


def main(words: Sequence[str]) -> int:
    """Each template for which every value is known; the others are named."""
    if len(words) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    values = read_values(Path(words[0]).read_text(encoding="utf-8")) | read_values("\n".join(words[2:]))
    left = []
    for source in sorted(TEMPLATES.glob("*.in")):
        target = Path(words[1]) / source.name.removesuffix(".in")
        try:
            write(source.name, target, values, mode=0o640 if source.name in SECRET else 0o644)
        except Unfilled as no:
            left.append(f"{source.name}: {no}")
        else:
            print(target)
    print("\n".join(left), file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
