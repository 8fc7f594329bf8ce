"""Khóa truy cập: a key in a phone, a computer or a stick signs what this sign-in asks (WebAuthn)."""

import ipaddress
import json
import uuid
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from motcua import journal
from motcua.accounts.models import Account, Passkey
from motcua.accounts.models.columns import ClockTimestamp
from motcua.accounts.sealed_data import mac
from motcua.kernel.refusal import NotFound, Refusal

_LONGEST_ANSWER: Final = 20_000
_MOST: Final = 10
_REQUIRED: Final = UserVerificationRequirement.REQUIRED


class PasskeyNotTaken(Refusal):
    code = "passkey_not_taken"
    message = (
        "Thiết bị chưa tạo được khóa truy cập, hoặc khóa này đã được đăng ký. "
        "Đề nghị ông/bà thử lại, hoặc dùng ứng dụng xác thực."
    )


def are_offered() -> bool:
    """A browser keeps keys for names only, never for a numeric address."""
    try:
        ipaddress.ip_address(_host())
    except ValueError:
        return True
    return False


def to_register(account: Account, challenge: bytes, *, name: str) -> str:
    """What the browser is asked to make a key for, as JSON."""
    options, _ = _server().register_begin(
        PublicKeyCredentialUserEntity(id=mac("passkey-user", str(account.pk)), name=name, display_name=name),
        credentials=[_descriptor(row) for row in _live(account)],
        resident_key_requirement=ResidentKeyRequirement.DISCOURAGED,
        user_verification=_REQUIRED,
        challenge=challenge,
    )
    return json.dumps(dict(options.public_key))


def to_sign(account: Account, challenge: bytes) -> str:
    """What the browser is asked to sign, as JSON; empty when the account has no key."""
    rows = _live(account)
    if not rows or not are_offered():
        return ""
    options, _ = _server().authenticate_begin(
        [_descriptor(row) for row in rows], user_verification=_REQUIRED, challenge=challenge
    )
    return json.dumps(dict(options.public_key))


def add(account: Account, challenge: bytes, answer: str, *, device_words: str) -> Passkey:
    """Keep the public half of a new key. Raises PasskeyNotTaken."""
    if len(_live(account)) >= _MOST:
        raise PasskeyNotTaken
    try:
        made = _server().register_complete(_state(challenge), _read(answer))
        if made.credential_data is None:
            raise PasskeyNotTaken
        with transaction.atomic():
            return Passkey.objects.create(
                account=account,
                credential_id=made.credential_data.credential_id,
                credential=bytes(made.credential_data),
                sign_count=made.counter,
                device_words=device_words[:80],
            )
    except (ValueError, TypeError, KeyError, AttributeError, IntegrityError) as wrong:
        raise PasskeyNotTaken from wrong


def accepts(account: Account, challenge: bytes, answer: str) -> bool:
    """Whether one of the account's keys signed this challenge, its owner verified by the device.

    A count that does not go up is a copied key: it ends, and the journal says so.
    """
    rows = {bytes(row.credential_id): row for row in _live(account)}
    try:
        told = _read(answer)
        used = _server().authenticate_complete(
            _state(challenge), [AttestedCredentialData(bytes(row.credential)) for row in rows.values()], told
        )
        count = _count_in(told)
    except (ValueError, TypeError, KeyError, AttributeError):
        return False  # a stranger's bytes: whatever they are, they are no signature of ours
    row = rows[used.credential_id]
    live = Passkey.objects.filter(pk=row.pk, ended_at__isnull=True)
    fresh = live.filter(sign_count=0) if count == 0 else live.filter(sign_count__lt=count)
    if fresh.update(sign_count=count, used_at=ClockTimestamp()) == 1:
        return True
    if live.update(ended_at=ClockTimestamp(), ended_why="count_fell"):
        journal.record(
            "accounts.passkey.copied", subject=f"account:{account.pk}", facts={"passkey": str(row.public_id)}
        )
    return False


def keys_of(account: Account) -> list[Passkey]:
    """Those that open, oldest first."""
    return _live(account)


def end_one(account: Account, public_id: uuid.UUID) -> None:
    """Raises NotFound for a key that is another's or has ended."""
    live = Passkey.objects.filter(account=account, public_id=public_id, ended_at__isnull=True)
    if not live.update(ended_at=ClockTimestamp(), ended_why="by_owner"):
        raise NotFound


def end(account: Account, *, why: str) -> int:
    """None of the account's keys opens any more."""
    return Passkey.objects.filter(account=account, ended_at__isnull=True).update(
        ended_at=ClockTimestamp(), ended_why=why[:20]
    )


def _live(account: Account) -> list[Passkey]:
    return list(Passkey.objects.filter(account=account, ended_at__isnull=True).order_by("pk"))


def _server() -> Fido2Server:
    return Fido2Server(
        PublicKeyCredentialRpEntity(id=_host(), name=settings.DESK_NAME),
        verify_origin=lambda origin: origin == _origin(),
    )


def _host() -> str:
    return urlsplit(settings.PUBLIC_URL).hostname or ""


def _origin() -> str:
    parts = urlsplit(settings.PUBLIC_URL)
    return f"{parts.scheme}://{parts.netloc}"


def _state(challenge: bytes) -> Mapping[str, Any]:
    return {"challenge": websafe_encode(challenge), "user_verification": _REQUIRED}


def _descriptor(row: Passkey) -> PublicKeyCredentialDescriptor:
    return PublicKeyCredentialDescriptor(type=PublicKeyCredentialType.PUBLIC_KEY, id=bytes(row.credential_id))


def _read(answer: str) -> dict[str, Any]:
    if len(answer) > _LONGEST_ANSWER:
        raise ValueError("too long")
    told = json.loads(answer)
    if not isinstance(told, dict):
        raise TypeError("not an object")
    return told


def _count_in(told: dict[str, Any]) -> int:
    return AuthenticationResponse.from_dict(told).response.authenticator_data.counter
