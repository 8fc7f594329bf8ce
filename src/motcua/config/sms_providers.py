"""Which providers carry texts: one from three variables, or several from a file that is kept like a secret."""

import json
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from motcua.config import env
from motcua.kernel.sms_provider import NotAProvider, SmsProvider

#: What a file may not lack; without a file the variables are needed instead.
ALONE = "chinh"


def read() -> tuple[SmsProvider, ...]:
    """``SMS_PROVIDERS`` names a JSON file with a list; without it SMS_GATEWAY, SMS_URL and SMS_SECRET are one."""
    file = env.text("SMS_PROVIDERS", "-")
    try:
        return _from(Path(file)) if file != "-" else (_alone(),)
    except (NotAProvider, OSError, ValueError) as wrong:
        raise ImproperlyConfigured(f"SMS_PROVIDERS: {wrong}") from None


def _alone() -> SmsProvider:
    secrets = env.secret("SMS_CALLBACK_SECRET") if env.has("SMS_CALLBACK_SECRET") else ""
    return SmsProvider(
        code=ALONE,
        name="Nhà cung cấp chính",
        gateway=env.text("SMS_GATEWAY", "motcua.gateways.sms_http.HttpSms"),
        url=env.text("SMS_URL"),
        secret=env.secret("SMS_SECRET"),
        receipts=bool(secrets),
        callback_secrets=(secrets,) if secrets else (),
    )


def _from(file: Path) -> tuple[SmsProvider, ...]:
    told = json.loads(file.read_text(encoding="utf-8"))
    if not isinstance(told, list) or not told:
        raise NotAProvider("tệp phải là một danh sách có ít nhất một nhà cung cấp tin nhắn.")
    found = tuple(SmsProvider.parse(each) for each in told)
    codes = [provider.code for provider in found]
    if len(set(codes)) != len(codes):
        raise NotAProvider("mỗi nhà cung cấp tin nhắn phải có code riêng.")
    return found
