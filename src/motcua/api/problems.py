"""Every no that leaves under /api/ is a problem document (RFC 9457): a code for programs, a sentence for people."""

from collections.abc import Sequence
from typing import Any, Final

from django.http import HttpRequest, JsonResponse

from motcua.kernel.refusal import Refusal
from motcua.signin import proofs

MEDIA_TYPE: Final = "application/problem+json"
#: Stable, and an address nobody has to keep alive; the codes stand on the page of the documentation.
_TYPE: Final = "urn:motcua:problem:"

TITLES: Final = {
    400: "Yêu cầu không đọc được",
    401: "Chưa được xác thực",
    403: "Không được phép",
    404: "Không tìm thấy",
    405: "Phương thức không dùng được",
    406: "Không có dạng trả lời được yêu cầu",
    409: "Trái với tình trạng hiện tại",
    410: "Không còn hiệu lực",
    413: "Nội dung quá lớn",
    415: "Dạng nội dung không dùng được",
    422: "Chưa thực hiện được",
    429: "Quá hạn mức",
    500: "Sự cố phía máy chủ",
    502: "Không tin được trả lời của bên khác",
    503: "Tạm thời chưa trả lời được",
}


class RequestUnreadable(Refusal):
    """Not JSON, JSON that says one thing twice, or text that is no text."""

    code = "request_unreadable"
    status = 400
    message = "Nội dung gửi lên không đọc được. Đề nghị gửi JSON (UTF-8) đúng mô tả của giao diện."


class RequestInvalid(Refusal):
    """Readable, but not what the document describes; ``errors`` of the problem say where."""

    code = "request_invalid"
    message = "Nội dung gửi lên chưa đúng mô tả của giao diện. Đề nghị xem mục “errors” và tài liệu."


class NoSuchOperation(Refusal):
    code = "no_such_operation"
    status = 404
    message = "Địa chỉ này không có trong giao diện lập trình. Đề nghị xem tài liệu của giao diện."


class MethodNotUsable(Refusal):
    code = "method_not_usable"
    status = 405
    message = "Địa chỉ này không dùng phương thức vừa gọi. Đề nghị xem tài liệu của giao diện."


class AnswerNotAccepted(Refusal):
    code = "answer_not_accepted"
    status = 406
    message = "Giao diện trả lời bằng application/json. Đề nghị sửa tiêu đề Accept."


class RequestTooLarge(Refusal):
    code = "request_too_large"
    status = 413
    message = "Nội dung gửi lên quá lớn. Mỗi tệp không quá 5 MB, nội dung JSON không quá 1 MB."


class MediaTypeNotUsable(Refusal):
    """``details``: ``wanted``."""

    code = "media_type_not_usable"
    status = 415
    message = "Địa chỉ này nhận nội dung dạng {wanted}. Đề nghị sửa tiêu đề Content-Type."


class SecureLineWanted(Refusal):
    """Never redirected: what was sent in the clear has already been seen."""

    code = "secure_line_wanted"
    status = 403
    message = "Giao diện chỉ nhận kết nối https. Thẻ vừa gửi qua http coi như đã lộ: đề nghị xin thẻ khác rồi gọi lại."


class Broken(Refusal):
    """Our mistake; the log has it under ``request_id``."""

    code = "broken"
    status = 500
    message = "Máy chủ gặp sự cố nên chưa trả lời được. Đề nghị gọi lại; nếu vẫn vậy, báo kèm mã yêu cầu."


class DatabaseDown(Refusal):
    code = "database_down"
    status = 503
    message = "Máy chủ tạm thời chưa trả lời được. Đề nghị gọi lại sau ít phút với cùng mã chống gửi lặp."


def answer(request: HttpRequest, no: Refusal, errors: Sequence[dict[str, Any]] = ()) -> JsonResponse:
    """The document for a refusal."""
    said: dict[str, Any] = {
        "type": f"{_TYPE}{no.code}",
        "title": TITLES.get(no.status, TITLES[422]),
        "status": no.status,
        "detail": no.text,
        "code": no.code,
        "request_id": str(getattr(request, "request_id", "")),
    }
    if errors:
        said["errors"] = list(errors)
    response = JsonResponse(
        said, status=no.status, content_type=MEDIA_TYPE, json_dumps_params={"ensure_ascii": False}
    )
    if isinstance(wait := no.details.get("wait_seconds"), int):
        response.headers["Retry-After"] = str(wait)
    elif no.status == 503:
        response.headers["Retry-After"] = "60"
    if no.status == 401:
        response.headers["WWW-Authenticate"] = proofs.challenge(no, "motcua")
    request.refused_as = no.code  # type: ignore[attr-defined]
    return response
