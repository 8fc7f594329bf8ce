"""Giấy tờ của một lớp: all receipts in one file, and the list of those who are invited to make an account."""

import uuid
from collections.abc import Mapping
from typing import Final

from django.conf import settings
from django.utils import timezone

from motcua import journal
from motcua.desk import group_reception, slips
from motcua.desk.models import Dossier, ReceptionCorrection
from motcua.kernel.authority import Authority, Power
from motcua.kernel.refusal import Refusal
from motcua.press.forms import ClassInvitation, InvitedPupil
from motcua.units.letterheads import letterhead_of
from motcua.units.models import Unit
from motcua.units.work_calendar import calendar_of

RECEIPTS_FORM: Final = "giay-tiep-nhan-ca-lop"
INVITATION_FORM: Final = "danh-sach-moi-tao-tai-khoan"

Printed = tuple[str, Mapping[str, object]]


class NothingToPrint(Refusal):
    code = "group_nothing_to_print"
    status = 409
    message = "Danh sách chưa có nội dung để in. Đề nghị ông/bà kiểm tra tài khoản hoặc tiếp nhận trước."


def receipts_to_print(authority: Authority, group_id: uuid.UUID) -> Printed:
    """Form 01 of every dossier of the class, in the order of the list; the same queries for any class."""
    group = group_reception.group_of(authority, group_id)
    dossiers = list(
        Dossier.objects.filter(group_row__group__public_id=group_id)
        .select_related("procedure", "process", "unit__parent")
        .prefetch_related("components")
        .order_by("group_row__nth")
    )
    if not dossiers:
        raise NothingToPrint
    corrected = set(
        ReceptionCorrection.objects.filter(dossier__in=dossiers).values_list("dossier_id", flat=True)
    )
    calendar = calendar_of(authority.unit_id)
    receipts = [
        slips.receipt_data(dossier, may_be_corrected=dossier.pk in corrected, calendar=calendar)
        for dossier in dossiers
    ]
    first = receipts[0]
    _record(authority, group_id, RECEIPTS_FORM, len(receipts))
    head = {key: first[key] for key in ("agency_above", "agency", "place")}
    return RECEIPTS_FORM, {**head, "on": timezone.localdate(), "label": group.label, "receipts": receipts}


def invitation_to_print(authority: Authority, group_id: uuid.UUID) -> Printed:
    """Whose account was not found: names and three digits, with what to do."""
    authority.require(Power.RECEIVE_DOSSIER)
    group = group_reception.group_of(authority, group_id)
    invited = [row for row in group.rows if row.invited]
    if not invited:
        raise NothingToPrint
    unit = Unit.objects.select_related("parent").get(pk=authority.unit_id)
    head = letterhead_of(unit)
    _record(authority, group_id, INVITATION_FORM, len(invited))
    return INVITATION_FORM, dict(
        ClassInvitation(
            agency_above=head["agency_above"],
            agency=head["agency"],
            place=head["place"],
            on=timezone.localdate(),
            qr=f"{settings.PUBLIC_URL}/dang-ky/",
            label=group.label,
            procedure_name=group.process.procedure.name,
            pupils=[
                InvitedPupil(
                    name=row.name,
                    born=row.born,
                    whose=row.whose.capitalize() or "Học sinh",
                    number=f"•••{row.last3}",
                )
                for row in invited
            ],
            help_phone=unit.phone,
        )
    )


def _record(authority: Authority, group_id: uuid.UUID, form: str, count: int) -> None:
    journal.record(
        "desk.group.printed",
        subject=f"group:{group_id}",
        actor=authority.subject,
        unit_code=authority.unit_code,
        facts={"form": form, "count": count},
    )
