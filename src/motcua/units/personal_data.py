"""Đơn vị, cán bộ: what the room holds about the people who work here."""

from motcua.kernel.authority import Power
from motcua.kernel.personal_data import (
    CATALOGUE,
    CODE,
    POINTER,
    Basis,
    Kept,
    Nobodys,
    Personal,
    Who,
    Withheld,
    evidence,
)

PERSONAL = (
    Personal(
        "Officer: full_name",
        "ai tiếp nhận, ai xác nhận; in trên giấy tiếp nhận",
        Basis.SERVICE,
        (Power.GRANT, Power.INSPECT),
        evidence("việc đã làm phải đọc được tên người làm"),
        Withheld.OFFICIAL,
    ),
    Personal(
        "Officer: phone_sealed phone_masked",
        "liên hệ; hiện trên màn hình tạo tài khoản",
        Basis.SERVICE,
        (Who.OWNER, Power.GRANT),
        evidence("số công vụ; thay khi cán bộ đổi số"),
        Withheld.OFFICIAL,
    ),
    Personal(
        "StaffPhone: phone_bi",
        "không cho dùng số cán bộ làm số của công dân (C5)",
        Basis.PROTECTION,
        (Who.SYSTEM,),
        evidence("số đã thay thôi tính sau 30 ngày; dấu HMAC cho biết số nào từng của cán bộ"),
        Withheld.OFFICIAL,
    ),
    Personal(
        "Post: reason revoked_reason; GrantRequest: reason decided_reason; UnitChange: reason; GateChange: reason",
        "vì sao cấp, không duyệt, thu hồi quyền, đổi đơn vị, đổi ngày áp dụng",
        Basis.SERVICE,
        (Power.GRANT, Power.INSPECT),
        evidence("quyền đã cấp phải giải thích được (C14)"),
        Withheld.OFFICIAL,
    ),
    Personal(
        "SearchMemory: sealed",
        "bộ lọc của cán bộ không nằm trên địa chỉ trang",
        Basis.PROTECTION,
        (Who.WRITER,),
        Kept("12 giờ, mỗi cán bộ 10 lần gần nhất", chore="old_search"),
        Withheld.OFFICIAL,
    ),
)
NOBODYS = (
    Nobodys(
        "Unit: code name short_name kind district address phone dossier_prefix valid_from valid_to gate_binds_from;"
        " CalendarDay: day occasion source swapped_with removed_reason;"
        " OfficeHours: valid_from valid_to source removed_reason",
        CATALOGUE,
    ),
    Nobodys(
        "Post: powers valid_from valid_to; GrantRequest: powers valid_from valid_to;"
        " UnitChange: effective_on before after successors; GateChange: binds_from; GateChangeUnit: bound_from",
        CODE,
    ),
    Nobodys(
        "Officer: subject; SearchMemory: officer_subject;"
        " Post: grantee_subject granted_by_subject approved_by_subject revoked_by_subject;"
        " GrantRequest: asked_by_subject decided_by_subject; UnitChange: by_subject; PostConfirmation: by_subject;"
        " GateChange: asked_by_subject decided_by_subject;"
        " CalendarDay: added_by_subject removed_by_subject; OfficeHours: added_by_subject removed_by_subject",
        POINTER,
    ),
)
