"""Tệp: each has a key of its own; on its day the key is destroyed first, the bytes after it (``keeping``)."""

from motcua.kernel.authority import Power
from motcua.kernel.personal_data import (
    CODE,
    DIGEST,
    Basis,
    Copy,
    Kept,
    Nobodys,
    Personal,
    PersonalDocument,
    Who,
    Withheld,
)

_ON_ITS_DAY = Kept("đến ngày hủy của tệp, rồi hủy khóa", chore="file")

PERSONAL = (
    Personal(
        "StoredFile: name_sealed",
        "tên tệp do người gửi đặt",
        Basis.RECEPTION,
        (Who.OWNER, Who.HANDLING),
        _ON_ITS_DAY,
        Copy.VAULT,
    ),
    Personal(
        "StoredFile: wrapped_key",
        "khóa của riêng tệp, bọc bằng khóa ngoài cơ sở dữ liệu; hủy khóa là hủy tệp",
        Basis.PROTECTION,
        (Who.SYSTEM,),
        _ON_ITS_DAY,
        Withheld.SECRET,
    ),
)
DOCUMENTS = (
    PersonalDocument(
        "ID_SCAN",
        "bằng chứng đối chiếu khi cán bộ tạo tài khoản",
        Basis.DUTY,
        (Power.OPEN_ACCOUNT,),
        Kept("24 giờ khi chưa tạo; 90 ngày sau kích hoạt, rồi hủy khóa (DP-10)", chore="file"),
        Withheld.PASSING,
    ),
    PersonalDocument(
        "SIGNED_REQUEST",
        "giấy đề nghị có chữ ký của công dân",
        Basis.DUTY,
        (Power.OPEN_ACCOUNT,),
        Kept("như bản quét giấy tờ tùy thân", chore="file"),
        Withheld.PASSING,
    ),
    PersonalDocument(
        "DOSSIER_COMPONENT",
        "thành phần hồ sơ đã quét",
        Basis.RECEPTION,
        (Power.RECEIVE_DOSSIER, Who.HANDLING, Who.OWNER),
        Kept("chưa gửi: tại quầy 1 ngày, trong bản nháp 30 ngày; đã gửi: 10 năm", chore="file"),
        Copy.VAULT,
    ),
    PersonalDocument(
        "VAULT_PAPER",
        "giấy tờ trong kho để không phải nộp lại",
        Basis.DUTY,
        (Who.OWNER, Who.LENT_TO),
        Kept(
            "khi tài khoản còn",
            stays="chủ kho giữ giấy tờ của mình; đóng tài khoản thì dấu vết sử dụng vẫn cần",
        ),
        Copy.VAULT,
    ),
    PersonalDocument(
        "RESULT",
        "kết quả giải quyết",
        Basis.RECEPTION,
        (Who.OWNER, Who.HANDLING),
        Kept("10 năm (TT 13/2023/TT-BNV)", chore="file"),
        Copy.VAULT,
    ),
    PersonalDocument(
        "EVIDENCE",
        "tài liệu kèm quyết định của hai cán bộ",
        Basis.DUTY,
        (Who.WRITER, Power.INSPECT),
        Kept("theo việc: chờ duyệt 30 đến 90 ngày, đã duyệt 90 ngày đến 10 năm", chore="file"),
        Withheld.INSPECTION,
    ),
)
NOBODYS = (
    Nobodys("StoredFile: place", CODE),
    Nobodys("StoredFile: sha256; KnownFileKey: check_value", DIGEST),
)
