"""Nhật ký bằng lời: what the codes of facts mean; the code itself stays beside it, as inspectors compare it with rows.

``tests/house/test_journal_values.py`` holds the lists to the enumerations that facts are filled from.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import Final

from motcua.kernel.mobile_prefixes import PREFIXES_OF_OPERATOR
from motcua.kernel.refusal import Refusal
from motcua.limits.described import DESCRIBED

_ANSWERS: Final = {
    "FOUND": "có tài khoản",
    "NOT_FOUND": "chưa có tài khoản",
    "UNKNOWN": "chưa kiểm tra được",
    "done": "đã làm",
}
_WAYS: Final = {
    "IN_PERSON": "tại quầy, cán bộ ghi nhận",
    "ONLINE": "trực tuyến, chủ tài khoản tự xác nhận",
    "PASSWORD": "mật khẩu",
    "TOTP": "ứng dụng xác thực",
    "PASSKEY": "khóa truy cập",
    "RECOVERY": "mã dự phòng",
    "VNEID": "VNeID",
    "RESET": "mã đăng ký lại",
    "all": "mọi cách",
    "none": "chỉ mật khẩu",
}
_VERDICTS: Final = {
    "MATCH": "khớp với nhà mạng",
    "MISMATCH": "không khớp với nhà mạng",
    "UNKNOWN": "nhà mạng chưa trả lời",
}

VALUE_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "act": {
        "look_up": "tra cứu số",
        "start": "lập yêu cầu",
        "change": "sửa yêu cầu",
        "attach_scan": "đính kèm bản quét",
        "attach_signed_paper": "đính kèm giấy đã ký",
        "cancel": "hủy yêu cầu",
        "application_for": "mở yêu cầu",
        "paper": "lập giấy đề nghị",
        "printed_paper": "in giấy đề nghị",
        "send_code": "gửi mã OTP",
        "create": "tạo tài khoản",
        "send_new_password": "gửi lại mật khẩu một lần",
        "send_password_after_hand_over": "gửi lại mật khẩu một lần sau khi giao tài khoản",
        "request_shared_phone": "đề nghị dùng chung số điện thoại",
        "approve_shared_phone": "duyệt dùng chung số điện thoại",
        "decline_shared_phone": "không duyệt dùng chung số điện thoại",
    },
    "action": {
        "OFFER": "tra cứu để dùng lại",
        "VIEW": "xem",
        "DOWNLOAD": "tải xuống",
        "LEND": "dùng lại cho hồ sơ",
        "PRINT": "in",
        "API": "lấy qua kết nối",
    },
    "answer": _ANSWERS,
    "as": {"CITIZEN": "công dân", "OFFICER": "cán bộ"},
    "basis": {"LEGAL": "đại diện theo pháp luật", "AUTHORISED": "đại diện theo ủy quyền"},
    "channel": {"SMS": "tin nhắn SMS", "EMAIL": "email"},
    "channels": {"SMS": "tin nhắn SMS", "EMAIL": "email", "BOTH": "tin nhắn SMS và email"},
    "factor": _WAYS,
    "fault": {"VAULT": "nằm nhầm kho", "FACTS": "ghi sai thông tin"},
    "form": {
        "giay-tiep-nhan": "giấy tiếp nhận",
        "giay-tiep-nhan-nhieu-ho-so": "giấy tiếp nhận nhiều hồ sơ",
        "giay-tiep-nhan-ca-lop": "giấy tiếp nhận cả lớp",
        "phieu-tiep-nhan-tam": "phiếu tiếp nhận tạm",
        "phieu-moi-tao-tai-khoan": "phiếu mời tạo tài khoản",
        "danh-sach-moi-tao-tai-khoan": "danh sách mời tạo tài khoản",
    },
    "how": _WAYS,
    "kind": {
        "ADDED": "thành lập",
        "RENAMED": "đổi tên",
        "CLOSED": "kết thúc hoạt động",
        "MERGED": "sáp nhập",
        "SPLIT": "chia tách",
        "ASSIGNED": "chỉ định đơn vị kế thừa",
        "ADD_NUMBER": "thêm số CCCD mới",
        "CORRECT": "sửa họ tên, ngày sinh",
        "LOCK": "tạm khóa",
        "UNLOCK": "mở khóa",
        "CLOSE": "đóng tài khoản",
        "MERGE": "gộp tài khoản",
        "UNDO": "tách tài khoản đã gộp",
        "OF_AGE": "giao tài khoản cho chủ tài khoản đủ 18 tuổi",
        "CREATE": "tạo tài khoản",
        "PHONE": "đổi số điện thoại tại quầy",
        "COUNTER": "tại quầy",
        "SIGN_IN": "chủ hồ sơ đăng nhập",
        "RECHECK": "kiểm tra lại",
        "NOTICES": "tin báo cho chủ hồ sơ",
        "PAPERS": "giấy tờ đưa vào kho",
        "RESULTS": "kết quả đưa vào kho",
        "MOVES": "giấy tờ chuyển về đúng chủ",
        "SAME_PHONE": "một số điện thoại, nhiều người",
        "STAFF_PHONE": "dùng số điện thoại của cán bộ",
        "SAME_SCAN": "một bản quét, nhiều người",
        "CODE_AT_ONCE": "nhập mã ngay sau khi gửi",
        "BURST": "tạo dồn dập",
        "AFTER_HOURS": "ngoài giờ làm việc",
        "TAKE_OVERS": "giao nhiều tài khoản đủ 18 tuổi",
        "UNLINK_STOPPED": "chủ tài khoản dừng việc gỡ liên kết VNeID",
        "NO_PAPER": "thiếu giấy đề nghị đã ký",
        "LOOKS": "tra cứu nhiều, không có hồ sơ",
        "CITIZEN": "công dân",
        "ORGANISATION": "tổ chức",
        "xlsx": "Excel",
        "pdf": "PDF",
    },
    "outcome": {
        "PROPER": "hợp lệ",
        "REMINDED": "nhắc nhở",
        "EXPLANATION": "yêu cầu giải trình",
        "INSPECTION": "chuyển thanh tra",
    },
    # ``accounts.creation`` writes the operator's answer here, ``accounts.subscribers`` which operator was asked.
    "operator": {
        **_VERDICTS,
        **{known.lower(): known for known in PREFIXES_OF_OPERATOR},
    },
    "provider": {"DVCQG": "tài khoản của Cổng DVCQG", "VNEID": "VNeID"},
    "purpose": {
        "tiep-nhan-ho-so": "tiếp nhận hồ sơ",
        "nop-ho-so-truc-tuyen": "nộp hồ sơ trực tuyến",
        "chon-giay-to-cua-minh": "chọn giấy tờ của mình",
        "sua-chu-ho-so": "chuyển hồ sơ về đúng chủ",
        "chon-thu-tuc": "chọn thủ tục khi tiếp nhận",
        "tao-tai-khoan": "tạo tài khoản tại quầy",
        "dieu-chinh-tai-khoan": "điều chỉnh tài khoản",
        "gop-tai-khoan": "gộp hoặc tách tài khoản",
        "dai-dien-to-chuc": "ghi nhận người đại diện",
        "danh-sach-lop": "kiểm tra danh sách lớp",
        "bo-nhiem-can-bo": "giao nhiệm vụ cán bộ",
        "thanh-tra-nhat-ky": "thanh tra nhật ký",
        "cap-quyen-can-bo": "cấp quyền cán bộ",
        "giay-to-cua-con": "chuyển giấy tờ của con",
        "go-lien-ket-vneid": "gỡ liên kết VNeID",
        "sua-giay-to": "sửa giấy tờ trong kho",
        "xem-so-dinh-danh": "xem đầy đủ số CMND/CCCD",
        "xem-so-dien-thoai": "xem đầy đủ số điện thoại",
        "xem-ban-quet": "mở bản quét CMND/CCCD",
        "xem-giay-da-ky": "mở giấy đề nghị đã ký",
        "REGISTER": "đăng ký tài khoản",
        "ASSIST": "thủ tục về tài khoản tại quầy",
        "ACTIVATE": "kích hoạt tài khoản",
        "RESET": "đặt lại mật khẩu",
        "CHANGE_PHONE": "đổi số điện thoại",
        "STEP_UP": "đóng tài khoản",
        "RECHECK": "hỏi lại số đã xác nhận lâu",
    },
    "qr": {"SAME": "khớp", "DIFFERENT": "khác", "UNREAD": "không đọc được"},
    "reason": {
        "PHONE_MISMATCH": "số điện thoại không chính chủ",
        "NO_SMARTPHONE": "không có điện thoại hoặc máy tính nối mạng",
        "CANNOT_ALONE": "không tự thao tác được",
        "OPERATOR_DOWN": "nhà mạng không trả lời",
        "OF_AGE": "nhận tài khoản khi đủ 18 tuổi",
        "PHONE_LOST": "mất điện thoại hoặc mất SIM",
        "linked": "tài khoản đã liên kết với một VNeID khác",
        "PHONE_STOPPED": "không còn dùng số đã đăng ký",
        "PASSPORT": "người nước ngoài, người mang hộ chiếu",
        "NO_NUMBER": "chưa được cấp số định danh",
        "CANNOT": "không thể có tài khoản",
        "OTHER": "lý do khác",
    },
    "source": {
        "COMPONENT": "thành phần hồ sơ đã số hóa",
        "RESULT": "kết quả giải quyết",
        "OWNER": "chủ tài khoản đưa lên",
    },
    "state": {
        "PROVISIONAL": "tiếp nhận tạm",
        "NEW": "mới đăng ký",
        "RECEIVED": "được tiếp nhận",
        "NOT_ACCEPTED": "không được tiếp nhận",
        "PROCESSING": "đang xử lý",
        "SUPPLEMENT": "yêu cầu bổ sung giấy tờ",
        "PAYMENT": "yêu cầu thực hiện nghĩa vụ tài chính",
        "WITHDRAWN": "công dân yêu cầu rút hồ sơ",
        "STOPPED": "dừng xử lý",
        "DONE": "đã xử lý xong",
        "RETURNED": "đã trả kết quả",
        "TYPED": "đã nhập thông tin",
        "PHONE_PROVED": "đã xác nhận số điện thoại",
        "MISMATCH": "không khớp với nhà mạng",
        "MATCHED": "khớp với nhà mạng",
        "EXISTS": "đã có tài khoản",
        "ABANDONED": "đã xóa",
    },
    "status": {
        "USABLE": "dùng được",
        "AWAITING_ACTIVATION": "chờ kích hoạt",
        "LOCKED": "tạm khóa",
        "CLOSED": "đã đóng",
        "REVIEW": "chờ cán bộ xem lại",
        "UNLINKED": "chưa liên kết VNeID",
    },
    "text": {
        "PROCESSING": "thông báo xử lý dữ liệu cá nhân",
        "CHANNELS": "đồng ý nhận thông báo qua email",
    },
    "verdict": _VERDICTS,
    "what": {
        "NUMBER": "số CMND/CCCD",
        "PHONE": "số điện thoại",
        "SCAN": "bản quét CMND/CCCD",
        "SIGNED_PAPER": "giấy đề nghị đã ký",
    },
    "why": {
        "password_changed": "chủ tài khoản đổi",
        "password_reset": "quên mật khẩu, đặt lại",
        "rule": "trái quy tắc",
    },
}
#: The registration that ended well has its own word, where a dossier that ended has another.
_OF_ROOM: Final = {("accounts", "state", "DONE"): "đã đăng ký"}
_A_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def words_of(key: str, value: str, *, event: str = "") -> str:
    """ "không khớp với nhà mạng (MISMATCH)"; of a value that is no code of a list, the value."""
    room = event.partition(".")[0]
    said = _OF_ROOM.get((room, key, value)) or VALUE_WORDS.get(key, {}).get(value) or _elsewhere(key, value)
    if not said and key in ("since", "was") and _A_DAY.fullmatch(value):
        return f"{date.fromisoformat(value):%d/%m/%Y}"
    return f"{said} ({value})" if said else value


def _elsewhere(key: str, value: str) -> str:
    """Codes that have their words where they are made: noes and budgets."""
    if key in ("code", "why"):
        return _noes().get(value, "")
    if key == "quota":
        return next((told.title for quota, told in DESCRIBED.items() if quota.name == value), "")
    return ""


@cache
def _noes() -> dict[str, str]:
    """Code of a refusal → what it says happened: its first sentence, where nothing has to be filled in."""
    said = ((each.code, each.message.partition(". ")[0].rstrip(".")) for each in _every_no(Refusal))
    return {code: words for code, words in said if words and "{" not in words}


def _every_no(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    for each in kind.__subclasses__():
        yield each
        yield from _every_no(each)
