"""Slow hashes of passwords, and never more of them at once than the machine has cores."""

import threading

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher, check_password, make_password

from motcua.kernel.password_rule import prepared

_places = threading.BoundedSemaphore(settings.HASHES_AT_ONCE)


class CitizenArgon2(Argon2PasswordHasher):
    """Argon2id t=2, m=19 MiB, p=1: 18 ms of CPU where Django's default costs 190 ms and 100 MiB."""

    time_cost = 2
    memory_cost = 19456
    parallelism = 1


def hashed(password: str) -> str:
    """The hash to store; waits while all places are taken, so that sign-ups cannot starve look-ups."""
    with _places:
        return make_password(prepared(password))


def is_password(password: str, stored: str) -> bool:
    """Whether the password is the stored one. An empty hash costs the same time and says no."""
    with _places:
        return check_password(prepared(password), stored or _nobody()) and bool(stored)


_nobody_hash: list[str] = []


def _nobody() -> str:
    if not _nobody_hash:
        _nobody_hash.append(make_password("khong-ai-co-mat-khau-nay"))
    return _nobody_hash[0]
