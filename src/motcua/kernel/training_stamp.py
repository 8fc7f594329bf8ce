"""TẬP HUẤN: the words by which nobody takes what was made in training for the real thing."""

import re
from typing import Final

STAMP: Final = "TẬP HUẤN"
#: For a file's name, in letters that every system can write.
FILE_STAMP: Final = "TAP-HUAN-"
_TEXT_STAMP: Final = "TAP HUAN: "
_MORE: Final = "..."
#: What phones fill in by themselves (passcode bound to a page); left out where it does not fit.
_BOUND: Final = re.compile(r"\n@\S+ #[0-9]+\Z")
_LINK: Final = re.compile(r" \S*/\S*\Z")


def stamped_text(text: str, longest: int) -> str:
    """The text with its stamp, within ``longest`` letters: what it begins with and a link at its end are kept."""
    if len(_TEXT_STAMP + text) <= longest:
        return _TEXT_STAMP + text
    text = _BOUND.sub("", text)
    if len(_TEXT_STAMP + text) <= longest:
        return _TEXT_STAMP + text
    link = found[0] if (found := _LINK.search(text)) else ""
    room = longest - len(_TEXT_STAMP) - len(_MORE) - len(link)
    body = text.removesuffix(link)[:room].rpartition(" ")[0]
    return f"{_TEXT_STAMP}{body}{_MORE}{link}"
