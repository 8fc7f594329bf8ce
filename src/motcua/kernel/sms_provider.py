"""One way to text, as an installation configures it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

_CODE: Final = re.compile(r"[a-z][a-z0-9-]{0,19}")
_KNOWN: Final = frozenset(
    {
        "code",
        "name",
        "gateway",
        "url",
        "secret",
        "weight",
        "receipts",
        "callback_secrets",
        "prices",
        "options",
    }
)


class NotAProvider(ValueError):
    """The sentence names the provider and what is wrong; never a secret."""


@dataclass(frozen=True, slots=True)
class SmsProvider:
    """``options`` are the gateway's own: an SMPP account, the registered words of a template provider."""

    code: str
    name: str
    gateway: str
    url: str
    secret: str = field(repr=False)
    weight: int = 1
    receipts: bool = False
    callback_secrets: tuple[str, ...] = field(default=(), repr=False)
    prices: Mapping[str, int] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if not _CODE.fullmatch(self.code):
            raise NotAProvider("code phải là chữ thường không dấu, chữ số, gạch nối, dài nhất 20 ký tự.")
        if type(self.weight) is not int or not 1 <= self.weight <= 100:
            raise NotAProvider(f"{self.code}: weight phải là số từ 1 đến 100.")
        if len(self.callback_secrets) > 2:
            raise NotAProvider(f"{self.code}: callback_secrets chỉ có khóa đang dùng và khóa sắp thay.")
        if any(type(price) is not int or not 0 <= price <= 100_000 for price in self.prices.values()):
            raise NotAProvider(f"{self.code}: giá mỗi đoạn tin phải là số nguyên đồng.")

    @classmethod
    def parse(cls, told: object) -> "SmsProvider":
        """From the JSON of the settings. Raises NotAProvider."""
        if not isinstance(told, dict) or not told.get("code"):
            raise NotAProvider("mỗi nhà cung cấp tin nhắn phải là một đối tượng có code.")
        code = str(told["code"])
        if strange := set(told) - _KNOWN:
            raise NotAProvider(f"{code}: không có mục {', '.join(sorted(strange))}.")
        if missing := {"gateway", "url", "secret"} - {name for name, value in told.items() if value}:
            raise NotAProvider(f"{code}: thiếu {', '.join(sorted(missing))}.")
        return cls(
            code=code,
            name=str(told.get("name") or code),
            gateway=str(told["gateway"]),
            url=str(told["url"]),
            secret=str(told["secret"]),
            weight=told.get("weight", 1),
            receipts=told.get("receipts") is True,
            callback_secrets=tuple(map(str, told.get("callback_secrets", ()))),
            prices=told.get("prices", {}),
            options=told.get("options", {}),
        )
