"""Who is to be an officer: found by number, with name and phone from the person's own account."""

from dataclasses import dataclass, field
from typing import Final

from django.conf import settings

from motcua.accounts import identity, looking_up
from motcua.kernel.authority import Authority, Power
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.person_name import PersonName
from motcua.kernel.phone import Phone
from motcua.kernel.refusal import Refusal

#: What the person reads as the purpose of the question.
PURPOSE: Final = "cap-quyen-can-bo"


class NoUsableAccount(Refusal):
    code = "appointee_without_account"
    message = (
        "Người này chưa có tài khoản đang dùng được trên Cổng DVCQG, hoặc tài khoản chưa có số điện thoại. "
        "Đề nghị người đó tạo hoặc kích hoạt tài khoản trước."
    )


@dataclass(frozen=True, slots=True)
class Appointee:
    """A person with an account of their own."""

    subject: str
    full_name: PersonName = field(repr=False)
    phone: Phone = field(repr=False)


def appointee(authority: Authority, number: CitizenId) -> Appointee:
    """The person behind a number; the question is counted, written down and shown to them.

    Raises NoUsableAccount, TooManyAttempts.
    """
    authority.require(Power.GRANT)
    account = looking_up.account_asked_about(authority, number, PURPOSE)
    phone = identity.primary_phone(account) if account is not None else None
    if account is None or phone is None or account.status != "active":
        raise NoUsableAccount
    return Appointee(
        identity.name_to(account, settings.DESK_ID).subject,
        PersonName.parse(account.person.full_name),
        phone,
    )
