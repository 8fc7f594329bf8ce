"""A guide on paper, as the three sheets take it."""

GUIDE: dict[str, object] = {
    "language": "vi",
    "qr": "https://cong.vi-du.vn/huong-dan/cong-dan/",
    "reader": "Công dân",
    "heading": "Phụ lục I. Đăng ký tài khoản",
    "lead": "Ông/bà tự đăng ký tài khoản bằng số điện thoại chính chủ.",
    "steps": ["Chọn nút “Đăng ký”.", "Nhập mã OTP vừa nhận được.", "Đặt mật khẩu."],
    "outcome": "Như vậy, ông/bà đã đăng ký thành công.",
    "notes": ["Soạn tin TTTB gửi 1414.", "Không cho ai biết mật khẩu."],
    "help_words": "Tổng đài hỗ trợ",
    "help_phone": "1022",
    "scan_words": "Quét mã để mở hướng dẫn",
    "address": "cong.vi-du.vn/huong-dan/cong-dan/",
    "label": "Số liệu ngày 23/11/2026",
}
SHEETS = ("to-roi-a5", "to-roi-a4", "ap-phich")
