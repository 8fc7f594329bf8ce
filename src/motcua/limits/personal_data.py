"""Hạn mức: what the room holds about people. Counters stand under a keyed digest of phone, number or address."""

from motcua.kernel.authority import Power
from motcua.kernel.personal_data import CODE, POINTER, Basis, Kept, Nobodys, Personal, Withheld, evidence

PERSONAL = (
    Personal(
        "Bucket: key",
        "đếm số lần của một số điện thoại, số định danh, địa chỉ mạng (L1 đến L18)",
        Basis.PROTECTION,
        (),
        Kept("hết khung thời gian của hạn mức, nhiều nhất 24 giờ sau đó", chore="bucket"),
        Withheld.NOT_LINKED,
    ),
    Personal(
        "Tally: who",
        "dấu không đọc ngược được của ai bị hạn mức từ chối trong ngày",
        Basis.PROTECTION,
        (),
        Kept("35 ngày", chore="bucket"),
        Withheld.NOT_LINKED,
    ),
    Personal(
        "Unlocking: who by_who reason",
        "ai được mở khóa hạn mức, vì sao",
        Basis.PROTECTION,
        (Power.INSPECT,),
        evidence("người mở khóa phải trả lời được vì sao"),
        Withheld.OFFICIAL,
    ),
)
NOBODYS = (
    Nobodys(
        "Unlocking: quota unit_code; Bucket: quota; Tally: day quota; Minute: what;"
        " Watch: name state numbers alarm_day",
        CODE,
    ),
    Nobodys("Unlocking: unlocked_by", POINTER),
)
