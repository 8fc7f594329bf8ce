"""Cấp và thu hồi quyền: in own unit and below, never to oneself, two persons for what is privileged."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from motcua import journal
from motcua.kernel import plain_text
from motcua.kernel.authority import POWER_WORDS, PRIVILEGED, Authority, NotAuthorised, Power
from motcua.kernel.person_name import PersonName
from motcua.kernel.phone import Phone
from motcua.kernel.refusal import NotFound, Refusal
from motcua.units import officers
from motcua.units.models import BOOTSTRAP_APPROVER, BOOTSTRAP_GRANTER, GrantRequest, Officer, Post, Unit

#: How long a request that was declined is shown to whoever asked.
LATELY: Final = timedelta(days=30)
_MOST_SHOWN: Final = 50
_SHORTEST_WHY_NOT: Final = 5


class NotForYourself(Refusal):
    code = "grant_not_for_yourself"
    status = 403
    message = (
        "Ông/bà không được tự cấp, duyệt hoặc thu hồi quyền của chính mình. "
        "Đề nghị chuyển việc này cho quản trị viên khác."
    )


class SecondPersonNeeded(Refusal):
    code = "grant_second_person_needed"
    status = 403
    message = "Người duyệt phải khác người đề nghị. Đề nghị quản trị viên thứ hai duyệt."


class AlreadyHolds(Refusal):
    code = "grant_already_holds"
    status = 409
    message = (
        "Cán bộ này đã có vị trí tại đơn vị trong khoảng thời gian đó. "
        "Đề nghị thu hồi vị trí cũ hoặc chọn thay thế vị trí cũ."
    )


class AlreadyDecided(Refusal):
    code = "grant_already_decided"
    status = 409
    message = "Đề nghị này đã được quản trị viên khác xử lý. Đề nghị ông/bà tải lại danh sách."


class WhyNotGranted(Refusal):
    code = "grant_why_not_wanted"
    message = "Đề nghị ông/bà ghi lý do không duyệt, ít nhất 5 ký tự, để người đề nghị biết."


class NothingGranted(Refusal):
    code = "grant_nothing"
    message = "Chưa chọn quyền nào. Đề nghị ông/bà chọn ít nhất một quyền."


class WrongPeriod(Refusal):
    code = "grant_wrong_period"
    message = "Ngày kết thúc phải từ ngày bắt đầu và từ hôm nay trở đi. Đề nghị ông/bà nhập lại."


@transaction.atomic
def grant(
    *,
    authority: Authority,
    officer_id: int,
    unit_code: str,
    powers: Iterable[Power],
    valid_from: date,
    valid_to: date | None = None,
    reason: str = "",
    replacing: bool = False,
    on: date,
) -> Post | GrantRequest:
    """Give an officer a post; a privileged one comes back as a request for a second administrator.

    ``replacing`` ends, in the same transaction, the post that the officer holds there meanwhile.
    """
    authority.require(Power.GRANT)
    wanted = sorted({power.value for power in powers})
    if not wanted:
        raise NothingGranted
    _refuse_without_effect(wanted)
    if valid_to is not None and valid_to < max(valid_from, on):
        raise WrongPeriod
    unit = _unit_below(authority, unit_code, on)
    officer = _officer(officer_id)
    if officer.subject == authority.subject:
        raise NotForYourself
    if PRIVILEGED.isdisjoint(map(Power, wanted)):
        return _appoint(
            officer=officer,
            unit=unit,
            powers=wanted,
            valid_from=valid_from,
            valid_to=valid_to,
            granted_by=authority.subject,
            approved_by="",
            reason=reason,
            replacing=replacing,
        )
    request = GrantRequest.objects.create(
        officer=officer,
        unit=unit,
        powers=wanted,
        valid_from=valid_from,
        valid_to=valid_to,
        reason=reason,
        replacing=replacing,
        asked_by_subject=authority.subject,
    )
    journal.record(
        "units.post.requested",
        subject=f"grant_request:{request.pk}",
        actor=authority.subject,
        unit_code=authority.unit_code,
        facts={"officer": officer.pk, "at_unit": unit.code, "powers": ",".join(wanted)},
    )
    return request


@transaction.atomic
def take_on(
    *,
    authority: Authority,
    subject: str,
    full_name: PersonName,
    phone: Phone,
    unit_code: str,
    powers: Iterable[Power],
    valid_from: date,
    valid_to: date | None = None,
    reason: str = "",
    replacing: bool = False,
    on: date,
) -> tuple[int, Post | GrantRequest]:
    """A person's post here, registered as an officer when they are none yet: both or neither.

    Nobody becomes an officer, and no phone one of staff, by a post that was refused.
    """
    authority.require(Power.GRANT)
    if subject == authority.subject:
        raise NotForYourself
    known = Officer.objects.filter(subject=subject, active=True).first()
    officer = known or officers.register(
        subject=subject, full_name=full_name, phone=phone, by=authority.subject
    )
    made = grant(
        authority=authority,
        officer_id=officer.pk,
        unit_code=unit_code,
        powers=powers,
        valid_from=valid_from,
        valid_to=valid_to,
        reason=reason,
        replacing=replacing,
        on=on,
    )
    return officer.pk, made


@transaction.atomic
def approve(*, authority: Authority, request_id: int, on: date) -> Post:
    """The second administrator says yes; only now does the post exist."""
    request = _request_for(authority, request_id)
    if request.officer.subject == authority.subject:
        raise NotForYourself
    if request.asked_by_subject == authority.subject:
        raise SecondPersonNeeded
    if request.valid_to is not None and request.valid_to < on:
        raise WrongPeriod
    _refuse_without_effect(request.powers)
    _decide(request, GrantRequest.State.APPROVED, authority)
    post = _appoint(
        officer=_officer(request.officer_id),
        unit=_unit_below(authority, request.unit.code, on),
        powers=request.powers,
        valid_from=request.valid_from,
        valid_to=request.valid_to,
        granted_by=request.asked_by_subject,
        approved_by=authority.subject,
        reason=request.reason,
        replacing=request.replacing,
    )
    GrantRequest.objects.filter(pk=request.pk).update(post=post)
    return post


@transaction.atomic
def decline(*, authority: Authority, request_id: int, reason: str = "") -> None:
    """No, and why; who asked may take it back in the same way, without a reason. Raises WhyNotGranted."""
    request = _request_for(authority, request_id)
    why = plain_text.clean(reason, max_length=300, lines=True)
    if request.asked_by_subject != authority.subject and len(why) < _SHORTEST_WHY_NOT:
        raise WhyNotGranted
    _decide(request, GrantRequest.State.DECLINED, authority, why)
    journal.record(
        "units.post.declined",
        subject=f"grant_request:{request.pk}",
        actor=authority.subject,
        unit_code=authority.unit_code,
    )


@transaction.atomic
def revoke(*, authority: Authority, post_id: int, reason: str) -> None:
    """End a post at once, in own unit and below; revoking twice changes nothing and is not found."""
    authority.require(Power.GRANT)
    post = Post.objects.filter(pk=post_id, unit_id__in=authority.subtree, revoked_at=None).first()
    if post is None:
        raise NotFound
    if post.grantee_subject == authority.subject:
        raise NotForYourself
    if not end_post(post, by=authority.subject, reason=reason):
        raise NotFound


@transaction.atomic
def bootstrap(
    *, officer_id: int, unit_code: str, powers: Iterable[Power], valid_from: date, reason: str
) -> Post:
    """The installation appoints its first officers; for commands only, and visible as such for ever."""
    return _appoint(
        officer=_officer(officer_id),
        unit=Unit.objects.get(code=unit_code),
        powers=sorted({power.value for power in powers}),
        valid_from=valid_from,
        valid_to=None,
        granted_by=BOOTSTRAP_GRANTER,
        approved_by=BOOTSTRAP_APPROVER,
        reason=reason,
        replacing=False,
    )


def open_requests(viewer: Authority) -> list[GrantRequest]:
    """What waits for a second administrator in the viewer's unit and below."""
    viewer.require(Power.GRANT)
    waiting = GrantRequest.objects.filter(state=GrantRequest.State.OPEN, unit_id__in=viewer.subtree)
    return list(waiting.select_related("officer", "unit").order_by("asked_at", "id"))


def declined_lately(viewer: Authority) -> list[GrantRequest]:
    """What another administrator did not agree to within thirty days, the latest first; fifty at most."""
    viewer.require(Power.GRANT)
    declined = GrantRequest.objects.filter(
        state=GrantRequest.State.DECLINED,
        unit_id__in=viewer.subtree,
        decided_at__gt=Now() - LATELY,
    ).exclude(decided_by_subject=F("asked_by_subject"))
    return list(declined.select_related("officer", "unit").order_by("-decided_at", "-id")[:_MOST_SHOWN])


class RightWithoutEffect(Refusal):
    code = "grant_without_effect"
    message = (
        "Quyền “{rights}” không có tác dụng tại hệ thống này, vì tài khoản công dân do Cổng DVCQG quản lý. "
        "Đề nghị ông/bà bỏ quyền đó; ai cần thì đề nghị quản trị của Cổng cấp."
    )


def without_effect() -> frozenset[Power]:
    """Rights that do nothing in this installation: accounts are opened where they are.

    Who connects systems looks after a desk's own links too, so that right works everywhere.
    """
    return frozenset() if settings.HOSTS_PORTAL else frozenset({Power.OPEN_ACCOUNT})


def _refuse_without_effect(powers: Iterable[str]) -> None:
    idle = [power for power in without_effect() if power.value in set(powers)]
    if idle:
        raise RightWithoutEffect(rights="”, “".join(sorted(POWER_WORDS[power] for power in idle)))


def _unit_below(authority: Authority, unit_code: str, on: date) -> Unit:
    unit = Unit.objects.filter(code=unit_code, id__in=authority.subtree).first()
    if unit is None:
        raise NotAuthorised(power=Power.GRANT.value)
    if unit.valid_to is not None and unit.valid_to < on:
        raise WrongPeriod
    return unit


def _officer(officer_id: int) -> Officer:
    """Locked: two grants to one officer queue up here, and a deactivation waits."""
    officer = Officer.objects.select_for_update().filter(pk=officer_id, active=True).first()
    if officer is None:
        raise NotFound
    return officer


def _request_for(authority: Authority, request_id: int) -> GrantRequest:
    authority.require(Power.GRANT)
    found = GrantRequest.objects.select_related("officer", "unit").filter(
        pk=request_id, unit_id__in=authority.subtree
    )
    request = found.first()
    if request is None:
        raise NotFound
    return request


def _decide(request: GrantRequest, state: GrantRequest.State, authority: Authority, reason: str = "") -> None:
    """One UPDATE decides which of two administrators was first."""
    decided = GrantRequest.objects.filter(pk=request.pk, state=GrantRequest.State.OPEN).update(
        state=state, decided_by_subject=authority.subject, decided_at=Now(), decided_reason=reason
    )
    if not decided:
        raise AlreadyDecided


def _appoint(
    *,
    officer: Officer,
    unit: Unit,
    powers: list[str],
    valid_from: date,
    valid_to: date | None,
    granted_by: str,
    approved_by: str,
    reason: str,
    replacing: bool,
) -> Post:
    held = _held_meanwhile(officer, unit, valid_from, valid_to)
    if held and not replacing:
        raise AlreadyHolds
    for post in held:
        end_post(post, by=approved_by or granted_by, reason="Thay thế bằng vị trí mới.")
    post = Post.objects.create(
        officer=officer,
        grantee_subject=officer.subject,
        unit=unit,
        powers=powers,
        valid_from=valid_from,
        valid_to=valid_to,
        granted_by_subject=granted_by,
        approved_by_subject=approved_by,
        reason=reason,
    )
    journal.record(
        "units.post.granted",
        subject=f"post:{post.pk}",
        actor=granted_by,
        unit_code=unit.code,
        facts={"officer": officer.pk, "powers": ",".join(powers), "approver": approved_by},
    )
    return post


def _held_meanwhile(officer: Officer, unit: Unit, start: date, end: date | None) -> list[Post]:
    overlapping = Post.objects.filter(officer=officer, unit=unit, revoked_at=None).exclude(valid_to__lt=start)
    if end is not None:
        overlapping = overlapping.filter(valid_from__lte=end)
    return list(overlapping)


def end_post(post: Post, *, by: str, reason: str) -> bool:
    """End one post now, in the caller's transaction; False when somebody else was first."""
    # clock_timestamp(): the moment of the act, not of the transaction's start.
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE units_post SET revoked_at = clock_timestamp(),"
            " revoked_by_subject = %s, revoked_reason = %s WHERE id = %s AND revoked_at IS NULL",
            [by, reason, post.pk],
        )
        ended: bool = cursor.rowcount == 1
    if ended:
        journal.record(
            "units.post.revoked",
            subject=f"post:{post.pk}",
            actor=by,
            unit_code=post.unit.code,
            facts={"officer": post.officer_id},
        )
    return ended
