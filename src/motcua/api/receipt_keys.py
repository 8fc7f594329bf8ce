"""Khóa công khai: by which whoever holds a receipt believes it."""

from typing import Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from motcua.signin import published_keys

router = Router(tags=["Khóa"])
#: A key that comes is believed within this time; one that goes stays listed while its receipts count.
_KEPT = "public, max-age=300"


class PublicKey(Schema):
    kty: Literal["EC"]
    crv: Literal["P-256"]
    x: str
    y: str
    kid: str
    alg: Literal["ES256"]
    use: Literal["sig"]


class PublicKeys(Schema):
    """JWK Set (RFC 7517)."""

    keys: list[PublicKey]


@router.get(
    "/receipt-keys",
    response={200: PublicKeys},
    operation_id="receiptKeys",
    summary="Khóa công khai để tin biên nhận",
)
def receipt_keys(request: HttpRequest, response: HttpResponse) -> dict[str, object]:
    """Không cần thẻ. Chọn khóa theo “kid” trong đầu biên nhận."""
    response.headers["Cache-Control"] = _KEPT
    return dict(published_keys.key_set())
