"""What each right allows, in the words of the people who give it."""

from typing import Final

from motcua.kernel.authority import POWER_WORDS, PRIVILEGED, Power
from motcua.units import granting

ALLOWS: Final = {
    Power.RECEIVE_DOSSIER: "Kiểm tra tài khoản, tiếp nhận hồ sơ tại quầy và trực tuyến, thu phí, in giấy tiếp nhận.",
    Power.OPEN_ACCOUNT: "Tạo tài khoản cho công dân có mặt tại quầy, đổi số điện thoại, "
    "ghi nhận người đại diện tổ chức.",
    Power.PROCESS: "Nhận, xử lý và chuyển bước hồ sơ; xin ý kiến; soạn dự thảo kết quả; yêu cầu bổ sung.",
    Power.SIGN: "Ký kết quả do người khác soạn; quyết định từ chối, xin lỗi và hẹn lại.",
    Power.HAND_OUT: "Trả kết quả cho chủ hồ sơ hoặc người được ủy quyền.",
    Power.GRANT: "Thêm, sắp xếp đơn vị trực thuộc; cấp, duyệt, thu hồi quyền trong đơn vị và cấp dưới.",
    Power.INSPECT: "Đọc nhật ký, hồ sơ của đơn vị và cấp dưới, trả lời phản ánh, xem báo cáo. "
    "Mỗi lượt xem đều được ghi.",
    Power.APPROVE_EXCEPTION: "Duyệt tiếp nhận người không thể có tài khoản, dùng chung số điện thoại, "
    "chuyển hồ sơ về đúng chủ.",
    Power.EXPORT: "Kết xuất danh sách và sổ theo dõi ra tệp, có lý do, số định danh được che.",
    Power.MANAGE_CATALOGUE: "Sửa danh mục thủ tục, quy trình, lịch làm việc và mẫu thông báo.",
    Power.CONNECT_SYSTEMS: "Đăng ký, duyệt và ngừng kết nối của hệ thống thuộc cơ quan khác; "
    "theo dõi đồng bộ và đối soát.",
}


def told(power: Power) -> str:
    """The right, what it allows, and whether a second person has to agree."""
    second = " Cần người thứ hai duyệt." if power in PRIVILEGED else ""
    return f"{POWER_WORDS[power]}: {ALLOWS[power]}{second}"


def choices() -> list[tuple[str, str]]:
    """For a list of boxes: the rights that do something in this installation."""
    idle = granting.without_effect()
    return [(power.value, told(power)) for power in Power if power not in idle]


def names(powers: "list[str] | tuple[str, ...]") -> list[str]:
    """Short, for a line of a list; a right that is gone keeps its code, one that does nothing here says so."""
    known = {power.value for power in Power}
    return [_name(Power(word)) if word in known else word for word in powers]


def _name(power: Power) -> str:
    idle = " (không có tác dụng tại đây)" if power in granting.without_effect() else ""
    return f"{POWER_WORDS[power]}{idle}"
