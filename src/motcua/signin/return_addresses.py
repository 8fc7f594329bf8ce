"""Địa chỉ quay về: where the portal may send people and messages of a system, compared letter by letter."""

import ipaddress
import re
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

from motcua.kernel.refusal import Refusal

MOST: Final = 10
_LONGEST: Final = 300
#: Printable ASCII without a space, a backslash, a quote, a bracket of markup, a dollar, a star or a fragment.
_LETTERS: Final = re.compile(r"[!%&()+,\-./0-9:;=?@A-Z\[\]_a-z~]+")
_HOST: Final = re.compile(r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")


class ReturnAddressNotUsable(Refusal):
    code = "return_address_not_usable"
    message = (
        "Địa chỉ phải bắt đầu bằng https://, ghi trọn vẹn như hệ thống sẽ gửi, có tên máy chủ bằng chữ thường, "
        "không có dấu *, dấu # hay tên đăng nhập; mỗi dòng một địa chỉ, nhiều nhất 10 dòng."
    )


def parse_lines(lines: str) -> list[str]:
    """One address a line, in the order given. Raises ReturnAddressNotUsable."""
    typed = [line.strip() for line in lines.splitlines() if line.strip()]
    if len(typed) > MOST or len(set(typed)) != len(typed):
        raise ReturnAddressNotUsable
    return [parse(line) for line in typed]


def parse(address: str) -> str:
    """The address as it is, or ReturnAddressNotUsable."""
    if len(address) > _LONGEST or not _LETTERS.fullmatch(address) or not _is_whole(address):
        raise ReturnAddressNotUsable
    return address


def _is_whole(address: str) -> bool:
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if "@" in parts.netloc or not host or port == 0 or parts.netloc != parts.netloc.lower():
        return False
    if parts.scheme == "http":
        return _is_demonstration() and host in _LOOPBACK
    if parts.scheme != "https" or not address.startswith("https://"):
        return False
    return (_is_demonstration() and host in _LOOPBACK) or _is_public_name(host)


def _is_public_name(host: str) -> bool:
    """A name with a dot; a number is nobody's name, and a name without a dot is somebody's inner machine."""
    if not _HOST.fullmatch(host) or "." not in host:
        return False
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return not re.fullmatch(r"[0-9.]+", host) and host.rsplit(".", 1)[-1] not in ("localhost", "local")
    return False


def _is_demonstration() -> bool:
    return bool(settings.SIMULATORS_URL)
