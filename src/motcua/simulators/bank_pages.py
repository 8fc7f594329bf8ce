"""The payment system's page, marked so that nobody pays on it for real."""

from html import escape

from motcua.simulators import pages
from motcua.simulators.bank import Order

_DEEDS = {
    "nop": "Nộp tiền",
    "nop-cham": "Nộp tiền, báo về chậm",
    "nop-hai-lan": "Nộp tiền, báo về hai lần",
    "tu-choi": "Từ chối nộp",
}
_SAID = {
    "PENDING": "Chưa nộp.",
    "PAID": "Đã nộp tiền.",
    "REFUSED": "Giao dịch không thành công. Chưa có khoản tiền nào được trừ.",
}


def order(found: Order) -> str:
    amount = f"{found.amount:,}".replace(",", ".")
    buttons = "".join(
        f'<button name="viec" value="{deed}" class="{"" if deed == "nop" else "phu"}">{words}</button> '
        for deed, words in _DEEDS.items()
    )
    act = (
        f'<form method="post" action="/thanh-toan/{escape(found.reference)}">{buttons}</form>'
        if found.status == "PENDING"
        else f'<p><a href="{escape(found.return_to)}">Quay lại Cổng Dịch vụ công</a></p>'
    )
    return pages.page(
        "Thanh toán trực tuyến",
        f"""<p role="status" class="{"loi" if found.status == "REFUSED" else "xong"}">{_SAID[found.status]}</p>
<p>{escape(found.words)}</p><p><strong>{amount} đồng</strong></p>
<p>Mã lệnh: <code>{escape(found.reference)}</code></p>{act}""",
    )
