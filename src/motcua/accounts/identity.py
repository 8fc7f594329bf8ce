"""Finding an account and naming it to others without giving it away."""

import uuid
from collections.abc import Sequence
from typing import Final

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet

from motcua.accounts.models import (
    Account,
    IdentityDocument,
    PairwiseSubject,
    PhoneBinding,
    WaitsForOwner,
)
from motcua.accounts.sealed_data import Number, mac, number_fingerprint, unseal
from motcua.kernel.phone import Phone
from motcua.kernel.refusal import NotFound


def subject_of(public_id: uuid.UUID, audience: str) -> str:
    """32 hex digits: the opaque id of an account for one audience. Two audiences cannot compare theirs."""
    return mac("pairwise-subject", audience, public_id.bytes)[:16].hex()


def name_to(account: Account, audience: str) -> PairwiseSubject:
    """Write down the account's opaque id for an audience, so that it can be found back by it."""
    subject, _ = PairwiseSubject.objects.get_or_create(
        account=account,
        audience=audience,
        defaults={"subject": subject_of(account.public_id, audience)},
    )
    return subject


def name_by_id(account_id: int, subject: str, audience: str) -> None:
    """As ``name_to``, for an account that was just found for this audience the first time."""
    PairwiseSubject.objects.bulk_create(
        [PairwiseSubject(account_id=account_id, audience=audience, subject=subject)], ignore_conflicts=True
    )


def account_of_subject(subject: str, audience: str = "") -> Account:
    """The account that an audience knows by ``subject``; NotFound when there is none.

    Of an account that was merged, the one that stayed.
    """
    return stays(named_by(subject, audience))


def named_by(subject: str, audience: str = "") -> Account:
    """The very account that ``subject`` was made for, merged or not: where papers lie. NotFound when there is none."""
    try:
        return Account.objects.select_related("person", "merged_into__person").get(
            subjects__subject=subject, subjects__audience=audience or settings.DESK_ID
        )
    except Account.DoesNotExist as missing:
        raise NotFound from missing


def with_merged(account_id: int) -> QuerySet[Account, int]:
    """The account and those that were merged into it, for queries about what is theirs."""
    both = Account.objects.filter(Q(pk=account_id) | Q(merged_into=account_id))
    return both.order_by().values_list("pk", flat=True)


def stays(account: Account) -> Account:
    """The account that stays of this one: itself, unless it was merged."""
    return account.merged_into or account


def stands_for(account_id: int) -> int:
    """As ``stays``, of an account that is known by its key."""
    joined = Account.objects.filter(pk=account_id).values_list("merged_into", flat=True).first()
    return joined or account_id


#: Of the account that stays: status, whether it is under review, and whether it lacks VNeID where the portal's own
#: accounts count no longer for its kind of owner (NĐ 69/2024). Asked at every reception: plain SQL.
_STANDING: Final = """
    SELECT s.subject, coalesce(m.status, a.status), coalesce(m.under_review, a.under_review),
           accounts_own_ended(p.kind) AND NOT accounts_vneid_stands(coalesce(m.id, a.id), p.kind)
      FROM accounts_pairwisesubject s
      JOIN accounts_account a ON a.id = s.account_id
      JOIN accounts_person p ON p.id = a.person_id
      LEFT JOIN accounts_account m ON m.id = a.merged_into_id
     WHERE s.audience = %s AND s.subject = ANY (%s)
"""


def standing_of_subject(subject: str, audience: str) -> tuple[str, bool, bool]:
    """Status of that account, whether it is under review and whether it lacks VNeID; nothing else of it is read."""
    found = _standings([subject], audience)
    if not found:
        raise NotFound
    return found[subject]


def is_usable(subject: str, audience: str) -> bool:
    """Whether that account may still be received for, now. Raises NotFound."""
    return _usable(*standing_of_subject(subject, audience))


def usable_among(subjects: Sequence[str], audience: str) -> dict[str, bool]:
    """The same for many; who is not known to the audience is not in the answer. One statement."""
    return {subject: _usable(*standing) for subject, standing in _standings(list(subjects), audience).items()}


def _standings(subjects: list[str], audience: str) -> dict[str, tuple[str, bool, bool]]:
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, [audience, subjects])
        return {subject: (status, review, unlinked) for subject, status, review, unlinked in cursor}


def _usable(status: str, under_review: bool, unlinked: bool) -> bool:
    return status in (Account.Status.ACTIVE, Account.Status.PENDING) and not under_review and not unlinked


def own_documents(account: Account) -> QuerySet[IdentityDocument]:
    """The numbers that are this account's by themselves, wherever they lead while it is merged."""
    person = account.person_id
    return IdentityDocument.objects.filter(Q(person=person, came_from=None) | Q(came_from=person))


def live_accounts(*numbers: Number) -> QuerySet[Account]:
    """Accounts that exist (not closed) under any of these numbers."""
    return (
        Account.objects.filter(
            status__in=Account.LIVE,
            person__documents__status="active",
            person__documents__number_bi__in=[number_fingerprint(number) for number in numbers],
        )
        .select_related("person")
        .distinct()
    )


def account_by_number(number: Number) -> Account | None:
    """The account behind a number, or None; an equality on one unique index."""
    return live_accounts(number).first()


def primary_phone(account: Account) -> Phone | None:
    """The phone the account answers to, or None when it is frozen or missing; once merged, the survivor's.

    None as well from the day on which a minor comes of age, until they take the account over: it is a guardian's.
    """
    bound = stays(account).phones.filter(role="primary", status=PhoneBinding.Status.ACTIVE)
    binding = bound.alias(shut=WaitsForOwner("account_id")).filter(shut=False).first()
    return phone_of(binding) if binding else None


def bound_phone(account: Account) -> Phone | None:
    """The phone that is bound, also while the account waits for its owner: to call them to the desk, never a code."""
    binding = stays(account).phones.filter(role="primary", status=PhoneBinding.Status.ACTIVE).first()
    return phone_of(binding) if binding else None


#: Of ``accounts_account a``: the phone that is frozen was the last one; whoever binds another is served again.
PHONE_FROZEN: Final = """
    (EXISTS (SELECT 1 FROM accounts_phonebinding b WHERE b.account_id = a.id AND b.role = 'primary'
                AND b.status = 'frozen')
     AND NOT EXISTS (SELECT 1 FROM accounts_phonebinding b WHERE b.account_id = a.id AND b.role = 'primary'
                        AND b.status = 'active'))
"""


def frozen_phone(account: Account) -> PhoneBinding | None:
    """The phone that the account answered to last, when it is frozen and no other was bound since (threats T-11)."""
    bindings = stays(account).phones.filter(role="primary")
    if bindings.filter(status=PhoneBinding.Status.ACTIVE).exists():
        return None
    return bindings.filter(status=PhoneBinding.Status.FROZEN).order_by("-verified_at", "-pk").first()


def phone_of(binding: PhoneBinding) -> Phone:
    """The phone in clear, for sending to it."""
    return Phone.parse(unseal("accounts_phonebinding.phone", str(binding.row_key), binding.phone_sealed))


def number_of(document: IdentityDocument) -> str:
    """The number in clear: only for its owner and for papers that need it."""
    return unseal("accounts_identitydocument.number", str(document.row_key), document.number_sealed)
