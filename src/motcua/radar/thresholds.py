"""From where on work is conspicuous: the settings, each with its sentence for the page."""

from dataclasses import dataclass
from typing import Self

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Thresholds:
    """``RADAR_…`` of the surroundings; see config/settings.py."""

    same_phone: int
    back_days: int
    code_seconds: int
    code_times: int
    burst: int
    burst_minutes: int
    after_hours: int
    after_minutes: int
    paper_days: int
    looks: int
    looks_each: int
    take_overs: int

    @classmethod
    def now(cls) -> Self:
        """As the settings say."""
        return cls(**{name.lower(): number for name, number in settings.RADAR.items()})

    def sentences(self) -> list[tuple[str, str]]:
        """(kind, when a line is made), in the order of the kinds."""
        return [
            (
                "SAME_PHONE",
                f"Một số điện thoại đứng trong yêu cầu của từ {self.same_phone} người trở lên trong "
                f"{self.back_days} ngày, trừ số đã được cán bộ khác duyệt dùng chung.",
            ),
            (
                "STAFF_PHONE",
                "Số điện thoại của một cán bộ được nhập làm số của công dân; hệ thống đã từ chối.",
            ),
            ("SAME_SCAN", f"Cùng một tệp quét được dùng cho nhiều người trong {self.back_days} ngày."),
            (
                "CODE_AT_ONCE",
                f"Từ {self.code_times} lần trong ngày, mã OTP được nhập đúng trong vòng {self.code_seconds} giây "
                "sau khi gửi: sớm hơn thời gian để công dân nhận và đọc mã.",
            ),
            (
                "BURST",
                f"Từ {self.burst} tài khoản được tạo trong {self.burst_minutes} phút bởi một cán bộ.",
            ),
            (
                "AFTER_HOURS",
                f"Từ {self.after_hours} lượt tra cứu, kiểm tra hoặc tạo tài khoản cách giờ làm việc của đơn vị hơn "
                f"{self.after_minutes} phút.",
            ),
            (
                "NO_PAPER",
                f"Tài khoản đã tạo {self.paper_days} ngày mà chưa đính kèm giấy đề nghị công dân đã ký.",
            ),
            (
                "LOOKS",
                f"Từ {self.looks} lượt tra cứu, kiểm tra tài khoản trong ngày, và nhiều gấp {self.looks_each} lần "
                "số hồ sơ, yêu cầu mà cán bộ lập.",
            ),
            (
                "TAKE_OVERS",
                f"Từ {self.take_overs} lần trong ngày, một cán bộ giao tài khoản cho chủ tài khoản đủ 18 tuổi hoặc bỏ "
                "ghi người giữ tài khoản.",
            ),
            (
                "UNLINK_STOPPED",
                "Chủ tài khoản báo “không phải tôi” về một đề nghị gỡ liên kết VNeID mà cán bộ lập; đề nghị đã dừng.",
            ),
        ]
