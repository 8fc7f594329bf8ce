"""What the owner sees of the own account."""

from dataclasses import dataclass, field
from datetime import datetime

from motcua.accounts import identity
from motcua.accounts.models import Account, LookUp
from motcua.kernel.birth_date import BirthDate
from motcua.kernel.refusal import Refusal
from motcua.kernel.visitor import Visitor


class BeyondMandate(Refusal):
    """A mandate for some procedures opens their dossiers, not what the organisation keeps and agreed to."""

    code = "beyond_mandate"
    status = 403
    message = (
        "Quyền đại diện của ông/bà chỉ dành cho một số thủ tục nên không mở được Kho dữ liệu, sự đồng ý và nhật ký "
        "của tổ chức. Khi nộp hồ sơ thuộc phạm vi của mình, ông/bà vẫn lấy được giấy tờ trong kho ngay tại biểu mẫu. "
        "Việc khác, đề nghị người đại diện mọi thủ tục của tổ chức thực hiện."
    )


@dataclass(frozen=True, slots=True)
class OwnNumber:
    kind: str
    number: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """The owner's own data, in clear for the owner only."""

    full_name: str = field(repr=False)
    born: str = field(repr=False)
    numbers: list[OwnNumber]
    phone_masked: str = field(repr=False)
    phone_frozen: bool
    email: str = field(repr=False)
    opened_at: datetime
    origin: str
    #: Opened by VNeID: there is no password to change, nor to confirm a change with.
    without_password: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """One look-up of the owner's number by an office."""

    at: datetime
    unit_code: str
    purpose: str
    procedure_code: str
    found: bool


def own_account(viewer: Visitor) -> OwnAccount:
    """For the page “Thông tin tài khoản”."""
    account = account_of(viewer)
    person = account.person
    phone = identity.primary_phone(account)
    frozen = identity.frozen_phone(account) if phone is None else None
    born = BirthDate(on=person.born_on, year_only=person.born_year_only).shown if person.born_on else ""
    return OwnAccount(
        full_name=person.full_name,
        born=born,
        numbers=[
            OwnNumber(document.get_kind_display(), identity.number_of(document))
            for document in person.documents.filter(status="active").order_by("kind")
        ],
        phone_masked=phone.masked if phone else frozen.phone_masked if frozen else "",
        phone_frozen=frozen is not None,
        email=person.email,
        opened_at=account.opened_at,
        origin=account.get_origin_display(),
        without_password=account.without_password,
    )


def own_look_ups(
    viewer: Visitor, *, before_id: int | None = None, limit: int = 20
) -> list[tuple[int, Question]]:
    """Who asked whether the owner has an account, newest first, including before there was one (DP-08)."""
    # Not as a sub-select: while the key of look-ups changes, the two tables hold the numbers in different forms.
    numbers = Account.objects.filter(pk=viewer.account_id).values_list(
        "person__documents__number_bi", flat=True
    )
    rows = LookUp.objects.filter(number_bi__in=list(numbers))
    if before_id is not None:
        rows = rows.filter(pk__lt=before_id)
    return [
        (row.pk, Question(row.at, row.unit_code, row.purpose, row.procedure_code, row.answer != "NOT_FOUND"))
        for row in rows.order_by("-id")[:limit]
    ]


def account_of(viewer: Visitor) -> Account:
    """The viewer's own account, for rooms that hold things for accounts; whole, or not at all.

    Raises BeyondMandate for whoever acts for an organisation in some procedures only.
    """
    if viewer.is_narrowed:
        raise BeyondMandate
    return Account.objects.select_related("person").get(pk=viewer.account_id)
