"""One reader of the header: two would sooner or later believe different things."""

import re

from tests.house import sources


def test_only_one_place_takes_the_forwarding_header_apart() -> None:
    readers = [
        path.name
        for path in sources.SRC.rglob("*.py")
        if re.search(r"forwarded.*\.split\(", path.read_text(encoding="utf-8"), re.IGNORECASE)
    ]
    assert readers == ["client_address.py"]
