"""What is broken outside just now."""

from motcua.simulators.store import Store

FINE = "ok"
#: For each line, what can be wrong with it and how the page says it.
FAULTS: dict[str, dict[str, str]] = {
    "operator": {
        FINE: "Hoạt động bình thường",
        "down": "Mất kết nối",
        "slow": "Trả lời chậm",
        "refusing": "Từ chối trả lời",
    },
    "gateway": {
        FINE: "Hoạt động bình thường",
        "down": "Mất kết nối",
        "slow": "Trả lời chậm",
        "refusing": "Từ chối số nhận",
        "silent": "Nhận tin nhưng không phát tới máy",
    },
    "gateway2": {
        FINE: "Hoạt động bình thường",
        "down": "Mất kết nối",
        "slow": "Trả lời chậm",
        "refusing": "Từ chối số nhận",
        "silent": "Nhận tin nhưng không phát tới máy",
    },
    "mail": {
        FINE: "Hoạt động bình thường",
        "down": "Máy chủ thư bận",
        "slow": "Nhận thư nhưng trả lời chậm",
        "refusing": "Từ chối địa chỉ nhận",
        "silent": "Nhận thư nhưng không đưa vào hộp thư",
    },
    "portal": {FINE: "Hoạt động bình thường", "down": "Mất kết nối"},
    "bank": {
        FINE: "Hoạt động bình thường",
        "down": "Mất kết nối",
        "slow": "Trả lời và báo về chậm",
        "refusing": "Từ chối mọi giao dịch",
        "silent": "Nhận tiền nhưng không báo về",
    },
    "dvcqg": {
        FINE: "Hoạt động bình thường",
        "down": "Mất kết nối",
        "slow": "Trả lời chậm",
        "refusing": "Từ chối vì lỗi nghiệp vụ",
        "lapsing": "Phiên hết hạn sau mỗi lượt hỏi",
        "silent": "Nhận nhưng mất câu trả lời",
    },
    "vneid": {
        FINE: "Hoạt động bình thường",
        "down": "Mất kết nối",
        "slow": "Trả lời chậm",
        "refusing": "Người dùng không đồng ý",
        "wrong_nonce": "Thẻ trả về sai nonce",
        "other_audience": "Thẻ cấp cho hệ thống khác",
        "other_issuer": "Thẻ của nơi cấp khác",
        "expired": "Thẻ đã hết hạn",
        "eternal": "Thẻ sống quá lâu",
        "unsigned": "Thẻ không ký (alg none)",
        "own_secret": "Thẻ ký bằng khóa đối xứng (HS256)",
        "strange_key": "Thẻ ký bằng khóa lạ",
        "other_subject": "Thông tin của người khác với thẻ",
        "other_token": "Thẻ không đi cùng mã truy cập",
        "half": "Thông tin người dùng thiếu",
        "remembering": "Không hỏi lại, dùng phiên VNeID trước đó",
        "no_auth_time": "Không cho biết xác thực lúc nào",
    },
}
LINES = {
    "operator": "Nhà mạng (kiểm tra thuê bao)",
    "gateway": "Cổng tin nhắn SMS chính",
    "gateway2": "Cổng tin nhắn SMS thứ hai (mẫu đã đăng ký)",
    "mail": "Máy chủ thư điện tử",
    "portal": "Đường truyền tới Cổng Dịch vụ công quốc gia",
    "bank": "Hệ thống thanh toán trực tuyến",
    "dvcqg": "Trục kết nối Cổng DVCQG (NDXP/LGSP)",
    "vneid": "VNeID (đăng nhập)",
}
#: Longer than any caller waits.
SLOW_SECONDS = 8.0
_SAME_AS_FINE = {None, "", "none", "off", "up", "fine", False}


class UnknownFault(ValueError):
    pass


def current(store: Store) -> dict[str, str]:
    with store.open() as db:
        kept = {row["line"]: row["state"] for row in db.execute("SELECT line, state FROM fault")}
    return {line: kept.get(line, FINE) for line in FAULTS}


def change(store: Store, wanted: dict[str, object]) -> dict[str, str]:
    """Set the named lines, leave the others; UnknownFault when a line or fault is not one of ours."""
    states = {line: FINE if state in _SAME_AS_FINE else state for line, state in wanted.items()}
    for line, state in states.items():
        if state not in FAULTS.get(line, {}):
            raise UnknownFault(line)
    with store.open() as db:
        db.executemany("INSERT OR REPLACE INTO fault (line, state) VALUES (?, ?)", list(states.items()))
    return current(store)
