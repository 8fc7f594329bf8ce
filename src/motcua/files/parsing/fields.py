"""Word fields that fetch or start something by themselves (DDE and its kin)."""

import re

from motcua.files.reasons import HasActiveContent, HasOutsideLink

_STARTS = frozenset({"DDE", "DDEAUTO", "MACROBUTTON", "ADDIN", "CONTROL", "HTMLCONTROL", "PRIVATE"})
_FETCHES = frozenset({"LINK", "INCLUDE", "INCLUDETEXT", "IMPORT", "DATABASE", "RD", "EMBED", "GLOSSARY"})
_SPELLED_OUT = re.compile(r"QUOTE(?:\s+[0-9]{2,3}){3,}", re.IGNORECASE)
_HIDDEN_DDE = re.compile(r"\bDDE(?:AUTO)?\b", re.IGNORECASE)


def check_instruction(instruction: str) -> None:
    """Refuse one field code, whatever its spacing, case or quoting."""
    words = instruction.replace('"', " ").split()
    first = words[0].upper() if words else ""
    if first in _STARTS or _HIDDEN_DDE.search(instruction) or _SPELLED_OUT.search(instruction):
        raise HasActiveContent(what="trường tự chạy lệnh")
    if first in _FETCHES:
        raise HasOutsideLink(what="trường chèn nội dung ngoài")
    if first == "INCLUDEPICTURE" and re.search(r"://|\\\\", instruction):
        raise HasOutsideLink(what="ảnh lấy từ mạng")
