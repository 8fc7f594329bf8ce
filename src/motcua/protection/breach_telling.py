"""Tell those whom an approved breach concerns: each once, by a text; who has no phone is told on paper."""

from collections.abc import Mapping
from typing import Final

from django.db import transaction

from motcua import journal
from motcua.accounts import identity, notice_channels, notices
from motcua.accounts.models import Account
from motcua.outbox import sending, texts
from motcua.outbox.errands import Fact, TryLater
from motcua.protection.models import Breach, BreachPerson
from motcua.protection.whose import account_ids

_AT_ONCE: Final = 200


def tell(data: Mapping[str, Fact]) -> None:
    """The errand: some at a time, so that other errands are not kept waiting. Twice is once: each row is told once."""
    row = Breach.objects.get(public_id=str(data["breach"]))
    if _tell_some(row) == _AT_ONCE:
        raise TryLater(seconds=1)


@transaction.atomic
def _tell_some(row: Breach) -> int:
    waiting = BreachPerson.objects.select_for_update(skip_locked=True).filter(
        breach=row, told=BreachPerson.Told.NOT_YET
    )
    some = list(waiting.order_by("id")[:_AT_ONCE])
    known = Account.objects.in_bulk(list(account_ids(person.who for person in some)))
    told = [_tell_one(row, person, known) for person in some]
    if some:
        journal.record(
            "protection.breach.told",
            subject=f"breach:{row.public_id}",
            facts={"count": sum(told), "missing": len(told) - sum(told)},
        )
    return len(some)


def _tell_one(row: Breach, person: BreachPerson, known: Mapping[int, Account]) -> bool:
    """Whether a text leaves; whoever reads for an organisation is told for it."""
    account = next((known[pk] for pk in account_ids([person.who]) if pk in known), None)
    sent = False
    for reader in notice_channels.readers(account) if account is not None else ():
        # An alarm comes by text, whatever channel was chosen for news of dossiers.
        phone = identity.primary_phone(reader)
        if phone is not None:
            sending.enqueue(
                to=phone,
                text=texts.breach_notice(host=notices.public_host()),
                purpose="breach_notice",
                dedupe_key=f"breach:{row.public_id.hex}:{person.pk}:{reader.pk}",
            )
            sent = True
    person.told = BreachPerson.Told.SENT if sent else BreachPerson.Told.UNREACHED
    person.save(update_fields=["told"])
    return sent
