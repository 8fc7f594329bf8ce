"""Hướng dẫn hoàn thiện hồ sơ: form 02 for whoever comes with too little; nothing is received, no row of a person made.

NĐ 61/2018, điều 17: papers that are not whole are not received, and what is missing is said once, on paper.
"""

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from motcua import journal
from motcua.desk import moving
from motcua.desk.catalogue_words import Necessity
from motcua.desk.checks import Draft
from motcua.desk.form_sets import Paper, form_of
from motcua.desk.models import Component
from motcua.desk.papers import Printed
from motcua.kernel.authority import Authority, Power
from motcua.kernel.refusal import Refusal
from motcua.press.forms import ItemToComplete, SupplementNotice
from motcua.units.letterheads import letterhead_of
from motcua.units.models import Unit

_WHY = "Hồ sơ chưa đủ thành phần bắt buộc của thủ tục nên chưa được tiếp nhận."


class NothingMissing(Refusal):
    code = "nothing_missing"
    message = (
        "Mọi thành phần bắt buộc đã được đánh dấu là có, nên không có nội dung để in phiếu. "
        "Đề nghị ông/bà quay lại, để trống “Cách nộp” của thành phần còn thiếu."
    )


def guidance_to_print(
    *, authority: Authority, draft: Draft, brought: Collection[int], owner_name: str, now: datetime
) -> Printed:
    """Form 02 without number and code. ``brought``: the orders of the components that are there.

    Raises NothingMissing, NotAuthorised. Only the procedure and the count are journalled.
    """
    authority.require(Power.RECEIVE_DOSSIER)
    missing = [each for each in draft.components if _is_missing(each, brought)]
    if not missing:
        raise NothingMissing
    unit = Unit.objects.select_related("parent").get(pk=authority.unit_id)
    procedure = draft.process.procedure
    today = timezone.localdate(now)
    form = form_of(Paper.SUPPLEMENT, today)
    said = SupplementNotice(
        title=form.title,
        version=form.version,
        qr=f"{settings.PUBLIC_URL}/ca-nhan/nop-ho-so/thu-tuc/{procedure.code}/",
        desk=unit.name,
        owner_name=owner_name,
        procedure_name=procedure.name,
        items=[ItemToComplete(name=each.name, what=_wanted(each)) for each in missing],
        reason=_WHY,
        officer_name=moving.name_of(authority),
        help_phone=unit.phone,
    )
    journal.record(
        "desk.visitor.guided",
        subject=f"check:{draft.check_id}",
        actor=authority.subject,
        unit_code=authority.unit_code,
        facts={"procedure": procedure.code, "missing": len(missing)},
    )
    return form.sheet, {**letterhead_of(unit), "on": today, **said}


def _is_missing(component: Component, brought: Collection[int]) -> bool:
    return component.necessity == Necessity.REQUIRED and component.order not in brought


def _wanted(component: Component) -> str:
    """As the catalogue counts it: 01 bản chính, 01 bản sao chứng thực."""
    if component.shown_only:
        return "Chưa xuất trình bản chính"
    counted = (
        (component.originals, "bản chính"),
        (component.certified, "bản sao chứng thực"),
        (component.copies, "bản sao"),
    )
    wanted = ", ".join(f"{count:02} {words}" for count, words in counted if count)
    return f"Chưa nộp: {wanted}" if wanted else "Chưa nộp"
