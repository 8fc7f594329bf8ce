"""What people are asked to read or agree to, word for word, each version as it was (threats DP-02).

A text is never changed: a new version is added above the old one, and everybody is asked again at the next sign-in.
A house test compares each version with its mark, so that no word changes silently.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Final

from motcua.accounts.models import Agreement

Text = Agreement.Text


@dataclass(frozen=True, slots=True)
class Version:
    """``mark``: the first letters of the hash of its words."""

    name: str
    since: date
    words: tuple[str, ...]
    mark: str

    @property
    def hashed(self) -> str:
        return hashlib.sha256("\n".join(self.words).encode()).hexdigest()[:12]


#: Newest first.
VERSIONS: Final[dict[Agreement.Text, tuple[Version, ...]]] = {
    Text.PROCESSING: (
        Version(
            "2026-11-30",
            date(2026, 11, 30),
            (
                "Cơ quan nhà nước xử lý họ tên, ngày sinh, số giấy tờ, số điện thoại của ông/bà để mở tài khoản, "
                "kiểm tra tài khoản khi tiếp nhận hồ sơ, giải quyết hồ sơ và giữ giấy tờ trong kho dữ liệu để ông/bà "
                "không phải nộp lại. Căn cứ: Luật Bảo vệ dữ liệu cá nhân số 91/2025/QH15, Nghị định 45/2020/NĐ-CP và "
                "các nghị định về một cửa. Việc này là nhiệm vụ của cơ quan nhà nước, không cần ông/bà đồng ý.",
                "Chỉ việc không bắt buộc mới cần ông/bà đồng ý: nhận thông báo qua email, cho dùng lại giấy tờ trong "
                "kho, chia sẻ thông tin với hệ thống khác. Ông/bà không đồng ý hoặc rút lại đồng ý thì các việc khác "
                "không bị ảnh hưởng.",
                "Ông/bà xem được ai đã tra cứu tài khoản và ai đã xem giấy tờ của mình ở mục “Nhật ký”; lấy được bản "
                "sao mọi dữ liệu và đóng được tài khoản ở mục “Dữ liệu của tôi”. Thông tin chưa đúng được sửa tại Bộ "
                "phận một cửa. Thời hạn lưu từng loại dữ liệu được ghi ở mục “Dữ liệu của tôi”.",
            ),
            "02ca14f8bb74",
        ),
    ),
    Text.CHANNELS: (
        Version(
            "2026-11-23",
            date(2026, 11, 23),
            (
                "Tôi đồng ý nhận thông báo về hồ sơ qua email đã xác nhận. Tôi đổi hoặc rút lại được bất cứ lúc nào ở "
                "mục “Kênh nhận thông báo”; khi đó thông báo được gửi bằng tin nhắn SMS.",
            ),
            "7bc99fed67b9",
        ),
    ),
}


def newest(text: Agreement.Text) -> Version:
    return VERSIONS[text][0]


def version(text: Agreement.Text, name: str) -> Version | None:
    """One that was shown once; None for a name that never was."""
    return next((each for each in VERSIONS[text] if each.name == name), None)
