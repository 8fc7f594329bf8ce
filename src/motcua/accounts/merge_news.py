"""The owner hears of a merge on both phones, with a way to say no: before it is done where the phones differ."""

from django.utils import timezone

from motcua.accounts import identity, notices
from motcua.accounts.models import Account, Merge, PhoneBinding
from motcua.kernel.phone import Phone
from motcua.outbox import texts


def rests(row: Merge) -> None:
    """Agreed by two officers; it waits for its day."""
    if row.due_at is None:
        return
    for account in (row.survivor, row.absorbed):
        phone = identity.primary_phone(account)
        if phone is not None:
            link = notices.disavowal_link(account, notices.MERGE_RESTS)
            text = texts.accounts_to_be_merged(until=timezone.localdate(row.due_at), link=link)
            notices.tell(account=account, to=phone, text=text, purpose="merge_rests", key=str(row.public_id))


def joined(row: Merge) -> None:
    """Done. The link locks the account that stays, whichever phone it was sent to."""
    for account, phone in _phones(row):
        link = notices.disavowal_link(row.survivor, "accounts_merged")
        text = texts.accounts_merged(last3=_last3(row.survivor), link=link)
        notices.tell(account=account, to=phone, text=text, purpose="accounts_merged", key=str(row.public_id))


def parted(row: Merge) -> None:
    """Two accounts again."""
    for account in (row.survivor, row.absorbed):
        phone = identity.primary_phone(account)
        if phone is not None:
            notices.tell(
                account=account,
                to=phone,
                text=texts.accounts_parted(),
                purpose="accounts_parted",
                key=str(row.public_id),
            )


def _phones(row: Merge) -> list[tuple[Account, Phone]]:
    """Of both as it was before; one text where both answer to the same phone."""
    phone = identity.primary_phone(row.survivor)
    found = [(row.survivor, phone)] if phone is not None else []
    row.refresh_from_db(fields=["absorbed_phone"])
    binding: PhoneBinding | None = row.absorbed_phone
    other = identity.phone_of(binding) if binding is not None else None
    if other is not None and (phone is None or other.value != phone.value):
        found.append((row.absorbed, other))
    return found


def _last3(account: Account) -> str:
    """Of the number under which it was known before: the one to sign in with."""
    own = account.person.documents.filter(status="active", came_from=None).order_by("kind").first()
    return own.last3 if own is not None else ""
