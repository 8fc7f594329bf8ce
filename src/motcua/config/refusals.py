"""What production may not start with: the demonstration's values, and doors left open."""

import ipaddress
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from motcua.config.sms_providers import ALONE
from motcua.kernel.sms_provider import SmsProvider

DEMONSTRATION_VALUE: Final = "chi-dung-khi-chay-thu"
_SHORTEST_KEY: Final = 32
_SHORTEST_SECRET: Final = 16
_SMPP_SECRET: Final = 6
_PARTS: Final = ("url", "secret")
_SHORTEST_GIVEN: Final = 8  # given by somebody else, who may choose a shorter one
_LEAST_WORK: Final = 1000
_HOUR: Final = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_ADDRESS: Final = re.compile(r"[A-Za-z0-9._+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}")
_QUIET: Final = re.compile(rf"off|({_HOUR})-(?!\1){_HOUR}")


def refuse_demonstration_values(told: Mapping[str, Any]) -> None:
    """Everything wrong at once, each with the name of the variable; never a value."""
    if wrong := list(_wrong(told)):
        raise ImproperlyConfigured(" ".join(wrong))


def _wrong(told: Mapping[str, Any]) -> Iterator[str]:
    yield from _weak_secrets(told)
    if any("*" in host for host in told["ALLOWED_HOSTS"]):
        yield "ALLOWED_HOSTS phải kể tên từng máy chủ, không được có dấu *."
    if not told["PUBLIC_URL"].startswith("https://"):
        yield "PUBLIC_URL phải bắt đầu bằng https://."
    if not told["SECURE_SSL_REDIRECT"]:
        yield "SECURE_SSL_REDIRECT không được là off ngoài máy chạy thử."
    if told["ANTIVIRUS"].endswith(".NotConfigured"):
        yield "ANTIVIRUS phải là một phần mềm diệt vi-rút thật."
    yield from _trial_signatures(told)
    yield from _open_mail(told)
    yield from _half_connected(told)
    yield from _open_vneid(told)
    if told["PROOF_OF_WORK_COST"] < _LEAST_WORK:
        yield f"PROOF_OF_WORK_COST phải từ {_LEAST_WORK} trở lên."
    if not _QUIET.fullmatch(told["SMS_QUIET_HOURS"]):
        yield "SMS_QUIET_HOURS phải có dạng 22:00-07:00, hoặc off."
    yield from _open_providers(told["SMS_PROVIDERS"])
    yield from _open_neighbour(told)
    yield from _training_too_near(told)
    for name in ("OPERATORS_URL", "PAYMENT_URL"):
        if not _is_private(told[name]):
            yield f"{name} phải là địa chỉ https:// (http:// chỉ dùng trong chính máy này)."


def _training_too_near(told: Mapping[str, Any]) -> Iterator[str]:
    """A browser shows a host's cookies at each of its ports: the real sign-in would go to the training."""
    if not told["TRAINING_URL"]:
        return
    if not told["TRAINING_URL"].startswith("https://"):
        yield "TRAINING_URL phải bắt đầu bằng https://."
    hosts = (told["PUBLIC_URL"], told["PORTAL_URL"], told["DESK_URL"])
    if urlsplit(told["TRAINING_URL"]).hostname in {urlsplit(url).hostname for url in hosts}:
        yield "TRAINING_URL phải có tên máy chủ khác với hệ thống thật (PUBLIC_URL, PORTAL_URL, DESK_URL)."


def _open_neighbour(told: Mapping[str, Any]) -> Iterator[str]:
    """The other of the two systems, where it is not here: people and tokens go there."""
    for name in ("PORTAL_URL", "DESK_URL"):
        if told[name] and not told[name].startswith("https://"):
            yield f"{name} phải bắt đầu bằng https://."
    if told["PORTAL_ISSUER"] != told["PORTAL_URL"]:
        yield "PORTAL_ISSUER phải là địa chỉ của Cổng (PORTAL_URL; ở Cổng là PUBLIC_URL)."


def _trial_signatures(told: Mapping[str, Any]) -> Iterator[str]:
    if told["RESULT_SIGNER"].endswith(".TrialSigner"):
        yield "RESULT_SIGNER phải ký bằng chứng thư số thật, không phải chữ ký chạy thử."
    if told["SIGNING_PASSWORD"] == DEMONSTRATION_VALUE:
        yield "SIGNING_PASSWORD phải là mật khẩu riêng của các tệp khóa."


def _open_mail(told: Mapping[str, Any]) -> Iterator[str]:
    if not told["MAIL_HOST"]:
        return
    if told["MAIL_TLS"] not in {"starttls", "tls", "none"}:
        yield "MAIL_TLS phải là starttls, tls hoặc none."
    if told["MAIL_TLS"] == "none" and not _is_private(f"http://{told['MAIL_HOST']}/"):
        yield "MAIL_TLS chỉ được là none khi máy chủ thư ở trong chính máy này."
    if told["MAIL_PASSWORD"] == DEMONSTRATION_VALUE:
        yield "MAIL_PASSWORD phải là mật khẩu riêng."
    if not _ADDRESS.fullmatch(told["MAIL_FROM"]):
        yield "MAIL_FROM phải là một địa chỉ email không dấu."


def _open_providers(providers: Iterable[SmsProvider]) -> Iterator[str]:
    """The variables' own names where there is one provider; else the file's, with the provider's code."""
    for one in providers:
        alone = one.code == ALONE
        url, secret = (
            ("SMS_URL", "SMS_SECRET") if alone else (f"SMS_PROVIDERS {one.code}: {x}" for x in _PARTS)
        )
        if not _is_private(one.url):
            yield f"{url} phải là địa chỉ https:// (http:// chỉ dùng trong chính máy này)."
        # SMPP 3.4 has room for eight letters; such a line is encrypted, or ends in this machine.
        smpp, soap = urlsplit(one.url).scheme.startswith("smpp"), one.gateway.endswith(".SoapSms")
        shortest = _SMPP_SECRET if smpp else _SHORTEST_GIVEN if soap else _SHORTEST_SECRET
        given = [one.secret, *one.callback_secrets]
        if any(len(each) < (shortest if each == one.secret else _SHORTEST_SECRET) for each in given) or (
            DEMONSTRATION_VALUE in given
        ):
            yield f"{secret} phải là chuỗi ngẫu nhiên riêng, dài từ {shortest} ký tự trở lên."
        if one.receipts and not one.callback_secrets and not smpp:
            yield f"SMS_PROVIDERS {one.code}: có receipts thì phải có callback_secrets."


def _half_connected(told: Mapping[str, Any]) -> Iterator[str]:
    """Cổng DVCQG is connected whole or not at all: dossiers are told of by its own ids of people."""
    ours = told["ACCOUNT_REGISTRY"].endswith(".DvcqgAccounts"), told["OWNERS_VAULT"].endswith(".DvcqgStore")
    if not told["DVCQG_URL"]:
        if told["NATIONAL_SYNC"] or any(ours):
            yield "DVCQG_URL phải có khi kết nối Cổng DVCQG (NATIONAL_SYNC, ACCOUNT_REGISTRY, OWNERS_VAULT)."
        return
    for name in ("DVCQG_URL", "DVCQG_LOGIN_URL", "DVCQG_ACCOUNTS_URL", "DVCQG_STORE_URL"):
        if told[name] and not _is_private(told[name]):
            yield f"{name} phải là địa chỉ https:// (http:// chỉ dùng trong chính máy này)."
    if len(told["DVCQG_PASSWORD"]) < _SHORTEST_GIVEN or told["DVCQG_PASSWORD"] == DEMONSTRATION_VALUE:
        yield "DVCQG_PASSWORD phải là mật khẩu được Cổng DVCQG cấp."
    if told["NATIONAL_SYNC"] and not ours[0]:
        yield "NATIONAL_SYNC chỉ bật khi ACCOUNT_REGISTRY là motcua.gateways.dvcqg_accounts.DvcqgAccounts."
    if ours[1] and not (ours[0] and told["DVCQG_STORE_ASKER"]):
        yield "OWNERS_VAULT DvcqgStore cần ACCOUNT_REGISTRY DvcqgAccounts và DVCQG_STORE_ASKER."


def _open_vneid(told: Mapping[str, Any]) -> Iterator[str]:
    """Who people are is heard over TLS only, and signed with an algorithm that has two keys."""
    if told["VNEID_ALGORITHM"] not in {"RS256", "PS256", "ES256"}:
        yield "VNEID_ALGORITHM phải là RS256, PS256 hoặc ES256."
    if not told["VNEID_ISSUER"]:
        return
    if not _is_private(told["VNEID_ISSUER"]):
        yield "VNEID_ISSUER phải là địa chỉ https:// (http:// chỉ dùng trong chính máy này)."
    secret = told["VNEID_CLIENT_SECRET"]
    if not told["VNEID_CLIENT_KEY"] and (len(secret) < _SHORTEST_SECRET or secret == DEMONSTRATION_VALUE):
        yield "VNEID_CLIENT_SECRET phải là chuỗi được VNeID cấp, dài từ 16 ký tự trở lên."


def _weak_secrets(told: Mapping[str, Any]) -> Iterator[str]:
    for name, shortest in (
        ("SECRET_KEY", _SHORTEST_KEY),
        ("OPERATORS_SECRET", _SHORTEST_SECRET),
        ("PAYMENT_SECRET", _SHORTEST_SECRET),
        ("PAYMENT_CALLBACK_SECRET", _SHORTEST_SECRET),
        ("METRICS_TOKEN", _SHORTEST_SECRET),
    ):
        if len(told[name]) < shortest or told[name] == DEMONSTRATION_VALUE:
            yield f"{name} phải là chuỗi ngẫu nhiên riêng, dài từ {shortest} ký tự trở lên."


def _is_private(url: str) -> bool:
    """Nobody on the way can read it."""
    parts = urlsplit(url)
    if parts.scheme in {"https", "smpps"}:
        return bool(parts.hostname)
    host, inside = parts.hostname or "", parts.scheme in {"http", "smpp"}
    try:
        return inside and ipaddress.ip_address(host).is_loopback
    except ValueError:
        return inside and host == "localhost"
