"""One form of each kind, filled in for invented people."""

from datetime import UTC, date, datetime

from tests.press.guide_samples import GUIDE, SHEETS
from tests.press.more_samples import life

ARRIVED = datetime(2026, 11, 23, 2, 27, tzinfo=UTC)
LETTERHEAD: dict[str, object] = {
    "agency_above": "Ủy ban nhân dân tỉnh Bình Định",
    "agency": "Sở Giáo dục và Đào tạo",
    "place": "Quy Nhơn",
    "on": date(2026, 11, 23),
}
COMPONENTS = [
    {"name": "Đơn đề nghị cấp bản sao văn bằng", "originals": 1},
    {"name": "Căn cước công dân", "copies": 1, "note": "xuất trình bản chính"},
    {"name": "Giấy khai sinh", "certified": 2},
]

FORMS: dict[str, dict[str, object]] = {
    **life(LETTERHEAD),
    **{sheet: {**LETTERHEAD, **GUIDE} for sheet in SHEETS},
    "de-nghi-tao-tai-khoan": {
        **LETTERHEAD,
        "to": "Bộ phận Tiếp nhận và Trả kết quả",
        "request_number": "YC-2026-000123",
        "short_code": "7K3M-9QXP",
        "qr": "MC1:YC-2026-000123:7K3M9QXP",
        "full_name": "Nguyễn Thị Thùy Mẫu",
        "born_on": "01/02/1990",
        "citizen_id": "052190000123",
        "phone": "0900000012",
        "email": "mau@vi-du.vn",
        "reason": "Thông tin thuê bao chưa khớp",
        "officer_name": "Trần Văn Quầy",
        "officer_phone": "0900000099",
        "unit_name": "Bộ phận Một cửa",
        "created_at": ARRIVED,
    },
    "de-nghi-doi-so-dien-thoai": {
        **LETTERHEAD,
        "to": "Bộ phận Tiếp nhận và Trả kết quả",
        "request_number": "YC-2026-000124",
        "short_code": "4T9D-2HWN",
        "qr": "MC1:YC-2026-000124:4T9D2HWN",
        "full_name": "Nguyễn Thị Thùy Mẫu",
        "born_on": "01/02/1990",
        "citizen_id": "052190000123",
        "phone": "0900000013",
        "reason": "Mất SIM của số đã đăng ký",
        "officer_name": "Trần Văn Quầy",
        "officer_phone": "0900000099",
        "unit_name": "Bộ phận Một cửa",
        "created_at": ARRIVED,
    },
    "giay-tiep-nhan": {
        **LETTERHEAD,
        "desk": "Sở Giáo dục và Đào tạo tỉnh Bình Định",
        "code": "000.00.06.H08-261123-0012",
        "check_characters": "K7QX",
        "tracking_address": "cong.vi-du.vn/tra-cuu",
        "qr": "https://cong.vi-du.vn/tra-cuu/000.00.06.H08-261123-0012",
        "book": "01/2026",
        "sequence": "0012",
        "copy_for": "Giao người nộp",
        "owner_name": "Nguyễn Thị Thùy Mẫu",
        "owner_number": "052190000123",
        "owner_number_label": "Số CMND/CCCD",
        "filer_name": "Lê Văn Thử",
        "filer_standing": "người được ủy quyền",
        "address": "Xã Cát Hưng, huyện Phù Cát",
        "phone": "0900000012",
        "email": "mau@vi-du.vn",
        "procedure_name": "Cấp bản sao văn bằng, chứng chỉ từ sổ gốc",
        "procedure_code": "1.005092",
        "request": "Cấp bản sao bằng tốt nghiệp",
        "components": COMPONENTS,
        "not_asked": [
            {"name": "Học bạ trung học phổ thông", "number": "số 12", "source": "Kho dữ liệu của chủ hồ sơ"}
        ],
        "sets": 1,
        "term": "01 ngày làm việc",
        "received_at": ARRIVED,
        "due_at": datetime(2026, 11, 24, 2, 27, tzinfo=UTC),
        "second_stage": "Không có",
        "fee": "Không thu",
        "returned_at_place": "Tại quầy",
        "officer_name": "Trần Văn Quầy",
        "help_phone": "0900000099",
        "version": "Mẫu số 01",
        "corrected": "In lại lần 2",
    },
    "phieu-tiep-nhan-tam": {
        **LETTERHEAD,
        "desk": "Sở Giáo dục và Đào tạo tỉnh Bình Định",
        "number": "TN-H08-261123-0003",
        "arrived_at": ARRIVED,
        "owner_name": "Nguyễn Thị Thùy Mẫu",
        "filer_name": "Lê Văn Thử",
        "phone": "0900000012",
        "procedure_name": "Cấp bản sao văn bằng",
        "components": COMPONENTS,
        "reason": "Cổng chưa trả lời.",
        "next_steps": ["Chờ tin nhắn của cơ quan.", "Giữ phiếu này."],
        "officer_name": "Trần Văn Quầy",
        "help_phone": "0900000099",
        "qr": "TN-H08-261123-0003",
    },
    "phieu-huong-dan-tai-quay": {
        **LETTERHEAD,
        "code": "HD-7K3M-9QXP",
        "operator": "VinaPhone",
        "hotline": "18001091",
        "reason": "Thông tin đăng ký không khớp với thông tin thuê bao.",
        "bring": ["Thẻ căn cước công dân;", "Điện thoại."],
        "made_at": ARRIVED,
        "valid_until": date(2026, 12, 3),
        "qr": "https://cong.vi-du.vn/phieu/7K3M9QXP",
        "hours": "07:00–11:30 và 13:30–17:00",
        "desks": [
            {"name": "Bộ phận Một cửa huyện Phù Cát", "address": "Thị trấn Ngô Mây", "phone": "0900000098"}
        ],
    },
}
FORMS["giay-tiep-nhan-ca-lop"] = {
    **{name: LETTERHEAD[name] for name in ("agency_above", "agency", "place", "on") if name in LETTERHEAD},
    "label": "Lớp 9A1",
    "receipts": [FORMS["giay-tiep-nhan"]],
    "qr": FORMS["giay-tiep-nhan"]["qr"],
}
FORMS["danh-sach-moi-tao-tai-khoan"] = {
    **LETTERHEAD,
    "qr": "https://cong.vi-du.vn/dang-ky/",
    "label": "Lớp 9A1",
    "procedure_name": "Cấp bản sao văn bằng",
    "pupils": [{"name": "Lê Văn Học", "born": "05/03/2011", "whose": "Mẹ", "number": "•••123"}],
    "help_phone": "0900000099",
}
FORMS["tom-tat-du-lieu"] = {
    **LETTERHEAD,
    "qr": "https://cong.vi-du.vn/ca-nhan/du-lieu/",
    "full_name": "Nguyễn Thị Thùy Mẫu",
    "born_on": date(1990, 3, 5),
    "citizen_id": "000190000123",
    "phone": "0900000098",
    "email": "mau@vi-du.vn",
    "taken_at": ARRIVED,
    "parts": [{"name": "Lịch sử đăng nhập", "rows": 12, "where": "Phiên, thiết bị"}],
    "looks": [{"at": ARRIVED, "who": "Trường THPT Mẫu", "what": "Tra cứu số"}],
    "papers": [
        {"title": "Giấy khai sinh", "number": "12/2015", "issuer": "UBND xã", "file": "kho-du-lieu/1.pdf"}
    ],
    "dossiers": ["000.00.06.H08-261123-0012"],
}
_PURPOSE = {
    "purpose": "biết tài khoản của ai",
    "data": "họ tên",
    "basis": "Luật BVDLCN 91/2025",
    "readers": "chính người đó",
    "held": "mã hóa",
    "kept": "khi tài khoản còn",
}
FORMS["danh-gia-tac-dong"] = {
    **LETTERHEAD,
    "qr": "https://cong.vi-du.vn/quan-tri/du-lieu-ca-nhan/",
    "controller": "Sở Giáo dục và Đào tạo",
    "systems": "Cổng, Một cửa",
    "contact": "0900000099",
    "version": "a1b2c3d4e5f6",
    "made_at": ARRIVED,
    "about": ["Hệ thống kiểm tra tài khoản khi tiếp nhận."],
    "subjects": ["công dân nộp hồ sơ"],
    "purposes": [_PURPOSE],
    "documents": [{**_PURPOSE, "purpose": "thành phần đã quét"}],
    "periods": ["Lượt tra cứu: 24 tháng."],
    "recipients": ["đơn vị được đồng ý cho mượn"],
    "measures": ["Khóa nằm ngoài cơ sở dữ liệu."],
    "risks": [{"risk": "lộ bản sao lưu", "measure": "mã hóa từng cột", "left": "thấp"}],
    "rights": ["Lấy bản sao."],
}
FORMS["bao-cao-su-co"] = {
    **LETTERHEAD,
    "qr": "https://cong.vi-du.vn/quan-tri/su-co/",
    "number": "a1b2c3d4",
    "controller": "Sở Giáo dục và Đào tạo",
    "contact": "0900000099",
    "aware_at": "08:00:00 01/12/2026",
    "due_at": "08:00:00 04/12/2026",
    "window": "00:00:00 28/11/2026 – 00:00:00 30/11/2026",
    "about": "Một cán bộ",
    "happened": ["Mật khẩu của một cán bộ bị lộ."],
    "people": "1.234",
    "lines": "5.678",
    "without_account": 12,
    "lists": "3 lượt, tổng 90 dòng.",
    "data": [{"kind": "Bản quét thẻ", "people": 7}],
    "acts": [{"kind": "Tra cứu", "people": 8}],
    "measures": ["Đã khóa tài khoản của cán bộ."],
    "notices": "Đã gửi tin tới 5 người.",
    "list_sha256": "0f" * 32,
    "made_at": ARRIVED,
}
FORMS["phieu-moi-tao-tai-khoan"] = {
    **LETTERHEAD,
    "qr": "https://cong.vi-du.vn/dang-ky/",
    "label": "Khối 9, năm học 2026-2027",
    "on_a5": False,
    "slips": [{"name": "Lê Văn Học", "class_name": "9A1"}],
    "address": "cong.vi-du.vn/dang-ky/",
    "code_minutes": 2,
    "desks": [{"name": "Một cửa huyện Phù Cát", "address": "71 Quang Trung", "phone": "0900000088"}],
    "hours": "7:30–11:30, 13:30–17:00 từ thứ Hai đến thứ Sáu",
    "help_phone": "0900000099",
}
FORMS["giay-to-mau"] = {
    **LETTERHEAD,
    "qr": "052190000123||Nguyễn Thị Thùy Mẫu|01021990|Nữ|Thôn Mẫu|01072021",
    "title": "Căn cước công dân (mẫu)",
    "lines": ["Số: 052190000123", "Họ và tên: Nguyễn Thị Thùy Mẫu"],
}
FORMS["phieu-dang-nhap-tap-huan"] = {
    **LETTERHEAD,
    "qr": "https://tap-huan.vi-du.vn/tap-huan/",
    "course": "Lớp tập huấn số 3",
    "address": "tap-huan.vi-du.vn/dang-nhap/",
    "last_day": date(2026, 12, 4),
    "seats": [
        {
            "nth": 7,
            "name": "Trần Văn An Mẫu",
            "number": "052090000007",
            "password": "Hoc-kxmwda-4821",
            "phone": "0900000014",
            "colleague_name": "Lê Thị Chi Mẫu",
            "colleague_number": "052190000008",
        }
    ],
}
FORMS["ket-qua-tap-huan"] = {
    **LETTERHEAD,
    "qr": "https://tap-huan.vi-du.vn/tap-huan/",
    "course": "Lớp tập huấn số 3",
    "name": "Trần Văn An Mẫu",
    "tasks": [{"appendix": "I", "title": "Công dân tự đăng ký tài khoản", "score": "10/10"}],
    "score": "10/140",
    "passed": False,
}
