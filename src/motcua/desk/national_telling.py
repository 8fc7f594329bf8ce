"""What Cổng DVCQG is told of a dossier: the dossier as it was after one line of its history, and that line."""

from datetime import datetime

from django.conf import settings

from motcua.desk.models import (
    AccountCheck,
    Charge,
    Dossier,
    DossierComponent,
    DossierEvent,
    HandOut,
    Hop,
    NationalSync,
    Notice,
    Result,
)
from motcua.desk.ports_national import (
    ChargeTold,
    DossierTold,
    PaperTold,
    ResultTold,
    StepTold,
    SupplementTold,
)
from motcua.desk.states import State
from motcua.desk.submission import contact_of
from motcua.units import staff

_DIGITISED = {DossierComponent.How.UPLOADED, DossierComponent.How.VAULT}


def facts_of(row: NationalSync) -> tuple[DossierTold, StepTold]:
    """Read when it is told, not when it was owed: a number or a name put right meanwhile is told as it is now."""
    dossier = Dossier.objects.select_related("procedure", "unit", "account_check", "at_unit").get(
        pk=row.dossier_id
    )
    event = DossierEvent.objects.get(pk=row.event_id)
    return _dossier(dossier, event), _step(dossier, event)


def _dossier(dossier: Dossier, event: DossierEvent) -> DossierTold:
    contact, check = contact_of(dossier), dossier.account_check
    last = not DossierEvent.objects.filter(dossier=dossier, pk__gt=event.pk).exists()
    handed_out = HandOut.objects.filter(dossier=dossier).values_list("at", flat=True).first()
    refused = Notice.objects.filter(dossier=dossier, kind=Notice.Kind.REFUSAL).first()

    def by_then(at: datetime | None) -> datetime | None:
        """What happened after this line is told with a later one."""
        return at if at is not None and (last or at <= event.at) else None

    charges = _charges(dossier)
    return DossierTold(
        code=dossier.code or "",
        version=dossier.version,
        procedure_code=dossier.procedure.code,
        procedure_name=dossier.procedure.name,
        field_name=dossier.procedure.field,
        online=dossier.channel == Dossier.Channel.ONLINE,
        owner_name=dossier.owner_name,
        owner_subject=dossier.owner_subject,
        owner_number=_owner_number(dossier),
        receipt=check.receipt if isinstance(check, AccountCheck) else "",
        email=contact["email"],
        phone=contact["phone"],
        summary=dossier.note or dossier.procedure.name,
        filed_at=dossier.arrived_at,
        received_at=dossier.received_at or dossier.arrived_at,
        due_at=dossier.due_at,
        finished_at=by_then(dossier.finished_at),
        handed_out_at=by_then(handed_out),
        refused_at=by_then(refused.issued_at if refused else None),
        state=State(event.to_state).value,
        by_post=dossier.result_wanted == Dossier.ResultWanted.POST,
        unit_name=(dossier.at_unit or dossier.unit).name,
        paid_online=any(charge.online for charge in charges),
        papers=_papers(dossier),
        charges=charges,
        supplements=_supplements(dossier),
        results=_results(dossier) if by_then(handed_out) else (),
    )


def _step(dossier: Dossier, event: DossierEvent) -> StepTold:
    hop = (
        Hop.objects.select_related("unit")
        .filter(dossier=dossier, handed_at__lte=event.at)
        .order_by("-order")
        .first()
    )
    officer = staff.officers_by_subject([event.by_subject]).get(event.by_subject)
    return StepTold(
        code=dossier.code or "",
        officer_name=officer.full_name if officer else "",
        officer_title="",
        at=event.at,
        office=hop.unit.name if hop else dossier.unit.name,
        words=event.words,
        state=State(event.to_state).value,
        begun_at=hop.handed_at if hop else dossier.received_at,
        due_at=(hop.due_at if hop else None) or dossier.due_at,
    )


def _owner_number(dossier: Dossier) -> str:
    if not dossier.owner_number_sealed:
        return ""
    number: str = settings.KEYRING.open(
        "desk.dossier.owner_number", str(dossier.public_id), dossier.owner_number_sealed
    )
    return number


def _papers(dossier: Dossier) -> tuple[PaperTold, ...]:
    lines = DossierComponent.objects.filter(dossier=dossier).exclude(how=DossierComponent.How.NONE)
    return tuple(
        PaperTold(
            reference=f"{dossier.public_id.hex}{line.order:03d}",
            name=line.name,
            component_code=line.type_code,
            digitised=line.how in _DIGITISED,
            reused=line.how == DossierComponent.How.VAULT,
        )
        for line in lines.order_by("order")
    )


def _charges(dossier: Dossier) -> tuple[ChargeTold, ...]:
    rows = Charge.objects.filter(dossier=dossier, cancelled_at=None, refunded_at=None).order_by("id")
    return tuple(
        ChargeTold(
            reference=row.public_id.hex,
            name=str(row.get_kind_display()),
            amount_vnd=row.amount_vnd,
            is_charge=row.kind == Charge.Kind.CHARGE,
            paid=row.paid_at is not None,
            online=row.paid_how == Charge.How.ONLINE,
        )
        for row in rows
    )


def _supplements(dossier: Dossier) -> tuple[SupplementTold, ...]:
    rows = Notice.objects.filter(dossier=dossier, kind=Notice.Kind.SUPPLEMENT).order_by("id")
    return tuple(
        SupplementTold(
            reference=row.public_id.hex,
            asked_by=row.issued_by_name,
            words=row.reason,
            asked_at=row.issued_at,
            answered_at=row.answered_at,
        )
        for row in rows
    )


def _results(dossier: Dossier) -> tuple[ResultTold, ...]:
    rows = Result.objects.filter(dossier=dossier, withdrawn_at=None, signed_at__isnull=False).order_by("id")
    return tuple(ResultTold(name=row.name, type_code=row.type_code) for row in rows)
