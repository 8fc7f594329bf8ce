"""VNeID's two pages, marked so that nobody takes them for the real ones."""

from collections.abc import Mapping, Sequence
from html import escape

from motcua.simulators import pages


def asking(asked: Mapping[str, str], known: Sequence[tuple[str, str]]) -> str:
    """Who is it? In reality the telephone says so."""
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in asked.items()
    )
    options = "".join(f'<option value="{escape(number)}">{escape(name)}</option>' for number, name in known)
    return pages.page(
        "Đăng nhập VNeID",
        f"""<p>Cổng Dịch vụ công đề nghị VNeID cho biết ông/bà là ai.</p>
<form method="post" action="/vneid/authorize">{hidden}
<label for="so">Số định danh cá nhân</label>
<input id="so" name="so" list="nguoi" inputmode="numeric" autocomplete="off" maxlength="12">
<datalist id="nguoi">{options}</datalist>
<p><button name="viec" value="co">Đồng ý đăng nhập</button>
<button name="viec" value="khong" class="phu">Không đồng ý</button></p></form>""",
    )


def answered(back: str) -> str:
    """On by a step of the person's own: no form leads to another site (form-action)."""
    said = "Ông/bà đã đăng nhập VNeID." if "code=" in back else "Ông/bà không đồng ý đăng nhập."
    return pages.page(
        "Đăng nhập VNeID",
        f"""<p role="status" class="xong">{said}</p><p><a href="{escape(back)}">Quay lại Cổng Dịch vụ công</a></p>""",
    )
