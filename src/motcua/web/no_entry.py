"""The two noes at the door of an officer's page; apart, because both the door and the page of a no name them."""

from motcua.kernel.authority import NotAuthorised


class PowerMissing(NotAuthorised):
    """The page of an officer who lacks its right: which one, and who gives it."""

    code = "power_missing"
    message = (
        "Ông/bà chưa được cấp quyền {rights} tại đơn vị đang làm việc nên chưa dùng được trang này. "
        "Đề nghị liên hệ quản trị đơn vị (người giữ quyền “Cấp, thu hồi quyền”) để được cấp, "
        "hoặc chọn đơn vị khác ở trang đầu Một cửa."
    )


class OwnPowerMissing(PowerMissing):
    """The same, of somebody who gives rights: nobody gives them to oneself."""

    code = "own_power_missing"
    message = (
        "Ông/bà chưa được cấp quyền {rights} tại đơn vị đang làm việc nên chưa dùng được trang này. "
        "Ông/bà cấp được quyền cho người khác nhưng không tự cấp cho mình: đề nghị một quản trị viên khác cấp, "
        "hoặc chọn đơn vị khác ở trang đầu Một cửa."
    )


class NotAnOfficer(NotAuthorised):
    code = "not_an_officer"
    message = (
        "Trang này dành cho cán bộ đang được phân công. Ông/bà đang đăng nhập với tư cách công dân. "
        "Nếu là cán bộ, đề nghị liên hệ quản trị đơn vị để được phân công rồi đăng nhập lại."
    )
