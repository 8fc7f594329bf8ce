"""Vào: a session begins for whoever has proved to be the owner, and the owner hears of a new browser."""

from dataclasses import dataclass, field
from datetime import date

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from motcua import journal
from motcua.accounts import (
    emails,
    guardianships,
    identity,
    notice_channels,
    notices,
    providers,
    sessions,
    sign_in_history,
)
from motcua.accounts.models import Account, Guardianship, KnownDevice
from motcua.accounts.models.columns import ClockTimestamp
from motcua.accounts.providers import DVCQG, VNEID
from motcua.accounts.sign_in_history import How, Result
from motcua.outbox import letters, mailing, sending, texts
from motcua.units import posts


@dataclass(frozen=True, slots=True)
class SignedIn:
    """``token`` goes into the cookie and nowhere else."""

    token: str = field(repr=False)
    audience: str
    account_id: int


class FactorNotProved(RuntimeError):
    """A bug of the caller: no way in leads past the second factor of whoever holds a post."""


def enter(
    account: Account, *, device: str, device_words: str, factor: str = "", provider: str = DVCQG
) -> SignedIn:
    """Begin a session for somebody who has just proved to be the owner; ``factor``: by what besides the password.

    ``provider``: who said who it is. Raises OwnerCameOfAge when it is a guardian's password of before, PasswordsOver
    when it is a citizen whose word is a password, after its last day.
    """
    guardianships.refuse_waiting(account)
    audience, unit_code = audience_of(account, on=timezone.localdate())
    if needs_factor(audience) and not factor:
        raise FactorNotProved
    if provider == DVCQG and audience == "CITIZEN":
        providers.refuse_passwords_when_over(timezone.localdate())
    known = knows(account, device)
    token, session = sessions.begin(
        account,
        audience=audience,
        device=device,
        device_words=device_words,
        unit_code=unit_code,
        factor=factor,
        provider=provider,
        said_just_now=True,
    )
    _remember_device(account, device)
    sign_in_history.note(
        account,
        how=factor or (How.VNEID if provider == VNEID else How.PASSWORD),
        result=Result.IN,
        device_words=device_words,
        known=known,
        audience=audience,
    )
    journal.record(
        "accounts.session.begun",
        subject=f"account:{account.pk}",
        facts={"session": session.pk, "as": audience, "factor": factor or "none", "provider": provider},
    )
    return SignedIn(token, audience, account.pk)


def needs_factor(audience: str) -> bool:
    """Whoever works as an officer; the demonstration may do without (SPEC 14)."""
    return audience == "OFFICER" and settings.OFFICER_SECOND_FACTOR


def audience_of(account: Account, *, on: date) -> tuple[str, str]:
    """Whoever holds a post today works as an officer, at their first unit."""
    held = posts.posts_of(identity.subject_of(account.public_id, settings.DESK_ID), on)
    return ("OFFICER", held[0].unit_code) if held else ("CITIZEN", "")


def knows(account: Account, device: str) -> bool:
    """Whether the owner has signed in with this browser before."""
    return owners_devices().filter(account=account, device_hash=sessions.device_hash(device)).exists()


def owners_devices() -> QuerySet[KnownDevice]:
    """Browsers that are no stranger's: not one that only a guardian used, before the owner took the account over."""
    taken = Guardianship.objects.filter(
        account=OuterRef("account"), settled_at__isnull=False, settled_at__gte=OuterRef("last_seen_at")
    )
    return KnownDevice.objects.exclude(Exists(taken))


def _remember_device(account: Account, device: str) -> None:
    hashed = sessions.device_hash(device)
    before = owners_devices().filter(account=account)
    first_ever, new = not before.exists(), not before.filter(device_hash=hashed).exists()
    KnownDevice.objects.update_or_create(
        account=account, device_hash=hashed, defaults={"last_seen_at": ClockTimestamp()}
    )
    if new and not first_ever:
        _tell_of_new_device(account, key=f"{account.pk}:{hashed.hex()[:24]}")


def _tell_of_new_device(account: Account, *, key: str) -> None:
    """An alarm comes by SMS whatever was chosen; by e-mail as well to whoever chose e-mail or has no phone now."""
    at, phone = timezone.now(), identity.primary_phone(account)
    link = notices.disavowal_link(account, "new_device")
    if phone is not None:
        sending.enqueue(
            to=phone,
            text=texts.signed_in_on_new_device(at=at, link=link),
            purpose="new_device",
            dedupe_key=f"new_device:{key}",
        )
    email = emails.email_of(account)
    if email is not None and (phone is None or notice_channels.reach(account).email is not None):
        said = letters.signed_in_on_new_device(at, link=link)
        mailing.enqueue(
            to=email,
            subject=said.subject,
            text=said.text,
            purpose="new_device",
            dedupe_key=f"new_device:{key}",
        )
