"""The owner hears of a merge on both phones and by e-mail, with a way to say no: before it is done, and after."""

from django.utils import timezone

from motcua.accounts import emails, identity, notices
from motcua.accounts.models import Account, Merge, PhoneBinding
from motcua.kernel.phone import Phone
from motcua.outbox import letters, mailing, texts


def rests(row: Merge) -> None:
    """Agreed by two officers; it waits for its day."""
    if row.due_at is None:
        return
    until, parting = timezone.localdate(row.due_at), row.kind == Merge.Kind.UNDO
    text_of = texts.accounts_to_be_parted if parting else texts.accounts_to_be_merged
    words_of = letters.accounts_to_be_parted if parting else letters.accounts_to_be_merged
    for account in (row.survivor, row.absorbed):
        link = notices.disavowal_link(account, notices.MERGE_RESTS, merge=row)
        phone = _own_phone(account)
        if phone is not None:
            text = text_of(until=until, link=link)
            notices.tell(account=account, to=phone, text=text, purpose="merge_rests", key=str(row.public_id))
        _mail(account, words_of(until, link=link), "merge_rests", row)


def joined(row: Merge) -> None:
    """Done. The link locks the account that stays, whichever phone it was sent to."""
    for account, phone in _phones(row):
        link = notices.disavowal_link(row.survivor, notices.MERGED, merge=row)
        text = texts.accounts_merged(last3=_last3(row.survivor), link=link)
        notices.tell(account=account, to=phone, text=text, purpose="accounts_merged", key=str(row.public_id))
    for account in (row.survivor, row.absorbed):
        link = notices.disavowal_link(row.survivor, notices.MERGED, merge=row)
        _mail(account, letters.accounts_merged(_last3(row.survivor), link=link), "accounts_merged", row)


def parted(row: Merge) -> None:
    """Two accounts again."""
    for account in (row.survivor, row.absorbed):
        phone = _own_phone(account)
        if phone is not None:
            notices.tell(
                account=account,
                to=phone,
                text=texts.accounts_parted(),
                purpose="accounts_parted",
                key=str(row.public_id),
            )
        _mail(account, letters.accounts_parted(), "accounts_parted", row)


def _own_phone(account: Account) -> Phone | None:
    """Not the one of the account that it was merged into; not one that is frozen, which may be a stranger's by now."""
    bound = account.phones.filter(role="primary", status=PhoneBinding.Status.ACTIVE).first()
    return identity.phone_of(bound) if bound is not None else None


def _mail(account: Account, said: letters.Words, purpose: str, row: Merge) -> None:
    """To the proved address as well, whatever was chosen: who has lost the phone hears of it too."""
    email = emails.email_of(account)
    if email is not None:
        mailing.enqueue(
            to=email,
            subject=said.subject,
            text=said.text,
            purpose=purpose,
            dedupe_key=f"{purpose}:{account.pk}:{row.public_id}",
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
