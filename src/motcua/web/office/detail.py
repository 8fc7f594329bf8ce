"""One account that an officer opened: masked facts, history, evidence; a one-time password sent again."""

from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from motcua.accounts import assistance, assisted_reading, creation
from motcua.accounts.assisted_reading import AssistedAccount
from motcua.kernel.authority import Power
from motcua.units import staff, tree
from motcua.web.access import OfficerRequest, officer
from motcua.web.office import guardians, standing

if TYPE_CHECKING:
    from motcua.accounts.models import AssistApplication
    from motcua.files.models import StoredFile

_WHAT: Final = {
    "begun": "Lập yêu cầu tạo tài khoản",
    "opened": "Tạo tài khoản",
    "paper_attached": "Đính kèm giấy đề nghị đã ký",
    "password_sent": "Gửi mật khẩu một lần tới điện thoại của công dân",
    "password_sent_again": "Gửi lại mật khẩu một lần",
    "activated": "Công dân kích hoạt tài khoản",
    "guardian_written": "Ghi cha, mẹ hoặc người giám hộ giữ tài khoản",
    "guardian_taken_back": "Bỏ ghi người giữ tài khoản",
}
_VERDICT: Final = {
    "MATCH": "Khớp với thông tin thuê bao",
    "MISMATCH": "Không khớp với thông tin thuê bao",
    "UNKNOWN": "Nhà mạng không trả lời",
}
_QR: Final = {
    "SAME": "mã QR khớp",
    "DIFFERENT": "mã QR khác thông tin đã nhập",
    "UNREAD": "không đọc được mã QR",
}


@officer(Power.OPEN_ACCOUNT)
@require_GET
def detail(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """“Xem”."""
    _, found = standing.at_any_unit(
        request.authority, lambda one: assisted_reading.assisted_account(one, public_id)
    )
    names = staff.officers_by_subject([found.account.vouched_by, *(event.who for event in found.events)])
    who = {subject: colleague.full_name for subject, colleague in names.items()}
    code = found.account.vouching_unit_code
    crumbs = (("Danh sách tài khoản", reverse("office:accounts")), ("Xem", ""))
    facts = {
        **standing.page(request, "citizen_accounts", *crumbs),
        "found": found,
        "pending": found.account.status == "pending_activation",
        "facts": [
            ("Tên công dân", found.full_name),
            ("CMND/CCCD", found.number_masked),
            (
                "Số điện thoại",
                f"{found.phone_masked} (tạm ngừng dùng)" if found.phone_frozen else found.phone_masked,
            ),
            ("Trạng thái", found.account.get_status_display().capitalize()),
            *([("Người giữ tài khoản", guardians.words_of(found))] if found.guardian else []),
            ("Cán bộ tạo", who.get(found.account.vouched_by, "")),
            ("Đơn vị", tree.names_of([code]).get(code, code)),
            *_request_facts(found.application),
        ],
        "evidence": _evidence(found.application),
        "paper": _paper_address(found.application),
        "events": [
            {"at": event.at, "what": _WHAT[event.code], "note": who.get(event.who, "")}
            for event in found.events
        ],
        "password_lapsed": _password_lapsed(found),
    }
    return render(request, "office/tai_khoan.html", facts)


@officer(Power.OPEN_ACCOUNT)
@require_POST
def send_password(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """“Gửi lại mật khẩu một lần”: a new one to the same phone; the earlier one is void."""
    authority, found = standing.at_any_unit(
        request.authority, lambda one: assisted_reading.assisted_account(one, public_id)
    )
    creation.send_new_password(authority=authority, account=found.account)
    return redirect(f"{reverse('office:account', kwargs={'public_id': public_id})}?da=mat-khau")


def _request_facts(application: "AssistApplication | None") -> list[tuple[str, str]]:
    if application is None:
        return []
    return [
        ("Số yêu cầu", application.request_number),
        ("Lý do hỗ trợ tạo", assistance.reason_words(application)),
        ("Nhà mạng trả lời", _VERDICT.get(application.verdict, "")),
        *([("Lý do xác nhận khác biệt", application.override_reason)] if application.override_reason else []),
    ]


def _evidence(application: "AssistApplication | None") -> list[tuple[str, str]]:
    if application is None:
        return []
    scan, signed = application.scan, application.signed_paper
    return [
        ("Bản quét CCCD/CMND", _kept(scan, _QR.get(application.scan_qr, ""))),
        ("Giấy đề nghị", "Đã in" if application.paper_hash is not None else "Chưa in"),
        ("Giấy đề nghị đã ký", _kept(signed, "")),
    ]


def _kept(stored: "StoredFile | None", more: str) -> str:
    if stored is None:
        return "Chưa đính kèm"
    if stored.purged_at is not None:
        return "Đã hủy theo thời hạn lưu"
    until = f"{timezone.localtime(stored.purge_after):%d/%m/%Y}"
    return f"Đã đính kèm{f', {more}' if more else ''}; lưu đến ngày {until}"


def _paper_address(application: "AssistApplication | None") -> str:
    if application is None or application.paper_hash is None or application.data_sealed is None:
        return ""
    return reverse("office:request_paper", kwargs={"public_id": application.public_id})


def _password_lapsed(found: AssistedAccount) -> bool:
    return found.account.status == "pending_activation" and found.password_until is None
