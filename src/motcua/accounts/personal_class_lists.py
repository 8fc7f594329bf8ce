"""Danh sách lớp: what a school uploaded to learn who has an account; gone after seven days."""

from motcua.kernel.authority import Power
from motcua.kernel.personal_data import (
    CATALOGUE,
    CODE,
    DIGEST,
    POINTER,
    Basis,
    Kept,
    Nobodys,
    Personal,
    Withheld,
)

CLASS_LISTS = (
    Personal(
        "ClassList: label; ClassRow: typed_sealed class_label said",
        "danh sách học sinh do trường tải lên để biết ai đã có tài khoản: số, họ tên, ngày sinh, lớp như trường đã ghi",
        Basis.DUTY,
        (Power.OPEN_ACCOUNT, Power.RECEIVE_DOSSIER),
        Kept("7 ngày, hoặc khi đơn vị xóa trước hạn", chore="old_class_list"),
        Withheld.PASSING,
    ),
)
NOBODYS = (
    Nobodys("ClassList: unit_code; ClassTally: class_label; ReceiptKey: kid", CODE),
    Nobodys("ClassList: officer_subject asked_by", POINTER),
    Nobodys("ClassList: content_mac", DIGEST),
    Nobodys("ReceiptKey: public private", CATALOGUE),
)
