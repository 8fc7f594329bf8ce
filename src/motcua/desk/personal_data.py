"""Một cửa: what the room holds about people, what for, who reads it and until when (DP-01)."""

from motcua.desk.personal_life import LIFE
from motcua.desk.personal_life import NOBODYS as _NOBODYS
from motcua.kernel.authority import Power
from motcua.kernel.personal_data import Basis, Copy, Kept, Personal, Who, Withheld

_DESK = (Power.RECEIVE_DOSSIER, Who.HANDLING, Who.OWNER)
_TEN_YEARS = Kept("10 năm sau dòng lịch sử cuối (`DOSSIERS_KEPT_YEARS`), rồi làm trống", chore="old_dossier")
_TWO_YEARS = Kept(
    "24 tháng (`CHECKS_KEPT_MONTHS`), rồi làm trống; kết quả, biên nhận còn lại", chore="old_dossier"
)

_DOSSIER = (
    Personal(
        "Dossier: owner_name owner_number_sealed",
        "hồ sơ của ai; in giấy tiếp nhận",
        Basis.RECEPTION,
        _DESK,
        _TEN_YEARS,
        Copy.DOSSIERS,
    ),
    Personal(
        "Dossier: owner_folded owner_last3 owner_number_bi contact_phone_bi",
        "tìm hồ sơ ở quầy bằng tên, số, điện thoại",
        Basis.RECEPTION,
        _DESK,
        _TEN_YEARS,
        Withheld.DERIVED,
    ),
    Personal(
        "Dossier: waiting_representative_sealed",
        "hỏi Cổng người nộp có đại diện cho tổ chức không, khi Cổng trả lời lại",
        Basis.RECEPTION,
        (Who.SYSTEM,),
        Kept("đến khi tiếp nhận chính thức hoặc đóng tiếp nhận tạm", rule="dossier_representative_waits"),
        Withheld.PASSING,
    ),
    Personal(
        "Dossier: person_name person_born person_relation",
        "người được giải quyết khi khác chủ hồ sơ",
        Basis.FOR_ANOTHER,
        _DESK,
        _TEN_YEARS,
        Copy.DOSSIERS,
    ),
    Personal(
        "Dossier: filer_name filer_relation filer_proof",
        "người nộp thay và giấy tờ chứng minh quyền",
        Basis.FOR_ANOTHER,
        _DESK,
        _TEN_YEARS,
        Copy.DOSSIERS,
    ),
    Personal(
        "Dossier: contact_sealed note closed_reason",
        "liên hệ về hồ sơ; ghi chú của người tiếp nhận; vì sao đóng",
        Basis.RECEPTION,
        _DESK,
        _TEN_YEARS,
        Copy.DOSSIERS,
    ),
    Personal(
        "Dossier: received_by_name",
        "ai đã nhận, in trên giấy tiếp nhận",
        Basis.RECEPTION,
        _DESK,
        _TEN_YEARS,
        Copy.DOSSIERS,
    ),
    Personal(
        "DossierEvent: words",
        "lịch sử hồ sơ bằng lời, không có tên",
        Basis.RECEPTION,
        _DESK,
        _TEN_YEARS,
        Copy.DOSSIERS,
    ),
    Personal(
        "Representation: proof_number born_on",
        "quyền nộp thay và giấy tờ chứng minh; người được giải quyết dưới 18 tuổi",
        Basis.FOR_ANOTHER,
        _DESK,
        _TEN_YEARS,
        Copy.DOSSIERS,
    ),
)
_CHECKS = (
    Personal(
        "AccountCheck: number_sealed owner_name_sealed",
        "tự kiểm tra lại khi Cổng im lặng; tên cho giấy tiếp nhận",
        Basis.GATE,
        (Who.WRITER, Who.SYSTEM),
        _TWO_YEARS,
        Copy.DOSSIERS,
    ),
    Personal(
        "AccountCheck: number_bi last3 name_masked",
        "đối chiếu với thẻ ở quầy mà không lộ cả số, cả tên",
        Basis.GATE,
        (Who.WRITER,),
        _TWO_YEARS,
        Withheld.DERIVED,
    ),
    Personal(
        "GateException: owner_name paper_sealed reason",
        "tiếp nhận người không thể có tài khoản",
        Basis.GATE,
        (Who.WRITER, Power.APPROVE_EXCEPTION, Power.INSPECT),
        Kept("10 năm, rồi làm trống", chore="old_dossier"),
        Withheld.NOT_LINKED,
    ),
    Personal(
        "GroupRow: typed_sealed",
        "danh sách học sinh của một lớp đang tiếp nhận: số, tên, ngày sinh, số của cha mẹ",
        Basis.RECEPTION,
        (Who.WRITER,),
        Kept("30 ngày sau khi lập danh sách, rồi làm trống", chore="old_dossier"),
        Withheld.PASSING,
    ),
    Personal(
        "FilingDraft: typed_sealed",
        "nội dung bản nháp hồ sơ trực tuyến chưa gửi; cán bộ không đọc được",
        Basis.DUTY,
        (Who.OWNER,),
        Kept("30 ngày sau lần lưu cuối, khi gửi hoặc khi chủ hồ sơ xóa", chore="old_dossier"),
        Copy.DRAFTS,
    ),
)

PERSONAL = (*_DOSSIER, *_CHECKS, *LIFE)
NOBODYS = _NOBODYS
