"""Con trỏ trang: where a caller left off, in a form that only we can make and that means something only here."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Annotated, Final

from django.conf import settings
from ninja import Query
from pydantic import Field

from motcua.api.guard import CallerRequest
from motcua.kernel.refusal import Refusal

_MARK: Final = 12

Cursor = Annotated[
    str,
    Query(
        max_length=400,
        pattern="^[A-Za-z0-9_-]*$",
        description="“next” của trang trước; để trống để bắt đầu. Con trỏ không hết hạn.",
    ),
]
Limit = Annotated[int, Query(ge=1, le=100, description="Số dòng của một trang, nhiều nhất 100.")]
Next = Annotated[
    str, Field(description="Con trỏ để đi tiếp. Có cả khi chưa có dòng mới: giữ lại để hỏi sau.")
]


class CursorNotOurs(Refusal):
    code = "cursor_not_ours"
    status = 400
    message = "Con trỏ trang không dùng được. Đề nghị dùng nguyên giá trị “next” của lần gọi trước."


def given(request: CallerRequest, position: str) -> str:
    """The cursor for a position in what this caller reads."""
    return urlsafe_b64encode(_mark(request, position) + position.encode()).rstrip(b"=").decode()


def position_of(request: CallerRequest, cursor: str) -> str:
    """The position; empty for the beginning. Raises CursorNotOurs, also for another caller's or another list's."""
    if not cursor:
        return ""
    try:
        raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        position = raw[_MARK:].decode()
    except ValueError:
        raise CursorNotOurs from None
    if not hmac.compare_digest(raw[:_MARK], _mark(request, position)):
        raise CursorNotOurs
    return position


def _mark(request: CallerRequest, position: str) -> bytes:
    name = request.resolver_match.view_name if request.resolver_match else ""
    mac: bytes = settings.KEYRING.mac("api-cursor", name, request.auth.client_id, position)
    return mac[:_MARK]
