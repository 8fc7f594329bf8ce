"""Hướng dẫn sau ngày cuối dùng mật khẩu: what the guides say once VNeID is the only way (NĐ 69/2024, ADR 0039).

``own_until`` among the facts is the day; without it the guides are those of the book. «…» as in ``guide_shape``.
"""

from dataclasses import replace
from typing import Final

from motcua.web.public.guide_shape import Facts, Guide, Step

_VI_CITIZEN: Final = (
    Step("Cài ứng dụng VNeID trên điện thoại và đăng ký định danh điện tử mức độ 2 tại công an xã, phường."),
    Step("Truy cập Cổng Dịch vụ công {system_name} tại địa chỉ {portal}, chọn «Đăng nhập»."),
    Step("Bấm «Đăng nhập bằng VNeID» và xác nhận trên điện thoại của mình."),
    Step(
        "Lần đầu: tài khoản đã có được liên kết ngay; chưa có tài khoản thì bấm «Mở tài khoản». Giấy tờ và hồ sơ của "
        "tài khoản đã có vẫn được giữ."
    ),
)
_EN_CITIZEN: Final = (
    Step(
        "Install the VNeID app and have your electronic identity raised to level 2 at the police of your commune."
    ),
    Step("Open the Public Service Portal of {system_name} at {portal} and choose «Đăng nhập» (sign in)."),
    Step("Press «Đăng nhập bằng VNeID» (sign in with VNeID) and confirm on your own phone."),
    Step(
        "The first time, an account that you have is linked at once; without one, press «Mở tài khoản» (open an "
        "account). Papers and dossiers of an account of before are kept."
    ),
)
_VI_CREATION: Final = (
    Step("Mở trang “Hướng dẫn dùng VNeID”, cùng công dân xem từng bước hoặc in cho công dân mang về."),
    Step(
        "Tài khoản cán bộ đã tạo trước ngày {own_until} mà chưa kích hoạt: công dân bấm «Đăng nhập bằng VNeID» "
        "một lần, tài khoản được kích hoạt ngay lúc đó."
    ),
    Step("Trong lúc chờ công dân có VNeID, hồ sơ được tiếp nhận tạm theo Phụ lục II."),
)
_EN_CREATION: Final = (
    Step(
        "Open the page “Hướng dẫn dùng VNeID” (how to use VNeID), go through it with the citizen, or print it."
    ),
    Step(
        "An account that was opened at a desk before {own_until} and never activated: the citizen presses «Đăng nhập "
        "bằng VNeID» (sign in with VNeID) once, and it is in use from then on."
    ),
    Step("While the citizen has no VNeID yet, a dossier is received provisionally as Appendix II says."),
)
_VI_OFFICER: Final = Step(
    "Từ sau ngày {own_until}, tài khoản “chưa xác thực” là tài khoản chưa liên kết VNeID: hướng dẫn chủ hồ sơ "
    "đăng nhập Cổng bằng VNeID một lần rồi kiểm tra lại; trong lúc chờ, tiếp nhận tạm. "
    "Không còn tạo tài khoản bằng số điện thoại."
)
_EN_OFFICER: Final = Step(
    "After {own_until} an account that is “chưa xác thực” (not verified) is not linked to VNeID: have the owner "
    "sign in with VNeID once, and check again; until then receive provisionally. "
    "No account is opened by a phone any more."
)
_WORDS: Final = {
    ("vi", "cong-dan"): (
        "Dùng tài khoản công dân bằng VNeID",
        "Từ sau ngày {own_until} không còn đăng ký tài khoản bằng số điện thoại và mật khẩu; ông/bà dùng VNeID "
        "mức độ 2.",
        "Như vậy, ông/bà đã đăng nhập và có thể giao dịch thủ tục hành chính trực tuyến với Cổng Dịch vụ công "
        "{system_name}.",
        _VI_CITIZEN,
    ),
    ("en", "cong-dan"): (
        "Use your account with VNeID",
        "After {own_until} nobody registers with a phone number and a password any more; you use VNeID of level 2.",
        "You are signed in, and can do business with the Public Service Portal of {system_name} online.",
        _EN_CITIZEN,
    ),
    ("vi", "tao-tai-khoan"): (
        "Phụ lục III. Hướng dẫn công dân dùng VNeID tại quầy",
        "Từ sau ngày {own_until} không còn tạo tài khoản cho công dân tại quầy; cán bộ hướng dẫn công dân dùng VNeID.",
        "Công dân đăng nhập bằng VNeID một lần là tài khoản dùng được; hồ sơ được tiếp nhận theo Phụ lục II.",
        _VI_CREATION,
    ),
    ("en", "tao-tai-khoan"): (
        "Appendix III. Guide a citizen to VNeID at the desk",
        "After {own_until} no account is opened for a citizen at the desk; the officer shows the way to VNeID.",
        "Once the citizen has signed in with VNeID the account counts; the dossier is received as Appendix II says.",
        _EN_CREATION,
    ),
}
_OFFICER: Final = {"vi": _VI_OFFICER, "en": _EN_OFFICER}


def as_it_is(guide: Guide, language: str, facts: Facts) -> Guide:
    """The guide as it is true on the day of the facts."""
    if "own_until" not in facts:
        return guide
    if guide.slug == "can-bo":
        return replace(guide, notes=(_OFFICER[language], *guide.notes))
    told = _WORDS.get((language, guide.slug))
    if told is None:
        return guide
    title, lead, outcome, steps = told
    return replace(guide, title=title, lead=lead, outcome=outcome, steps=steps, notes=())
