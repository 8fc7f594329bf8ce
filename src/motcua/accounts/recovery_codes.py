"""Mã dự phòng: ten codes shown once, kept as keyed digests, each good once."""

import re
import secrets
from typing import Final

from django.db import transaction

from motcua.accounts.models import Account, RecoveryCode
from motcua.accounts.models.columns import ClockTimestamp
from motcua.accounts.sealed_data import mac

HOW_MANY: Final = 10
#: No 0, 1, i, l, o: they are copied by hand. 31 letters to the power of ten are 49 bits.
_ALPHABET: Final = "23456789abcdefghjkmnpqrstuvwxyz"
_LENGTH: Final = 10


@transaction.atomic
def renew(account: Account) -> list[str]:
    """Ten new codes, to be shown now and never again; the earlier ones are void."""
    Account.objects.select_for_update().get(pk=account.pk)  # two renewals at once leave ten codes, not twenty
    void(account)
    codes = ["".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH)) for _ in range(HOW_MANY)]
    RecoveryCode.objects.bulk_create(
        [RecoveryCode(account=account, code_mac=_mac(account, code)) for code in codes]
    )
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def use(account: Account, code: str) -> bool:
    """One UPDATE decides: the same code twice at once opens once."""
    typed = re.sub(r"[^0-9a-z]", "", code.lower())
    live = RecoveryCode.objects.filter(account=account, used_at__isnull=True, voided_at__isnull=True)
    return live.filter(code_mac=_mac(account, typed)).update(used_at=ClockTimestamp()) == 1


def left(account: Account) -> int:
    """How many are still good."""
    return RecoveryCode.objects.filter(account=account, used_at__isnull=True, voided_at__isnull=True).count()


def void(account: Account) -> int:
    """None of the codes shown before opens anything."""
    return RecoveryCode.objects.filter(account=account, used_at__isnull=True, voided_at__isnull=True).update(
        voided_at=ClockTimestamp()
    )


def _mac(account: Account, code: str) -> bytes:
    return mac("recovery-code", str(account.pk), code)
