"""Kho dữ liệu: what the room holds about people: their papers, and who looked."""

from motcua.kernel.authority import Power
from motcua.kernel.personal_data import (
    CODE,
    DIGEST,
    POINTER,
    Basis,
    Copy,
    Kept,
    Nobodys,
    Personal,
    Who,
    Withheld,
    evidence,
)

_OWNERS = (Who.OWNER, Who.LENT_TO)
_WITH_THE_ACCOUNT = Kept("khi tài khoản còn; xóa 30 ngày sau khi đóng", chore="closed_account")

PERSONAL = (
    Personal(
        "Paper: title issuer issued_on valid_until",
        "giấy tờ gì, ai cấp, còn hạn không; để không phải nộp lại",
        Basis.DUTY,
        _OWNERS,
        _WITH_THE_ACCOUNT,
        Copy.VAULT,
    ),
    Personal(
        "Paper: number_sealed",
        "số giấy tờ",
        Basis.DUTY,
        _OWNERS,
        _WITH_THE_ACCOUNT,
        Copy.VAULT,
    ),
    Personal(
        "Paper: subject_name_sealed",
        "giấy tờ về người khác trong kho (như con của ông/bà): người được ghi tên và giấy tờ đó",
        Basis.DUTY,
        _OWNERS,
        Kept("đến khi chuyển về kho của người đó", stays="giấy tờ là của người được ghi tên"),
        Copy.VAULT,
    ),
    Personal(
        "Paper: folded_title same_paper_bi",
        "tìm giấy tờ trong kho của mình; nhận ra bản mới của cùng giấy tờ",
        Basis.DUTY,
        (Who.OWNER, Who.SYSTEM),
        _WITH_THE_ACCOUNT,
        Withheld.DERIVED,
    ),
    Personal(
        "Look: actor_subject",
        "chủ kho biết ai đã xem giấy tờ nào (DP-08)",
        Basis.PROTECTION,
        (Who.OWNER, Power.INSPECT),
        Kept("24 tháng (`LOOKS_KEPT_MONTHS`), trừ lượt đang bị phản ánh", chore="old_look"),
        Copy.VAULT,
    ),
    Personal(
        "Contest: words_sealed answer",
        "chủ kho phản ánh một lượt xem (DP-09)",
        Basis.DUTY,
        (Who.OWNER, Power.INSPECT),
        evidence("phản ánh và trả lời là bằng chứng thanh tra"),
        Copy.VAULT,
    ),
    Personal(
        "PaperReport: words_sealed answer",
        "chủ kho báo giấy tờ không phải của mình hoặc ghi sai",
        Basis.RECTIFYING,
        (Who.OWNER, Power.RECEIVE_DOSSIER, Power.APPROVE_EXCEPTION),
        evidence("yêu cầu chỉnh sửa và việc trả lời phải chứng minh được"),
        Copy.VAULT,
    ),
    Personal(
        "Correction: reason; PaperCorrection: reason decided_reason",
        "vì sao chuyển giấy tờ về đúng chủ, sửa giấy tờ",
        Basis.RECTIFYING,
        (Who.WRITER, Power.INSPECT),
        evidence("hai cán bộ phải trả lời được vì sao (C9)"),
        Withheld.INSPECTION,
    ),
    Personal(
        "PaperCorrection: title number_sealed subject_name_sealed issued_on valid_until",
        "sửa giấy tờ thành gì",
        Basis.RECTIFYING,
        (Who.WRITER, Power.INSPECT),
        evidence("trước và sau khi sửa phải so được"),
        Withheld.DERIVED,
    ),
)
NOBODYS = (
    Nobodys(
        "Paper: receipt_audience put_key type_code source_dossier_code digitised_unit_code;"
        " Consent: recipient_audience recipient_unit_code purpose dossier_code text_version procedure_code mandate;"
        " Loan: dossier_code;"
        " Look: unit_code purpose dossier_code; Contest: unit_code answered_unit_code;"
        " Correction: to_audience asked_unit_code; PaperReport: unit_code; PaperCorrection: unit_code type_code",
        CODE,
    ),
    Nobodys(
        "Paper: receipt_subject digitised_by_subject; Consent: owner_subject recorded_by_subject;"
        " Look: noted_key; Contest: answered_by_subject; PaperReport: answered_by_subject;"
        " Correction: to_subject asked_by_subject approved_by_subject;"
        " PaperCorrection: to_subject asked_by_subject decided_by_subject",
        POINTER,
    ),
    Nobodys("Paper: sha256", DIGEST),
)
