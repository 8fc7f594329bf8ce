"""What the desk owes the portal after a reception: papers into the owner's vault, a word to the owner."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.utils import timezone

from motcua.desk import borrowed_loans, database_rules, national_owing
from motcua.desk.lost_keys import ReceiptOf, as_kept
from motcua.desk.models import Dossier, DossierComponent, DossierEvent, Notice, Result
from motcua.desk.ports import (
    LONGEST_ISSUER,
    LONGEST_PAPER_NAME,
    AccountRegistry,
    FinishedResult,
    NotLent,
    NotOffered,
    OwnersVault,
    PortalUnavailable,
)
from motcua.desk.states import State
from motcua.files import keeping
from motcua.files.reasons import AntivirusDown
from motcua.outbox import errands
from motcua.outbox.models import Errand

TELL = "desk.tell"
VAULT = "desk.vault"
RECHECK = "desk.recheck"
RESULT = "desk.result"
SHOW = "desk.show"
LOOK = "desk.look"

#: Components stay readable while the dossier is worked on and contested; the vault has its own copy.
COMPONENTS_KEPT_FOR = timedelta(days=3650)

#: ``delivered_as`` of what this portal has no place for: nothing is owed any more, and nothing lies there.
NOT_OFFERED = "not-offered"

_PORTAL_PAUSE = 60
_DELIVERY_PAUSE = 20
_LONG_UNDELIVERED = timedelta(hours=1)
_LONG_PAUSE = 3600

Fact = errands.Fact


def promise_received(dossier: Dossier, lines: Sequence[DossierComponent]) -> None:
    """Within the reception's transaction: the owner is told, the papers go to the owner's vault."""
    if not dossier.owner_subject:
        return  # an exception or a warn period: nobody at the portal to tell
    promise_telling(dossier, "dossier_received")
    _promise_vault(dossier, lines)


def promise_confirmed(dossier: Dossier) -> None:
    """The same, when a provisional reception is confirmed."""
    promise_telling(dossier, "dossier_confirmed")
    _promise_vault(dossier, list(dossier.components.all()))


def _promise_vault(dossier: Dossier, lines: Sequence[DossierComponent]) -> None:
    if any(line.how in {DossierComponent.How.UPLOADED, DossierComponent.How.VAULT} for line in lines):
        errands.promise(VAULT, f"desk.vault:{dossier.public_id}", _into_vault(dossier))


def _into_vault(dossier: Dossier) -> dict[str, Fact]:
    """Papers of one owner arrive in the order in which they were handed in."""
    return {"dossier": str(dossier.public_id), errands.LINE: f"vault.{dossier.owner_subject}"}


def promise_supplement(dossier: Dossier) -> None:
    """Papers handed in later go to the owner's vault too."""
    if dossier.owner_subject:
        errands.promise(
            VAULT,
            f"desk.vault:{dossier.public_id}:{dossier.version}",
            _into_vault(dossier),
        )


def promise_scanned(dossier: Dossier, lines: Sequence[DossierComponent]) -> None:
    """Papers scanned after the reception go to the owner's vault like the others."""
    if dossier.owner_subject:
        orders = "-".join(str(line.order) for line in lines)
        errands.promise(VAULT, f"desk.vault:{dossier.public_id}:{orders}", _into_vault(dossier))


def promise_telling(dossier: Dossier, template: str) -> None:
    """One text of this kind about this dossier, once."""
    errands.promise(
        TELL,
        f"desk.{template}:{dossier.public_id}",
        {
            "dossier": str(dossier.public_id),
            "template": template,
            errands.LINE: f"tell.{dossier.owner_subject}",
        },
    )


def promise_moved(dossier: Dossier, template: str = "dossier_moved") -> None:
    """The owner is told of this change of state, once for each version of the dossier."""
    if not dossier.owner_subject:
        return
    errands.promise(
        TELL,
        f"desk.{template}:{dossier.public_id}:{dossier.version}",
        {
            "dossier": str(dossier.public_id),
            "template": template,
            "state": str(dossier.state),
            "version": dossier.version,
            errands.LINE: f"tell.{dossier.owner_subject}",
        },
    )


def promise_result(dossier: Dossier) -> None:
    """The signed result goes to the owner's vault, hidden until it is handed out."""
    if dossier.owner_subject:
        errands.promise(RESULT, f"desk.result:{dossier.public_id}", _into_vault(dossier))


def promise_shown(dossier: Dossier, by: str) -> None:
    """The result was handed out: from now on the owner sees it in the vault."""
    if dossier.owner_subject:
        errands.promise(SHOW, f"desk.show:{dossier.public_id}", {"dossier": str(dossier.public_id), "by": by})


def promise_recheck(dossier: Dossier) -> None:
    """Ask again until there is an answer."""
    errands.promise(RECHECK, _recheck_key(dossier), {"dossier": str(dossier.public_id)})


def keep_recheck(dossier: Dossier) -> None:
    """It is received or closed: the question that was put off for hours is not one that waits any more."""
    errands.keep(RECHECK, _recheck_key(dossier))


def _recheck_key(dossier: Dossier) -> str:
    return f"desk.recheck:{dossier.public_id}"


def promise_look(
    line: DossierComponent, dossier_id: UUID, *, by: str, unit_code: str, opened: UUID | None = None
) -> None:
    """The owner is told that an officer opened a component: one promise for each time (SPEC 8).

    ``opened`` names a look that goes on, so that the next page of it is not a look of its own.
    """
    viewed, opened = opened is not None, opened or uuid4()
    errands.promise(
        LOOK,
        f"desk.look:{opened}",
        {
            "opened": str(opened),
            "dossier": str(dossier_id),
            "order": line.order,
            "by": by,
            "unit": unit_code,
            "viewed": viewed,
        },
    )


def look_goes_on(opened: UUID) -> bool:
    """Whether this look was promised to the owner already, so that its next page is not another one."""
    return Errand.objects.filter(key=f"desk.look:{opened}").exists()


def tell(data: Mapping[str, Fact], *, registry: AccountRegistry) -> None:
    """Handler of TELL. The portal knows the owner's phone; the desk does not."""
    dossier = Dossier.objects.get(public_id=UUID(str(data["dossier"])))
    template = str(data["template"])
    try:
        registry.tell(
            subject=dossier.owner_subject,
            template=template,
            params={**_params(dossier), **_state(State(str(data.get("state", dossier.state))))},
            key=f"{template}:{dossier.public_id}" + (f":{data['version']}" if "version" in data else ""),
        )
    except PortalUnavailable as silent:
        raise errands.Silence(_PORTAL_PAUSE) from silent


def fill_vault(data: Mapping[str, Fact], *, vault: OwnersVault, receipt_of: ReceiptOf = as_kept) -> None:
    """Handler of VAULT: digitised papers are laid in, borrowed ones noted as used; each once, by its key."""
    dossier = Dossier.objects.select_related("account_check").get(public_id=UUID(str(data["dossier"])))
    for line in dossier.components.select_related("file").order_by("order"):
        try:
            _deliver(dossier, line, vault, receipt_of, again=bool(data.get("again", False)))
        except (PortalUnavailable, AntivirusDown) as silent:
            raise errands.Silence(_PORTAL_PAUSE) from silent


def deliver_result(data: Mapping[str, Fact], *, vault: OwnersVault, receipt_of: ReceiptOf = as_kept) -> None:
    """Handler of RESULT: the signed file is laid in, hidden; once, by its key."""
    result = (
        Result.objects.select_related("dossier__account_check", "dossier__unit", "signed")
        .filter(dossier__public_id=UUID(str(data["dossier"])), withdrawn_at=None, signed_at__isnull=False)
        .first()
    )
    again = bool(data.get("again", False))
    if result is None or result.signed is None or (result.delivered_as and not again):
        return
    dossier, check = result.dossier, result.dossier.account_check
    if check is None:
        return
    try:
        paper_id = vault.put_result(
            receipt=receipt_of(check, dossier),
            result=FinishedResult(
                type_code=result.type_code,
                name=_shortened(result.name, LONGEST_PAPER_NAME),
                number=result.number,
                issuer=_shortened(dossier.procedure.decided_by or dossier.unit.name, LONGEST_ISSUER),
                issued_on=result.issued_on,
                valid_until=result.valid_until,
                data=keeping.read(result.signed),
                file_name=keeping.name_of(result.signed),
            ),
            dossier_code=dossier.code or "",
            held_for=dossier.person_name,
            signed_by=result.signed_by,
            unit_code=dossier.unit_code,
            key=f"{dossier.public_id}:result:{result.public_id}",
        )
    except NotOffered:
        paper_id = NOT_OFFERED
    except (PortalUnavailable, AntivirusDown) as silent:
        raise errands.Silence(_PORTAL_PAUSE) from silent
    Result.objects.filter(pk=result.pk, delivered_as="").update(delivered_as=paper_id)


def show_result(data: Mapping[str, Fact], *, vault: OwnersVault) -> None:
    """Handler of SHOW. Waits for the delivery of the result, if that is still owed."""
    dossier = Dossier.objects.get(public_id=UUID(str(data["dossier"])))
    owed = Result.objects.filter(dossier=dossier, withdrawn_at=None, delivered_as="")
    if dossier.account_check_id is not None and owed.exists():
        raise errands.TryLater(_DELIVERY_PAUSE)
    try:
        vault.show_results(dossier_code=dossier.code or "", by=str(data["by"]), unit_code=dossier.unit_code)
    except PortalUnavailable as silent:
        raise errands.Silence(_PORTAL_PAUSE) from silent


def note_look(data: Mapping[str, Fact], *, vault: OwnersVault, receipt_of: ReceiptOf = as_kept) -> None:
    """Handler of LOOK. A component that is not in the owner's vault yet is noted once it is."""
    line = DossierComponent.objects.select_related("dossier__account_check").get(
        dossier__public_id=UUID(str(data["dossier"])), order=int(data["order"])
    )
    dossier, check = line.dossier, line.dossier.account_check
    if dossier.state == State.NOT_ACCEPTED:
        return  # refused or withdrawn before it was received: its papers enter no vault
    if check is None and dossier.state != State.PROVISIONAL:
        return  # an exception or a warn period: no vault it could be seen in
    if check is None or not line.delivered_as:
        raise errands.TryLater(_until_delivered(dossier))
    if _owner_is_moving(dossier):
        raise errands.TryLater(_DELIVERY_PAUSE)  # the check is the new owner's already, the paper not yet
    try:
        vault.note_opened(
            receipt=receipt_of(check, dossier),
            paper_id=line.delivered_as,
            dossier_code=dossier.code or "",
            asked_by=str(data["by"]),
            unit_code=str(data["unit"]),
            key=str(data["opened"]),
            viewed=bool(data.get("viewed", False)),
        )
    except PortalUnavailable as silent:
        raise errands.Silence(_PORTAL_PAUSE) from silent


def _owner_is_moving(dossier: Dossier) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT desk_owner_is_moving(%s)", [dossier.pk])
        return bool(cursor.fetchone()[0])


def _until_delivered(dossier: Dossier) -> int:
    fresh = timezone.now() - (dossier.received_at or dossier.arrived_at) < _LONG_UNDELIVERED
    return _DELIVERY_PAUSE if fresh else _LONG_PAUSE


def _deliver(
    dossier: Dossier, line: DossierComponent, vault: OwnersVault, receipt_of: ReceiptOf, *, again: bool
) -> None:
    """``again``: the portal said that it has not got what it was given; the key makes a second time harmless."""
    check = dossier.account_check
    if check is None:
        return
    key = f"{dossier.public_id}:{line.order}"
    if line.how == DossierComponent.How.UPLOADED and line.file is not None and _is_owed(line, again):
        try:
            paper_id = vault.put(
                receipt=receipt_of(check, dossier),
                type_code=line.type_code,
                name=_shortened(line.name, LONGEST_PAPER_NAME),
                data=keeping.read(line.file),
                file_name=keeping.name_of(line.file),
                dossier_code=dossier.code or "",
                held_for=dossier.person_name,
                digitised_by=dossier.received_by,  # online: whoever accepted the owner's scan
                unit_code=dossier.unit_code,
                key=key,
            )
        except NotOffered:
            paper_id = NOT_OFFERED
        DossierComponent.objects.filter(pk=line.pk, delivered_as="").update(delivered_as=paper_id)
    elif line.how == DossierComponent.How.VAULT and not line.delivered_as:
        _borrow(dossier, line, vault, receipt_of(check, dossier), key)


def _shortened(words: str, longest: int) -> str:
    """A name of the catalogue's may be longer than a vault keeps; the paper has to arrive all the same."""
    return words if len(words) <= longest else f"{words[: longest - 1].rstrip()}…"


def _is_owed(line: DossierComponent, again: bool) -> bool:
    return not line.delivered_as or (again and line.delivered_as != NOT_OFFERED)


def _borrow(dossier: Dossier, line: DossierComponent, vault: OwnersVault, receipt: str, key: str) -> None:
    try:
        lent = vault.lend(
            receipt=receipt,
            paper_id=line.vault_paper_id,
            dossier_code=dossier.code or "",
            asked_by=dossier.received_by,
            unit_code=dossier.unit_code,
            key=key,
            procedure_code=dossier.procedure.code,
            mandate=dossier.representation.mandate if dossier.representation else None,
        )
    except NotLent:
        with database_rules.spoken(), transaction.atomic():
            DossierComponent.objects.filter(pk=line.pk).update(delivered_as=borrowed_loans.NOT_LENT)
            DossierEvent.objects.create(
                dossier=dossier,
                kind="paper_not_lent",
                to_state=dossier.state,
                words=f"Giấy tờ trong Kho dữ liệu không dùng được, cần nhận lại: {line.name}.",
            )
            national_owing.owe(dossier)
        return
    DossierComponent.objects.filter(pk=line.pk).update(delivered_as=lent.paper_id)


def _state(state: State) -> dict[str, str]:
    """The state by its name, to choose a notice by, and as people read it."""
    return {"state": state.value, "state_words": str(state.label)}


def _params(dossier: Dossier) -> dict[str, str]:
    due = f"{timezone.localtime(dossier.due_at):%Y-%m-%d}" if dossier.due_at else ""
    asked = Notice.objects.filter(dossier=dossier, kind=Notice.Kind.SUPPLEMENT).first()
    return {
        "until": f"{asked.answer_by:%Y-%m-%d}" if asked and asked.answer_by else "",
        "code": dossier.code or "",
        "number": dossier.provisional_number or "",
        "due": due,
        "due_words": dossier.due_words,
        "unit": dossier.unit.code,
    }
