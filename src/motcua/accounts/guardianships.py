"""Tài khoản của người chưa đủ 18 tuổi: who runs it until the eighteenth birthday, and that nobody does afterwards.

The day is the database's (Vietnam's calendar), counted from the birth date by a trigger (migration 0065): 29 February
becomes the 28th; where only the year is known, the year of the eighteenth birthday has to be over.
"""

from typing import Final

from django.db import connection

from motcua import journal
from motcua.accounts.models import Account, Guardianship, WaitsForOwner
from motcua.accounts.sealed_data import birth_date_of
from motcua.kernel.birth_date import BirthDate
from motcua.kernel.refusal import Refusal

Kind = Guardianship.Kind
_OF_AGE: Final = (
    "SELECT accounts_of_age_on(%s, %s) <= (clock_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date"
)


class OwnerCameOfAge(Refusal):
    """To whoever knows the password of before; nobody else learns it."""

    code = "owner_came_of_age"
    status = 403
    message = (
        "Chủ tài khoản đã đủ 18 tuổi nên cha, mẹ hoặc người giám hộ không dùng tài khoản này được nữa. "
        "Đề nghị chính chủ tài khoản mang giấy tờ tùy thân và điện thoại của mình đến Bộ phận một cửa gần nhất để nhận."
    )


class NotOfMinor(Refusal):
    code = "guardianship_of_adult"
    message = (
        "Công dân đã đủ 18 tuổi nên tài khoản không do cha, mẹ hoặc người giám hộ giữ. "
        "Đề nghị dùng số điện thoại của chính công dân."
    )


class StillMinor(Refusal):
    code = "of_age_not_yet"
    status = 409
    message = (
        "Chủ tài khoản đủ 18 tuổi từ ngày {day}; từ ngày đó mới làm thủ tục nhận tài khoản được. "
        "Đến lúc đó cha, mẹ hoặc người giám hộ vẫn giữ tài khoản."
    )


class NothingToTakeOver(Refusal):
    code = "of_age_nothing_to_take_over"
    status = 409
    message = (
        "Tài khoản này không do cha, mẹ hoặc người giám hộ giữ, hoặc chủ tài khoản đã nhận. "
        "Nếu công dân mất điện thoại, đề nghị dùng “Đổi số điện thoại”."
    )


class TakeOverFirst(Refusal):
    code = "of_age_take_over_first"
    status = 409
    message = (
        "Chủ tài khoản đã đủ 18 tuổi và chưa nhận tài khoản. "
        "Đề nghị làm thủ tục tại “Tài khoản đủ 18 tuổi” trước."
    )


def begin(account: Account, *, kind: str, by: str, unit_id: int, unit_code: str) -> None:
    """The phone is a parent's or guardian's. Inside the caller's transaction; asked again, nothing more.

    Raises NotOfMinor.
    """
    held = open_of(account)
    if held is None:
        born_on = account.person.born_on
        if born_on is None or is_of_age(birth_date_of(born_on, account.person.born_year_only)):
            raise NotOfMinor
        Guardianship.objects.create(
            account=account, kind=kind, recorded_by=by, unit_id=unit_id, unit_code=unit_code
        )
    journal.record(
        "accounts.guardianship.begun",
        subject=f"account:{account.pk}",
        actor=by,
        unit_code=unit_code,
        facts={"kind": kind},
    )


def open_of(account: Account) -> Guardianship | None:
    """Who runs it, or ran it until the owner came of age; None once the owner took it over."""
    return Guardianship.objects.filter(account=account, settled_at=None).first()


def waits(account_id: int) -> bool:
    """Whether the owner came of age and has not taken the account over: nobody enters it."""
    found = Account.objects.filter(pk=account_id).values_list(WaitsForOwner("pk"), flat=True).first()
    return bool(found)


def refuse_waiting(account: Account) -> None:
    """Raises OwnerCameOfAge."""
    if waits(account.pk):
        raise OwnerCameOfAge


def require_waiting(account: Account) -> Guardianship:
    """What a request to take the account over needs. Raises NothingToTakeOver, StillMinor."""
    held = open_of(account)
    if held is None:
        raise NothingToTakeOver
    if not waits(account.pk):
        raise StillMinor(day=f"{held.ends_on:%d/%m/%Y}" if held.ends_on else "")
    return held


def may_be_joined(survivor: Account, absorbed: Account) -> bool:
    """Whether no guardian comes into a vault that is not theirs: neither waits, a guarded one takes in only such."""
    rows = Guardianship.objects.filter(account__in=(survivor.pk, absorbed.pk), settled_at=None)
    held = dict(rows.values_list("account_id", WaitsForOwner("account_id")))
    return not any(held.values()) and (survivor.pk not in held or absorbed.pk in held)


def is_of_age(born_on: BirthDate) -> bool:
    """By the database's day, as its triggers judge it."""
    with connection.cursor() as cursor:
        cursor.execute(_OF_AGE, [born_on.on, born_on.year_only])
        return bool(cursor.fetchone()[0])
