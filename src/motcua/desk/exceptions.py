"""Trường hợp ngoại lệ: people who cannot have an account, received on the word of the head of the desk."""

import uuid
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from motcua import journal
from motcua.desk import catalogue, checks, database_rules, reception, submission
from motcua.desk.models import AccountCheck, Dossier, GateException
from motcua.desk.reception import Owner
from motcua.desk.submission import Submission
from motcua.files.models import ClockNow
from motcua.kernel import plain_text
from motcua.kernel.authority import Authority, Power
from motcua.kernel.person_name import PersonName
from motcua.kernel.refusal import NotFound, Refusal
from motcua.units.models import Unit


class ApprovedByOneself(Refusal):
    code = "approved_by_oneself"
    status = 403
    message = "Người đề nghị không tự duyệt trường hợp ngoại lệ. Đề nghị người phụ trách khác duyệt."


class AlreadyDecided(Refusal):
    code = "already_decided"
    status = 409
    message = "Đề nghị này đã được quyết định. Đề nghị ông/bà tải lại danh sách."


class ReasonMissing(Refusal):
    code = "reason_missing"
    message = "Đề nghị ông/bà ghi rõ lý do chủ hồ sơ không thể có tài khoản (ít nhất 10 ký tự)."


class GateBinds(Refusal):
    code = "gate_binds"
    status = 409
    message = (
        "Từ ngày áp dụng, đơn vị chỉ tiếp nhận hồ sơ của chủ hồ sơ đã được kiểm tra tài khoản. "
        "Đề nghị ông/bà kiểm tra tài khoản trước."
    )


def ask(
    *, authority: Authority, reason_kind: str, reason: str, owner_name: str, paper: str = ""
) -> GateException:
    """The receiving officer asks; ``paper`` is what the person showed (a passport and its number)."""
    authority.require(Power.RECEIVE_DOSSIER)
    words = plain_text.clean(reason, max_length=500, lines=True)
    if len(words) < 10:
        raise ReasonMissing
    row = GateException(
        public_id=uuid.uuid4(),
        unit_id=authority.unit_id,
        reason_kind=GateException.Reason(reason_kind),
        reason=words,
        owner_name=PersonName.parse(owner_name).value,
        asked_by=authority.subject,
    )
    shown = plain_text.clean(paper, max_length=120)
    if shown:
        row.paper_sealed = settings.KEYRING.seal("desk.exception.paper", str(row.public_id), shown)
    with database_rules.spoken(), transaction.atomic():
        row.save(force_insert=True)
        _record("asked", row, authority)
    return row


def approve(*, authority: Authority, exception_id: uuid.UUID) -> GateException:
    """The head of the desk agrees; never the one who asked."""
    return _decide(authority, exception_id, "approved")


def decline(*, authority: Authority, exception_id: uuid.UUID) -> GateException:
    """The head of the desk does not agree."""
    return _decide(authority, exception_id, "declined")


def waiting(authority: Authority) -> list[GateException]:
    """What waits for a decision in this unit."""
    authority.require(Power.APPROVE_EXCEPTION)
    return list(
        GateException.objects.filter(unit_id=authority.unit_id, approved_at=None, declined_at=None).order_by(
            "asked_at"
        )[:50]
    )


def receive(*, authority: Authority, exception_id: uuid.UUID, form: Submission, now: datetime) -> Dossier:
    """A dossier without an account, on an approved exception; counted in the reports, marked on the slip."""
    authority.require(Power.RECEIVE_DOSSIER)
    mac = form.mac(str(authority.unit_id), str(exception_id))
    if done := reception.already(authority, form, mac):
        return done
    row = GateException.objects.filter(
        public_id=exception_id, unit_id=authority.unit_id, asked_by=authority.subject
    ).first()
    if row is None:
        raise NotFound
    return _store(Dossier(exception=row), Owner("", row.owner_name), authority, form, mac, now)


def warns_until(authority: Authority, *, now: datetime) -> date | None:
    """The day from which the unit's gate binds, as long as it only warns; None when it binds."""
    unit = Unit.objects.get(pk=authority.unit_id)
    return None if unit.gate_binds(timezone.localdate(now)) else unit.gate_day


def check_in_vain(authority: Authority, check_id: uuid.UUID, *, now: datetime) -> AccountCheck:
    """The officer's check that found nobody, while the gate only warns: the owner may be received unchecked.

    Raises NotFound (another's, or another answer), GateBinds, CheckTooOld.
    """
    authority.require(Power.RECEIVE_DOSSIER)
    row = checks.own_check(authority, check_id)
    if row.answer != AccountCheck.Answer.NOT_FOUND:
        raise NotFound
    if warns_until(authority, now=now) is None:
        raise GateBinds
    recent = AccountCheck.objects.filter(pk=row.pk, checked_at__gt=ClockNow() - checks.LONGEST_FORM)
    if not recent.exists():
        raise checks.CheckTooOld
    return row


def receive_unchecked(
    *, authority: Authority, check_id: uuid.UUID, owner_name: str, form: Submission, now: datetime
) -> Dossier:
    """Before the unit's binding date the gate only warns; the dossier is marked. The portal was asked first."""
    authority.require(Power.RECEIVE_DOSSIER)
    name = PersonName.parse(owner_name).value
    mac = form.mac(str(authority.unit_id), "unchecked", str(check_id), name)
    if done := reception.already(authority, form, mac):
        return done
    asked = check_in_vain(authority, check_id, now=now)
    owner = Owner(subject="", name=name, number_bi=bytes(asked.number_bi))  # the number itself is not kept
    return _store(Dossier(unchecked=True), owner, authority, form, mac, now)


def _store(
    dossier: Dossier, owner: Owner, authority: Authority, form: Submission, mac: bytes, now: datetime
) -> Dossier:
    process = catalogue.process_of(
        authority, form.procedure_code, form.process_id, on=timezone.localdate(now)
    )
    lines = submission.whole_checklist(catalogue.components_of(process.procedure), form.papers)
    officer_name = reception.name_of_officer(authority)
    with database_rules.spoken(), transaction.atomic():
        return reception.store(
            dossier,
            authority=authority,
            process=process,
            owner=owner,
            form=form,
            lines=lines,
            officer_name=officer_name,
            mac=mac,
            now=now,
        )


@transaction.atomic
def _decide(authority: Authority, exception_id: uuid.UUID, verdict: str) -> GateException:
    authority.require(Power.APPROVE_EXCEPTION)
    row = GateException.objects.filter(public_id=exception_id, unit_id__in=authority.subtree).first()
    if row is None:
        raise NotFound
    if row.asked_by == authority.subject:
        raise ApprovedByOneself
    decided = GateException.objects.filter(pk=row.pk, approved_at=None, declined_at=None).update(
        **{f"{verdict}_by": authority.subject, f"{verdict}_at": ClockNow()}
    )
    if not decided:
        raise AlreadyDecided
    _record(verdict, row, authority)
    row.refresh_from_db()
    return row


def _record(verb: str, row: GateException, authority: Authority) -> None:
    journal.record(
        f"desk.exception.{verb}",
        subject=f"exception:{row.public_id}",
        actor=authority.subject,
        unit_code=authority.unit_code,
        facts={"reason": row.reason_kind},
    )
