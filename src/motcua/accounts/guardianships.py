"""Tài khoản của người chưa đủ 18 tuổi: who runs it until the eighteenth birthday, and that nobody does afterwards.

The day is the database's (Vietnam's calendar), counted from the birth date by a trigger (migration 0065): 29 February
becomes the 28th; where only the year is known, the year of the eighteenth birthday has to be over.
"""

from datetime import datetime
from typing import Final

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from motcua import journal
from motcua.accounts.models import HELD, Account, Guardianship, WaitsForOwner
from motcua.accounts.models.columns import ClockTimestamp
from motcua.accounts.sealed_data import birth_date_of
from motcua.kernel.birth_date import BirthDate
from motcua.kernel.refusal import Refusal

Kind = Guardianship.Kind
#: States in which an account is handed over; of any other the reason has to be cleared up first.
OPEN: Final = (Account.Status.ACTIVE, Account.Status.PENDING)
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


class WhosePhone(Refusal):
    """A minor's phone is somebody's: the officer says whose, and does not leave the box alone."""

    code = "guardianship_to_be_said"
    message = (
        "Công dân chưa đủ 18 tuổi. Đề nghị chọn người dùng số điện thoại này: cha hoặc mẹ, người giám hộ, "
        "hay chính công dân."
    )


class OwnPhoneNotProved(Refusal):
    code = "guardianship_own_phone_not_proved"
    message = (
        "Nhà mạng chưa xác nhận số điện thoại này là của công dân, và công dân chưa đủ 18 tuổi. Nếu số do cha, mẹ hoặc "
        "người giám hộ dùng, đề nghị chọn lại ở ô “Người dùng số này”; nếu đúng là của công dân, đề nghị "
        "ghi căn cứ ở ô “Lý do xác nhận khác biệt”."
    )


class OwnPhoneShared(Refusal):
    code = "guardianship_own_phone_shared"
    status = 409
    message = (
        "Số dùng chung với tài khoản khác không phải số của riêng công dân. Người chưa đủ 18 tuổi: đề nghị chọn "
        "cha, mẹ hoặc người giám hộ; người đủ 18 tuổi nhận tài khoản: đề nghị dùng số của chính mình."
    )


class NotToBeTakenOver(Refusal):
    code = "of_age_not_in_this_state"
    status = 409
    message = (
        "Tài khoản đang ở trạng thái “{state}” nên chưa giao được. Đề nghị xử lý tại “Điều chỉnh tài khoản” trước, "
        "rồi làm lại thủ tục nhận tài khoản."
    )


class TakeOverRests(Refusal):
    code = "of_age_rests"
    status = 409
    message = (
        "Nhà mạng chưa xác nhận số điện thoại là của chủ tài khoản, nên mật khẩu một lần tự được gửi sau {until}. "
        "Trong lúc đó số điện thoại trước đây được báo và có thể phản đối."
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


class RequestOfGuardian(Refusal):
    code = "guardianship_request_ended"
    status = 409
    message = (
        "Đề nghị này do người giữ tài khoản nhờ lập trước ngày chủ tài khoản đủ 18 tuổi nên không duyệt nữa. "
        "Đề nghị mời chính chủ tài khoản đến quầy lập đề nghị mới."
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
        if not _recorded(account, kind=kind, by=by, unit_id=unit_id, unit_code=unit_code):
            return  # another officer was faster, and their line stands
    journal.record(
        "accounts.guardianship.begun",
        subject=f"account:{account.pk}",
        actor=by,
        unit_code=unit_code,
        facts={"kind": kind},
    )


def _recorded(account: Account, *, kind: str, by: str, unit_id: int, unit_code: str) -> bool:
    try:
        with transaction.atomic():
            Guardianship.objects.create(
                account=account, kind=kind, recorded_by=by, unit_id=unit_id, unit_code=unit_code
            )
    except IntegrityError as error:
        if getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") != "guardianship_one_open":
            raise
        return False
    return True


def open_of(account: Account) -> Guardianship | None:
    """Who runs it, or ran it until the owner came of age; None once the owner took it over."""
    return Guardianship.objects.filter(HELD, account=account).first()


def waits(account_id: int) -> bool:
    """Whether the owner came of age and has not taken the account over: nobody enters it."""
    found = Account.objects.filter(pk=account_id).values_list(WaitsForOwner("pk"), flat=True).first()
    return bool(found)


def refuse_waiting(account: Account) -> None:
    """Raises OwnerCameOfAge."""
    if waits(account.pk):
        raise OwnerCameOfAge


def refuse_unsaid_now(account_id: int, asked_at: datetime) -> None:
    """What a guardian asked for before the day is agreed to by nobody from it on. Raises RequestOfGuardian."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT accounts_still_said(%s, %s)", [account_id, asked_at])
        if not cursor.fetchone()[0]:
            raise RequestOfGuardian


def require_waiting(account: Account) -> Guardianship:
    """What a request to take the account over needs. Raises NothingToTakeOver, StillMinor."""
    held = open_of(account)
    if held is None:
        raise NothingToTakeOver
    if not waits(account.pk):
        raise StillMinor(day=f"{held.ends_on:%d/%m/%Y}" if held.ends_on else "")
    return held


def refuse_state(account: Account) -> None:
    """Locked, frozen, closed: somebody clears that up first, under its own name. Raises NotToBeTakenOver."""
    if account.status not in OPEN:
        raise NotToBeTakenOver(state=str(Account.Status(account.status).label))


def refuse_resting(account: Account) -> None:
    """Raises TakeOverRests while the phone of before may still say no."""
    until = (
        Guardianship.objects.filter(account=account, rests_until__gt=ClockTimestamp())
        .values_list("rests_until", flat=True)
        .first()
    )
    if until is not None:
        raise TakeOverRests(until=f"{timezone.localtime(until):%H:%M %d/%m/%Y}")


def may_be_joined(survivor: Account, absorbed: Account) -> bool:
    """Whether no guardian comes into a vault that is not theirs: neither waits, a guarded one takes in only such."""
    rows = Guardianship.objects.filter(HELD, account__in=(survivor.pk, absorbed.pk))
    held = dict(rows.values_list("account_id", WaitsForOwner("account_id")))
    return not any(held.values()) and (survivor.pk not in held or absorbed.pk in held)


def refuse_unsaid(held_by: str, born_on: BirthDate) -> None:
    """Of a minor it is said whose phone it is; of whoever is of age nobody else's. Raises WhosePhone, NotOfMinor."""
    of_age = is_of_age(born_on)
    if of_age and held_by in Kind.values:
        raise NotOfMinor
    if not of_age and not held_by:
        raise WhosePhone


def refuse_unproved(held_by: str, born_on: BirthDate, *, verdict: str, explained: bool) -> None:
    """“Chính công dân” of a minor is what the operator says, or what an officer explains. Raises OwnPhoneNotProved."""
    if held_by == "SELF" and verdict != "MATCH" and not explained and not is_of_age(born_on):
        raise OwnPhoneNotProved


def is_of_age(born_on: BirthDate) -> bool:
    """By the database's day, as its triggers judge it."""
    with connection.cursor() as cursor:
        cursor.execute(_OF_AGE, [born_on.on, born_on.year_only])
        return bool(cursor.fetchone()[0])
