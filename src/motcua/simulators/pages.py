"""The pages of the simulated outside, each marked so that nobody takes it for the real thing."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from html import escape

from motcua.kernel.phone import Phone
from motcua.simulators import faults
from motcua.simulators.phones import Text
from motcua.simulators.subscribers import Subscriber

_FIELDS = {
    "operator": "Nhà mạng",
    "name": "Họ và tên chủ thuê bao",
    "id_number": "Số CMND/CCCD",
    "born_on": "Ngày sinh",
    "old_id_number": "Số CMND cũ (nếu có)",
    "sim_changed_at": "Đổi SIM lúc (nếu có, dạng 2026-11-30T08:00:00+07:00)",
    "owner_changed_at": "Đổi chủ lúc (nếu có, cùng dạng)",
}
_OPTIONAL = {"old_id_number", "sim_changed_at", "owner_changed_at"}


def home(known: Iterable[tuple[Phone, int]]) -> str:
    rows = "".join(
        f'<tr><td><a href="/dien-thoai/{phone.local}">{phone.local}</a></td><td class="so">{texts}</td></tr>'
        for phone, texts in known
    )
    table = (
        '<table><thead><tr><th scope="col">Số điện thoại</th>'
        '<th scope="col" class="so">Tin nhắn</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
        if rows
        else "<p>Chưa có điện thoại nào. Nhập một số để mở hộp thư của số đó.</p>"
    )
    return page(
        "Điện thoại mô phỏng",
        f"""<form method="get" action="/dien-thoai/" class="dong">
<label for="so">Số điện thoại</label><input id="so" name="so" inputmode="tel" autocomplete="off" required>
<button>Mở hộp thư</button></form>{table}""",
    )


def inbox(phone: Phone, texts: Iterable[Text], subscriber: Subscriber | None, notice: str = "") -> str:
    items = "".join(_text(text) for text in texts)
    return page(
        f"Hộp thư của {phone.local}",
        f"""{_notice(notice)}
<form method="post" action="/dien-thoai/{phone.local}" class="dong">
<label for="noi-dung">Soạn tin gửi 1414</label>
<input id="noi-dung" name="text" value="TTTB" autocomplete="off" maxlength="160" required>
<button>Gửi</button></form>
<h2>Tin nhắn đến</h2>
<p id="trong"{" hidden" if items else ""}>Chưa có tin nhắn nào.</p>
<ul id="tin" class="tin" aria-live="polite" data-nguon="/dien-thoai/{phone.local}.json">{items}</ul>
<h2>Chủ thuê bao ở nhà mạng</h2>
{_subscriber_form(phone, subscriber)}
<script src="/static/inbox.js"></script>""",
    )


def fault_board(current: Mapping[str, str], notice: str = "") -> str:
    fields = "".join(_choices(line, current[line]) for line in faults.FAULTS)
    return page(
        "Đặt sự cố",
        f"""{_notice(notice)}<p>Chọn tình trạng của từng đường truyền để xem hệ thống xử lý ra sao.</p>
<form method="post" action="/su-co">{fields}<button>Lưu</button></form>""",
    )


def trouble(sentence: str) -> str:
    return page("Chưa thực hiện được", f'<p role="alert" class="loi">{escape(sentence)}</p>')


def _choices(line: str, current: str) -> str:
    options = "".join(
        f'<label class="chon"><input type="radio" name="{line}" value="{state}"'
        f"{' checked' if state == current else ''}> {words}</label>"
        for state, words in faults.FAULTS[line].items()
    )
    return f"<fieldset><legend>{faults.LINES[line]}</legend>{options}</fieldset>"


def _subscriber_form(phone: Phone, subscriber: Subscriber | None) -> str:
    kept = subscriber.as_json() if subscriber else {}
    inputs = "".join(
        f'<label for="{name}">{words}</label><input id="{name}" name="{name}" autocomplete="off"'
        f' value="{escape(kept.get(name, ""))}"{"" if name in _OPTIONAL else " required"}>'
        for name, words in _FIELDS.items()
    )
    lead = "" if subscriber else "<p>Nhà mạng chưa có thông tin của số này.</p>"
    remove = (
        f'<form method="post" action="/thue-bao/{phone.local}/xoa">'
        '<button class="phu">Xóa thông tin thuê bao</button></form>'
        if subscriber
        else ""
    )
    return (
        f'{lead}<form method="post" action="/thue-bao/{phone.local}" class="cot">{inputs}'
        f"<button>Lưu thông tin thuê bao</button></form>{remove}"
    )


def _text(text: Text) -> str:
    at = datetime.fromisoformat(text.at)
    return (
        f'<li><p class="dau"><strong>{escape(text.sender)}</strong> '
        f'<time datetime="{text.at}">{at:%H:%M:%S %d/%m/%Y}</time></p>'
        f"<p>{escape(text.text)}</p></li>"
    )


def _notice(words: str) -> str:
    return f'<p role="status" class="xong">{escape(words)}</p>' if words else ""


def page(title: str, body: str) -> str:
    return f"""<!doctype html>
<html lang="vi"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)} – MÔ PHỎNG</title><link rel="stylesheet" href="/static/outside.css"></head>
<body>
<header class="bang">MÔ PHỎNG – điện thoại, hộp thư, nhà mạng, cổng tin nhắn, thanh toán chỉ để chạy thử</header>
<nav aria-label="Hệ thống mô phỏng"><a href="/">Điện thoại</a>
<a href="/hop-thu/">Hộp thư điện tử</a>
<a href="/su-co">Sự cố</a></nav>
<main><h1>{escape(title)}</h1>{body}</main></body></html>"""
