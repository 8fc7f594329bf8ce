"""The pages of the simulated mailboxes. Text only: nothing in a letter is opened or fetched."""

from collections.abc import Iterable
from datetime import datetime
from html import escape
from urllib.parse import quote

from motcua.kernel.email_address import EmailAddress
from motcua.simulators.mailboxes import Letter
from motcua.simulators.pages import page


def home(known: Iterable[tuple[EmailAddress, int]]) -> str:
    rows = "".join(
        f'<tr><td><a href="/hop-thu/{quote(address.value)}">{escape(address.value)}</a></td>'
        f'<td class="so">{letters}</td></tr>'
        for address, letters in known
    )
    table = (
        '<table><thead><tr><th scope="col">Địa chỉ email</th>'
        f'<th scope="col" class="so">Thư</th></tr></thead><tbody>{rows}</tbody></table>'
        if rows
        else "<p>Chưa có thư nào. Nhập một địa chỉ để mở hộp thư của địa chỉ đó.</p>"
    )
    return page(
        "Hộp thư điện tử mô phỏng",
        f"""<form method="get" action="/hop-thu/" class="dong">
<label for="dia-chi">Địa chỉ email</label>
<input id="dia-chi" name="dia-chi" inputmode="email" autocomplete="off" required>
<button>Mở hộp thư</button></form>{table}""",
    )


def inbox(address: EmailAddress, letters: Iterable[Letter]) -> str:
    items = "".join(_letter(letter) for letter in letters)
    there = f'<ul class="tin">{items}</ul>' if items else "<p>Chưa có thư nào.</p>"
    return page(
        f"Hộp thư của {address.value}",
        f'<p><a href="/hop-thu/{quote(address.value)}">Tải lại</a></p><h2>Thư đến</h2>{there}',
    )


def _letter(letter: Letter) -> str:
    at = datetime.fromisoformat(letter.at)
    words = "".join(f"<p>{escape(line)}</p>" for line in letter.text.splitlines() if line.strip())
    return (
        f'<li><p class="dau"><strong>{escape(letter.sender)}</strong> '
        f'<time datetime="{letter.at}">{at:%H:%M:%S %d/%m/%Y}</time></p>'
        f"<p><strong>{escape(letter.subject)}</strong></p>{words}</li>"
    )
