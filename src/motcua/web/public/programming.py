"""Giao diện lập trình for whoever connects a system; tests compare it with the document and run its examples."""

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from motcua.signin import scopes_here
from motcua.web.access import anyone

_CHECK, _SESSION, _NOTICE = "account.check", "owner.session", "owner.notice"
_LEND, _PUT, _EVENTS = "vault.lend", "vault.put", "dossier.events"
_READ, _WRITE = "catalogue.read", "catalogue.write"
_RESET, _STANDING, _REVEAL = "officer.reset", "desk.standing", "owner.reveal"

#: Method, address, scope, and what it is for.
OPERATIONS: Final = (
    ("POST", "/api/v1/account-checks", _CHECK, "Kiểm tra tài khoản của chủ hồ sơ"),
    ("POST", "/api/v1/owner-cards", _CHECK, "Họ tên chủ hồ sơ để in giấy tiếp nhận"),
    ("POST", "/api/v1/accounts/usable", _CHECK, "Những tài khoản đã biết còn dùng được không"),
    ("POST", "/api/v1/accounts/merged", _CHECK, "Chủ tài khoản nào đã gộp hoặc tách từ một thời điểm"),
    ("POST", "/api/v1/representatives", _CHECK, "Người đại diện của tổ chức"),
    ("POST", "/api/v1/signed-in-owner", _SESSION, "Chứng nhận về người đang đăng nhập"),
    ("POST", "/api/v1/signed-in-owner/representative", _SESSION, "Ai đang làm việc thay tổ chức"),
    ("POST", "/api/v1/notices", _NOTICE, "Báo tin về hồ sơ theo mẫu"),
    ("POST", "/api/v1/vault/offers", _LEND, "Giấy tờ nào trong kho dùng được"),
    ("POST", "/api/v1/vault/loans", _LEND, "Mượn một giấy tờ cho một hồ sơ"),
    ("POST", "/api/v1/vault/lent-papers/view", _LEND, "Xem tệp của giấy tờ đã mượn"),
    ("POST", "/api/v1/vault/papers", _PUT, "Đưa giấy tờ đã số hóa vào kho"),
    ("POST", "/api/v1/vault/results", _PUT, "Đưa kết quả đã ký số vào kho"),
    ("POST", "/api/v1/vault/results/show", _PUT, "Kết quả đã được trả"),
    ("POST", "/api/v1/vault/moves", _PUT, "Chuyển giấy tờ sang kho của đúng chủ"),
    ("POST", "/api/v1/vault/looks", _PUT, "Báo lượt mở bản của hệ thống gọi"),
    ("POST", "/api/v1/arrivals/digests", _PUT, "Số lượng và mã băm của những gì Cổng nhận trong một ngày"),
    ("POST", "/api/v1/arrivals", _PUT, "Khóa của những gì Cổng nhận trong một ngày"),
    ("POST", "/api/v1/arrivals/missing", _PUT, "Khóa nào Cổng chưa từng nhận"),
    ("GET", "/api/v1/dossier-events", _EVENTS, "Diễn biến hồ sơ, không có dữ liệu cá nhân"),
    ("GET", "/api/v1/units", _READ, "Đơn vị và đơn vị trực thuộc"),
    ("GET", "/api/v1/procedures", _READ, "Danh mục thủ tục"),
    ("POST", "/api/v1/procedure-imports", _WRITE, "Nhập danh mục thủ tục, có chạy thử"),
    (
        "POST",
        "/api/v1/owner-reveals",
        _REVEAL,
        "Số định danh, số điện thoại đầy đủ của chủ hồ sơ đang giải quyết",
    ),
    ("POST", "/api/v1/officer-resets", _RESET, "Đặt lại xác thực hai bước của một cán bộ"),
    ("POST", "/api/v1/dossier-standings", _STANDING, "Hồ sơ của chủ tài khoản đang ở đâu"),
    ("POST", "/api/v1/procedure-standings", _STANDING, "Thủ tục mà hệ thống gọi tiếp nhận"),
    ("GET", "/api/v1/receipt-keys", "", "Khóa công khai để tin biên nhận"),
)
#: Code, status, and what the caller does about it.
REFUSALS: Final = (
    ("access_token_not_trusted", 401, "Xin thẻ mới rồi gọi lại."),
    ("holder_proof_wanted", 401, "Xin thẻ kèm tiêu đề DPoP, rồi gửi bằng chứng giữ thẻ ở mỗi lời gọi."),
    ("proof_not_trusted", 401, "Ký bằng đúng khóa của thẻ, cho đúng lời gọi này, theo giờ hiện tại."),
    ("proof_repeated", 401, "Ký bằng chứng mới cho mỗi lời gọi, kể cả khi gọi lại."),
    ("client_not_live", 401, "Kết nối đã ngừng hoặc hết hạn: liên hệ đơn vị quản lý kết nối."),
    ("caller_address_refused", 403, "Gọi từ địa chỉ mạng đã đăng ký."),
    ("scope_missing", 403, "Đăng ký thêm phạm vi, rồi xin thẻ có phạm vi đó."),
    ("unit_not_of_client", 403, "Dùng mã của đơn vị mình hoặc đơn vị trực thuộc."),
    ("session_not_live", 403, "Mời người dân đăng nhập lại."),
    ("paper_not_lent", 404, "Hỏi lại kho dữ liệu, hoặc nhận bản giấy."),
    ("owner_has_no_dossier_there", 409, "Báo tình trạng hồ sơ (dossier-standings) trước, rồi hỏi lại."),
    ("nothing_to_reveal", 409, "Đối chiếu với giấy tờ gốc của công dân."),
    ("mandate_not_standing", 409, "Người này không còn quyền đại diện ở thủ tục này."),
    ("write_under_way", 409, "Đợi theo Retry-After rồi gọi lại với cùng mã."),
    ("request_invalid", 422, "Xem “errors”: trường nào, vì sao."),
    ("receipt_refused", 422, "Kiểm tra lại tài khoản để có biên nhận mới."),
    ("idempotency_key_reused", 422, "Mỗi việc mới dùng một mã mới."),
    ("too_many_attempts", 429, "Đợi theo Retry-After."),
    ("broken", 500, "Gọi lại với cùng mã; nếu vẫn vậy, báo request_id."),
    ("counting_unavailable", 503, "Đợi theo Retry-After rồi gọi lại."),
)


#: What only calls about people are answered; a desk apart has none.
_ABOUT_PEOPLE: Final = frozenset(
    {
        "session_not_live",
        "unit_not_of_client",
        "paper_not_lent",
        "owner_has_no_dossier_there",
        "nothing_to_reveal",
        "mandate_not_standing",
        "receipt_refused",
    }
)


def operations() -> list[tuple[str, str, str, str]]:
    """Those of this installation; what needs no scope is the portal's."""
    return [
        line for line in OPERATIONS if (scopes_here.answered(line[2]) if line[2] else settings.HOSTS_PORTAL)
    ]


def refusals() -> list[tuple[str, int, str]]:
    """Those that a caller can meet here."""
    return [line for line in REFUSALS if settings.HOSTS_PORTAL or line[0] not in _ABOUT_PEOPLE]


@anyone
@require_GET
def programming(request: HttpRequest) -> HttpResponse:
    """Public: nothing on it is secret."""
    facts = {"operations": operations(), "refusals": refusals()}
    return render(request, "public/giao_dien_lap_trinh.html", facts)
