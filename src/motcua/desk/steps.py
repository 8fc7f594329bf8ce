"""Bước của quy trình: which comes next, where it is done, and what must be true before one may be left."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from django.db.models import Q

from motcua.desk import deadlines
from motcua.desk.catalogue_words import LeaveWhen, UnitRole
from motcua.desk.models import Charge, Dossier, DossierComponent, Hop, Opinion, ProcessStep, Result
from motcua.desk.records import OWED
from motcua.kernel.authority import Power
from motcua.kernel.collation import collation_key
from motcua.kernel.refusal import Refusal
from motcua.kernel.working_time import after_working_time
from motcua.units import ending, posts, tree
from motcua.units.models import Unit


class StepNotFinished(Refusal):
    code = "step_not_finished"
    status = 409
    message = "Chưa thể chuyển hồ sơ: {missing}. Đề nghị ông/bà hoàn thành rồi chuyển tiếp."


#: What to say when a condition does not hold yet.
MISSING: Mapping[str, str] = {
    LeaveWhen.COMPONENTS_DIGITISED: "còn thành phần hồ sơ chưa được số hóa",
    LeaveWhen.FEE_PAID: "còn phí, lệ phí chưa nộp",
    LeaveWhen.OPINION_ANSWERED: "chưa có ý kiến trả lời của cơ quan được hỏi",
    LeaveWhen.RESULT_ATTACHED: "chưa đính kèm kết quả",
    LeaveWhen.RESULT_SIGNED: "kết quả chưa được ký",
}


def steps_of(dossier: Dossier) -> list[ProcessStep]:
    """The steps of the dossier's process, in order; one query."""
    return list(ProcessStep.objects.filter(process_id=dossier.process_id).order_by("order"))


def units_for(step: ProcessStep, dossier: Dossier, *, on: date) -> list[Unit]:
    """Where the step may be done: where the process says, if somebody there holds the power it needs today.

    Several departments may; whoever hands over chooses. With nobody anywhere it stays with the receiving unit; of one
    that ended, with the unit that does its work now.
    """
    unit = tree.working_unit(dossier.unit, on=on)
    wanted = Q(pk=unit.pk)
    if step.unit_role == UnitRole.ABOVE:
        wanted = Q(pk=tree.working_unit(unit.parent, on=on).pk if unit.parent is not None else None)
    elif step.unit_role == UnitRole.DEPARTMENT:
        wanted |= _departments(unit, step.unit_kind, on)
    # What has a last day and nobody after it is given no work that would be left to nobody.
    going_on = Q(valid_to=None) | Q(successor__isnull=False)
    found = posts.units_where(Power(step.power), on=on).filter(wanted, going_on)
    return sorted(found, key=lambda each: (each.pk == unit.pk, collation_key(each.name))) or [unit]


def _departments(unit: Unit, kind: str, on: date) -> Q:
    """Of the unit, and of those that ended in it: a department is not closed with the unit above it."""
    if not kind:
        return Q(pk__in=())
    return Q(parent_id__in=ending.with_inherited([unit.pk], on=on)[unit.pk], kind=kind)


def due_of(step: ProcessStep, unit: Unit, now: datetime) -> datetime:
    """When the step should be done: its share of working time from now on."""
    return after_working_time(now, timedelta(minutes=step.working_minutes), deadlines.calendar_of(unit.pk))


def is_last(step: ProcessStep) -> bool:
    """The step of handing out: before it the work is done."""
    return step.power == Power.HAND_OUT


def missing(dossier: Dossier, step: ProcessStep) -> list[str]:
    """What still hinders leaving this step, in words."""
    return [MISSING[word] for word in step.leave_when if not _HOLDS[word](dossier)]


def require_finished(dossier: Dossier, step: ProcessStep) -> None:
    """Raises StepNotFinished with everything that is missing."""
    if lacking := missing(dossier, step):
        raise StepNotFinished(missing="; ".join(lacking))


def open_hop(dossier: Dossier) -> Hop | None:
    """Who holds the dossier now."""
    return Hop.objects.select_related("unit").filter(dossier=dossier, left_at=None).first()


def _digitised(dossier: Dossier) -> bool:
    """Uploaded, from the vault, shown or not handed in: nothing left that lies here as paper only."""
    wanted = set(dossier.procedure.components.filter(digitise=True).values_list("order", flat=True))
    on_paper = DossierComponent.objects.filter(
        dossier=dossier, how=DossierComponent.How.PAPER, supplement=False
    )
    return not wanted & set(on_paper.values_list("order", flat=True))


def _paid(dossier: Dossier) -> bool:
    return not Charge.objects.filter(OWED, dossier=dossier).exists()


def _answered(dossier: Dossier) -> bool:
    return not Opinion.objects.filter(dossier=dossier, answered_at=None).exists()


def _attached(dossier: Dossier) -> bool:
    return Result.objects.filter(dossier=dossier, withdrawn_at=None).exists()


def _signed(dossier: Dossier) -> bool:
    return Result.objects.filter(dossier=dossier, withdrawn_at=None, signed_at__isnull=False).exists()


_HOLDS: Mapping[str, Callable[[Dossier], bool]] = {
    LeaveWhen.COMPONENTS_DIGITISED: _digitised,
    LeaveWhen.FEE_PAID: _paid,
    LeaveWhen.OPINION_ANSWERED: _answered,
    LeaveWhen.RESULT_ATTACHED: _attached,
    LeaveWhen.RESULT_SIGNED: _signed,
}
