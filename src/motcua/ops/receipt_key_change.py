"""`motcua receipts keys` and `rotate`: which keys sign receipts, and have the next one take over."""

import sys

from django.conf import settings
from django.utils import timezone

from motcua.accounts import receipt_keys, receipt_rotation
from motcua.signin import signing_keys


def listed() -> None:
    for key in receipt_keys.every():
        print(f"{key.kid}  {_state(key)}")


def _state(key: receipt_keys.Kept) -> str:
    if key.signs:
        return "đang ký"
    if key.until is None:
        return "được công bố"
    return f"{'báo mất' if key.lost else 'thôi dùng'} từ {timezone.localtime(key.until):%d/%m/%Y %H:%M}"


def rotate(*, lost: bool) -> int:
    try:
        kid = receipt_rotation.rotate(lost=lost)
    except receipt_rotation.ReceiptKeyWaiting as no:
        print(f"motcua: {no.text}", file=sys.stderr)
        return 1
    if not lost:
        print(
            f"Khóa mới {kid}: công bố từ lúc này, ký sau một giờ. "
            "Khóa cũ còn được tin đến khi biên nhận cuối hết hạn."
        )
        return 0
    print(
        f"Khóa mới {kid}: ký từ lúc này. Các khóa trước không được tin nữa: ở Cổng sau 5 giây, "
        "ở Một cửa nơi khác sau không quá 2 phút kể từ khi nối được với Cổng."
    )
    own = receipt_keys.jwk(settings.KEYRING.receipt_key.public_key())["kid"]
    # Only where the keys are not apart yet (docs/upgrading.md).
    if own in signing_keys.standing().believed:
        print(
            "Khóa vừa báo mất cũng còn được tin khi ký thẻ đăng nhập: "
            "hãy chạy tiếp motcua signing-keys rotate --at-once."
        )
    return 0
