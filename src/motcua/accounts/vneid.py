"""Đăng nhập bằng VNeID: whom VNeID names gets the account of that number, once; nothing is put right silently."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from motcua import journal
from motcua.accounts import (
    entering,
    evidence,
    founding,
    guardianships,
    identity,
    notices,
    providers,
    second_step,
    sign_in_history,
)
from motcua.accounts.entering import SignedIn
from motcua.accounts.models import Account, IdentityDocument, Person, TempCredential, VneidLink
from motcua.accounts.models.columns import ClockTimestamp
from motcua.accounts.providers import VNEID, VneidNotOpen
from motcua.accounts.sealed_data import birth_date_of, mac, number_fingerprint
from motcua.accounts.second_step import HalfWay
from motcua.accounts.sign_in_history import How, Result
from motcua.accounts.vneid_port import VneidPerson
from motcua.kernel.person_name import NameMatch, PersonName
from motcua.kernel.refusal import Refusal
from motcua.outbox import sending, texts


class VneidDiffers(Refusal):
    """Name, birth date or number differ from ours: two officers compare the papers, nobody guesses (T-18)."""

    code = "vneid_differs"
    status = 409
    message = (
        "Họ tên, ngày sinh hoặc số định danh trên VNeID khác với thông tin của tài khoản trên Cổng. "
        "Đề nghị ông/bà mang thẻ căn cước đến bộ phận một cửa gần nhất để cán bộ điều chỉnh, rồi đăng nhập lại."
    )


class VneidLinkedToAnother(Refusal):
    code = "vneid_linked_to_another"
    status = 409
    message = (
        "Tài khoản trên Cổng đã liên kết với một tài khoản VNeID khác. "
        "Đề nghị ông/bà mang thẻ căn cước đến bộ phận một cửa gần nhất để cán bộ gỡ liên kết cũ."
    )


class VneidTakeOverFirst(Refusal):
    """The owner came of age: their phone, and who knew its password before, are put right at the desk."""

    code = "vneid_take_over_first"
    status = 409
    message = (
        "Ông/bà đã đủ 18 tuổi; tài khoản này trước đây do cha, mẹ hoặc người giám hộ giữ. Để nhận tài khoản, đề nghị "
        "ông/bà mang thẻ căn cước và điện thoại của mình đến bộ phận một cửa gần nhất, rồi đăng nhập bằng VNeID."
    )


class VneidAccountShut(Refusal):
    code = "vneid_account_shut"
    status = 403
    message = (
        "Tài khoản của ông/bà trên Cổng đang tạm khóa. "
        "Đề nghị ông/bà mang thẻ căn cước đến bộ phận một cửa gần nhất để mở khóa."
    )


_BY_RULE: Final[dict[str, type[Refusal]]] = {
    "vneid_tech_id_once": VneidLinkedToAnother,
    "vneid_link_once_per_account": VneidLinkedToAnother,
    "vneid_link_once_per_person": VneidLinkedToAnother,
    "vneid_link_moves": VneidAccountShut,
    "vneid_not_open": VneidNotOpen,
}


@dataclass(frozen=True, slots=True)
class NotKnown:
    """No account has this number. ``perhaps``: one of the same name and birth date has none of twelve digits yet."""

    perhaps: bool


def enter(
    person: VneidPerson, *, device: str, device_words: str, strong: bool = False, may_open: bool = False
) -> SignedIn | HalfWay | NotKnown:
    """Sign in whoever VNeID has just named; the first time their account is linked.

    NotKnown for whoever has no account, until they say that they want one (``may_open``). HalfWay for whoever holds a
    post, or when two factors are asked for: VNeID's word takes the place of the password, not of ours. Raises
    VneidNotOpen, VneidDiffers, VneidLinkedToAnother, VneidAccountShut, VneidTakeOverFirst, KnownAsAnother.
    """
    today = timezone.localdate()
    try:
        account = _asked(person, may_open=may_open, on=today)
    except (VneidDiffers, VneidLinkedToAnother):
        _note_refused(person, device=device, device_words=device_words)
        raise
    if isinstance(account, NotKnown):
        return account
    if account.status != Account.Status.ACTIVE:
        sign_in_history.note(
            account,
            how=How.VNEID,
            result=Result.LOCKED,
            device_words=device_words,
            known=entering.knows(account, device),
        )
        raise VneidAccountShut
    audience, _ = entering.audience_of(account, on=today)
    if strong or entering.needs_factor(audience):
        return second_step.begin(account, device=device, device_words=device_words, provider=VNEID)
    return entering.enter(account, device=device, device_words=device_words, provider=VNEID)


def _note_refused(person: VneidPerson, *, device: str, device_words: str) -> None:
    """The owner sees that somebody came whom VNeID names otherwise."""
    account = _linked(person) or identity.account_by_number(person.citizen_id)
    if account is not None:
        known = entering.knows(account, device)
        sign_in_history.note(
            account, how=How.VNEID, result=Result.WRONG, device_words=device_words, known=known
        )


def unknown(person: VneidPerson) -> NotKnown | None:
    """None for whoever has an account."""
    if (_linked(person) or identity.account_by_number(person.citizen_id)) is not None:
        return None
    return NotKnown(perhaps=_perhaps_known(person))


def prove(person: VneidPerson, *, may_open: bool = False) -> NotKnown | None:
    """Link or open as ``enter`` does, and sign nobody in: beside an officer, or where the desk opened the page."""
    account = _asked(person, may_open=may_open, on=timezone.localdate())
    if isinstance(account, NotKnown):
        return account
    if account.status != Account.Status.ACTIVE:
        raise VneidAccountShut
    return None


def fingerprint(tech_id: str) -> bytes:
    """32 bytes that stand for a TechID; the TechID itself is not kept."""
    return mac("vneid-tech-id", tech_id)


def is_linked(account_id: int) -> bool:
    """Whether this account, or one that was merged into it, is linked."""
    return VneidLink.objects.filter(account__in=identity.with_merged(account_id), ended_at=None).exists()


def _asked(person: VneidPerson, *, may_open: bool, on: date) -> Account | NotKnown:
    providers.refuse_before_vneid(on)
    account = _linked(person) or identity.account_by_number(person.citizen_id)
    if account is None and not may_open:
        return NotKnown(perhaps=_perhaps_known(person))
    if account is not None and guardianships.waits(account.pk):
        _refuse_difference(account, person)
        raise VneidTakeOverFirst
    return _account_of(person)


def _perhaps_known(person: VneidPerson) -> bool:
    """Accounts of before know many people by nine digits only: a second account would leave their papers behind."""
    twelve = IdentityDocument.objects.filter(
        person=OuterRef("person"), status="active", kind=person.citizen_id.kind
    )
    return Account.objects.filter(
        ~Exists(twelve),
        status__in=Account.LIVE,
        person__kind=Person.Kind.CITIZEN,
        person__folded_name=person.full_name.folded,
        person__born_on=person.born_on.on,
    ).exists()


def _account_of(person: VneidPerson) -> Account:
    linked = _linked(person)
    if linked is None:
        return _first_time(person)
    _refuse_difference(linked, person)
    if linked.status == Account.Status.PENDING:  # linked as a minor; the desk handed it over since
        with transaction.atomic():
            _take_into_use(linked)
        linked.refresh_from_db()
    return linked


def _linked(person: VneidPerson) -> Account | None:
    """The account that stays of the one that is linked."""
    link = (
        VneidLink.objects.select_related("account__person", "account__merged_into__person")
        .filter(tech_bi=fingerprint(person.tech_id), ended_at=None)
        .first()
    )
    return identity.stays(link.account) if link else None


def _first_time(person: VneidPerson) -> Account:
    """Link the account of this number, else open one. Of two at once one links, and the other finds it linked."""
    account = identity.account_by_number(person.citizen_id)
    if account is None:
        try:
            return _open(person)
        except founding.AlreadyHasAccount:
            account = identity.account_by_number(person.citizen_id)
            if account is None:
                raise
    _refuse_difference(account, person)
    if account.status not in (Account.Status.ACTIVE, Account.Status.PENDING):
        raise VneidAccountShut
    try:
        _link(account, person)
    except VneidLinkedToAnother:
        found = _linked(person)
        if found is None or found.pk != account.pk:
            journal.record(
                "accounts.vneid.refused", subject=f"account:{account.pk}", facts={"reason": "linked"}
            )
            raise
    account.refresh_from_db()
    return account


@transaction.atomic
def _open(person: VneidPerson) -> Account:
    account = founding.open_by_vneid(replace(person, full_name=person.full_name.as_written))
    _insert(account, person)
    journal.record("accounts.account.opened_by_vneid", subject=f"account:{account.pk}")
    return account


@transaction.atomic
def _link(account: Account, person: VneidPerson) -> None:
    _insert(account, person)
    opened = _take_into_use(account)
    journal.record(
        "accounts.vneid.linked",
        subject=f"account:{account.pk}",
        facts={"level": person.level, "activated": opened},
    )
    phone = identity.primary_phone(account)
    if phone is not None:
        link = notices.disavowal_link(account, "vneid_linked")
        sending.enqueue(
            to=phone,
            text=texts.vneid_linked(link=link),
            purpose="vneid_linked",
            dedupe_key=f"vneid_linked:{account.pk}:{link[-14:]}",
        )


def _take_into_use(account: Account) -> bool:
    """An account that waits for activation needs no password: VNeID says who came. True for the one who was first."""
    opened = Account.objects.filter(pk=account.pk, status=Account.Status.PENDING).update(
        status=Account.Status.ACTIVE, without_password=True, activated_at=ClockTimestamp()
    )
    if opened:
        TempCredential.objects.filter(account=account, used_at=None, voided_at=None).update(
            voided_at=ClockTimestamp()
        )
        evidence.keep_after_activation(account)
    return bool(opened)


def _insert(account: Account, person: VneidPerson) -> None:
    """One statement decides: the rules let one TechID have one account, and one person's accounts one TechID."""
    try:
        with transaction.atomic():
            VneidLink.objects.create(
                account=account, tech_bi=fingerprint(person.tech_id), level=min(person.level, 3)
            )
    except IntegrityError as broken:
        rule = str(getattr(getattr(broken.__cause__, "diag", None), "constraint_name", "") or "")
        raise (_BY_RULE[rule]() if rule in _BY_RULE else broken) from broken


def _refuse_difference(account: Account, person: VneidPerson) -> None:
    ours = account.person
    numbers = {bytes(one.number_bi) for one in ours.documents.filter(status="active")}
    born = ours.born_on is not None and birth_date_of(ours.born_on, ours.born_year_only).agrees_with(
        person.born_on
    )
    name = PersonName.parse(ours.full_name).compare(person.full_name)
    reason = (
        "number"
        if number_fingerprint(person.citizen_id) not in numbers
        else "birth"
        if not born
        else "name"
        if name is NameMatch.DIFFERENT
        else ""
    )
    if reason:
        journal.record("accounts.vneid.refused", subject=f"account:{account.pk}", facts={"reason": reason})
        raise VneidDiffers
