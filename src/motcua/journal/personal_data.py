"""Nhật ký: lines hold codes and opaque ids; ``recording`` refuses what looks like a name or a number."""

from motcua.kernel.authority import Power
from motcua.kernel.personal_data import CODE, DIGEST, POINTER, Basis, Nobodys, Personal, Withheld, evidence

PERSONAL = (
    Personal(
        "Inspection: reason",
        "vì sao thanh tra tìm nhật ký theo người, xuất tệp chứng cứ",
        Basis.PROTECTION,
        (Power.INSPECT,),
        evidence("cùng nhật ký: chỉ thêm, không xóa (C10)"),
        Withheld.OFFICIAL,
    ),
)
NOBODYS = (
    Nobodys("Event: event unit_code; Inspection: unit_code; Seal: ids", CODE),
    Nobodys("Event: subject actor facts; Inspection: officer_subject about", POINTER),
    Nobodys("Seal: leaves merkle_root previous_hash hash signature; Inspection: file_sha256", DIGEST),
)
