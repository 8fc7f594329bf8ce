"""Letters whose words nobody edits: plain text, polite, with what to do next."""

from dataclasses import dataclass, field
from datetime import date, datetime

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


def reset_rests(*, link: str) -> Words:
    """Somebody who holds the phone asked for another password; the owner has a day to say no."""
    return Words(
        "Yêu cầu đặt lại mật khẩu có hiệu lực sau 24 giờ",
        "Kính gửi ông/bà,\n\nCó yêu cầu đặt lại mật khẩu tài khoản dịch vụ công của ông/bà từ số điện thoại đã gắn "
        "với tài khoản. Mật khẩu mới chỉ có hiệu lực sau 24 giờ.\n\n"
        f"Nếu không phải ông/bà yêu cầu, đề nghị mở liên kết sau để hủy và khóa số điện thoại: {link}\n\n"
        "Đăng nhập bằng mật khẩu đang dùng cũng hủy yêu cầu này.\n",
    )


def phone_frozen() -> Words:
    """The operator says that the phone is somebody else's now."""
    return Words(
        "Số điện thoại của tài khoản tạm ngừng dùng",
        "Kính gửi ông/bà,\n\nTheo nhà mạng, số điện thoại đã gắn với tài khoản dịch vụ công của ông/bà nay thuộc "
        "người khác, nên số này không còn dùng để nhận mã OTP hay lấy lại mật khẩu. Tài khoản và giấy tờ của ông/bà "
        "vẫn được giữ.\n\nĐề nghị ông/bà mang giấy tờ tùy thân đến bộ phận một cửa gần nhất "
        "để gắn số điện thoại mới.\n",
    )


def accounts_to_be_merged(until: date, *, link: str) -> Words:
    """The same news as the text message."""
    return Words(
        "Hai tài khoản đứng tên ông/bà sắp được gộp làm một",
        f"Kính gửi ông/bà,\n\nHai tài khoản dịch vụ công đứng tên ông/bà sẽ được gộp làm một ngày {until:%d/%m/%Y}.\n\n"
        f"Nếu không phải ông/bà đề nghị, đề nghị mở địa chỉ sau để dừng lại: {link}\n",
    )


def accounts_to_be_parted(until: date, *, link: str) -> Words:
    """The same news as the text message."""
    return Words(
        "Hai tài khoản đã gộp sắp được tách ra",
        f"Kính gửi ông/bà,\n\nHai tài khoản dịch vụ công đã gộp của ông/bà sẽ được tách ra ngày {until:%d/%m/%Y}.\n\n"
        f"Nếu không phải ông/bà đề nghị, đề nghị mở địa chỉ sau để dừng lại: {link}\n",
    )


def accounts_merged(last3: str, *, link: str) -> Words:
    """The same news as the text message; ``last3`` of the number to sign in with from now on."""
    return Words(
        "Hai tài khoản của ông/bà đã được gộp",
        f"Kính gửi ông/bà,\n\nHai tài khoản dịch vụ công của ông/bà đã được gộp làm một. Từ nay đề nghị đăng nhập bằng "
        f"số giấy tờ có ba số cuối {last3}.\n\nNếu không phải ông/bà đề nghị, đề nghị mở địa chỉ sau để khóa tài khoản "
        f"còn lại: {link}\n",
    )


def vneid_unlink_asked(*, link: str) -> Words:
    """The same news as the text message."""
    return Words(
        "Có đề nghị gỡ liên kết VNeID của tài khoản ông/bà",
        "Kính gửi ông/bà,\n\nMột cán bộ vừa lập đề nghị gỡ liên kết VNeID của tài khoản dịch vụ công của ông/bà; "
        "cán bộ thứ hai duyệt thì liên kết hết tác dụng và ông/bà đăng nhập bằng VNeID lại từ đầu.\n\n"
        f"Nếu không phải ông/bà đề nghị, đề nghị mở địa chỉ sau để dừng lại: {link}\n",
    )


def of_age_ahead(day: date) -> Words:
    """To whoever runs the account of a minor, 30 and 7 days before."""
    return Words(
        "Tài khoản ông/bà giữ thay sắp về chính chủ",
        f"Kính gửi ông/bà,\n\nTừ ngày {day:%d/%m/%Y}, người có tài khoản dịch vụ công mà ông/bà giữ thay đủ 18 tuổi. "
        "Từ ngày đó ông/bà không đăng nhập, không nhận mã và không cho dùng giấy tờ của tài khoản này được nữa. "
        "Đề nghị chính chủ mang giấy tờ tùy thân và điện thoại của mình đến Bộ phận một cửa gần nhất để nhận.\n",
    )


def of_age_today() -> Words:
    """To whoever ran the account of a minor, on the day."""
    return Words(
        "Tài khoản ông/bà giữ thay đã về chính chủ",
        "Kính gửi ông/bà,\n\nNgười có tài khoản dịch vụ công mà ông/bà giữ thay đã đủ 18 tuổi, nên ông/bà không dùng "
        "tài khoản này được nữa. Hồ sơ đã nộp vẫn được giải quyết. Đề nghị chính chủ mang giấy tờ tùy thân và điện "
        "thoại của mình đến Bộ phận một cửa gần nhất để nhận.\n",
    )


def accounts_parted() -> Words:
    """The same news as the text message."""
    return Words(
        "Hai tài khoản đã được tách ra",
        "Kính gửi ông/bà,\n\nHai tài khoản dịch vụ công đã gộp trước đây vừa được tách ra, giấy tờ về đúng kho cũ. Số "
        "điện thoại của tài khoản được tách ra chưa dùng lại được: đề nghị ông/bà mang giấy tờ tùy thân đến Bộ phận "
        "một cửa gần nhất để xác nhận lại.\n",
    )
