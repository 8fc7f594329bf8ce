"""Khóa công khai: by which whoever holds a receipt believes it."""

from datetime import datetime
from typing import Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from motcua.accounts import receipt_keys as kept_keys

router = Router(tags=["Khóa"])
#: A key that comes is shown an hour before it signs; one that is lost is known everywhere within this time.
_KEPT = "public, max-age=60"


class PublicKey(Schema):
    kty: Literal["EC"]
    crv: Literal["P-256"]
    x: str
    y: str
    kid: str
    alg: Literal["ES256"]
    use: Literal["sig"]


class RetiredKey(PublicKey):
    """Khóa không còn ký. Biên nhận của khóa chỉ tin được nếu đã kiểm tra trước “until”; “lost”: khóa có thể đã lộ."""

    until: datetime
    lost: bool


class PublicKeys(Schema):
    """JWK Set (RFC 7517), thêm các khóa cũ để đọc lại biên nhận đã lưu."""

    keys: list[PublicKey]
    retired: list[RetiredKey]


@router.get(
    "/receipt-keys",
    response={200: PublicKeys},
    operation_id="receiptKeys",
    summary="Khóa công khai để tin biên nhận",
)
def receipt_keys(request: HttpRequest, response: HttpResponse) -> dict[str, object]:
    """Không cần thẻ. Chọn khóa theo “kid” trong đầu biên nhận; biên nhận mới chỉ tin theo “keys”."""
    response.headers["Cache-Control"] = _KEPT
    return {"keys": kept_keys.published(), "retired": kept_keys.retired()}
