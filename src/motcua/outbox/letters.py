"""Letters whose words nobody edits: plain text, polite, with what to do next."""

from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone


@dataclass(frozen=True, slots=True)
class Words:
    """What one letter says."""

    subject: str
    text: str = field(repr=False)


def email_code(code: str, expires_at: datetime, *, host: str) -> Words:
    """To an address that is not proved yet: it may be a stranger's, so nobody is named."""
    until = timezone.localtime(expires_at)
    return Words(
        "Mã xác nhận email nhận thông báo",
        f"Kính gửi ông/bà,\n\nMã xác nhận email là: {code}\n"
        f"Mã có hiệu lực đến {until:%H:%M} ngày {until:%d/%m/%Y}. Đề nghị nhập mã tại trang đang mở trên {host}.\n\n"
        "Nếu ông/bà không yêu cầu, đề nghị bỏ qua thư này và không đưa mã cho bất kỳ ai, kể cả cán bộ.\n",
    )


def signed_in_on_new_device(at: datetime, *, link: str) -> Words:
    """The same alarm as the text message."""
    when = timezone.localtime(at)
    return Words(
        "Tài khoản đăng nhập trên thiết bị mới",
        f"Kính gửi ông/bà,\n\nTài khoản dịch vụ công của ông/bà vừa đăng nhập trên một thiết bị mới lúc {when:%H:%M} "
        f"ngày {when:%d/%m/%Y}.\n\nNếu là ông/bà, không cần làm gì thêm. Nếu không phải, đề nghị mở địa chỉ sau để "
        f"khóa tài khoản ngay: {link}\n",
    )
