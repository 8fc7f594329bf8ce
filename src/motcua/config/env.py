"""What the surroundings say, read once at start; a missing value stops the start and is named."""

import os
import re
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

# True only under settings_dev.py, which sets it before it reads settings.py.
loosened = False


def text(name: str, default: str | None = None) -> str:
    """The variable, or the default; without either the system refuses to start."""
    value = os.environ.get(name, default)
    if value is None or value == "":
        raise ImproperlyConfigured(f"Thiếu biến môi trường {name}.")
    return value


def maybe(name: str) -> str | None:
    """The variable, or None when it is not there or says “-”."""
    value = text(name, "-")
    return None if value == "-" else value


def secret(name: str) -> str:
    """A secret is a file (NAME_FILE) before it is a variable (NAME)."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    return text(name)


def first_line(name: str) -> str:
    """The newest of a secret that may stand in several lines of its file while it is changed."""
    lines = secret(name).splitlines()
    if not lines:
        raise ImproperlyConfigured(f"Tệp {name}_FILE không có gì.")
    return lines[0].strip()


def has(name: str) -> bool:
    """Whether a secret is given at all, as a file or as a variable."""
    return bool(os.environ.get(f"{name}_FILE") or os.environ.get(name))


def flag(name: str, default: bool) -> bool:
    """on/off; anything else is refused rather than guessed."""
    value = os.environ.get(name, "on" if default else "off").lower()
    if value not in {"on", "off"}:
        raise ImproperlyConfigured(f"Biến môi trường {name} phải là on hoặc off.")
    return value == "on"


def needed(name: str) -> bool:
    """A protection that only settings_dev.py may switch off, by saying so in ``loosened``."""
    if not flag(name, default=True) and not loosened:
        raise ImproperlyConfigured(f"Biến môi trường {name} không được là off ngoài máy chạy thử.")
    return flag(name, default=True)


def some_of(name: str, *known: str) -> tuple[str, ...]:
    """The words of a list with commas, all of ``known`` when nothing is said; an unknown or no word is refused."""
    said = tuple(word.strip() for word in os.environ.get(name, ",".join(known)).split(",") if word.strip())
    if not said or set(said) - set(known) or len(set(said)) != len(said):
        raise ImproperlyConfigured(
            f"Biến môi trường {name} phải gồm một hoặc nhiều từ trong: {', '.join(known)}."
        )
    return said


def at_least(name: str, least: int) -> int:
    """A whole number, ``least`` when nothing is said: what the law asks for may be lengthened, not shortened."""
    said = os.environ.get(name, str(least))
    if not re.fullmatch(r"[0-9]{1,6}", said) or int(said) < least:
        raise ImproperlyConfigured(f"Biến môi trường {name} phải là số từ {least} trở lên.")
    return int(said)


def number(name: str, default: int) -> int:
    """A whole number from 1 on, ``default`` when nothing is said."""
    said = os.environ.get(name, str(default))
    if not re.fullmatch(r"[1-9][0-9]{0,5}", said):
        raise ImproperlyConfigured(f"Biến môi trường {name} phải là số từ 1 trở lên.")
    return int(said)


#: Nobody waits for a machine that is gone, and nobody settles down on a standby.
_LINE: Final = {
    "connect_timeout": "5",
    "target_session_attrs": "read-write",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "15000",
}


def database(url: str, *, statement_seconds: int | None = None) -> dict[str, object]:
    """``postgresql://user:password@host:port/name?host=/socket/dir`` as Django wants it; its query is obeyed."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL phải là địa chỉ PostgreSQL (postgresql://…).")
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    limited = {"options": f"-c statement_timeout={statement_seconds}s"} if statement_seconds else {}
    return {
        "ENGINE": "motcua.config.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "motcua",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        # For an address that says none itself: the owner's, given for one command, is not the running system's.
        "PASSWORDS_FILE": None if parts.password else os.environ.get("DATABASE_PASSWORD_FILE"),
        "HOST": unquote(query.pop("host", "")) or parts.hostname or "",
        "PORT": str(parts.port or query.pop("port", "")),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "application_name": "motcua",
            # Values travel beside the statement, so that a statement said three times is planned once.
            "server_side_binding": True,
            "prepare_threshold": 3,
            **_LINE,
            **limited,
            **query,
        },
    }
