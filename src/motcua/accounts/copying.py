"""Bản sao dữ liệu: everything the room holds about the owner of an account, opened, for that owner only (DP-16)."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet

from motcua.accounts import adjusting, application_rows, emails, identity
from motcua.accounts.models import (
    Account,
    Adjustment,
    AssistApplication,
    EmailBinding,
    LookUp,
    Mandate,
    MandateRequest,
    Merge,
    PhoneBinding,
    SignIn,
)
from motcua.kernel.personal_data import CopiedTable, Copy

_A = Copy.ACCOUNT


def tables(account: Account) -> Iterator[CopiedTable]:
    """A house test compares the columns with the register."""
    yield from _who(account)
    yield from _contact(account)
    yield from _security(account)
    numbers = list(account.person.documents.values_list("number_bi", flat=True))
    yield _plain(
        "LookUp",
        "Ai đã tra cứu số của ông/bà",
        Copy.LOOK_UPS,
        LookUp.objects.filter(number_bi__in=numbers),
        ("at", "unit_code", "purpose", "procedure_code", "answer", "asked_by"),
    )
    yield from _care(account)
    yield from _mandates(account)


def _who(account: Account) -> Iterator[CopiedTable]:
    person = account.person
    yield _plain(
        "Account",
        "Tài khoản",
        _A,
        Account.objects.filter(pk=account.pk),
        ("origin", "status", "opened_at", "activated_at"),
    )
    yield CopiedTable(
        "Person",
        "Ông/bà",
        _A,
        ("full_name", "born_on"),
        [{"full_name": person.full_name, "born_on": person.born_on}],
    )
    yield CopiedTable(
        "IdentityDocument",
        "Số giấy tờ",
        _A,
        ("kind", "number_sealed", "status", "linked_at"),
        [
            {
                "kind": row.get_kind_display(),
                "number_sealed": identity.number_of(row),
                "status": row.get_status_display(),
                "linked_at": row.linked_at,
            }
            for row in person.documents.order_by("pk")
        ],
    )


def _contact(account: Account) -> Iterator[CopiedTable]:
    section = Copy.CONTACT
    yield CopiedTable("Person", "Email đã khai", section, ("email",), [{"email": account.person.email}])
    yield CopiedTable(
        "PhoneBinding",
        "Số điện thoại",
        section,
        ("phone_sealed", "status", "verified_at"),
        [
            {
                "phone_sealed": identity.phone_of(row).local,
                "status": row.get_status_display(),
                "verified_at": row.verified_at,
            }
            for row in PhoneBinding.objects.filter(account=account).order_by("pk")
        ],
    )
    address = emails.email_of(account)
    yield CopiedTable(
        "EmailBinding",
        "Email đã xác nhận",
        section,
        ("email_sealed", "email_masked", "verified_at"),
        [
            {
                "email_sealed": address.value if address else "",
                "email_masked": row.email_masked,
                "verified_at": row.verified_at,
            }
            for row in EmailBinding.objects.filter(account=account, status="active")
        ],
    )


def _security(account: Account) -> Iterator[CopiedTable]:
    section = Copy.SECURITY
    sessions = account.sessions.all()
    yield _plain("Session", "Phiên đăng nhập", section, sessions, ("created_at", "seen_at", "device_words"))
    signed_in = SignIn.objects.filter(account=account)
    yield _plain("SignIn", "Lịch sử đăng nhập", section, signed_in, ("at", "how", "result", "device_words"))
    keys = account.passkeys.all()
    yield _plain("Passkey", "Khóa của thiết bị", section, keys, ("added_at", "device_words"))


def _care(account: Account) -> Iterator[CopiedTable]:
    section = Copy.CARE
    yield CopiedTable(
        "Adjustment",
        "Điều chỉnh tài khoản tại quầy",
        section,
        ("kind", "asked_at", "unit_code", "reason", "decision", "decided_reason", "data_sealed"),
        [_adjusted(row) for row in Adjustment.objects.filter(account=account).order_by("pk")],
    )
    merged = Merge.objects.filter(Q(survivor=account) | Q(absorbed=account))
    yield _plain(
        "Merge",
        "Gộp, tách tài khoản",
        section,
        merged,
        ("kind", "asked_at", "unit_code", "reason", "state", "decided_reason"),
    )
    yield CopiedTable(
        "AssistApplication",
        "Yêu cầu lập tại quầy",
        section,
        (
            "request_number",
            "created_at",
            "unit_code",
            "override_reason",
            "reason_words",
            "shared_phone_reason",
            "data_sealed",
        ),
        [_asked(row) for row in AssistApplication.objects.filter(account=account).order_by("pk")],
    )


def _mandates(account: Account) -> Iterator[CopiedTable]:
    section = Copy.MANDATES
    period = ("valid_from", "valid_to", "proof", "proof_on")
    held = Mandate.objects.filter(representative=account)
    yield _plain("Mandate", "Quyền đại diện", section, held, (*period, "revoked_why"))
    asked = MandateRequest.objects.filter(representative=account)
    yield _plain("MandateRequest", "Đề nghị ghi nhận người đại diện", section, asked, (*period, "reason"))


def _adjusted(row: Adjustment) -> dict[str, object]:
    content = adjusting.content_of(row)
    return {
        "kind": row.get_kind_display(),
        "asked_at": row.asked_at,
        "unit_code": row.unit_code,
        "reason": row.reason,
        "decision": row.get_decision_display(),
        "decided_reason": row.decided_reason,
        "data_sealed": {"before": content.before, "after": content.after} if content else {},
    }


def _asked(row: AssistApplication) -> dict[str, object]:
    typed: dict[str, object] = {}
    if row.data_sealed is not None:
        data = application_rows.data_of(row)
        typed = {
            "number": data.citizen_id.value,
            "name": data.full_name.value,
            "born": data.born_on.shown,
            "phone": data.phone.local,
        }
    return {
        "request_number": row.request_number,
        "created_at": row.created_at,
        "unit_code": row.unit_code,
        "override_reason": row.override_reason,
        "reason_words": row.reason_words,
        "shared_phone_reason": row.shared_phone_reason,
        "data_sealed": typed,
    }


def _plain(
    name: str, words: str, section: Copy, rows: "QuerySet[Any]", columns: tuple[str, ...]
) -> CopiedTable:
    return CopiedTable(name, words, section, columns, list(rows.order_by("pk").values(*columns)))
