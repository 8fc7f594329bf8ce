"""The name a person gave to a file: shown as text, never used as a place on disk."""

import re
import unicodedata
from urllib.parse import quote

from motcua.files.reasons import DoubleExtension, KindNotAllowed, NameNotAllowed, NameTooLong

LONGEST_GIVEN = 255
LONGEST_KEPT = 120
_FALLBACK = "tep"
_SEPARATORS = frozenset('/\\:*?"<>|')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])", re.IGNORECASE)
_RUNNABLE = re.compile(
    r"ad[ep]|apk|app|aspx?|bat|bin|bz2|cab|chm|cmd|com|cpl|dll|dmg|do[ct]m|exe|gz|hta|html?|img|inf|ins|iso|jar"
    r"|jse?|jsp|lnk|mht|mhtml|ms[cip]|ocx|php|pif|pl|potm|pp[at]m|ps1|py|rar|reg|scf|scr|sct|sh|shtml|svg|swf"
    r"|sys|tar|url|vb[es]?|vhd|ws[cfh]?|xhtml|xlam|xl[st]m|xml|xz|zip|7z",
    re.IGNORECASE,
)


def _is_hidden(letter: str) -> bool:
    """Controls, text-direction overrides, zero-width letters, lone surrogates, unassigned code points."""
    return unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def extension_of(name: str, kinds: tuple[str, ...]) -> str:
    """The one extension of an acceptable name, lower-case; every trick is a refusal."""
    name = unicodedata.normalize("NFC", name)
    if len(name) > LONGEST_GIVEN:
        raise NameTooLong(length=len(name))
    if any(_is_hidden(letter) or letter in _SEPARATORS for letter in name) or name != name.strip(" ."):
        raise NameNotAllowed
    stem, dot, extension = name.rpartition(".")
    extension = extension.lower()
    if not dot or extension not in kinds:
        raise KindNotAllowed(kinds=", ".join(kinds))
    if not stem.strip():
        raise NameNotAllowed
    _refuse_double_extension(stem, extension)
    return extension


def _refuse_double_extension(stem: str, outer: str) -> None:
    for inner in stem.split(".")[1:]:
        if _RUNNABLE.fullmatch(inner.strip()):
            raise DoubleExtension(inner=inner.strip().lower(), outer=outer)


def shown_name(raw: str) -> str:
    """Plain text of at most 120 letters that keeps its extension; templates still escape it."""
    text = unicodedata.normalize("NFC", raw.encode("utf-8", "replace").decode("utf-8"))
    text = "".join("_" if _is_hidden(letter) else letter for letter in text).strip()
    if len(text) > LONGEST_KEPT:
        stem, dot, extension = text.rpartition(".")
        tail = dot + extension if dot and len(extension) <= 5 else ""
        text = (stem if tail else text)[: LONGEST_KEPT - len(tail) - 1] + "…" + tail
    return text or _FALLBACK


def download_name(raw: str) -> str:
    """A name that any computer can save: no separators, no reserved words, no leading dot."""
    text = "".join("_" if letter in _SEPARATORS else letter for letter in shown_name(raw)).strip(" .")
    if _RESERVED.fullmatch(text.split(".")[0].strip()):
        text = "_" + text
    return text or _FALLBACK


def content_disposition(raw: str) -> str:
    """The whole header: always an attachment, ASCII, no quote or line break gets out (RFC 6266)."""
    name = download_name(raw)
    marks_off = unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D"))
    plain = re.sub(r"[^A-Za-z0-9 ._()-]", "_", "".join(c for c in marks_off if not unicodedata.combining(c)))
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
