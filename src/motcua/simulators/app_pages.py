"""The simulated authenticator app: whoever knows a secret sees the six digits it shows now."""

import re
import time
from html import escape
from typing import Final

import pyotp

from motcua.kernel.refusal import Refusal
from motcua.simulators.pages import page

_SECRET: Final = re.compile(r"[A-Z2-7]{16,64}")
_STEP: Final = 30


class NotASecret(Refusal):
    code = "not_a_secret"
    status = 404
    message = "Khóa của ứng dụng xác thực gồm 16 đến 64 chữ in hoa và số 2-7. Đề nghị kiểm tra lại."


def home() -> str:
    return page(
        "Ứng dụng xác thực mô phỏng",
        """<form method="get" action="/ung-dung-xac-thuc/" class="dong">
<label for="khoa">Khóa</label><input id="khoa" name="khoa" autocomplete="off" required>
<button>Hiện mã</button></form>""",
    )


def secret_in(text: str) -> str:
    """As typed from a page, with its spaces. Raises NotASecret."""
    secret = text.replace(" ", "").upper()
    if not _SECRET.fullmatch(secret):
        raise NotASecret
    return secret


def code(secret: str) -> dict[str, object]:
    """For programs: the code and how long it is shown."""
    now = int(time.time())
    return {"code": pyotp.TOTP(secret).at(now), "seconds": _STEP - now % _STEP}


def showing(secret: str) -> str:
    told = code(secret)
    digits = str(told["code"])
    return page(
        "Ứng dụng xác thực mô phỏng",
        f"""<p>Mã xác thực: <strong class="so">{digits[:3]} {digits[3:]}</strong></p>
<p>Còn {told["seconds"]} giây. <a href="/ung-dung-xac-thuc/{escape(secret)}">Xem mã mới</a></p>""",
    )
