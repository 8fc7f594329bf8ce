"""Tài khoản: what is kept of what happened to an account, and the columns of the room that are nobody's (DP-01)."""

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

_LAPSED = "lapsed_data"

TRACES = (
    Personal(
        "AssistApplication: data_sealed override_reason reason_words shared_phone_reason",
        "lập yêu cầu tạo tài khoản tại quầy, in giấy đề nghị; vì sao cán bộ xác nhận khác biệt",
        Basis.DUTY,
        (Who.WRITER, Power.OPEN_ACCOUNT),
        Kept("bị hủy, từ chối, quá 24 giờ: xóa ngay; đã tạo: 90 ngày sau kích hoạt", chore=_LAPSED),
        Copy.CARE,
    ),
    Personal(
        "AssistApplication: number_bi old_number_bi phone_bi",
        "giữ chỗ một số cho một quầy (C3)",
        Basis.DUTY,
        (Who.SYSTEM,),
        Kept("05 năm sau lần làm cuối, cùng dòng (DP-10)", chore=_LAPSED),
        Withheld.DERIVED,
    ),
    Personal(
        "Session: device_hash; KnownDevice: device_hash",
        "thiết bị đã biết không bị người lạ khóa",
        Basis.PROTECTION,
        (Who.SYSTEM,),
        Kept("phiên 30 ngày; thiết bị: 12 tháng (`KNOWN_DEVICES_KEPT_MONTHS`)", chore=_LAPSED),
        Withheld.DERIVED,
    ),
    Personal(
        "Session: device_words",
        "chủ tài khoản nhận ra và kết thúc phiên",
        Basis.PROTECTION,
        (Who.OWNER,),
        Kept("30 ngày", chore=_LAPSED),
        Copy.SECURITY,
    ),
    Personal(
        "SignIn: device_words",
        "lịch sử đăng nhập để chủ tài khoản nhận ra lần lạ (DP-08)",
        Basis.PROTECTION,
        (Who.OWNER, Power.GRANT),
        Kept("24 tháng (`SIGN_INS_KEPT_MONTHS`); lượt thử số không có tài khoản: 1 ngày", chore=_LAPSED),
        Copy.SECURITY,
    ),
    Personal(
        "Authenticator: secret_sealed; Passkey: credential_id credential; RecoveryCode: code_mac",
        "xác thực hai bước (DP-24)",
        Basis.PROTECTION,
        (Who.SYSTEM,),
        Kept("khóa bị xóa ngay khi thôi dùng; dòng ở lại", stays="thôi dùng khi nào là bằng chứng"),
        Withheld.SECRET,
    ),
    Personal(
        "Passkey: device_words",
        "chủ tài khoản nhận ra thiết bị",
        Basis.PROTECTION,
        (Who.OWNER,),
        evidence("thiết bị đã dùng để xác thực là bằng chứng"),
        Copy.SECURITY,
    ),
    Personal(
        "FactorReset: reason code_mac",
        "vì sao đặt lại xác thực hai bước, để người thứ hai quyết định",
        Basis.SERVICE,
        (Power.GRANT, Power.INSPECT),
        evidence("hai người quyết định phải trả lời được vì sao"),
        Withheld.OFFICIAL,
    ),
    Personal(
        "Adjustment: data_sealed reason decided_reason",
        "thêm số, sửa họ tên, ngày sinh, khóa, mở, đóng tài khoản: trước, sau và vì sao",
        Basis.DUTY,
        (Who.OWNER, Power.OPEN_ACCOUNT, Power.INSPECT),
        evidence("đổi người của một tài khoản phải chứng minh được"),
        Copy.CARE,
    ),
    Personal(
        "VneidLink: tech_bi",
        "một tài khoản VNeID chỉ mở một tài khoản; chỉ giữ dấu có khóa của TechID",
        Basis.DUTY,
        (Who.SYSTEM,),
        Kept("xóa ngay khi liên kết được gỡ hoặc tài khoản đóng", rule="vneid_link_ended_whole"),
        Withheld.DERIVED,
    ),
    Personal(
        "VneidLink: reason",
        "vì sao hai cán bộ gỡ liên kết VNeID",
        Basis.DUTY,
        (Power.OPEN_ACCOUNT, Power.INSPECT),
        evidence("việc của hai cán bộ phải giải thích được"),
        Withheld.INSPECTION,
    ),
    Personal(
        "Guardianship: reason taken_back_reason",
        "vì sao ghi, bỏ ghi rằng số điện thoại là của cha, mẹ hoặc người giám hộ",
        Basis.DUTY,
        (Power.OPEN_ACCOUNT, Power.INSPECT),
        evidence("ai được dùng tài khoản của người chưa đủ 18 tuổi phải giải thích được"),
        Withheld.INSPECTION,
    ),
    Personal(
        "Merge: reason decided_reason",
        "vì sao hai tài khoản được gộp hoặc tách, ai xác nhận",
        Basis.DUTY,
        (Who.OWNER, Power.OPEN_ACCOUNT, Power.INSPECT),
        evidence("gộp tài khoản của một người phải chứng minh được và tách lại được"),
        Copy.CARE,
    ),
    Personal(
        "LookUp: number_bi",
        "lượt tra cứu là về số nào",
        Basis.DUTY,
        (Who.SYSTEM,),
        Kept("24 tháng (`LOOK_UPS_KEPT_MONTHS`)", chore=_LAPSED),
        Withheld.DERIVED,
    ),
    Personal(
        "LookUp: answer asked_by",
        "công dân biết ai đã tra cứu mình (DP-08)",
        Basis.DUTY,
        (Who.OWNER,),
        Kept("24 tháng (`LOOK_UPS_KEPT_MONTHS`)", chore=_LAPSED),
        Copy.LOOK_UPS,
    ),
    Personal(
        "ListExport: reason",
        "vì sao kết xuất danh sách (L17)",
        Basis.PROTECTION,
        (Power.INSPECT,),
        Kept("05 năm, như nhật ký (DP-25)", chore=_LAPSED),
        Withheld.OFFICIAL,
    ),
    Personal(
        "Mandate: proof proof_on revoked_why",
        "ai được làm việc thay tổ chức",
        Basis.MANDATE,
        (Who.OWNER, Power.OPEN_ACCOUNT),
        evidence("việc đã làm thay tổ chức phải chứng minh được"),
        Copy.MANDATES,
    ),
    Personal(
        "MandateRequest: proof proof_on reason",
        "người thứ hai quyết định có ghi nhận người đại diện không",
        Basis.MANDATE,
        (Who.OWNER, Who.WRITER, Power.OPEN_ACCOUNT),
        evidence("hai cán bộ phải trả lời được vì sao"),
        Copy.MANDATES,
    ),
    Personal(
        "OwnerNews: key",
        "tin nào của hồ sơ đã báo cho chủ, để đối soát và không báo hai lần; chỉ có mã",
        Basis.DUTY,
        (Who.SYSTEM,),
        Kept("24 tháng (`OWNER_NEWS_KEPT_MONTHS`)", chore=_LAPSED),
        Withheld.NOT_LINKED,
    ),
)

NOBODYS = (
    Nobodys(
        "ProviderChange: reason decided_reason",
        "căn cứ pháp lý của thời hạn, vì sao không duyệt; không nói về ai",
    ),
    Nobodys("DecoyNumber: number_bi", "số mồi, không phải số của ai (T-08)"),
    Nobodys("Operator: name hotline; OperatorPrefix: prefix", CATALOGUE),
    Nobodys(
        "Account: vouching_unit_code; PairwiseSubject: audience; PhoneBinding: role operator verdict;"
        " Adjustment: unit_code; Merge: unit_code absorbed_was; Registration: operator slip_code return_to;"
        " AssistApplication: request_number unit_code reason scan_qr verdict operator refused_code;"
        " NoticeChoice: words; Authenticator: ended_why; Passkey: ended_why; FactorReset: unit_code;"
        " SignIn: audience; MandateRequest: basis scope valid_from valid_to asked_unit_code decided_unit_code;"
        " Mandate: basis scope valid_from valid_to granted_unit_code; MandateUse: procedure_code unit_code;"
        " ListExport: unit_code; Session: audience unit_code ended_why factor; Disavowal: about;"
        " LookUp: unit_code purpose procedure_code reference; SubscriberCheck: verdict operator purpose;"
        " OwnerNews: audience; Closure: text_version; Agreement: version;"
        " Guardianship: request_number unit_code settled_unit_code taken_back_unit_code;"
        " VneidLink: asked_unit_code ended_how dropped_how dropped_unit_code;"
        " ProviderChange: valid_from valid_to asked_unit_code; ProviderPeriod: valid_from valid_to",
        CODE,
    ),
    Nobodys(
        "Account: vouched_by; PairwiseSubject: subject; PhoneException: requested_by approved_by;"
        " Suspicion: settled_by; Adjustment: asked_by decided_by; Merge: asked_by decided_by;"
        " AssistApplication: officer_subject shared_phone_by; FactorReset: asked_by decided_by;"
        " MandateRequest: asked_by decided_by; Mandate: granted_by revoked_by; MandateUse: asked_by;"
        " ListExport: officer_subject; Guardianship: recorded_by settled_by taken_back_by;"
        " VneidLink: asked_by ended_by dropped_asked_by;"
        " ProviderChange: asked_by decided_by",
        POINTER,
    ),
    Nobodys(
        "Registration: payload_hash; AssistApplication: form_hash paper_hash code_hash; SecondStep: token_hash;"
        " Session: token_hash; Disavowal: token_hash",
        DIGEST,
    ),
)
