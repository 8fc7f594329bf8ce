"""Giấy tiếp nhận, phiếu tiếp nhận tạm: what is printed, as plain data for the press (form 01, TT 01/2018)."""

from datetime import datetime
from typing import cast

from django.conf import settings
from django.utils import timezone

from motcua.desk import submission
from motcua.desk.deadlines import BY_NOTICE
from motcua.desk.models import Dossier, DossierComponent
from motcua.units.models import Unit

#: The names of the forms at the press.
RECEIPT_FORM = "giay-tiep-nhan"
PROVISIONAL_FORM = "phieu-tiep-nhan-tam"

How = DossierComponent.How


def receipt_data(dossier: Dossier) -> dict[str, object]:
    """Mẫu 01: Giấy tiếp nhận hồ sơ và hẹn trả kết quả."""
    received_at = cast(datetime, dossier.received_at)
    return _common(dossier) | {
        "code": dossier.code,
        "track_check": dossier.track_check,
        "track_address": f"{settings.PUBLIC_URL}/tra-cuu/",
        "qr": f"{settings.PUBLIC_URL}/tra-cuu/#{dossier.code}.{dossier.track_check}",
        "received_at": _moment(received_at),
        "day_in_words": _day_in_words(received_at),
        "due": dossier.due_words or BY_NOTICE,
        "provisional_number": dossier.provisional_number or "",
        "arrived_at": _moment(dossier.arrived_at),
        "not_asked_again": [line.name for line in _lines(dossier) if line.how == How.VAULT],
        "unchecked": dossier.unchecked,
        "exception": dossier.exception_id is not None,
    }


def provisional_data(dossier: Dossier) -> dict[str, object]:
    """Phiếu tiếp nhận tạm: the time of arrival counts as proof, the deadline does not run yet."""
    return _common(dossier) | {
        "provisional_number": dossier.provisional_number,
        "arrived_at": _moment(dossier.arrived_at),
        "day_in_words": _day_in_words(dossier.arrived_at),
        "track_check": dossier.track_check,
        "track_address": f"{settings.PUBLIC_URL}/tra-cuu/",
        "qr": f"{settings.PUBLIC_URL}/tra-cuu/#{dossier.provisional_number}.{dossier.track_check}",
        "due": dossier.due_words,
    }


def _common(dossier: Dossier) -> dict[str, object]:
    unit, lines = dossier.unit, _lines(dossier)
    contact = submission.contact_of(dossier)
    return {
        "unit_above": _name_above(unit),
        "unit_name": unit.name,
        "unit_address": unit.address,
        "unit_phone": unit.phone,
        "place": settings.DESK_NAME,
        "owner_name": dossier.owner_name,
        "owner_number": _number_of(dossier),
        "filer_name": dossier.filer_name or dossier.owner_name,
        "filer_relation": dossier.filer_relation,
        "filer_proof": dossier.filer_proof,
        "person_name": dossier.person_name,
        "person_born": dossier.person_born,
        "contact_phone": _local(contact["phone"]),
        "contact_email": contact["email"],
        "contact_address": contact["address"],
        "procedure_code": dossier.procedure.code,
        "procedure_name": dossier.procedure.name,
        "deadline_words": dossier.procedure.deadline_words or BY_NOTICE,
        "fee": _fee(dossier.procedure.fee_vnd),
        "result_name": dossier.procedure.result,
        "result_wanted": Dossier.ResultWanted(dossier.result_wanted).label,
        "components": [_component(line) for line in lines if line.how != How.NONE],
        "sets": 1,
        "received_by": dossier.received_by_name,
        "note": dossier.note,
    }


def _lines(dossier: Dossier) -> list[DossierComponent]:
    return sorted(dossier.components.all(), key=lambda line: line.order)


def _component(line: DossierComponent) -> dict[str, object]:
    return {
        "order": line.order,
        "name": line.name,
        "how": How(line.how).label,
        "originals": line.originals,
        "certified": line.certified,
        "copies": line.copies,
    }


def _number_of(dossier: Dossier) -> str:
    """In full on the slip only: it goes into the owner's own hand."""
    if dossier.owner_number_sealed is None:
        return ""
    number: str = settings.KEYRING.open(
        "desk.dossier.owner_number", str(dossier.public_id), dossier.owner_number_sealed
    )
    return number


def _name_above(unit: Unit) -> str:
    return unit.parent.name if unit.parent else "Ủy ban nhân dân " + str(settings.DESK_NAME)


def _fee(fee_vnd: int | None) -> str:
    if fee_vnd is None:
        return "Theo quy định"
    return "Không thu" if fee_vnd == 0 else f"{fee_vnd:,} đồng".replace(",", ".")


def _moment(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%H giờ %M ngày %d/%m/%Y")


def _day_in_words(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("ngày %d tháng %m năm %Y")


def _local(phone: str) -> str:
    return f"0{phone[3:]}" if phone.startswith("+84") else phone
