"""The rows of assisted requests: numbering, reservation, what they hold, who may see them."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from motcua.accounts import identity
from motcua.accounts.models import Account, AssistApplication
from motcua.accounts.models.columns import ClockTimestamp
from motcua.accounts.sealed_data import PersonData, mac, number_fingerprint, phone_fingerprint
from motcua.files.models import StoredFile
from motcua.kernel.authority import Authority, Power
from motcua.kernel.refusal import NotFound, Refusal
from motcua.units import posts, staff, tree

if TYPE_CHECKING:
    from motcua.accounts.assistance import Filled

_COLUMN = "accounts_assistapplication.data"
_NO_SHARED_PHONE = {"shared_phone_reason": "", "shared_phone_by": "", "phone_exception": None}
_RESERVATION = timedelta(minutes=30)
_ONE_FILE_ONE_REQUEST = frozenset(
    {"application_scan_once", "application_signed_paper_once", "application_file_purpose"}
)


class NotReady(Refusal):
    code = "application_not_ready"
    status = 409
    message = "Yêu cầu này đã kết thúc hoặc đã hết thời gian giữ. Đề nghị lập yêu cầu mới."


class CodeVoid(Refusal):
    code = "code_void"
    message = "Thông tin đã thay đổi sau khi gửi mã. Đề nghị bấm “Gửi mã OTP” để gửi mã mới cho công dân."


class NotYours(Refusal):
    code = "application_not_yours"
    status = 403
    message = "Yêu cầu này do đơn vị khác lập. Đề nghị ông/bà chuyển sang đơn vị đó, hoặc để cán bộ đã lập tiếp tục."


class OwnAccount(Refusal):
    code = "own_account"
    status = 403
    message = "Ông/bà không tự làm việc này cho tài khoản của mình được. Đề nghị một cán bộ khác thực hiện."


def require_may_act(authority: Authority, application: AssistApplication) -> None:
    """An officer of the request's unit or, once that has ended, of the one that follows; or the one who began it while
    still working there. Raises NotYours.
    """
    authority.require(Power.OPEN_ACCOUNT)
    if authority.works_for(application.unit_id):
        return
    if application.officer_subject == authority.subject and any(
        post.unit_id == application.unit_id and Power.OPEN_ACCOUNT in post.powers
        for post in posts.posts_of(authority.subject, timezone.localdate())
    ):
        return
    raise NotYours


class StaffAccount(Refusal):
    code = "staff_account"
    status = 403
    message = (
        "Tài khoản này là của một cán bộ. Số điện thoại của cán bộ do quản trị đơn vị của cán bộ đó thay đổi; "
        "đề nghị liên hệ quản trị đơn vị."
    )


class FileElsewhere(Refusal):
    code = "file_of_another_request"
    status = 409
    message = (
        "Tệp này đã được dùng cho một yêu cầu khác. Đề nghị quét và đính kèm giấy tờ của chính công dân này."
    )


def require_anothers(authority: Authority, account: Account) -> None:
    """Nobody is both the citizen and the officer. Raises OwnAccount."""
    if identity.subject_of(account.public_id, settings.DESK_ID) == authority.subject:
        raise OwnAccount


def require_citizens(account: Account) -> None:
    """A desk must not become the way into a colleague's powers. Raises StaffAccount."""
    if staff.is_staff_subject(identity.subject_of(account.public_id, settings.DESK_ID)):
        raise StaffAccount


def insert(authority: Authority, filled: "Filled", kind: str) -> AssistApplication:
    """A new request in draft; the unique index refuses a second one for the number."""
    application = AssistApplication(public_id=uuid.uuid4(), kind=kind)
    application.request_number = _next_number()
    application.officer_subject = authority.subject
    application.unit_id = authority.unit_id
    application.unit_code = authority.unit_code
    _fill(application, filled)
    application.save(force_insert=True)
    application.refresh_from_db()
    return application


def own_holding(authority: Authority, number_bi: bytes, kind: str) -> AssistApplication | None:
    """The officer's own request that reserves the number: a second first press takes it up."""
    return (
        AssistApplication.objects.select_related("scan")
        .filter(
            number_bi=number_bi,
            kind=kind,
            officer_subject=authority.subject,
            status__in=AssistApplication.HOLDING,
        )
        .first()
    )


def rewrite(authority: Authority, application: AssistApplication, filled: "Filled") -> None:
    """Other data: the form's hash changes, so paper and code no longer fit and the status falls back.

    The same data again change nothing but the reservation's clock; a lapsed one is taken up. An approval for
    another phone does not come along. Raises NotReady for a request that has ended.
    """
    before, phone_before = bytes(application.form_hash or b""), bytes(application.phone_bi or b"")
    application.unit_id, application.unit_code = authority.unit_id, authority.unit_code
    _fill(application, filled)
    other_phone = phone_before != bytes(application.phone_bi or b"")
    lapsed = application.status == AssistApplication.Status.LAPSED
    changed = lapsed or other_phone or before != bytes(application.form_hash or b"")
    won = AssistApplication.objects.filter(
        pk=application.pk,
        expires_at__gt=ClockTimestamp(),
        status__in=[*AssistApplication.HOLDING, AssistApplication.Status.LAPSED],
    ).update(
        **({"status": AssistApplication.Status.DRAFT} if changed else {}),
        **(_NO_SHARED_PHONE if other_phone else {}),
        unit_id=application.unit_id,
        unit_code=application.unit_code,
        reason=application.reason,
        reason_words=application.reason_words,
        override_reason=application.override_reason,
        held_by=application.held_by,
        data_sealed=application.data_sealed,
        number_bi=application.number_bi,
        old_number_bi=application.old_number_bi,
        phone_bi=application.phone_bi,
        form_hash=application.form_hash,
        last_act_at=ClockTimestamp(),
    )
    if not won:
        raise NotReady


@contextmanager
def evidence_of_one() -> Iterator[None]:
    """Around the UPDATE that takes a file up: the database says no when another request has it (FileElsewhere)."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        diagnostics = getattr(error.__cause__, "diag", None)
        if getattr(diagnostics, "constraint_name", None) in _ONE_FILE_ONE_REQUEST:
            raise FileElsewhere from error
        raise


def set_scan(application: AssistApplication, scan: StoredFile, result: str) -> None:
    """Another scan is other evidence: the form's hash changes with it. Raises FileElsewhere, NotReady."""
    application.scan = scan
    application.scan_qr = result
    application.form_hash = form_hash(application, data_of(application))
    with evidence_of_one():
        won = AssistApplication.objects.filter(
            pk=application.pk, status__in=AssistApplication.HOLDING, expires_at__gt=ClockTimestamp()
        ).update(
            status=AssistApplication.Status.DRAFT,
            scan=scan,
            scan_qr=result,
            form_hash=application.form_hash,
            last_act_at=ClockTimestamp(),
        )
    if not won:
        raise NotReady


def set_comparison(application: AssistApplication, result: str) -> None:
    """What the scan's QR says of data that were typed afterwards."""
    application.scan_qr = result
    AssistApplication.objects.filter(pk=application.pk).update(scan_qr=result)


def form_hash(application: AssistApplication, data: PersonData) -> bytes:
    """32 bytes over person, phone, unit, reasons and scan: what is signed and confirmed is created (T-03)."""
    scan = bytes(application.scan.sha256) if application.scan is not None else b""
    reasons = [application.reason, application.reason_words, application.override_reason]
    reasons += [application.held_by] if application.held_by else []
    return data.digest("assist", application.unit_code, application.kind, *reasons, scan)


def data_of(application: AssistApplication) -> PersonData:
    """What was typed about the citizen."""
    if application.data_sealed is None:
        raise NotFound
    return PersonData.unsealed(_COLUMN, str(application.public_id), application.data_sealed)


def may_go_on(application: AssistApplication) -> bool:
    """Not ended, and not older than 24 hours by the database clock; a lapsed reservation can be taken up."""
    return AssistApplication.objects.filter(
        pk=application.pk,
        status__in=[*AssistApplication.HOLDING, AssistApplication.Status.LAPSED],
        expires_at__gt=ClockTimestamp(),
    ).exists()


def touch(application: AssistApplication) -> None:
    """An act of the officer: the reservation counts anew."""
    AssistApplication.objects.filter(pk=application.pk).update(last_act_at=ClockTimestamp())


def release_lapsed(number_bi: bytes, but_not: int = 0) -> None:
    """A reservation without an act for 30 minutes is given free; the request can be taken up again."""
    AssistApplication.objects.filter(
        number_bi=number_bi,
        status__in=AssistApplication.HOLDING,
        last_act_at__lt=ClockTimestamp() - _RESERVATION,
    ).exclude(pk=but_not).update(status=AssistApplication.Status.LAPSED)


def keep_refused(authority: Authority, filled: "Filled", code: str) -> None:
    """A refused request is kept with its reason, without the person's data (it is not needed any more)."""
    application = AssistApplication(public_id=uuid.uuid4(), status=AssistApplication.Status.REFUSED)
    application.request_number = _next_number()
    application.officer_subject = authority.subject
    application.unit_id = authority.unit_id
    application.unit_code = authority.unit_code
    application.reason = filled.reason
    application.number_bi = number_fingerprint(filled.data.citizen_id)
    application.refused_code = code
    application.save(force_insert=True)


def unit_holding(number_bi: bytes) -> str:
    """The name of the unit that is preparing this account."""
    code = (
        AssistApplication.objects.filter(number_bi=number_bi, status__in=AssistApplication.HOLDING)
        .values_list("unit_code", flat=True)
        .first()
    )
    return tree.unit(code).name if code else "khác"


def one_for(viewer: Authority, public_id: uuid.UUID) -> AssistApplication:
    """A request of the viewer's unit or below, by the id in the address; NotFound otherwise."""
    found = (
        AssistApplication.objects.select_related("scan", "signed_paper", "account__person")
        .filter(public_id=public_id, unit_id__in=viewer.subtree or (viewer.unit_id,))
        .first()
    )
    if found is None:
        raise NotFound
    return found


def own_one(viewer: Authority, public_id: uuid.UUID) -> AssistApplication:
    """A request that the viewer began, in a unit where they still work; NotFound otherwise."""
    found = one_for(viewer, public_id)
    if found.officer_subject != viewer.subject:
        raise NotFound
    return found


def unfinished_of(viewer: Authority) -> list[AssistApplication]:
    """Of this officer, still within 24 hours."""
    return list(
        AssistApplication.objects.filter(
            officer_subject=viewer.subject,
            status__in=[*AssistApplication.HOLDING, AssistApplication.Status.LAPSED],
            expires_at__gt=ClockTimestamp(),
        ).order_by("-id")[:50]
    )


def session_of(application: AssistApplication, authority: Authority) -> bytes:
    """32 bytes: a code asked for by one officer is nothing in another's hands (threats T-12)."""
    return mac("assist-session", application.public_id.bytes, authority.subject)


def _fill(application: AssistApplication, filled: "Filled") -> None:
    data = filled.data
    application.reason = filled.reason
    application.reason_words = filled.reason_words
    application.override_reason = filled.override_reason
    application.held_by = filled.held_by
    application.data_sealed = data.sealed(_COLUMN, str(application.public_id))
    application.number_bi = number_fingerprint(data.citizen_id)
    application.old_number_bi = number_fingerprint(data.old_number) if data.old_number else None
    application.phone_bi = phone_fingerprint(data.phone)
    application.form_hash = form_hash(application, data)


def _next_number() -> str:
    """YC-000123: numbers of requests run on; a gap is a request that failed to be stored."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('accounts_request_number')")
        (number,) = cursor.fetchone()
    return f"YC-{number:07d}"
