"""Xem đầy đủ cho một cửa: a desk's officer sees an owner's whole number or phone, and the owner sees that.

Who may ask is the desk's to say, and it keeps the reason and the officer's line of its journal; here the owner's line
is written, once for each key.
"""

from dataclasses import dataclass, field

from django.db import connection, transaction

from motcua import journal
from motcua.accounts import identity, revealing
from motcua.accounts.models import Account, LookUp
from motcua.accounts.revealing import PURPOSES, NothingToReveal, What
from motcua.kernel.refusal import NotFound


@dataclass(frozen=True, slots=True)
class Shown:
    """Words to show once, and whose they are."""

    account_id: int
    #: Whether the owner's line is of now: asked again under the same key, it is not.
    is_new: bool
    text: str = field(repr=False)


@transaction.atomic
def reveal(*, subject: str, audience: str, what: What, asked_by: str, unit_code: str, key: str) -> Shown:
    """The words to show. Raises NothingToReveal, for an account that is no longer in use as well."""
    account = _owner(subject, audience)
    text = revealing.words_of(account, what).text
    document = identity.own_documents(account).order_by("status", "kind").first()
    if document is None:
        raise NothingToReveal
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [key])
    mark = bytes(document.number_bi)
    is_new = not LookUp.objects.filter(number_bi=mark, reference=key).exists()
    if is_new:
        LookUp.objects.create(
            number_bi=mark,
            answer="FOUND",
            asked_by=asked_by,
            unit_code=unit_code,
            purpose=PURPOSES[what],
            reference=key,
        )
    return Shown(account.pk, is_new, text)


@transaction.atomic
def reveal_to_system(
    *, subject: str, audience: str, client_id: str, what: What, asked_by: str, unit_code: str, key: str
) -> Shown:
    """As ``reveal``, for a system elsewhere: the owner's line and the journal's together, once for each key."""
    shown = reveal(
        subject=subject, audience=audience, what=what, asked_by=asked_by, unit_code=unit_code, key=key
    )
    if shown.is_new:
        journal.record(
            "accounts.owner.revealed",
            subject=f"account:{shown.account_id}",
            actor=asked_by,
            unit_code=unit_code,
            facts={"what": what.value, "client": client_id},
        )
    return shown


def _owner(subject: str, audience: str) -> Account:
    try:
        account = identity.account_of_subject(subject, audience)
    except NotFound as nobody:
        raise NothingToReveal from nobody
    if account.status not in ("active", "pending_activation"):
        raise NothingToReveal
    return account
