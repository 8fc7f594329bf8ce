"""Phiếu mời tạo tài khoản: a slip for each pupil who was not found; its code leads to the registration page."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from motcua import journal
from motcua.accounts import class_reading
from motcua.accounts.passcodes import LIFE
from motcua.kernel.authority import Authority
from motcua.kernel.refusal import Refusal
from motcua.press.forms import Desk, InvitationSlip, InvitationSlips
from motcua.units import tree
from motcua.units.letterheads import letterhead_of, opening_hours
from motcua.units.models import Unit

FORM: Final = "phieu-moi-tao-tai-khoan"
#: A file of so many is set in a few seconds.
MOST_SLIPS: Final = 300
_DESKS: Final = 2

Printed = tuple[str, Mapping[str, object]]


class NobodyToInvite(Refusal):
    code = "class_nobody_to_invite"
    status = 409
    message = "Không có học sinh nào ở tình trạng “Không tìm thấy” để in phiếu mời."


class TooManySlips(Refusal):
    code = "class_too_many_slips"
    message = "Có {count} phiếu; mỗi tệp in tối đa 300. Đề nghị ông/bà chọn từng lớp rồi in."


def to_print(authority: Authority, public_id: UUID, *, label: str | None, on_a5: bool) -> Printed:
    """Of one class or all, with the addresses and numbers of this very installation. No number of a pupil.

    Raises NotFound, NobodyToInvite, TooManySlips.
    """
    kept, missing = class_reading.missing_of(authority, public_id, label)
    if not missing:
        raise NobodyToInvite
    if len(missing) > MOST_SLIPS:
        raise TooManySlips(count=len(missing))
    unit, today = Unit.objects.select_related("parent").get(pk=authority.unit_id), timezone.localdate()
    journal.record(
        "accounts.class_list.printed",
        subject=f"class_list:{kept.public_id}",
        actor=authority.subject,
        unit_code=authority.unit_code,
        facts={"form": FORM, "count": len(missing)},
    )
    address = f"{settings.PUBLIC_URL}/dang-ky/"
    slips = InvitationSlips(
        **letterhead_of(unit),
        on=today,
        qr=address,
        label=kept.label,
        on_a5=on_a5,
        slips=[InvitationSlip(name=name, class_name=label) for name, label in missing],
        address=address.partition("://")[2],
        code_minutes=int(LIFE.total_seconds()) // 60,
        desks=[
            Desk(name=desk.name, address=desk.address, phone=desk.phone)
            for desk in tree.desks(unit.district, on=today)[:_DESKS]
        ],
        hours=opening_hours(on=today),
        help_phone=unit.phone,
    )
    return FORM, dict(slips)
