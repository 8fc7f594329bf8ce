"""Một cửa: what is written about people while a dossier is worked on, and the columns that are nobody's (DP-01)."""

from motcua.kernel.authority import Power
from motcua.kernel.personal_data import (
    CATALOGUE,
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

_HANDLERS = (Who.HANDLING, Power.INSPECT)
_WITH_THE_DOSSIER = Kept("cùng hồ sơ, 10 năm, rồi làm trống", chore="old_dossier")

LIFE = (
    Personal(
        "Hop: handed_by_name accepted_by_name note",
        "phiếu kiểm soát (mẫu 05): ai giao, ai nhận, ý kiến",
        Basis.RECEPTION,
        _HANDLERS,
        _WITH_THE_DOSSIER,
        Withheld.OFFICIAL,
    ),
    Personal(
        "Notice: issued_by_name reason items",
        "phiếu 02, 03, 04: ai ban hành, vì sao, cần bổ sung gì",
        Basis.RECEPTION,
        (Who.HANDLING, Who.OWNER),
        _WITH_THE_DOSSIER,
        Copy.DOSSIERS,
    ),
    Personal(
        "Opinion: content answer",
        "xin ý kiến và ý kiến trả lời",
        Basis.RECEPTION,
        _HANDLERS,
        _WITH_THE_DOSSIER,
        Withheld.OFFICIAL,
    ),
    Personal(
        "Charge: taken_by_name",
        "ai đã thu tiền, in trên biên lai",
        Basis.RECEPTION,
        (Who.HANDLING, Who.OWNER),
        _WITH_THE_DOSSIER,
        Copy.DOSSIERS,
    ),
    Personal(
        "Charge: refunded_by_name cancel_reason refund_reason",
        "ai đã hoàn trả, vì sao hủy hoặc hoàn trả khoản thu",
        Basis.RECEPTION,
        (Who.HANDLING,),
        _WITH_THE_DOSSIER,
        Withheld.OFFICIAL,
    ),
    Personal(
        "Result: signed_by_name number",
        "ai ký, số của kết quả",
        Basis.RECEPTION,
        (Who.HANDLING, Who.OWNER),
        _WITH_THE_DOSSIER,
        Copy.DOSSIERS,
    ),
    Personal(
        "HandOut: by_name to_name to_relation to_proof",
        "ai trả, ai nhận, giấy tờ chứng minh quyền nhận",
        Basis.RECEPTION,
        (Who.HANDLING, Who.OWNER),
        _WITH_THE_DOSSIER,
        Copy.DOSSIERS,
    ),
    Personal(
        "Rating: words",
        "ý kiến của chủ hồ sơ về việc giải quyết",
        Basis.RECEPTION,
        (Power.SIGN, Power.INSPECT),
        _WITH_THE_DOSSIER,
        Copy.DOSSIERS,
    ),
    Personal(
        "ReceptionCorrection: by_name reason",
        "ai đính chính thông tin tiếp nhận, vì sao",
        Basis.RECEPTION,
        (Power.RECEIVE_DOSSIER, Power.INSPECT),
        _WITH_THE_DOSSIER,
        Withheld.OFFICIAL,
    ),
    Personal(
        "OwnerCorrection: reason",
        "vì sao hồ sơ ghi nhầm chủ, để người thứ hai quyết định",
        Basis.RECTIFYING,
        (Power.RECEIVE_DOSSIER, Power.APPROVE_EXCEPTION, Power.INSPECT),
        _WITH_THE_DOSSIER,
        Withheld.INSPECTION,
    ),
    Personal(
        "NationalSync: refused_words dropped_reason",
        "vì sao Cổng DVCQG từ chối một lượt đồng bộ (số dài bị che), vì sao thôi gửi",
        Basis.RECEPTION,
        (Power.CONNECT_SYSTEMS, Power.INSPECT),
        _WITH_THE_DOSSIER,
        Withheld.OFFICIAL,
    ),
    Personal(
        "OfficerReset: reason",
        "vì sao cán bộ phải đăng ký lại xác thực hai bước, để người thứ hai quyết định; được báo cho Cổng",
        Basis.PROTECTION,
        (Power.GRANT,),
        evidence("hai quản trị viên phải trả lời được vì sao (A-51)"),
        Withheld.OFFICIAL,
    ),
    Personal(
        "RegisterExport: reason",
        "vì sao kết xuất sổ theo dõi",
        Basis.PROTECTION,
        (Power.INSPECT,),
        evidence("người kết xuất phải trả lời được vì sao (L17)"),
        Withheld.OFFICIAL,
    ),
)

NOBODYS = (
    Nobodys(
        "Procedure: code name name_folded field levels deadline_words fee_words result result_type_code legal_basis"
        " who_may_ask decided_by valid_from valid_to; Component: name type_code asked_when;"
        " ProcedureForm: name link; Process: name; ProcessStep: name unit_kind agency power leave_when;"
        " CatalogueDraft: unit_code entries",
        CATALOGUE,
    ),
    Nobodys(
        "Representation: asker proof_code ends_on scope;"
        " AccountCheck: status answer unit_code purpose reason_code; GateException: reason_kind;"
        " Dossier: code provisional_number track_check unit_code due_words recheck_answer at_step pauses;"
        " DossierComponent: name type_code; DossierEvent: kind from_state to_state; DayCounter: day;"
        " FilingDraft: procedure_code; GroupReception: unit_code label papers; GroupRow: said papers;"
        " NationalSync: refused_code; OfficerReset: unit_code refused_code; StandingMark: refused_code;"
        " Reconciliation: day counts; Difference: kind errand_kind;"
        " Hop: step_name power; Notice: number answer_by; Charge: receipt_number reference refund_number;"
        " Result: name type_code issued_on valid_until; ReceptionCorrection: fields;"
        " RegisterExport: kind; YearCounter: series; HandOut: tracking_number; Representation: proof_on",
        CODE,
    ),
    Nobodys(
        "CatalogueDraft: officer_subject; Representation: representative_subject;"
        " AccountCheck: subject officer_subject jti; GateException: asked_by approved_by declined_by;"
        " Dossier: owner_subject received_by at_officer; DossierComponent: vault_paper_id delivered_as;"
        " DossierEvent: by_subject facts; NameDoubt: decided_by;"
        " OwnerCorrection: from_subject to_subject asked_by approved_by declined_by;"
        " FilingDraft: owner_subject; OwnerAlias: was now; GroupReception: officer_subject; NationalSync: dropped_by;"
        " OfficerReset: officer_subject asked_by decided_by;"
        " Difference: key errand_data sent_again_by; Hop: handed_by accepted_by; Notice: issued_by;"
        " Opinion: asked_of asked_by answered_by; Charge: asked_by taken_by cancelled_by refunded_by;"
        " Result: attached_by signed_by delivered_as; HandOut: by; ReceptionCorrection: by; RegisterExport: by",
        POINTER,
    ),
    Nobodys("AccountCheck: receipt; Dossier: request_mac", DIGEST),
)
