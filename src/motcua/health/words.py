"""What each part is called, and what to do when it is red."""

from typing import Final

NEIGHBOURS: Final = {
    "operators": ("Nhà mạng (xác nhận chủ thuê bao)", "Gọi đầu mối nhà mạng. Công dân làm tại quầy với phiếu."),
    "vneid": ("VNeID (đăng nhập)", "Gọi đầu mối VNeID. Một cửa tiếp nhận như thường; mật khẩu dùng đến ngày đã định."),
    "payment": ("Hệ thống thanh toán", "Gọi đầu mối thanh toán. Trong lúc chờ, thu tiền tại quầy."),
    "portal": ("Đường tới Cổng DVCQG", "Kiểm tra mạng và Cổng. Trong lúc chờ, một cửa tiếp nhận tạm (số TN-…)."),
    "desk": ("Đường tới một cửa", "Kiểm tra mạng và máy chủ một cửa."),
    "dvcqg": ("Cổng Dịch vụ công quốc gia (NDXP/LGSP)", "Kiểm tra máy chủ bảo mật và đường LGSP. Việc chờ tự gửi lại."),
    "mail": ("Máy chủ thư", "Kiểm tra máy chủ thư. Tin báo vẫn đi bằng SMS."),
    "antivirus": ("Diệt vi-rút", "Khởi động lại clamd. Chưa quét được thì hệ thống không nhận tệp."),
}  # fmt: skip

#: Each periodic job of the worker; a test compares this with the worker.
JOBS: Final = {
    "seal": "Niêm nhật ký",
    "neighbour": "Hỏi các hệ thống bên cạnh",
    "alarm": "Xem báo động toàn hệ thống (L10, L11)",
    "bucket": "Xóa bộ đếm hạn mức đã hết",
    "file": "Hủy tệp đến ngày",
    "left_file": "Dọn tệp bỏ lại",
    "old_message": "Xóa nội dung tin đã gửi",
    "replaced_phone": "Nhả số điện thoại cũ của cán bộ",
    "figure": "Cộng số liệu báo cáo",
    "lapsed_post": "Kết thúc vị trí không được xác nhận lại",
    "radar": "Rà soát một ngày",
    "resting_reset": "Đặt lại mật khẩu đã chờ đủ 24 giờ",
    "phone_recheck": "Hỏi lại nhà mạng về số đã xác nhận lâu",
    "lapsed_data": "Xóa dữ liệu hết hạn của tài khoản",
    "closed_account": "Xóa người đã đóng tài khoản",
    "old_class_list": "Xóa danh sách lớp hết hạn",
    "old_look": "Xóa lượt xem hết hạn lưu",
    "used_proof": "Xóa bằng chứng giữ thẻ, lời chứng đã quá giờ",
    "old_answer": "Xóa trả lời đã giữ cho hệ thống kết nối",
    "ended_sign_in": "Kết thúc lượt đăng nhập đã hết ở hệ thống kết nối",
    "old_sign_in": "Xóa yêu cầu đăng nhập quá giờ",
    "expiring_paper": "Báo giấy tờ sắp hết hạn",
    "old_dossier": "Xóa hồ sơ hết hạn lưu",
    "compared_day": "Đối soát ngày hôm trước với Cổng",
    "old_guest": "Xóa phiên khách hết hạn",
    "portal_key": "Tải khóa công khai của Cổng",
    "file_key": "Bọc lại khóa tệp khi đổi khóa",
    "field_key": "Mã hóa lại dòng dữ liệu khi đổi khóa",
    "old_search": "Xóa bộ lọc tìm kiếm đã cũ",
    "account_merge": "Gộp, tách tài khoản đã đến ngày",
    "lapsed_unlinking": "Bỏ đề nghị gỡ liên kết VNeID quá 30 ngày",
    "of_age_password": "Gửi mật khẩu một lần sau 24 giờ giao tài khoản",
    "of_age": "Báo người giữ tài khoản của người sắp đủ 18 tuổi",
    "sharing_of_merged": "Kết thúc chia sẻ của tài khoản đã gộp",
    "merged_owner": "Nhận tin chủ hồ sơ có tài khoản đã gộp",
    "old_desk_dossier": "Xóa tin hồ sơ nơi khác hết hạn lưu",
    "told_standing": "Báo Cổng hồ sơ đang giải quyết",
    "told_procedure": "Báo Cổng mã thủ tục đang nhận",
}
JOB_LATE: Final = (
    "Xem tiến trình nền còn chạy không; nếu còn, xem nhật ký máy chủ dòng “round failed” của việc này."
)
